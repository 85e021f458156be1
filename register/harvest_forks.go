package register

import (
	"context"

	"github.com/ospo-register/ospo/importers/forge"
	"github.com/ospo-register/ospo/models"
	"github.com/ospo-register/ospo/store"
)

// mostRevisions is how many released states of another repository are looked at to tell whether one is a copy of it.
const mostRevisions = 500

// classify says how the repository stands to others with the same first commit: one record per software. The one that was registered first is
// the one that others are forks of; those that came later are told anew by its history, which is not kept.
func (k *keeping) classify(ctx context.Context, tx *store.Tx, repo *models.Repository, v *forge.Visited) error {
	others, err := tx.SameRoot(ctx, repo.RootCommit, repo.ID)
	if err != nil {
		return err
	}
	this := siblingOf(repo)
	repo.Fork, repo.ForkOfID = models.NoFork, nil
	for i := range others {
		o := &others[i]
		if o.ID > repo.ID || repo.ForkOfID != nil {
			continue
		}
		first := siblingOf(o)
		if first.Commits, err = releasedCommits(ctx, tx, o.ID); err != nil {
			return err
		}
		kind, _ := forge.ForkOf(this, first)
		if kind == models.NoFork {
			continue
		}
		repo.Fork, repo.ForkOfID = kind, &o.ID
		if repo.AssetID == nil && (kind == models.Mirror || kind == models.TechnicalFork) && o.AgencyID == repo.AgencyID {
			repo.AssetID = o.AssetID
		}
	}
	if len(others) == 0 && repo.ForkOfURL != "" {
		repo.Fork, _ = forge.ForkOf(this, forge.Sibling{URL: repo.ForkOfURL})
	}
	this.Commits = v.CommitIDs
	for i := range others {
		if o := &others[i]; o.ID > repo.ID && (o.ForkOfID == nil || *o.ForkOfID == repo.ID) {
			if err := k.classifyLater(ctx, tx, o.ID, this, repo); err != nil {
				return err
			}
		}
	}
	return nil
}

// classifyLater says how a repository that was registered later stands to the one at hand, where that tells more than is known.
func (k *keeping) classifyLater(ctx context.Context, tx *store.Tx, id int64, first forge.Sibling, repo *models.Repository) error {
	if err := tx.Hold(ctx, "repositories", id); err != nil {
		return err
	}
	row, err := tx.Repository(ctx, k.by, id)
	if err != nil {
		return err
	}
	later, before := &row.Repository, cloneRepository(&row.Repository)
	kind, _ := forge.ForkOf(siblingOf(later), first)
	if kind == models.NoFork || kind == models.PlainFork && later.ForkOfID != nil {
		return nil
	}
	later.Fork, later.ForkOfID = kind, &repo.ID
	if later.AssetID == nil && (kind == models.Mirror || kind == models.TechnicalFork) && later.AgencyID == repo.AgencyID {
		later.AssetID = repo.AssetID
	}
	if same(toldRepository(before), toldRepository(later)) {
		return nil
	}
	later.UpdatedAt = k.now
	if err := tx.SaveRepository(ctx, later); err != nil {
		return err
	}
	k.forks = append(k.forks, repositoryEvent("repository.changed", later, before))
	return nil
}

func siblingOf(r *models.Repository) forge.Sibling {
	return forge.Sibling{URL: r.URL, Description: r.Description, HostSaysFork: r.ForkOfURL != "", ForkOfURL: r.ForkOfURL, RootCommit: r.RootCommit, Head: r.Head}
}

// releasedCommits are those commits of a repository that are kept: the newest, and the released ones.
func releasedCommits(ctx context.Context, tx *store.Tx, repository int64) ([]string, error) {
	list, err := tx.Revisions(ctx, repository, mostRevisions)
	ids := make([]string, len(list))
	for i := range list {
		ids[i] = list[i].CommitID
	}
	return ids, err
}
