// Package verdicts answers whether a document may be used under licence policies, in a form that anybody can check again: a Verdict is a
// document of its own that says what was judged, by which policies and which licence list, in what situation, with which words of people, and what came out, with the reasons.
//
// It never keeps anything, never reads the clock, and never looks anything up: the same arguments give the same bytes, today and in ten years. What
// a licence means is for package licenses to say, what is allowed for package policy; here whole documents are put before them.
//
// Start with Judge for an SBOM document, JudgePURLs for a list of packages, JudgeExpression for one expression; then Verdict.JSON to keep the
// verdict, ReadVerdict to read it, and Compare to see what is different in one that was made again.
package verdicts
