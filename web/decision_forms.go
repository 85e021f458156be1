package web

import (
	"encoding/json"
	"reflect"
	"slices"
	"strings"

	"github.com/ospo-register/ospo/models"
	"github.com/ospo-register/ospo/policy"
	"github.com/ospo-register/ospo/store"
)

// mountDecisionParts registers a page for each kind of part: it is asked for, and shown to who may not write it.
func (s *site) mountDecisionParts(r *routes) {
	for _, kind := range models.Parts {
		path := "/decisions/:id/" + string(kind.Name)
		if kind.Name == models.PartScores { // the evaluator's sheet has a page of its own
			continue
		}
		if kind.Keying != models.KeyCandidate || kind.Name == models.PartCandidate {
			r.get(path, s.showPartOf(kind))
			r.post(path, s.filePartOf(kind))
		}
		if kind.Keying == models.KeyCandidate {
			r.get(path+"/:key", s.showPartOf(kind))
			r.post(path+"/:key", s.filePartOf(kind))
		}
	}
	r.post("/decisions/:id/searches", s.searchForCase)
	r.post("/decisions/:id/license-snapshots", s.snapshotForCase)
}

// partPage asks for a part of a dossier, or shows it.
type partPage struct {
	*caseHead
	Form      *form
	Heading   string
	Tag       tag
	Subject   string // the candidate it is about
	Key       string
	KeyField  *field // asks for the short name of a new candidate
	Words     *policy.StepWords
	Stamp     *models.DecisionPart
	Digest    string
	Why       string // it cannot be written by this person, or not now
	Action    string
	Questions []question
	Wide      bool
	MayShow   bool // the form has a grid that follows from an answer
	Links     []crumb
	Files     []option
	Snapshot  bool // facts can be taken from the register
	Search    *form
	Sources   []option
	Origins   []option
	Opens     []option // whether the licence makes it open source
	Places    []option
	Searched  []models.Search
}

// partForm is a part that is asked for or filed.
type partForm struct {
	head *caseHead
	kind models.Part
	key  string
	form *form
}

func (c *page) partForm(kind models.Part, f *form) (*partForm, error) {
	h, err := c.openCase()
	if err != nil {
		return nil, err
	}
	p := &partForm{head: h, kind: kind, key: c.g.Param("key"), form: f}
	if kind.Keying == models.KeyPerson {
		p.key = idText(c.viewer.UserID)
	}
	if kind.Keying == models.KeyCandidate && p.key != "" && h.Dossier.Candidate(p.key) == nil {
		return nil, models.NoSuch("candidate")
	}
	return p, nil
}

func (s *site) showPartOf(kind models.Part) handler {
	return func(c *page) error {
		p, err := c.partForm(kind, newForm())
		if err != nil {
			return err
		}
		if err := p.start(); err != nil {
			return err
		}
		return s.showPart(c, p, nil)
	}
}

// filed finds the part as it is on file; nil when it is not.
func (p *partForm) filed() *models.DecisionPart {
	for i := range p.head.Parts {
		if one := &p.head.Parts[i]; one.Part == p.kind.Name && one.Key == p.key && (p.key != "" || p.kind.Keying == models.KeyNone) {
			return one
		}
	}
	return nil
}

// start fills the form with what is on file, or with what is known before.
func (p *partForm) start() error {
	content := p.content()
	if on := p.filed(); on != nil {
		if err := json.Unmarshal(on.Content, content); err != nil {
			return err
		}
	} else {
		p.suggest(content)
	}
	p.form.answer(reflect.ValueOf(content).Elem(), "")
	if p.filed() == nil { // nobody has said 0
		for name := range p.form.Values {
			if p.form.get(name) == "0" && !strings.HasSuffix(name, countSuffix) {
				p.form.set(name, "")
			}
		}
	}
	p.form.set("version", idText(p.head.Row.Version))
	return nil
}

// content is the empty part.
func (p *partForm) content() models.PartContent {
	content, _ := p.kind.Read([]byte("{}")) // what is empty is refused, and given all the same
	return content
}

// path is where the part is asked for and sent.
func (p *partForm) path() string {
	path := p.head.Path + "/" + string(p.kind.Name)
	if p.kind.Keying == models.KeyCandidate && p.key != "" {
		path += "/" + p.key
	}
	return path
}

// showPart shows the form. searched is a search that was refused, on the page of the market scan.
func (s *site) showPart(c *page, p *partForm, searched *form) error {
	h := p.head
	files, err := s.caseFiles(c, h.Row.ID)
	if err != nil {
		return err
	}
	lists, err := s.caseLists(c, h, files)
	if err != nil {
		return err
	}
	a := &asker{form: p.form, path: p.path(), lists: lists, rows: h.givenRows}
	v := partPage{caseHead: h, Form: p.form, Heading: p.kind.Title, Key: p.key, Stamp: p.filed(), Action: p.path(), Files: files, Wide: slices.Contains([]models.PartName{models.PartNeed, models.PartCost, models.PartCandidate, models.PartKnockouts}, p.kind.Name)}
	v.Questions = a.ask(reflect.TypeOf(p.content()).Elem(), "")
	p.place(a)
	if p.form.Problem != nil { // the mistakes stand at other questions now
		a.names = nil
		v.Questions = a.ask(reflect.TypeOf(p.content()).Elem(), "")
	}
	if v.Stamp != nil {
		v.Digest = hexText(v.Stamp.Digest)
	}
	v.Words = h.words(stepOfPart(p.kind.Name))
	v.Why = p.why(c.viewer)
	p.about(&v)
	if p.kind.Name == models.PartScan {
		s.showSearch(&v, searched)
	}
	return c.show(view{Name: "decision-part", Title: v.Heading + ", " + h.Row.Ref, Nav: "/decisions", Crumbs: h.crumbs(crumb{Name: v.Heading}), Form: p.shown(searched), Page: v})
}

// shown is the form that the page was refused for.
func (p *partForm) shown(searched *form) *form {
	if searched != nil {
		return searched
	}
	return p.form
}

// about adds what only some parts have.
func (p *partForm) about(v *partPage) {
	h := p.head
	if p.kind.Keying == models.KeyCandidate {
		if f := h.Dossier.Candidate(p.key); f != nil {
			v.Subject = f.Title()
			v.Snapshot = p.kind.Name == models.PartLicense && f.Value.AssetID != nil && v.Why == ""
			v.Links = candidateLinks(h, p.key, p.kind.Name)
		} else if p.kind.Name == models.PartCandidate {
			v.Heading = "A new candidate"
			v.KeyField = &field{Name: "key", ID: "f-key", Label: "Short name in this case", Hint: "Small letters, digits and hyphens, as nextcloud-community. Left out, it is made of the name.", Value: p.form.get("key"), Mistake: p.form.mistake("key"), Type: "text", Width: "10", Optional: true}
		}
	}
	v.MayShow = p.kind.Name == models.PartCost
}

// candidateLinks lead to what else is asked about a candidate.
func candidateLinks(h *caseHead, key string, here models.PartName) []crumb {
	var list []crumb
	for _, kind := range models.Parts {
		if kind.Keying == models.KeyCandidate && kind.Name != here {
			list = append(list, crumb{kind.Title, h.Path + "/" + string(kind.Name) + "/" + key})
		}
	}
	return list
}

// why says why the part cannot be written now by the viewer; "" when it can.
func (p *partForm) why(v models.Viewer) string {
	d := &p.head.Row.Decision
	switch {
	case !p.kind.Opens(d):
		return "This part cannot be written while the case stands at “" + word(d.State) + "”. A case goes back with a reason."
	case p.kind.Role(v, d.AgencyID) == "":
		return "You may read this part. It is written by who is " + rolesWords(p.kind.By) + " at the agency."
	}
	return ""
}

func (s *site) filePartOf(kind models.Part) handler {
	return func(c *page) error {
		f, err := c.form()
		if err != nil {
			return err
		}
		p, err := c.partForm(kind, f)
		if err != nil {
			return err
		}
		content := p.content()
		if done := p.edit(f.get("do")); done {
			return s.showPart(c, p, nil)
		}
		f.dropEmptyRows(reflect.TypeOf(content).Elem(), "")
		row, err := s.filePart(c, p, content)
		if err == nil {
			return c.done(casePath(row.ID), p.kind.Title+": it is on file.")
		}
		if !f.refused(err) {
			return err
		}
		f.rebase(p.head.Row.Version, p.head.Path)
		return s.showPart(c, p, nil)
	}
}

// edit adds, opens or removes a row, and reports whether that is all that was asked.
func (p *partForm) edit(do string) bool {
	verb, what, _ := strings.Cut(do, ":")
	switch verb {
	case "add":
		n := p.form.rowCount(what)
		p.form.set(what+countSuffix, idText(int64(n+1)))
		for i := range n {
			delete(p.form.Values, what+"["+idText(int64(i))+"]"+openSuffix)
		}
		p.form.set(what+"["+idText(int64(n))+"]"+openSuffix, "yes")
	case "open":
		p.form.set(what+openSuffix, "yes")
	case "remove":
		list, number, ok := cutLast(what, "[")
		if ok {
			p.form.removeRow(list, indexOf(number))
		}
	case "show":
	default:
		return false
	}
	return true
}

func cutLast(s, sep string) (before, after string, found bool) {
	i := strings.LastIndex(s, sep)
	if i < 0 {
		return s, "", false
	}
	return s[:i], s[i+len(sep):], true
}

// indexOf reads the number before a bracket; -1 when it is none.
func indexOf(text string) int {
	n := 0
	for _, r := range strings.TrimSuffix(text, "]") {
		if r < '0' || r > '9' || n > 10*models.MaxRequirements {
			return -1
		}
		n = n*10 + int(r-'0')
	}
	return n
}

// filePart reads the answers and files them. All mistakes are told at once: what cannot be read, and what the part itself refuses.
func (s *site) filePart(c *page, p *partForm, content models.PartContent) (*store.DecisionRow, error) {
	if err := s.nameAssets(c, p.form); err != nil {
		return nil, err
	}
	r := &reader{form: p.form}
	r.fill(reflect.ValueOf(content).Elem(), "")
	p.complete(content)
	if err := r.m.Err(); err != nil {
		r.m.Include(content.Validate())
		return nil, r.m.Err()
	}
	if p.kind.Name == models.PartCandidate && p.key == "" {
		p.key = p.form.get("key")
		if candidate, ok := content.(*models.Candidate); ok && p.key == "" {
			p.key = p.newKey(candidate)
		}
		if p.head.Dossier.Candidate(p.key) != nil {
			key := p.key
			p.key = ""
			return nil, &models.Error{Kind: models.Invalid, Code: "invalid-input", Detail: "The candidate cannot be filed as it is.", Fields: []models.FieldError{{Field: "key", Code: "taken", Detail: "Another candidate of this case is called “" + key + "”. Choose another short name."}}}
		}
		defer func() { p.key = c.g.Param("key") }()
	}
	text, err := models.PartBytes(content)
	if err != nil {
		return nil, err
	}
	return s.Register.FilePart(c.ctx(), c.viewer, p.head.Row.ID, p.form.based(), p.kind.Name, p.key, text)
}

// newKey makes a short name of the name of a product.
func (p *partForm) newKey(candidate *models.Candidate) string {
	slug := func(text string) string {
		return strings.Join(strings.FieldsFunc(strings.ToLower(text), func(r rune) bool { return (r < 'a' || r > 'z') && (r < '0' || r > '9') }), "-")
	}
	key := slug(candidate.Name + " " + candidate.Edition)
	key = strings.Trim(key[:min(len(key), 36)], "-")
	if key == "" {
		key = "candidate"
	}
	free := key
	for n := 2; p.head.Dossier.Candidate(free) != nil; n++ {
		free = key + "-" + idText(int64(n))
	}
	return free
}

// place moves each mistake to a question of the page and sorts them as the page asks. A mistake in an entry of a list is told at the list.
func (p *partForm) place(a *asker) {
	if p.form.Problem == nil {
		return
	}
	names := a.names
	problem := *p.form.Problem
	problem.Fields = slices.Clone(problem.Fields)
	for i, e := range problem.Fields {
		name := e.Field
		for name != "" && !slices.Contains(names, name) && name != "key" {
			cut := max(strings.LastIndexAny(name, ".["), 0)
			name = name[:cut]
		}
		if name != "" {
			problem.Fields[i].Field = name
		}
		if label := a.picks[name]; label != "" && e.Code == "unknown-value" {
			problem.Fields[i].Detail = "Choose an answer: " + label
		}
	}
	slices.SortStableFunc(problem.Fields, func(a, b models.FieldError) int { return slices.Index(names, a.Field) - slices.Index(names, b.Field) })
	p.form.Problem = &problem
}

// complete fills in what people leave to the form.
func (p *partForm) complete(content models.PartContent) {
	switch part := content.(type) {
	case *models.Need:
		numberRequirements(part)
	case *models.ContractTerms, *models.Registration:
	}
}

// numberRequirements gives requirements without a short name the next free one.
func numberRequirements(need *models.Need) {
	taken := map[string]bool{}
	for _, r := range need.Requirements {
		taken[r.ID] = true
	}
	n := 1
	for i := range need.Requirements {
		for need.Requirements[i].ID == "" {
			if id := "R" + idText(int64(n)); !taken[id] {
				need.Requirements[i].ID, taken[id] = id, true
			}
			n++
		}
	}
}
