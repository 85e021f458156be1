package verdicts

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/ospo-register/ospo/licenses"
	"github.com/ospo-register/ospo/licenses/texts"
	"github.com/ospo-register/ospo/models"
	"github.com/ospo-register/ospo/packages"
	"github.com/ospo-register/ospo/policy"
)

// collection is the packages of a subject as distinct components. What a LicenseRef stands for, and what depends on what, is known only at the
// end of a document: until then nothing is judged.
type collection struct {
	words      *words
	suppliers  bool // rules ask for more of a component than its licence
	places     map[facts]int32
	components []component
	ordinals   []int32 // the component of each package, in the order of the document
	stated     []statement
	byText     map[string]int32
	effective  map[string]*effective
	texts      map[string]string // what the document's LicenseRefs stand for
	identified map[string]licenses.Expression
	broken     string  // what the reader says of where the document breaks off
	roots      []int32 // the packages that the document describes
	product    int32   // the component that is the product itself, where the document states no licence of it; -1 for none
	entry      string  // the licence under which the software is registered
}

// facts are what tells components apart.
type facts struct {
	name, version, purl, supplier string
	declared, concluded           int32 // places in collection.stated
}

type component struct {
	facts
	packages int
	first    int32 // ordinal of the package that is nearest to a root, or the first of them
	decided  DecidedBy
	leftOut  bool // the product itself, of which nobody states a licence
	*effective
}

// statement is a licence as stated, and once the document has been read, what it means.
type statement struct {
	text string
	*effective
}

// effective is a statement ready to be judged.
type effective struct {
	policy.Statement
	key     string // distinct for what is distinct in meaning
	license string // for people
	texts   []IdentifiedText
	choices []int // that were put in
	// judgement is set when it does not depend on more of a component.
	judgement *policy.Judgement
}

func newCollection(w *words, program *policy.Program) *collection {
	return &collection{words: w, suppliers: program.NeedsComponent(), places: map[facts]int32{}, byText: map[string]int32{}, effective: map[string]*effective{},
		texts: map[string]string{}, identified: map[string]licenses.Expression{}, product: -1}
}

// add takes one package of a document.
func (c *collection) add(p *models.SBOMPackage) {
	f := facts{name: clean(p.Name), version: clean(p.Version), purl: clean(p.PURL), declared: c.license(p.Declared), concluded: c.license(p.Concluded)}
	if c.suppliers {
		f.supplier = clean(p.Supplier)
	}
	at, known := c.places[f]
	if !known {
		at = int32(len(c.components))
		c.places[f] = at
		c.components = append(c.components, component{facts: f, first: int32(len(c.ordinals))})
	}
	c.components[at].packages++
	c.ordinals = append(c.ordinals, at)
}

// license is the place of a licence among those stated.
func (c *collection) license(text string) int32 {
	at, known := c.byText[text]
	if !known {
		at = int32(len(c.stated))
		c.byText[text] = at
		c.stated = append(c.stated, statement{text: clean(text)})
	}
	return at
}

// clean makes text that every reader of the verdict takes: valid UTF-8 without NUL, as the register keeps it.
func clean(s string) string {
	return strings.ReplaceAll(strings.ToValidUTF8(s, "\uFFFD"), "\x00", "")
}

// settle finds the effective licence of every component, once everything has been added.
func (c *collection) settle(ctx context.Context) error {
	for i := range c.stated {
		if err := ctx.Err(); err != nil {
			return err
		}
		c.stated[i].effective = c.meaning(licenses.Read(c.stated[i].text))
	}
	c.product = c.findProduct()
	for i := range c.components {
		k := &c.components[i]
		base := ""
		if k.purl != "" {
			if parsed, err := packages.ParsePURL(k.purl); err == nil {
				base = clean(parsed.Base())
				if k.version == "" {
					k.version = clean(parsed.Version)
				}
			}
		}
		k.settle(c, base)
	}
	return nil
}

// findProduct finds what a document with other packages describes, as far as that is one package and no licence is stated of it: the product itself. Where it
// stands in the document as a part too it becomes a component of its own. It is -1 when there is none.
func (c *collection) findProduct() int32 {
	roots := slices.Compact(slices.Sorted(slices.Values(c.roots)))
	if len(c.ordinals) < 2 || len(roots) != 1 || roots[0] < 0 || int(roots[0]) >= len(c.ordinals) {
		return -1
	}
	at := c.ordinals[roots[0]]
	switch {
	case !c.silent(at):
		return -1
	case c.components[at].packages > 1:
		return c.part(at, roots)
	}
	return at
}

func (c *collection) silent(at int32) bool {
	for _, stated := range []int32{c.components[at].declared, c.components[at].concluded} {
		if kind := c.stated[stated].Kind; kind != licenses.ReadAbsent && kind != licenses.ReadNoAssertion {
			return false
		}
	}
	return true
}

// part makes a component of its own of some packages of one, and gives its place.
func (c *collection) part(of int32, ordinals []int32) int32 {
	at := int32(len(c.components))
	c.components = append(c.components, component{facts: c.components[of].facts, packages: len(ordinals), first: ordinals[0]})
	for _, ordinal := range ordinals {
		c.ordinals[ordinal] = at
	}
	c.components[of].packages -= len(ordinals)
	c.components[of].first = int32(slices.Index(c.ordinals, of))
	return at
}

// settle says which licence decides: a reviewer's, or one of those that the document states. A document is about its parts: of the product itself, when it states nothing, the
// licence of its entry holds; where that has none either it is left out.
func (k *component) settle(c *collection, base string) {
	product := c.product >= 0 && k == &c.components[c.product]
	if at := c.words.conclusion(base, k.name, k.version); at >= 0 {
		k.decided = ByConclusion
		k.effective = c.meaning(licenses.Reading{Kind: licenses.ReadExpression, Expression: c.words.concluded[at]})
		c.words.Conclusions[at].Packages += k.packages
	} else {
		declared, concluded := c.stated[k.declared].effective, c.stated[k.concluded].effective
		k.decided, k.effective = ByDeclared, declared
		if licenses.ConclusionDecides(declared.Kind, concluded.Kind) {
			k.decided, k.effective = ByConcluded, concluded
		}
		switch entry := licenses.Read(c.entry); {
		case product && entry.Kind == licenses.ReadExpression:
			k.decided, k.effective = ByEntry, c.meaning(entry)
		case k.Kind == licenses.ReadAbsent:
			k.decided = ""
		}
		k.leftOut = product && k.decided != ByEntry
	}
	for _, choice := range k.choices {
		c.words.Choices[choice].Packages += k.packages
	}
}

// statedText is the words that the document has for the effective licence; "" for a reviewer's.
func (c *collection) statedText(k *component) string {
	switch k.decided {
	case ByDeclared, ByCaller:
		return c.stated[k.declared].text
	case ByConcluded:
		return c.stated[k.concluded].text
	}
	return ""
}

// meaning is what a reading means once its LicenseRefs are known by their texts and the choices are made. There is one for what means the same.
func (c *collection) meaning(r licenses.Reading) *effective {
	e := &effective{Statement: policy.StatementOf(r)}
	if e.Kind == licenses.ReadExpression {
		for _, leaf := range e.Expression.Refs() {
			if known := c.identify(leaf); !known.IsZero() {
				e.Expression = e.Expression.Choose(licenses.Of(leaf), known)
				e.texts = append(e.texts, IdentifiedText{leaf.ID, known.String()})
			}
		}
		e.Expression, e.choices = c.words.choose(e.Expression)
	}
	e.license = licenseOf(e.Statement)
	e.key = fmt.Sprint(e.Kind, "\x00", e.license, "\x00", e.Stated, "\x00", e.choices)
	if e.Guessed {
		e.key += "\x00guessed"
	}
	if same, known := c.effective[e.key]; known {
		return same
	}
	c.effective[e.key] = e
	return e
}

// identify is the listed licence whose text a LicenseRef of the document stands for; zero when that is not certain.
func (c *collection) identify(leaf licenses.Leaf) licenses.Expression {
	text, brought := c.texts[leaf.ID]
	if !brought || leaf.Document != "" || leaf.Addition != "" || leaf.OrLater {
		return licenses.Expression{}
	}
	known, done := c.identified[text]
	if !done {
		if m := texts.Identify(text); m.Certain {
			known = m.Expression.Current()
		}
		c.identified[text] = known
	}
	return known
}

// licenseOf is the effective expression of a statement, or what stands in its place.
func licenseOf(s policy.Statement) string {
	switch s.Kind {
	case licenses.ReadExpression:
		return s.Expression.String()
	case licenses.ReadNone:
		return "NONE"
	case licenses.ReadNoAssertion:
		return "NOASSERTION"
	case licenses.ReadUnreadable:
		return s.Stated
	}
	return ""
}
