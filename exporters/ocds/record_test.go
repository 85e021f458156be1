package ocds_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ospo-register/ospo/exporters/ocds"
)

func TestTheRecordsOfTheStandardAreMergedAsTheStandardMergesThem(t *testing.T) {
	files, err := filepath.Glob("testdata/records/*.json")
	if err != nil || len(files) != 4 {
		t.Fatalf("the records are not there: %v", err)
	}
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) {
			text, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			var pack struct {
				Records []struct {
					Releases                          []json.RawMessage
					CompiledRelease, VersionedRelease any
				}
			}
			if err := json.Unmarshal(text, &pack); err != nil {
				t.Fatal(err)
			}
			for _, r := range pack.Records {
				releases := make([][]byte, len(r.Releases))
				for i := range r.Releases {
					releases[i] = r.Releases[i]
				}
				out, err := ocds.Record(releases...)
				if err != nil {
					t.Fatal(err)
				}
				var got struct{ CompiledRelease, VersionedRelease any }
				if err := json.Unmarshal(out, &got); err != nil {
					t.Fatal(err)
				}
				if diff := cmp.Diff(r.CompiledRelease, got.CompiledRelease); diff != "" {
					t.Errorf("compiled (-standard +ours):\n%.4000s", diff)
				}
				if diff := cmp.Diff(r.VersionedRelease, got.VersionedRelease); diff != "" {
					t.Errorf("versioned (-standard +ours):\n%.4000s", diff)
				}
			}
		})
	}
}
