package register

import (
	"context"
	"crypto/sha256"
	"slices"
	"strings"

	"github.com/ospo-register/ospo/importers/publiccode"
	"github.com/ospo-register/ospo/models"
	"github.com/ospo-register/ospo/store"
)

// MaxToldText bounds the text of a publiccode.yml, and of a vitality, that a crawler of others tells, in characters (Open Catalog API).
const MaxToldText = 99_999

// ToldSoftware is what a crawler of others tells of software over the Open Catalog API: a repository with the file that describes it.
type ToldSoftware struct {
	URL        string
	Aliases    []string
	PublicCode string // the text of its publiccode.yml; it need not keep to the standard
	Active     bool
	Vitality   string
}

// TellSoftware keeps software that a crawler of others has found, by way of a catalogue when k is not nil. A repository that the
// register knows and in which no publiccode.yml was read is filled in; one that was withdrawn comes back. What the file says goes into the
// software's entry as when a harvest has read it. Whose it is follows from the publisher who keeps code there, else from the agency
// that the file names, else from the one that the sender acts for.
func (r *Register) TellSoftware(ctx context.Context, by models.Viewer, k *models.CrawlerCatalog, told *ToldSoftware) (*models.Repository, error) {
	if err := told.validate(); err != nil {
		return nil, err
	}
	if err := signedInToTell(by); err != nil {
		return nil, err
	}
	var result *models.Repository
	err := r.noteHeld(ctx, by, store.Write(ctx, r.store, func(tx *store.Tx) error {
		canonical, _ := models.CanonicalURL(told.URL) // prepareTold says what is wrong with it
		known, err := tx.RepositoryAt(ctx, by, canonical)
		switch {
		case models.IsKind(err, models.NotFound): // or hidden, which newTold refuses as any other address of another agency
			result, err = r.newTold(ctx, tx, by, k, told)
		case err != nil:
			return err
		case !known.HasPublicCode() || known.WithdrawnAt != nil:
			result, err = r.fillTold(ctx, tx, by, k, known.ID, told)
		default:
			err = repositoryExists(known, "url")
		}
		return err
	}))
	return result, err
}

func (r *Register) newTold(ctx context.Context, tx *store.Tx, by models.Viewer, k *models.CrawlerCatalog, told *ToldSoftware) (*models.Repository, error) {
	repo := &models.Repository{URL: told.URL}
	r.tell(repo, told)
	if k != nil {
		repo.CatalogID = k.Holder()
	}
	if err := r.prepareTold(repo); err != nil {
		return nil, err
	}
	if err := freeAddresses(ctx, tx, by, repo, nil); err != nil { // before it is looked up whose it is: that would tell
		return nil, err
	}
	if err := answersForTold(ctx, tx, by, k, repo); err != nil {
		return nil, err
	}
	if err := may(by, models.WriteRepository, repo.AgencyID, "register repositories of this agency"); err != nil {
		return nil, err
	}
	if err := r.enterTold(ctx, tx, by, repo, nil); err != nil {
		return nil, err
	}
	return repo, r.registerRepository(ctx, tx, by, repo)
}

// fillTold brings what is told into a repository that the register has, and tells nobody of.
func (r *Register) fillTold(ctx context.Context, tx *store.Tx, by models.Viewer, k *models.CrawlerCatalog, id int64, told *ToldSoftware) (*models.Repository, error) {
	return r.changeTold(ctx, tx, by, id, func(repo *models.Repository) ToldSoftware {
		if k != nil {
			repo.CatalogID = k.Holder()
		}
		repo.WithdrawnAt = nil
		return *told
	})
}

// ChangeToldSoftware lets change edit what is told of a repository and stores the result. Addresses that are left out stay those it
// was known by; a text that is told takes the place of the one that was read.
func (r *Register) ChangeToldSoftware(ctx context.Context, by models.Viewer, id int64, change func(ToldSoftware) (ToldSoftware, error)) (*models.Repository, error) {
	var result *models.Repository
	err := r.noteHeld(ctx, by, store.Write(ctx, r.store, func(tx *store.Tx) error {
		var wrong error
		changed, err := r.changeTold(ctx, tx, by, id, func(repo *models.Repository) ToldSoftware {
			is := ToldSoftware{URL: repo.URL, Aliases: slices.Clone(repo.Aliases), PublicCode: repo.Source, Active: repo.Active, Vitality: repo.Vitality}
			var told ToldSoftware
			if told, wrong = change(is); wrong == nil {
				wrong = told.validate()
			}
			if wrong != nil {
				return is
			}
			return told
		})
		result = changed
		if wrong != nil {
			return wrong
		}
		return err
	}))
	return result, err
}

func (r *Register) changeTold(ctx context.Context, tx *store.Tx, by models.Viewer, id int64, change func(*models.Repository) ToldSoftware) (*models.Repository, error) {
	if err := tx.Hold(ctx, "repositories", id); err != nil {
		return nil, err
	}
	row, err := tx.Repository(ctx, by, id)
	if err != nil {
		return nil, err
	}
	repo, before := &row.Repository, cloneRepository(&row.Repository)
	if err := may(by, models.WriteRepository, repo.AgencyID, "change this agency's repositories"); err != nil {
		return nil, err
	}
	told := change(repo)
	was := r.tell(repo, &told)
	if err := r.prepareTold(repo); err != nil {
		return nil, err
	}
	if same(toldRepository(before), toldRepository(repo)) && value(before.CatalogID) == value(repo.CatalogID) && (before.WithdrawnAt == nil) == (repo.WithdrawnAt == nil) {
		return repo, nil
	}
	if err := freeAddresses(ctx, tx, by, repo, before); err != nil {
		return nil, err
	}
	if repo.Canonical != before.Canonical && !slices.Contains(repo.Aliases, before.URL) {
		repo.Aliases = append(repo.Aliases, before.URL) // whoever has the old address still finds it
	}
	if err := r.enterTold(ctx, tx, by, repo, was); err != nil {
		return nil, err
	}
	repo.UpdatedAt = r.now()
	if err := tx.SaveRepository(ctx, repo); err != nil {
		return nil, err
	}
	return repo, record(ctx, tx, by, repositoryEvent("repository.changed", repo, before))
}

// tell takes over what is told, and gives what was stated before.
func (r *Register) tell(repo *models.Repository, told *ToldSoftware) (was *models.Description) {
	was = repo.Description
	if c, err := models.CanonicalURL(told.URL); err != nil || c != repo.Canonical {
		if name, _, _ := strings.Cut(c, "/"); !strings.HasPrefix(repo.Canonical, name+"/") {
			repo.Host = "" // guessed anew
		}
		repo.URL = told.URL
	}
	repo.Aliases, repo.Active, repo.Vitality = told.Aliases, told.Active, printable([]byte(told.Vitality))
	if text := printable([]byte(told.PublicCode)); text != repo.Source {
		sum, now := sha256.Sum256([]byte(told.PublicCode)), r.now()
		repo.Path, repo.Source, repo.Digest, repo.Told, repo.ReadAt = string(models.PublicCode), text, sum[:], true, &now
		repo.Description, repo.Remarks = publiccode.Read([]byte(told.PublicCode))
		repo.Valid = repo.Description != nil && models.Valid(repo.Remarks)
	}
	return was
}

// prepareTold brings a repository into its one form; the agency is found out afterwards.
func (r *Register) prepareTold(repo *models.Repository) error {
	had := repo.AgencyID
	repo.AgencyID = max(had, 1)
	err := r.prepareRepository(repo)
	repo.AgencyID = had
	return err
}

// enterTold brings what is stated into the entry of the software. What is switched off makes none.
func (r *Register) enterTold(ctx context.Context, tx *store.Tx, by models.Viewer, repo *models.Repository, was *models.Description) error {
	if !repo.Active || repo.Fork == models.TechnicalFork || repo.Fork == models.Mirror {
		return nil
	}
	why, err := r.describedAsset(ctx, tx, by, repo, was)
	if err != nil {
		return err
	}
	if why != "" {
		repo.Detail = why
	}
	return usesStated(ctx, tx, by, repo, was)
}

func (t *ToldSoftware) validate() error {
	var m models.Mistakes
	if t.PublicCode == "" {
		m.Add("publiccodeYml", "required", "Give the text of the publiccode.yml.")
	}
	for field, text := range map[string]string{"publiccodeYml": t.PublicCode, "vitality": t.Vitality} {
		if len(text) > MaxToldText && len([]rune(text)) > MaxToldText {
			m.Add(field, "too-long", "Use at most 99,999 characters.")
		}
	}
	if len(t.Aliases) > mostAliases {
		m.Add("aliases", "too-many", "Software has at most 255 other addresses.")
	}
	return m.Err()
}

// mostAliases is how many other addresses the Open Catalog API has room for.
const mostAliases = 255

// WithdrawRepository takes a repository out of sight: it is neither told of nor harvested any more. What was read in it, its entry and its
// history stay; it comes back when it is switched on, or told of anew.
func (r *Register) WithdrawRepository(ctx context.Context, by models.Viewer, id int64) error {
	return store.Write(ctx, r.store, func(tx *store.Tx) error {
		if err := tx.Hold(ctx, "repositories", id); err != nil {
			return err
		}
		row, err := tx.Repository(ctx, by, id)
		if err != nil {
			return err
		}
		repo, before, now := &row.Repository, cloneRepository(&row.Repository), r.now()
		if err := may(by, models.WriteRepository, repo.AgencyID, "withdraw this agency's repositories"); err != nil {
			return err
		}
		if repo.WithdrawnAt != nil {
			return nil
		}
		repo.Active, repo.WithdrawnAt, repo.UpdatedAt = false, &now, now
		if err := tx.SaveRepository(ctx, repo); err != nil {
			return err
		}
		return record(ctx, tx, by, repositoryEvent("repository.withdrawn", repo, before))
	})
}
