package licenses

import (
	"cmp"
	_ "embed"
	"fmt"
	"slices"
	"strings"
	"sync"
)

// Linking says how a part and the work that is published belong together.
type Linking string

// The ways, from the closest to the loosest.
const (
	Included Linking = "included" // its code is in the work, changed or not
	Linked   Linking = "linked"   // the work calls it as a library, statically or dynamically
	Separate Linking = "separate" // a tool that built it, or a program that is only passed on beside it
)

// Linkings lists the ways in the order of a form.
func Linkings() []Linking { return []Linking{Included, Linked, Separate} }

// Answer is what is known of whether licences go together, spelled as in a URL.
type Answer string

// The answers from the best to the worst.
const (
	AnswerYes     Answer = "yes"
	AnswerCheck   Answer = "check" // it depends on something that only the case at hand tells
	AnswerUnknown Answer = "unknown"
	AnswerNo      Answer = "no"
)

// Answers lists the answers from the best to the worst.
func Answers() []Answer { return []Answer{AnswerYes, AnswerCheck, AnswerUnknown, AnswerNo} }

func (a Answer) rank() int { return slices.Index(Answers(), a) }

// Compatibility is the answer to whether something under one licence may be part of a work published under another.
type Compatibility struct {
	Answer Answer
	Reason string // one sentence for people
	Source string // whose answer it is
}

var (
	//go:embed data/osadl.tsv
	osadlTSV string
	//go:embed data/alike.tsv
	alikeTSV string
	//go:embed data/compatibility.tsv
	compatibilityTSV string
)

// sourceDerived is the source of an answer that follows from the facts of the two licences and from nobody's comparison of them.
const sourceDerived = "derived from what kind of licences they are"

// matrix is the OSADL matrix: a row for each leading (outbound) licence, in it a letter for each subordinate (inbound) one.
type matrix struct {
	date  string
	at    map[string]int // leaf's text in lower case
	rows  []string
	names []string          // of the rows
	alike map[string]string // a licence outside the matrix to one in it that asks for as much or more; keys in lower case
}

var theMatrix = sync.OnceValue(func() *matrix {
	m := &matrix{at: map[string]int{}, alike: map[string]string{}}
	first, _, _ := strings.Cut(osadlTSV, "\n")
	_, m.date, _ = strings.Cut(first, "\t")
	for row := range rows(osadlTSV) {
		m.at[strings.ToLower(row[0])] = len(m.rows)
		m.rows, m.names = append(m.rows, row[1]), append(m.names, row[0])
	}
	for row := range rows(alikeTSV) {
		for id := range strings.FieldsSeq(row[1]) {
			m.alike[strings.ToLower(id)] = row[0]
		}
	}
	return m
})

// place finds the row and column of a leaf, or of one in the matrix that stands for it.
func (m *matrix) place(leaf Leaf) (int, bool) {
	key := strings.ToLower(leaf.String())
	if i, ok := m.at[key]; ok {
		return i, true
	}
	i, ok := m.at[strings.ToLower(m.alike[key])]
	return i, ok
}

func (m *matrix) find(inbound, outbound Leaf) (Compatibility, bool) {
	column, ok := m.place(inbound)
	row, also := m.place(outbound)
	if !ok || !also {
		return Compatibility{}, false
	}
	source := "OSADL licence compatibility matrix of " + m.date
	for _, stands := range []struct {
		leaf Leaf
		at   int
	}{{inbound, column}, {outbound, row}} {
		if name := m.names[stands.at]; !strings.EqualFold(name, stands.leaf.String()) {
			source += ", where " + name + " stands for " + stands.leaf.String()
		}
	}
	switch m.rows[row][column] {
	case 'y', 's':
		return Compatibility{AnswerYes, fmt.Sprintf("A work under %s may contain parts under %s.", outbound, inbound), source}, true
	case 'n':
		return Compatibility{AnswerNo, fmt.Sprintf("A work under %s may not contain parts under %s: what the two demand cannot be met together.", outbound, inbound), source}, true
	case 'c':
		return Compatibility{AnswerCheck, fmt.Sprintf("Whether a work under %s may contain parts under %s depends on how the two are combined.", outbound, inbound), source}, true
	}
	return Compatibility{AnswerUnknown, fmt.Sprintf("OSADL has not reached an opinion on parts under %s in a work under %s.", inbound, outbound), source}, true
}

// clauses are answers that licences themselves or their stewards give, by "inbound\toutbound" in lower case; more is wanted of them than of the matrix.
var theClauses = sync.OnceValue(func() map[string]clause {
	table := map[string]clause{}
	for row := range rows(compatibilityTSV) {
		for inbound := range strings.SplitSeq(row[0], "|") {
			for outbound := range strings.SplitSeq(row[1], "|") {
				table[strings.ToLower(inbound+"\t"+outbound)] = clause{Linking(row[2]), Compatibility{Answer(row[3]), row[4], row[5]}}
			}
		}
	}
	return table
})

// clause is an answer and the closest connection for which it holds.
type clause struct {
	closest Linking
	Compatibility
}

func findClause(inbound, outbound Leaf, how Linking) (Compatibility, bool) {
	for _, pair := range []string{inbound.String() + "\t" + outbound.String(), inbound.String() + "\t*"} {
		found, ok := theClauses()[strings.ToLower(pair)]
		if ok && (found.closest == how || found.closest == Included) {
			return found.Compatibility, true
		}
	}
	return Compatibility{}, false
}

// Compatible says whether something under inbound may be part of a work that is published under outbound.
//
// It answers from, in this order: the kind of connection, sameness, the table of clauses in which licences or their stewards name each other
// (data/compatibility.tsv), the OSADL matrix, the versions that an "or later" offers, and what the facts of the two tell. Reason and
// Source are always there. It is information, and no advice on a case.
func (l *List) Compatible(inbound, outbound Leaf, how Linking) Compatibility {
	in, out := l.Facts(l.current(inbound)), l.Facts(l.current(outbound))
	in.Leaf, out.Leaf = l.current(inbound), l.current(outbound)
	if how == Separate {
		return Compatibility{AnswerYes, "It is no part of the work: a tool, or a program that only stands beside it, keeps its own licence and asks nothing of the work.", sourceDerived}
	}
	if in.Leaf == out.Leaf && !in.Unspecific {
		return same(in)
	}
	if !termsPublished(in) || !termsPublished(out) {
		return unlisted(in, out)
	}
	answer := l.read(in.Leaf, out.Leaf, how)
	if how == Linked && answer.Answer != AnswerYes {
		if loose, ok := linked(in, out); ok {
			return loose
		}
	}
	if answer.Answer != "" {
		return answer
	}
	return derive(in, out)
}

func same(f Facts) Compatibility {
	if f.Openness == Open || f.Openness == PresumablyOpen || f.Openness == PublicDomain {
		return Compatibility{AnswerYes, fmt.Sprintf("Part and work are both under %s.", f.Leaf), "the same licence"}
	}
	return Compatibility{AnswerCheck, fmt.Sprintf("Part and work are both under %s, but nothing says that it lets others than the owner pass the part on.", f.Leaf), "the same licence"}
}

// termsPublished says whether anybody can read what the licence says. Of somebody's own terms enough is known: they are not open.
func termsPublished(f Facts) bool { return f.Listed && (!f.Unspecific || f.Openness == Proprietary) }

func unlisted(in, out Facts) Compatibility {
	f := in
	if termsPublished(in) {
		f = out
	}
	why := "it is not on the SPDX list"
	if f.Unspecific {
		why = "it names a kind of licence and no text"
	}
	return Compatibility{AnswerUnknown, fmt.Sprintf("The terms of %s are not known: %s.", f.Leaf, why), "none"}
}

// read is the answer of clauses and matrix, for the leaf or for a version that it may be taken as; the zero value when neither knows the two.
func (l *List) read(inbound, outbound Leaf, how Linking) Compatibility {
	answer := readPair(inbound, outbound, how)
	for _, version := range inbound.Versions()[1:] {
		if answer.Answer == AnswerYes {
			return answer
		}
		other := readPair(version, outbound, how)
		if version == outbound {
			other = Compatibility{AnswerYes, "That is the licence of the work.", "the same licence"}
		}
		if other.Answer != "" && (answer.Answer == "" || other.Answer.rank() < answer.Answer.rank()) {
			answer = other
			answer.Reason = fmt.Sprintf("%s may be taken as %s. ", inbound, version) + answer.Reason
		}
	}
	switch {
	case answer.Answer == "" && outbound.Addition != "":
		return l.readWith(inbound, outbound, how)
	case answer.Answer != AnswerYes && outbound.Addition == "":
		if narrowed, ok := l.readVersions(inbound, outbound, how); ok {
			return narrowed
		}
	}
	return answer
}

// readVersions answers for a work under "or later" that cannot be so as a whole, but can be under one of the versions.
// Source: FSF, Frequently Asked Questions about the GNU Licenses, "AllCompatibility".
func (l *List) readVersions(inbound, outbound Leaf, how Linking) (Compatibility, bool) {
	for _, version := range outbound.Versions()[1:] {
		if answer := l.read(inbound, version, how); answer.Answer == AnswerYes || inbound == version {
			reason := fmt.Sprintf("The own code may stay under %s; the work as a whole, with this part, can only be passed on under %s.", outbound, version)
			return Compatibility{AnswerCheck, reason, cmp.Or(answer.Source, "the same licence")}, true
		}
	}
	return Compatibility{}, false
}

// readWith answers for a work under a licence with an exception that nobody lists together, from what holds for the licence alone.
func (l *List) readWith(inbound, outbound Leaf, how Linking) Compatibility {
	plain := outbound
	plain.Addition, plain.AdditionDocument = "", ""
	answer := l.read(inbound, plain, how)
	if inbound == plain {
		answer = Compatibility{Answer: AnswerYes, Source: "the same licence"}
	}
	if answer.Answer == AnswerYes && l.Facts(inbound).Reciprocity != ReciprocityNone {
		return Compatibility{AnswerCheck, fmt.Sprintf("It goes with %s, but only its owner can grant %s for it: the exception would not hold for that part.", plain, outbound.Addition), sourceDerived}
	}
	return answer
}

// readPair is the answer of clauses and matrix for exactly these two. A licence with an exception allows what the licence alone allows.
func readPair(inbound, outbound Leaf, how Linking) Compatibility {
	if answer, ok := findClause(inbound, outbound, how); ok {
		return answer
	}
	if answer, ok := theMatrix().find(inbound, outbound); ok {
		return answer
	}
	if inbound.Addition == "" {
		return Compatibility{}
	}
	plain := inbound
	plain.Addition, plain.AdditionDocument = "", ""
	if plain == outbound {
		return Compatibility{AnswerYes, fmt.Sprintf("The exception only gives further permission; without it the part is under %s as the work is.", plain), sourceDerived}
	}
	return readPair(plain, outbound, how)
}

// linked answers for a library that the work calls. The work is the library's business only when the library's licence
// reaches it, and the library is the work's only when the licence of the work covers the whole.
func linked(in, out Facts) (Compatibility, bool) {
	european := strings.HasPrefix(out.Leaf.ID, "EUPL-")
	whole := (out.Reciprocity == ReciprocityProject || out.Reciprocity == ReciprocityNetwork) && !european
	source := sourceDerived
	if european {
		source = "European Commission, matrix of EUPL compatible open source licences, on linking"
	}
	switch {
	case whole || out.Openness == OpennessUnknown || in.Openness == OpennessUnknown:
		return Compatibility{}, false
	case in.Openness == Proprietary || len(in.Limits) > 0:
		return Compatibility{AnswerCheck, fmt.Sprintf("The work itself may be under %s, but it only runs with a part under %s, which not everybody may use or pass on.", out.Leaf, in.Leaf), sourceDerived}, true
	case strings.HasPrefix(in.Leaf.ID, "EUPL-"):
		return Compatibility{AnswerCheck, "The European Commission holds that linking makes no derivative work, so that the EUPL does not reach the work; no court has said so.", "EUPL-1.2, articles 1 and 15; Directive 2009/24/EC, recitals 10 and 15"}, true
	case in.Reciprocity == ReciprocityNone:
		return Compatibility{AnswerYes, fmt.Sprintf("%s asks for its notices and nothing of the work that calls it.", in.Leaf), source}, true
	case in.Reciprocity == ReciprocityFile:
		return Compatibility{AnswerYes, fmt.Sprintf("%s reaches its own files and not the work that calls them. The duties for that part remain.", in.Leaf), source}, true
	case in.Reciprocity == ReciprocityLibrary:
		return Compatibility{AnswerYes, fmt.Sprintf("%s reaches the library and not the work that calls it. The duties for that part remain.", in.Leaf), source}, true
	case in.Reciprocity == ReciprocityNetwork && in.Leaf.Addition != "" && theKnown().effects[strings.ToLower(in.Leaf.Addition)].value == string(ReciprocityLibrary):
		return Compatibility{AnswerCheck, fmt.Sprintf("%s frees some works from the reach of the licence; check that this one is among them. The duties for the part remain, towards users over a network too.", in.Leaf.Addition), "the text of the exception"}, true
	}
	return Compatibility{}, false
}

// derive answers for two licences that nobody has compared.
func derive(in, out Facts) Compatibility {
	say := func(answer Answer, format string, args ...any) Compatibility {
		return Compatibility{answer, fmt.Sprintf(format, args...), sourceDerived}
	}
	switch open := out.Openness == Open || out.Openness == PresumablyOpen || out.Openness == PublicDomain; {
	case in.Openness == OpennessUnknown:
		return say(AnswerUnknown, "Nobody has said what %s allows.", in.Leaf)
	case open && in.Openness == Proprietary:
		return say(AnswerNo, "%s is no open licence: what it gives cannot be passed on under %s.", in.Leaf, out.Leaf)
	case open && len(in.Limits) > 0:
		return say(AnswerNo, "%s limits use (%s), which %s does not.", in.Leaf, limitWords(in.Limits), out.Leaf)
	case in.Openness == SourceAvailable || in.Openness == Proprietary:
		return say(AnswerUnknown, "Nobody has compared %s with %s.", in.Leaf, out.Leaf)
	case in.Reciprocity == ReciprocityNone && (in.Openness == PublicDomain || in.Category == CategoryPublicDomain):
		return say(AnswerYes, "%s gives up or lends all rights without a condition that could clash.", in.Leaf)
	case in.Reciprocity == ReciprocityNone:
		return say(AnswerCheck, "%s is permissive; nobody has looked whether one of its conditions clashes with %s.", in.Leaf, out.Leaf)
	case in.Reciprocity != ReciprocityUnknown && (out.Reciprocity == ReciprocityNone || out.Openness == Proprietary || out.Openness == SourceAvailable):
		return say(AnswerNo, "%s demands that its code stays open under it, so it cannot be passed on under %s.", in.Leaf, out.Leaf)
	}
	return say(AnswerUnknown, "Both %s and %s make demands on the whole, and nobody has compared them.", in.Leaf, out.Leaf)
}

func limitWords(limits []Limit) string {
	words := make([]string, len(limits))
	for i, limit := range limits {
		words[i] = string(limit)
	}
	return strings.Join(words, ", ")
}
