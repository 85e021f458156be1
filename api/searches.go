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

// Facet is one way to narrow a list.
type Facet struct {
	Name   string       `json:"name" enum:"noun,origin,lifecycle,class" doc:"The query key"`
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
	l, counts, err := a.Store.Search(ctx, viewer(ctx), store.SearchFilter{Query: in.Q, Noun: string(in.Noun), Origin: models.Origin(in.Origin), Class: string(in.Class), Page: in.page()})
	if err != nil {
		return nil, err
	}
	return &HitPage{Link: link(ctx, l.Next), Body: Hits{Facets: facets(counts), List: list(l, func(h *store.Hit) Hit {
		return Hit{Noun: SearchNoun(h.Noun), ID: h.ID, Title: h.Title, Detail: h.Detail, Tag: h.Tag}
	})}}, nil
}

// facets gathers counts, which come in order, by the name of their facet.
func facets(counts []store.Facet) []Facet {
	out := []Facet{}
	for _, c := range counts {
		if len(out) == 0 || out[len(out)-1].Name != c.Name {
			out = append(out, Facet{Name: c.Name})
		}
		f := &out[len(out)-1]
		f.Values = append(f.Values, FacetValue{Value: c.Value, Count: c.Count})
	}
	return out
}
