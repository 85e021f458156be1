package web

import (
	"strings"

	"github.com/ospo-register/ospo/models"
)

// repositoryTag is a version that was tagged in the repository of software and is no release of the register yet.
type repositoryTag struct {
	models.Revision
	Register string // address of the form that makes a release of it; "" for who may not
}

// tagsOf are the newest tags of the repository, for software of which the register has no release.
func (c *page) tagsOf(h *assetHead, alive *alivePart) ([]repositoryTag, error) {
	const shown = 3
	if len(alive.Releases) > 0 || alive.Main == nil {
		return nil, nil
	}
	list, err := c.site.Store.Revisions(c.ctx(), alive.Main.ID, shown+1)
	if err != nil {
		return nil, err
	}
	var out []repositoryTag
	for _, v := range list {
		if v.Head || len(out) == shown {
			continue
		}
		t := repositoryTag{Revision: v}
		if h.MayRelease {
			on := ""
			if v.At != nil {
				on = models.DateOf(*v.At).String()
			}
			t.Register = address(assetPath(h.Asset.ID)+"/releases/new", "number", versionOfTag(v.Name), "releasedOn", on)
		}
		out = append(out, t)
	}
	return out, nil
}

// versionOfTag is the number of a version as people write it: v1.2.0 is 1.2.0.
func versionOfTag(name string) string {
	if rest, ok := strings.CutPrefix(name, "v"); ok && rest != "" && rest[0] >= '0' && rest[0] <= '9' {
		return rest
	}
	return name
}
