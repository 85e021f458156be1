package notice

import (
	"bufio"
	"io"
	"strconv"
	"strings"
	"unicode/utf8"
)

// Text writes the notice as plain text in UTF-8. Everything that comes from strangers is indented, so that no licence text can look like
// a heading of the notice. Errors are those of w and of d.Each, and ErrNoProduct. The same Document gives the same bytes.
func Text(w io.Writer, d Document) error {
	p, err := gather(&d)
	if err != nil {
		return err
	}
	out := &plain{w: bufio.NewWriter(w)}
	out.head(p.Title, "=")
	for _, f := range p.Facts {
		out.say("", f.Label+": "+f.Value)
	}
	out.head(headSummary, "-")
	for _, sentence := range p.Summary {
		out.say("", sentence)
	}
	out.groups(p.Groups)
	out.texts(p.Texts)
	out.gaps(p.Gaps)
	return out.w.Flush()
}

type plain struct{ w *bufio.Writer }

// say writes a line; bufio.Writer keeps the first error for Flush.
func (o *plain) say(indent, words string) {
	_, _ = o.w.WriteString(indent + words + "\n")
}

func (o *plain) head(title, under string) {
	if under != "=" {
		o.say("", "")
	}
	o.say("", title)
	o.say("", strings.Repeat(under, min(utf8.RuneCountInString(title), 100)))
	o.say("", "")
}

func (o *plain) groups(groups []*group) {
	if len(groups) == 0 {
		return
	}
	o.head(headComponents, "-")
	for i, g := range groups {
		if i > 0 {
			o.say("", "")
		}
		o.say("", g.Title)
		if refers := g.Refers(); refers != "" {
			o.say("", refers)
		}
		for _, e := range g.Components {
			o.say("", "")
			o.say("  * ", e.Label())
			for _, r := range e.Rows() {
				o.say("    ", r.Line())
			}
		}
	}
}

func (o *plain) texts(all []*text) {
	if len(all) == 0 {
		return
	}
	o.head(headTexts, "-")
	o.say("", aboutTexts)
	for _, t := range all {
		o.head("Text "+strconv.Itoa(t.Number)+": "+t.Title(), "~")
		if absence := t.Absence(); absence != "" {
			o.say("", absence)
			continue
		}
		for one := range strings.Lines(t.Body) {
			if one = strings.TrimSuffix(one, "\n"); one != "" {
				one = "    " + one
			}
			o.say("", one)
		}
	}
}

func (o *plain) gaps(all []Gap) {
	if len(all) == 0 {
		return
	}
	o.head(headGaps, "-")
	for i, g := range all {
		if i > 0 {
			o.say("", "")
		}
		o.say("", g.Sentence)
		o.say("", g.Cure)
		for _, name := range g.Names {
			o.say("  * ", name)
		}
		if more := g.MoreSentence(); more != "" {
			o.say("    ", more)
		}
	}
}
