package api_test

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/ospo-register/ospo/internal/testkit/sample"
	"github.com/ospo-register/ospo/models"
	"github.com/ospo-register/ospo/policy"
	"github.com/ospo-register/ospo/register"
	"github.com/ospo-register/ospo/store"
)

// counsel is a lawyer of Health.
func (s *server) counsel() models.Viewer {
	return s.as(sample.User(s.t, s.store, "Cato Counsel", models.Counsel, s.state.Health.ID))
}

func presetText(code string) string {
	for _, p := range policy.Presets() {
		if p.Code == code {
			return string(p.Text)
		}
	}
	panic("there is no preset " + code)
}

// law is the version of a regime in force at Health.
func (s *server) law() *store.RegimeVersionRow {
	s.t.Helper()
	ctx := context.Background()
	if v, err := s.store.RegimeInForce(ctx, s.state.Health.ID, models.DateOf(time.Now())); err == nil {
		return v
	}
	v := s.draftOf(s.state.Health.ID)
	s.must(register.New(s.store).ActivateRegime(ctx, s.counsel(), v.ID, 0, nil))
	v, err := s.store.RegimeVersion(ctx, v.ID)
	s.must(err)
	return v
}

func (s *server) draftOf(agency int64) *store.RegimeVersionRow {
	s.t.Helper()
	v, err := register.New(s.store).DraftRegime(context.Background(), s.as(s.state.Officer), register.RegimeDraft{AgencyID: &agency, Text: presetText("tt-draft")})
	s.must(err)
	return v
}

func newRegimeDraft(s *server) int64 { return s.draftOf(newAgency(s).ID).ID }

// openCase opens a case of a branch at Health.
func (s *server) openCase(branch models.DecisionBranch) int64 {
	s.t.Helper()
	s.law()
	n := register.NewDecision{AgencyID: s.state.Health.ID, Kind: models.DecideNew, Title: fresh("File sharing"), Function: "FILES.SHARE"}
	switch branch {
	case models.Releasing:
		n.Kind, n.AssetID, n.Function = models.DecideRelease, &s.state.CaseDesk.ID, ""
	case models.Remediation:
		n.Kind, n.AssetID, n.Function = models.DecideRemedy, &s.state.CaseDesk.ID, ""
	}
	row, err := register.New(s.store).OpenDecision(context.Background(), s.as(s.state.Registrar), n)
	s.must(err)
	return row.ID
}

// sql runs a statement that no journey has: to bring a case to where it is needed at once.
func (s *server) sql(statement string, args ...any) {
	s.t.Helper()
	ctx := context.Background()
	c, err := pgx.Connect(ctx, s.dsn)
	s.must(err)
	defer c.Close(ctx)
	_, err = c.Exec(ctx, statement, args...)
	s.must(err)
}

// caseAt is a case that stands where it is needed.
func (s *server) caseAt(branch models.DecisionBranch, state models.DecisionState) int64 {
	s.t.Helper()
	id := s.openCase(branch)
	s.sql(`UPDATE decisions SET state = $2 WHERE id = $1`, id, state)
	return id
}

// fileAs puts a part on file as a person who may, and leaves the case where it stands.
func (s *server) fileAs(v models.Viewer, id int64, part models.PartName, key string, body any) {
	s.t.Helper()
	text, err := json.Marshal(body)
	s.must(err)
	_, err = register.New(s.store).FilePart(context.Background(), v, id, 0, part, key, text)
	s.must(err)
}

// withCandidate is a case in which candidates are looked at, with one of them on file.
func withCandidate(s *server) int64 {
	id := s.caseAt(models.Acquisition, models.DecisionScanning)
	s.fileAs(s.as(s.state.Registrar), id, models.PartCandidate, "a", partBodies[models.PartCandidate])
	return id
}

// published is a case that the public was told of.
func published(s *server) int64 {
	id := s.caseAt(models.Acquisition, models.DecisionRegistered)
	s.fileAs(s.as(s.state.Registrar), id, models.PartPublication, "", partBodies[models.PartPublication])
	_, err := register.New(s.store).PublishDecision(context.Background(), s.as(s.state.Registrar), id, 0, "")
	s.must(err)
	return id
}

var longAgo = time.Date(2026, 10, 1, 9, 0, 0, 0, time.UTC)

// partBodies has for each kind of part one that can be filed.
var partBodies = map[models.PartName]any{
	models.PartNeed:          models.Need{Problem: "Files are sent by mail.", BudgetMax: models.Money{Amount: "900000.00", Currency: "TTD"}, DaysMax: 180, DataClass: models.DataClasses[0], PersonalData: models.PersonalDatas[0], Requirements: []models.Requirement{{ID: "R1", Text: "Share a file.", Type: "functional", Level: models.Essential, Rationale: "It is what it is for."}}},
	models.PartPeople:        models.People{Evaluators: []models.CasePerson{{UserID: 1, Interests: "none"}}},
	models.PartScan:          models.Scan{Searches: []models.Search{{Source: "national-catalogue", Query: "file sharing"}}},
	models.PartCandidate:     models.Candidate{Name: "Nextcloud", Origin: models.FromOpenSource, Delivery: "on-prem", Status: "long"},
	models.PartLicense:       models.LicenseFact{Expression: "AGPL-3.0-or-later", Method: "manual", TakenAt: longAgo},
	models.PartHealth:        models.HealthSnapshot{Tool: "by hand", TakenAt: longAgo},
	models.PartKnockouts:     models.Knockouts{Results: []models.Knockout{{Check: "accessibility", Result: "pass"}}},
	models.PartCost:          models.Cost{HorizonMonths: 60, Currency: "TTD", Lines: []models.CostLine{{Line: "training-user", Years: []models.Decimal{"1000.00"}, Basis: "quote"}}},
	models.PartLockIn:        models.LockIn{ExportFormat: "files"},
	models.PartCriteria:      models.Criteria{Criteria: []models.Criterion{{ID: "support", Name: "Support", Weight: "100"}}},
	models.PartScores:        models.ScoreSheet{Scores: []models.Score{}},
	models.PartMitigations:   models.Mitigations{Items: []string{"A second supplier is trained."}},
	models.PartProposal:      models.Proposal{Chosen: "a", Text: "It fits.", Summary: "It fits."},
	models.PartJustification: models.Justification{Text: "Reasons.", Grounds: []string{}},
	models.PartImpossibility: models.Impossibility{Rung: 1, Text: "Nothing fits.", SignedBy: "R. Egistrar", SignedAt: &longAgo},
	models.PartExemption:     models.ExemptionRequest{Grounds: []string{"security"}, Facts: "It is so."},
	models.PartAnswer:        models.ExemptionAnswer{Verdict: "refused", Text: "It is not so."},
	models.PartOpinion:       models.Opinion{Body: "The digital agency", Verdict: "favourable", Text: "Go on."},
	models.PartProcedure:     models.Procedure{Minute: "It was followed.", Members: []string{"A", "B", "C"}, Regular: true},
	models.PartApproval:      models.Approval{Verdict: "approve"},
	models.PartNotices:       models.Notices{Notices: []models.Notice{{Type: "intent", PublishedOn: models.DateOf(longAgo)}}},
	models.PartProcurement:   models.Buying{Method: "open"},
	models.PartChallenges:    models.Challenges{Challenges: []models.Challenge{{Kind: "supplier-review", FiledBy: "A bidder", FiledOn: models.DateOf(longAgo), Grounds: "Unfair.", State: "filed"}}},
	models.PartContract:      models.ContractTerms{Supplier: "A supplier"},
	models.PartRegistration:  models.Registration{AssetIDs: []int64{1}},
	models.PartPublication:   models.PublicTerms{Tier: models.VisiblePublic},
	models.PartReview:        models.Review{Trigger: "The date.", Findings: "All well.", Verdict: "reaffirmed"},
	models.PartRelease:       models.CodeRelease{Subsets: []models.ReleaseSubset{{Name: "all", Verdict: "government-only", RightsCheck: "pass", SecretsCheck: "pass", SecurityCheck: "pass", PrivacyCheck: "pass", DependenciesCheck: "pass"}}},
	models.PartRemediation:   models.Remedies{Trigger: "End of support.", Options: []models.Remedy{{Kind: "mitigate", Reason: "It is quick."}}, Verdict: "mitigate"},
}

// caseFor is a case in which a part may be filed.
func (s *server) caseFor(p models.Part) int64 {
	id := s.openCase(p.Branches[0])
	if p.Keying == models.KeyCandidate || p.Name == models.PartProposal {
		id = withCandidate(s)
	}
	s.sql(`UPDATE decisions SET state = $2 WHERE id = $1`, id, p.Open[len(p.Open)-1])
	return id
}

// bodyOf is what is filed of a part, with numbers that are there.
func (s *server) bodyOf(name models.PartName) any {
	if name == models.PartRegistration {
		return models.Registration{AssetIDs: []int64{s.state.CaseDesk.ID}}
	}
	return partBodies[name]
}

func partAddress(p models.Part, id int64) string {
	switch {
	case p.Name == models.PartCandidate:
		return fmt.Sprintf("/decisions/%d/candidates/b", id)
	case p.Keying == models.KeyCandidate:
		return fmt.Sprintf("/decisions/%d/candidates/a/%s", id, p.Name)
	}
	return fmt.Sprintf("/decisions/%d/%s", id, p.Name)
}

func camel(p models.Part) string {
	out := ""
	for word := range strings.SplitSeq(string(p.Name), "-") {
		out += strings.ToUpper(word[:1]) + word[1:]
	}
	return out
}

// atHealth are the statuses of something that is for Health and for those who see all: who is there, and what registrar and officer get.
func atHealth(registrar, officer string) string {
	return "401 404 404 " + registrar + " 404 403 " + officer + " 403"
}

const dossierReaders = "404 404 404 200 404 200 200 200"

// withParts adds the rows of filing and reading each kind of part.
func withParts(reads, writes map[string][]try) (map[string][]try, map[string][]try) {
	for _, p := range models.Parts {
		status := map[bool]string{true: "200", false: "403"}
		writes["fileDecision"+camel(p)] = []try{{path: func(s *server) string { return partAddress(p, s.caseFor(p)) }, body: func(s *server) any { return s.bodyOf(p.Name) }, header: anyVersion,
			want: atHealth(status[slices.Contains(p.By, models.Registrar)], status[slices.Contains(p.By, models.OSPOStaff)])}}
		reads["getDecision"+camel(p)] = []try{{path: read("part "+string(p.Name), func(s *server) string { return s.filedPart(p) }), want: dossierReaders}}
	}
	return reads, writes
}

// filedPart is the address of a part that is on file, whoever may have filed it.
func (s *server) filedPart(p models.Part) string {
	id, key, address := s.caseFor(p), "", ""
	switch p.Keying {
	case models.KeyCandidate:
		key = "b"
		if p.Name != models.PartCandidate {
			key = "a"
		}
		address = partAddress(p, id)
	case models.KeyPerson:
		key = fmt.Sprint(s.state.Reader.ID)
		address = partAddress(p, id) + "?by=" + key
	default:
		address = partAddress(p, id)
	}
	text, err := json.Marshal(partBodies[p.Name])
	s.must(err)
	s.sql(`INSERT INTO decision_parts (decision_id, part, key, number, content, digest, by_name, role, state, at) VALUES ($1, $2, $3, 1, $4::text::json, sha256($4::text::bytea), 'Rosa Registrar', 'registrar', 'draft', now())`, id, p.Name, key, string(text))
	return address
}

var decisionReads, decisionWrites = withParts(map[string][]try{
	"listDecisions":               {{path: fixed("/decisions"), want: everybody}},
	"reportDecisions":             {{path: fixed("/reports/decisions"), want: everybody}},
	"reportDecisionExemptions":    {{path: fixed("/reports/decision-exemptions"), want: everybody}},
	"getDecision":                 {{path: inCase("/decisions/%d"), want: dossierReaders}, {name: "published", path: told("/decisions/%d"), want: everybody}},
	"getDossier":                  {{path: inCase("/decisions/%d/dossier"), want: dossierReaders}, {name: "published", path: told("/decisions/%d/dossier"), want: "403 403 403 200 403 200 200 200"}},
	"listNextSteps":               {{path: inCase("/decisions/%d/next"), want: dossierReaders}},
	"listRuleResults":             {{path: inCase("/decisions/%d/rule-results"), want: dossierReaders}},
	"listRejudgements":            {{path: inCase("/decisions/%d/rejudgements"), want: dossierReaders}},
	"compareCandidates":           {{path: inCase("/decisions/%d/comparison"), want: dossierReaders}},
	"listCandidates":              {{path: inCase("/decisions/%d/candidates"), want: dossierReaders}},
	"listPartVersions":            {{path: inCase("/decisions/%d/part-versions"), want: dossierReaders}},
	"listDecisionTransitions":     {{path: inCase("/decisions/%d/transitions"), want: dossierReaders}, {name: "published", path: told("/decisions/%d/transitions"), want: "403 403 403 200 403 200 200 200"}},
	"listDecisionPublications":    {{path: told("/decisions/%d/publications"), want: everybody}, {name: "of what is not published", path: inCase("/decisions/%d/publications"), want: dossierReaders}},
	"downloadDecisionPublication": {{path: told("/decisions/%d/publications/1"), want: everybody}},
	"proveDecisionPublication":    {{path: told("/decisions/%d/publications/1/proof"), want: everybody}},
	"listDecisionMoves":           {{path: fixed("/decision-moves"), want: everybody}},
	"listDecisionParts":           {{path: fixed("/decision-parts"), want: everybody}},
	"listRegimes":                 {{path: fixed("/regimes"), want: everybody}},
	"getRegime":                   {{path: func(s *server) string { return fmt.Sprintf("/regimes/%d", s.law().RegimeID) }, want: everybody}},
	"listRegimeVersions":          {{path: func(s *server) string { return fmt.Sprintf("/regimes/%d/versions", s.law().RegimeID) }, want: everybody}},
	"getRegimeVersion":            {{path: func(s *server) string { return fmt.Sprintf("/regime-versions/%d", s.law().ID) }, want: everybody}},
	"downloadRegime":              {{path: func(s *server) string { return fmt.Sprintf("/regime-versions/%d/document", s.law().ID) }, want: everybody}},
	"listRegimeTransitions":       {{path: func(s *server) string { return fmt.Sprintf("/regime-versions/%d/transitions", s.law().ID) }, want: everybody}},
	"listSuggestions":             {{path: told("/decisions/%d/suggestions"), want: everybody}, {name: "of a case", path: inCase("/decisions/%d/suggestions"), want: dossierReaders}},
	"listRegimeRules":             {{path: fixed("/regime-rules"), want: everybody}},
	"listRegimeFacts":             {{path: fixed("/regime-facts"), want: everybody}},
	"getCheckpoint":               {{path: fixed("/log/checkpoint"), want: everybody}},
	"listLogKeys":                 {{path: fixed("/log/keys"), want: everybody}},
	"listLogEntries":              {{path: fixed("/log/entries"), want: everybody}},
	"getLogEntry":                 {{path: toldEntry("/log/entries/%d"), want: everybody}, {name: "of a case", path: openedEntry("/log/entries/%d"), want: dossierReaders}},
	"proveLogEntry":               {{path: toldEntry("/log/entries/%d/proof"), want: everybody}, {name: "of a case", path: openedEntry("/log/entries/%d/proof"), want: dossierReaders}},
	"proveLogGrowth":              {{path: fixed("/log/consistency-proofs?old=0"), want: everybody}},
}, map[string][]try{
	"openDecision": {{path: fixed("/decisions"), want: "401 403 403 201 403 403 403 403", body: func(s *server) any {
		s.law()
		return map[string]any{"agencyId": s.state.Health.ID, "kind": "new", "title": fresh("File sharing"), "function": "FILES.SHARE"}
	}}},
	"moveDecision": {{path: func(s *server) string {
		return fmt.Sprintf("/decisions/%d/transitions", s.caseAt(models.Acquisition, models.ScanClosed))
	}, want: atHealth("200", "403"), body: body(map[string]any{"to": "scanning", "reason": "Something was left out."})}},
	"amendDecision":    {{path: inCase("/decisions/%d"), header: anyVersion, want: "401 404 404 200 404 403 403 403", body: body(map[string]any{"title": "Better said"})}},
	"publishDecision":  {{path: func(s *server) string { return fmt.Sprintf("/decisions/%d/publications", published(s)) }, want: "401 403 403 200 403 403 200 403", body: body(map[string]any{"note": "The price is known."})}},
	"answerSuggestion": {{path: inCase("/decisions/%d/suggestions/7/transitions"), want: "401 404 404 404 404 403 403 403", body: body(map[string]any{"to": "declined", "reason": "No."})}},
	"searchForDecision": {{path: func(s *server) string {
		return fmt.Sprintf("/decisions/%d/searches", s.caseAt(models.Acquisition, models.DecisionScanning))
	}, want: atHealth("200", "403"), body: body(map[string]any{"source": "shared-repository", "query": "desk"}), events: 2}},
	"snapshotLicense": {{path: func(s *server) string {
		id := s.caseAt(models.Acquisition, models.DecisionScanning)
		s.fileAs(s.as(s.state.Registrar), id, models.PartCandidate, "a", models.Candidate{Name: "Case Desk", AssetID: &s.state.CaseDesk.ID, Origin: models.FromGovernment, Delivery: "on-prem", Status: "long"})
		return fmt.Sprintf("/decisions/%d/candidates/a/license-snapshots", id)
	}, want: atHealth("200", "403")}},
	"draftRegime": {{path: fixed("/regimes"), want: officersOnly, body: func(s *server) any {
		return map[string]any{"agencyId": newAgency(s).ID, "text": presetText("it-cad"), "note": "First."}
	}}},
	"changeRegimeDraft": {{path: func(s *server) string { return fmt.Sprintf("/regime-versions/%d", newRegimeDraft(s)) }, want: "401 403 403 403 403 403 200 403", header: anyVersion,
		body: body(map[string]any{"text": presetText("tt-draft"), "note": fresh("Mended.")})}},
	"moveRegimeVersion": {{path: func(s *server) string { return fmt.Sprintf("/regime-versions/%d/transitions", newRegimeDraft(s)) }, want: "401 403 403 403 403 403 200 403", body: body(map[string]any{"to": "discarded"})},
		{name: "in force", path: func(s *server) string { return fmt.Sprintf("/regime-versions/%d/transitions", newRegimeDraft(s)) }, want: "401 403 403 403 403 403 403 403", header: anyVersion, body: body(map[string]any{"to": "active"})}},
})

var decisionOpens = map[string][]try{
	"checkDecision": {{path: fixed("/decision-checks"), want: "401 200 200 200 200 200 200 200", body: func(s *server) any {
		s.law()
		return map[string]any{"agencyId": s.state.Health.ID, "product": "Nextcloud", "license": "AGPL-3.0-or-later"}
	}}},
	"suggestCandidate": {{path: fixed("/decisions/999999/suggestions"), want: "404 404 404 404 404 404 404 404", body: body(map[string]any{"name": "Seafile", "text": "It would do.", "by": "A firm"})}},
	"verifyLogProof": {{path: fixed("/log-verifications"), want: everybody, body: func(s *server) any {
		id := published(s)
		document := s.get(public, path("/decisions/%d/publications/1", id)).body
		return map[string]any{"proof": string(s.get(public, path("/decisions/%d/publications/1/proof", id)).body), "document": base64.StdEncoding.EncodeToString(document)}
	}}},
}

func inCase(format string) func(*server) string {
	return read(format, func(s *server) string { return fmt.Sprintf(format, s.openCase(models.Acquisition)) })
}

// read makes the path of something that is only read once for each server.
func read(what string, make func(*server) string) func(*server) string {
	return func(s *server) string {
		if s.made[what] == "" {
			s.made[what] = make(s)
		}
		return s.made[what]
	}
}

func told(format string) func(*server) string {
	return read("published "+format, func(s *server) string { return fmt.Sprintf(format, published(s)) })
}

// openedEntry is the entry of a case that was opened; toldEntry that of a decision that was published.
func openedEntry(format string) func(*server) string {
	return read("opened "+format, func(s *server) string { return fmt.Sprintf(format, s.lastEntry(s.openCase(models.Acquisition))) })
}

func toldEntry(format string) func(*server) string {
	return read("told "+format, func(s *server) string { return fmt.Sprintf(format, s.lastEntry(published(s))) })
}

func (s *server) lastEntry(id int64) int64 {
	entries, err := s.store.LogEntriesOf(context.Background(), id)
	s.must(err)
	return entries[len(entries)-1].Index
}

func TestEveryPartIsFiledByTheRolesThatTheTableNamesAndNoOther(t *testing.T) {
	s := newServer(t)
	for _, role := range models.Roles {
		agency := s.state.Health.ID
		if role.WholeRegister() {
			agency = 0
		}
		s.tokens[string(role)] = s.token(sample.User(t, s.store, "Person "+string(role), role, agency))
	}
	for _, p := range models.Parts {
		id := s.caseFor(p)
		for _, role := range models.Roles {
			a := s.ask(string(role), http.MethodPut, "/v1"+partAddress(p, id), s.bodyOf(p.Name), "If-Match: *")
			want := http.StatusForbidden
			if slices.Contains(p.By, role) {
				want = http.StatusOK
			}
			if p.Name == models.PartScores { // evaluators of the case only
				want = http.StatusForbidden
			}
			if a.status != want {
				t.Errorf("%s as %s: got %d, want %d: %.200s", p.Name, role, a.status, want, a.body)
			}
		}
	}
}
