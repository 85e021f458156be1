package proof_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/ospo-register/ospo/proof"
)

func TestAnEntryHasOneFormAndReadsBackAsItIs(t *testing.T) {
	zone := time.FixedZone("", -4*3600)
	e := proof.Entry{Event: 12, At: time.Date(2026, 11, 23, 5, 30, 0, 1234567, zone), Noun: "decision", Ref: "A<B>&C", Action: "decision.part-written", Role: "evaluator", Part: "need", Number: 2,
		Digest: strings.Repeat("ab", 32), Dossier: strings.Repeat("0c", 32)}
	want := `{"action":"decision.part-written","at":"2026-11-23T09:30:00.001234Z","digest":"` + strings.Repeat("ab", 32) + `","dossier":"` + strings.Repeat("0c", 32) +
		`","event":12,"noun":"decision","number":2,"part":"need","ref":"A<B>&C","role":"evaluator","v":1}`
	if diff := cmp.Diff(want, string(e.Bytes())); diff != "" {
		t.Fatal(diff)
	}
	back, err := proof.ReadEntry(e.Bytes())
	if err != nil {
		t.Fatal(err)
	}
	e.V, e.At = 1, e.At.UTC().Truncate(time.Microsecond)
	if diff := cmp.Diff(e, back); diff != "" {
		t.Error(diff)
	}
}

func TestBytesThatAreNotTheFormOfAnEntryAreRefused(t *testing.T) {
	good := `{"action":"a","at":"2026-11-23T09:30:00Z","event":1,"noun":"decision","v":1}`
	if _, err := proof.ReadEntry([]byte(good)); err != nil {
		t.Fatal(err)
	}
	for name, body := range map[string]string{
		"a space":                    strings.Replace(good, ":1,", ": 1,", 1),
		"another order":              `{"v":1,"action":"a","at":"2026-11-23T09:30:00Z","event":1,"noun":"decision"}`,
		"an empty member":            strings.Replace(good, `"noun"`, `"from":"","noun"`, 1),
		"a member twice":             strings.Replace(good, `"noun"`, `"event":1,"noun"`, 1),
		"another member":             strings.Replace(good, `"noun"`, `"name":"x","noun"`, 1),
		"a time of another zone":     strings.Replace(good, "09:30:00Z", "05:30:00-04:00", 1),
		"a later version":            strings.Replace(good, `"v":1`, `"v":2`, 1),
		"something after it":         good + " ",
		"an escape that none needs":  strings.Replace(good, `"a"`, `"\u0061"`, 1),
		"a digest that is none":      strings.Replace(good, `"event"`, `"digest":"ab","event"`, 1),
		"a digest in capitals":       strings.Replace(good, `"event"`, `"digest":"`+strings.Repeat("AB", 32)+`","event"`, 1),
		"a number that is a word":    strings.Replace(good, `"event":1`, `"event":"1"`, 1),
		"an end that comes too soon": good[:20],
		"nothing":                    "",
	} {
		t.Run(name, func(t *testing.T) {
			if e, err := proof.ReadEntry([]byte(body)); err == nil {
				t.Errorf("read as %+v", e)
			} else if strings.Contains(err.Error(), "proof.") || strings.Contains(err.Error(), "Go ") {
				t.Errorf("the sentence names Go: %v", err)
			}
		})
	}
}

func TestAnEntryIsSaidInASentence(t *testing.T) {
	e := proof.Entry{Event: 3, At: time.Date(2026, 11, 23, 9, 5, 0, 0, time.UTC), Noun: "decision", Ref: "TT-1", Action: "decision.moved", Role: "approver", From: "proposal", To: "approved"}
	want := `On 23 November 2026 at 09:05:00 UTC the register logged of the decision TT-1: decision.moved, from "proposal" to "approved", by somebody in the role approver.`
	if diff := cmp.Diff(want, e.Says()); diff != "" {
		t.Error(diff)
	}
}

func TestAFileOfKeysHoldsOnePrivateKeyAndFormerPublicOnes(t *testing.T) {
	for range 30 { // the base64 of a key may have a + in it
		private, public, err := proof.NewKey("register.example.gov/log")
		if err != nil {
			t.Fatal(err)
		}
		_, former, err := proof.NewKey("register.example.gov/log")
		if err != nil {
			t.Fatal(err)
		}
		gotPrivate, keys, err := proof.ReadKeys("# the key of the log\r\n\r\n" + former + "\r\n" + private + "\r\n")
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff([]string{private, public, former}, append([]string{gotPrivate}, keys...)); diff != "" {
			t.Fatal(diff)
		}
		if proof.Origin(private) != "register.example.gov/log" || proof.Origin(public) != "register.example.gov/log" {
			t.Fatal("a key does not say whose it is")
		}
	}
}

func TestAFileOfKeysThatCannotBeUsedSaysWhy(t *testing.T) {
	private, _, err := proof.NewKey("a.example/log")
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct{ text, want string }{
		"nothing in it":    {"# only a remark\n", "there is no key in it"},
		"two private keys": {private + "\n" + private, "two private keys"},
		"a broken one":     {private[:len(private)-4], "not the private key"},
		"another text":     {"-----BEGIN PRIVATE KEY-----", "is not a key"},
	} {
		t.Run(name, func(t *testing.T) {
			if _, _, err := proof.ReadKeys(c.text); err == nil || !strings.Contains(err.Error(), c.want) {
				t.Error(err)
			}
		})
	}
	for _, origin := range []string{"", "two words", "a+b", strings.Repeat("a", 201), "line\nline"} {
		if _, _, err := proof.NewKey(origin); err == nil {
			t.Errorf("%q names a log", origin)
		}
	}
}
