package sbom

import (
	"bytes"
	"compress/gzip"
	"encoding/binary"
	"errors"
	"hash/crc32"
	"io"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/klauspost/compress/zstd"
	"github.com/ulikunitz/xz"

	"github.com/ospo-register/ospo/models"
)

// readWhole opens a document as every reader does and gives all of its text.
func readWhole(r io.Reader, lim Limits) (text string, doc *models.SBOMDocument, err error) {
	doc, err = Read(r, lim, func([]byte) (Format, error) {
		return Format{Notation: models.SPDXJSON, Read: func(in *Input, b *Builder) (*models.SBOMDocument, error) {
			data, err := in.All(b.Limits.Bytes, b.Notes)
			text = string(data)
			b.Doc.Files = 1
			if err != nil {
				return nil, err
			}
			return b.Finish(func(int) string { return "" }), nil
		}}, nil
	}, func(*models.SBOMPackage) error { return nil })
	return text, doc, err
}

var packings = map[string]func(w io.Writer) (io.WriteCloser, error){
	"gzip": func(w io.Writer) (io.WriteCloser, error) { return gzip.NewWriter(w), nil },
	"zstd": func(w io.Writer) (io.WriteCloser, error) { return zstd.NewWriter(w) },
	"xz":   func(w io.Writer) (io.WriteCloser, error) { return xz.NewWriter(w) },
}

func pack(t *testing.T, how string, data []byte) []byte {
	t.Helper()
	var out bytes.Buffer
	w, err := packings[how](&out)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.Write(data); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func refusedAs(t *testing.T, err error, code string) {
	t.Helper()
	var refusal *models.Error
	if !errors.As(err, &refusal) || refusal.Code != code || refusal.Detail == "" {
		t.Errorf("refused with %v, want %s", err, code)
	}
}

func TestPackedDocumentsAreReadWhateverPacksThem(t *testing.T) {
	random := make([]byte, 300_000) // several chunks of every packing
	state := uint32(1)
	for i := range random {
		state = state*1664525 + 1013904223
		random[i] = 'a' + byte(state>>24)%26
	}
	for how := range packings {
		for name, data := range map[string][]byte{"a short text": []byte("short"), "a long text": bytes.Repeat([]byte("long and boring "), 100_000), "a text that packs badly": random} {
			text, doc, err := readWhole(bytes.NewReader(pack(t, how, data)), Limits{})
			if err != nil || text != string(data) || doc.Verdict() != models.Salvaged {
				t.Errorf("%s, %s: read %d of %d bytes, %v", how, name, len(text), len(data), err)
			}
		}
	}
}

func TestABombIsRefusedBeforeItIsUnpacked(t *testing.T) {
	for how := range packings {
		bomb := pack(t, how, make([]byte, 24<<20))
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		_, _, err := readWhole(bytes.NewReader(bomb), Limits{Bytes: 1 << 20})
		runtime.ReadMemStats(&after)
		refusedAs(t, err, "sbom-unpacked-too-large")
		if used := (after.TotalAlloc - before.TotalAlloc) >> 20; used > 64 {
			t.Errorf("%s: %d bytes took %d MB", how, len(bomb), used)
		}
	}
}

func TestAFileIsUnpackedOnceOnly(t *testing.T) {
	for inner := range packings {
		for outer := range packings {
			_, _, err := readWhole(bytes.NewReader(pack(t, outer, pack(t, inner, []byte("text")))), Limits{})
			refusedAs(t, err, "not-an-sbom")
		}
	}
}

// wideXZ makes an xz file of which the second block asks for a dictionary of 4 GB.
func wideXZ(t *testing.T) []byte {
	file := pack(t, "xz", []byte("text"))
	const header = 12
	size := (int(file[header]) + 1) * 4
	block := bytes.Clone(file[header : header+size])
	at := bytes.Index(block, []byte{0x21, 1})
	if at < 0 {
		t.Fatal("no LZMA2 in the header")
	}
	block[at+2] = 40
	binary.LittleEndian.PutUint32(block[size-4:], crc32.ChecksumIEEE(block[:size-4]))
	return append(bytes.Clone(file[:header]), append(block, file[header+size:]...)...)
}

func TestAFileThatAsksForTooMuchMemoryIsRefused(t *testing.T) {
	wideZstd := []byte("\x28\xb5\x2f\xfd\x00\xf8\x01\x00\x00")
	for name, file := range map[string][]byte{"xz with a dictionary of 4 GB": wideXZ(t), "zstd with a window of 2 TB": wideZstd} {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		_, _, err := readWhole(bytes.NewReader(file), Limits{})
		runtime.ReadMemStats(&after)
		t.Log(name, err)
		refusedAs(t, err, "sbom-packed-too-wide")
		if err != nil && strings.Contains(err.Error(), "for 64 MB") {
			t.Errorf("%s: %v", name, err)
		}
		if used := (after.TotalAlloc - before.TotalAlloc) >> 20; used > 64 {
			t.Errorf("%s took %d MB", name, used)
		}
	}
}

func TestADamagedPackIsReadUpToTheDamage(t *testing.T) {
	random := make([]byte, 600_000)
	state := uint32(1)
	for i := range random {
		state = state*1664525 + 1013904223
		random[i] = 'a' + byte(state>>24)%26
	}
	for how := range packings {
		file := pack(t, how, random)
		text, doc, err := readWhole(bytes.NewReader(file[:len(file)/2]), Limits{})
		if err != nil || !strings.HasPrefix(string(random), text) || len(text) < 100_000 {
			t.Fatalf("%s: read %d bytes, %v", how, len(text), err)
		}
		found := false
		for _, f := range doc.Findings {
			found = found || f.Rule == "broken-off"
		}
		if !found {
			t.Errorf("%s: found %v", how, doc.Findings)
		}
		for cut := range 60 {
			if _, _, err := readWhole(bytes.NewReader(file[:cut]), Limits{}); err != nil {
				var refusal *models.Error
				if !errors.As(err, &refusal) {
					t.Errorf("%s after %d bytes: %v", how, cut, err)
				}
			}
		}
	}
}

func TestNULIsReadAsABlankInEveryEncoding(t *testing.T) {
	for name, text := range map[string]string{"UTF-8": "a\x00b", "UTF-16": "\xff\xfea\x00\x00\x00b\x00"} {
		read, doc, err := readWhole(strings.NewReader(text), Limits{})
		if err != nil || read != "a b" || len(doc.Findings) == 0 || doc.Verdict() != models.Salvaged {
			t.Errorf("%s: read %q, %v", name, read, err)
		}
	}
}

func TestReadingEndsWhenItsTimeIsOver(t *testing.T) {
	_, _, err := readWhole(strings.NewReader("text"), Limits{Time: time.Nanosecond})
	refusedAs(t, err, "sbom-took-too-long")
}

func FuzzUnpack(f *testing.F) {
	for how := range packings {
		var out bytes.Buffer
		w, err := packings[how](&out)
		if err != nil {
			f.Fatal(err)
		}
		if _, err := w.Write([]byte("a text to pack")); err != nil {
			f.Fatal(err)
		}
		if err := w.Close(); err != nil {
			f.Fatal(err)
		}
		f.Add(out.Bytes())
	}
	f.Add([]byte("\xff\xfea\x00b\x00\x00\xd8"))
	f.Add([]byte("\xef\xbb\xbfM\xfcller\x00"))
	f.Fuzz(func(t *testing.T, data []byte) {
		text, doc, err := readWhole(bytes.NewReader(data), Limits{Bytes: 1 << 20})
		var refusal *models.Error
		if err != nil && (!errors.As(err, &refusal) || doc != nil) {
			t.Fatalf("refused with %v", err)
		}
		if err == nil && strings.ContainsRune(text, 0) {
			t.Errorf("read %q", text)
		}
	})
}
