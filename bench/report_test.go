package main

import (
	"os"
	"path/filepath"
	"testing"
)

func TestARunOfSomeMeasuresRenewsTheirTablesAndNothingElse(t *testing.T) {
	page := filepath.Join(t.TempDir(), "page.md")
	write := func(text string) {
		if err := os.WriteFile(page, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	b := &bench{opts: options{Out: page, Only: []string{"answers"}}, tables: []table{{title: "Growth", head: []string{"size"}, rows: [][]string{{"L"}}}}}
	for name, after := range map[string]string{"between others": "\n## Notes\n\n- one\n", "before another table": "\n### Later\n\n| a |\n", "at the end": ""} {
		write("# Page\n\n### Growth of the list\n\n| kept |\n\n### Growth\n\nA note.\n\n| size |\n| --- |\n| S |\n" + after)
		if err := b.renew(); err != nil {
			t.Fatal(err)
		}
		got, err := os.ReadFile(page)
		if want := "# Page\n\n### Growth of the list\n\n| kept |\n\n### Growth\n\n| size |\n| --- |\n| L |\n" + after; err != nil || string(got) != want {
			t.Errorf("%s: %v:\n%q\nwant\n%q", name, err, got, want)
		}
	}
	write("# Page\n\n## Figures\n\n## Notes of this run\n\n- one\n")
	if err := b.renew(); err != nil {
		t.Fatal(err)
	}
	if got, err := os.ReadFile(page); err != nil || string(got) != "# Page\n\n## Figures\n\n### Growth\n\n| size |\n| --- |\n| L |\n\n## Notes of this run\n\n- one\n" {
		t.Errorf("a new table is put in as %q, %v", got, err)
	}
	write("# Page\n")
	if b.renew() == nil {
		t.Error("a page without the table was taken for renewed")
	}
}
