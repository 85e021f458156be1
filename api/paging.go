package api

import (
	"context"
	"net/url"

	"github.com/ospo-register/ospo/models"
)

// Paging asks for part of a list.
type Paging struct {
	After string `query:"after" maxLength:"4000" doc:"The place to go on from: next of the page before"`
	Limit int    `query:"limit" minimum:"1" maximum:"200" default:"25" doc:"Most entries on the page"`
}

func (p Paging) page() models.Page { return models.Page{After: p.After, Limit: p.Limit} }

// List is one page of a list.
type List[T any] struct {
	Items []T     `json:"items" doc:"The entries of this page"`
	Next  *string `json:"next" doc:"The place to go on from, to be sent as after; null on the last page"`
	Total Total   `json:"total" doc:"How many entries the whole list has"`
}

// Total is how long a list is.
type Total struct {
	Count int  `json:"count" minimum:"0" doc:"Entries in the whole list; at most 10,000 are counted" example:"132"`
	Exact bool `json:"exact" doc:"false: there are at least this many"`
}

// Page is the answer with one page of a list.
type Page[T any] struct {
	Link string `header:"Link" doc:"Address of the next page with rel=next, keeping every other key; absent on the last page (RFC 8288)"`
	Body List[T]
}

// page answers with a list, each entry in its JSON shape.
func page[M, T any](ctx context.Context, l models.List[M], shape func(*M) T) *Page[T] {
	return &Page[T]{Link: link(ctx, l.Next), Body: list(l, shape)}
}

func list[M, T any](l models.List[M], shape func(*M) T) List[T] {
	return List[T]{Items: each(l.Items, shape), Next: optional(l.Next), Total: Total(l.Total)}
}

// each shapes every entry. The result is never nil, so that JSON has [] and not null.
func each[M, T any](items []M, shape func(*M) T) []T {
	out := make([]T, len(items))
	for i := range items {
		out[i] = shape(&items[i])
	}
	return out
}

// link is the Link header to the page after the cursor, "" when there is none.
func link(ctx context.Context, next string) string {
	if next == "" {
		return ""
	}
	u := at(ctx).url
	q := u.Query()
	q.Set("after", next)
	return "<" + (&url.URL{Path: u.Path, RawQuery: q.Encode()}).String() + `>; rel="next"`
}

// complete is the page of a list that is always given whole.
func complete[M, T any](items []M, shape func(*M) T) List[T] {
	return List[T]{Items: each(items, shape), Total: Total{Count: len(items), Exact: true}}
}

func optional(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}

// orEmpty makes [] of nil.
func orEmpty[S ~[]T, T any](s S) []T {
	if s == nil {
		return []T{}
	}
	return s
}
