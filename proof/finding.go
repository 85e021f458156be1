package proof

// Finding is what a check came to, in words.
type Finding struct {
	Same       bool // everything that was checked holds
	Summary    string
	Checks     []Check    // in the order in which each rests on those before it; a check after one that failed is left out
	Entry      *Entry     // what was logged, as far as it could be read; trust it when Same is true
	Checkpoint Checkpoint // what the proof is about; likewise
}

// Check is one thing that was looked at.
type Check struct {
	Holds    bool
	Sentence string
}

func (f *Finding) holds(sentence string) { f.Checks = append(f.Checks, Check{true, sentence}) }

// fails notes what does not fit and what that means.
func (f *Finding) fails(summary, sentence string) *Finding {
	f.Same, f.Summary, f.Checks = false, summary, append(f.Checks, Check{false, sentence})
	return f
}

// Kind says which of the files of this package something is, by how it begins.
type Kind string

// What a file may be.
const (
	Neither     Kind = ""
	Inclusion   Kind = "inclusion"   // a proof that something was logged
	Consistency Kind = "consistency" // a proof that a log was only added to
	Signed      Kind = "checkpoint"  // a signed checkpoint
)

// KindOf tells the files of this package from others.
func KindOf(text []byte) Kind {
	if len(text) > MostBytes {
		return Neither
	}
	text = mended(text)
	switch first := firstLine(text); {
	case first == inclusionHeader:
		return Inclusion
	case isOldLine(first):
		return Consistency
	}
	if _, _, err := claimed(text); err == nil {
		return Signed
	}
	return Neither
}
