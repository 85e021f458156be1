package register

import (
	"context"
	"fmt"
	"slices"

	"github.com/ospo-register/ospo/models"
	"github.com/ospo-register/ospo/store"
)

// RegisterRepository adds a place where code is kept. What is in it is read by a harvest. See freeAddresses for an address that the register has already.
func (r *Register) RegisterRepository(ctx context.Context, by models.Viewer, repo *models.Repository) error {
	if err := r.prepareRepository(repo); err != nil {
		return err
	}
	if err := may(by, models.WriteRepository, repo.AgencyID, "register repositories of this agency"); err != nil {
		return err
	}
	return r.noteHeld(ctx, by, store.Write(ctx, r.store, func(tx *store.Tx) error {
		if err := checkRepositoryLinks(ctx, tx, by, repo); err != nil {
			return err
		}
		return r.registerRepository(ctx, tx, by, repo)
	}))
}

// registerRepository adds a repository that was prepared, with its event.
func (r *Register) registerRepository(ctx context.Context, tx *store.Tx, by models.Viewer, repo *models.Repository) error {
	repo.ID, repo.UUID = 0, ""
	if err := freeAddresses(ctx, tx, by, repo, nil); err != nil {
		return err
	}
	if err := tx.CreateRepository(ctx, repo); err != nil {
		return err
	}
	return record(ctx, tx, by, repositoryEvent("repository.registered", repo, nil))
}

// checkRepositoryLinks refuses software and publishers that the viewer cannot see or that belong to others.
func checkRepositoryLinks(ctx context.Context, tx *store.Tx, by models.Viewer, repo *models.Repository) error {
	var m models.Mistakes
	if repo.AssetID != nil {
		a, err := tx.Asset(ctx, by, *repo.AssetID)
		switch {
		case models.IsKind(err, models.NotFound):
			m.Add("assetId", "unknown", "There is no such software.")
		case err != nil:
			return err
		case a.MergedIntoID != nil:
			m.Add("assetId", "merged", "This entry was merged into another. Choose that one.")
		case !by.May(models.WriteAsset, a.StewardID):
			m.Add("assetId", "not-yours", "Another agency answers for this software.")
		}
	}
	if repo.PublisherID != nil {
		p, err := tx.Publisher(ctx, by, *repo.PublisherID)
		switch {
		case models.IsKind(err, models.NotFound):
			m.Add("publisherId", "unknown", "There is no such publisher.")
		case err != nil:
			return err
		case p.AgencyID != repo.AgencyID:
			m.Add("publisherId", "not-yours", "The publisher belongs to another agency.")
		}
	}
	return m.Err()
}

// ChangeRepository lets change edit a repository and stores the result: whose it is, of which software, under which
// addresses, whether it is shown. What was read in it is for harvests to change.
func (r *Register) ChangeRepository(ctx context.Context, by models.Viewer, id, based int64, change func(*models.Repository)) (*models.Repository, error) {
	var result *models.Repository
	err := r.noteHeld(ctx, by, store.Write(ctx, r.store, func(tx *store.Tx) error {
		if err := tx.Hold(ctx, "repositories", id); err != nil {
			return err
		}
		row, err := tx.Repository(ctx, by, id)
		if err != nil {
			return err
		}
		repo, before := &row.Repository, cloneRepository(&row.Repository)
		if err := may(by, models.WriteRepository, repo.AgencyID, "change this agency's repositories"); err != nil {
			return err
		}
		if err := unchanged(repo.Version, based); err != nil {
			return err
		}
		change(repo)
		keepRead(repo, before)
		if err := r.prepareRepository(repo); err != nil {
			return err
		}
		if repo.AgencyID != before.AgencyID {
			if err := may(by, models.WriteRepository, repo.AgencyID, "give a repository to this agency"); err != nil {
				return err
			}
		}
		if err := checkRepositoryLinks(ctx, tx, by, repo); err != nil {
			return err
		}
		if result = repo; same(toldRepository(before), toldRepository(repo)) {
			return nil
		}
		if err := freeAddresses(ctx, tx, by, repo, before); err != nil {
			return err
		}
		if repo.Canonical != before.Canonical && !slices.Contains(repo.Aliases, before.URL) {
			repo.Aliases = append(repo.Aliases, before.URL) // whoever has the old address still finds it
		}
		repo.UpdatedAt = r.now()
		if err := tx.SaveRepository(ctx, repo); err != nil {
			return err
		}
		return record(ctx, tx, by, repositoryEvent("repository.changed", repo, before))
	}))
	return result, err
}

// keepRead puts back what only a harvest may write.
func keepRead(repo, before *models.Repository) {
	now := *repo
	*repo = *before
	repo.AssetID, repo.AgencyID, repo.PublisherID, repo.URL, repo.Host, repo.Visibility = now.AssetID, now.AgencyID, now.PublisherID, now.URL, now.Host, now.Visibility
	repo.Active, repo.Aliases, repo.Fork, repo.ForkOfID, repo.ForkOfURL, repo.Vitality = now.Active, now.Aliases, now.Fork, now.ForkOfID, now.ForkOfURL, now.Vitality
}

func cloneRepository(r *models.Repository) *models.Repository {
	c := *r
	c.Aliases = slices.Clone(r.Aliases)
	return &c
}

// prepareRepository brings a repository into its one form and reports every mistake in it.
func (r *Register) prepareRepository(repo *models.Repository) error {
	repo.URL = models.HTTPSAddress(repo.URL)
	if repo.Host == "" {
		repo.Host = models.HostOf(repo.URL)
	}
	if repo.Visibility == "" {
		repo.Visibility = models.VisiblePublic
	}
	if repo.State == "" {
		repo.State = models.RepositoryNew
	}
	if repo.Fork == "" {
		repo.Fork = models.NoFork
	}
	if repo.Active {
		repo.WithdrawnAt = nil
	}
	if c, err := models.CanonicalURL(repo.URL); err == nil { // Validate names the others
		repo.Canonical = c
	}
	seen := map[string]bool{repo.Canonical: true}
	repo.Aliases = slices.DeleteFunc(repo.Aliases, func(u string) bool {
		c, err := models.CanonicalURL(u)
		twice := err == nil && seen[c]
		seen[c] = true
		return twice
	})
	var m models.Mistakes
	m.Include(repo.Validate())
	r.refuseInward(&m, "url", repo.URL)
	for i, u := range repo.Aliases {
		r.refuseInward(&m, fmt.Sprintf("aliases[%d]", i), u)
	}
	return m.Err()
}

// refuseInward refuses an address that harvests never ask, whoever enters it: it is shown to others, whom it leads to themselves.
func (r *Register) refuseInward(m *models.Mistakes, field, address string) {
	if c := r.harvesting.Client; c != nil && c.Inward(address) {
		m.Add(field, "inward", "This address is of a machine's own or of a network of its own: nobody else reaches it. Give the address that others use.")
	}
}

// repositoryEvent says what became of a repository, without the texts that were read in it.
func repositoryEvent(action string, repo, before *models.Repository) event {
	e := event{action: action, noun: "repository", id: repo.ID, title: repo.Canonical, agency: repo.AgencyID, asset: value(repo.AssetID), to: repo.Visibility, after: toldRepository(repo)}
	if before != nil {
		e.from, e.before = before.Visibility, toldRepository(before)
	}
	return e
}

func toldRepository(r *models.Repository) map[string]any {
	name := ""
	if r.Description != nil {
		name = r.Description.Name
	}
	return map[string]any{"assetId": r.AssetID, "agencyId": r.AgencyID, "publisherId": r.PublisherID, "url": r.URL, "host": r.Host, "aliases": r.Aliases, "visibility": r.Visibility, "active": r.Active,
		"state": r.State, "archived": r.Archived, "fork": r.Fork, "forkOfId": r.ForkOfID, "forkOfUrl": r.ForkOfURL, "head": r.Head, "path": r.Path, "name": name, "digest": r.Digest, "valid": r.Valid, "vitality": r.Vitality}
}
