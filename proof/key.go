package proof

import (
	"crypto/ed25519"
	"crypto/rand"
	"encoding/base64"
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode"

	"golang.org/x/mod/sumdb/note"
)

// NewKey makes a key pair for the log that origin names, such as "register.example.gov/log" (Ed25519, as text of c2sp.org/signed-note). Who has
// the private one can sign checkpoints of the log; who has the public one can check them.
func NewKey(origin string) (private, public string, err error) {
	if err := CheckOrigin(origin); err != nil {
		return "", "", err
	}
	return note.GenerateKey(rand.Reader, origin)
}

// CheckOrigin refuses what cannot name a log.
func CheckOrigin(origin string) error {
	if origin == "" || len(origin) > 200 || strings.ContainsFunc(origin, func(r rune) bool {
		return unicode.IsSpace(r) || !unicode.IsPrint(r) || r == '+' || r == unicode.ReplacementChar
	}) {
		return fmt.Errorf("%q cannot name a log: write it like register.example.gov/log, without spaces and without +, in at most 200 bytes", origin)
	}
	return nil
}

var errNotPrivate = errors.New("this is not the private key of a log, which begins with PRIVATE+KEY+")

// PublicKey gives the public key that belongs to a private one.
func PublicKey(private string) (string, error) {
	signer, err := note.NewSigner(private)
	if err != nil {
		return "", errNotPrivate
	}
	fields := strings.SplitN(private, "+", 5) // PRIVATE, KEY, name, hash, and base64, which may have a + of its own
	if len(fields) != 5 {
		return "", errNotPrivate
	}
	seed, err := base64.StdEncoding.DecodeString(fields[4])
	if err != nil || len(seed) != 1+ed25519.SeedSize {
		return "", errNotPrivate
	}
	public, ok := ed25519.NewKeyFromSeed(seed[1:]).Public().(ed25519.PublicKey)
	if !ok {
		return "", errNotPrivate
	}
	return note.NewEd25519VerifierKey(signer.Name(), public)
}

// Origin is the name of the log that a public or private key belongs to; "" when it is no key.
func Origin(key string) string {
	if s, err := note.NewSigner(key); err == nil {
		return s.Name()
	}
	if v, err := note.NewVerifier(key); err == nil {
		return v.Name()
	}
	return ""
}

// ReadKeys reads a file of keys: one a line, empty lines and lines that begin with # left out. There is at most one private
// key; its public key is the first of public.
func ReadKeys(text string) (private string, public []string, err error) {
	if len(text) > MostBytes {
		return "", nil, fmt.Errorf("the file of keys has more than %d bytes", MostBytes)
	}
	for line := range strings.Lines(strings.TrimPrefix(text, "\ufeff")) {
		line = strings.TrimSpace(line)
		switch {
		case line == "" || strings.HasPrefix(line, "#"):
		case strings.HasPrefix(line, "PRIVATE+KEY+"):
			if private != "" {
				return "", nil, errors.New("there are two private keys; a log is signed with one")
			}
			p, err := PublicKey(line)
			if err != nil {
				return "", nil, err
			}
			private, public = line, slices.Insert(public, 0, p)
		default:
			if _, err := note.NewVerifier(line); err != nil {
				return "", nil, fmt.Errorf("%.40q is not a key: a public key is written name+8 hexadecimal digits+base64", line)
			}
			public = append(public, line)
		}
	}
	if len(public) == 0 {
		return "", nil, errors.New("there is no key in it")
	}
	return private, public, nil
}

// verifiers makes of public keys what checks signatures.
func verifiers(keys []string) (note.Verifiers, error) {
	if len(keys) == 0 {
		return nil, errors.New("no public key is given to check the signature with. The register shows its key on the page about proofs; take it from somebody you trust")
	}
	var list []note.Verifier
	var seen []string
	for _, k := range keys {
		k = strings.TrimSpace(k)
		v, err := note.NewVerifier(k)
		if err != nil {
			return nil, fmt.Errorf("%.40q is not a public key, which is written name+8 hexadecimal digits+base64", k)
		}
		if !slices.Contains(seen, k) {
			seen, list = append(seen, k), append(list, v)
		}
	}
	return note.VerifierList(list...), nil
}
