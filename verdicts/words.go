package verdicts

import (
	"fmt"

	"github.com/ospo-register/ospo/licenses"
	"github.com/ospo-register/ospo/models"
)

// Words are what people said about licences. Where several fit, the first does: put what is nearer to the subject first.
type Words struct {
	Choices     []Choice     `json:"choices"`
	Conclusions []Conclusion `json:"conclusions"`
}

// Choice says which branch of an offer is taken wherever the offer stands.
type Choice struct {
	Offer    string `json:"offer"`    // an expression
	Chosen   string `json:"chosen"`   // what is taken of it
	Packages int    `json:"packages"` // how many packages it was applied to; set by Judge
}

// Conclusion is a reviewer's licence for a component; it goes before what the document states. One for a version goes before one for all.
type Conclusion struct {
	Base       string `json:"base,omitempty"`    // the component's purl without version
	Name       string `json:"name,omitempty"`    // its name, for one without a purl
	Version    string `json:"version,omitempty"` // "" is every version
	Expression string `json:"expression"`
	Packages   int    `json:"packages"` // how many packages it was applied to; set by Judge
}

// MostWords is how many choices, and how many conclusions, are taken.
const MostWords = 10_000

// words are Words made ready.
type words struct {
	Words
	offers, chosen []licenses.Expression
	concluded      []licenses.Expression
	by             map[[2]string][]int // conclusions by base and name
}

// ready reads the words. The error is *models.Error of kind invalid, with every mistake.
func (w Words) ready() (*words, error) {
	var m models.Mistakes
	if len(w.Choices) > MostWords || len(w.Conclusions) > MostWords {
		m.Add("words", "too-many", fmt.Sprintf("At most %d choices and %d conclusions are taken.", MostWords, MostWords))
		return nil, m.Err()
	}
	r := &words{by: map[[2]string][]int{}}
	for i, c := range w.Choices {
		field := fmt.Sprintf("words.choices[%d]", i)
		offer, chosen := expressionIn(&m, field+".offer", c.Offer), expressionIn(&m, field+".chosen", c.Chosen)
		if !offer.IsZero() && !chosen.IsZero() && !offer.Offers(chosen) {
			m.Add(field+".chosen", "not-offered", fmt.Sprintf("%s does not offer %s.", offer, chosen))
		}
		r.offers, r.chosen = append(r.offers, offer), append(r.chosen, chosen)
		r.Choices = append(r.Choices, Choice{Offer: offer.String(), Chosen: chosen.String()})
	}
	for i, c := range w.Conclusions {
		field := fmt.Sprintf("words.conclusions[%d]", i)
		if (c.Base == "") == (c.Name == "") {
			m.Add(field, "required", "Name the component by its purl without version, or by its name when it has none; not by both.")
		}
		e := expressionIn(&m, field+".expression", c.Expression)
		r.concluded = append(r.concluded, e)
		r.Conclusions = append(r.Conclusions, Conclusion{Base: c.Base, Name: c.Name, Version: c.Version, Expression: e.String()})
		r.by[[2]string{c.Base, c.Name}] = append(r.by[[2]string{c.Base, c.Name}], i)
	}
	return r, m.Err()
}

func expressionIn(m *models.Mistakes, field, text string) licenses.Expression {
	e, err := licenses.Parse(text)
	if err != nil {
		m.Add(field, "bad-expression", "It is no SPDX expression: "+err.Error())
		return licenses.Expression{}
	}
	return e.Current()
}

// conclusion is the place of what a reviewer concluded of a component; -1 for nothing.
func (w *words) conclusion(base, name, version string) int {
	if base != "" {
		name = ""
	}
	best := -1
	for _, i := range w.by[[2]string{base, name}] {
		switch c := w.Conclusions[i]; {
		case c.Version == version && version != "":
			return i
		case c.Version == "" && best < 0:
			best = i
		}
	}
	return best
}

// choose puts in the choices and says which of them changed something.
func (w *words) choose(e licenses.Expression) (after licenses.Expression, made []int) {
	for i, offer := range w.offers {
		if after = e.Choose(offer, w.chosen[i]); !after.Equal(e) {
			made, e = append(made, i), after
		}
	}
	return e, made
}

// applied is the words that changed what was judged.
func (w *words) applied() Words {
	out := Words{Choices: []Choice{}, Conclusions: []Conclusion{}}
	for _, c := range w.Choices {
		if c.Packages > 0 {
			out.Choices = append(out.Choices, c)
		}
	}
	for _, c := range w.Conclusions {
		if c.Packages > 0 {
			out.Conclusions = append(out.Conclusions, c)
		}
	}
	return out
}
