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
	got, err := register.New(s).CheckDocument(ctx, `C:\temp\desk.json`, bytes.NewReader(sample.Document()), register.Limits{})
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
	got, err := r.CheckDocument(ctx, "x", strings.NewReader(`{"hello":"world"}`), register.Limits{})
	if err != nil || got.Verdict != models.Refused || len(got.Findings) != 1 || got.Findings[0].Message == "" {
		t.Errorf("%+v, %v", got, err)
	}
	if _, err := r.CheckDocument(ctx, "x", strings.NewReader(strings.Repeat(" ", 2000)), register.Limits{Bytes: 1000}); !models.IsKind(err, models.TooLarge) {
		t.Errorf("a document over the limit: %v", err)
	}
}

// slowBody is a document that begins and does not arrive: it says when somebody waits for more, and breaks off in the end.
type slowBody struct {
	begin   io.Reader
	awaited chan<- struct{}
	end     <-chan struct{}
}

func (s slowBody) Read(p []byte) (int, error) {
	if n, err := s.begin.Read(p); err == nil {
		return n, nil
	}
	s.awaited <- struct{}{}
	<-s.end
	return 0, io.ErrUnexpectedEOF
}

// blanks are so many bytes of a document.
type blanks struct{ left int }

func (b *blanks) Read(p []byte) (int, error) {
	if b.left == 0 {
		return 0, io.EOF
	}
	n := min(len(p), b.left)
	for i := range p[:n] {
		p[i] = ' '
	}
	b.left -= n
	return n, nil
}

func TestSlowSendersKeepNobodyFromCheckingUntilTheirBytesFillTheRoom(t *testing.T) {
	r := register.New(testkit.Store(t))
	awaited, end, done := make(chan struct{}), make(chan struct{}), make(chan error)
	send := func(more, bytes int) {
		for range more {
			go func() {
				_, err := r.CheckDocument(ctx, "slow", slowBody{&blanks{bytes}, awaited, end}, register.Limits{})
				done <- err
			}()
		}
		for range more {
			select {
			case <-awaited:
			case err := <-done:
				t.Fatalf("a slow sender was not listened to: %v", err)
			}
		}
	}
	check := func() error {
		_, err := r.CheckDocument(ctx, "one more", strings.NewReader("{"), register.Limits{})
		return err
	}
	const few, large = 200, 51 // the large ones all but fill it
	send(few, 1)
	if err := check(); err != nil {
		t.Errorf("beside %d slow senders: %v", few, err)
	}
	send(large, register.MaxCheckBytes)
	if _, err := r.CheckDocument(ctx, "large", &blanks{register.MaxCheckBytes}, register.Limits{}); !errors.Is(err, register.ErrBusy) {
		t.Errorf("beside %d large documents on their way: %v", large, err)
	}
	if err := check(); err != nil {
		t.Errorf("a small one beside %d large documents: %v", large, err)
	}
	close(end)
	for range few + large {
		if err := <-done; !models.HasCode(err, "body-broken-off") {
			t.Errorf("a check whose document broke off: %v", err)
		}
	}
	if _, err := r.CheckDocument(ctx, "large", &blanks{register.MaxCheckBytes}, register.Limits{}); errors.Is(err, register.ErrBusy) {
		t.Errorf("after they have gone: %v", err)
	}
}
