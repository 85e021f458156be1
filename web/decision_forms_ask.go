package web

import (
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/ospo-register/ospo/models"
)

// question is one thing that the form of a part asks: a field, a group of questions, or a list of rows with the same questions.
type question struct {
	Kind  string // "input", "textarea", "select", "radios", "checkboxes", "check", "group" or "rows"
	Field field
	Items []question // of a group
	Rows  []questionRow
	One   string // what a row is, as "requirement"
	Add   string // where "add another" leads: the row that is new
	Table bool   // the law names the rows: they stand in a table
	Open  bool   // a group that says something, or is wrong
}

// questionRow is one row of a list. A row that is folded keeps its answers in Hidden.
type questionRow struct {
	Name, ID string // "requirements[2]"
	Legend   string
	Summary  string
	Open     bool
	Fixed    bool // the law names it: it is not taken away
	Items    []question
	Hidden   []hiddenAnswer
}

type hiddenAnswer struct{ Name, Value string }

// What the form sends besides answers: how many rows a list has, and whether a row is shown in full.
const (
	countSuffix = ".count"
	openSuffix  = ".open"
)

// mostUnfolded is how many rows a list may have before those that are complete are folded.
const mostUnfolded = 3

// asker makes the questions of a part from its struct: the names, kinds and hints are those of its tags.
type asker struct {
	form  *form
	path  string                            // where the form is sent
	lists func(owner, name string) []option // the words of a closed list of the case; nil for none
	rows  func(owner string) []option       // the rows that the law names, such as its cost lines
	names []string                          // of everything that is asked, in order
	picks map[string]string                 // of those that are answered by a choice, with the question
}

var (
	typeDecimal = reflect.TypeFor[models.Decimal]()
	typeMoney   = reflect.TypeFor[models.Money]()
	typeDate    = reflect.TypeFor[models.Date]()
	typeTime    = reflect.TypeFor[time.Time]()
)

// asked lists the fields of a struct that people answer.
func asked(t reflect.Type) []reflect.StructField {
	var list []reflect.StructField
	for _, f := range reflect.VisibleFields(t) {
		if f.Tag.Get("readOnly") == "" && f.Tag.Get("json") != "" {
			list = append(list, f)
		}
	}
	return list
}

func jsonName(f reflect.StructField) string {
	name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
	return name
}

// pointed is the type that a pointer points to, or the type itself.
func pointed(t reflect.Type) reflect.Type {
	if t.Kind() == reflect.Pointer {
		return t.Elem()
	}
	return t
}

// ask makes the questions of a struct whose fields stand under a prefix, as "requirements[2].".
func (a *asker) ask(t reflect.Type, prefix string) []question {
	list := make([]question, 0, t.NumField())
	for _, f := range asked(t) {
		list = append(list, a.one(t.Name(), f, prefix+jsonName(f)))
	}
	return list
}

func (a *asker) one(owner string, f reflect.StructField, name string) question {
	a.names = append(a.names, name)
	note := noteOf(owner, jsonName(f))
	optional := strings.Contains(f.Tag.Get("json"), ",omit")
	q := question{Kind: "input", Field: a.field(name, note.label, hintOf(owner, f, note.label), optional)}
	t := pointed(f.Type)
	var choices []option
	if a.lists != nil {
		choices = a.lists(owner, jsonName(f))
	}
	switch {
	case t == typeMoney:
		return a.money(q, name)
	case t == typeDate:
		q.Field.Type = "date"
	case t == typeTime:
		a.instant(&q)
	case t.Kind() == reflect.Bool:
		a.answer(&q, f)
	case t.Kind() == reflect.Struct:
		return a.group(q, t, name)
	case t.Kind() == reflect.Slice && t.Elem().Kind() == reflect.Struct:
		return a.list(q, t.Elem(), name)
	case t.Kind() == reflect.Slice && t.Elem() == typeDecimal:
		a.cells(&q)
	case t.Kind() == reflect.Slice:
		a.lines(&q, choices)
	case t.Kind() == reflect.Map:
		return a.levels(q, name)
	default:
		a.single(&q, f, choices, note)
	}
	return q
}

// hintOf is what the tag says of a field, unless the question says it already.
func hintOf(owner string, f reflect.StructField, label string) string {
	if hint, ok := partHints[owner+"."+jsonName(f)]; ok {
		return hint
	}
	bare := func(s string) string { return strings.ToLower(strings.TrimRight(s, ".?")) }
	if hint := f.Tag.Get("doc"); bare(hint) != bare(label) {
		return hint
	}
	return ""
}

func (a *asker) field(name, label, hint string, optional bool) field {
	return field{Name: name, ID: fieldID(name), Label: label, Hint: hint, Value: a.form.Values.Get(name), Mistake: a.form.mistake(name), Type: "text", Rows: 4, Optional: optional}
}

// single is a field with one answer of text or number.
func (a *asker) single(q *question, f reflect.StructField, choices []option, note partNote) {
	t := pointed(f.Type)
	if values := f.Tag.Get("enum"); values != "" {
		choices = nil
		for _, v := range strings.Split(values, ",") {
			choices = append(choices, option{Value: v, Label: enumWord(jsonName(f), v)})
		}
	}
	switch {
	case jsonName(f) == "sbom": // one that is not in the register yet has a digest too
		q.Field.Options = choices
	case choices != nil:
		a.choose(q, choices)
	case jsonName(f) == "currency":
		q.Field.Width = "2"
	case jsonName(f) != "assetId" && (t == typeDecimal || t.Kind() != reflect.String):
		q.Field.Width = "5"
	case note.long:
		q.Kind = "textarea"
	}
}

// choose makes the field a choice. An answer that is not in the list is shown as it is, for nothing on file is lost.
func (a *asker) choose(q *question, choices []option) {
	q.Kind, q.Field.Empty = "select", "Choose"
	if q.Field.Optional {
		q.Field.Empty = "Not said"
	}
	q.Field.Options = marked(choices, []string{q.Field.Value})
	if a.picks == nil {
		a.picks = map[string]string{}
	}
	a.picks[q.Field.Name] = q.Field.Label
}

// marked is the options with the answers chosen; answers that are no option are added as they are.
func marked(options []option, answers []string) []option {
	list := slices.Clone(options)
	for _, v := range answers {
		if i := slices.IndexFunc(list, func(o option) bool { return o.Value == v }); i >= 0 {
			list[i].Chosen = true
		} else if v != "" {
			list = append(list, option{Value: v, Label: v, Chosen: true})
		}
	}
	return list
}

// answer is yes or no; behind a pointer it may also be unknown, which is an answer of its own.
func (a *asker) answer(q *question, f reflect.StructField) {
	if f.Type.Kind() != reflect.Pointer {
		q.Kind = "check"
		return
	}
	q.Kind, q.Field.Optional = "radios", false
	q.Field.Options = []option{{Value: "yes", Label: "Yes"}, {Value: "no", Label: "No"}, {Value: "", Label: "Not known"}}
	for i, o := range q.Field.Options {
		q.Field.Options[i].Chosen = o.Value == q.Field.Value
	}
}

// instant asks for a moment. A browser's own field cannot show parts of a second, so such a moment stays text.
func (a *asker) instant(q *question) {
	q.Field.Hint = strings.TrimSpace(q.Field.Hint + " In UTC.")
	q.Field.Type, q.Field.Width = "datetime-local", "10"
	if strings.HasSuffix(q.Field.Value, "Z") {
		q.Field.Type = "text"
	}
}

// cells asks for an amount in each year of the horizon.
func (a *asker) cells(q *question) {
	months, err := strconv.Atoi(a.form.get("horizonMonths"))
	n := 1
	if err == nil && months > 0 {
		n = yearsOf(months)
	}
	for i := range mostYears {
		if a.form.get(fmt.Sprintf("%s[%d]", q.Field.Name, i)) != "" {
			n = max(n, i+1)
		}
	}
	q.Kind = "cells"
	for i := range n {
		name := fmt.Sprintf("%s[%d]", q.Field.Name, i)
		a.names = append(a.names, name)
		q.Items = append(q.Items, question{Kind: "input", Field: a.field(name, "Year "+strconv.Itoa(i+1), "", false)})
		q.Open = q.Open || a.form.get(name) != ""
	}
}

// lines asks for texts, one on each line, or for a choice of several.
func (a *asker) lines(q *question, choices []option) {
	if choices == nil {
		q.Kind, q.Field.Rows = "textarea", 3
		q.Field.Value = strings.Join(a.form.Values[q.Field.Name], "\n")
		q.Field.Hint = strings.TrimSpace(q.Field.Hint + " One on each line.")
		return
	}
	if strings.HasSuffix(q.Field.Name, "evidence") {
		a.evidence(q, choices)
		return
	}
	q.Kind, q.Field.Options = "checkboxes", marked(choices, a.form.Values[q.Field.Name])
}

func (a *asker) money(q question, name string) question {
	q.Kind, q.Open = "money", true
	for _, part := range []struct{ name, label, width string }{{"amount", "Amount", "10"}, {"currency", "Currency", "2"}} {
		one := a.field(name+"."+part.name, part.label, "", false)
		one.Width = part.width
		a.names = append(a.names, one.Name)
		q.Items = append(q.Items, question{Kind: "input", Field: one})
	}
	return q
}

func (a *asker) group(q question, t reflect.Type, name string) question {
	q.Kind = "group"
	q.Items = a.ask(t, name+".")
	q.Open = !q.Field.Optional || !a.form.empty(name+".") || a.wrong(name)
	return q
}

// sovereigntyObjectives are those of the EU Cloud Sovereignty Framework, version 1.2.1 of October 2025.
var sovereigntyObjectives = []option{{Value: "SOV-1", Label: "Strategic"}, {Value: "SOV-2", Label: "Legal and jurisdictional"}, {Value: "SOV-3", Label: "Data and AI"}, {Value: "SOV-4", Label: "Operational"},
	{Value: "SOV-5", Label: "Supply chain"}, {Value: "SOV-6", Label: "Technology"}, {Value: "SOV-7", Label: "Security and compliance"}, {Value: "SOV-8", Label: "Environmental"}}

// levels asks for a level of each objective.
func (a *asker) levels(q question, name string) question {
	q.Kind = "group"
	objectives := slices.Clone(sovereigntyObjectives)
	for _, key := range a.form.under(name + ".") {
		if !slices.ContainsFunc(objectives, func(o option) bool { return o.Value == key }) {
			objectives = append(objectives, option{Value: key, Label: key})
		}
	}
	for _, o := range objectives {
		one := a.field(name+"."+o.Value, o.Label, "", true)
		a.names = append(a.names, one.Name)
		one.Empty, one.Width = "Not assessed", "5"
		for level := range 5 {
			text := strconv.Itoa(level)
			one.Options = append(one.Options, option{Value: text, Label: "Level " + text, Chosen: one.Value == text})
		}
		q.Items = append(q.Items, question{Kind: "select", Field: one})
		q.Open = q.Open || one.Value != "" || one.Mistake != ""
	}
	return q
}

// list asks for rows. Rows that the law names and that are not answered yet are added.
func (a *asker) list(q question, t reflect.Type, name string) question {
	q.Kind, q.One = "rows", noteOf(t.Name(), "").label
	given, preset := givenField[t.Name()], []option(nil)
	if given != "" && a.rows != nil {
		preset = a.rows(t.Name())
	}
	a.addPresets(name, given, preset)
	n := a.form.rowCount(name)
	for i := range n {
		row := questionRow{Name: fmt.Sprintf("%s[%d]", name, i)}
		row.ID = fieldID(row.Name)
		row.Items = a.ask(t, row.Name+".")
		row.Legend = capital(q.One) + " " + orElse(a.form.get(row.Name+".id"), strconv.Itoa(i+1))
		row.Summary = a.summary(t, row.Name)
		if o := slices.IndexFunc(preset, func(o option) bool { return o.Value == a.form.get(row.Name+"."+given) }); o >= 0 {
			row.Legend, row.Fixed, row.Open = preset[o].Label, true, true
			row.Items = slices.DeleteFunc(row.Items, func(q question) bool { return q.Field.Name == row.Name+"."+given })
			row.Hidden = []hiddenAnswer{{row.Name + "." + given, preset[o].Value}}
		}
		row.Open = row.Open || n <= mostUnfolded || a.form.get(row.Name+openSuffix) != "" || a.wrong(row.Name) || a.form.empty(row.Name+".", given)
		if !row.Open {
			row.Hidden = a.form.hidden(row.Name + ".")
		}
		q.Rows = append(q.Rows, row)
	}
	q.Add, q.Table = fmt.Sprintf("%s#%s-%d", a.path, fieldID(name), n), len(preset) > 0 && n > 0
	return q
}

func (a *asker) addPresets(name, given string, preset []option) {
	for _, o := range preset {
		n, known := a.form.rowCount(name), false
		for i := range n {
			known = known || a.form.get(fmt.Sprintf("%s[%d].%s", name, i, given)) == o.Value
		}
		if !known {
			a.form.set(fmt.Sprintf("%s[%d].%s", name, n, given), o.Value)
			a.form.set(name+countSuffix, strconv.Itoa(n+1))
		}
	}
}

// summaries are the answers that say a row of a list in a line, where they are not the first three.
var summaries = map[string][]string{"Requirement": {"text", "level"}, "Criterion": {"name", "weight"}, "Search": {"source", "query", "hits"}}

// summary says a row in a line.
func (a *asker) summary(t reflect.Type, row string) string {
	var words []string
	wanted := summaries[t.Name()]
	for _, f := range asked(t) {
		v := a.form.get(row + "." + jsonName(f))
		if v == "" || len(words) == 3 || pointed(f.Type).Kind() == reflect.Bool || wanted != nil && !slices.Contains(wanted, jsonName(f)) {
			continue
		}
		if f.Tag.Get("enum") != "" {
			v = enumWord(jsonName(f), v)
		} else if a.lists != nil {
			v = labelOf(a.lists(t.Name(), jsonName(f)), v)
		}
		if pointed(f.Type).Kind() == reflect.Int {
			v = noteOf(t.Name(), jsonName(f)).label + " " + v
		}
		words = append(words, shorten(v, 120))
	}
	return strings.Join(words, " · ")
}

// labelOf is how a list calls a value; the value itself when it does not.
func labelOf(list []option, value string) string {
	if i := slices.IndexFunc(list, func(o option) bool { return o.Value == value }); i >= 0 {
		return list[i].Label
	}
	return value
}

// wrong reports whether a mistake was made under a name.
func (a *asker) wrong(name string) bool {
	if a.form.Problem == nil {
		return false
	}
	return slices.ContainsFunc(a.form.Problem.Fields, func(e models.FieldError) bool {
		return e.Field == name || strings.HasPrefix(e.Field, name+".") || strings.HasPrefix(e.Field, name+"[")
	})
}

// Said is the answer as people read it where it is not asked for.
func (f field) Said() string {
	switch {
	case f.Value == "yes":
		return "Yes"
	case f.Type == "datetime-local":
		return strings.Replace(f.Value, "T", ", ", 1) + " UTC"
	}
	return f.Value
}
