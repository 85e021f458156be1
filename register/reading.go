package register

import (
	"context"
	"errors"
	"io"
	"sync/atomic"
	"time"

	"github.com/ospo-register/ospo/models"
	"github.com/ospo-register/ospo/store"
)

// progressEvery is how often the reading of a delivery says how far it has come, and looks whether it was cancelled.
const progressEvery = 500 * time.Millisecond

// ReadDelivery reads a delivery that waits, and keeps its document. It does so once however often it is called, from
// whichever process: a delivery that has ended, or that another process is at work on, is left alone. A document that is
// refused ends the delivery with the reason; the error is nil then. Any other failure is the error: the delivery waits for the
// next try or, after the last of store.MaxTries, is given up with a reason that its owner sees.
func (r *Register) ReadDelivery(ctx context.Context, id int64, lim Limits) error {
	release, held, err := r.store.TryHoldDelivery(ctx, id)
	if err != nil || !held {
		return err
	}
	defer release()
	if begun, err := r.store.BeginReading(ctx, id, r.now()); err != nil || !begun {
		return err
	}
	row, err := r.store.Delivery(ctx, models.SystemViewer("the register"), id)
	if err != nil {
		return err
	}
	d := &row.Delivery
	err = r.readDelivery(ctx, d, lim)
	var ours *models.Error
	last := context.WithoutCancel(ctx)
	switch {
	case err == nil, errors.Is(err, errEnded):
		return nil
	case ctx.Err() != nil: // the program ends: somebody else goes on
		return errors.Join(err, r.store.PauseReading(last, id))
	case errors.As(err, &ours):
		return r.endDelivery(last, row, models.DeliveryRefused, ours.Code, ours.Detail)
	case d.Attempts >= store.MaxTries:
		return errors.Join(err, r.endDelivery(last, row, models.DeliveryFailed, "gave-up", "The register could not read the document, in several tries. The document is kept: try again, or ask the operator of the register, who finds the cause in the log under delivery "+idText(id)+"."))
	}
	return errors.Join(err, r.store.PauseReading(last, id))
}

// readDelivery reads the bytes of a delivery while it says how far it has come.
func (r *Register) readDelivery(ctx context.Context, d *models.Delivery, lim Limits) error {
	by, supplier, err := r.deliverer(ctx, d)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	packed, err := r.store.Delivered(ctx, d.ID)
	if err != nil {
		return err
	}
	defer packed.Close()
	body := &countedReader{ctx: ctx, src: packed}
	done := make(chan struct{})
	defer func() { <-done }()
	stop, stopped := context.WithCancel(ctx)
	defer stopped()
	go func(id int64) {
		defer close(done)
		r.report(stop, cancel, id, body)
	}(d.ID)
	_, err = r.take(ctx, by, d.Target, &parcel{filename: d.Filename, digest: d.SHA256, size: d.Bytes, body: body, delivery: d, supplier: supplier, insists: insists(d.Door)}, lim)
	if cause := context.Cause(ctx); errors.Is(cause, errEnded) {
		return errEnded
	}
	return err
}

// report notes progress until it is stopped; when the delivery was cancelled it ends the reading.
func (r *Register) report(ctx context.Context, cancel context.CancelCauseFunc, id int64, body *countedReader) {
	tick := time.NewTicker(progressEvery)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
			if going, err := r.store.ReportProgress(ctx, id, 0, body.read.Load()); err == nil && !going {
				cancel(errEnded)
				return
			}
		}
	}
}

// deliverer is who a delivery acts for: who sent it, with the rights they have now, or the maker of the link it came by.
func (r *Register) deliverer(ctx context.Context, d *models.Delivery) (by models.Viewer, supplier string, err error) {
	switch {
	case d.LinkID != nil:
		link, err := r.store.UploadLink(ctx, *d.LinkID)
		if err != nil {
			return by, "", err
		}
		return linkViewer(link), link.Supplier, nil
	case d.SentByID != nil:
		by, err = r.store.SenderViewer(ctx, *d.SentByID, d.TokenID, r.now())
		return by, "", err
	}
	return models.SystemViewer(d.Sender), "", nil
}

// endDelivery notes that nothing will come of a delivery, and why.
func (r *Register) endDelivery(ctx context.Context, row *store.DeliveryRow, state models.DeliveryState, code, reason string) error {
	return store.Write(ctx, r.store, func(tx *store.Tx) error {
		if err := tx.Hold(ctx, "deliveries", row.ID); err != nil {
			return err
		}
		now, err := tx.Delivery(ctx, models.SystemViewer("the register"), row.ID)
		if err != nil || now.State.Ended() {
			return err
		}
		d, at := now.Delivery, r.now().Truncate(time.Microsecond)
		d.State, d.Code, d.Reason, d.FinishedAt = state, code, reason, &at
		if err := tx.SaveDelivery(ctx, &d); err != nil {
			return err
		}
		by := models.Viewer{Name: d.Sender, UserID: value(d.SentByID), TokenID: value(d.TokenID)}
		return record(ctx, tx, by, event{action: "delivery." + string(state), noun: "delivery", id: d.ID, title: deliveryTitle(now), agency: value(d.AgencyID), asset: now.AssetID, from: models.VisibleAgency, to: models.VisibleAgency,
			after: map[string]any{"code": code, "reason": reason}})
	})
}

// patience is how long a delivery may seem untouched before it is looked after.
const patience = 15 * time.Second

// ResumeDeliveries looks after deliveries that a program left when it was killed: those that nobody is at work on are read
// again, or given up when they were tried too often. It reports how many.
func (r *Register) ResumeDeliveries(ctx context.Context) (int, error) {
	ids, err := r.store.Abandoned(ctx, r.now().Add(-patience))
	if err != nil {
		return 0, err
	}
	resumed := 0
	for _, id := range ids {
		release, free, err := r.store.TryHoldDelivery(ctx, id)
		if err != nil {
			return resumed, err
		}
		if !free {
			continue
		}
		if err := r.resume(ctx, id, release); err != nil {
			return resumed, err
		}
		resumed++
	}
	return resumed, nil
}

// resume takes up a delivery that is held, and lets go of it.
func (r *Register) resume(ctx context.Context, id int64, release func()) error {
	row, err := r.store.Delivery(ctx, models.SystemViewer("the register"), id)
	if err != nil || row.State.Ended() {
		release()
		return err
	}
	if row.Attempts >= store.MaxTries {
		defer release()
		return r.endDelivery(ctx, row, models.DeliveryFailed, "gave-up", "The register was stopped each time while it read the document. The document is kept: try again, or ask the operator of the register.")
	}
	release() // before its job is in the queue: whoever takes that finds the delivery free
	return store.Write(ctx, r.store, func(tx *store.Tx) error {
		_, err := tx.Queue(ctx, ReadDeliveryJob{id})
		return err
	})
}

// countedReader counts what was read, and ends when its context does.
type countedReader struct {
	ctx  context.Context //nolint:containedctx // a reader made for one delivery
	src  io.Reader
	read atomic.Int64
}

func (c *countedReader) Read(p []byte) (int, error) {
	if err := c.ctx.Err(); err != nil {
		return 0, context.Cause(c.ctx)
	}
	n, err := c.src.Read(p)
	c.read.Add(int64(n))
	return n, err
}
