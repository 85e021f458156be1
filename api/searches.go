package api

import (
	"context"

	"github.com/ospo-register/ospo/models"
	"github.com/ospo-register/ospo/store"
)

// Hit is one thing that a search found.
type Hit struct {
	Noun   SearchNoun `json:"noun"`
	ID     int64      `json:"id" doc:"Of the asset, component or agency; of its asset for a repository"`
	Title  string     `json:"title"`
	Detail string     `json:"detail" doc:"Steward, versions, code or software"`
	Tag    string     `json:"tag" doc:"Origin of software, ecosystem of components, kind of agencies"`
}

// Facet is one way to narrow a search.
type Facet struct {
	Name   string       `json:"name" enum:"noun,origin,class" doc:"The query key"`
	Values []FacetValue `json:"values"`
}

// FacetValue is a value of a facet with how many hits it has.
type FacetValue struct {
	Value string `json:"value"`
	Count int    `json:"count"`
}

// Hits is one page of what was found.
type Hits struct {
	List[Hit]
	Facets []Facet `json:"facets" doc:"Counted over everything found, before noun, origin and class narrow it"`
}

// HitPage is the answer to a search.
type HitPage struct {
	Link string `header:"Link" doc:"Address of the next page with rel=next, keeping every other key (RFC 8288)"`
	Body Hits
}

func (a *api) searches() {
	get(a, "/search", about{id: "search", tag: "Search", summary: "Search everything", text: "Software, components, agencies and repositories by name, description, purl, licence and address. Typing errors are forgiven."}, a.search)
}

func (a *api) search(ctx context.Context, in *struct {
	Q      string       `query:"q" required:"true" maxLength:"200" example:"openssl"`
	Noun   SearchNoun   `query:"noun"`
	Origin Origin       `query:"origin"`
	Class  LicenseClass `query:"class"`
	Paging
}) (*HitPage, error) {
	l, facets, err := a.Store.Search(ctx, viewer(ctx), store.SearchFilter{Query: in.Q, Noun: string(in.Noun), Origin: models.Origin(in.Origin), Class: string(in.Class), Page: in.page()})
	if err != nil {
		return nil, err
	}
	out := &HitPage{Link: link(ctx, l.Next), Body: Hits{Facets: []Facet{}}}
	out.Body.List = list(l, func(h *store.Hit) Hit {
		return Hit{Noun: SearchNoun(h.Noun), ID: h.ID, Title: h.Title, Detail: h.Detail, Tag: h.Tag}
	})
	for _, f := range facets {
		n := len(out.Body.Facets)
		if n == 0 || out.Body.Facets[n-1].Name != f.Name {
			out.Body.Facets = append(out.Body.Facets, Facet{Name: f.Name})
			n++
		}
		out.Body.Facets[n-1].Values = append(out.Body.Facets[n-1].Values, FacetValue{Value: f.Value, Count: f.Count})
	}
	return out, nil
}
