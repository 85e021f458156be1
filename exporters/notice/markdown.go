package notice

import (
	"bufio"
	"io"
	"strconv"
	"strings"
)

// Markdown writes the notice as CommonMark (0.31.2). What comes from strangers is escaped, so that it neither links, nor embeds, nor is
// HTML; licence texts stand in fences longer than any in them. Errors as of Text. The same Document gives the same bytes.
func Markdown(w io.Writer, d Document) error {
	p, err := gather(&d)
	if err != nil {
		return err
	}
	out := &markdown{w: bufio.NewWriter(w)}
	out.say("# " + escapedLine(p.Title))
	out.say("")
	for _, f := range p.Facts {
		out.say("- " + f.Label + ": " + escaped(f.Value))
	}
	out.head("## ", headSummary)
	for i, sentence := range p.Summary {
		if i > 0 {
			out.say("")
		}
		out.say(escapedLine(sentence))
	}
	out.groups(p.Groups)
	out.texts(p.Texts)
	out.gaps(p.Gaps)
	return out.w.Flush()
}

type markdown struct{ w *bufio.Writer }

func (o *markdown) say(words string) { _, _ = o.w.WriteString(words + "\n") }

func (o *markdown) head(level, title string) {
	o.say("")
	o.say(level + escapedLine(title))
	o.say("")
}

func (o *markdown) groups(groups []*group) {
	if len(groups) == 0 {
		return
	}
	o.head("## ", headComponents)
	for i, g := range groups {
		if i > 0 {
			o.say("")
		}
		o.say("### " + escapedLine(g.Title))
		o.say("")
		if refers := g.Refers(); refers != "" {
			o.say(refers)
			o.say("")
		}
		for _, e := range g.Components {
			o.say("- **" + escaped(e.Label()) + "**")
			for _, r := range e.Rows() {
				o.say("  - " + escapedLine(r.Line()))
			}
		}
	}
}

func (o *markdown) texts(all []*text) {
	if len(all) == 0 {
		return
	}
	o.head("## ", headTexts)
	o.say(aboutTexts)
	for _, t := range all {
		o.head("### ", "Text "+strconv.Itoa(t.Number)+": "+t.Title())
		if absence := t.Absence(); absence != "" {
			o.say(escapedLine(absence))
			continue
		}
		fence := fenceFor(t.Body)
		o.say(fence + "text")
		o.say(t.Body)
		o.say(fence)
	}
}

func (o *markdown) gaps(all []Gap) {
	if len(all) == 0 {
		return
	}
	o.head("## ", headGaps)
	for i, g := range all {
		if i > 0 {
			o.say("")
		}
		o.say(escapedLine(g.Sentence + " " + g.Cure))
		o.say("")
		for _, name := range g.Names {
			o.say("- " + escapedLine(name))
		}
		if more := g.MoreSentence(); more != "" {
			o.say("- " + more)
		}
	}
}

// special are the characters that mean something inside a line of CommonMark or of its common extensions: emphasis, code, links,
// images, HTML, entities, tables, strike-through, mail addresses that become links, mathematics, attributes.
const special = "\\`*_[]<>#|~&@${}^"

// escaped is words inside a line of CommonMark. Any of the characters may stand behind a backslash: CommonMark 0.31.2, 2.4.
func escaped(words string) string {
	var b strings.Builder
	for i, r := range words {
		if strings.ContainsRune(special, r) || r == ':' && links(words[i+1:]) || r == '.' && i >= 3 && strings.EqualFold(words[i-3:i], "www") {
			b.WriteByte('\\')
		}
		b.WriteRune(r)
	}
	return b.String()
}

// links reports whether a colon before these words makes a link ("https:") or a picture (":smile:") where extensions are on.
func links(after string) bool {
	end := strings.TrimLeft(after, "abcdefghijklmnopqrstuvwxyz0123456789_+-")
	return strings.HasPrefix(after, "/") || len(end) < len(after) && strings.HasPrefix(end, ":")
}

// escapedLine is words at the beginning of a line, where they must not begin a list, underline a heading or draw a rule.
func escapedLine(words string) string {
	digits := strings.TrimLeft(words, "0123456789")
	switch {
	case words == "":
		return ""
	case strings.ContainsAny(words[:1], "-+="):
		return "\\" + escaped(words)
	case len(digits) < len(words) && digits != "" && strings.ContainsAny(digits[:1], ".)"):
		number := words[:len(words)-len(digits)]
		return number + "\\" + escaped(digits)
	}
	return escaped(words)
}

// fenceFor is a row of backticks that does not stand in the text: CommonMark 0.31.2, 4.5.
func fenceFor(text string) string {
	longest, run := 2, 0
	for i := range len(text) {
		if text[i] != '`' {
			run = 0
			continue
		}
		run++
		longest = max(longest, run)
	}
	return strings.Repeat("`", longest+1)
}
