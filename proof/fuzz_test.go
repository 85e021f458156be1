package proof_test

import (
	"bytes"
	"crypto/sha256"
	"testing"

	"github.com/ospo-register/ospo/proof"
)

// fixed is a log with the same key in every process that fuzzes. The key signs nothing but what tests make.
func fixed(f *testing.F) *memory {
	f.Helper()
	m := decisions(f, 9)
	m.private = "PRIVATE+KEY+register.example.gov/log+12a4aa9f+AXOUzjZqLZYIBWh0oZUMUyfI7XX0Ai6ppjJxf2VxgQXu"
	m.public = "register.example.gov/log+12a4aa9f+ATkGjgSTu7APN6dWToutNk5+dCT/8O1zm96HIIvgqqjO"
	return m
}

func FuzzReadInclusion(f *testing.F) {
	m := fixed(f)
	f.Add(m.included(f, 4, 9))
	f.Add(m.included(f, 0, 1))
	f.Add([]byte("c2sp.org/tlog-proof@v1\nextra e30=\nindex 0\n\na\n1\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n\n— a AAAAAAA=\n"))
	f.Add([]byte("c2sp.org/tlog-proof@v1\nindex 281474976710656\n\n"))
	sum := sha256.Sum256(document(4))
	f.Fuzz(func(t *testing.T, file []byte) {
		found, err := proof.VerifyInclusion(sum, file, m.public)
		if (found == nil) == (err == nil) {
			t.Fatal("neither a finding nor an error, or both")
		}
		if err == nil && found.Same && !bytes.Contains(file, []byte("index 4")) {
			t.Fatal("proved at another place")
		}
		p, err := proof.ReadInclusion(file)
		if err != nil {
			return
		}
		again, err := proof.ReadInclusion(p.Bytes())
		if err != nil || !bytes.Equal(again.Bytes(), p.Bytes()) {
			t.Fatal("written and read again it is another proof", err)
		}
	})
}

func FuzzReadConsistency(f *testing.F) {
	m := fixed(f)
	f.Add(m.signed(f, 3), m.signed(f, 9), m.grown(f, 3, 9))
	f.Add(m.signed(f, 0), []byte{}, m.grown(f, 0, 9))
	f.Add(m.signed(f, 9), m.signed(f, 9), []byte{})
	f.Add([]byte("a\n281474976710656\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n\n— a AAAAAAA=\n"), []byte{}, []byte("old 281474976710656\n\n"))
	f.Fuzz(func(t *testing.T, older, newer, file []byte) {
		if len(newer) == 0 {
			newer = nil
		}
		if len(file) == 0 {
			file = nil
		}
		found, err := proof.VerifyConsistency(older, newer, file, m.public)
		if (found == nil) == (err == nil) {
			t.Fatal("neither a finding nor an error, or both")
		}
		if p, err := proof.ReadConsistency(file); err == nil {
			if again, err := proof.ReadConsistency(p.Bytes()); err != nil || !bytes.Equal(again.Bytes(), p.Bytes()) {
				t.Fatal("written and read again it is another proof", err)
			}
		}
	})
}

func FuzzOpen(f *testing.F) {
	m := fixed(f)
	f.Add(m.signed(f, 9))
	f.Add([]byte("a\n01\nx\n\n— a AAAAAAA=\n"))
	f.Add([]byte("a\n1\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\nextension\n\n— a AAAAAAA=\n"))
	f.Fuzz(func(t *testing.T, signed []byte) {
		claimed, err := proof.Claimed(signed)
		opened, openErr := proof.Open(signed, m.public)
		if openErr == nil && (err != nil || claimed != opened) {
			t.Fatal("opened and yet not claimed", err)
		}
		if openErr == nil && opened.Size > 9 {
			t.Fatal("a checkpoint that was never signed is taken for one")
		}
		_ = proof.KindOf(signed)
	})
}

func FuzzReadEntry(f *testing.F) {
	f.Add(entry(1, document(1)).Bytes())
	f.Add([]byte(`{"action":"a","at":"2026-11-23T09:30:00Z","event":1,"noun":"decision","v":1}`))
	f.Fuzz(func(t *testing.T, body []byte) {
		e, err := proof.ReadEntry(body)
		if err == nil && !bytes.Equal(e.Bytes(), body) {
			t.Fatal("one entry has two forms")
		}
		_ = e.Says()
	})
}

func FuzzReadKeys(f *testing.F) {
	m := fixed(f)
	private, public := m.private, m.public
	f.Add(private + "\n" + public)
	f.Add("# a remark\n" + public)
	f.Add("PRIVATE+KEY+a+00000000+AAAA")
	f.Fuzz(func(t *testing.T, text string) {
		private, public, err := proof.ReadKeys(text)
		if err == nil && (len(public) == 0 || private != "" && proof.Origin(private) != proof.Origin(public[0])) {
			t.Fatal("keys that do not belong together")
		}
	})
}
