// Package checklists answers what published standards ask of public software: the Digital Public Goods Standard and the Standard for Public Code, as data
// with their version and source.
//
// It never says that a standard is met: people answer, with evidence and a day. What the register knows by itself is offered as found evidence beside the
// question (Find), and counts for nothing until a person has taken it over. The package reads no files when it runs and stores nothing.
//
// Start with Standards; the texts are in standards, where the README says where they come from.
package checklists
