package register

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/ospo-register/ospo/importers/forge"
	"github.com/ospo-register/ospo/models"
	"github.com/ospo-register/ospo/store"
)

// The bounds of one reading.
const (
	mostPages        = 5_000
	mostForeign      = 200_000
	foreignBatch     = 500
	mostLineRemarks  = 20
	mostDescription  = 1 << 20 // bytes of one description as it is kept
	mostReadingLines = 2_000
)

// sourceReader reads one source. It keeps what it finds in batches, so that a long catalogue needs little memory.
type sourceReader struct {
	r      *Register
	source *store.SourceRow
	run    *models.Reading
	now    time.Time

	keys      map[string]bool // seen in this reading
	batch     []models.ForeignEntry
	lines     int
	pages     int
	found     int
	refused   int
	etag      string
	unchanged bool           // the source said so: nothing was read
	partial   bool           // what was read is not the whole source, so that nothing can be said to be gone
	broke     *forge.Problem // why something could not be read: what is wrong with the notation before what follows from it; nil when all could
	syntax    bool           // broke says what is wrong with the notation
	count     store.ForeignCounts
}

func (r *Register) newSourceReader(source *store.SourceRow, run *models.Reading) *sourceReader {
	return &sourceReader{r: r, source: source, run: run, now: r.now().Truncate(time.Microsecond), keys: map[string]bool{}}
}

func (c *sourceReader) counts(run *models.Reading) {
	run.Pages, run.Found, run.Refused = c.pages, c.found, c.refused
	run.Added, run.Changed, run.Unchanged = c.count.Added, c.count.Changed, c.count.Unchanged
}

// ask reads the source over the network, page by page.
func (c *sourceReader) ask(ctx context.Context) error {
	if c.source.Kind == models.PublicCodeList {
		return c.askList(ctx)
	}
	address, asked := firstPage(c.source), map[string]bool{}
	for address != "" {
		if asked[address] || c.pages >= mostPages {
			c.partial = true
			return c.line(ctx, address, 0, &forge.Problem{Outcome: models.VisitFailed, Detail: "The pages lead in circles or have no end.", Cure: "Tell whoever runs the catalogue."}, nil)
		}
		asked[address] = true
		answer, err := c.fetch(ctx, address)
		if err != nil || answer == nil {
			return err
		}
		next, err := c.page(ctx, answer.Body, answer.Header.Get("Content-Type"), answer.URL, address)
		if err != nil {
			return err
		}
		if stop, err := c.cancelled(ctx); stop || err != nil {
			return err
		}
		address = next
	}
	if err := c.flush(ctx); err != nil {
		return err
	}
	return c.unreadable()
}

func (c *sourceReader) cancelled(ctx context.Context) (bool, error) {
	row, err := c.r.store.Reading(ctx, c.run.ID)
	return err == nil && row.EndedAt != nil, err
}

// accept names what each kind of source is asked for.
var accept = map[models.SourceKind]string{
	models.DCATSource: "text/turtle, application/ld+json;q=0.9, application/rdf+xml;q=0.8, application/json;q=0.5, */*;q=0.1",
}

// fetch asks one address; nil without an error when the source says that nothing has changed.
func (c *sourceReader) fetch(ctx context.Context, address string) (*forge.Answer, error) {
	ask := forge.Ask{URL: address, Header: http.Header{"Accept": {orElse(accept[c.source.Kind], "application/json, text/plain;q=0.9, */*;q=0.1")}}, Most: 64 << 20, Time: 2 * time.Minute}
	if c.pages == 0 && c.run.Mode == models.ReadingKeeps {
		ask.ETag = c.source.ETag
	}
	answer, err := c.r.harvesting.Client.Fetch(ctx, ask)
	if err != nil {
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		p := forge.AsProblem(err)
		if err := c.line(ctx, address, 0, p, nil); err != nil {
			return nil, err
		}
		if err := c.flush(ctx); err != nil {
			return nil, err
		}
		return nil, p
	}
	if answer.Unchanged {
		c.unchanged = true
		return nil, c.line(ctx, address, 0, &forge.Problem{Outcome: models.VisitUnchanged, Detail: "The catalogue says that nothing has changed."}, nil)
	}
	if c.pages == 0 {
		c.etag = answer.ETag
	}
	return answer, nil
}

// firstPage is where a source is asked. An Open Catalog API is given by the address of the interface or of its list of software.
func firstPage(s *store.SourceRow) string {
	if s.Kind != models.OpenCatalogSource {
		return s.URL
	}
	u, err := url.Parse(s.URL)
	if err != nil {
		return s.URL
	}
	if !strings.HasSuffix(strings.TrimRight(u.Path, "/"), "/software") {
		u.Path = strings.TrimRight(u.Path, "/") + "/software"
	}
	q := u.Query()
	if q.Get("page[size]") == "" {
		q.Set("page[size]", "100")
		u.RawQuery = q.Encode()
	}
	return u.String()
}

// nextPage resolves the address of a next page. It stays on the host, and keeps what the first page was asked for.
func (c *sourceReader) nextPage(next, at string) (string, *forge.Problem) {
	elsewhere := &forge.Problem{Outcome: models.VisitBlocked, URL: next, Detail: "The next page is said to be on another host, or nowhere; it was not asked for.", Cure: "Tell whoever runs the catalogue."}
	base, err := url.Parse(at)
	if err != nil {
		return "", elsewhere
	}
	u, err := base.Parse(next)
	if err != nil || !strings.EqualFold(u.Host, base.Host) {
		return "", elsewhere
	}
	had, has := base.Query(), u.Query()
	for k, v := range had {
		if _, there := has[k]; !there && c.source.Kind == models.OpenCatalogSource && k != "page[after]" && k != "page[before]" {
			has[k] = v
			u.RawQuery = has.Encode()
		}
	}
	return u.String(), nil
}

// line adds to the log of the reading. A problem of nil means that an address was read.
func (c *sourceReader) line(ctx context.Context, address string, entries int, p *forge.Problem, remarks []models.Remark) error {
	if c.lines++; c.lines > mostReadingLines {
		return nil
	}
	l := &models.ReadingLine{ReadingID: c.run.ID, URL: printable([]byte(address)), Outcome: models.VisitRead, Entries: entries, Remarks: remarks[:min(len(remarks), mostLineRemarks)], At: c.r.now().Truncate(time.Microsecond)}
	if p != nil {
		l.Outcome, l.Detail, l.Cure = p.Outcome, p.Detail, p.Cure
	}
	return store.Write(ctx, c.r.store, func(tx *store.Tx) error {
		l.ID = 0
		return tx.AddReadingLine(ctx, l)
	})
}

// entry takes one description. What says the same twice is one entry.
func (c *sourceReader) entry(ctx context.Context, key string, d models.Description, valid bool, remarks int) error {
	c.found++
	kept, err := json.Marshal(d)
	if err != nil {
		return err
	}
	if len(kept) > mostDescription || len(c.keys) >= mostForeign {
		c.refused++
		return nil
	}
	sum := sha256.Sum256(kept)
	e := models.ForeignEntry{Key: shortKey(key), URL: d.URL, Name: orElse(tidy(d.Name), orElse(d.URL, "Without a name")), Description: d, Digest: sum[:], Valid: valid, Remarks: remarks}
	if canonical, err := models.CanonicalURL(d.URL); err == nil {
		e.Canonical = canonical
	}
	for n := 2; c.keys[e.Key]; n++ {
		e.Key = shortKey(fmt.Sprintf("%s #%d", key, n))
	}
	c.keys[e.Key] = true
	if c.batch = append(c.batch, e); len(c.batch) >= foreignBatch {
		return c.flush(ctx)
	}
	return nil
}

// foreignKey is the identity of software that a source lists without giving it one: where its code is, and its name, since some list many under one address.
func foreignKey(d *models.Description) string {
	address := d.URL
	if canonical, err := models.CanonicalURL(d.URL); err == nil {
		address = canonical
	}
	return strings.TrimSpace(address + " " + strings.ToLower(tidy(d.Name)))
}

// addressKey is the identity of software by where its description was found.
func addressKey(address string) string {
	if canonical, err := models.CanonicalURL(address); err == nil {
		return canonical
	}
	return address
}

// shortKey is a key that an index can hold.
func shortKey(key string) string {
	key = printable([]byte(key))
	if len(key) <= 500 {
		return key
	}
	sum := sha256.Sum256([]byte(key))
	return "sha256:" + hex.EncodeToString(sum[:])
}

// flush keeps what was gathered, or says what keeping it would do.
func (c *sourceReader) flush(ctx context.Context) error {
	if len(c.batch) == 0 {
		return nil
	}
	var n store.ForeignCounts
	var err error
	if c.run.Mode == models.ReadingRehearsed {
		n, err = c.r.store.CompareForeign(ctx, c.source.ID, c.batch)
	} else {
		err = store.Write(ctx, c.r.store, func(tx *store.Tx) error {
			n, err = tx.KeepForeign(ctx, c.source.ID, c.batch, c.now)
			return err
		})
	}
	if err != nil {
		return err
	}
	c.count.Added, c.count.Changed, c.count.Unchanged = c.count.Added+n.Added, c.count.Changed+n.Changed, c.count.Unchanged+n.Unchanged
	c.batch = c.batch[:0]
	return nil
}

// settle says what is gone, at the end of a whole reading.
func (c *sourceReader) settle(ctx context.Context, tx *store.Tx, run *models.Reading, now time.Time) error {
	switch {
	case c.unchanged:
		run.Outcome, run.Detail = models.VisitUnchanged, "The catalogue says that nothing has changed."
		return nil
	case len(c.keys) == 0:
		run.Outcome, run.Detail, run.Cure = models.VisitUndescribed, "No software was found in it.", "Check the address and the kind of the source."
		if run.Filename != "" {
			run.Cure = "Look whether it is the right file: it can be read, and lists no software. For this source it is " + kindNames[c.source.Kind] + "."
		}
		return nil
	case c.partial:
		run.Detail = "Not all of it could be read: entries that were not met are kept as they were."
		if c.broke != nil {
			run.Detail, run.Cure = "Not all of it could be read. "+c.broke.Detail+" Entries that were not met are kept as they were.", c.broke.Cure
		}
		return nil
	}
	keys := make([]string, 0, len(c.keys))
	for k := range c.keys {
		keys = append(keys, k)
	}
	var err error
	if run.Mode == models.ReadingRehearsed {
		run.Gone, err = tx.ForeignGone(ctx, c.source.ID, keys)
	} else {
		run.Gone, err = tx.NoteForeignGone(ctx, c.source.ID, keys, c.source.ReadAt, now)
	}
	return err
}

// noteSource keeps on the source how it went, and when it is asked again.
func (c *sourceReader) noteSource(ctx context.Context, tx *store.Tx, run *models.Reading, p *forge.Problem, now time.Time) error {
	if err := tx.Hold(ctx, "sources", c.source.ID); err != nil {
		return err
	}
	row, err := tx.Source(ctx, c.source.ID)
	if err != nil {
		return err
	}
	s := &row.Source
	s.AskedAt, s.Outcome, s.Detail = &now, run.Outcome, run.Detail
	next := now.Add(time.Duration(s.EveryHours) * time.Hour)
	switch {
	case p != nil && run.Filename != "":
		return nil // a file that cannot be read says nothing of the source
	case p != nil:
		s.Failures++
		next = now.Add(max(p.RetryAfter, forge.Backoff(s.Failures)))
	case c.partial || run.Outcome == models.VisitUndescribed:
		s.Failures, s.ETag = 0, ""
	default:
		s.Failures, s.ReadAt = 0, &now
		if c.pages == 1 && run.Filename == "" && c.source.Kind != models.PublicCodeList {
			s.ETag = c.etag
		} else if !c.unchanged {
			s.ETag = ""
		}
	}
	s.NextAt = &next
	return tx.NoteSource(ctx, s)
}
