package register_test

import (
	"archive/zip"
	"bytes"
	"encoding/json"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/ospo-register/ospo/exporters/bundle"
	"github.com/ospo-register/ospo/models"
	"github.com/ospo-register/ospo/register"
	"github.com/ospo-register/ospo/store"
)

// scanner writes a program that finds malware in what holds the word EVIL, and fails while there is a file “down” beside it.
func scanner(t *testing.T) (program, down string) {
	t.Helper()
	dir := t.TempDir()
	program, down = filepath.Join(dir, "scan"), filepath.Join(dir, "down")
	script := "#!/bin/sh\n[ -e '" + down + "' ] && { echo 'no signatures' >&2; exit 2; }\nif grep -c EVIL >/dev/null; then exit 1; fi\nexit 0\n"
	if err := os.WriteFile(program, []byte(script), 0o700); err != nil {
		t.Fatal(err)
	}
	return program, down
}

func TestFilesAreLookedAtForMalwareAndWithheldUntilTheyAreClean(t *testing.T) {
	x := newTrial(t)
	buyer := x.people["procurement-officer"]
	before := x.filed(buyer, models.Attachment{Tier: models.VisiblePublic}, "filed before there was a program")
	program, down := scanner(t)
	x.r.UseAttachmentRules(register.AttachmentRules{Check: []string{program}})
	clean := x.filed(buyer, models.Attachment{Tier: models.VisiblePublic}, strings.Repeat("nothing to fear\n", 20_000))
	bad := x.filed(buyer, models.Attachment{Tier: models.VisiblePublic}, "this is EVIL")
	x.show(models.VisiblePublic)
	public := models.Viewer{}
	for _, a := range []*store.AttachmentRow{before, clean, bad} {
		if _, err := x.content(public, a.ID); !models.HasCode(err, "attachment-withheld") {
			t.Errorf("the public is given %q before it was looked at: %v", a.Title, err)
		}
		if _, err := x.content(buyer, a.ID); err != nil {
			t.Errorf("who works on the case is not given it before it was looked at: %v", err)
		}
	}
	x.must(os.WriteFile(down, nil, 0o600))
	last := x.lastEvent().ID
	if err := x.r.CheckAttachment(ctx, clean.ContentID); err == nil || !strings.Contains(err.Error(), "no signatures") {
		t.Errorf("a check that failed is no error: %v", err)
	}
	if err := x.r.CheckAttachment(ctx, clean.ContentID); err == nil {
		t.Error("a check that failed once more is no error")
	}
	if a, err := x.s.Attachment(ctx, buyer, clean.ID); err != nil || a.Checked != models.AttachmentFailed || a.CheckedBy != "scan" || a.CheckedAt == nil {
		t.Errorf("after a check that failed: %+v, %v", a, err)
	}
	if diff := cmp.Diff([]string{"attachment.checked"}, x.events(last)); diff != "" {
		t.Errorf("a check that fails twice: %s", diff)
	}
	x.must(os.Remove(down))
	last = x.lastEvent().ID
	if n, err := x.r.CheckAttachments(ctx); n != 3 || err != nil {
		t.Errorf("%d files were looked at, %v", n, err)
	}
	if n, err := x.r.CheckAttachments(ctx); n != 0 || err != nil {
		t.Errorf("%d files were looked at once more, %v", n, err)
	}
	if diff := cmp.Diff([]string{"attachment.checked", "attachment.checked", "attachment.checked"}, x.events(last)); diff != "" {
		t.Error(diff)
	}
	for _, a := range []*store.AttachmentRow{before, clean} {
		if _, err := x.content(public, a.ID); err != nil {
			t.Errorf("the public is not given a clean file: %v", err)
		}
	}
	for who, v := range map[string]models.Viewer{"public": public, "buyer": buyer, "program": system} {
		if _, err := x.content(v, bad.ID); !models.HasCode(err, "attachment-withheld") {
			t.Errorf("%s is given a file with malware: %v", who, err)
		}
	}
	twin := x.filed(buyer, models.Attachment{Tier: models.VisiblePublic}, "this is EVIL")
	if twin.Checked != models.AttachmentInfected {
		t.Errorf("the same bytes once more are %s", twin.Checked)
	}
	body, err := x.s.AttachmentBytes(ctx, bad.ContentID)
	x.must(err)
	defer body.Close()
	if text, err := io.ReadAll(body); string(text) != "this is EVIL" || err != nil {
		t.Errorf("what is withheld is not kept: %q, %v", text, err)
	}
}

func TestABundleHoldsWhatItsReaderMayHaveAndSaysWhatIsWithheld(t *testing.T) {
	x := newTrial(t)
	buyer := x.people["procurement-officer"]
	x.filed(buyer, models.Attachment{Tier: models.VisibleAgency, Filename: "inside.txt"}, "inside")
	x.filed(buyer, models.Attachment{Tier: models.VisiblePublic, Filename: "outside.txt"}, "outside")
	x.filed(buyer, models.Attachment{Tier: models.VisiblePublic, Filename: "bad.txt"}, "this is EVIL")
	x.must(x.file(x.people["requester"], time.Date(2026, 10, 5, 10, 0, 0, 0, time.UTC), "need.json", read(t, "need.json")))
	program, _ := scanner(t)
	x.r.UseAttachmentRules(register.AttachmentRules{Check: []string{program}})
	_, err := x.r.CheckAttachments(ctx)
	x.must(err)
	x.show(models.VisiblePublic)
	for who, want := range map[string][]string{"public": {"manifest.json", "SHA256SUMS", "attachments/outside.txt"}, "buyer": {"manifest.json", "SHA256SUMS", "parts/need.1.json", "attachments/inside.txt", "attachments/outside.txt"}} {
		v := models.Viewer{}
		if who == "buyer" {
			v = buyer
		}
		b, err := x.r.Bundle(ctx, v, x.id)
		x.must(err)
		var out bytes.Buffer
		x.must(b.Write(&out))
		z, err := zip.NewReader(bytes.NewReader(out.Bytes()), int64(out.Len()))
		x.must(err)
		var names []string
		for _, f := range z.File {
			folder, name, _ := strings.Cut(f.Name, "/")
			if folder == "attachments" {
				_, name, _ = strings.Cut(name, "-")
				names = append(names, folder+"/"+name)
				continue
			}
			names = append(names, f.Name)
		}
		if diff := cmp.Diff(want, names); diff != "" || b.Filename != "health-2026-0001.zip" {
			t.Errorf("%s: %s %s", who, b.Filename, diff)
		}
		f, err := z.Open("manifest.json")
		x.must(err)
		var m bundle.Manifest
		x.must(json.NewDecoder(f).Decode(&m))
		withheld := slices.IndexFunc(m.Files, func(f bundle.File) bool { return f.Filename == "bad.txt" })
		if m.Files[withheld].Withheld == "" || (m.Audience == "public") != (who == "public") || (m.Dossier == "") != (who == "public") {
			t.Errorf("%s: the manifest says %+v", who, m)
		}
	}
}
