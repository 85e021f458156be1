// Package texts answers what a licence of the SPDX list says in full, and which listed licences a given text is.
//
// It never reads files or the network, never decides what a licence permits, and never calls a text certain when words are left
// over that could change its meaning. It is a package of its own because the texts and what recognises them are heavy: a
// program that neither prints nor recognises a licence unpacks nothing.
//
// Start with Text for the words of one licence or exception, and with Identify for a text of unknown origin.
package texts
