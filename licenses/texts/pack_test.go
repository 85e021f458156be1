package texts

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/klauspost/compress/zstd"

	"github.com/ospo-register/ospo/licenses"
)

var from = flag.String("from", "", "spdx-full.json of the npm package spdx-license-list: rewrites data/texts.zst and data/texts.tsv before anything is tested")

// frameSize is how many bytes of text are packed together: large enough for the families to share their words, small
// enough that one text is unpacked in about a millisecond.
const frameSize = 192 << 10

func TestMain(m *testing.M) {
	flag.Parse()
	if *from != "" {
		if err := pack(*from); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		fmt.Fprintln(os.Stderr, "data/texts.zst and data/texts.tsv are rewritten; run the tests again without -from")
		os.Exit(0)
	}
	os.Exit(m.Run())
}

// pack writes the packed texts of every listed licence that no other identifier replaces; equal texts stand there once.
func pack(file string) error {
	content, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	var list map[string]struct{ LicenseText string }
	if err := json.Unmarshal(content, &list); err != nil {
		return err
	}
	encoder, err := zstd.NewWriter(nil, zstd.WithEncoderLevel(zstd.SpeedBestCompression), zstd.WithWindowSize(1<<20))
	if err != nil {
		return err
	}
	var out, frame bytes.Buffer
	type entry struct {
		id         string
		start, end int
	}
	var index strings.Builder
	fmt.Fprintf(&index, "#id\tframe\tframe end\tstart\tend\n")
	var waiting []entry
	seen := map[string]entry{}
	flush := func() {
		begin := out.Len()
		out.Write(encoder.EncodeAll(frame.Bytes(), nil))
		for _, e := range waiting {
			fmt.Fprintf(&index, "%s\t%d\t%d\t%d\t%d\n", e.id, begin, out.Len(), e.start, e.end)
		}
		waiting, seen = nil, map[string]entry{}
		frame.Reset()
	}
	for _, id := range inFamilies(licenses.All()) {
		text := strings.ReplaceAll(list[id].LicenseText, "\r\n", "\n")
		if text == "" {
			return fmt.Errorf("%s has no text in %s", id, file)
		}
		e, known := seen[text]
		if !known {
			e.start = frame.Len()
			frame.WriteString(text)
			e.end = frame.Len()
			seen[text] = e
		}
		e.id = id
		waiting = append(waiting, e)
		if frame.Len() >= frameSize {
			flush()
		}
	}
	flush()
	if err := os.WriteFile(filepath.Join("data", "texts.tsv"), []byte(index.String()), 0o644); err != nil {
		return err
	}
	return os.WriteFile(filepath.Join("data", "texts.zst"), out.Bytes(), 0o644)
}

// inFamilies sorts so that licences which share words are neighbours, whatever letter stands in front of the name of the family.
func inFamilies(all []licenses.License) []string {
	var ids []string
	for _, license := range all {
		if license.Successor == "" {
			ids = append(ids, license.ID)
		}
	}
	family := func(id string) string { return strings.TrimLeft(strings.ToLower(id), "al") }
	slices.SortStableFunc(ids, func(a, b string) int { return strings.Compare(family(a), family(b)) })
	return ids
}
