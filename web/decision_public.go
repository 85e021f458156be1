package web

import (
	"bytes"
	"encoding/json"
	"slices"
	"strings"
	"time"

	"github.com/ospo-register/ospo/models"
	"github.com/ospo-register/ospo/store"
)

func (s *site) mountPublished(r *routes) {
	r.get("/decisions/:id/public", s.showPublic)
	r.get("/decisions/:id/public/:number/json", s.publishedDocument)
	r.get("/decisions/:id/public/:number/proof", s.publishedProof)
	r.get("/decisions/:id/document", s.decisionDocument)
	r.get("/decisions/:id/document.pdf", s.decisionPDF)
}

// publicPage is a decision as the public is told of it.
type publicPage struct {
	*toldDecision
	Editions  []editionView
	Number    int // of the edition that is shown
	Newest    int
	Keyed     bool // the register has a key, so that there are proofs
	PDF       bool
	Case      bool // the viewer sees the dossier
	Suggested []models.Suggestion
	Differs   bool // what is kept is not what was published
}

// editionView is one document that was published, with what it says otherwise than the one before.
type editionView struct {
	Number  int
	At      time.Time
	Note    string
	Digest  string
	Path    string
	Shown   bool
	Changed []string
}

// publicParts are the members of the document in words, in the order in which people read them.
var publicParts = []struct{ key, words string }{{"withheld", "what is withheld as a whole"}, {"summary", "summary"}, {"title", "title"}, {"state", "where it stands"}, {"choice", "choice"}, {"justification", "justification"}, {"impossibility", "record of impossibility"},
	{"exemption", "exemption"}, {"need", "need"}, {"scan", "market scan"}, {"rungs", "candidates"}, {"mitigations", "mitigations"}, {"opinion", "opinion"}, {"procedure", "procedural review"}, {"approvals", "approvals"}, {"notices", "notices"},
	{"standstillEndsOn", "standstill"}, {"procurement", "procurement"}, {"challenges", "challenges"}, {"contract", "contract"}, {"release", "release of the code"}, {"remediation", "remedy"}, {"reviewOn", "day of the review"}, {"review", "review"},
	{"closedAt", "end"}, {"attachments", "files"}, {"withheldParts", "what is withheld"}, {"rules", "results of the rules"}, {"steps", "steps taken"}, {"related", "related cases"}}

// editionsOf lists what was published, newest first.
func editionsOf(id int64, list []models.DecisionPublication) []editionView {
	editions := make([]editionView, len(list))
	members := map[string]json.RawMessage{}
	for i, p := range slices.Backward(list) {
		e := editionView{Number: p.Number, At: p.At, Note: p.Note, Digest: hexText(p.Digest), Path: address(casePath(id)+"/public", "edition", idText(int64(p.Number)))}
		now := map[string]json.RawMessage{}
		_ = json.Unmarshal(p.Document, &now) // documents are written by the register; of another notation nothing is compared
		if i < len(list)-1 {
			for _, part := range publicParts {
				if !bytes.Equal(now[part.key], members[part.key]) {
					e.Changed = append(e.Changed, part.words)
				}
			}
		}
		members, editions[i] = now, e
	}
	return editions
}

// showPublic shows what the public is told, to anybody who may see the decision; for who works on it also before it is published.
func (s *site) showPublic(c *page) error {
	id, err := c.id("id")
	if err != nil {
		return err
	}
	row, err := s.Store.Decision(c.ctx(), c.viewer, id)
	if err != nil {
		return err
	}
	return s.decisionPublic(c, row)
}

// decisionPublic is the public page of a decision.
func (s *site) decisionPublic(c *page, row *store.DecisionRow) error {
	p, err := s.publicOf(c, row, int(c.queryID("edition")))
	if err != nil {
		return err
	}
	crumbs := []crumb{{"Decisions", "/decisions"}, {Name: row.Ref}}
	if row.Full {
		crumbs = []crumb{{"Decisions", "/decisions"}, {row.Ref, casePath(row.ID)}, {Name: "What the public is told"}}
	}
	return c.show(view{Name: "decision-public", Title: shorten(orElse(p.Document.Title, row.Ref), 120), Nav: "/decisions", Crumbs: crumbs, Page: p})
}

// publicOf reads an edition of what was published (0: the newest), or makes a preview of what would be.
func (s *site) publicOf(c *page, row *store.DecisionRow, edition int) (*publicPage, error) {
	list, err := s.Store.DecisionPublications(c.ctx(), row.ID)
	if err != nil {
		return nil, err
	}
	p := &publicPage{Editions: editionsOf(row.ID, list), Keyed: len(s.Register.LogKeys()) > 0, PDF: s.Printer != nil, Case: row.Full}
	if len(list) == 0 || edition < 0 {
		text, err := s.Register.PreviewPublication(c.ctx(), c.viewer, row.ID)
		if err != nil {
			return nil, err
		}
		if p.toldDecision, err = s.told(c, row, text); err != nil {
			return nil, err
		}
		p.Preview = true
		return p, nil
	}
	at := slices.IndexFunc(list, func(d models.DecisionPublication) bool { return edition == 0 || d.Number == edition })
	if at < 0 {
		return nil, models.NoSuch("publication")
	}
	if p.toldDecision, err = s.told(c, row, list[at].Document); err != nil {
		return nil, err
	}
	p.Number, p.Newest, p.Digest = list[at].Number, list[0].Number, hexText(list[at].Digest)
	if p.Suggested, err = s.Store.Suggestions(c.ctx(), row); err != nil {
		return nil, err
	}
	p.Editions[at].Shown = true
	holds, err := s.Register.PublicationHolds(c.ctx(), &list[at])
	p.Differs = !holds
	return p, err
}

// File is the address of the document, as bytes.
func (p *publicPage) File() string { return p.Path + "/public/" + idText(int64(p.Number)) + "/json" }

// Former reports whether a newer edition has taken the place of the one that is shown.
func (p *publicPage) Former() bool { return !p.Preview && p.Number < p.Newest }

// FileName is how the document is called when it is kept.
func (p *publicPage) FileName() string { return publishedName(p.Ref, p.Number) + ".json" }

func publishedName(ref string, number int) string {
	return ref + "-edition-" + idText(int64(number))
}

// Suggests reports whether software may be suggested for the case.
func (p *publicPage) Suggests() bool { return !p.Preview && p.Row.TakesSuggestions() }

// edition is the publication that the address names.
func (s *site) edition(c *page) (*store.DecisionRow, *models.DecisionPublication, error) {
	id, err := c.id("id")
	if err != nil {
		return nil, nil, err
	}
	n, err := c.id("number")
	if err != nil {
		return nil, nil, err
	}
	row, err := s.Store.Decision(c.ctx(), c.viewer, id)
	if err != nil {
		return nil, nil, err
	}
	p, err := s.Register.PublicDocument(c.ctx(), c.viewer, id, int(n))
	return row, p, err
}

// publishedDocument sends a document as it was published, byte for byte.
func (s *site) publishedDocument(c *page) error {
	row, p, err := s.edition(c)
	if err != nil {
		return err
	}
	return c.download(download{publishedName(row.Ref, p.Number) + ".json", "application/json", int64(len(p.Document))}, bytes.NewReader(p.Document))
}

// publishedProof sends the proof that a document is in the log.
func (s *site) publishedProof(c *page) error {
	row, p, err := s.edition(c)
	if err != nil {
		return err
	}
	file, err := s.Register.PublicationProof(c.ctx(), c.viewer, row.ID, p.Number)
	if err != nil {
		return err
	}
	return c.download(download{publishedName(row.Ref, p.Number) + ".tlog-proof", "text/plain; charset=utf-8", int64(len(file))}, strings.NewReader(string(file)))
}
