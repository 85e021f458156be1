package register

import (
	"context"
	"fmt"
	"time"

	"github.com/ospo-register/ospo/models"
	"github.com/ospo-register/ospo/store"
)

// askArchiveAfter is how long an answer of the archive that something is not there stands.
const askArchiveAfter = 7 * 24 * time.Hour

// AskArchives asks the Software Heritage archive which released states of public repositories it keeps, and asks it to save those that it
// does not. It gives how many answers it got. Without an archive in the settings nothing is asked.
func (r *Register) AskArchives(ctx context.Context) (int, error) {
	if r.harvesting.Client == nil {
		return 0, nil
	}
	now := r.now().Truncate(time.Microsecond)
	due, err := r.store.RevisionsToAsk(ctx, now.Add(-askArchiveAfter), 500)
	if err != nil || len(due) == 0 {
		return 0, err
	}
	var ids []string
	for _, v := range due {
		if v.RevisionSWHID != "" {
			ids = append(ids, v.RevisionSWHID)
		}
	}
	states, err := r.harvesting.Client.ArchiveState(ctx, ids)
	if err != nil {
		return 0, fmt.Errorf("asking the archive: %w", err)
	}
	if len(states) == 0 {
		return 0, nil // no archive is set
	}
	missing := map[int64]bool{}
	for i := range due {
		v := &due[i]
		if v.Archive, v.ArchiveAt, v.ArchiveNote = states[v.RevisionSWHID], &now, ""; v.Archive == "" {
			v.Archive, v.ArchiveNote = models.ArchiveUnknown, "It has no identifier that the archive knows."
		}
		missing[v.RepositoryID] = missing[v.RepositoryID] || v.Archive == models.ArchiveMissing
	}
	if err := r.askToSave(ctx, due, missing); err != nil {
		return 0, err
	}
	return len(due), store.Write(ctx, r.store, func(tx *store.Tx) error {
		for i := range due {
			if err := tx.NoteArchive(ctx, &due[i]); err != nil {
				return err
			}
		}
		return nil
	})
}

// askToSave asks the archive to visit the repositories that it lacks something of, and notes its word on what is missing.
func (r *Register) askToSave(ctx context.Context, due []models.Revision, missing map[int64]bool) error {
	for i := range due {
		v := &due[i]
		if v.Archive != models.ArchiveMissing || !missing[v.RepositoryID] {
			continue
		}
		missing[v.RepositoryID] = false // once for all of its revisions
		repo, err := r.store.Repository(ctx, models.SystemViewer(""), v.RepositoryID)
		if err != nil {
			return err
		}
		state, note, err := r.harvesting.Client.ArchiveSave(ctx, repo.URL)
		if err != nil {
			state, note = models.ArchiveFailed, "The archive could not be asked to save it."
		}
		for j := range due {
			if due[j].RepositoryID == v.RepositoryID && due[j].Archive == models.ArchiveMissing {
				due[j].Archive, due[j].ArchiveNote = state, note
			}
		}
	}
	return nil
}
