package atom_test

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/ospo-register/ospo/exporters/atom"
)

var at = time.Date(2026, 11, 2, 9, 30, 0, 0, time.FixedZone("", -4*3600))

func sample(entries int) *atom.Feed {
	f := &atom.Feed{ID: "https://register.example.gov/v1/decisions/feed", Title: "Published decisions", Subtitle: "Newest first", Updated: at, Author: "The register", Self: "https://register.example.gov/v1/decisions/feed?limit=2&after=x",
		First: "https://register.example.gov/v1/decisions/feed?limit=2", Next: "https://register.example.gov/v1/decisions/feed?limit=2&after=y", Alternate: "https://register.example.gov/decisions"}
	for i := range entries {
		f.Entries = append(f.Entries, atom.Entry{ID: fmt.Sprintf("urn:uuid:00000000-0000-8000-8000-%012d", i), Title: "Files <for> “all” & \x01 everybody", Published: at, Updated: at.Add(time.Hour), Author: "Ministry of Health",
			Summary: "Nextcloud is chosen.", Page: "https://register.example.gov/decisions/1", Document: "https://register.example.gov/v1/decisions/1", Categories: []atom.Category{{Term: "new", Scheme: "https://register.example.gov/v1/openapi.json", Label: "New"}}})
	}
	return f
}

func TestAFeedHasWhatTheStandardAsksFor(t *testing.T) {
	for _, entries := range []int{0, 1, 3} {
		var b bytes.Buffer
		if err := atom.Write(&b, sample(entries)); err != nil {
			t.Fatal(err)
		}
		for _, wrong := range mistakes(b.Bytes()) {
			t.Errorf("with %d entries: %s\n%s", entries, wrong, b.String())
		}
	}
}

func TestTheCheckOfFeedsFindsWhatIsWrong(t *testing.T) {
	for name, change := range map[string]func(*atom.Feed){
		"no identifier":               func(f *atom.Feed) { f.ID = "" },
		"a title that is empty":       func(f *atom.Feed) { f.Title = "" },
		"no author":                   func(f *atom.Feed) { f.Author = "" },
		"an address without a scheme": func(f *atom.Feed) { f.Self = "/v1/decisions/feed" },
		"two entries of one name":     func(f *atom.Feed) { f.Entries[1].ID = f.Entries[0].ID },
		"an entry without a page":     func(f *atom.Feed) { f.Entries[0].Page = "" },
	} {
		f := sample(2)
		change(f)
		var b bytes.Buffer
		if err := atom.Write(&b, f); err != nil {
			t.Fatal(err)
		}
		if len(mistakes(b.Bytes())) == 0 {
			t.Errorf("%s was not found", name)
		}
	}
}

func TestTheNameOfAnEntryFollowsFromItsDigestAlone(t *testing.T) {
	if got, want := atom.ID([]byte("\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\x00")), "urn:uuid:ffffffff-ffff-8fff-bfff-ffffffffffff"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

// mistakes holds a feed to the elements that RFC 4287 asks for in 4.1.1, 4.1.2, 4.2.6, 4.2.7 and 3.3.
func mistakes(text []byte) []string {
	var wrong []string
	if err := xmlSound(text); err != nil {
		return []string{err.Error()}
	}
	type node struct {
		XMLName xml.Name
		Attrs   []xml.Attr `xml:",any,attr"`
		Text    string     `xml:",chardata"`
		Nodes   []node     `xml:",any"`
	}
	var root node
	if err := xml.Unmarshal(text, &root); err != nil {
		return []string{err.Error()}
	}
	children := func(n node, name string) (list []node) {
		for _, c := range n.Nodes {
			if c.XMLName.Local == name && c.XMLName.Space == "http://www.w3.org/2005/Atom" {
				list = append(list, c)
			}
		}
		return list
	}
	attr := func(n node, name string) string {
		for _, a := range n.Attrs {
			if a.Name.Local == name {
				return a.Value
			}
		}
		return ""
	}
	absolute := func(what, address string) {
		if u, err := url.Parse(address); err != nil || !u.IsAbs() {
			wrong = append(wrong, fmt.Sprintf("%s has the address %q", what, address))
		}
	}
	once := func(n node, names ...string) {
		for _, name := range names {
			found := children(n, name)
			if len(found) != 1 || strings.TrimSpace(found[0].Text) == "" && len(found[0].Nodes) == 0 {
				wrong = append(wrong, fmt.Sprintf("%s has %d elements %s, or an empty one", n.XMLName.Local, len(found), name))
				continue
			}
			if name == "updated" || name == "published" {
				if _, err := time.Parse(time.RFC3339, found[0].Text); err != nil {
					wrong = append(wrong, err.Error())
				}
			}
			if name == "id" {
				absolute("id", found[0].Text)
			}
		}
	}
	if root.XMLName.Local != "feed" || root.XMLName.Space != "http://www.w3.org/2005/Atom" {
		wrong = append(wrong, "it is no feed")
	}
	once(root, "id", "title", "updated", "author")
	rels := map[string]int{}
	for _, l := range children(root, "link") {
		rels[attr(l, "rel")]++
		absolute("link", attr(l, "href"))
	}
	if rels["self"] != 1 || rels["next"] > 1 {
		wrong = append(wrong, fmt.Sprintf("its links are %v", rels))
	}
	for _, a := range children(root, "author") {
		once(a, "name")
	}
	seen := map[string]bool{}
	for _, e := range children(root, "entry") {
		once(e, "id", "title", "updated", "published", "summary")
		for _, i := range children(e, "id") {
			if seen[i.Text] {
				wrong = append(wrong, "two entries are "+i.Text)
			}
			seen[i.Text] = true
		}
		for _, l := range children(e, "link") {
			absolute("link of an entry", attr(l, "href"))
		}
		for _, c := range children(e, "category") {
			if attr(c, "term") == "" {
				wrong = append(wrong, "a category has no term")
			}
		}
	}
	return wrong
}

func xmlSound(text []byte) error {
	d := xml.NewDecoder(bytes.NewReader(text))
	for {
		if _, err := d.Token(); errors.Is(err, io.EOF) {
			return nil
		} else if err != nil {
			return err
		}
	}
}
