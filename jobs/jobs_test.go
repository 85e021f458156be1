package jobs_test

import (
	"context"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/ospo-register/ospo/internal/testkit"
	"github.com/ospo-register/ospo/internal/testkit/sample"
	"github.com/ospo-register/ospo/jobs"
	"github.com/ospo-register/ospo/models"
	"github.com/ospo-register/ospo/policy"
	"github.com/ospo-register/ospo/register"
)

func TestAFileIsLookedAtForMalwareSoonAfterItWasFiled(t *testing.T) {
	s := testkit.OwnStore(t)
	ctx, r := context.Background(), register.New(s)
	agency := sample.Agency(t, s, func(*models.Agency) {})
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	counsel := sample.Viewer(t, s, sample.User(t, s, "Cora Counsel", models.Counsel, agency.ID))
	buyer := sample.Viewer(t, s, sample.User(t, s, "Pia Procurement", models.Procurement, agency.ID))
	draft, err := r.DraftRegime(ctx, counsel, register.RegimeDraft{AgencyID: &agency.ID, Text: string(policy.Presets()[0].Text)})
	must(err)
	must(r.ActivateRegime(ctx, counsel, draft.ID, draft.Version, nil))
	d, err := r.OpenDecision(ctx, buyer, register.NewDecision{AgencyID: agency.ID, Kind: models.DecideNew, Title: "Files", Function: "FILES.SHARE"})
	must(err)

	dir := t.TempDir()
	program, done := filepath.Join(dir, "scan"), filepath.Join(dir, "done")
	must(syscall.Mkfifo(done, 0o600))
	must(os.WriteFile(program, []byte("#!/bin/sh\ncat >/dev/null\nmkdir '"+dir+"/once' && echo looked >'"+done+"'\nexit 1\n"), 0o700))
	r.UseAttachmentRules(register.AttachmentRules{Check: []string{program}})
	a, err := r.Attach(ctx, buyer, d.ID, models.Attachment{Filename: "bad.txt", Type: "x_evidence"}, strings.NewReader("evil"))
	must(err)
	runner, err := jobs.Start(ctx, jobs.Deps{Store: s, Register: r, Log: slog.New(slog.NewTextHandler(t.Output(), nil))})
	must(err)
	said, err := os.ReadFile(done) // waits until the program has looked
	must(err)
	must(runner.Stop(ctx)) // and until what it found is noted
	if a, err = s.Attachment(ctx, buyer, a.ID); err != nil || a.Checked != models.AttachmentInfected || !strings.HasPrefix(string(said), "looked") {
		t.Errorf("after the program said %q the file is %+v, %v", said, a, err)
	}
}
