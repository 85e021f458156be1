// Package jsontree answers what a JSON text holds and where each value stands in it, for the readers of descriptions: code.json,
// CodeMeta, JSON-LD and the answers of catalogues.
//
// It is forgiving, since those files are written by hand and by many tools: a text that breaks off is read up to there, an address
// in a list or a number in quotation marks is understood, and every such kindness is a remark with line and column. What was not
// asked for is handed out at the end, so that a reader loses nothing. It never reads from the network and is bounded in bytes, depth
// and values. It knows no format.
//
// Start with Parse, then Document.Object.
package jsontree
