package register_test

import (
	"archive/zip"
	"bytes"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/ospo-register/ospo/models"
)

// sheets says whose score sheets a viewer reads in a case as at a moment, and whose they see closed.
func (x *trial) sheets(v models.Viewer, at time.Time) (open, closed int) {
	x.t.Helper()
	f, err := x.r.CaseFile(ctx, v, x.id, at)
	x.must(err)
	for i := range f.Parts {
		switch p := &f.Parts[i]; {
		case p.Part != models.PartScores:
		case p.Sealed():
			closed++
		default:
			open++
		}
	}
	if len(f.Dossier.Scores) != open {
		x.t.Errorf("%d sheets are in the dossier and %d among the parts", len(f.Dossier.Scores), open)
	}
	return open, closed
}

func TestAnEvaluatorReadsWhatOthersGaveWhenTheyHaveScoredThemselves(t *testing.T) {
	x := newTrial(t)
	x.walk(models.DecisionEvaluated)
	first, second, at := x.people["101"], x.people["102"], time.Date(2026, 10, 20, 9, 0, 0, 0, time.UTC)
	sheet := read(t, "scores_102.json")
	x.must(x.file(second, at.Add(-2*time.Hour), "scores_102.json", sheet))
	x.r = x.r.At(at)
	var people models.People
	x.must(json.Unmarshal(x.fit("people", read(t, "people.json")), &people))
	third := x.person("103@health.example.gov", models.Evaluator, x.health)
	people.Evaluators = append(people.Evaluators, models.CasePerson{UserID: third.UserID, Interests: "none"})
	text, err := json.Marshal(people)
	x.must(err)
	if _, err := x.r.FilePart(ctx, x.people["procurement-officer"], x.id, 0, models.PartPeople, "", text); err != nil {
		t.Fatal(err)
	}
	past := at.Add(-time.Hour)
	for name, at := range map[string]time.Time{"now": {}, "an hour ago, when they were not named yet": past} {
		if open, closed := x.sheets(third, at); open != 0 || closed != 2 {
			t.Errorf("%s who has not scored reads %d sheets, and %d are closed", name, open, closed)
		}
	}
	if open, closed := x.sheets(first, time.Time{}); open != 2 || closed != 0 {
		t.Errorf("who has scored reads %d sheets, and %d are closed", open, closed)
	}
	if open, _ := x.sheets(x.people["procurement-officer"], time.Time{}); open != 2 {
		t.Errorf("who runs the case reads %d sheets", open)
	}
	versions, err := x.r.PartVersions(ctx, third, x.id, models.PartScores, "")
	x.must(err)
	for _, v := range versions {
		if !v.Sealed() || len(v.Digest) == 0 {
			t.Errorf("the sheet of %s can be read by its versions", v.ByName)
		}
	}
	if held := x.bundled(third); strings.Contains(held, `"scores":[{`) {
		t.Error("the archive of the case holds a sheet")
	}
	if held := x.bundled(second); !strings.Contains(held, `"scores":[{`) {
		t.Error("the archive of the case holds no sheet for who has scored")
	}

	var half models.ScoreSheet
	x.must(json.Unmarshal(sheet, &half))
	half.Scores = half.Scores[:len(half.Scores)/2]
	text, err = json.Marshal(half)
	x.must(err)
	for _, step := range []struct {
		name, content string
		open          int
	}{{"half a sheet", string(text), 1}, {"the whole sheet", string(sheet), 3}} {
		if _, err := x.r.FilePart(ctx, third, x.id, 0, models.PartScores, "", []byte(step.content)); err != nil {
			t.Fatal(err)
		}
		if open, _ := x.sheets(third, time.Time{}); open != step.open {
			t.Errorf("with %s on file %d sheets are open, not %d", step.name, open, step.open)
		}
	}
}

// bundled is the text of all files in the archive of the case for a viewer.
func (x *trial) bundled(v models.Viewer) string {
	x.t.Helper()
	b, err := x.r.Bundle(ctx, v, x.id)
	x.must(err)
	var archive, all bytes.Buffer
	x.must(b.Write(&archive))
	z, err := zip.NewReader(bytes.NewReader(archive.Bytes()), int64(archive.Len()))
	x.must(err)
	for _, f := range z.File {
		r, err := f.Open()
		x.must(err)
		_, err = all.ReadFrom(r)
		x.must(err)
	}
	return all.String()
}
