package opencatalog

import (
	"fmt"
	"net/url"
	"strings"

	"github.com/ospo-register/ospo/importers/jsontree"
	"github.com/ospo-register/ospo/models"
)

// List is a plain list of where to look.
type List struct {
	Files  []string // addresses of publiccode.yml files
	Repos  []string // addresses of repositories
	Groups []string // addresses with many repositories below

	seen map[string]bool
}

// ReadAddresses reads a list of addresses: one a line with # for comments, a JSON or YAML list of texts or of objects with url, or a list of
// publishers as ReadPublishers reads it. What ends in publiccode.yml or .yaml is a file, anything else a repository.
func ReadAddresses(content []byte) (*List, []models.Remark) {
	list := &List{seen: map[string]bool{}}
	text := strings.TrimPrefix(string(content), "\ufeff")
	if lines, plain := plainLines(text); plain {
		return list, list.lines(lines)
	}
	doc, remarks := open(content)
	if doc == nil {
		return nil, remarks
	}
	items, _ := unwrap(doc)
	if len(items) > 0 && publishers(items) {
		page, remarks := ReadPublishers(content)
		for _, p := range page.Publishers {
			if !p.Active {
				continue
			}
			for _, h := range p.Hostings {
				if h.Group {
					list.Groups = append(list.Groups, h.URL)
				} else {
					list.add(h.URL)
				}
			}
		}
		return list, remarks
	}
	for i, item := range items {
		s := strings.TrimSpace(item.Text)
		if item.Kind == jsontree.Object {
			c := doc.Object(item, fmt.Sprintf("[%d]", i))
			s = c.Text("publiccode", "publiccodeUrl", "publiccodeURL", "rawUrl", "url", "URL")
		}
		if !list.add(s) {
			doc.Remark("bad-url", models.Failure, fmt.Sprintf("[%d]", i), item, "%q is not a full web address; write it with https:// at its beginning.", s)
		}
	}
	if items == nil {
		return nil, append(remarks, doc.Ordered()...)
	}
	return list, append(remarks, doc.Ordered()...)
}

// plainLines tells a list of addresses, one a line, from anything else by its first line that says something.
func plainLines(text string) (lines []string, plain bool) {
	lines = strings.Split(text, "\n")
	for _, l := range lines {
		if l = strings.TrimSpace(l); l != "" && !strings.HasPrefix(l, "#") {
			return lines, strings.Contains(l, "://") && !strings.ContainsAny(l[:1], "-[{\"'") && !strings.Contains(strings.SplitN(l, "://", 2)[0], ":")
		}
	}
	return nil, false
}

func (l *List) lines(lines []string) (remarks []models.Remark) {
	for i, line := range lines {
		address, _, _ := strings.Cut(strings.TrimSpace(line), " ")
		if address == "" || strings.HasPrefix(address, "#") || l.add(address) {
			continue
		}
		if len(remarks) == 1000 {
			break
		}
		remarks = append(remarks, models.Remark{Rule: "bad-url", Severity: models.Failure, Line: i + 1, Column: 1, Message: fmt.Sprintf("%.200q is not a full web address; write it with https:// at its beginning.", address)})
	}
	return remarks
}

func (l *List) add(address string) bool {
	u, err := url.Parse(strings.TrimSpace(address))
	if err != nil || u.Host == "" || u.Scheme == "" {
		return false
	}
	to := &l.Repos
	if strings.HasSuffix(u.Path, ".yml") || strings.HasSuffix(u.Path, ".yaml") {
		to = &l.Files
	}
	if !l.seen[u.String()] {
		l.seen[u.String()] = true
		*to = append(*to, u.String())
	}
	return true
}

// publishers tells a list of publishers from one of addresses.
func publishers(items []*jsontree.Value) bool {
	for _, name := range []string{"orgs", "repos", "codeHosting", "organizations", "repositories", "codeHostings", "groups"} {
		if items[0].Get(name) != nil {
			return true
		}
	}
	return false
}
