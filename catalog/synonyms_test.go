package catalog_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/ospo-register/ospo/catalog"
)

func TestSynonymsThatCannotBeUsedAreAllReported(t *testing.T) {
	for name, c := range map[string]struct{ text, wrong string }{
		"groups and remarks are read":       {"# ours\nzaak, case\n\nbewoner,\tcitizen , inwoner\n", ""},
		"a byte order mark is no word":      {"\ufeffzaak, case", ""},
		"a group of one is no group":        {"zaak\nbewoner, citizen\nlonely,\n", "line 1: “zaak” is only one word or phrase; write at least two that mean the same, divided by commas\n  line 3: “lonely,”"},
		"the same word twice is no group":   {"Zaak, zaak", "line 1"},
		"signs are no words":                {"?, !", "line 1"},
		"a group must not be without bound": {manyWords(101), "divide the group"},
	} {
		t.Run(name, func(t *testing.T) {
			s, err := catalog.OwnSynonyms().With(c.text)
			switch {
			case c.wrong == "" && (err != nil || s == nil):
				t.Error(err)
			case c.wrong != "" && (err == nil || !strings.Contains(err.Error(), c.wrong)):
				t.Errorf("said: %v", err)
			}
		})
	}
}

func manyWords(n int) string {
	var words []string
	for i := range n {
		words = append(words, fmt.Sprintf("w%d", i))
	}
	return strings.Join(words, ",")
}

func TestSynonymsOfTheOperatorAreKnownBesidesTheOnesThatCome(t *testing.T) {
	s, err := catalog.OwnSynonyms().With("zaakje, permit")
	if err != nil {
		t.Fatal(err)
	}
	x := catalog.New(today, agencies, s)
	x.Change(nil, []*catalog.Entry{said(1, "Desk", "building permits")})
	for _, text := range []string{"zaakje", "baugenehmigung"} {
		if got := found(x, text); len(got) != 1 {
			t.Errorf("%q finds %v", text, got)
		}
	}
	if got := found(indexOf(said(1, "Desk", "building permits")), "zaakje"); len(got) != 0 {
		t.Errorf("what an operator adds has changed what comes with the program: %v", got)
	}
}

func FuzzSynonyms(f *testing.F) {
	for _, seed := range []string{"a, b", "# x\n\nform, Formular, formulaire\n", "c++, cpp", "\ufeffa,,b", "文書, document"} {
		f.Add(seed, "form c++")
	}
	f.Fuzz(func(t *testing.T, file, query string) {
		s, err := (&catalog.Synonyms{}).With(file)
		if err != nil {
			return
		}
		x := catalog.New(today, agencies, s)
		x.Change(nil, []*catalog.Entry{said(1, "Form", file), said(2, query, query)})
		x.Search(public, catalog.Query{Text: query, Limit: 5, Count: catalog.Facets()})
	})
}

func FuzzQuery(f *testing.F) {
	for _, seed := range []string{"permit", "gestion électronique des documents", "c++ c#", "  ", "?!", "文書管理 システム", "a b c d e f g h i j k l m n o p q r s t u v w x y z", "\xff\xfe", "ŉ ß İ ı", strings.Repeat("x", 300), "ﷺ", "e\u0301\u0301"} {
		f.Add(seed)
	}
	x := indexOf(said(1, "PermitDesk", "building permits"), said(2, "Démarches", "", in("fr", "gestion électronique des dossiers")), said(3, "漢字検索", "", in("ja", "行政文書の管理システム")))
	f.Fuzz(func(t *testing.T, text string) {
		r := x.Search(public, catalog.Query{Text: text, Limit: 2, Count: catalog.Facets()})
		if r.Total < len(r.Hits) || r.Total > 3 {
			t.Errorf("%q: %d hits of %d", text, len(r.Hits), r.Total)
		}
		own := indexOf(said(1, text, ""))
		if key := own.Search(public, catalog.Query{Text: text, Limit: 1}); strings.IndexFunc(text, isASCIILetter) >= 0 && len(text) < 60 && key.Total != 1 {
			t.Errorf("what is called %q is not found by its name", text)
		}
	})
}

func isASCIILetter(r rune) bool { return r >= 'a' && r <= 'z' }
