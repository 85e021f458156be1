// Package quality answers how complete an SBOM document is by published lists: CISA 2026, BSI TR-03183-2 v2.1.0 and NTIA 2021.
//
// It never gives a bare score and never refuses a document: it measures facts, holds them against a list and explains the
// outcome in words. It reads no files when it runs (the lists are embedded), stores nothing, and does not check what the
// document cannot show: whether a signature holds, whether an address answers, whether all components are listed.
//
// For every fact three outcomes are kept apart and never merged: a value is stated; the document says that it is not known;
// nothing usable is said. See Facts for what counts as what.
//
// A document has one Grade by each list, which looks at its required fields only:
//
//	complete          every required field is there for every package
//	nearly complete   at least 80 of 100 required fields are filled
//	partial           at least 50 of 100 required fields are filled
//	thin              fewer than that
//	empty             the document lists no package
//
// A field is filled when at least 90 of 100 packages have it, or the document has it where it is about the document. An explicit
// "not known" counts where the list accepts one. The sentence in Report explains the grade and belongs beside it.
//
// Start with NewMeter while a document is read, then List.Judge; Sum adds up documents for the trend of a supplier or agency.
package quality
