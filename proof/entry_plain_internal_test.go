package proof

import (
	"strings"
	"testing"
	"time"
)

var plainOnes = []string{
	`{"action":"a","at":"2026-11-23T09:30:00Z","event":1,"noun":"decision","v":1}`,
	`{"action":"decision.filed","at":"2026-11-23T09:30:00.001234Z","digest":"` + strings.Repeat("ab", 32) + `","dossier":"` + strings.Repeat("0c", 32) + `","event":12,"eventDigest":"` + strings.Repeat("7e", 32) +
		`","from":"draft","noun":"decision","number":2,"part":"candidate/c1","ref":"A<B>&C","role":"evaluator","to":"need","v":1}`,
	`{"action":"","at":"0001-01-01T00:00:00Z","event":-7,"noun":"","number":-1,"v":1}`,
}

func TestAnEntryInPlainLettersIsReadTheFastWay(t *testing.T) {
	for _, body := range plainOnes {
		if _, ok := plainEntry([]byte(body)); !ok {
			t.Error(body)
		}
	}
}

func TestAnEntryWithOtherLettersIsReadAllTheSame(t *testing.T) {
	e := Entry{Action: "a", At: time.Date(2026, 11, 23, 9, 30, 0, 0, time.UTC), Event: 1, Noun: "decision", Ref: "é \"\u2028\"", V: EntryVersion}
	if back, err := ReadEntry(e.Bytes()); err != nil || back != e {
		t.Error(back, err)
	}
}

func FuzzTheFastWayReadsWhatTheOtherReads(f *testing.F) {
	for _, body := range plainOnes {
		f.Add([]byte(body))
		f.Add([]byte(strings.Replace(body, ":1", ":01", 1)))
		f.Add([]byte(strings.Replace(body, `"noun":`, `"noun":"","noun":`, 1)))
		f.Add([]byte(strings.Replace(body, `,"v":1`, ``, 1)))
		f.Add([]byte(body + "}"))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		fast, plain := plainEntry(body)
		slow, err := anyEntry(body)
		if plain && (err != nil || fast != slow) {
			t.Fatalf("%s is read as %+v, and otherwise as %+v: %v", body, fast, slow, err)
		}
	})
}
