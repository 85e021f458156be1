package policy

import (
	"strings"
	"testing"
)

func TestARegimeKeepsTheRulesOfItsBook(t *testing.T) {
	r, err := ParseRegime(Presets()[0].Text)
	if err != nil {
		t.Fatal(err)
	}
	first := r.On()[0]
	other := strings.Replace(RuleBook(), "title: "+first.Title, "title: As it read then", 1)
	if other == RuleBook() {
		t.Fatalf("the book has no rule with the title %q", first.Title)
	}
	kept, err := r.ByBook(other)
	if err != nil {
		t.Fatal(err)
	}
	if got := kept.On()[0].Title; got != "As it read then" {
		t.Errorf("by its book the first rule is called %q", got)
	}
	if got := r.On()[0].Title; got != first.Title {
		t.Errorf("the regime itself has changed: %q", got)
	}
	if _, err := r.ByBook("rules: ["); err == nil {
		t.Error("a book that cannot be read is taken")
	}
}
