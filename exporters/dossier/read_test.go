package dossier_test

import (
	"bytes"
	"testing"

	"github.com/ospo-register/ospo/exporters/dossier"
	"github.com/ospo-register/ospo/internal/testkit/cases"
)

func TestADocumentReadsBackAsItWasTold(t *testing.T) {
	for name, c := range cases.Named() {
		t.Run(name, func(t *testing.T) {
			out := public(t, c)
			d, err := dossier.Read(out)
			if err != nil {
				t.Fatal(err)
			}
			again, err := d.Bytes()
			if err != nil {
				t.Fatal(err)
			}
			if !bytes.Equal(out, again) {
				t.Errorf("told\n%s\nread back\n%s", out, again)
			}
		})
	}
}

func TestWhatIsNoDocumentIsRefused(t *testing.T) {
	for name, text := range map[string]string{"nothing": "", "another notation": `{"format":"ospo-decision/9"}`, "a list": "[]", "a section that is none": `{"format":"ospo-decision/1","need":3}`} {
		t.Run(name, func(t *testing.T) {
			if d, err := dossier.Read([]byte(text)); err == nil {
				t.Errorf("read as %+v", d)
			}
		})
	}
}

func FuzzRead(f *testing.F) {
	for _, c := range cases.Named() {
		out, err := dossier.Public(c)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(out)
	}
	f.Add([]byte(`{"format":"ospo-decision/1","choice":{"withheld":true,"ground":"x"},"mitigations":{"withheld":true}}`))
	f.Fuzz(func(t *testing.T, text []byte) {
		d, err := dossier.Read(text)
		if err != nil {
			return
		}
		out, err := d.Bytes()
		if err != nil {
			return // a time that cannot be written
		}
		again, err := dossier.Read(out)
		if err != nil {
			t.Fatalf("what was written is not read: %v\n%s", err, out)
		}
		if twice, err := again.Bytes(); err != nil || !bytes.Equal(out, twice) {
			t.Errorf("read and written again it is\n%s\nnot\n%s", twice, out)
		}
	})
}
