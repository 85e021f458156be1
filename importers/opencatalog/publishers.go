package opencatalog

import (
	"fmt"
	"strings"

	"github.com/goccy/go-yaml"

	"github.com/ospo-register/ospo/importers/jsontree"
	"github.com/ospo-register/ospo/models"
)

// Publisher is a body that publishes code.
type Publisher struct {
	ID            string
	Name          string
	AlternativeID string
	Email         string
	URI           string // of the body, when one is stated
	Active        bool
	Hostings      []Hosting
}

// Hosting is where it keeps code.
type Hosting struct {
	URL   string
	Group bool // every repository below it
}

// PublisherPage is one page of an answer, or a whole list.
type PublisherPage struct {
	Publishers []Publisher
	Next       string
}

const mostYAML = 4 << 20

// ReadPublishers reads an answer of /publishers, a publishers.json of that shape, or the publishers.yml that crawlers are given: a list with id,
// name, orgs and repos. The page is nil only when nothing could be read.
func ReadPublishers(content []byte) (*PublisherPage, []models.Remark) {
	doc, remarks := open(content)
	if doc == nil {
		return nil, remarks
	}
	list, next := unwrap(doc)
	if list == nil {
		return nil, append(remarks, doc.Ordered()...)
	}
	page := &PublisherPage{Next: next}
	for i, item := range list {
		at := fmt.Sprintf("data[%d]", i)
		if item.Kind != jsontree.Object {
			doc.Remark("wrong-type", models.Failure, at, item, "A publisher is an object with a name and where its code is; this one was left out.")
			continue
		}
		c := doc.Object(item, at)
		p := Publisher{
			ID: c.Text("id"), Name: c.Text("name", "description"), AlternativeID: c.Text("alternativeId", "codice-iPA", "codiceIPA", "rooId"), Email: c.Text("email"),
			URI: c.Text("tooiUrl", "uri"), Active: true,
		}
		if active := c.Bool("active"); active != nil {
			p.Active = *active
		}
		if p.Name == "" {
			p.Name = p.ID
		}
		for _, u := range c.Texts("orgs", "organizations", "groups") {
			p.Hostings = append(p.Hostings, Hosting{u, true})
		}
		for _, u := range c.Texts("repos", "repositories") {
			p.Hostings = append(p.Hostings, Hosting{u, false})
		}
		v, _ := c.Take("codeHosting", "codeHostings")
		for j, h := range v.List() {
			in := doc.Object(h, fmt.Sprintf("%s.codeHosting[%d]", at, j))
			group := in.Bool("group")
			if u := in.Address("url"); u != "" {
				p.Hostings = append(p.Hostings, Hosting{u, group == nil || *group})
			}
		}
		if p.Name == "" && len(p.Hostings) == 0 {
			doc.Remark("nothing-described", models.Failure, at, item, "This publisher has neither a name nor code; it was left out.")
			continue
		}
		page.Publishers = append(page.Publishers, p)
	}
	return page, append(remarks, doc.Ordered()...)
}

// open reads JSON as it stands, and YAML by writing it as JSON; lines are known for JSON only.
func open(content []byte) (*jsontree.Document, []models.Remark) {
	head := strings.TrimLeft(strings.TrimPrefix(string(content[:min(len(content), 4096)]), "\ufeff"), " \t\r\n")
	if head == "" || head[0] == '{' || head[0] == '[' {
		return jsontree.Parse(content), nil
	}
	refuse := func(rule, message string) (*jsontree.Document, []models.Remark) {
		return nil, []models.Remark{{Rule: rule, Severity: models.Fatal, Message: message}}
	}
	if len(content) > mostYAML {
		return refuse("too-large", "The list is larger than 4 MB; nothing of it was read. Split it.")
	}
	if reason := unusual(string(content)); reason != "" {
		return refuse("unusual-yaml", reason)
	}
	converted, err := convert(content)
	if err != nil {
		return refuse("broken-yaml", "The list is neither JSON nor YAML that can be read: "+firstLine(err.Error()))
	}
	return jsontree.Parse(converted), nil
}

func convert(content []byte) (converted []byte, err error) {
	defer func() {
		if fault := recover(); fault != nil {
			err = fmt.Errorf("the notation cannot be read")
		}
	}()
	return yaml.YAMLToJSON(content)
}

func firstLine(s string) string {
	line, _, _ := strings.Cut(s, "\n")
	return line
}

// unusual says what a list has that no list of publishers needs and that could make reading it endless: nesting and aliases.
func unusual(source string) string {
	for line := range strings.Lines(source) {
		bare := strings.TrimLeft(line, " \t-?:")
		if len(line)-len(bare) > 200 || strings.Count(line, "[")+strings.Count(line, "{") > 200 {
			return "The list is nested deeper than any list of publishers. Write a list with id, name, orgs and repos."
		}
		value := bare
		if _, after, ok := strings.Cut(bare, ": "); ok {
			value = strings.TrimLeft(after, " \t[")
		}
		if strings.HasPrefix(value, "*") || strings.HasPrefix(value, "&") || strings.HasPrefix(bare, "<<:") {
			return "The list uses anchors or aliases of YAML. Write every value out."
		}
	}
	if strings.Count(source, "[")+strings.Count(source, "{") > 20_000 {
		return "The list is nested deeper than any list of publishers. Write a list with id, name, orgs and repos."
	}
	return ""
}
