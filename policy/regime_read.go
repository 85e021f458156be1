package policy

import (
	"fmt"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/goccy/go-yaml/ast"

	"github.com/ospo-register/ospo/licenses"
	"github.com/ospo-register/ospo/models"
)

// ParseRegime reads a regime from YAML. The error is a *Mistakes with everything that is wrong, each with line and column; the conditions of its own rules are
// compiled and their mistakes told in the same way. What is not said gets the usual value, where there is one.
//
// Anchors, aliases, tags and a second document are refused, and no more than MostBytes are read.
func ParseRegime(text []byte) (*Regime, error) {
	r := newRegimeReader()
	r.library = theClauses()
	regime := &Regime{}
	if body := r.document(text); body != nil {
		r.read(body, regime)
		regime.fill()
		r.check(regime)
	}
	if len(r.mistakes) > 0 {
		return nil, &Mistakes{List: sortMistakes(r.mistakes), what: "regime"}
	}
	return regime, nil
}

// regimeReader fills structs from YAML by their tags: key is the key, need what to say when it is missing, most the longest text, values the words that it may be.
type regimeReader struct {
	reader
	nodes   map[string]ast.Node // what stands at a field, for mistakes that are found later
	library []Clause            // that can be taken by their id
}

func newRegimeReader() *regimeReader {
	return &regimeReader{reader: reader{what: "regime"}, nodes: map[string]ast.Node{}}
}

func (r *regimeReader) read(body ast.Node, into any) {
	r.structure(body, "", reflect.ValueOf(into).Elem())
}

// wordsOf are the words that a value of a type can be.
var wordsOf = map[reflect.Type][]string{
	reflect.TypeFor[PreferenceModel]():        valuesOf(PreferenceModels()),
	reflect.TypeFor[models.CandidateOrigin](): valuesOf(models.CandidateOrigins),
	reflect.TypeFor[models.Role]():            valuesOf(models.Roles),
	reflect.TypeFor[models.Position]():        {string(models.DecideThenBuy), string(models.BuyThenDecide)},
	reflect.TypeFor[FitKind]():                valuesOf(FitKinds()),
	reflect.TypeFor[RuleSeverity]():           {string(Block), string(Warn)},
	reflect.TypeFor[models.Gate]():            valuesOf(models.Gates),
	reflect.TypeFor[Step]():                   valuesOf(Steps()),
	reflect.TypeFor[models.DecisionKind]():    valuesOf(append(slices.Clone(models.AcquisitionKinds), models.DecideRelease, models.DecideRemedy)),
}

func (r *regimeReader) structure(node ast.Node, field string, v reflect.Value) {
	t := v.Type()
	keys := make([]string, t.NumField())
	for i := range keys {
		keys[i] = t.Field(i).Tag.Get("key")
	}
	before := len(r.mistakes)
	entries := r.mapping(node, field, keys)
	if len(entries) == 0 && len(r.mistakes) > before {
		return
	}
	at := node.GetToken()
	said := map[string]bool{}
	for i, e := range entries {
		if i == 0 {
			at = e.at
		}
		path := under(field, e.key)
		r.nodes[path] = e.value
		i := slices.Index(keys, e.key)
		before := len(r.mistakes)
		r.value(e.value, path, v.Field(i), t.Field(i).Tag)
		said[e.key] = !v.Field(i).IsZero() || len(r.mistakes) > before
	}
	for i, key := range keys {
		need := t.Field(i).Tag.Get("need")
		if need == "" || said[key] {
			continue
		}
		if node, ok := r.nodes[under(field, key)]; ok {
			at = node.GetToken()
		}
		r.wrong(at, under(field, key), "required", "The key %s is missing or empty. %s", key, need)
	}
}

func (r *regimeReader) value(node ast.Node, field string, v reflect.Value, tag reflect.StructTag) {
	if node.Type() == ast.NullType {
		return
	}
	switch into := v.Addr().Interface().(type) {
	case *models.Date:
		*into = r.date(node, field)
		return
	case **models.Date:
		if day := r.date(node, field); !day.IsZero() {
			*into = &day
		}
		return
	case **models.Money:
		*into = r.money(node, field)
		return
	case *[]Term:
		*into = r.terms(node, field)
		return
	}
	switch v.Kind() {
	case reflect.String:
		v.SetString(r.word(node, field, v.Type(), tag))
	case reflect.Bool:
		v.SetBool(r.flag(node, field))
	case reflect.Int:
		v.SetInt(int64(r.whole(node, field, tag.Get("signed") != "")))
	case reflect.Float64:
		v.SetFloat(r.fraction(node, field))
	case reflect.Struct:
		r.structure(node, field, v)
	case reflect.Slice:
		r.slice(node, field, v, tag)
	default:
		panic("no way to read " + v.Type().String()) // every field of Regime is read by the tests
	}
}

const mostItems = 300

func (r *regimeReader) slice(node ast.Node, field string, v reflect.Value, tag reflect.StructTag) {
	var items []ast.Node
	if node.Type() == ast.MappingType || node.Type() == ast.MappingValueType {
		r.wrong(node.GetToken(), field, "not-a-list", "Write a list here, each item after a “- ”.")
		return
	}
	if items = r.sequence(node, field); len(items) > mostItems {
		r.wrong(node.GetToken(), field, "too-many", "There are %d items; at most %d are read.", len(items), mostItems)
		return
	}
	list := reflect.MakeSlice(v.Type(), len(items), len(items))
	seen := map[string]bool{}
	for i, node := range items {
		path := item(field, i)
		r.nodes[path] = node
		element := list.Index(i)
		if text, ok := scalar(node); ok && element.Type() == reflect.TypeFor[Clause]() {
			element.Set(reflect.ValueOf(r.libraryClause(node, path, text)))
			continue
		}
		if element.Kind() != reflect.String {
			r.value(node, path, element, tag)
			continue
		}
		value := r.word(node, path, element.Type(), tag)
		if value != "" && seen[value] {
			r.wrong(node.GetToken(), path, "twice", "%s is in the list already. Remove one of the two.", clip(value))
		}
		seen[value] = true
		element.SetString(value)
	}
	if len(items) > 0 {
		v.Set(list)
	}
}

// libraryClause is a clause of the program's own library, which a regime takes by its id.
func (r *regimeReader) libraryClause(node ast.Node, field, id string) Clause {
	var ids []string
	for _, c := range r.library {
		if c.ID == id {
			return c
		}
		ids = append(ids, c.ID)
	}
	r.wrong(node.GetToken(), field, "unknown-clause", "The program brings no clause %s.%s Write it out with id, title and text, or use %s.", clip(id), didYouMean(id, ids), strings.Join(ids, ", "))
	return Clause{}
}

// word reads a text and holds it against what it may be.
func (r *regimeReader) word(node ast.Node, field string, t reflect.Type, tag reflect.StructTag) string {
	most := shortText
	if n, err := strconv.Atoi(tag.Get("most")); err == nil {
		most = n
	}
	before := len(r.mistakes)
	value := r.text(node, field, most)
	if len(r.mistakes) > before || value == "" {
		return value
	}
	words := wordsOf[t]
	if tag.Get("values") != "" {
		words = strings.Fields(tag.Get("values"))
	}
	switch {
	case words != nil && !slices.Contains(words, value):
		r.wrong(node.GetToken(), field, "unknown-value", "%q is not known here.%s Use %s.", clip(value), didYouMean(value, words), strings.Join(words, ", "))
		return ""
	case tag.Get("licences") != "":
		return r.license(node, field, value)
	case tag.Get("link") != "":
		return r.reference(node, field)
	}
	return value
}

func (r *regimeReader) license(node ast.Node, field, value string) string {
	leaf, code, why := readLeaf(value)
	if why != "" {
		r.wrong(node.GetToken(), field, code, "%s", why)
		return ""
	}
	return licenses.Of(leaf).String()
}

func (r *regimeReader) flag(node ast.Node, field string) bool {
	value := r.text(node, field, shortText)
	if value != "true" && value != "false" {
		r.wrong(node.GetToken(), field, "not-yes-or-no", "Write true or false here.")
	}
	return value == "true"
}

var (
	wholeNumber   = regexp.MustCompile(`^(0|[1-9][0-9]{0,5})$`)
	decimalNumber = regexp.MustCompile(`^(0|[1-9][0-9]{0,5})(\.[0-9]{1,6})?$`)
	amountText    = regexp.MustCompile(`^([0-9.]+) ?([A-Z]{3})$`)
)

func (r *regimeReader) whole(node ast.Node, field string, signed bool) int {
	value := r.text(node, field, shortText)
	n, err := strconv.Atoi(value)
	if signed {
		value = strings.TrimPrefix(value, "-")
	}
	if err != nil || !wholeNumber.MatchString(value) {
		r.wrong(node.GetToken(), field, "not-a-number", "Write a whole number from 0 to 999999 in digits.")
	}
	return n
}

func (r *regimeReader) fraction(node ast.Node, field string) float64 {
	value := r.text(node, field, shortText)
	f, err := strconv.ParseFloat(value, 64)
	if err != nil || !decimalNumber.MatchString(value) {
		r.wrong(node.GetToken(), field, "not-a-number", "Write a number such as 0.8, in digits with a point.")
	}
	return f
}

func (r *regimeReader) date(node ast.Node, field string) models.Date {
	value := r.text(node, field, shortText)
	day, err := models.ParseDate(value)
	if value != "" && (err != nil || day.IsZero()) {
		r.wrong(node.GetToken(), field, "not-a-date", "Write the day as 2026-11-22.")
		return models.Date{}
	}
	return day
}

// money reads "900000.00 TTD" or {amount, currency}.
func (r *regimeReader) money(node ast.Node, field string) *models.Money {
	before := len(r.mistakes)
	at, amount, currency := node.GetToken(), "", ""
	if text, ok := scalar(node); ok {
		if m := amountText.FindStringSubmatch(strings.TrimSpace(text)); m != nil {
			amount, currency = m[1], m[2]
		}
	} else {
		for _, e := range r.mapping(node, field, []string{"amount", "currency"}) {
			switch e.key {
			case "amount":
				amount = r.text(e.value, under(field, "amount"), shortText)
			case "currency":
				currency = r.text(e.value, under(field, "currency"), shortText)
			}
		}
	}
	money := models.Money{Amount: models.Decimal(amount), Currency: currency}
	if len(r.mistakes) == before && (!money.Amount.Valid() || strings.HasPrefix(amount, "-") || !amountText.MatchString(amount+" "+currency)) {
		r.wrong(at, field, "not-an-amount", "Write an amount with its currency, as in quotes: \"900000.00 TTD\".")
	}
	if len(r.mistakes) > before {
		return nil
	}
	return &money
}

// terms reads a list of words, each by itself or with a title.
func (r *regimeReader) terms(node ast.Node, field string) []Term {
	var terms []Term
	items := r.sequence(node, field)
	if len(items) > mostItems {
		r.wrong(node.GetToken(), field, "too-many", "There are %d items; at most %d are read.", len(items), mostItems)
		return nil
	}
	for i, node := range items {
		path := item(field, i)
		r.nodes[path] = node
		var term Term
		if _, ok := scalar(node); ok {
			term.ID = r.id(node, path)
		} else {
			for _, e := range r.mapping(node, path, []string{"id", "title"}) {
				switch e.key {
				case "id":
					term.ID = r.id(e.value, under(path, "id"))
				case "title":
					term.Title = r.text(e.value, under(path, "title"), shortText*2)
				}
			}
			if term.ID == "" {
				r.wrong(node.GetToken(), under(path, "id"), "required", "The key id is missing. Give the word a short name in lower case.")
			}
		}
		if term.Title == "" {
			term.Title = usualTitle(term.ID)
		}
		if slices.ContainsFunc(terms, func(t Term) bool { return t.ID == term.ID }) && term.ID != "" {
			r.wrong(node.GetToken(), path, "twice", "%s is in the list already. Remove one of the two.", clip(term.ID))
		}
		terms = append(terms, term)
	}
	return terms
}

// usualTitle is the title of a word that was given none.
func usualTitle(id string) string {
	if title, ok := titles[id]; ok {
		return title
	}
	if id == "" {
		return ""
	}
	words := strings.ReplaceAll(id, "-", " ")
	return fmt.Sprintf("%s%s", strings.ToUpper(words[:1]), words[1:])
}
