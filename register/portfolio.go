package register

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"time"

	"github.com/ospo-register/ospo/models"
	"github.com/ospo-register/ospo/store"
)

// Portfolio is what one document of many is made of: the documents in force that whoever asked may see.
type Portfolio struct {
	Title   string
	comment string
	list    []store.Speaking
}

// Mark is a text that another portfolio has only where it is made of the same documents under the same names. The same
// portfolio is written as the same bytes, by one version of the program.
func (p *Portfolio) Mark() string {
	h := sha256.New()
	fmt.Fprintf(h, "%q\n", p.Title)
	for _, s := range p.list {
		fmt.Fprintf(h, "%d %x %q %q %q %t\n", s.SBOMID, s.SHA256, s.Asset, s.Release, s.Steward, s.Part)
	}
	return hex.EncodeToString(h.Sum(nil)[:16])
}

// issued is when the newest of its documents arrived: nothing later is said.
func (p *Portfolio) issued() *time.Time {
	var newest time.Time
	for _, s := range p.list {
		if s.ReceivedAt.After(newest) {
			newest = s.ReceivedAt
		}
	}
	return &newest
}

// AssetPortfolio finds the documents of a whole asset and of what is a part of it: of all releases, or of one (release not 0)
// with the newest document of each part.
//
// It is not found where the viewer may not see the asset or the release is another's, in conflict (code "nothing-to-export")
// where no release has a document in force, and too large (code "export-too-large") beyond MaxExportReleases.
func (r *Register) AssetPortfolio(ctx context.Context, v models.Viewer, asset, release int64) (*Portfolio, error) {
	a, err := r.store.Asset(ctx, v, asset)
	if err != nil {
		return nil, err
	}
	title := a.Title()
	if release != 0 {
		of, err := r.store.Release(ctx, v, release)
		if err != nil {
			return nil, err
		}
		if of.AssetID != asset {
			return nil, models.NoSuch("release")
		}
		title += " " + of.Number
	}
	list, err := r.store.SpeakingOfAsset(ctx, v, asset, release, MaxExportReleases+1)
	return portfolio(list, title, "The components of "+title+" and of what is a part of it.", err)
}

// AgencyPortfolio finds the documents of all software that an agency, with those below it, answers for or runs, as far as
// the viewer may see them. It is refused as AssetPortfolio is.
func (r *Register) AgencyPortfolio(ctx context.Context, v models.Viewer, agency int64) (*Portfolio, error) {
	a, err := r.store.Agency(ctx, agency)
	if err != nil {
		return nil, err
	}
	list, err := r.store.SpeakingOfAgency(ctx, v, agency, MaxExportReleases+1)
	return portfolio(list, a.Name, "The components of the software that "+a.Name+" and the agencies below it answer for or run, as far as whoever asked may see it.", err)
}

func portfolio(list []store.Speaking, title, comment string, err error) (*Portfolio, error) {
	switch {
	case err != nil:
		return nil, err
	case len(list) == 0:
		return nil, models.Refuse(models.Conflict, "nothing-to-export", "There is no SBOM document in force here that you may see, so there is nothing to write.")
	case len(list) > MaxExportReleases:
		return nil, tooLargeExport()
	}
	return &Portfolio{Title: title, comment: comment, list: list}, nil
}

// ExportPortfolio writes one document of all documents of a portfolio. Every release is a package at the top; a component that
// several contain stands once. It may have any number of packages: of each, a few bytes are held. It is too large (code
// "export-too-large") where the relationships take more than MaxExportLinkBytes on disk.
func (r *Register) ExportPortfolio(ctx context.Context, p *Portfolio, format ExportFormat) (*Export, error) {
	if err := checkFormat(format); err != nil {
		return nil, err
	}
	done, err := r.writing(ctx)
	if err != nil {
		return nil, err
	}
	defer done()
	f, err := r.fold(ctx, p.list)
	if err != nil {
		return nil, err
	}
	defer f.close()
	doc := f.document(ctx)
	doc.Name, doc.Comment, doc.IssuedAt = p.Title, p.comment, p.issued()
	doc.Namespace = exportID("portfolio", p.Mark(), string(format))
	return writeExport(doc, format, p.Title)
}
