package web

import (
	"regexp"
	"strconv"
	"strings"

	"github.com/ospo-register/ospo/models"
)

// parentText is how the form names the larger system: its title and, to tell those of the same name apart, its number.
func (c *page) parentText(a *models.Asset) string {
	if a.ParentID == nil {
		return ""
	}
	whole, err := c.site.Store.Asset(c.ctx(), c.viewer, *a.ParentID)
	if err != nil {
		return idText(*a.ParentID) // not theirs to see: the number keeps it as it is
	}
	return whole.Title() + " (" + idText(whole.ID) + ")"
}

var numbered = regexp.MustCompile(`^(?:.*\()?(\d{1,18})\)?$`)

// parentID is the larger system that the form names, by title or number; nil when it names none. What is not found is noted
// in m.
func (c *page) parentID(f *form, m *models.Mistakes) *int64 {
	given := f.get("parentId")
	if given == "" {
		return nil
	}
	if match := numbered.FindStringSubmatch(given); match != nil {
		if id, err := strconv.ParseInt(match[1], 10, 64); err == nil {
			return &id
		}
	}
	found, err := c.site.Store.Assets(c.ctx(), c.viewer, models.AssetFilter{Query: given, Page: models.Page{Limit: 50}})
	if err != nil {
		m.Add("parentId", "unknown", "The larger system could not be looked up. Write the number at the end of its address.")
		return nil
	}
	var same []int64
	for _, a := range found.Items {
		if strings.EqualFold(a.Title(), given) {
			same = append(same, a.ID)
		}
	}
	switch len(same) {
	case 1:
		return &same[0]
	case 0:
		m.Add("parentId", "unknown", "There is no software called “"+given+"” that you may see. Write its name as on its page.")
	default:
		m.Add("parentId", "ambiguous", "Several entries are called “"+given+"”. Write the number at the end of the address of the one you mean.")
	}
	return nil
}
