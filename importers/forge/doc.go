// Package forge answers what is to be found where publishers keep their code: which repositories a group has, and what is in one of them.
//
// It never stores a record, never makes a work tree, never runs anything it fetched, and never asks an address inside our own network unless
// Limits.AllowPrivate says so. Every answer is bounded in bytes and time, and whatever goes wrong is a *Problem, which says in words for the
// owner what happened and how to mend it.
//
// Start with NewClient; Client.List for the repositories of a group, Client.Visit for what one of them holds, Client.Fetch for any other address.
package forge
