package licenses

// ConclusionDecides says which of the two licences that a document states of a package is the effective one: the concluded licence, or else the
// declared. SPDX 2.3, 7.13: a conclusion that says nothing leaves the declared licence as all there is.
func ConclusionDecides(declared, concluded ReadingKind) bool {
	return concluded != ReadAbsent && concluded != ReadNoAssertion || declared == ReadAbsent
}
