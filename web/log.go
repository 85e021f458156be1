package web

import (
	"crypto/sha256"
	"strings"

	"github.com/ospo-register/ospo/models"
	"github.com/ospo-register/ospo/proof"
	"github.com/ospo-register/ospo/store"
)

func (s *site) mountLog(r *routes) {
	r.get("/log", s.log)
	r.get("/log/checkpoint", s.logCheckpoint)
	r.get("/log/key", s.logKey)
	r.get("/log/growth", s.logGrowth)
	r.get("/log/entries/:index/proof", s.logEntryProof)
	r.get("/log/verify", s.askVerify)
	r.post("/log/verify", s.verify)
	r.get("/decisions/:id/proof", s.decisionProof)
}

// logPage says what the log is and shows its newest checkpoint and entries.
type logPage struct {
	Keyed      bool
	Checkpoint proof.Checkpoint
	Root       string
	Signed     string
	Keys       []string
	Size       int64
	Entries    []logEntry
	Differ     int // of them, that the register contradicts
	Older      string
	Newer      string
	Form       *form
}

// logEntry is an entry as a viewer may read it.
type logEntry struct {
	Index  int64
	Says   string // "" when the viewer may not see what it is about
	Leaf   string
	Path   string // of what it is about; ""
	Differ string // what of it is not what was logged; "" when nothing is
	Proved bool
}

// logSize is how many entries one page shows.
const logSize = 25

func (s *site) log(c *page) error {
	p := logPage{Keys: s.Register.LogKeys(), Form: newForm()}
	p.Keyed = len(p.Keys) > 0
	var err error
	if p.Size, err = s.Store.LogSize(c.ctx()); err != nil {
		return err
	}
	if p.Keyed {
		signed, err := s.Register.Checkpoint(c.ctx())
		if err != nil {
			return err
		}
		p.Signed = string(signed)
		if p.Checkpoint, err = proof.Claimed(signed); err != nil {
			return err
		}
		p.Root = p.Checkpoint.Root.String()
	}
	if err := s.logEntries(c, &p); err != nil {
		return err
	}
	return c.show(view{Name: "log", Title: "The public log", Crumbs: []crumb{{Name: "The public log"}}, Page: p})
}

// logEntries reads the part of the log that the address asks for: the newest first, unless it says from where.
func (s *site) logEntries(c *page, p *logPage) error {
	from := max(p.Size-logSize, 0)
	if c.query("from") != "" {
		from = min(max(c.queryID("from"), 0), max(p.Size-1, 0))
	}
	list, err := s.Store.LogEntries(c.ctx(), c.viewer, from, logSize)
	if err != nil {
		return err
	}
	differs, err := s.Register.LogDiffers(c.ctx(), from, from+int64(len(list)))
	if err != nil {
		return err
	}
	for _, l := range list {
		e := entryOf(&l, p.Keyed)
		if e.Differ = differs[l.Index]; e.Differ != "" {
			p.Differ++
		}
		p.Entries = append([]logEntry{e}, p.Entries...)
	}
	if from > 0 {
		p.Older = address("/log", "from", idText(max(from-logSize, 0)))
	}
	if next := from + int64(len(list)); next < p.Size {
		p.Newer = address("/log", "from", idText(next))
	}
	return nil
}

func entryOf(l *store.LogEntryRow, keyed bool) logEntry {
	e := logEntry{Index: l.Index, Leaf: hexText(l.Hash)}
	if l.Body == nil {
		return e
	}
	e.Proved = keyed
	if told, err := proof.ReadEntry(l.Body); err == nil {
		e.Says = told.Says()
		if l.DecisionID != nil {
			e.Path = casePath(*l.DecisionID)
		}
	}
	return e
}

// textFile sends a small text to keep.
func (c *page) textFile(name string, text []byte, err error) error {
	if err != nil {
		return err
	}
	return c.download(download{name, "text/plain; charset=utf-8", int64(len(text))}, strings.NewReader(string(text)))
}

func (s *site) logCheckpoint(c *page) error {
	text, err := s.Register.Checkpoint(c.ctx())
	return c.textFile("checkpoint.txt", text, err)
}

func (s *site) logKey(c *page) error {
	keys := s.Register.LogKeys()
	if len(keys) == 0 {
		return models.NoSuch("page")
	}
	return c.textFile("log-key.txt", []byte(strings.Join(keys, "\n")+"\n"), nil)
}

// logGrowth sends the proof that the log grew out of one of a size that somebody kept.
func (s *site) logGrowth(c *page) error {
	text, err := s.Register.ConsistencyProof(c.ctx(), c.queryID("old"), 0)
	return c.textFile("growth-from-"+idText(c.queryID("old"))+".txt", text, err)
}

func (s *site) logEntryProof(c *page) error {
	index, err := logIndex(c.g.Param("index"))
	if err != nil {
		return err
	}
	text, err := s.Register.InclusionProof(c.ctx(), c.viewer, index)
	return c.textFile("entry-"+idText(index)+".tlog-proof", text, err)
}

// logIndex reads the number of an entry, which begins at 0.
func logIndex(text string) (int64, error) {
	n := int64(0)
	for _, r := range text {
		if r < '0' || r > '9' || n > proof.MostEntries {
			return 0, models.NoSuch("page")
		}
		n = n*10 + int64(r-'0')
	}
	return n, nil
}

// proofPage is the proof of what was published of a decision, checked before the reader's eyes.
type proofPage struct {
	Row      *store.DecisionRow
	Path     string
	Number   int
	Digest   string
	Name     string
	Keys     []string
	Differs  bool // what is kept is not what was published
	Finding  *proof.Finding
	Proof    string // the file, to read
	Editions []editionView
}

func (s *site) decisionProof(c *page) error {
	id, err := c.id("id")
	if err != nil {
		return err
	}
	row, err := s.Store.Decision(c.ctx(), c.viewer, id)
	if err != nil {
		return err
	}
	told, err := s.Register.PublicDocument(c.ctx(), c.viewer, id, int(c.queryID("edition")))
	if models.IsKind(err, models.NotFound) {
		return models.Refuse(models.NotFound, "not-published", "Nothing of this decision is published yet, so that there is nothing to prove to the public.")
	}
	if err != nil {
		return err
	}
	list, err := s.Store.DecisionPublications(c.ctx(), id)
	if err != nil {
		return err
	}
	sum := sha256.Sum256(told.Document) // of what is sent to people, whatever the row says of it
	p := proofPage{Row: row, Path: casePath(id), Number: told.Number, Digest: hexText(sum[:]), Name: publishedName(row.Ref, told.Number), Keys: s.Register.LogKeys(), Editions: editionsOf(id, list)}
	holds, err := s.Register.PublicationHolds(c.ctx(), told)
	if err != nil {
		return err
	}
	p.Differs = !holds
	if len(p.Keys) > 0 {
		file, err := s.Register.PublicationProof(c.ctx(), c.viewer, id, told.Number)
		if err != nil {
			return err
		}
		p.Proof = string(file)
		if p.Finding, err = proof.VerifyInclusion(sum, file, p.Keys...); err != nil {
			return err
		}
	}
	return c.show(view{Name: "decision-proof", Title: "Proof of " + row.Ref, Nav: "/decisions", Page: p, Crumbs: []crumb{{"Decisions", "/decisions"}, {row.Ref, p.Path}, {Name: "Proof"}}})
}
