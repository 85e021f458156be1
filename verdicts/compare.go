package verdicts

import (
	"bytes"
	"encoding/json"
	"fmt"
	"reflect"
	"slices"

	"github.com/ospo-register/ospo/licenses"
)

// Member names what can differ between two verdicts.
type Member string

// The members, causes first: when one of them differs, those after it may differ for that reason alone.
const (
	OfSemantics Member = "semantics" // another version of this program
	OfDocument  Member = "document"
	OfPolicy    Member = "policy"
	OfList      Member = "licenceList"
	OfSituation Member = "situation"
	OfWords     Member = "words"
	OfVerdict   Member = "verdict"
	OfCounts    Member = "counts"
	OfFindings  Member = "findings"
)

// Difference is one thing in which a verdict that was made again differs.
type Difference struct {
	Member      Member
	Have, Again string // in short
	Sentence    string
}

// Compare says in what a verdict that was made again differs from the one at hand; nothing when they are the same, to the digest.
func Compare(have, again *Verdict) []Difference {
	if have.Digest == again.Digest {
		return nil
	}
	var out []Difference
	add := func(member Member, a, b, sentence string) {
		out = append(out, Difference{member, a, b, sentence})
	}
	if have.Semantics != again.Semantics {
		add(OfSemantics, fmt.Sprint(have.Semantics), fmt.Sprint(again.Semantics), "It was made by another version of this program, which reads or judges in another way.")
	}
	if have.Subject.SHA256 != again.Subject.SHA256 {
		add(OfDocument, have.Subject.SHA256, again.Subject.SHA256, "The document is another one.")
	} else if !same(have.Subject, again.Subject) {
		add(OfDocument, have.Subject.summary(), again.Subject.summary(), "The document is the same and was read differently.")
	}
	out = append(out, comparePolicies(have.Policies, again.Policies)...)
	if have.LicenseList != again.LicenseList {
		add(OfList, have.LicenseList.summary(), again.LicenseList.summary(), "It was judged by another licence list, or by other facts about its licences.")
	}
	if !same(have.Situation, again.Situation) {
		add(OfSituation, inShort(have.Situation), inShort(again.Situation), "Other facts of the situation are given.")
	}
	if !same(have.Words, again.Words) {
		add(OfWords, have.Words.summary(), again.Words.summary(), "Other words of people were applied, or to other packages.")
	}
	if have.Verdict != again.Verdict {
		add(OfVerdict, string(have.Verdict), string(again.Verdict), fmt.Sprintf("The verdict was %s and is %s.", have.Verdict, again.Verdict))
	}
	if !same(have.Product, again.Product) {
		add(OfDocument, inShort(have.Product), inShort(again.Product), "The product itself was judged in another way.")
	}
	if !same(have.Packages, again.Packages) || !same(have.Expressions, again.Expressions) {
		add(OfCounts, have.Packages.String(), again.Packages.String(), "Other numbers of packages or expressions have each verdict.")
	}
	if a, b := have.reasons(), again.reasons(); !same(a, b) {
		add(OfFindings, fmt.Sprintf("%d findings", len(a)), fmt.Sprintf("%d findings", len(b)), "The findings are others, or about other components.")
	}
	if len(out) == 0 {
		add(OfFindings, have.Digest, again.Digest, "The digests differ, and only they: the verdict is written in another way.")
	}
	return out
}

func comparePolicies(have, again []Policy) []Difference {
	var out []Difference
	for i := range max(len(have), len(again)) {
		switch {
		case i >= len(again):
			out = append(out, Difference{OfPolicy, have[i].summary(), "", "The policy " + have[i].ID + " does not judge any more."})
		case i >= len(have):
			out = append(out, Difference{OfPolicy, "", again[i].summary(), "The policy " + again[i].ID + " judges besides."})
		case have[i].Digest != again[i].Digest:
			out = append(out, Difference{OfPolicy, have[i].summary(), again[i].summary(), "The policy " + have[i].ID + " has another text."})
		case have[i] != again[i]:
			out = append(out, Difference{OfPolicy, have[i].summary(), again[i].summary(), "The policy " + have[i].ID + " has the same text under another number or name."})
		}
	}
	return out
}

// finds is what findings say besides the words of the policies, which differ when those do.
type finds struct {
	Verdict, Says  licenses.Verdict
	Agency, Policy string
	Rule           string
	Missing        []string
	Packages       int
	Components     []Component
}

func (v *Verdict) reasons() []finds {
	out := make([]finds, 0, len(v.Findings))
	for _, f := range v.Findings {
		out = append(out, finds{f.Verdict, f.Says, f.Agency, f.Policy, f.Rule, f.Missing, f.Packages, f.Components})
	}
	return out
}

// same compares by what is written, so that what was left out and what is empty are the same.
func same(a, b any) bool {
	if reflect.DeepEqual(a, b) {
		return true
	}
	x, errX := json.Marshal(a)
	y, errY := json.Marshal(b)
	return errX == nil && errY == nil && bytes.Equal(x, y)
}

func inShort(value any) string {
	text, err := json.Marshal(value)
	if err != nil {
		return err.Error()
	}
	return clip(string(text), shortText)
}

func (s Subject) summary() string {
	return fmt.Sprintf("%s %s, %d packages, %s", s.Format, s.Version, s.Packages, s.Reading)
}

func (p Policy) summary() string {
	return fmt.Sprintf("%s, version %d, SHA-256 %s", p.ID, p.Version, p.Digest)
}

func (l LicenseList) summary() string {
	return fmt.Sprintf("%s of %s, SHA-256 %s", l.Version, l.Date, l.Digest)
}

func (w Words) summary() string {
	return fmt.Sprintf("%d choices, %d conclusions", len(w.Choices), len(w.Conclusions))
}

// String is what there is, the worst first: "2 denied, 5 allowed".
func (c Counts) String() string {
	text := ""
	for _, verdict := range slices.Backward(licenses.Verdicts()) {
		if c[verdict] > 0 {
			if text != "" {
				text += ", "
			}
			text += fmt.Sprintf("%d %s", c[verdict], verdict)
		}
	}
	if text == "" {
		return "nothing"
	}
	return text
}

// Sentence says the verdict for people.
func (v *Verdict) Sentence() string {
	if v.Product != nil && !v.Product.Judged {
		return v.sentence() + " The product itself is not judged: nobody states its licence."
	}
	return v.sentence()
}

func (v *Verdict) sentence() string {
	if v.Subject.Packages == 0 {
		return "Nobody can say: the document names no packages."
	}
	n, all := v.Packages[v.Verdict], 0
	for _, packages := range v.Packages {
		all += packages
	}
	if n == 0 {
		return "Nobody can say: the document breaks off."
	}
	of := fmt.Sprintf("%d of %d packages", n, all)
	if all == 1 {
		of = "the only package"
	}
	if v.Subject.Kind == Expression {
		of = "this expression"
	}
	switch v.Verdict {
	case licenses.Allowed:
		if all > 1 {
			of = fmt.Sprintf("all %d packages", all)
		}
		return "Allowed: " + of + "."
	case licenses.NeedsChoice:
		return "Somebody has to choose: for " + of + " one branch of an OR is allowed and another is not."
	case licenses.Review:
		return "Somebody has to look: at " + of + "."
	case licenses.Undetermined:
		return "Undetermined: for " + of + " facts are missing that a rule asks for."
	case licenses.Denied:
		return "Denied: " + of + "."
	case licenses.NoLicense:
		return "Not allowed: for " + of + " it is said that there is no licence."
	}
	return "Unknown: for " + of + " nobody has said which licence holds, or nobody knows its terms."
}
