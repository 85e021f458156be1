// Package licenses answers what a licence text in a software record means: it parses SPDX licence expressions, reads the
// other things that people write in their place, knows the SPDX licence list, and says of each licence how open it is, how far it reaches, what it
// asks for in which use, and whether parts under it may be in a work under another.
//
// It never reads files or the network, never decides whether something is allowed (that is a policy's business), and never
// invents a version or a permission that the text does not state: what it had to guess is marked as guessed, and what it could not
// read stays unknown.
//
// Start with Read for a string as found in a document, with Parse for a string that must be an SPDX expression, and with Get
// for what the SPDX list says of one identifier; with NewSet, Allows and RequiresAny to ask a list of licences about an expression; with
// Embedded for the List that is built in, and its Facts, Owes, Compatible and Publish. ReadList takes a newer release of the SPDX list.
package licenses
