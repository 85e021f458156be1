package register

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"strconv"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/ospo-register/ospo/importers/forge"
	"github.com/ospo-register/ospo/models"
	"github.com/ospo-register/ospo/store"
)

// Harvesting says how repositories are read.
type Harvesting struct {
	Client  *forge.Client
	Every   time.Duration // all publishers, by the clock; 0: only when asked for
	Workers int           // repositories visited at the same time; 0: four
	Mirrors string        // folder that copies are kept in; "" for none
	Counts  bool          // ask hosts for their numbers of issues and change requests
}

// UseHarvesting sets how repositories are read. Without it a harvest ends at once and says so.
func (r *Register) UseHarvesting(h Harvesting) {
	if h.Workers <= 0 {
		h.Workers = 4
	}
	r.harvesting = h
}

// batch is how many repositories are looked up at a time; between two, a harvest sees that it was cancelled.
const batch = 40

// rereadAfter is how old what was read may become before it is read and measured again although nothing was pushed.
const rereadAfter = 30 * 24 * time.Hour

// RunHarvest goes over the addresses of a harvest that was asked for. What was visited is not visited again by the same harvest, so one
// that is cut short goes on where it was; a repository that fails never stops it.
func (r *Register) RunHarvest(ctx context.Context, id int64) error {
	release, held, err := r.store.TryHoldHarvest(ctx, id)
	if err != nil || !held {
		return err // another node is at it
	}
	defer release()
	h, err := r.startHarvest(ctx, id)
	if err != nil || h == nil {
		return err
	}
	state, detail := models.HarvestDone, ""
	if r.harvesting.Client == nil {
		state, detail = models.HarvestBroken, "Harvesting is not set up on this register."
	} else if err := r.goOver(ctx, h); errors.Is(err, errCancelled) {
		return nil
	} else if ctx.Err() != nil {
		return ctx.Err() // goes on at the next start
	} else if err != nil {
		return err
	}
	return store.Write(ctx, r.store, func(tx *store.Tx) error {
		if err := tx.Hold(ctx, "harvests", id); err != nil {
			return err
		}
		now, err := tx.Harvest(ctx, models.SystemViewer(""), id)
		if err != nil || now.EndedAt != nil {
			return err
		}
		return r.endHarvest(ctx, tx, models.SystemViewer("Harvest"), now, state, detail)
	})
}

// startHarvest marks a harvest as running; nil when it has ended.
func (r *Register) startHarvest(ctx context.Context, id int64) (*store.HarvestRow, error) {
	var row *store.HarvestRow
	err := store.Write(ctx, r.store, func(tx *store.Tx) error {
		if err := tx.Hold(ctx, "harvests", id); err != nil {
			return err
		}
		h, err := tx.Harvest(ctx, models.SystemViewer(""), id)
		if err != nil || h.EndedAt != nil {
			return err
		}
		if row = h; h.StartedAt == nil {
			now := r.now().Truncate(time.Microsecond)
			h.StartedAt = &now
		}
		h.State = models.HarvestRunning
		return tx.SaveHarvest(ctx, &h.Harvest)
	})
	return row, err
}

// errCancelled ends a harvest that somebody cancelled.
var errCancelled = errors.New("cancelled")

func (r *Register) goOver(ctx context.Context, h *store.HarvestRow) error {
	if err := r.listHostings(ctx, h); err != nil {
		return err
	}
	until := r.now()
	if h.AskedByID != nil {
		until = until.AddDate(1, 0, 0) // whoever asks does not wait until a host that failed is due again
	}
	if err := store.Write(ctx, r.store, func(tx *store.Tx) error { return tx.CountToVisit(ctx, &h.Harvest, until) }); err != nil {
		return err
	}
	work, each := errgroup.WithContext(ctx)
	work.SetLimit(r.harvesting.Workers) // one that waits for a host that hangs keeps the others from nothing
	err := r.visitAll(each, h, until, work)
	return cmp.Or(work.Wait(), err) // the visit that failed, not that the others were cut short by it
}

// visitAll has everything visited that is due, batch by batch.
func (r *Register) visitAll(ctx context.Context, h *store.HarvestRow, until time.Time, work *errgroup.Group) error {
	for last := int64(0); ; {
		now, err := r.store.Harvest(ctx, models.SystemViewer(""), h.ID)
		if err != nil {
			return err
		}
		if now.EndedAt != nil {
			return errCancelled
		}
		due, err := r.store.RepositoriesToVisit(ctx, h.ID, h.PublisherID, until, last, batch)
		if err != nil || len(due) == 0 {
			return err
		}
		last = due[len(due)-1].ID
		for i := range due {
			if r.harvesting.Workers > 1 {
				work.Go(func() error { return r.visit(ctx, h, &due[i]) })
			} else if err := r.visit(ctx, h, &due[i]); err != nil { // one after another, as within one transaction
				return err
			}
		}
	}
}

// listHostings asks the hosts of the publishers for their repositories and registers those that are new. A host that does not answer is a
// line of the intake log and stops nothing.
func (r *Register) listHostings(ctx context.Context, h *store.HarvestRow) error {
	f := models.PublisherFilter{Active: h.PublisherID == nil, ID: value(h.PublisherID), Page: models.Page{Limit: models.MaxLimit}}
	for {
		list, err := r.store.Publishers(ctx, models.SystemViewer(""), f)
		if err != nil {
			return err
		}
		for i := range list.Items {
			for j := range list.Items[i].Hostings {
				hosting := &list.Items[i].Hostings[j]
				if hosting.AskedAt != nil && !hosting.AskedAt.Before(*h.StartedAt) {
					continue // this harvest has asked it before it was cut short
				}
				if err := r.askHosting(ctx, h, &list.Items[i].Publisher, hosting); err != nil {
					return err
				}
			}
		}
		if f.After = list.Next; f.After == "" {
			return nil
		}
	}
}

func (r *Register) askHosting(ctx context.Context, h *store.HarvestRow, p *models.Publisher, hosting *models.CodeHosting) error {
	began := time.Now()
	asked := r.now().Truncate(time.Microsecond)
	unkept, elsewhere := 0, false
	listing, err := r.harvesting.Client.List(ctx, *hosting, func(f forge.Found) error {
		err := r.keepFound(ctx, p, &f)
		var refusal *models.Error
		switch {
		case errors.Is(err, errElsewhere):
			unkept++
			if elsewhere {
				return nil
			}
			elsewhere = true // one line at the publisher's own address: those of others, and how many they are, are not told
			return r.noteVisit(ctx, &models.Visit{HarvestID: &h.ID, PublisherID: &p.ID, URL: hosting.URL, Outcome: models.VisitFailed, Detail: tellElsewhere, At: asked})
		case errors.As(err, &refusal):
			unkept++
			return r.noteVisit(ctx, &models.Visit{HarvestID: &h.ID, PublisherID: &p.ID, URL: f.URL, Outcome: models.VisitFailed, Detail: "The repository could not be registered: " + refusal.Detail, At: asked})
		}
		return err
	})
	if ctx.Err() != nil {
		return ctx.Err()
	}
	v := &models.Visit{HarvestID: &h.ID, PublisherID: &p.ID, URL: hosting.URL, Outcome: models.VisitRead, Detail: "The host tells of " + plural(listing.Count, "repository", "repositories") + ".", At: asked, Took: time.Since(began)}
	switch {
	case listing.Unchanged:
		v.Outcome, v.Detail = models.VisitUnchanged, "The host says that its list has not changed."
	case listing.Alone:
		v.Detail = "It is the address of one repository."
	}
	if problem := problemOf(err); problem != nil {
		v.Outcome, v.Detail, v.Cure = problem.Outcome, problem.Detail, problem.Cure
	} else if err != nil {
		return err
	} else if unkept == 0 {
		hosting.ETag = listing.ETag
	}
	hosting.Host, hosting.AskedAt, hosting.Outcome, hosting.Detail = listing.Host, &asked, v.Outcome, v.Detail
	hosting.Group = hosting.Group && !listing.Alone
	if hosting.Host == "" {
		hosting.Host = models.PlainGit
	}
	return store.Write(ctx, r.store, func(tx *store.Tx) error {
		if err := tx.NoteHosting(ctx, hosting); err != nil {
			return err
		}
		v.ID = 0
		return tx.AddVisit(ctx, v)
	})
}

// problemOf is the problem of an address, nil when err is none or is of our own making.
func problemOf(err error) *forge.Problem {
	var p *forge.Problem
	if errors.As(err, &p) {
		return p
	}
	return nil
}

func plural(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return strconv.Itoa(n) + " " + many
}

func (r *Register) noteVisit(ctx context.Context, v *models.Visit) error {
	return store.Write(ctx, r.store, func(tx *store.Tx) error {
		v.ID = 0
		return tx.AddVisit(ctx, v)
	})
}

// errElsewhere is of an address that another agency may answer for, whether the register has something there or not.
var errElsewhere = errors.New("another agency may answer for the address")

// tellElsewhere is what people read of it.
const tellElsewhere = "An address found here cannot be taken for this publisher: it is held by another, or lies where another publishes. Ask the open source programme office."

// keepFound registers a repository that a host tells of, or notes what the host says of one that is known: a new address above all. One of another agency is left as it is.
func (r *Register) keepFound(ctx context.Context, p *models.Publisher, f *forge.Found) error {
	return store.Write(ctx, r.store, func(tx *store.Tx) error {
		by := models.SystemViewer("Harvest")
		known, err := r.knownAs(ctx, tx, append([]string{f.URL}, f.OldURLs...))
		if err != nil {
			return err
		}
		if err := mayTake(ctx, tx, p, known, f); err != nil {
			return err
		}
		if known == nil {
			repo := &models.Repository{AgencyID: p.AgencyID, PublisherID: &p.ID, URL: f.URL, Aliases: f.OldURLs, Host: models.HostOf(f.URL), Visibility: models.VisiblePublic, Active: true, Archived: f.Archived, ForkOfURL: f.ForkOfURL, DefaultBranch: f.DefaultBranch}
			if f.Private {
				repo.Visibility = models.VisibleGovernment
			}
			if err := r.prepareRepository(repo); err != nil {
				return err
			}
			return r.registerRepository(ctx, tx, by, repo)
		}
		repo, before := known, cloneRepository(known)
		repo.Archived, repo.ForkOfURL = f.Archived, orElse(f.ForkOfURL, repo.ForkOfURL)
		moveRepository(repo, f.URL)
		if repo.PublisherID == nil {
			repo.PublisherID = &p.ID
		}
		if err := r.prepareRepository(repo); err != nil {
			return err
		}
		if same(toldRepository(before), toldRepository(repo)) {
			return nil
		}
		repo.UpdatedAt = r.now()
		if err := tx.SaveRepository(ctx, repo); err != nil {
			return err
		}
		return record(ctx, tx, by, repositoryEvent("repository.changed", repo, before))
	})
}

// mayTake refuses what a host tells of where another agency may answer for it.
func mayTake(ctx context.Context, tx *store.Tx, p *models.Publisher, known *models.Repository, f *forge.Found) error {
	own, addresses := int64(0), []string{f.URL}
	switch {
	case known == nil:
		addresses = append(addresses, f.OldURLs...)
	case value(known.PublisherID) == p.ID:
		own = known.ID
	default:
		addresses = append(addresses, known.URL)
	}
	for _, u := range addresses {
		if elsewhere, err := foundElsewhere(ctx, tx, p.AgencyID, own, u); err != nil {
			return err
		} else if elsewhere {
			return errElsewhere
		}
	}
	return nil
}

// moveRepository gives a repository the address that its host says it has now; the former one becomes an alias.
func moveRepository(repo *models.Repository, to string) {
	c, err := models.CanonicalURL(to)
	if err != nil || c == repo.Canonical {
		return
	}
	repo.Aliases = append(repo.Aliases, repo.URL)
	repo.URL = to
}

// knownAs finds the one repository that any of the addresses leads to, with all that was read in it; nil when there is none.
func (r *Register) knownAs(ctx context.Context, tx *store.Tx, addresses []string) (*models.Repository, error) {
	for _, u := range addresses {
		c, err := models.CanonicalURL(u)
		if err != nil {
			continue
		}
		row, err := tx.RepositoryAt(ctx, models.SystemViewer(""), c)
		if err == nil {
			return &row.Repository, nil
		}
		if !models.IsKind(err, models.NotFound) {
			return nil, err
		}
	}
	return nil, nil
}

// mirrorDir is where the copy of a repository is kept; "" when none is wanted.
func (r *Register) mirrorDir(m *models.RepositoryMirror, repo *models.Repository) string {
	if r.harvesting.Mirrors == "" || m == nil || !m.Wanted {
		return ""
	}
	return r.mirrorFolder(repo.ID)
}

func (r *Register) mirrorFolder(repository int64) string {
	return filepath.Join(r.harvesting.Mirrors, fmt.Sprintf("%d.git", repository))
}
