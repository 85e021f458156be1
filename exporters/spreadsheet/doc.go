// Package spreadsheet answers how a table is handed to people who work with office programs: as CSV (RFC 4180) or as a
// workbook (Office Open XML), with numbers as numbers, days as days, and nothing in a cell that such a program would run.
//
// It knows no records: what a table says is made where the records are known. It reads nothing. Start with Table, then
// WriteCSV or WriteXLSX.
package spreadsheet
