package register

import (
	"context"
	"io"
	"strings"
	"time"

	"github.com/ospo-register/ospo/importers/sbom"
	"github.com/ospo-register/ospo/models"
	"github.com/ospo-register/ospo/store"
)

// LinkPrefix marks the secret of an upload link, so that scanners of leaked credentials can recognise it.
const LinkPrefix = "ospo_up_"

// MostLinkBytes bounds what an upload link may take, in bytes as sent.
const MostLinkBytes = 256 << 20

// MakeUploadLink lets a supplier without an account send one document for one release. The secret is given once and never kept.
func (r *Register) MakeUploadLink(ctx context.Context, by models.Viewer, l *models.UploadLink) (secret string, err error) {
	l.Supplier, l.Email, l.Note = tidy(l.Supplier), strings.TrimSpace(l.Email), strings.TrimSpace(l.Note)
	l.ID, l.CreatedAt, l.CreatedByID, l.UsedAt, l.RevokedAt = 0, r.now().Truncate(time.Microsecond), optional(by.UserID), nil, nil
	if l.MaxBytes == 0 {
		l.MaxBytes = MostLinkBytes / 4
	}
	if err := checkLink(l); err != nil {
		return "", err
	}
	secret = LinkPrefix + randomText()
	l.Hash = TokenHash(secret)
	err = store.Write(ctx, r.store, func(tx *store.Tx) error {
		l.ID = 0
		release, asset, err := sbomTarget(ctx, tx.Store, by, l.ReleaseID)
		if err != nil {
			return err
		}
		if err := tx.CreateUploadLink(ctx, l); err != nil {
			return err
		}
		return record(ctx, tx, by, event{action: "upload-link.made", noun: "upload-link", id: l.ID, title: asset.Title() + " " + release.Number, agency: asset.StewardID, asset: asset.ID, to: models.VisibleAgency, after: l})
	})
	return secret, err
}

func checkLink(l *models.UploadLink) error {
	if err := l.Validate(); err != nil {
		return err
	}
	if l.MaxBytes > MostLinkBytes {
		return &models.Error{Kind: models.Invalid, Code: "invalid-input", Detail: "An upload link takes 256 MB at most.",
			Fields: []models.FieldError{{Field: "maxBytes", Code: "out-of-range", Detail: "An upload link takes 256 MB at most. Larger documents come by an account."}}}
	}
	return nil
}

// UploadLinks lists the links of a release to those who may send its documents, newest first.
func (r *Register) UploadLinks(ctx context.Context, by models.Viewer, release int64, p models.Page) (models.List[store.UploadLinkRow], error) {
	if _, _, err := sbomTarget(ctx, r.store, by, release); err != nil {
		return models.List[store.UploadLinkRow]{}, err
	}
	return r.store.UploadLinks(ctx, release, p)
}

// RevokeUploadLink ends a link before its time.
func (r *Register) RevokeUploadLink(ctx context.Context, by models.Viewer, id int64) (*store.UploadLinkRow, error) {
	err := store.Write(ctx, r.store, func(tx *store.Tx) error {
		if err := tx.Hold(ctx, "upload_links", id); err != nil {
			return err
		}
		l, err := tx.UploadLink(ctx, id)
		if err != nil {
			return err
		}
		if _, _, err := sbomTarget(ctx, tx.Store, by, l.ReleaseID); err != nil {
			return err
		}
		if l.RevokedAt != nil || l.UsedAt != nil {
			return models.Refuse(models.Conflict, "link-ended", "This link was used or revoked already.")
		}
		if err := tx.RevokeUploadLink(ctx, id, r.now()); err != nil {
			return err
		}
		return record(ctx, tx, by, event{action: "upload-link.revoked", noun: "upload-link", id: id, title: l.Asset + " " + l.Release, agency: l.StewardID, asset: l.AssetID, from: models.VisibleAgency, to: models.VisibleAgency})
	})
	if err != nil {
		return nil, err
	}
	return r.store.UploadLink(ctx, id)
}

// OpenLink is what a supplier sees through a link: what it is for and, once something was sent, what became of it.
type OpenLink struct {
	store.UploadLinkRow
	Delivery *store.DeliveryRow // nil while nothing was sent
	SBOM     *store.SBOMRow     // once it was taken
}

// Spent reports whether the link takes no more documents.
func (l *OpenLink) Spent() bool {
	return l.Delivery != nil && (!l.Delivery.State.Ended() || l.Delivery.State == models.DeliveryDone)
}

// OpenUploadLink finds a link by its secret. One that is unknown, expired or revoked is one and the same refusal; one that was used
// shows its result until it expires.
func (r *Register) OpenUploadLink(ctx context.Context, secret string) (*OpenLink, error) {
	gone := models.Refuse(models.NotFound, "link-unknown", "This upload link is unknown, has expired or was withdrawn. Ask the office that gave it to you for a new one.")
	if !strings.HasPrefix(secret, LinkPrefix) {
		return nil, gone
	}
	row, err := r.store.UploadLinkByHash(ctx, TokenHash(secret))
	switch {
	case models.IsKind(err, models.NotFound):
		return nil, gone
	case err != nil:
		return nil, err
	case row.RevokedAt != nil, !row.ExpiresAt.After(r.now()):
		return nil, gone
	}
	l := &OpenLink{UploadLinkRow: *row}
	d, err := r.store.DeliveryByLink(ctx, row.ID)
	if models.IsKind(err, models.NotFound) {
		return l, nil
	}
	if err != nil {
		return nil, err
	}
	if d.State == models.DeliveryCancelled {
		d.Reason = "Somebody at the office that gave you this link stopped it." // who, stays in there
	}
	l.Delivery = d
	if d.SBOMID != nil {
		l.SBOM, err = r.store.SBOM(ctx, linkViewer(row), *d.SBOMID)
	}
	return l, err
}

// DeliverByLink takes the one document that a link is for. A document that is refused does not spend the link.
func (r *Register) DeliverByLink(ctx context.Context, secret, filename string, body io.Reader, lim Limits) (*Delivered, error) {
	l, err := r.OpenUploadLink(ctx, secret)
	if err != nil {
		return nil, err
	}
	if l.Spent() {
		return nil, models.Refuse(models.Conflict, "link-used", "A document was sent by this link already. Ask for a new link to send another.")
	}
	by := linkViewer(&l.UploadLinkRow)
	target := models.Target{ReleaseID: l.ReleaseID}
	if err := r.mayDeliver(ctx, by, target); err != nil {
		return nil, err
	}
	lim.Bytes = min(orMost(lim.Bytes), l.MaxBytes)
	got, err := r.deliver(ctx, by, Handover{Door: models.DoorLink, Target: target, Filename: filename}, body, lim, &l.UploadLinkRow)
	if models.HasCode(err, "sbom-too-large") && lim.Bytes == l.MaxBytes {
		return nil, sbom.TooLarge("sbom-too-large", "The document is larger than %s, the limit that was set by the office that gave you this link. Send a document of one product, or ask that office for a link that takes more.", sbom.Size(l.MaxBytes))
	}
	return got, err
}

func orMost(bytes int64) int64 {
	if bytes <= 0 {
		return MaxDocument
	}
	return bytes
}

// linkViewer is the supplier at the other end of a link: somebody who may send documents for one agency's software, and nothing else.
func linkViewer(l *store.UploadLinkRow) models.Viewer {
	return models.Viewer{Name: l.Supplier + ", by upload link " + idText(l.ID), Grants: []models.Grant{{Role: models.Registrar, Agencies: map[int64]bool{l.StewardID: true}}}, Actions: []models.Action{models.WriteSBOM}}
}
