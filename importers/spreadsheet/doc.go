// Package spreadsheet answers what the rows of a CSV file say, however an office program has written it: which encoding,
// which delimiter, which column is meant by which heading, and in which row each thing stands.
//
// It knows columns by the names its caller gives and judges no value: whether "ministry" is a kind of agency is the
// register's to say. It stores nothing and follows no formula.
//
// Start with Read.
package spreadsheet
