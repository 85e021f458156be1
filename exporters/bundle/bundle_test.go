package bundle_test

import (
	"archive/zip"
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"io"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/ospo-register/ospo/exporters/bundle"
)

var at = time.Date(2026, 11, 2, 9, 30, 0, 0, time.UTC)

func file(id int64, name, text string) bundle.File {
	sum := sha256.Sum256([]byte(text))
	return bundle.File{Kind: "attachment", ID: id, Title: name, Filename: name, Media: "text/plain", Bytes: int64(len(text)), SHA256: hex.EncodeToString(sum[:]), FiledAt: at,
		Open: func() (io.ReadCloser, error) { return io.NopCloser(strings.NewReader(text)), nil }}
}

func TestAnArchiveHoldsEveryFileUnderANameThatEverySystemTakes(t *testing.T) {
	withheld := file(4, "bad.exe", "evil")
	withheld.Withheld, withheld.Open = "It is infected.", nil
	part := file(0, "need.json", `{"problem":"x"}`)
	part.Kind, part.Part, part.Number = "part", "cost/b", 3
	publication := file(0, "published.json", `{}`)
	publication.Kind, publication.Number = "publication", 1
	m := &bundle.Manifest{Decision: "health-2026-0007", Title: "Files", Agency: "Health", Audience: "public", MadeAt: at, Files: []bundle.File{
		file(1, "costs.csv", "a,b\n"), file(2, `..\..\etc/pass:wd?.txt`, "two"), file(3, strings.Repeat("é", 200)+".pdf", ""), withheld, part, publication}}
	var b bytes.Buffer
	if err := bundle.Write(&b, m); err != nil {
		t.Fatal(err)
	}
	z, err := zip.NewReader(bytes.NewReader(b.Bytes()), int64(b.Len()))
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	held := map[string]string{}
	for _, f := range z.File {
		names = append(names, f.Name)
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		text, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		held[f.Name] = string(text)
	}
	long := names[4]
	if len(long) > 150 || !strings.HasPrefix(long, "attachments/3-é") || !strings.HasSuffix(long, "é.pdf") {
		t.Errorf("the long name became %q", long)
	}
	want := []string{"manifest.json", "SHA256SUMS", "attachments/1-costs.csv", "attachments/2-_.._etc_pass_wd_.txt", long, "parts/cost_b.3.json", "publications/1.json"}
	if diff := cmp.Diff(want, names); diff != "" {
		t.Error(diff)
	}
	if held["attachments/1-costs.csv"] != "a,b\n" || held["parts/cost_b.3.json"] != `{"problem":"x"}` {
		t.Errorf("the files hold %v", held)
	}
	for line := range strings.Lines(held["SHA256SUMS"]) {
		sum, name, _ := strings.Cut(strings.TrimSuffix(line, "\n"), "  ")
		if got := sha256.Sum256([]byte(held[name])); hex.EncodeToString(got[:]) != sum {
			t.Errorf("SHA256SUMS says %s of %s, which has %x", sum, name, got)
		}
	}
	if n := strings.Count(held["SHA256SUMS"], "\n"); n != 5 {
		t.Errorf("SHA256SUMS has %d lines, want 5", n)
	}
	var said bundle.Manifest
	if err := json.Unmarshal([]byte(held["manifest.json"]), &said); err != nil {
		t.Fatal(err)
	}
	gone := said.Files[slices.IndexFunc(said.Files, func(f bundle.File) bool { return f.ID == 4 })]
	if gone.Path != "" || gone.Withheld != "It is infected." || said.Version != bundle.Version || len(said.Files) != 6 {
		t.Errorf("the manifest is %s", held["manifest.json"])
	}
}

func TestAFileThatIsNotWhatWasFiledEndsTheArchive(t *testing.T) {
	f := file(1, "a.txt", "as it was filed")
	f.Open = func() (io.ReadCloser, error) { return io.NopCloser(strings.NewReader("something else")), nil }
	var b bytes.Buffer
	err := bundle.Write(&b, &bundle.Manifest{Decision: "x", MadeAt: at, Files: []bundle.File{f, file(2, "b.txt", "b")}})
	if err == nil || !strings.Contains(err.Error(), "attachments/1-a.txt") {
		t.Fatalf("got %v", err)
	}
	if _, err := zip.NewReader(bytes.NewReader(b.Bytes()), int64(b.Len())); err == nil {
		t.Error("what was written can be opened as a whole archive")
	}
}
