package register

import (
	"context"
	"crypto/sha256"

	"github.com/ospo-register/ospo/models"
	"github.com/ospo-register/ospo/proof"
)

// LogDiffers says of the entries from one index up to before another, by their index, what of the rows that they speak of is not what was logged. It looks at the rows only; VerifyLog works the tree out too.
func (r *Register) LogDiffers(ctx context.Context, from, to int64) (map[int64]string, error) {
	differs := map[int64]string{}
	span, err := r.store.LogSpan(ctx, from, to, wantedRows)
	if err != nil {
		return nil, err
	}
	a := newAudit()
	for i := range span.Entries {
		if err := a.rows(span, &span.Entries[i], &span.Read[i]); err != nil {
			return nil, err
		}
	}
	for _, d := range a.report.Differences {
		if _, said := differs[d.Index]; !said {
			differs[d.Index] = d.Sentence
		}
	}
	return differs, nil
}

// PublicationHolds reports whether what is kept of a publication is byte for byte what was logged of it.
func (r *Register) PublicationHolds(ctx context.Context, p *models.DecisionPublication) (bool, error) {
	_, told, err := r.publicationEntry(ctx, p)
	if models.IsKind(err, models.NotFound) {
		return false, nil // no entry speaks of it: it was written past the register
	}
	sum := sha256.Sum256(p.Document)
	return err == nil && told.Digest == hexDigest(sum[:]), err
}

// publicationEntry is the entry of the log that speaks of a publication.
func (r *Register) publicationEntry(ctx context.Context, p *models.DecisionPublication) (index int64, told proof.Entry, err error) {
	entries, err := r.store.LogEntriesOf(ctx, p.DecisionID)
	if err != nil {
		return 0, told, err
	}
	for _, e := range entries {
		if told, err := proof.ReadEntry(e.Body); err == nil && told.Action == "decision.published" && told.Number == p.Number {
			return e.Index, told, nil
		}
	}
	return 0, told, models.NoSuch("proof")
}
