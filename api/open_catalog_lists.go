package api

import (
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/ospo-register/ospo/models"
)

// The size of a page of the Open Catalog API.
const (
	catalogPageSize     = 25
	mostCatalogPageSize = 100
)

// catalogLinks lead to the pages before and after: the part of an address from "?" on, null where there is nothing more.
type catalogLinks struct {
	Prev *string `json:"prev"`
	Next *string `json:"next"`
}

type catalogList[T any] struct {
	Data  []T          `json:"data"`
	Links catalogLinks `json:"links"`
}

// answerList writes one page of a list.
func answerList[M, T any](x *catalogCall, l models.OpenCatalogList[M], err error, shape func(*M) T) error {
	if models.HasCode(err, "bad-cursor") {
		return catalogRefusal(http.StatusUnprocessableEntity, "wrong cursor format in page[after] or page[before]")
	}
	if err != nil {
		return err
	}
	query := x.c.Request.URL.Query()
	x.c.JSON(http.StatusOK, catalogList[T]{Data: each(l.Items, shape), Links: catalogLinks{Prev: catalogLink(query, "page[before]", l.Prev), Next: catalogLink(query, "page[after]", l.Next)}})
	return nil
}

// catalogLink keeps all that was asked but the place in the list.
func catalogLink(query url.Values, key, cursor string) *string {
	if cursor == "" {
		return nil
	}
	kept := maps.Clone(query)
	delete(kept, "page[before]")
	delete(kept, "page[after]")
	kept[key] = []string{cursor}
	if all, _ := wantsAll(query); all {
		kept.Set("all", "true")
	}
	if n, err := strconv.Atoi(query.Get("page[size]")); err == nil && n > mostCatalogPageSize {
		kept.Set("page[size]", strconv.Itoa(mostCatalogPageSize)) // so that it is said how many come at most
	}
	var parts []string
	for _, k := range slices.Sorted(maps.Keys(kept)) {
		for _, v := range kept[k] {
			parts = append(parts, brackets.Replace(url.QueryEscape(k))+"="+url.QueryEscape(v))
		}
	}
	link := "?" + strings.Join(parts, "&")
	return &link
}

// brackets leaves the keys of pages as people write them.
var brackets = strings.NewReplacer("%5B", "[", "%5D", "]")

// wantsAll reports whether also what is switched off is asked for, and what of it is neither yes nor no. publiccode-crawler puts the link to the next page behind a query
// that it has already, which gives all=true?all=true.
func wantsAll(query url.Values) (yes bool, err error) {
	given, _, _ := strings.Cut(query.Get("all"), "?")
	if given == "" {
		return false, nil
	}
	return strconv.ParseBool(given)
}

// catalogFilter reads what lists are asked by. Keys that nobody knows are passed over, as the Open Catalog API does.
func (x *catalogCall) catalogFilter() (f models.OpenCatalogFilter, err error) {
	query := x.c.Request.URL.Query()
	if f.All, err = wantsAll(query); err != nil {
		return f, catalogRefusal(http.StatusUnprocessableEntity, "all must be true or false")
	}
	f.Size = catalogPageSize
	if given := query.Get("page[size]"); given != "" {
		n, err := strconv.Atoi(given)
		switch {
		case err != nil:
			return f, catalogRefusal(http.StatusUnprocessableEntity, "page[size] must be an integer")
		case n < 1:
			return f, catalogRefusal(http.StatusUnprocessableEntity, "page[size] must be between 1 and 100")
		}
		f.Size = min(n, mostCatalogPageSize)
	}
	if f.Cursor = query.Get("page[after]"); f.Cursor == "" {
		if f.Cursor = query.Get("page[before]"); f.Cursor != "" {
			f.Way = models.Backward
		}
	}
	for key, into := range map[string]*time.Time{"from": &f.From, "to": &f.To} {
		if given := query.Get(key); given != "" {
			if *into, err = time.Parse(time.RFC3339, given); err != nil {
				return f, catalogRefusal(http.StatusUnprocessableEntity, "invalid date time format (RFC 3339 needed)")
			}
		}
	}
	return f, nil
}

// nothingListed answers an empty list.
func nothingListed(x *catalogCall) error {
	x.c.JSON(http.StatusOK, catalogList[struct{}]{Data: []struct{}{}})
	return nil
}
