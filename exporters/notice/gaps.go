package notice

import (
	"fmt"
	"strconv"
	"strings"
)

// Gap is one kind of thing that is missing: a sentence with the count, what to do, and the components.
type Gap struct {
	Sentence, Cure string
	Names          []string
	More           int // components that are not named here; each is marked where it stands
}

// Gaps lists what keeps the notice of a document from being complete, in the order of weight; summary says in sentences what the notice holds. The
// error is that of the document's Each, or ErrNoProduct.
func Gaps(d Document) (summary []string, missing []Gap, err error) {
	p, err := gather(&d)
	if err != nil {
		return nil, nil, err
	}
	return p.Summary, p.Gaps, nil
}

// mostNamed is how many components a gap names.
const mostNamed = 200

// gaps lists what is missing, in the order of weight.
func gaps(entries []*entry, shelf *shelf) []Gap {
	var none, license, unknown, copyright, shortened collected
	for _, e := range entries {
		switch {
		case !e.taken.IsZero():
		case e.Stated == "NONE":
			none.add(e.Label())
		default:
			license.add(e.Label())
		}
		if missing := shelf.unknown(e.taken); len(missing) > 0 {
			unknown.add(line(e.Label()+" ("+strings.Join(missing, ", ")+")", mostLine))
		}
		if len(e.Copyright) == 0 && !e.NoCopyright {
			copyright.add(e.Label())
		}
		if e.Shortened {
			shortened.add(e.Label())
		}
	}
	var out []Gap
	for _, g := range []struct {
		collected
		rest, cure string
	}{
		{none, "no licence, as the document says itself", "Without a licence nobody may use or pass on the work of others. Ask the owner for one, or do without the component."},
		{license, "no licence that is known", "Without a licence nobody may use or pass on the work of others. Find the licence and record it as a conclusion, or do without the component."},
		{unknown, "a licence whose text is not here", "Bring the text along: in the document under its LicenseRef, or, for an exception of the SPDX list, from the page that is named with it."},
		{copyright, "no copyright line", "Most licences ask that the copyright lines are passed on. They stand in the licence file or at the top of the source files."},
		{shortened, "copyright lines that are too long to be printed whole", "Print the remaining ones from the document."},
	} {
		if g.count > 0 {
			out = append(out, Gap{Sentence: fmt.Sprintf("%s %s %s.", components(g.count), has(g.count), g.rest), Cure: g.cure, Names: g.names, More: g.count - len(g.names)})
		}
	}
	return out
}

type collected struct {
	count int
	names []string
}

func (c *collected) add(name string) {
	c.count++
	if len(c.names) < mostNamed {
		c.names = append(c.names, name)
	}
}

// summary says in sentences what the notice holds.
func summary(entries []*entry, p *page, twice int) []string {
	if len(entries) == 0 {
		return []string{"The document names no components: there is nobody to be named here."}
	}
	open, known := 0, 0
	for _, e := range entries {
		if len(e.taken.Leaves()) > 1 && offers(e) {
			open++
		}
	}
	for _, t := range p.Texts {
		if t.Body != "" {
			known++
		}
	}
	licensed := len(p.Groups)
	if p.Groups[licensed-1].License.IsZero() {
		licensed--
	}
	out := []string{fmt.Sprintf("This notice names %s under %s. It holds %s.", lower(components(len(entries))),
		lower(count(licensed, "licence or combination of licences", "licences or combinations of licences")),
		lower(count(known, "licence text, printed once", "licence texts, each printed once")))}
	if len(p.Gaps) == 0 {
		out = append(out, "Nothing is missing: every component has a licence with its text, and its copyright lines or the statement that there are none.")
	} else {
		var said []string
		for _, g := range p.Gaps {
			said = append(said, lower(strings.TrimSuffix(g.Sentence, ".")))
		}
		out = append(out, "It is not complete: "+strings.Join(said, "; ")+".")
	}
	if open > 0 {
		out = append(out, fmt.Sprintf("%s %s a choice of licences that nobody has made; the texts of all of them are printed.", components(open), offersWord(open)))
	}
	if twice > 0 {
		out = append(out, fmt.Sprintf("%s of the document that %s the same as another one %s named once.", count(twice, "entry", "entries"), plural(twice, "says", "say"), plural(twice, "is", "are")))
	}
	return out
}

func offers(e *entry) bool { return strings.Contains(e.taken.String(), " OR ") }

func plural(n int, one, many string) string {
	if n == 1 {
		return one
	}
	return many
}

func has(n int) string        { return plural(n, "has", "have") }
func offersWord(n int) string { return plural(n, "offers", "offer") }
func components(n int) string { return count(n, "component", "components") }

// count is a number with its noun; thousands are parted so that long numbers can be read.
func count(n int, one, many string) string {
	switch n {
	case 0:
		return "No " + many
	case 1:
		return "One " + one
	}
	digits := strconv.Itoa(n)
	for i := len(digits) - 3; i > 0; i -= 3 {
		digits = digits[:i] + "," + digits[i:]
	}
	return digits + " " + many
}

// lower begins a phrase inside a sentence.
func lower(phrase string) string {
	if phrase == "" {
		return phrase
	}
	return strings.ToLower(phrase[:1]) + phrase[1:]
}
