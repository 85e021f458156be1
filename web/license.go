package web

import (
	"fmt"

	"github.com/ospo-register/ospo/licenses"
	"github.com/ospo-register/ospo/models"
	"github.com/ospo-register/ospo/store"
)

// licensePage is one licence of the SPDX list, or a reference that documents define.
type licensePage struct {
	ID        string
	Name      string
	Listed    bool
	Exception bool
	Facts     []fact
	Notice    string
	Successor string
	SeeAlso   []string
	Packages  int
	Assets    int
	Top       []store.LicenseUse
	Released  int // assets that declare it themselves
	AssetsAt  string
	Ask       string
	List      licenses.Version
	Credits   []licenses.Attribution
	More      *licenseMore
}

func (s *site) license(c *page) error {
	given := c.g.Param("id")
	if len(given) > 200 {
		return models.NoSuch("license")
	}
	p := licensePage{ID: given, List: licenses.ListVersion(), Credits: licenses.Attributions()}
	used := given
	if l, ok := licenses.Get(given); ok {
		if l.ID != given {
			return c.moved("/licenses/" + l.ID)
		}
		used = licenseID(l.ID)
		p.listed(l)
	} else if x, ok := licenses.GetException(given); ok {
		if x.ID != given {
			return c.moved("/licenses/" + x.ID)
		}
		p.exception(x)
	}
	var err error
	if p.Top, p.Packages, p.Assets, err = s.Store.LicenseUses(c.ctx(), c.viewer, used, 10); err != nil {
		return err
	}
	released, err := s.Store.Assets(c.ctx(), c.viewer, models.AssetFilter{License: used, Page: models.Page{Limit: 1}})
	if err != nil {
		return err
	}
	p.Released = released.Total.Count
	if !p.Listed && !p.Exception && p.Packages+p.Released == 0 {
		return models.NoSuch("license")
	}
	if !p.Listed && !p.Exception {
		p.Notice = "This is not a licence of the SPDX list. Documents that refer to it bring its text along, and two documents may mean different texts by the same name."
	}
	if p.More, err = s.licenseMore(c, p.ID, p.Exception); err != nil {
		return err
	}
	p.Ask, p.AssetsAt = address("/components", "license", used), address("/assets", "license", used)
	title := shorten(p.ID, 120)
	return c.show(view{Name: "license", Title: title, Nav: "/licenses", Page: p, Crumbs: []crumb{{"Licences", "/licenses"}, {title, ""}}})
}

func (p *licensePage) listed(l licenses.License) {
	p.Listed, p.Name, p.SeeAlso, p.Successor = true, l.Name, l.SeeAlso, l.Successor
	class := classTag(string(l.Class))
	p.Facts = []fact{{Term: "Class", Text: class.Word},
		{Term: "OSI-approved", Tag: osiTag(l)}, {Term: "FSF", Tag: fsfTag(l.FSF)}}
	if l.Deprecated {
		p.Notice = "This identifier is deprecated: the list keeps it for old documents only."
		if l.Successor == "" {
			p.Notice += " It has no exact successor."
		}
	}
	p.Facts = append(p.Facts, fact{Term: "On the list", Text: fmt.Sprintf("Yes, in version %s", p.List.Number)}, fact{Term: "Its page", Text: "spdx.org", Path: l.URL})
}

func (p *licensePage) exception(x licenses.Exception) {
	p.Exception, p.Name, p.SeeAlso = true, x.Name, x.SeeAlso
	p.Facts = []fact{{Term: "Kind", Text: "An exception, written behind WITH"}, {Term: "Its page", Text: "spdx.org", Path: x.URL}}
	if x.Deprecated {
		p.Notice = "This identifier is deprecated: the list keeps it for old documents only."
	}
}

func osiTag(l licenses.License) *tag {
	if l.OSI {
		return &tag{Word: "Yes", Tone: toneGood}
	}
	return &tag{Word: "No", Tone: tonePlain}
}

// fsfTag says what the Free Software Foundation says; not saying anything is no "no".
func fsfTag(f licenses.Flag) *tag {
	switch f {
	case licenses.Yes:
		return &tag{Word: "Free", Tone: toneGood}
	case licenses.No:
		return &tag{Word: "Not free", Tone: toneCaution}
	}
	return &tag{Word: "Says nothing", Tone: toneUnknown}
}
