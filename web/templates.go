package web

import (
	"embed"
	"errors"
	"html/template"
	"io/fs"
	"path"
	"strconv"
	"strings"

	"github.com/ospo-register/ospo/models"
	"github.com/ospo-register/ospo/store"
)

//go:embed templates
var templatesFS embed.FS

// loadTemplates parses the layout and the parts once, and each page on a copy of them.
func (s *site) loadTemplates() {
	base := template.Must(template.New("").Funcs(s.functions()).ParseFS(templatesFS, "templates/parts/*.html"))
	pages, err := fs.Glob(templatesFS, "templates/*.html")
	if err != nil {
		panic("web: " + err.Error())
	}
	s.templates, s.sheets = map[string]*template.Template{}, map[string]string{}
	for _, p := range pages {
		t := template.Must(template.Must(base.Clone()).ParseFS(templatesFS, p))
		name := strings.TrimSuffix(path.Base(p), ".html")
		s.templates[name], s.sheets[name] = t, s.sheetOf(t)
	}
}

// functions are what templates can call.
func (s *site) functions() template.FuncMap {
	return template.FuncMap{
		"number": numberAny, "plural": pluralAny, "total": total, "percent": percent,
		"date": date, "instant": instant, "ago": ago, "fileSize": fileSize, "shorten": shorten, "soft": soft, "capital": capital, "languageName": languageName,
		"word": word, "className": className, "criticality": criticality,
		"nothingChosen": nothingChosen,
		"before":        func(d *models.Date, day models.Date) bool { return d != nil && d.Before(day) },
		"tag":           makeTag, "classTag": classTag, "field": makeField, "fieldID": fieldID,
		"componentPath": s.componentPath, "sbomLink": s.sbomLink, "duplicateReason": duplicateReason, "outcomeTag": outcomeTag, "rehearsedTag": rehearsedTag, "cure": cure,
		"useTag": useTag, "usesSentence": usesSentence, "statedSentence": statedSentence,
		"has": s.has, "script": func() string { return s.Script }, "address": address, "pairs": pairs, "list": list,
		"verdictTag": verdictTag, "findingName": func(f store.FindingRow) string { return findingName(&f) },
		"amount": amount, "add": func(a, b int) int { return a + b }, "decimal": decimalAny,
		"measured": measured, "remarkWord": remarkWord, "remarkTone": remarkTone,
		"isUnknown": func(v any) bool { return termOf(v).tone == toneUnknown },
	}
}

// tag is a short adjective for a state: never a link, never by colour alone.
type tag struct{ Word, Tone string }

// makeTag is the template function "tag": of a typed string, or of a word and a tone.
func makeTag(v any, tone ...string) tag {
	t := termOf(v)
	if len(tone) == 1 {
		t.tone = tone[0]
	}
	return tag{Word: t.word, Tone: t.tone}
}

// pairs is a map for a part that takes several values: pairs "Name" x "Path" y.
func pairs(more ...any) (map[string]any, error) {
	if len(more)%2 != 0 {
		return nil, errors.New("pairs needs a value for each name")
	}
	m := make(map[string]any, len(more)/2)
	for i := 0; i < len(more); i += 2 {
		name, ok := more[i].(string)
		if !ok {
			return nil, errors.New("pairs needs names that are texts")
		}
		m[name] = more[i+1]
	}
	return m, nil
}

func list(items ...string) []string { return items }

// tab is one of the views of a thing. Count is shown behind the label unless it is "".
type tab struct {
	Label, Path, Count string
	Current            bool
}

// fact is one line of a side column: a term and what holds.
type fact struct {
	Term, Text, Path, Code string // Path makes Text a link; Code is shown in monospace
	Links                  []crumb
	Tag                    *tag
	Time                   template.HTML
}

// pager leads through a list that goes on.
type pager struct {
	Noun        string // plural: "software entries"
	Total       string
	From, To    int
	First, Next string // addresses; "" when there is no such page
}

// pagerOf describes the page of a list that is shown. path is the list's own, whose query it keeps.
func pagerOf[T any](c *page, l models.List[T], one, many string) pager {
	from := max(int(c.queryID("from")), 1)
	if c.query("after") == "" {
		from = 1
	}
	p := pager{Noun: many, Total: total(l.Total), From: from, To: from + len(l.Items) - 1}
	if l.Total.Exact && l.Total.Count == 1 {
		p.Noun = one
	}
	q := c.request().URL.Query()
	q.Del("after")
	q.Del("from")
	path := c.request().URL.Path
	if from > 1 {
		p.First = withQuery(path, q.Encode())
	}
	if l.Next != "" {
		q.Set("after", l.Next)
		q.Set("from", strconv.Itoa(p.To+1))
		p.Next = withQuery(path, q.Encode())
	}
	return p
}

func withQuery(path, query string) string {
	if query == "" {
		return path
	}
	return path + "?" + query
}
