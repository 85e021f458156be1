package register_test

import (
	"bytes"
	"errors"
	"io"
	"strings"
	"testing"

	"github.com/ospo-register/ospo/internal/testkit"
	"github.com/ospo-register/ospo/internal/testkit/sample"
	"github.com/ospo-register/ospo/models"
	"github.com/ospo-register/ospo/register"
)

func TestACheckSaysWhatTheRegisterWouldSayAndKeepsNothing(t *testing.T) {
	s := testkit.Store(t)
	got, err := register.New(s).CheckSBOM(ctx, `C:\temp\desk.json`, bytes.NewReader(sample.Document()), register.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	if got.File != "desk.json" || got.Packages != 10 || got.Verdict != models.Accepted || len(got.Tallies) == 0 || len(got.SHA256) != 64 {
		t.Errorf("%+v", got)
	}
	events, err := s.Events(ctx, sample.By, models.EventFilter{})
	if err != nil || len(events) > 0 {
		t.Errorf("a check left %d events (%v)", len(events), err)
	}
}

func TestWhatIsNoDocumentIsARefusedCheck(t *testing.T) {
	r := register.New(testkit.Store(t))
	got, err := r.CheckSBOM(ctx, "x", strings.NewReader(`{"hello":"world"}`), register.Limits{})
	if err != nil || got.Verdict != models.Refused || len(got.Findings) != 1 || got.Findings[0].Message == "" {
		t.Errorf("%+v, %v", got, err)
	}
	if _, err := r.CheckSBOM(ctx, "x", strings.NewReader(strings.Repeat(" ", 2000)), register.Limits{Bytes: 1000}); !models.IsKind(err, models.TooLarge) {
		t.Errorf("a document over the limit: %v", err)
	}
}

func TestThereIsRoomForSoManyChecksAtOnce(t *testing.T) {
	r := register.New(testkit.Store(t))
	slow, end := io.Pipe()
	done := make(chan error)
	const most = 16
	for range most {
		go func() {
			_, err := r.CheckSBOM(ctx, "slow", slow, register.Limits{})
			for errors.Is(err, register.ErrBusy) { // the one below was in the way
				_, err = r.CheckSBOM(ctx, "slow", slow, register.Limits{})
			}
			done <- err
		}()
	}
	for begun := false; !begun; { // until all of them are waiting for their bytes
		_, err := r.CheckSBOM(ctx, "one more", strings.NewReader("{"), register.Limits{})
		begun = errors.Is(err, register.ErrBusy)
	}
	if err := end.CloseWithError(io.ErrUnexpectedEOF); err != nil {
		t.Fatal(err)
	}
	for range most {
		if err := <-done; !models.HasCode(err, "body-broken-off") {
			t.Errorf("a check whose document broke off: %v", err)
		}
	}
	if _, err := r.CheckSBOM(ctx, "one more", strings.NewReader("{"), register.Limits{}); err != nil {
		t.Errorf("after they have gone: %v", err)
	}
}
