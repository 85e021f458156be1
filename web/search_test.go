package web_test

import (
	"strings"
	"testing"

	"github.com/ospo-register/ospo/internal/testkit"
	"github.com/ospo-register/ospo/internal/testkit/sample"
)

func TestASearchFindsEveryKindOfThingWithItsTagAndNarrowsByLinks(t *testing.T) {
	s := newSite(t, testkit.Store(t))
	g := sample.Government(t, s.store)
	s.get("/search?q=desk").want(t, 200, "Results for “<bdi>desk</bdi>”", `href="/assets/`+number(g.CaseDesk.ID)+`"`, "Software", "Repository", "Kind", "Origin of software", "Licence class", "/search?noun=asset&amp;q=desk", "Built by government · ").without(t, "Nothing is written like this")
	s.get("/search?q=desk&noun=asset").want(t, 200, "results, software", "chosen; follow the link to undo").without(t, "git.example.gov/health/case-desk")
	s.get("/search?q=Ministry").want(t, 200, `href="/agencies/`+number(g.Health.ID)+`"`, "Agency")
	s.get("/search?q=lodash").want(t, 200, `href="/components?name=lodash"`, "npm · ")
}

func TestASearchForgivesATypingErrorAndSaysSo(t *testing.T) {
	s := newSite(t, testkit.Store(t))
	sample.Government(t, s.store)
	s.get("/search?q=opensll").want(t, 200, "Nothing is written like this. Here are names similar to “<bdi>opensll</bdi>”.", "openssl")
}

func TestASearchThatFindsNothingSaysWhatToDo(t *testing.T) {
	s := newSite(t, testkit.Store(t))
	g := sample.Government(t, s.store)
	s.get("/search?q=zzqqzz").want(t, 200, "Use fewer or shorter words", `href="/components?name=zzqqzz"`, "Register it")
	s.get("/search?q=desk&noun=agency").want(t, 200, "Nothing was found among: agency.", "Look for everything")
	s.get("/search").want(t, 200, "<h1>Search</h1>", "Typing errors are forgiven.")
	s.get("/search?q="+strings.Repeat("a", 201)).want(t, 400, "longer than 200 characters")
	s.get("/search?q=Tax+Lens").want(t, 200).without(t, "/assets/"+number(g.Secret.ID)+`"`)
	s.as(g.Buyer.ID).get("/search?q=Tax+Lens").want(t, 200, "/assets/"+number(g.Secret.ID)+`"`)
}

func TestASearchForAnythingIsAnswered(t *testing.T) {
	s := newSite(t, testkit.OwnStore(t))
	sample.Government(t, s.store)
	for _, q := range []string{"%27", "%27%27", "%5C", "%25", "_", "%26%26", "a%00b", "%F0%9F%A6%8A", "%3A*", "()", "%3Cscript%3E", "pkg:npm/%40a/b@1?x=y", "--", "%FF%FE"} {
		if a := s.get("/search?q=" + q); a.Status != 200 && a.Status != 400 {
			t.Errorf("%s answers %d\n%s", q, a.Status, mainOf(a.Body))
		}
		if a := s.get("/components?name=" + q); a.Status != 200 && a.Status != 400 {
			t.Errorf("%s as a component answers %d\n%s", q, a.Status, mainOf(a.Body))
		}
	}
}
