package register

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
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
// the first result. Everything is stored in one transaction or not at all.
//
// It refuses what is no SBOM, what is empty, what names no package where a document with some is in force, and what is over a limit of lim (zero: the reader's own limits).
func (r *Register) ReceiveSBOM(ctx context.Context, by models.Viewer, release int64, filename string, body io.Reader, lim Limits) (*Receipt, error) {
	if _, _, err := sbomTarget(ctx, r.store, by, release); err != nil { // before the body is taken in
		return nil, err
	}
	spool, err := spoolBody(body, lim)
	if err != nil {
		return nil, err
	}
	defer spool.close()
	if again, err := r.store.SBOMByDigest(ctx, by, release, spool.digest); err == nil {
		return &Receipt{SBOM: again, Again: true}, nil
	} else if !models.IsKind(err, models.NotFound) {
		return nil, err
	}
	select { // a document being read holds its packages in memory: only so many at a time
	case r.readers <- struct{}{}:
		defer func() { <-r.readers }()
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	in, err := readDocument(spool.file, lim)
	if err != nil {
		return nil, err
	}
	in.SBOM.ReleaseID, in.SBOM.SHA256, in.SBOM.Bytes, in.SBOM.Filename = release, spool.digest, spool.size, fileName(filename)
	in.SBOM.ReceivedByID, in.SBOM.ReceivedAt = optional(by.UserID), r.now().Truncate(time.Microsecond)
	err = store.Write(ctx, r.store, func(tx *store.Tx) error {
		if _, err := spool.file.Seek(0, io.SeekStart); err != nil {
			return fmt.Errorf("reading the document again: %w", err)
		}
		in.Original = spool.file
		target, asset, err := sbomTarget(ctx, tx.Store, by, release) // merged or hidden while the body came in?
		if err != nil {
			return err
		}
		if err := keepsPackages(ctx, tx, by, in); err != nil {
			return err
		}
		if err := tx.KeepSBOM(ctx, in); err != nil {
			return err
		}
		return record(ctx, tx, by, event{action: "sbom.received", noun: "sbom", id: in.SBOM.ID, title: asset.Title() + " " + target.Number, agency: asset.StewardID, asset: asset.ID, to: asset.Visibility,
			after: map[string]any{"releaseId": release, "sha256": fmt.Sprintf("%x", spool.digest), "format": in.SBOM.Format, "packages": in.SBOM.Packages, "verdict": in.SBOM.Verdict}})
	})
	if models.HasCode(err, "sbom-received") { // another sender was quicker with the same bytes
		again, err := r.store.SBOMByDigest(ctx, by, release, spool.digest)
		return &Receipt{SBOM: again, Again: true}, err
	}
	if err != nil {
		return nil, err
	}
	row, err := r.store.SBOM(ctx, by, in.SBOM.ID)
	return &Receipt{SBOM: row}, err
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

func sbomTarget(ctx context.Context, s *store.Store, by models.Viewer, release int64) (*models.Release, *models.Asset, error) {
	target, err := s.Release(ctx, by, release)
	if err != nil {
		return nil, nil, err
	}
	asset, err := s.Asset(ctx, by, target.AssetID)
	if err != nil {
		return nil, nil, err
	}
	if asset.MergedIntoID != nil {
		return nil, nil, models.Refuse(models.Conflict, "asset-merged", "This software was merged into another entry. Send the document to that one's release.")
	}
	return target, asset, may(by, models.WriteSBOM, asset.StewardID, "send SBOM documents for this agency's software")
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

// maxDocument is the largest document taken when nothing else is said, in bytes as sent.
const maxDocument = 512 << 20

// spool is a document on disk while it is read: it may be larger than memory, and is needed twice.
type spool struct {
	file   *os.File
	digest []byte
	size   int64
}

func spoolBody(body io.Reader, lim sbom.Limits) (*spool, error) {
	f, err := os.CreateTemp("", "ospo-sbom-*")
	if err != nil {
		return nil, fmt.Errorf("making room for the document: %w", err)
	}
	_ = os.Remove(f.Name()) // it lives while it is open: a program that is killed leaves nothing behind
	s := &spool{file: f}
	most := lim.Bytes
	if most <= 0 {
		most = maxDocument
	}
	if err := s.fill(body, most); err != nil {
		s.close()
		return nil, err
	}
	return s, nil
}

func (s *spool) fill(body io.Reader, most int64) error {
	h := sha256.New()
	var err error
	s.size, err = io.Copy(io.MultiWriter(s.file, h), io.LimitReader(body, most+1))
	var tooLarge *models.Error
	var disk *fs.PathError
	switch {
	case errors.As(err, &tooLarge):
		return err
	case errors.As(err, &disk) && disk.Op == "write":
		return fmt.Errorf("keeping the document on disk while it is read: %w", err)
	case err != nil:
		return models.Refuse(models.Invalid, "body-broken-off", "The document did not arrive whole. Send it again.")
	case s.size > most:
		return models.Refuse(models.TooLarge, "sbom-too-large", fmt.Sprintf("The document is larger than %d MB. Send one document per product, or ask the operator to raise the limit.", most>>20))
	case s.size == 0:
		return models.Refuse(models.Invalid, "empty", "The document is empty. Send the SBOM file itself as the body.")
	}
	s.digest = h.Sum(nil)
	_, err = s.file.Seek(0, io.SeekStart)
	return err
}

func (s *spool) close() { _ = s.file.Close() }

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
