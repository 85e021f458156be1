package register

import (
	"context"
	"slices"
	"strings"

	"github.com/ospo-register/ospo/models"
	"github.com/ospo-register/ospo/store"
)

// TellPublisher adds a publisher that is told over the Open Catalog API, which knows no agencies: the agency is the one whose
// national code or URI is the publisher's alternative id, with or without the namespace of the catalogue; else the one of the same
// name; else the one that the sender acts for. k is nil for the root catalogue as long as it has no settings.
func (r *Register) TellPublisher(ctx context.Context, by models.Viewer, k *models.CrawlerCatalog, p *models.Publisher) error {
	names := []string{p.AlternativeID}
	if k != nil {
		p.CatalogID = k.Holder()
		names = append(names, k.PublishersNamespace+p.AlternativeID)
	}
	agency, err := agencyCalled(ctx, r.store, names...)
	if err == nil && agency == 0 {
		agency, err = r.agencyOfName(ctx, p.Name)
	}
	if err == nil && agency == 0 {
		agency, err = ownAgency(ctx, r.store, by)
	}
	if err != nil {
		return err
	}
	if agency == 0 {
		if err := signedInToTell(by); err != nil {
			return err
		}
		return invalidField("alternativeId", "agency", "No agency has this national code or URI. Add the agency, or send this with a token that is limited to one agency.")
	}
	p.AgencyID = agency
	return r.RegisterPublisher(ctx, by, p)
}

func signedInToTell(by models.Viewer) error {
	if by.MaySomewhere(models.WriteRepository) {
		return nil
	}
	return may(by, models.WriteRepository, 0, "tell of publishers and software")
}

// agencyCalled finds the agency that has one of the names as its national code or its URI; 0 when none has.
func agencyCalled(ctx context.Context, s *store.Store, names ...string) (int64, error) {
	for _, name := range names {
		if name = strings.TrimSpace(name); name == "" {
			continue
		}
		for _, find := range []func(context.Context, string) (*models.Agency, error){s.AgencyByURI, s.AgencyByCode} {
			a, err := find(ctx, name)
			if err == nil && a.State == models.AgencyActive {
				return a.ID, nil
			}
			if err != nil && !models.IsKind(err, models.NotFound) {
				return 0, err
			}
		}
	}
	return 0, nil
}

func (r *Register) agencyOfName(ctx context.Context, name string) (int64, error) {
	list, err := r.store.Agencies(ctx, models.AgencyFilter{Query: tidy(name), Page: models.Page{Limit: models.MaxLimit}})
	i := slices.IndexFunc(list.Items, func(a models.Agency) bool {
		return a.State == models.AgencyActive && strings.EqualFold(a.Name, tidy(name))
	})
	if err != nil || i < 0 {
		return 0, err
	}
	return list.Items[i].ID, nil
}

// ownAgency is the agency that the sender acts for, with or without those below it; 0 when there are several.
func ownAgency(ctx context.Context, s *store.Store, by models.Viewer) (int64, error) {
	top, err := s.TopAgencies(ctx, slices.DeleteFunc(by.Covered(), func(id int64) bool { return !by.May(models.WriteRepository, id) }))
	if err != nil || len(top) != 1 {
		return 0, err
	}
	return top[0], nil
}

// answersForTold finds whose software is that a crawler tells of.
func answersForTold(ctx context.Context, tx *store.Tx, by models.Viewer, k *models.CrawlerCatalog, repo *models.Repository) error {
	p, err := tx.PublisherOf(ctx, repo.Canonical)
	if err == nil && (!p.WholeHost() || by.May(models.WriteRepository, p.AgencyID)) {
		repo.AgencyID, repo.PublisherID = p.AgencyID, &p.ID
		if repo.Host == models.PlainGit {
			repo.Host = p.Host
		}
		return nil
	}
	if err != nil && !models.IsKind(err, models.NotFound) {
		return err
	}
	uri := described(repo).Organisation.URI
	names := []string{uri, uri[strings.LastIndex(uri, ":")+1:]}
	if k != nil {
		names = append(names, strings.TrimPrefix(uri, k.PublishersNamespace))
	}
	agency, err := agencyCalled(ctx, tx.Store, names...)
	if err == nil && agency == 0 {
		agency, err = ownAgency(ctx, tx.Store, by)
	}
	if err != nil {
		return err
	}
	if agency == 0 {
		if err := signedInToTell(by); err != nil {
			return err
		}
		return invalidField("url", "publisher", "No publisher keeps code at this address, and organisation.uri in the file names no agency of the register. Add the publisher first, or send this with a token that is limited to one agency.")
	}
	repo.AgencyID = agency
	return nil
}

// WithdrawPublisher takes a publisher out of sight and lets go of its addresses and its name, which another may have then; the
// audit trail keeps them. Its repositories stay.
func (r *Register) WithdrawPublisher(ctx context.Context, by models.Viewer, id int64) error {
	return store.Write(ctx, r.store, func(tx *store.Tx) error {
		if err := tx.Hold(ctx, "publishers", id); err != nil {
			return err
		}
		row, err := tx.Publisher(ctx, models.SystemViewer(""), id)
		if err != nil {
			return err
		}
		p, now := &row.Publisher, r.now()
		if err := may(by, models.WriteRepository, p.AgencyID, "withdraw this agency's publishers"); err != nil {
			return err
		}
		if p.WithdrawnAt != nil {
			return nil
		}
		before := *p
		before.Hostings = slices.Clone(p.Hostings)
		p.Active, p.WithdrawnAt, p.UpdatedAt, p.Hostings = false, &now, now, nil
		if err := tx.SavePublisher(ctx, p); err != nil {
			return err
		}
		return record(ctx, tx, by, publisherEvent("publisher.withdrawn", p, &before))
	})
}
