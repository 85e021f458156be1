package register

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"time"

	"github.com/ospo-register/ospo/health"
	"github.com/ospo-register/ospo/importers/codejson"
	"github.com/ospo-register/ospo/importers/codemeta"
	"github.com/ospo-register/ospo/importers/forge"
	"github.com/ospo-register/ospo/importers/publiccode"
	"github.com/ospo-register/ospo/models"
	"github.com/ospo-register/ospo/store"
)

// visit asks one repository and keeps what it says. Only what is our own fault is an error.
func (r *Register) visit(ctx context.Context, h *store.HarvestRow, repo *models.Repository) error {
	began, now := time.Now(), r.now().Truncate(time.Microsecond)
	mirror, err := r.store.Mirror(ctx, repo.ID)
	if err != nil {
		return err
	}
	ask := forge.VisitAsk{URL: repo.URL, MirrorDir: r.mirrorDir(mirror, repo)}
	fetched := ask.MirrorDir == "" || mirror.FetchedAt != nil
	if fetched && repo.ReadAt != nil && now.Sub(*repo.ReadAt) < rereadAfter {
		ask.KnownRefs = repo.Refs
	}
	visited, err := r.harvesting.Client.Visit(ctx, ask)
	if ctx.Err() != nil {
		return ctx.Err() // cut short by us: it is visited again
	}
	problem := forge.AsProblem(err)
	var counts *health.Counts
	if problem == nil && !visited.Unchanged && r.harvesting.Counts {
		counts, _ = r.harvesting.Client.Counts(ctx, repo.URL, repo.Host, now.Add(-health.Window)) // what is not told is said to be not measurable
	}
	line := &models.Visit{HarvestID: &h.ID, PublisherID: repo.PublisherID, RepositoryID: &repo.ID, URL: repo.URL, At: now, Took: time.Since(began)}
	keep := keeping{r: r, by: models.SystemViewer("Harvest"), line: line, now: now, mirror: mirror}
	err = r.keepVisit(ctx, repo, &keep, visited, counts, problem)
	var refusal *models.Error
	if problem == nil && errors.As(err, &refusal) { // what it says cannot be kept: that is told to its owner, and stops nothing
		problem = &forge.Problem{Outcome: models.VisitFailed, Detail: "What was read could not be kept: " + refusal.Error()}
		err = r.keepVisit(ctx, repo, &keep, visited, counts, problem)
	}
	return err
}

func (r *Register) keepVisit(ctx context.Context, repo *models.Repository, keep *keeping, visited *forge.Visited, counts *health.Counts, problem *forge.Problem) error {
	return store.Write(ctx, r.store, func(tx *store.Tx) error {
		keep.line.ID, keep.changed, keep.forks = 0, false, nil // it may be tried again
		if problem == nil && visited.RootCommit != "" {        // before the repository, or two with the same would wait for each other
			if err := tx.HoldRoot(ctx, visited.RootCommit); err != nil {
				return err
			}
		}
		if err := tx.Hold(ctx, "repositories", repo.ID); err != nil {
			return err
		}
		row, err := tx.Repository(ctx, keep.by, repo.ID)
		if err != nil {
			return err
		}
		fresh := &row.Repository
		switch {
		case problem != nil:
			err = keep.failed(ctx, tx, fresh, problem)
		case visited.Unchanged:
			err = keep.unchanged(ctx, tx, fresh)
		default:
			err = keep.read(ctx, tx, fresh, visited, counts)
		}
		if err != nil {
			return err
		}
		keep.line.Changed = keep.changed
		return tx.AddVisit(ctx, keep.line)
	})
}

// keeping keeps what one visit brought.
type keeping struct {
	r       *Register
	by      models.Viewer
	line    *models.Visit
	now     time.Time
	mirror  *models.RepositoryMirror
	changed bool
	forks   []event // of others that are known for forks now
}

// failed notes that a repository could not be read: what was read before stays.
func (k *keeping) failed(ctx context.Context, tx *store.Tx, repo *models.Repository, p *forge.Problem) error {
	k.line.Outcome, k.line.Detail, k.line.Cure = p.Outcome, p.Detail, p.Cure
	before := cloneRepository(repo)
	repo.Failures++
	repo.State = models.RepositoryFailing
	if p.Outcome == models.VisitGone {
		repo.State = models.RepositoryGone
	}
	next := k.now.Add(max(p.RetryAfter, forge.Backoff(repo.Failures)))
	repo.NextAt, repo.VisitedAt, repo.Outcome, repo.Detail = &next, &k.now, p.Outcome, p.Detail
	return k.note(ctx, tx, repo, before)
}

func (k *keeping) unchanged(ctx context.Context, tx *store.Tx, repo *models.Repository) error {
	before := cloneRepository(repo)
	k.line.Outcome, k.line.Remarks = models.VisitUnchanged, len(repo.Remarks)
	repo.State, repo.Failures, repo.NextAt, repo.VisitedAt, repo.Detail = models.RepositoryHere, 0, nil, &k.now, ""
	if !repo.Outcome.Reached() {
		repo.Outcome = models.VisitUnchanged
	}
	return k.note(ctx, tx, repo, before)
}

// note keeps that nothing new was read. Only a repository that came or went is a change, with its event.
func (k *keeping) note(ctx context.Context, tx *store.Tx, repo, before *models.Repository) error {
	if repo.State == before.State {
		return tx.NoteVisit(ctx, repo)
	}
	action := "repository.lost"
	if repo.State == models.RepositoryHere {
		action = "repository.back"
	}
	repo.UpdatedAt = k.now
	if err := tx.SaveRepository(ctx, repo); err != nil {
		return err
	}
	k.changed = true
	return record(ctx, tx, k.by, repositoryEvent(action, repo, before))
}

// read keeps what was read: the repository, the software it describes, its releases and what was measured.
func (k *keeping) read(ctx context.Context, tx *store.Tx, repo *models.Repository, v *forge.Visited, counts *health.Counts) error {
	before := cloneRepository(repo)
	was := repo.Description
	if v.Moved {
		if elsewhere, err := foundElsewhere(ctx, tx, repo.AgencyID, repo.ID, v.URL); err != nil {
			return err
		} else if elsewhere {
			return models.Refuse(models.Conflict, "address-held", tellElsewhere)
		}
	}
	k.fill(repo, v)
	if err := k.classify(ctx, tx, repo, v); err != nil {
		return err
	}
	why := ""
	if repo.Fork != models.TechnicalFork && repo.Fork != models.Mirror {
		var err error
		if why, err = k.r.describedAsset(ctx, tx, k.by, repo, was); err != nil {
			return err
		}
		if err := usesStated(ctx, tx, k.by, repo, was); err != nil {
			return err
		}
	}
	k.outcome(repo, v, why)
	if !same(toldRepository(before), toldRepository(repo)) {
		k.changed = true
		repo.UpdatedAt = k.now
	}
	if err := tx.SaveRepository(ctx, repo); err != nil {
		return err
	}
	if err := k.keepMeasures(ctx, tx, repo, v, counts); err != nil {
		return err
	}
	for _, e := range k.forks {
		if err := record(ctx, tx, k.by, e); err != nil {
			return err
		}
	}
	if !k.changed {
		return nil
	}
	return record(ctx, tx, k.by, repositoryEvent("repository.read", repo, before))
}

// fill takes over what was found, and leaves a description that did not change as it was read.
func (k *keeping) fill(repo *models.Repository, v *forge.Visited) {
	if v.Moved {
		moveRepository(repo, v.URL)
		if c, err := models.CanonicalURL(repo.URL); err == nil {
			repo.Canonical = c
		}
	}
	repo.State, repo.Failures, repo.NextAt, repo.VisitedAt, repo.ReadAt = models.RepositoryHere, 0, nil, &k.now, &k.now
	repo.Refs, repo.Head, repo.DefaultBranch, repo.RootCommit, repo.Tree = v.Refs, v.Head, v.DefaultBranch, v.RootCommit, v.Tree
	if n := len(v.Commits); n > 0 {
		newest, oldest := v.Commits[0].At, v.Commits[n-1].At
		repo.LastCommitAt = &newest
		if repo.FirstCommitAt = &oldest; v.CutOff {
			repo.FirstCommitAt = nil
		}
	}
	f := describing(v.Files)
	if f == nil && repo.Told {
		return // what a crawler has told stays until the repository has a file of its own
	}
	repo.Told = false
	if f == nil {
		repo.Description, repo.Path, repo.Source, repo.Digest, repo.Remarks, repo.Valid = nil, "", "", nil, nil, false
		return
	}
	sum := sha256.Sum256(f.Content)
	repo.Path, repo.Digest, repo.Source = f.Path, sum[:], printable(f.Content)
	repo.Description, repo.Remarks = readDescription(f)
	repo.Valid = repo.Description != nil && models.Valid(repo.Remarks)
}

// printable is a text as the database can keep it; its digest is of the bytes as they came.
func printable(content []byte) string {
	return string(bytes.ReplaceAll(bytes.ToValidUTF8(content, []byte("\uFFFD")), []byte{0}, []byte("\uFFFD")))
}

// describing chooses the file that describes the software: a publiccode.yml before a code.json before a codemeta.json.
func describing(files []forge.File) *forge.File {
	for _, want := range []models.DescriptionFormat{models.PublicCode, models.CodeJSON, models.CodeMeta} {
		for i := range files {
			if files[i].Format == want && files[i].Content != nil && len(files[i].Content) <= maxDescription {
				return &files[i]
			}
		}
	}
	return nil
}

// tooLong is a file that describes the software and is too long to be read; "" for none.
func tooLong(files []forge.File) string {
	for _, f := range files {
		if f.Format != "" && (f.Content == nil || len(f.Content) > maxDescription) {
			return f.Path
		}
	}
	return ""
}

// maxDescription bounds a file that describes software, in bytes; the longest real one known has 60,000.
const maxDescription = 1 << 20

func readDescription(f *forge.File) (*models.Description, []models.Remark) {
	switch f.Format {
	case models.CodeJSON:
		file, remarks := codejson.Read(f.Content)
		if file == nil || len(file.Descriptions) != 1 {
			return nil, remarks // an inventory of an agency says nothing of the repository it lies in
		}
		return &file.Descriptions[0], remarks
	case models.CodeMeta:
		return codemeta.Read(f.Content)
	}
	return publiccode.Read(f.Content)
}

// outcome says to the owner how the visit ended.
func (k *keeping) outcome(repo *models.Repository, v *forge.Visited, why string) {
	k.line.Outcome, k.line.Remarks = models.VisitRead, len(repo.Remarks)
	switch {
	case v.Empty:
		k.line.Outcome, k.line.Detail = models.VisitUndescribed, "Nothing was pushed to it yet."
	case repo.Path == "" && tooLong(v.Files) != "":
		k.line.Outcome, k.line.Detail = models.VisitInvalid, tooLong(v.Files)+" is longer than 1 MB and was not read."
		k.line.Cure = "Say in it what the standard asks for, and link to everything else."
	case repo.Path == "":
		k.line.Outcome, k.line.Detail = models.VisitUndescribed, "No publiccode.yml, code.json or codemeta.json was found at its root."
		k.line.Cure = "Add a publiccode.yml to the root of the default branch; the check page says whether it is right."
	case !repo.Valid:
		k.line.Outcome, k.line.Detail = models.VisitInvalid, firstFailure(repo)
		k.line.Cure = "Mend " + repo.Path + " as the remarks say; they name each line."
	case why != "":
		k.line.Detail, k.line.Cure = why, "Link the repository by hand."
	}
	if len(v.Remarks) > 0 && k.line.Detail == "" {
		k.line.Detail = v.Remarks[0]
	}
	repo.Outcome, repo.Detail = k.line.Outcome, k.line.Detail
}

func firstFailure(repo *models.Repository) string {
	for _, r := range repo.Remarks {
		if r.Severity == models.Failure || r.Severity == models.Fatal {
			return repo.Path + ": " + r.Message
		}
	}
	return repo.Path + " could not be read."
}

func (k *keeping) keepMeasures(ctx context.Context, tx *store.Tx, repo *models.Repository, v *forge.Visited, counts *health.Counts) error {
	measured := health.Measure(v.Health(k.now, counts))
	for i := range measured {
		measured[i].RepositoryID, measured[i].MeasuredAt = repo.ID, k.now
	}
	if err := tx.KeepMeasurements(ctx, measured); err != nil {
		return err
	}
	if err := tx.KeepRevisions(ctx, repo.ID, v.Revisions()); err != nil {
		return err
	}
	if v.Mirror == nil || k.mirror == nil {
		return nil
	}
	m := *k.mirror
	m.FetchedAt, m.CheckedAt, m.Sound, m.Detail = &k.now, &k.now, len(v.Mirror.Faults) == 0, "Checked by "+v.Mirror.By+"."
	if len(v.Mirror.Faults) > 0 {
		m.Detail = v.Mirror.Faults[0]
	}
	return tx.KeepMirror(ctx, &m)
}

// SetMirror says whether the register keeps a copy of a repository, which the next harvest fetches. A copy that is not wanted any more is kept as it is.
func (r *Register) SetMirror(ctx context.Context, by models.Viewer, id int64, want models.YesNo) error {
	return store.Write(ctx, r.store, func(tx *store.Tx) error {
		row, err := tx.Repository(ctx, by, id)
		if err != nil {
			return err
		}
		if err := may(by, models.WriteRepository, row.AgencyID, "say which repositories of this agency are copied"); err != nil {
			return err
		}
		if r.harvesting.Mirrors == "" && want == models.Yes {
			return models.Refuse(models.Conflict, "no-mirrors", "This register keeps no copies. Its operator can set a folder for them.")
		}
		m, err := tx.Mirror(ctx, id)
		if err != nil {
			return err
		}
		if m == nil {
			m = &models.RepositoryMirror{RepositoryID: id}
		}
		before := m.Wanted
		if m.Wanted = want == models.Yes; before == m.Wanted {
			return nil
		}
		if err := tx.KeepMirror(ctx, m); err != nil {
			return err
		}
		return record(ctx, tx, by, event{action: "repository.mirror-set", noun: "repository", id: id, title: row.Canonical, agency: row.AgencyID, asset: value(row.AssetID), from: row.Visibility, to: row.Visibility, after: map[string]any{"mirror": m.Wanted}})
	})
}
