package api

import (
	"encoding/json"
	"errors"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"testing"

	"github.com/gin-gonic/gin"

	"github.com/ospo-register/ospo/register"
)

func TestAFaultOfTheOpenCatalogAPIGivesTheNumberForTheOperator(t *testing.T) {
	gin.SetMode(gin.ReleaseMode)
	w := httptest.NewRecorder()
	c, _ := gin.CreateTestContext(w)
	c.Request = httptest.NewRequest(http.MethodGet, openCatalogPrefix+"/software", nil)
	c.Request = c.Request.WithContext(register.WithRequest(c.Request.Context(), "number-7"))
	a := &api{Deps: Deps{Log: slog.New(slog.DiscardHandler)}}
	a.refuseCatalog(&catalogCall{c: c}, "can't get Software", errors.New(planted))
	var p map[string]any
	if err := json.Unmarshal(w.Body.Bytes(), &p); err != nil || w.Code != http.StatusInternalServerError || p["requestId"] != "number-7" || p["title"] != "can't get Software" {
		t.Errorf("%d %v %v", w.Code, p, err)
	}
}

func TestAnAnswerSaysHowLongItIs(t *testing.T) {
	w := httptest.NewRecorder()
	if err := wholeJSON.Marshal(w, map[string]string{"name": "Medusa"}); err != nil {
		t.Fatal(err)
	}
	if got := w.Header().Get("Content-Length"); got != "18" || w.Body.Len() != 18 {
		t.Errorf("%s of %d", got, w.Body.Len())
	}
}

func TestALinkSaysHowManyComeAtMost(t *testing.T) {
	for size, want := range map[string]string{"": "?page[after]=x", "7": "?page[after]=x&page[size]=7", "1000": "?page[after]=x&page[size]=100"} {
		query := url.Values{}
		if size != "" {
			query.Set("page[size]", size)
		}
		if got := catalogLink(query, "page[after]", "x"); *got != want {
			t.Errorf("after %q of a page comes %s", size, *got)
		}
	}
}
