package register

import (
	"context"
	"errors"
	"fmt"

	"github.com/ospo-register/ospo/models"
	"github.com/ospo-register/ospo/store"
)

// freeAddresses refuses an address of a repository, its own or another that it is known by, that is not free. Those that it had before are.
//
// Who may see the record that has the address is led to it. Nobody else is told that there is one: the refusal is the same wherever another agency may answer for
// code, be something there or not. That is below every address at which another agency's publisher keeps code, and beside every repository
// that is hidden from who asks. Each such try is an event of the agency that answers, which the open source programme office sees.
//
// What remains: an address is unique, so whoever may enter repositories and is refused beside an address that no publisher names learns that something of
// another agency's is hidden in that folder of that host; which, how many and under what names they do not.
func freeAddresses(ctx context.Context, tx *store.Tx, by models.Viewer, repo, before *models.Repository) error {
	had := map[string]bool{}
	if before != nil {
		had[before.Canonical] = true
		for _, u := range before.Aliases {
			c, err := models.CanonicalURL(u)
			had[c] = err == nil
		}
	}
	for i, address := range append([]string{repo.URL}, repo.Aliases...) {
		c, err := models.CanonicalURL(address)
		if err != nil {
			return err
		}
		field := "url"
		if i > 0 {
			field = fmt.Sprintf("aliases[%d]", i-1)
		}
		if had[c] {
			continue
		}
		if err := freeAddress(ctx, tx, by, repo.ID, field, c); err != nil {
			return err
		}
	}
	return nil
}

func freeAddress(ctx context.Context, tx *store.Tx, by models.Viewer, repository int64, field, canonical string) error {
	other, err := tx.RepositoryAt(ctx, by, canonical)
	if err == nil && other.ID == repository {
		return nil
	}
	if err == nil {
		return repositoryExists(other, field)
	}
	if !models.IsKind(err, models.NotFound) {
		return err
	}
	held, err := tx.HolderOf(ctx, by, canonical)
	if err != nil || held.Noun == "" {
		return err
	}
	return &heldAddress{canonical, held}
}

// freeHostings refuses the places of a publisher at which another agency may answer for code, as freeAddresses does those of a repository; of a group, also those above
// such places. Those that it had before are free.
func freeHostings(ctx context.Context, tx *store.Tx, by models.Viewer, p *models.Publisher, had []models.CodeHosting) error {
	for i := range p.Hostings {
		h := &p.Hostings[i]
		if hasHosting(had, h) {
			continue
		}
		held, err := tx.HolderOf(ctx, by, h.Canonical)
		if err == nil && held.Noun == "" && h.Group {
			held, err = tx.HolderWithin(ctx, by, h.Canonical)
		}
		if err != nil {
			return err
		}
		if held.Noun != "" {
			return &heldAddress{h.Canonical, held}
		}
	}
	return nil
}

// foundElsewhere reports whether a harvest leaves an address alone that it came upon for an agency: another answers for the repository that has it, or may for one there, be
// it in the register or not. Below a group of its own, which was granted to the agency, only what is another's in fact is. own is the repository that may have the address, 0 for none.
func foundElsewhere(ctx context.Context, tx *store.Tx, agency, own int64, address string) (bool, error) {
	c, err := models.CanonicalURL(address)
	if err != nil {
		return false, nil //nolint:nilerr // what is wrong with it is said when it is to be kept
	}
	acting, err := tx.ActingFor(ctx, "Harvest", agency)
	if err != nil {
		return false, err
	}
	known, err := tx.RepositoryAt(ctx, models.SystemViewer(""), c)
	if err == nil {
		return known.ID != own && !acting.May(models.WriteRepository, known.AgencyID), nil
	}
	if !models.IsKind(err, models.NotFound) {
		return false, err
	}
	p, err := tx.PublisherOf(ctx, c)
	if err == nil && p.Group && p.Place != c && acting.May(models.WriteRepository, p.AgencyID) {
		return false, nil
	}
	if err != nil && !models.IsKind(err, models.NotFound) {
		return false, err
	}
	held, err := tx.HolderOf(ctx, acting, c)
	return held.Noun != "", err
}

// repositoryExists leads to the repository that has an address.
func repositoryExists(other *store.RepositoryRow, field string) error {
	detail := "This repository is in the register already: it is number " + idText(other.ID) + "."
	if other.WithdrawnAt != nil {
		detail = "This repository is in the register already, and was withdrawn: switch on number " + idText(other.ID) + " again."
	}
	return &models.Error{Kind: models.Conflict, Code: "repository-exists", Detail: detail, Existing: "/repositories/" + idText(other.ID), Fields: []models.FieldError{{Field: field, Code: "taken", Detail: detail}}}
}

// heldAddress is the refusal of an address for which another agency may answer.
type heldAddress struct {
	canonical string
	holder    store.AddressHolder
}

func (h *heldAddress) Error() string {
	return "the address " + h.canonical + " may be another agency's"
}

// noteHeld turns such a refusal, with which the transaction has ended, into what people are told, and records the try for who answers there.
func (r *Register) noteHeld(ctx context.Context, by models.Viewer, err error) error {
	var h *heldAddress
	if !errors.As(err, &h) {
		return err
	}
	if err := store.Write(ctx, r.store, func(tx *store.Tx) error {
		return record(ctx, tx, by, event{action: h.holder.Noun + ".address-tried", noun: h.holder.Noun, id: h.holder.ID, title: h.canonical, agency: h.holder.AgencyID})
	}); err != nil {
		return err
	}
	return models.Refuse(models.Forbidden, "address-held", "Another agency may answer for code at this address. Ask the open source programme office to enter it, or to say who does.")
}
