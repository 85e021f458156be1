package register

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/ospo-register/ospo/models"
	"github.com/ospo-register/ospo/store"
)

// Handover is what a sender says with a document.
type Handover struct {
	Door     models.Door
	Target   models.Target
	Filename string
	Async    Async
}

// Async says whether the sender wants to wait.
type Async string

const (
	WhenLarge Async = ""       // small documents are read at once, large ones in the background
	Always    Async = "always" // RFC 7240 respond-async
	Never     Async = "never"  // every document is read at once: the sender is the command line, and waits
)

// Delivered is what a sender learns at once: the receipt of a document that was read, or the delivery that is waiting.
type Delivered struct {
	Receipt  *Receipt
	Delivery *store.DeliveryRow // nil for documents that were read at once
}

// atOnce is the size up to which a document is read while its sender waits, in bytes as sent.
const atOnce = 4 << 20

// Deliver takes a document in by any door. A small one is read at once, as by ReceiveSBOM. The bytes of a large one, and of
// every one that comes by a pipeline or a link, are kept before anything is read: such a delivery survives whatever happens,
// is read in the background (ReadDelivery), and can be followed, cancelled and tried again.
func (r *Register) Deliver(ctx context.Context, by models.Viewer, h Handover, body io.Reader, lim Limits) (*Delivered, error) {
	if err := r.mayDeliver(ctx, by, h.Target); err != nil {
		return nil, err
	}
	return r.deliver(ctx, by, h, body, lim, nil)
}

func (r *Register) deliver(ctx context.Context, by models.Viewer, h Handover, body io.Reader, lim Limits, link *store.UploadLinkRow) (*Delivered, error) {
	spool, err := r.spoolBody(body, lim)
	if err != nil {
		return nil, err
	}
	defer spool.close()
	p := spool.parcel(h.Filename)
	p.insists = insists(h.Door)
	now := p.size <= atOnce && h.Async == WhenLarge || h.Async == Never
	if now && h.Door != models.DoorPipeline && h.Door != models.DoorLink {
		receipt, err := r.take(ctx, by, h.Target, p, lim)
		return &Delivered{Receipt: receipt}, err
	}
	d, err := r.keepDelivery(ctx, by, h, p, link)
	if err != nil {
		return nil, err
	}
	row, err := r.store.Delivery(ctx, system(by), d.ID)
	return &Delivered{Delivery: row}, err
}

// insists reports whether who comes by a door means the document to be in force now. A folder that is imported once more, to go on
// where it was stopped, does not.
func insists(d models.Door) bool { return d != models.DoorImport }

// system lets the register read what it has just kept for somebody who may not be able to read it: a supplier.
func system(by models.Viewer) models.Viewer { return models.SystemViewer(by.Name) }

// ReadDeliveryJob asks for a delivery to be read; see ReadDelivery.
type ReadDeliveryJob struct {
	DeliveryID int64 `json:"deliveryId"`
}

// Kind names the job in the queue.
func (ReadDeliveryJob) Kind() string { return "read-delivery" }

// keepDelivery keeps the bytes and asks for them to be read.
func (r *Register) keepDelivery(ctx context.Context, by models.Viewer, h Handover, p *parcel, link *store.UploadLinkRow) (*models.Delivery, error) {
	d := &models.Delivery{Door: h.Door, Target: h.Target, Filename: fileName(h.Filename), SHA256: p.digest, Bytes: p.size, State: models.DeliveryWaiting,
		SentByID: optional(by.UserID), TokenID: optional(by.TokenID), Sender: by.Name, CreatedAt: r.now().Truncate(time.Microsecond)}
	if link != nil {
		d.LinkID = &link.ID
	}
	err := store.Write(ctx, r.store, func(tx *store.Tx) error {
		d.ID = 0
		title, asset, seen, err := deliveryFor(ctx, tx, by, d)
		if err != nil {
			return err
		}
		if err := tx.KeepDelivery(ctx, d, p.again()); err != nil {
			return err
		}
		job, err := tx.Queue(ctx, ReadDeliveryJob{d.ID})
		if err != nil {
			return err
		}
		d.JobID = &job
		if err := tx.SaveDelivery(ctx, d); err != nil {
			return err
		}
		return record(ctx, tx, by, event{action: "delivery.received", noun: "delivery", id: d.ID, title: title, agency: value(d.AgencyID), asset: asset, to: seen,
			after: map[string]any{"door": d.Door, "sha256": fmt.Sprintf("%x", d.SHA256), "bytes": d.Bytes, "filename": d.Filename}})
	})
	return d, err
}

// deliveryFor fills in whom a delivery concerns, as far as its target says, and gives what its event says of it.
func deliveryFor(ctx context.Context, tx *store.Tx, by models.Viewer, d *models.Delivery) (title string, asset int64, seen models.Visibility, err error) {
	title, seen = orElse(d.Target.Name, orElse(d.Filename, "a document")), models.VisibleAgency
	d.AgencyID = optional(d.Target.AgencyID)
	switch t := d.Target; {
	case t.ReleaseID != 0:
		release, a, err := sbomTarget(ctx, tx.Store, by, t.ReleaseID)
		if err != nil {
			return "", 0, "", err
		}
		d.ReleaseID, d.AgencyID = &release.ID, &a.StewardID
		return a.Title() + " " + release.Number, a.ID, narrower(a.Visibility, models.VisibleAgency), nil
	case t.AssetID != 0:
		a, err := targetAsset(ctx, tx.Store, by, t.AssetID)
		if err != nil {
			return "", 0, "", err
		}
		d.AgencyID = &a.StewardID
		return a.Title(), a.ID, seen, nil
	case t.AgencyID == 0:
		agency, _, err := targetAgency(ctx, tx.Store, by, t)
		if err != nil {
			return "", 0, "", err
		}
		d.AgencyID = optional(agency)
	}
	return title, 0, seen, nil
}

// finishDelivery notes that a delivery has become a document, in the transaction that keeps it. It writes an event, so that the
// delivery's history has its end; what became of the release is another.
func (r *Register) finishDelivery(ctx context.Context, tx *store.Tx, by models.Viewer, d *models.Delivery, release *models.Release, asset *models.Asset, sbom int64) error {
	if err := tx.Hold(ctx, "deliveries", d.ID); err != nil {
		return err
	}
	now, err := tx.Delivery(ctx, models.SystemViewer(d.Sender), d.ID)
	if err != nil {
		return err
	}
	if now.State.Ended() {
		return errEnded
	}
	at := r.now().Truncate(time.Microsecond)
	again := d.Again
	*d = now.Delivery
	d.State, d.SBOMID, d.ReleaseID, d.AgencyID, d.FinishedAt, d.Again, d.BytesRead = models.DeliveryDone, &sbom, &release.ID, &asset.StewardID, &at, again, d.Bytes
	if err := tx.DropDelivered(ctx, d.ID); err != nil {
		return err
	}
	if d.LinkID != nil {
		if err := tx.SpendUploadLink(ctx, *d.LinkID, at); err != nil {
			return err
		}
	}
	if err := tx.SaveDelivery(ctx, d); err != nil {
		return err
	}
	return record(ctx, tx, by, event{action: "delivery.done", noun: "delivery", id: d.ID, title: asset.Title() + " " + release.Number, agency: asset.StewardID, asset: asset.ID,
		from: models.VisibleAgency, to: narrower(asset.Visibility, models.VisibleAgency), after: map[string]any{"sbomId": sbom, "again": again}})
}

// errEnded says that a delivery was cancelled, or finished by somebody else, while it was being read.
var errEnded = errors.New("the delivery has ended")

// CancelDelivery stops a delivery that has not ended. Its bytes are kept for a while, so that it can be tried again.
func (r *Register) CancelDelivery(ctx context.Context, by models.Viewer, id int64) (*store.DeliveryRow, error) {
	return r.moveDelivery(ctx, by, id, models.DeliveryCancelled)
}

// RetryDelivery has a delivery that was refused, given up or cancelled read once more. Bytes that were let go of since
// (KeepUnreadDays) cannot be.
func (r *Register) RetryDelivery(ctx context.Context, by models.Viewer, id int64) (*store.DeliveryRow, error) {
	return r.moveDelivery(ctx, by, id, models.DeliveryWaiting)
}

func (r *Register) moveDelivery(ctx context.Context, by models.Viewer, id int64, to models.DeliveryState) (*store.DeliveryRow, error) {
	err := store.Write(ctx, r.store, func(tx *store.Tx) error {
		if err := tx.Hold(ctx, "deliveries", id); err != nil {
			return err
		}
		row, err := tx.Delivery(ctx, by, id)
		if err != nil {
			return err
		}
		d := &row.Delivery
		if d.SentByID == nil || *d.SentByID != by.UserID {
			if err := may(by, models.WriteSBOM, value(d.AgencyID), "decide about this agency's deliveries"); err != nil {
				return err
			}
		}
		before := d.State
		if err := r.turn(ctx, tx, by, d, to); err != nil {
			return err
		}
		if err := tx.SaveDelivery(ctx, d); err != nil {
			return err
		}
		action := map[models.DeliveryState]string{models.DeliveryCancelled: "delivery.cancelled", models.DeliveryWaiting: "delivery.retried"}[to]
		return record(ctx, tx, by, event{action: action, noun: "delivery", id: d.ID, title: deliveryTitle(row), agency: value(d.AgencyID), asset: row.AssetID, from: models.VisibleAgency, to: models.VisibleAgency,
			before: map[string]any{"state": before}, after: map[string]any{"state": d.State}})
	})
	if err != nil {
		return nil, err
	}
	return r.store.Delivery(ctx, by, id)
}

// turn moves a delivery to a state that a person may choose.
func (r *Register) turn(ctx context.Context, tx *store.Tx, by models.Viewer, d *models.Delivery, to models.DeliveryState) error {
	if to == models.DeliveryCancelled {
		if d.State.Ended() {
			return models.Refuse(models.Conflict, "delivery-ended", "This delivery has ended already; there is nothing to stop.")
		}
		at := r.now().Truncate(time.Microsecond)
		d.State, d.Code, d.Reason, d.FinishedAt = to, "cancelled", orElse(by.Name, "Somebody")+" stopped it.", &at
		return nil
	}
	if !d.State.Ended() || d.State == models.DeliveryDone {
		return models.Refuse(models.Conflict, "delivery-under-way", "This delivery is done or under way; there is nothing to try again.")
	}
	if kept, err := tx.HasDelivered(ctx, d.ID); err != nil {
		return err
	} else if !kept {
		return models.Refuse(models.Conflict, "delivery-let-go", fmt.Sprintf("The bytes of this delivery were let go of %d days after it ended. Send the document again.", KeepUnreadDays))
	}
	job, err := tx.Queue(ctx, ReadDeliveryJob{d.ID})
	if err != nil {
		return err
	}
	d.State, d.Code, d.Reason, d.FinishedAt, d.Attempts, d.JobID = to, "", "", nil, 0, &job
	return nil
}

func deliveryTitle(d *store.DeliveryRow) string {
	return orElse(orElse(d.Asset+" "+d.Release, d.Target.Name), orElse(d.Filename, "a document"))
}
