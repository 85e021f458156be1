package ocds

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/url"
	"time"

	"github.com/ospo-register/ospo/models"
)

// Package is what is said of a package of releases or records.
type Package struct {
	URI       string // where the package is
	At        time.Time
	Publisher Publisher
	License   string // address of the licence of the data; "" when none is given
	Policy    string // address of the publication policy; "" when there is none
	Extension string // address of the file extension.json of oss_decision, as this program serves it
}

// Publisher is who answers for the data.
type Publisher struct {
	Name   string
	URI    string // "" when there is none
	Scheme string // list that UID is from
	UID    string
}

type head struct {
	URI        string            `json:"uri"`
	Version    string            `json:"version"`
	Extensions []string          `json:"extensions,omitempty"`
	Published  string            `json:"publishedDate"`
	Publisher  publisher         `json:"publisher"`
	License    string            `json:"license,omitempty"`
	Policy     string            `json:"publicationPolicy,omitempty"`
	Releases   []json.RawMessage `json:"releases,omitempty"`
	Records    []json.RawMessage `json:"records,omitempty"`
}

type publisher struct {
	Name   string `json:"name"`
	Scheme string `json:"scheme,omitempty"`
	UID    string `json:"uid,omitempty"`
	URI    string `json:"uri,omitempty"`
}

// ReleasePackage packs releases, as Release makes them. The standard wants at least one.
func ReleasePackage(p *Package, releases ...[]byte) ([]byte, error) {
	h, err := p.head()
	if err != nil {
		return nil, err
	}
	h.Releases, err = raw(releases)
	if err != nil {
		return nil, err
	}
	return encoded(h)
}

// RecordPackage packs records, as Record makes them. The standard wants at least one.
func RecordPackage(p *Package, records ...[]byte) ([]byte, error) {
	h, err := p.head()
	if err != nil {
		return nil, err
	}
	h.Records, err = raw(records)
	if err != nil {
		return nil, err
	}
	return encoded(h)
}

// head refuses what the standard asks of a package and is not given, all at once.
func (p *Package) head() (*head, error) {
	var m models.Mistakes
	if text(p.Publisher.Name) == "" {
		m.Add("publisher.name", "required", "Say who publishes.")
	}
	if p.At.IsZero() {
		m.Add("publishedDate", "required", "Say when the package is published.")
	}
	for field, s := range map[string]string{"uri": p.URI, "extension": p.Extension, "license": p.License, "publicationPolicy": p.Policy, "publisher.uri": p.Publisher.URI} {
		if u, err := url.Parse(s); s == "" && field != "uri" {
			continue
		} else if err != nil || u.Host == "" || address(s) == "" {
			m.Add(field, "bad-url", "Give a full web address that starts with https://.")
		}
	}
	h := &head{URI: address(p.URI), Version: "1.1", Published: instant(p.At), License: address(p.License), Policy: address(p.Policy),
		Publisher: publisher{text(p.Publisher.Name), text(p.Publisher.Scheme), text(p.Publisher.UID), address(p.Publisher.URI)}}
	if p.Extension != "" {
		h.Extensions = []string{address(p.Extension)}
	}
	return h, m.Err()
}

func raw(list [][]byte) ([]json.RawMessage, error) {
	if len(list) == 0 {
		return nil, models.Refuse(models.Conflict, "empty-package", "A package of open contracting data needs something in it.")
	}
	out := make([]json.RawMessage, len(list))
	for i, one := range list {
		if out[i] = bytes.TrimSpace(one); !json.Valid(one) {
			return nil, fmt.Errorf("element %d of the package is no JSON", i)
		}
	}
	return out, nil
}
