package web

import (
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/ospo-register/ospo/models"
)

// mostOffered bounds what a form offers to choose from of each kind; what is beyond is found by its name.
const mostOffered = 100

// namedThings are the pieces of software, repositories, publishers or agencies that forms name by their title and, to tell those of the same name apart, their number.
type namedThings struct {
	noun string // in sentences: "software"
	list func(c *page, query string) ([]option, error)
	one  func(c *page, id int64) (string, error)
}

var (
	softwareThings = namedThings{"software",
		func(c *page, query string) (out []option, err error) {
			list, err := c.site.Store.Assets(c.ctx(), c.viewer, models.AssetFilter{Query: query, Page: models.Page{Limit: mostOffered}})
			for _, a := range list.Items {
				out = append(out, option{Value: idText(a.ID), Label: a.Title(), Hint: a.Steward})
			}
			return out, err
		},
		func(c *page, id int64) (string, error) {
			a, err := c.site.Store.Asset(c.ctx(), c.viewer, id)
			if err != nil {
				return "", err
			}
			return a.Title(), nil
		}}
	repositoryThings = namedThings{"repository",
		func(c *page, query string) (out []option, err error) {
			list, err := c.site.Store.Repositories(c.ctx(), c.viewer, models.RepositoryFilter{Query: query, Page: models.Page{Limit: mostOffered}})
			for _, r := range list.Items {
				out = append(out, option{Value: idText(r.ID), Label: r.Canonical, Hint: r.Agency})
			}
			return out, err
		},
		func(c *page, id int64) (string, error) {
			r, err := c.site.Store.Repository(c.ctx(), c.viewer, id)
			if err != nil {
				return "", err
			}
			return r.Canonical, nil
		}}
	publisherThings = namedThings{"publisher",
		func(c *page, query string) (out []option, err error) {
			list, err := c.site.Store.Publishers(c.ctx(), c.viewer, models.PublisherFilter{Query: query, Page: models.Page{Limit: mostOffered}})
			for _, p := range list.Items {
				out = append(out, option{Value: idText(p.ID), Label: p.Name, Hint: p.Agency})
			}
			return out, err
		},
		func(c *page, id int64) (string, error) {
			p, err := c.site.Store.Publisher(c.ctx(), c.viewer, id)
			if err != nil {
				return "", err
			}
			return p.Name, nil
		}}
	agencyThings = namedThings{"agency",
		func(c *page, query string) (out []option, err error) {
			list, err := c.site.Store.Agencies(c.ctx(), models.AgencyFilter{Query: query, State: models.AgencyActive, Page: models.Page{Limit: mostOffered}})
			for _, a := range list.Items {
				out = append(out, option{Value: idText(a.ID), Label: a.Name})
			}
			return out, err
		},
		func(c *page, id int64) (string, error) {
			a, err := c.site.Store.Agency(c.ctx(), id)
			if err != nil {
				return "", err
			}
			return a.Name, nil
		}}
)

func titled(name, id string) string { return name + " (" + id + ")" }

// text is how a form names the thing.
func (t namedThings) text(c *page, id *int64) string {
	if id == nil || *id <= 0 {
		return ""
	}
	name, err := t.one(c, *id)
	if err != nil {
		return idText(*id) // not theirs to see: the number keeps it as it is
	}
	return titled(name, idText(*id))
}

// offered are the first things of the kind as a list to choose from.
func (t namedThings) offered(c *page) ([]option, error) {
	list, err := t.list(c, "")
	for i := range list {
		list[i].Value, list[i].Label = titled(list[i].Label, list[i].Value), orElse(list[i].Hint, capital(t.noun))
	}
	return list, err
}

var numbered = regexp.MustCompile(`^(?:.*\()?(\d{1,18})\)?$`)

// id is the thing that the form names in a field, by title or number; nil when it names none. What is not found is noted in m.
func (t namedThings) id(c *page, f *form, m *models.Mistakes, name string) *int64 {
	given := f.get(name)
	if given == "" {
		return nil
	}
	if match := numbered.FindStringSubmatch(given); match != nil {
		if id, err := strconv.ParseInt(match[1], 10, 64); err == nil {
			return &id
		}
	}
	found, err := t.list(c, given)
	if err != nil {
		m.Add(name, "unknown", "It could not be looked up. Write the number at the end of its address.")
		return nil
	}
	found = slices.DeleteFunc(found, func(o option) bool { return !strings.EqualFold(o.Label, given) })
	switch len(found) {
	case 1:
		id, _ := strconv.ParseInt(found[0].Value, 10, 64) // a number of ours
		return &id
	case 0:
		m.Add(name, "unknown", "There is no "+t.noun+" called “"+given+"” that you may see. Write its name as on its page.")
	default:
		m.Add(name, "ambiguous", "Several entries are called “"+given+"”. Write the number at the end of the address of the one you mean.")
	}
	return nil
}

// assetText and assetID name software in forms.
func (c *page) assetText(id *int64) string { return softwareThings.text(c, id) }
func (c *page) assetID(f *form, m *models.Mistakes, name string) *int64 {
	return softwareThings.id(c, f, m, name)
}
