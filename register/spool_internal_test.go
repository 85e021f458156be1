package register

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"io"
	"os"
	"strings"
	"testing"

	"golang.org/x/sync/semaphore"

	"github.com/ospo-register/ospo/importers/sbom"
	"github.com/ospo-register/ospo/models"
)

func TestAFullDiskIsNotBlamedOnTheSender(t *testing.T) {
	full, err := os.OpenFile("/dev/full", os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	s := &spool{pieces: &pieces{}, file: full}
	defer s.close()
	err = s.fill(strings.NewReader("a document"), 100)
	if err == nil || models.IsKind(err, models.Invalid) {
		t.Errorf("got %v, want an error of ours", err)
	}
}

func TestALimitIsSaidAsItIs(t *testing.T) {
	for most, says := range map[int64]string{3: "larger than 3 bytes.", 1 << 20: "larger than 1 MB."} {
		s := &spool{pieces: &pieces{most: allPieces}}
		err := s.fill(bytes.NewReader(make([]byte, most+1)), most)
		s.close()
		if err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("over %d bytes: %v", most, err)
		}
	}
}

func TestAKilledProgramLeavesNoDocumentBehind(t *testing.T) {
	t.Setenv("TMPDIR", t.TempDir())
	r := &Register{pieces: &pieces{}} // no memory to spare: to disk with it
	s, err := r.spoolBody(strings.NewReader("a document"), sbom.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	defer s.close()
	left, err := os.ReadDir(os.TempDir())
	if err != nil || len(left) != 0 || s.file == nil {
		t.Errorf("while it is read there is %v (%v)", left, err)
	}
}

func TestADocumentIsTheSameInMemoryAndOnDisk(t *testing.T) {
	for _, tc := range []struct {
		name   string
		size   int
		pieces int // to be had
		onDisk bool
		left   int // pieces in use while it is kept
	}{
		{"a small one is in memory", 1000, 4, false, 1},
		{"one of exactly a piece is in memory", pieceBytes, 4, false, 1},
		{"one larger than a document may have in memory is on disk", (mostPieces + 1) * pieceBytes, 2 * mostPieces, true, 0},
		{"one for which there is no memory left is on disk", 3 * pieceBytes, 2, true, 0},
	} {
		t.Run(tc.name, func(t *testing.T) {
			sent := make([]byte, tc.size)
			for i := range sent {
				sent[i] = byte(i*7 + i>>9)
			}
			r := &Register{pieces: &pieces{most: tc.pieces}}
			s, err := r.spoolBody(bytes.NewReader(sent), sbom.Limits{})
			if err != nil {
				t.Fatal(err)
			}
			for range 2 {
				got, err := io.ReadAll(s.open())
				if err != nil || !bytes.Equal(got, sent) {
					t.Errorf("%d bytes came back of %d: %v", len(got), len(sent), err)
				}
			}
			sum := sha256.Sum256(sent)
			if !bytes.Equal(s.digest, sum[:]) || (s.file != nil) != tc.onDisk {
				t.Errorf("digest %x, on disk %t", s.digest, s.file != nil)
			}
			if used := r.pieces.made - len(r.pieces.free); used != tc.left {
				t.Errorf("%d pieces of memory are in use, want %d", used, tc.left)
			}
			s.close()
			if len(r.pieces.free) != r.pieces.made {
				t.Errorf("%d of %d pieces came back", len(r.pieces.free), r.pieces.made)
			}
		})
	}
}

func TestDocumentsBeingReadDoNotTakeMoreThanThereIs(t *testing.T) {
	a := &admission{room: semaphore.NewWeighted(100), total: 100, least: 25}
	for _, tc := range []struct {
		name string
		body string
		size int64
		want int64
	}{
		{"a small one takes the least", "{", 3, 25},
		{"a larger one takes its size", "{", 60, 60},
		{"one that is packed takes many times its size", "\x1f\x8b", 5, 80},
		{"a tree takes many times its size", "<", 5, 80},
		{"one larger than all takes all", "{", 1000, 100},
		{"an empty one is left to the reader", "", 0, 25},
	} {
		t.Run(tc.name, func(t *testing.T) {
			body, leave, err := a.enter(t.Context(), strings.NewReader(tc.body), tc.size)
			if err != nil {
				t.Fatal(err)
			}
			if got, _ := io.ReadAll(body); string(got) != tc.body {
				t.Errorf("the body became %q", got)
			}
			if a.room.TryAcquire(100-tc.want+1) || !a.room.TryAcquire(100-tc.want) {
				t.Errorf("it does not leave %d", 100-tc.want)
			}
			gone, cancel := context.WithCancel(t.Context())
			cancel()
			if _, _, err := a.enter(gone, strings.NewReader("{"), 1); !errors.Is(err, context.Canceled) {
				t.Errorf("a sender who has gone waits on: %v", err)
			}
			a.room.Release(100 - tc.want)
			leave()
			if !a.room.TryAcquire(100) {
				t.Error("it did not give back what it took")
			}
			a.room.Release(100)
		})
	}
}
