package register

import (
	"context"
	"fmt"
	"io"
	"strings"
	"time"
	"unicode"

	"github.com/ospo-register/ospo/importers/sbom"
	"github.com/ospo-register/ospo/models"
	"github.com/ospo-register/ospo/store"
)

// Receipt is what a sender learns of a document.
type Receipt struct {
	SBOM  *store.SBOMRow
	Again bool // these bytes were there already; nothing was changed
}

// Limits bounds what one document may cost; zero fields mean the reader's own limits.
type Limits = sbom.Limits

// ReadRule is one thing a reader may have to say of a document, with what its makers do about it.
type ReadRule = sbom.Rule

// ReadRules lists every rule, in the order in which a document meets them.
func ReadRules() []ReadRule { return sbom.Rules() }

// ReceiveSBOM takes a document in for a release: it keeps the bytes, reads what is sound, lists what is not, and makes
// it the release's current document. The former one becomes superseded. The same bytes again change nothing and give
// the first result. Everything is stored in one transaction or not at all, however large the document; Deliver is for
// those who cannot wait.
//
// It refuses what is no SBOM, what is empty, what names no package where a document with some is in force, and what is over a limit of lim (zero: the reader's own limits).
func (r *Register) ReceiveSBOM(ctx context.Context, by models.Viewer, release int64, filename string, body io.Reader, lim Limits) (*Receipt, error) {
	target := models.Target{ReleaseID: release}
	if err := r.mayDeliver(ctx, by, target); err != nil { // before the body is taken in
		return nil, err
	}
	spool, err := r.spoolBody(body, lim)
	if err != nil {
		return nil, err
	}
	defer spool.close()
	return r.take(ctx, by, target, spool.parcel(filename), lim)
}

// parcel is a document at hand, ready to be read.
type parcel struct {
	filename string
	digest   []byte
	size     int64
	body     io.Reader        // from its beginning
	again    func() io.Reader // the same once more; nil when the bytes are a delivery's
	delivery *models.Delivery // that it came by, or nil
	supplier string           // whose document it is, where the way it came in says so
	insists  bool             // the sender wants it in force, also when the release has had it before
	restored int64            // the reduced document whose bytes these are, or 0
}

// take reads a parcel and keeps the document, with everything it makes, in one transaction.
func (r *Register) take(ctx context.Context, by models.Viewer, target models.Target, p *parcel, lim Limits) (*Receipt, error) {
	if target.ReleaseID != 0 {
		if again, err := r.store.SBOMByDigest(ctx, by, target.ReleaseID, p.digest); err == nil && !p.restores(again) {
			return r.takenAgain(ctx, by, again, p)
		} else if err != nil && !models.IsKind(err, models.NotFound) {
			return nil, err
		}
	}
	body, leave, err := r.admission.enter(ctx, p.body, p.size)
	if err != nil {
		return nil, err
	}
	defer leave()
	in, err := readDocument(body, lim)
	if err != nil {
		return nil, err
	}
	in.SBOM.SHA256, in.SBOM.Bytes, in.SBOM.Filename = p.digest, p.size, fileName(p.filename)
	in.SBOM.ReceivedByID, in.SBOM.ReceivedAt = optional(by.UserID), r.now().Truncate(time.Microsecond)
	if p.supplier != "" {
		in.SBOM.Supplier = p.supplier
	}
	receipt, err := r.keep(ctx, by, target, p, in)
	for range 2 { // what another sender has made meanwhile is found now: the software first, then its release
		if !models.HasCode(err, "asset-name-taken") && !models.HasCode(err, "release-number-taken") {
			break
		}
		receipt, err = r.keep(ctx, by, target, p, in)
	}
	return receipt, err
}

// keep stores a document that has been read.
func (r *Register) keep(ctx context.Context, by models.Viewer, target models.Target, p *parcel, in *store.Intake) (*Receipt, error) {
	var release *models.Release
	err := store.Write(ctx, r.store, func(tx *store.Tx) error {
		var asset *models.Asset
		var err error
		if release, asset, err = r.findTarget(ctx, tx, by, target, in); err != nil { // merged or hidden while the body came in?
			return err
		}
		in.SBOM.ReleaseID = release.ID
		if err := keepsPackages(ctx, tx, by, in); err != nil {
			return err
		}
		p.hand(in)
		if p.restored != 0 {
			err = tx.RestoreSBOM(ctx, in, p.restored)
		} else {
			err = tx.KeepSBOM(ctx, in)
		}
		if err != nil {
			return err
		}
		if p.delivery != nil {
			if err := r.finishDelivery(ctx, tx, by, p.delivery, release, asset, in.SBOM.ID); err != nil {
				return err
			}
		}
		action := "sbom.received"
		if p.restored != 0 {
			action = "sbom.reinstated"
		}
		return record(ctx, tx, by, event{action: action, noun: "sbom", id: in.SBOM.ID, title: asset.Title() + " " + release.Number, agency: asset.StewardID, asset: asset.ID, to: asset.Visibility,
			after: map[string]any{"releaseId": release.ID, "sha256": fmt.Sprintf("%x", p.digest), "format": in.SBOM.Format, "packages": in.SBOM.Packages, "verdict": in.SBOM.Verdict}})
	})
	if models.HasCode(err, "sbom-received") { // the release had these bytes, or another sender was quicker with them
		again, err := r.store.SBOMByDigest(ctx, by, release.ID, p.digest)
		if err != nil {
			return nil, err
		}
		if p.restores(again) {
			return r.keep(ctx, by, target, p, in)
		}
		return r.takenAgain(ctx, by, again, p)
	}
	if err != nil {
		return nil, err
	}
	row, err := r.store.SBOM(ctx, by, in.SBOM.ID)
	return &Receipt{SBOM: row}, err
}

// hand gives the bytes of the parcel to the store.
func (p *parcel) hand(in *store.Intake) {
	if p.again == nil {
		in.DeliveryID = p.delivery.ID
		return
	}
	in.Original = p.again()
}

// restores reports whether reading these bytes gives a document back what a retention rule had let go of.
func (p *parcel) restores(s *store.SBOMRow) bool {
	if p.insists && s.ReducedAt != nil && s.State != models.SBOMWithdrawn {
		p.restored = s.ID
		return true
	}
	return false
}

// takenAgain answers bytes that the release had already. A delivery that brought them is done. Where the sender insists, a
// superseded document speaks for its release again, and one that was withdrawn is refused.
func (r *Register) takenAgain(ctx context.Context, by models.Viewer, s *store.SBOMRow, p *parcel) (*Receipt, error) {
	if p.insists && s.State == models.SBOMWithdrawn {
		return nil, models.Refuse(models.Conflict, "sbom-withdrawn", "This very document was withdrawn from "+s.Asset+" "+s.Release+" as wrong. The reason is in its history; send a corrected one.")
	}
	if p.delivery == nil && (!p.insists || s.State == models.SBOMCurrent) {
		return &Receipt{SBOM: s, Again: true}, nil
	}
	err := store.Write(ctx, r.store, func(tx *store.Tx) error {
		release, asset, err := sbomTarget(ctx, tx.Store, by, s.ReleaseID)
		if err != nil {
			return err
		}
		if p.delivery != nil {
			p.delivery.Again = true
			if err := r.finishDelivery(ctx, tx, by, p.delivery, release, asset, s.ID); err != nil {
				return err
			}
		}
		if !p.insists || s.State == models.SBOMCurrent {
			return nil
		}
		if err := tx.ReinstateSBOM(ctx, s.ID); err != nil {
			return err
		}
		return record(ctx, tx, by, event{action: "sbom.reinstated", noun: "sbom", id: s.ID, title: s.Asset + " " + s.Release, agency: s.StewardID, asset: s.AssetID, from: asset.Visibility, to: asset.Visibility,
			before: map[string]any{"state": s.State}, after: map[string]any{"state": models.SBOMCurrent}})
	})
	if err != nil {
		return nil, err
	}
	row, err := r.store.SBOM(ctx, by, s.ID)
	return &Receipt{SBOM: row, Again: true}, err
}

// keepsPackages refuses a document without packages where it would take the place of one with some: then nobody would be
// known to run anything. On a release that has none it is all there is to know.
func keepsPackages(ctx context.Context, tx *store.Tx, by models.Viewer, in *store.Intake) error {
	if in.SBOM.Packages > 0 {
		return nil
	}
	list, err := tx.SBOMs(ctx, by, 0, in.SBOM.ReleaseID, models.Page{Limit: models.MaxLimit})
	if err != nil {
		return err
	}
	for _, s := range list.Items {
		if s.State == models.SBOMCurrent && s.Packages > 0 {
			return models.Refuse(models.Invalid, "no-packages", "The document names no package that could be read, so the release keeps the document it has. “ospo check” says what was found in it. If the other one is wrong, withdraw it first.")
		}
	}
	return nil
}

// WithdrawSBOM declares a document wrong: it no longer speaks for its release, and stays readable. The newest document it
// had superseded does not come back by itself.
func (r *Register) WithdrawSBOM(ctx context.Context, by models.Viewer, id int64, reason string) (*store.SBOMRow, error) {
	if tidy(reason) == "" {
		return nil, &models.Error{Kind: models.Invalid, Code: "invalid-input", Detail: "Say why the document is withdrawn.",
			Fields: []models.FieldError{{Field: "reason", Code: "required", Detail: "One sentence that will make sense to an auditor."}}}
	}
	err := store.Write(ctx, r.store, func(tx *store.Tx) error {
		if err := tx.Hold(ctx, "sboms", id); err != nil {
			return err
		}
		s, err := tx.SBOM(ctx, by, id)
		if err != nil {
			return err
		}
		if err := may(by, models.WriteSBOM, s.StewardID, "withdraw SBOM documents of this agency's software"); err != nil {
			return err
		}
		if s.State == models.SBOMWithdrawn {
			return models.Refuse(models.Conflict, "sbom-withdrawn", "This document is withdrawn already.")
		}
		asset, err := tx.Asset(ctx, by, s.AssetID)
		if err != nil {
			return err
		}
		if err := tx.SetSBOMState(ctx, id, models.SBOMWithdrawn); err != nil {
			return err
		}
		return record(ctx, tx, by, event{action: "sbom.withdrawn", noun: "sbom", id: id, title: s.Asset + " " + s.Release, agency: s.StewardID, asset: s.AssetID, from: asset.Visibility, to: asset.Visibility,
			before: map[string]any{"state": s.State}, after: map[string]any{"state": models.SBOMWithdrawn, "reason": tidy(reason)}})
	})
	if err != nil {
		return nil, err
	}
	return r.store.SBOM(ctx, by, id)
}

// fileName is what the sender calls a document, for people and for downloads: no folders, nothing that cannot be seen.
func fileName(sent string) string {
	name := []rune(strings.Map(func(r rune) rune {
		if unicode.In(r, unicode.Cc, unicode.Cf) {
			return -1
		}
		return r
	}, sent[strings.LastIndexAny(sent, `/\`)+1:]))
	if s := string(name[:min(len(name), 255)]); s != "." && s != ".." {
		return s
	}
	return ""
}
