package register

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/ospo-register/ospo/importers/spreadsheet"
	"github.com/ospo-register/ospo/models"
)

// AgencyRow is one row of a list of agencies. An empty value leaves what the register has.
type AgencyRow struct {
	Number                                               int // in the file, as an office program numbers it
	Code, Name, Kind, Parent, URI, Email, Phone, Website string
	Mistakes                                             []models.FieldError // found in reading
}

// agencyColumns are the headings of a list of agencies. Parent is the national code of the agency above.
var agencyColumns = []spreadsheet.Column{
	{Name: "code", Synonyms: []string{"national code", "agency code", "id", "identifier", "number"}, Required: true},
	{Name: "name", Synonyms: []string{"agency", "agency name", "title", "organisation", "organization", "body"}, Required: true},
	{Name: "kind", Synonyms: []string{"type", "agency type", "category"}},
	{Name: "parent", Synonyms: []string{"parent code", "parent agency", "parent id", "under", "above", "reports to"}},
	{Name: "uri", Synonyms: []string{"web identity", "iri"}},
	{Name: "email", Synonyms: []string{"mail", "e-mail address", "mailbox"}},
	{Name: "phone", Synonyms: []string{"telephone", "tel", "phone number"}},
	{Name: "website", Synonyms: []string{"web", "web site", "url", "home page", "site"}},
}

// ReadAgencyList reads a national list of agencies from a CSV file. notes are sentences about how it was read. It refuses
// what is no such list.
func ReadAgencyList(body io.Reader) (list []AgencyRow, notes []string, err error) {
	table, err := spreadsheet.Read(body, agencyColumns, spreadsheet.Limits{})
	if err != nil {
		return nil, nil, err
	}
	for _, r := range table.Rows {
		c := r.Cells
		list = append(list, AgencyRow{Number: r.Number, Code: c["code"], Name: c["name"], Kind: c["kind"], Parent: c["parent"], URI: c["uri"],
			Email: c["email"], Phone: c["phone"], Website: c["website"], Mistakes: r.Mistakes})
	}
	return list, table.Notes, nil
}

// ImportMode says whether an import is meant.
type ImportMode string

const (
	ImportRehearse ImportMode = "rehearse" // say what would happen and change nothing
	ImportPerform  ImportMode = "perform"
)

// ImportOutcome is what became of a row, or would.
type ImportOutcome string

const (
	RowCreated   ImportOutcome = "created"
	RowChanged   ImportOutcome = "changed"
	RowUnchanged ImportOutcome = "unchanged"
	RowRefused   ImportOutcome = "refused"
)

// AgencyImport is the report on a list: every row in the order of the file, and the counts.
type AgencyImport struct {
	Rows                                 []AgencyImportRow
	Created, Changed, Unchanged, Refused int
}

// AgencyImportRow is what became of one row.
type AgencyImportRow struct {
	AgencyRow
	Outcome  ImportOutcome
	AgencyID int64  // 0 when it is not in the register
	Sentence string // what happened, for a person
}

// ImportAgencies brings a list of agencies into the register. Agencies are told by their national code; a parent may stand
// anywhere in the list or be in the register. Each row is a journey of its own, so good rows land even when others are
// refused, and the same list again changes nothing. A rehearsal judges in the same way and writes nothing.
//
// The error is for what stops the whole import; the mistakes of rows are in the report.
func (r *Register) ImportAgencies(ctx context.Context, by models.Viewer, rows []AgencyRow, mode ImportMode) (*AgencyImport, error) {
	if !by.MaySomewhere(models.WriteAgency) {
		return nil, may(by, models.WriteAgency, 0, "import agencies")
	}
	m := &agencyImport{r: r, by: by, mode: mode, report: &AgencyImport{Rows: make([]AgencyImportRow, len(rows))}, first: map[string]int{}, marks: make([]mark, len(rows))}
	if err := m.readRegister(ctx); err != nil {
		return nil, err
	}
	for i, row := range rows {
		row.Code = strings.TrimSpace(row.Code)
		m.report.Rows[i].AgencyRow = row
		if _, again := m.first[row.Code]; !again {
			m.first[row.Code] = i
		}
	}
	for i := range rows {
		if err := m.land(ctx, i); err != nil {
			return m.report, err
		}
	}
	m.count()
	return m.report, nil
}

// mark says how far a row is.
type mark int

const (
	waiting mark = iota
	beneath      // its parents are being landed
	landed
)

type agencyImport struct {
	r      *Register
	by     models.Viewer
	mode   ImportMode
	report *AgencyImport
	first  map[string]int // the first row of each code
	marks  []mark

	byCode map[string]*models.Agency // as in the register, and as it will be after the rows that landed
	byURI  map[string]string         // code
	byID   map[int64]*models.Agency
}

func (m *agencyImport) readRegister(ctx context.Context) error {
	m.byCode, m.byURI, m.byID = map[string]*models.Agency{}, map[string]string{}, map[int64]*models.Agency{}
	f := models.AgencyFilter{Page: models.Page{Limit: models.MaxLimit}}
	for {
		list, err := m.r.store.Agencies(ctx, f)
		if err != nil {
			return err
		}
		for i := range list.Items {
			m.know(&list.Items[i])
		}
		if f.After = list.Next; f.After == "" {
			return nil
		}
	}
}

func (m *agencyImport) know(a *models.Agency) {
	m.byCode[a.Code], m.byURI[a.URI], m.byID[a.ID] = a, a.Code, a
}

// land brings one row in after the row of its parent. A row that stands beneath itself is left to judge.
func (m *agencyImport) land(ctx context.Context, i int) error {
	// A list can be one chain of a hundred thousand rows, so the way up is walked without recursion.
	var up []int
	for at := i; m.marks[at] == waiting; {
		m.marks[at] = beneath
		up = append(up, at)
		parent, listed := m.first[m.report.Rows[at].Parent]
		if m.report.Rows[at].Parent == "" || !listed {
			break
		}
		at = parent
	}
	for _, at := range slices.Backward(up) {
		if err := m.one(ctx, at); err != nil {
			return err
		}
		m.marks[at] = landed
	}
	return nil
}

// one judges a row and, unless it is a rehearsal, carries it out.
func (m *agencyImport) one(ctx context.Context, i int) error {
	row := &m.report.Rows[i]
	have := m.byCode[row.Code]
	want, err := m.judge(i, have)
	if err == nil && (have == nil || *want != *have) {
		err = m.carryOut(ctx, have, want)
	}
	var ours *models.Error
	if errors.As(err, &ours) {
		row.Outcome, row.Sentence = RowRefused, ours.Detail
		if len(ours.Fields) > 0 {
			row.Sentence, row.Mistakes = sentence(ours.Fields), ours.Fields
		}
		return nil
	}
	if err != nil {
		return fmt.Errorf("row %d: %w", row.Number, err)
	}
	row.AgencyID = max(want.ID, 0)
	switch {
	case have == nil:
		row.Outcome, row.Sentence = RowCreated, "New, "+m.place(want)+"."
	case *want == *have:
		row.Outcome, row.Sentence = RowUnchanged, "As in the register."
	default:
		row.Outcome, row.Sentence = RowChanged, "Other than before: "+strings.Join(changes(have, want), ", ")+"."
	}
	if have != nil {
		delete(m.byURI, have.URI)
	}
	m.know(want)
	return nil
}

// judge gives the agency as the row wants it, or every mistake in the row.
func (m *agencyImport) judge(i int, have *models.Agency) (*models.Agency, error) {
	row := m.report.Rows[i]
	want := &models.Agency{Code: row.Code, Kind: models.OtherBody, State: models.AgencyActive}
	if have != nil {
		*want = *have
	}
	var mistakes models.Mistakes
	for _, f := range row.Mistakes {
		mistakes.Add(f.Field, f.Code, f.Detail)
	}
	if err := mistakes.Err(); err != nil {
		return nil, err // its cells stand in the wrong columns
	}
	if first := m.first[row.Code]; first != i && row.Code != "" {
		mistakes.Add("code", "twice", fmt.Sprintf("Row %d has the code %s already.", m.report.Rows[first].Number, row.Code))
	}
	for to, from := range map[*string]string{&want.Name: row.Name, &want.URI: row.URI, &want.Email: row.Email, &want.Phone: row.Phone, &want.Website: row.Website} {
		if from != "" {
			*to = from
		}
	}
	if row.Kind != "" {
		want.Kind = agencyKind(row.Kind)
	}
	m.hang(&mistakes, row, want)
	prepareAgency(want)
	mistakes.Include(want.Validate())
	if other, ok := m.byURI[want.URI]; ok && other != row.Code && want.URI != "" {
		mistakes.Add("uri", "taken", "Agency "+other+" has this URI already.")
	}
	if err := mistakes.Err(); err != nil {
		return nil, err
	}
	if have != nil && have.State != models.AgencyActive {
		return nil, models.Refuse(models.Conflict, "agency-not-active", "The agency no longer acts, so its entry is closed to changes.")
	}
	return want, m.allowed(have, want)
}

// hang finds the parent that the row names.
func (m *agencyImport) hang(mistakes *models.Mistakes, row AgencyImportRow, want *models.Agency) {
	if row.Parent == "" {
		return
	}
	parent, known := m.byCode[row.Parent]
	listed, inList := m.first[row.Parent]
	switch {
	case row.Parent == row.Code:
		mistakes.Add("parent", "self", "An agency cannot stand under itself.")
	case !known && inList && m.marks[listed] == beneath:
		mistakes.Add("parent", "circle", "The agencies from here up stand under one another in a circle. Correct one of their parents.")
	case !known && inList:
		mistakes.Add("parent", "refused", fmt.Sprintf("Its parent %s was refused: see row %d.", row.Parent, m.report.Rows[listed].Number))
	case !known:
		mistakes.Add("parent", "unknown", "There is no agency with the code "+row.Parent+", neither in the list nor in the register.")
	case parent.State != models.AgencyActive:
		mistakes.Add("parent", "not-active", "The agency "+row.Parent+" no longer acts. Name its successor.")
	case want.ID != 0 && m.under(parent, want.ID):
		mistakes.Add("parent", "circle", "The agency "+row.Parent+" stands under this one itself.")
	default:
		want.ParentID = &parent.ID
		if have := m.byCode[row.Code]; have != nil && value(have.ParentID) == parent.ID {
			want.ParentID = have.ParentID // one pointer, so that equal agencies compare as equal
		}
	}
}

// under reports whether an agency is, or stands below, another, as far as the list has landed.
func (m *agencyImport) under(a *models.Agency, above int64) bool {
	for range len(m.byID) + 1 {
		if a.ID == above {
			return true
		}
		if a.ParentID == nil {
			return false
		}
		a = m.byID[*a.ParentID]
	}
	return true
}

// allowed asks what the journeys will ask, so that a rehearsal gives their answer.
func (m *agencyImport) allowed(have, want *models.Agency) error {
	if have == nil {
		return may(m.by, models.WriteAgency, max(value(want.ParentID), 0), "add agencies to the register")
	}
	if err := may(m.by, models.WriteAgency, have.ID, "change agencies"); err != nil || value(have.ParentID) == value(want.ParentID) {
		return err
	}
	return may(m.by, models.WriteAgency, max(value(want.ParentID), 0), "move agencies")
}

// carryOut runs the journey of a row. In a rehearsal a new agency gets a negative id, which no other has.
func (m *agencyImport) carryOut(ctx context.Context, have, want *models.Agency) error {
	switch {
	case m.mode != ImportPerform && have == nil:
		want.ID = -int64(len(m.byID)) - 1
	case m.mode != ImportPerform:
	case have == nil:
		return m.r.RegisterAgency(ctx, m.by, want)
	default:
		now, err := m.r.ChangeAgency(ctx, m.by, have.ID, have.Version, func(a *models.Agency) {
			a.Name, a.Kind, a.ParentID, a.URI, a.Email, a.Phone, a.Website = want.Name, want.Kind, want.ParentID, want.URI, want.Email, want.Phone, want.Website
		})
		if err != nil {
			return err
		}
		*want = *now
	}
	return nil
}

func (m *agencyImport) place(a *models.Agency) string {
	if a.ParentID == nil {
		return "at the top"
	}
	return "under " + m.byID[*a.ParentID].Name
}

func (m *agencyImport) count() {
	for _, row := range m.report.Rows {
		switch row.Outcome {
		case RowCreated:
			m.report.Created++
		case RowChanged:
			m.report.Changed++
		case RowUnchanged:
			m.report.Unchanged++
		default:
			m.report.Refused++
		}
	}
}

// agencyKind reads "State company" as state-company; what is no kind is left to the agency's rules.
func agencyKind(text string) models.AgencyKind {
	for _, k := range models.AgencyKinds {
		if models.MatchName(text) == models.MatchName(string(k)) {
			return k
		}
	}
	return models.AgencyKind(text)
}

// changes names what is other than before, by the headings of the list.
func changes(have, want *models.Agency) (list []string) {
	for _, f := range []struct {
		name  string
		other bool
	}{
		{"name", have.Name != want.Name}, {"kind", have.Kind != want.Kind}, {"parent", value(have.ParentID) != value(want.ParentID)}, {"uri", have.URI != want.URI},
		{"email", have.Email != want.Email}, {"phone", have.Phone != want.Phone}, {"website", have.Website != want.Website},
	} {
		if f.other {
			list = append(list, f.name)
		}
	}
	return list
}

// sentence joins the mistakes of a row, each with its column.
func sentence(list []models.FieldError) string {
	var parts []string
	for _, f := range list {
		parts = append(parts, f.Field+": "+f.Detail)
	}
	return strings.Join(parts, " ")
}
