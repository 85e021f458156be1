// Package register says what may be done: one exported method of Register is one journey, which is one transaction and
// one event of the audit trail. It reads through store, judges through models, licenses and policy, and is the only
// package that writes.
//
// It knows no HTTP, no JSON shapes and no SQL. Start with register.go, then the plural file of the noun.
package register

import (
	"context"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/sync/semaphore"

	"github.com/ospo-register/ospo/exporters/opendata"
	"github.com/ospo-register/ospo/models"
	"github.com/ospo-register/ospo/store"
)

// Register acts on the register. It is safe for concurrent use.
type Register struct {
	store     *store.Store
	now       func() time.Time
	pieces    *pieces             // memory for documents as sent
	admission *admission          // room for documents being read
	writers   chan struct{}       // room for documents being written for others
	arriving  *semaphore.Weighted // room for the bytes of documents to be checked only, from when they arrive
	checks    chan struct{}       // room for those of them that are being read
	drawn     *drawings
	lists     *atomic.Pointer[readLicenseList] // the licence list in force, when it is not the one built in
	logKeys   *logKeys                         // signs the log; nil when there is no key
	laws      *sync.Map                        // versions of regimes made ready, by their number: *law
	filing    AttachmentRules

	contracting OpenContracting
	open        *opened
	harvesting  Harvesting
	hooks       Webhooks
}

// New makes a Register on a store whose schema is up to date.
func New(s *store.Store) *Register {
	return &Register{store: s, now: func() time.Time { return time.Now().UTC() }, pieces: &pieces{most: allPieces}, admission: newAdmission(), writers: make(chan struct{}, mostWriters), arriving: semaphore.NewWeighted(mostArriving), checks: make(chan struct{}, mostChecks), drawn: &drawings{}, lists: &atomic.Pointer[readLicenseList]{}, laws: &sync.Map{}, open: &opened{last: map[opendata.Format]*Dump{}}}
}

// At is the same register with its clock stopped at a moment, for what was stated earlier than today. Dates that follow
// from “now”, such as the day of an attestation, are those of the moment; the audit trail keeps the time of the writing.
func (r *Register) At(moment time.Time) *Register {
	earlier := *r
	earlier.now = moment.UTC
	return &earlier
}

// UseIndex has “who runs it?” answered from memory from now on. Until it returns, and whenever the index cannot answer, SQL
// does, with the same answer.
func (r *Register) UseIndex(ctx context.Context) error {
	return r.store.UseIndex(ctx)
}

type requestKey struct{}

// WithRequest marks everything done in ctx with the id of the request, for the audit trail.
func WithRequest(ctx context.Context, id string) context.Context {
	return context.WithValue(ctx, requestKey{}, id)
}

// Request gives the id that WithRequest set, or "".
func Request(ctx context.Context) string {
	id, _ := ctx.Value(requestKey{}).(string)
	return id
}

// may refuses what the viewer may not do for the agency. what completes the sentence "You may not …".
func may(by models.Viewer, a models.Action, agency int64, what string) error {
	switch {
	case by.May(a, agency):
		return nil
	case !by.SignedIn():
		return models.Refuse(models.Unauthenticated, "sign-in-first", "Sign in, or send an API token, to "+what+".")
	}
	whom := "a registrar of the agency concerned, or the open source programme office"
	switch a {
	case models.ManageUsers:
		whom = "an administrator of the register"
	case models.WritePolicy, models.ConcludeLicense, models.GrantExemption, models.WriteRegime:
		whom = "counsel of the agency concerned, or the open source programme office"
	case models.ActivateRegime:
		whom = "counsel of the agency concerned; for all of government, of the agency above all others"
	}
	return models.Refuse(models.Forbidden, "not-allowed", "You may not "+what+". Ask "+whom+".")
}

// event is what a journey says of itself; record completes it and writes it.
type event struct {
	action        string
	noun          string
	id            int64
	title         string
	agency, asset int64
	from, to      models.Visibility
	before, after any
}

// record writes the journey's one event. It is the last step of every transaction; recordLeaf is, where a decision changes.
func record(ctx context.Context, tx *store.Tx, by models.Viewer, e event) error {
	_, err := recordEvent(ctx, tx, by, e)
	return err
}

func recordEvent(ctx context.Context, tx *store.Tx, by models.Viewer, e event) (id int64, err error) {
	before, after, err := difference(e.before, e.after)
	if err != nil {
		return 0, err
	}
	row := &models.Event{Action: e.action, ActorName: by.Name, RequestID: Request(ctx), Noun: e.noun, NounID: e.id, Title: e.title,
		AgencyID: optional(e.agency), AssetID: optional(e.asset), ActorID: optional(by.UserID), TokenID: optional(by.TokenID),
		SeenFrom: e.from, SeenTo: e.to, Before: before, After: after}
	if err := tx.Record(ctx, row); err != nil {
		return 0, err
	}
	return row.ID, nil
}

func optional(id int64) *int64 {
	if id == 0 {
		return nil
	}
	return &id
}

// unchanged reports whether a write is based on the state the caller has read. A version of 0 asks for no check.
func unchanged(have, based int64) error {
	if based != 0 && based != have {
		return store.ErrChanged()
	}
	return nil
}

// narrower is the visibility that fewer people have.
func narrower(a, b models.Visibility) models.Visibility {
	for _, v := range []models.Visibility{models.VisibleAgency, models.VisibleGovernment} {
		if a == v || b == v {
			return v
		}
	}
	return models.VisiblePublic
}
