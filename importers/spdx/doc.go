// Package spdx reads SPDX 2.1, 2.2 and 2.3 documents in every notation they are published in, and SPDX 3.0 in JSON-LD, and says what
// each one holds: packages one by one, the relationships between them, the licence texts, and a list of findings.
//
// It salvages instead of refusing: whatever is sound is handed over, whatever is not becomes a finding with a stable
// rule id (see Rules), a severity and a pointer. Only what is no SBOM at all, empty or over a limit is refused.
//
// It stores nothing, fetches nothing, judges no licence and never trusts a file name: the notation is sniffed from the bytes.
//
// JSON goes through a streaming reader of our own that holds no document in memory. YAML and XML are turned into that
// JSON first, RDF has a reader of its own. Tag-value goes through spdx/tools-golang, behind recover and size limits; where that
// library refuses a document, or reads fewer packages than it names, our own reader salvages it line by line. On every document
// that the library reads rightly, ours must say the same: differential_test.go holds them together, and library_test.go
// says why the library is not trusted with more.
//
// SPDX 3 has a streaming reader too (ldReader), which keeps what packages state compressed until all that is said of them is known.
//
// Start at Read; builder (SPDX 2), ldReader (SPDX 3) and sbom.Builder are where everything meets.
package spdx
