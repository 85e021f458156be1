// Package atom says what is new in the form that feed readers read: Atom (RFC 4287), page by page (RFC 5005, 3).
//
// It decides nothing about what is in a feed. Start with Write.
package atom

import (
	"encoding/xml"
	"fmt"
	"io"
	"time"
)

// MediaType is what an answer with a feed is served as.
const MediaType = "application/atom+xml; charset=utf-8"

// Feed is a page of a feed, newest first.
type Feed struct {
	ID        string // an address that stays, whatever page this is
	Title     string
	Subtitle  string
	Updated   time.Time
	Author    string
	Self      string // address of this page
	First     string // of the first page; "" on a feed of one
	Next      string // of the page with what is older; "" on the last
	Alternate string // of the page for people
	Entries   []Entry
}

// Entry is one thing that is new.
type Entry struct {
	ID         string // stays the same for ever
	Title      string
	Published  time.Time
	Updated    time.Time
	Author     string
	Summary    string
	Page       string // address of the page for people
	Document   string // address of the same for programs, as JSON
	Categories []Category
}

// Category is a word that an entry is found by.
type Category struct {
	Term   string `xml:"term,attr"`
	Scheme string `xml:"scheme,attr,omitempty"`
	Label  string `xml:"label,attr,omitempty"`
}

type link struct {
	Rel  string `xml:"rel,attr"`
	Type string `xml:"type,attr,omitempty"`
	Href string `xml:"href,attr"`
}

type person struct {
	Name string `xml:"name"`
}

type entry struct {
	ID         string     `xml:"id"`
	Title      string     `xml:"title"`
	Published  string     `xml:"published"`
	Updated    string     `xml:"updated"`
	Author     *person    `xml:"author"`
	Links      []link     `xml:"link"`
	Categories []Category `xml:"category"`
	Summary    string     `xml:"summary,omitempty"`
}

type feed struct {
	XMLName  xml.Name `xml:"http://www.w3.org/2005/Atom feed"`
	Language string   `xml:"xml:lang,attr"`
	ID       string   `xml:"id"`
	Title    string   `xml:"title"`
	Subtitle string   `xml:"subtitle,omitempty"`
	Updated  string   `xml:"updated"`
	Author   person   `xml:"author"`
	Links    []link   `xml:"link"`
	Entries  []entry  `xml:"entry"`
}

// Write writes the page of the feed.
func Write(w io.Writer, f *Feed) error {
	out := feed{Language: "en", ID: f.ID, Title: f.Title, Subtitle: f.Subtitle, Updated: instant(f.Updated), Author: person{f.Author}, Links: []link{{Rel: "self", Type: "application/atom+xml", Href: f.Self}}}
	for _, l := range []link{{"alternate", "text/html", f.Alternate}, {"first", "application/atom+xml", f.First}, {"next", "application/atom+xml", f.Next}} {
		if l.Href != "" {
			out.Links = append(out.Links, l)
		}
	}
	for _, e := range f.Entries {
		one := entry{ID: e.ID, Title: e.Title, Published: instant(e.Published), Updated: instant(e.Updated), Categories: e.Categories, Summary: e.Summary, Links: []link{{Rel: "alternate", Type: "text/html", Href: e.Page}}}
		if e.Author != "" {
			one.Author = &person{e.Author}
		}
		if e.Document != "" {
			one.Links = append(one.Links, link{Rel: "related", Type: "application/json", Href: e.Document})
		}
		out.Entries = append(out.Entries, one)
	}
	if _, err := io.WriteString(w, xml.Header); err != nil {
		return fmt.Errorf("writing a feed: %w", err)
	}
	x := xml.NewEncoder(w)
	x.Indent("", "  ")
	if err := x.Encode(out); err != nil {
		return fmt.Errorf("writing a feed: %w", err)
	}
	return x.Close()
}

func instant(t time.Time) string { return t.UTC().Format(time.RFC3339) }

// ID is a name for an entry that stays for ever, whatever address the register has: a UUID (RFC 9562, 5.8) of the digest of what was published first.
func ID(digest []byte) string {
	var u [16]byte
	copy(u[:], digest)
	u[6], u[8] = u[6]&0x0f|0x80, u[8]&0x3f|0x80
	return fmt.Sprintf("urn:uuid:%x-%x-%x-%x-%x", u[:4], u[4:6], u[6:8], u[8:10], u[10:])
}
