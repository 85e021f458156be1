package register

import (
	"bytes"
	"context"
	"encoding/hex"
	"io"
	"slices"

	"github.com/ospo-register/ospo/exporters/bundle"
	"github.com/ospo-register/ospo/models"
	"github.com/ospo-register/ospo/store"
)

// CaseBundle is everything that is on file about a decision and that a viewer may have, ready to be written as one archive.
type CaseBundle struct {
	Filename string
	manifest *bundle.Manifest
}

// Write writes the archive while it reads what is kept, one file after the other. An error in the middle leaves what is no whole archive.
func (b *CaseBundle) Write(w io.Writer) error { return bundle.Write(w, b.manifest) }

// Bundle gathers the files of a case: for who sees the dossier every version of its parts, for all who see the case what was published of it and the attachments that they may see. Attachments
// that are withheld are named with the reason.
func (r *Register) Bundle(ctx context.Context, v models.Viewer, decision int64) (*CaseBundle, error) {
	row, err := r.store.Decision(ctx, v, decision)
	if err != nil {
		return nil, err
	}
	m := &bundle.Manifest{Decision: row.Ref, Title: row.Title, Agency: row.Agency, MadeAt: r.now(), Audience: audience(v, row), Files: []bundle.File{}}
	if row.Full {
		m.Dossier = hexDigest(row.Digest)
		parts, err := r.PartVersions(ctx, v, decision, "", "")
		if err != nil {
			return nil, err
		}
		for _, p := range slices.Backward(parts) { // in the order of their writing
			file := bundle.File{Kind: "part", Part: p.Address(), Number: p.Number, Title: p.Address(), Filename: string(p.Part) + ".json", Media: "application/json", Bytes: int64(len(p.Content)),
				SHA256: hex.EncodeToString(p.Digest), FiledAt: p.At, FiledBy: p.ByName, Open: held(p.Content)}
			if p.Sealed() {
				file.Withheld, file.Open = SealedSentence, nil
			}
			m.Files = append(m.Files, file)
		}
	}
	published, err := r.store.DecisionPublications(ctx, decision)
	if err != nil {
		return nil, err
	}
	for _, p := range slices.Backward(published) {
		m.Files = append(m.Files, bundle.File{Kind: "publication", Number: p.Number, Title: "What was published", Filename: "published.json", Media: "application/json", Bytes: int64(len(p.Document)),
			SHA256: hex.EncodeToString(p.Digest), FiledAt: p.At, Open: held(p.Document)})
	}
	if err := r.bundleAttachments(ctx, v, m, decision); err != nil {
		return nil, err
	}
	return &CaseBundle{row.Ref + ".zip", m}, nil
}

func (r *Register) bundleAttachments(ctx context.Context, v models.Viewer, m *bundle.Manifest, decision int64) error {
	for p := (models.Page{Limit: models.MaxLimit}); ; {
		list, err := r.store.Attachments(ctx, v, decision, p)
		if err != nil {
			return err
		}
		for i := range list.Items {
			a := &list.Items[i]
			m.Files = append(m.Files, bundle.File{Kind: "attachment", ID: a.ID, Title: a.Title, Filename: a.Filename, Type: a.Type, Media: a.Media, Tier: string(a.Tier), Language: a.Language, Part: a.Part,
				Supersedes: value(a.SupersedesID), Redacts: value(a.RedactsID), Bytes: a.Bytes, SHA256: hex.EncodeToString(a.SHA256), FiledAt: a.At, FiledBy: a.ByName, Withheld: r.WithheldFile(v, a),
				Open: func() (io.ReadCloser, error) { return r.store.AttachmentBytes(ctx, a.ContentID) }})
		}
		if list.Next == "" {
			return nil
		}
		p.After = list.Next
	}
}

// audience is the widest circle that a viewer who sees a case is of.
func audience(v models.Viewer, row *store.DecisionRow) string {
	switch {
	case row.Full:
		return string(models.VisibleAgency)
	case v.InGovernment():
		return string(models.VisibleGovernment)
	}
	return string(models.VisiblePublic)
}

func held(text []byte) func() (io.ReadCloser, error) {
	return func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(text)), nil }
}
