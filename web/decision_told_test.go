package web_test

import (
	"fmt"
	"testing"
)

// addToldAddresses plays the worked example to its end, so that it is published, and gives the pages that tell of it.
func addToldAddresses(t *testing.T, e *example, all map[string]string) {
	t.Helper()
	e.quicklyTo("")
	page := fmt.Sprintf("/decisions/%d", e.id)
	for _, path := range []string{"/public", "/document", "/decide", "/history", "/chain"} {
		all["/decisions/:id"+path] = page + path
	}
	for _, file := range []string{"/document.pdf", "/public/:number/json", "/public/:number/proof"} {
		all["/decisions/:id"+file] = "" // files, not pages
	}
	all["/decisions/sample"] = "/decisions/sample?size=3&seed=2026"
}
