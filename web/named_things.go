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

var numbered = regexp.MustCompile(`^(?:(.*)\()?(\d{1,18})\)?$`)

// id is the thing that the form names in a field, by title, number or both; nil when it names none. What is not found is noted in m,
// as is a number that is of another thing than the title before it.
func (t namedThings) id(c *page, f *form, m *models.Mistakes, name string) (*int64, error) {
	given := f.get(name)
	if given == "" {
		return nil, nil
	}
	other := ""
	if match := numbered.FindStringSubmatch(given); match != nil {
		id, err := strconv.ParseInt(match[2], 10, 64)
		if err != nil {
			return nil, err
		}
		before := strings.TrimSpace(match[1])
		if before == "" {
			return &id, nil
		}
		title, err := t.one(c, id)
		if err != nil && !models.IsKind(err, models.NotFound) {
			return nil, err
		}
		if err == nil && strings.EqualFold(strings.TrimSpace(title), before) {
			return &id, nil
		}
		if err == nil {
			other = "Number " + match[2] + " is “" + title + "”, not “" + before + "”. Write the name of the one you mean, or its number alone."
		}
	}
	found, err := t.list(c, given) // a title may itself end with a number in brackets
	if err != nil {
		return nil, err
	}
	found = slices.DeleteFunc(found, func(o option) bool { return !strings.EqualFold(o.Label, given) })
	switch {
	case len(found) == 1:
		id, err := strconv.ParseInt(found[0].Value, 10, 64)
		return &id, err
	case len(found) == 0 && other != "":
		m.Add(name, "other-name", other)
	case len(found) == 0:
		m.Add(name, "unknown", "There is no "+t.noun+" called “"+given+"” that you may see. Write its name as on its page.")
	default:
		m.Add(name, "ambiguous", "Several entries are called “"+given+"”. Write the number at the end of the address of the one you mean.")
	}
	return nil, nil
}

// assetText and assetID name software in forms.
func (c *page) assetText(id *int64) string { return softwareThings.text(c, id) }
func (c *page) assetID(f *form, m *models.Mistakes, name string) (*int64, error) {
	return softwareThings.id(c, f, m, name)
}
