package web

import (
	"context"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/ospo-register/ospo/models"
	"github.com/ospo-register/ospo/store"
)

func (s *site) mountDeliveries(r *routes) {
	r.get("/deliveries", s.deliveries)
	r.get("/deliveries/:id", s.delivery)
	r.get("/deliveries/:id/progress", s.deliveryProgress)
	r.post("/deliveries/:id/cancel", s.cancelDelivery)
	r.post("/deliveries/:id/retry", s.retryDelivery)
}

// deliveriesPage lists documents handed in, those that came to nothing first.
type deliveriesPage struct {
	Form     *form
	Lost     []store.DeliveryRow // refused or given up, newest first; none when the list is narrowed
	List     []store.DeliveryRow
	Pager    pager
	States   []option
	Agencies agencyChoice
	Filtered bool
	MaySend  bool
}

// mostLost bounds the deliveries that the list names first because they came to nothing.
const mostLost = 5

func (s *site) deliveries(c *page) error {
	if err := c.needPerson("see documents handed in"); err != nil {
		return err
	}
	f := store.DeliveryFilter{State: models.DeliveryState(c.query("state")), AgencyID: c.queryID("agency"), Page: c.at()}
	p := deliveriesPage{Form: &form{Values: c.request().URL.Query()}, States: words(models.DeliveryStates), Filtered: f.State != "" || f.AgencyID != 0, MaySend: c.viewer.MaySomewhere(models.WriteSBOM)}
	var err error
	if p.Agencies, err = c.agencyChoice(models.ReadGovernment); err != nil {
		return err
	}
	list, err := s.Store.Deliveries(c.ctx(), c.viewer, f)
	if err != nil {
		return err
	}
	p.List, p.Pager = list.Items, pagerOf(c, list, "delivery", "deliveries")
	if !p.Filtered && f.After == "" {
		for _, state := range []models.DeliveryState{models.DeliveryFailed, models.DeliveryRefused} {
			lost, err := s.Store.Deliveries(c.ctx(), c.viewer, store.DeliveryFilter{State: state, Page: models.Page{Limit: mostLost}})
			if err != nil {
				return err
			}
			p.Lost = append(p.Lost, lost.Items...)
		}
	}
	return c.show(view{Name: "deliveries", Title: "Documents handed in", Crumbs: []crumb{{"Documents handed in", ""}}, Page: p})
}

// What names the document, and what it is for as far as that is known, on a line of a list.
func (deliveriesPage) What(d store.DeliveryRow) string { return deliveryName(&d) }

// For is the release that a delivery is for, or is meant for.
func (deliveriesPage) For(d store.DeliveryRow) string { return deliveryFor(&d) }

func deliveryName(d *store.DeliveryRow) string {
	return orElse(d.Filename, fmt.Sprintf("Document %d", d.ID))
}

func deliveryFor(d *store.DeliveryRow) string {
	if d.Asset != "" {
		return strings.TrimSpace(d.Asset + " " + d.Release)
	}
	return strings.TrimSpace(d.Target.Name + " " + d.Target.Number)
}

// deliveryPage says what became of one document handed in.
type deliveryPage struct {
	*store.DeliveryRow
	Name      string
	Words     string // the state in a sentence
	Percent   int
	Cure      string // what to do about a refusal or failure
	Facts     []fact
	Going     bool
	MayStop   bool
	MayRepeat bool
	LetGo     bool // the bytes are not kept any more
	History   history
}

func (s *site) delivery(c *page) error {
	d, err := c.openDelivery()
	if err != nil {
		return err
	}
	return s.showDelivery(c, d)
}

func (c *page) openDelivery() (*store.DeliveryRow, error) {
	id, err := c.id("id")
	if err != nil {
		return nil, err
	}
	return c.site.Store.Delivery(c.ctx(), c.viewer, id)
}

// lookAgain is how often a page that waits is opened anew by a browser without scripts, in seconds.
const lookAgain = 5

func (s *site) showDelivery(c *page, d *store.DeliveryRow) error {
	p := deliveryPage{DeliveryRow: d, Name: deliveryName(d), Words: deliveryWords(d), Percent: readPercent(d), Facts: c.deliveryFacts(d), Going: !d.State.Ended()}
	v := view{Name: "delivery", Title: shorten(p.Name, 80), Crumbs: []crumb{{"Documents handed in", "/deliveries"}, {shorten(p.Name, 60), ""}}}
	may := d.SentByID != nil && *d.SentByID == c.viewer.UserID || d.AgencyID != nil && c.viewer.May(models.WriteSBOM, *d.AgencyID)
	switch {
	case p.Going:
		p.MayStop, v.Again = may, lookAgain
	case d.State != models.DeliveryDone:
		kept, err := s.Store.HasDelivered(c.ctx(), d.ID)
		if err != nil {
			return err
		}
		p.MayRepeat, p.LetGo, p.Cure = may && kept, !kept, deliveryCure(d)
	}
	var err error
	if p.History, err = c.historyOf(models.EventFilter{Noun: "delivery", NounID: d.ID}); err != nil {
		return err
	}
	v.Page = p
	return c.show(v)
}

// deliveryWords says where a delivery stands.
func deliveryWords(d *store.DeliveryRow) string {
	switch d.State {
	case models.DeliveryWaiting:
		if d.Attempts > 0 {
			return "It waits to be read once more, after " + plural(d.Attempts, "try", "tries") + " of " + number(store.MaxTries) + "."
		}
		return "It waits for its turn to be read. You can leave this page; the reading goes on."
	case models.DeliveryReading:
		if d.BytesRead >= d.Bytes {
			return "It is read to its end; what it says is being kept."
		}
		return fileSize(d.BytesRead) + " of " + fileSize(d.Bytes) + " are read. You can leave this page; the reading goes on."
	case models.DeliveryDone:
		if d.Again {
			return "These bytes were in the register already. Nothing was changed."
		}
		return "It was read and is kept."
	case models.DeliveryRefused:
		return "It was not taken."
	case models.DeliveryFailed:
		return "The register could not read it and has given up for now."
	case models.DeliveryCancelled:
		return "Somebody stopped it before it was read."
	}
	return word(d.State)
}

// deliveryCure says what a sender does about a document that came to nothing.
func deliveryCure(d *store.DeliveryRow) string {
	switch {
	case d.State == models.DeliveryFailed:
		return "This is not the sender’s fault. Try again; if it fails again, tell the people who run this register."
	case d.State == models.DeliveryCancelled:
		return "Try again to have it read after all."
	case d.Code == "target-unknown" || d.Code == "invalid-input":
		return "Send it again from the page of its release, or say which software and release it is for."
	case strings.HasPrefix(d.Code, "not-allowed"):
		return "Ask a registrar of the agency to send it, then try again."
	}
	return "Mend the document and send the new file. Sending the same file again changes nothing."
}

// readPercent is how much of the document is read, in whole percent; 99 at most while it is not kept.
func readPercent(d *store.DeliveryRow) int {
	if d.State != models.DeliveryReading || d.Bytes == 0 {
		return 0
	}
	return min(int(100*d.BytesRead/d.Bytes), 99)
}

func (c *page) deliveryFacts(d *store.DeliveryRow) []fact {
	var facts []fact
	if d.State.Ended() { // while it is under way the page follows it in words
		state := makeTag(d.State)
		facts = []fact{{Term: "State", Tag: &state}}
	}
	switch {
	case d.ReleaseID != nil:
		facts = append(facts, fact{Term: "For", Text: deliveryFor(d), Path: releasePath(*d.ReleaseID)})
	case deliveryFor(d) != "":
		facts = append(facts, fact{Term: "For", Text: shorten(deliveryFor(d), 160)})
	default:
		facts = append(facts, fact{Term: "For", Text: "what the document itself describes"})
	}
	if d.AgencyID != nil {
		facts = append(facts, fact{Term: "Agency", Text: d.Agency, Path: agencyPath(*d.AgencyID)})
	}
	facts = append(facts, fact{Term: "Sent by", Text: d.Sender}, fact{Term: "Came by", Text: word(d.Door)}, fact{Term: "Arrived", Time: instant(d.CreatedAt)})
	if d.FinishedAt != nil {
		facts = append(facts, fact{Term: "Ended", Time: instant(d.FinishedAt)})
	}
	if d.Attempts > 1 {
		facts = append(facts, fact{Term: "Tries", Text: number(d.Attempts)})
	}
	return append(facts, fact{Term: "Size", Text: fileSize(d.Bytes)}, fact{Term: "SHA-256", Code: hex.EncodeToString(d.SHA256)})
}

func (s *site) cancelDelivery(c *page) error {
	return s.moveDelivery(c, s.Register.CancelDelivery, "The delivery is stopped.")
}

func (s *site) retryDelivery(c *page) error {
	return s.moveDelivery(c, s.Register.RetryDelivery, "The document will be read again.")
}

func (s *site) moveDelivery(c *page, move func(context.Context, models.Viewer, int64) (*store.DeliveryRow, error), said string) error {
	id, err := c.id("id")
	if err != nil {
		return err
	}
	if _, err := move(c.ctx(), c.viewer, id); err != nil {
		return err
	}
	return c.done(deliveryPath(id), said)
}

// How long one stream of progress lasts and how often it looks. A browser opens the next one by itself; streams that end
// by themselves neither hold up the end of the program nor gather.
const (
	streamLife = 15 * time.Second
	streamTick = time.Second
)

// deliveryProgress tells a script how far a delivery is: server-sent events of the kind "progress", until it has ended.
func (s *site) deliveryProgress(c *page) error {
	d, err := c.openDelivery()
	if err != nil {
		return err
	}
	return s.stream(c, d, func() (*store.DeliveryRow, error) { return c.site.Store.Delivery(c.ctx(), c.viewer, d.ID) })
}

// progress is what an event says.
type progress struct {
	Words   string `json:"words"`
	Percent int    `json:"percent"`
	Ended   bool   `json:"ended"`
}

func (s *site) stream(c *page, d *store.DeliveryRow, look func() (*store.DeliveryRow, error)) error {
	h := c.g.Writer.Header()
	h.Set("Content-Type", "text/event-stream")
	h.Set("Cache-Control", "no-store")
	h.Set("X-Accel-Buffering", "no")   // nginx keeps answers back otherwise
	h.Set("No-Gzip-Compression", "on") // as does our own compression
	c.sent = true
	c.g.Writer.WriteHeader(http.StatusOK)
	if c.g.Request.Method == http.MethodHead {
		return nil
	}
	end, tick := time.NewTimer(streamLife), time.NewTicker(streamTick)
	defer end.Stop()
	defer tick.Stop()
	for {
		said, err := json.Marshal(progress{deliveryWords(d), readPercent(d), d.State.Ended()})
		if err != nil {
			return err
		}
		if _, err := fmt.Fprintf(c.g.Writer, "retry: 1000\nevent: progress\ndata: %s\n\n", said); err != nil || d.State.Ended() {
			return nil // it has ended, or the reader has gone
		}
		c.g.Writer.Flush()
		select {
		case <-c.ctx().Done():
			return nil
		case <-end.C:
			return nil
		case <-tick.C:
		}
		if d, err = look(); err != nil {
			return err
		}
	}
}
