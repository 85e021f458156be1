package api_test

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/ospo-register/ospo/internal/testkit/sample"
	"github.com/ospo-register/ospo/models"
	"github.com/ospo-register/ospo/register"
	"github.com/ospo-register/ospo/store"
)

// askers are the columns of the matrix: the public; a reader of a clinic below Health; a registrar of the insurance board
// below Health; the registrar of Health; a buyer of Finance; auditor, OSPO officer and administrator.
var askers = []string{public, "reader", "insurance", "registrar", "buyer", "auditor", "officer", "admin"}

const (
	everybody   = "200 200 200 200 200 200 200 200"
	insiders    = "404 200 200 200 200 200 200 200" // visible to government
	financeOnly = "404 404 404 404 200 200 200 200" // visible to its agency and to those who see all
	adminsRead  = "401 403 403 403 403 403 403 200"
)

// try is one row: a request that is good in itself, and the status that each asker gets.
type try struct {
	name   string // of a row beside the operation's plain one
	path   func(s *server) string
	body   func(s *server) any
	header func(s *server) string
	want   string
	nobody bool // the event names no person of ours
	events int  // that it leaves, where that is not one
}

// to makes a path of a number that is known beforehand.
func to(format string, id func(g *sample.State) int64) func(*server) string {
	return func(s *server) string { return fmt.Sprintf(format, id(s.state)) }
}

func fixed(text string) func(*server) string { return func(*server) string { return text } }

func caseDesk(g *sample.State) int64    { return g.CaseDesk.ID }
func mailID(g *sample.State) int64      { return g.Mail.ID }
func secretID(g *sample.State) int64    { return g.Secret.ID }
func caseDesk42(g *sample.State) int64  { return g.CaseDesk42.ID }
func currentSBOM(g *sample.State) int64 { return g.Current.ID }
func claimedRun(g *sample.State) int64  { return g.Claimed.ID }
func mailRun(g *sample.State) int64     { return g.MailRun.ID }
func secretRun(g *sample.State) int64   { return g.SecretRun.ID }
func readerID(g *sample.State) int64    { return g.Reader.ID }

func anyVersion(*server) string { return "If-Match: *" }

func fresh(prefix string) string { return prefix + " " + strconv.FormatInt(time.Now().UnixNano(), 36) }

func newAgency(s *server) *models.Agency {
	return sample.Agency(s.t, s.store, func(a *models.Agency) { a.ParentID = &s.state.Health.ID })
}

func newAsset(s *server) *models.Asset {
	return sample.Asset(s.t, s.store, func(a *models.Asset) { a.StewardID = s.state.Health.ID })
}

func newRelease(s *server) *models.Release {
	return sample.Release(s.t, s.store, s.state.CaseDesk.ID, fresh("v"))
}

func newDeployment(s *server) *models.Deployment {
	return sample.Deployment(s.t, s.store, s.state.Insurance.ID, s.state.CaseDesk.ID, func(d *models.Deployment) { d.Service = fresh("service") })
}

// newLink is the secret of an upload link for a release of its own.
func newLink(s *server) string {
	link := models.UploadLink{ReleaseID: newRelease(s).ID, Supplier: "ACME", ExpiresAt: time.Now().AddDate(0, 0, 7)}
	secret, err := register.New(s.store).MakeUploadLink(context.Background(), sample.Viewer(s.t, s.store, s.state.Registrar), &link)
	s.must(err)
	return secret
}

func (s *server) linkOf(secret string) *store.UploadLinkRow {
	l, err := s.store.UploadLinkByHash(context.Background(), register.TokenHash(secret))
	s.must(err)
	return l
}

func newRule(s *server) int64 {
	rule := models.RetentionRule{AgencyID: &newAgency(s).ID, KeepLast: 1, KeepDays: 1, Reason: "Archives Act"}
	s.must(register.New(s.store).SetRetention(context.Background(), sample.Viewer(s.t, s.store, s.state.Officer), &rule))
	return rule.ID
}

func body(b any) func(*server) any { return func(*server) any { return b } }

// reads are the rows of everything that only reads.
var reads = together(webhookReads, keepingReads, repositoryReads, descriptionReads, catalogReads, sourceReads, reuseReads, licenseReads, attachmentReads, decisionReads, contractingReads, map[string][]try{
	"describeAsJson":          {{path: fixed("/openapi.json"), want: everybody}},
	"describeAsYaml":          {{path: fixed("/openapi.yaml"), want: everybody}},
	"listAgencies":            {{path: fixed("/agencies"), want: everybody}},
	"getAgency":               {{path: to("/agencies/%d", func(g *sample.State) int64 { return g.Health.ID }), want: everybody}},
	"listAssets":              {{path: fixed("/assets"), want: everybody}},
	"getAsset":                visibly("/assets/%d"),
	"listDuplicates":          visibly("/assets/%d/duplicates"),
	"listAssetSboms":          visibly("/assets/%d/sboms"),
	"listAssetEvents":         visibly("/assets/%d/events"),
	"listReleases":            visibly("/assets/%d/releases"),
	"getRelease":              {{path: to("/releases/%d", caseDesk42), want: everybody}},
	"listSboms":               {{path: to("/releases/%d/sboms", caseDesk42), want: everybody}},
	"getSbom":                 {{path: to("/sboms/%d", currentSBOM), want: everybody}},
	"downloadSbom":            {{path: to("/sboms/%d/original", currentSBOM), want: everybody}},
	"listPackages":            {{path: to("/sboms/%d/packages", currentSBOM), want: everybody}},
	"listSbomTransitions":     {{path: to("/sboms/%d/transitions", currentSBOM), want: everybody}},
	"listDeliveries":          {{path: fixed("/deliveries"), want: "401 200 200 200 200 200 200 200"}},
	"getDelivery":             handedIn("/deliveries/%d"),
	"followDelivery":          handedIn("/deliveries/%d/events"),
	"listDeliveryTransitions": handedIn("/deliveries/%d/transitions"),
	"listUploadLinks":         {{path: to("/releases/%d/upload-links", caseDesk42), want: "401 403 403 200 403 403 200 403"}},
	"getUpload":               {{path: func(s *server) string { return "/uploads/" + newLink(s) }, want: everybody}},
	"listQualityLists":        {{path: fixed("/quality-lists"), want: everybody}},
	"getSbomQuality":          {{path: to("/sboms/%d/quality", currentSBOM), want: everybody}},
	"reportSbomQuality":       {{path: fixed("/reports/sbom-quality"), want: everybody}},
	"exportSbom":              {{path: to("/sboms/%d/exports/spdx", currentSBOM), want: everybody}},
	"exportAsset":             {{path: to("/assets/%d/sbom", caseDesk), want: everybody}, {name: "of Finance", path: to("/assets/%d/sbom", secretID), want: "404 404 404 404 409 409 409 409"}},
	"exportAgency":            {{path: to("/agencies/%d/sbom", func(g *sample.State) int64 { return g.Health.ID }), want: everybody}},
	"compareSboms": {{path: func(s *server) string {
		return fmt.Sprintf("/sbom-comparisons?from=%d&to=%d", s.state.Current.ID, s.state.Current.ID)
	}, want: everybody}},
	"getPackage":                {{path: to("/sboms/%d/packages/0", currentSBOM), want: everybody}},
	"getGraph":                  {{path: to("/sboms/%d/graph", currentSBOM), want: everybody}},
	"listRetentionRules":        {{path: fixed("/retention-rules"), want: "401 200 200 200 200 200 200 200"}},
	"getRetentionRule":          {{path: func(s *server) string { return fmt.Sprintf("/retention-rules/%d", newRule(s)) }, want: "401 200 200 200 200 200 200 200"}},
	"previewRetention":          {{path: fixed("/retention-previews"), want: "401 200 200 200 200 200 200 200"}},
	"listDeployments":           {{path: fixed("/deployments"), want: everybody}},
	"getDeployment":             running("/deployments/%d"),
	"listDeploymentTransitions": running("/deployments/%d/transitions"),
	"findExposure":              {{path: fixed("/components?name=openssl"), want: everybody}},
	"getComponent": {{path: func(s *server) string {
		x := s.get("admin", "/v1/components?name=openssl").object(s.t)
		return fmt.Sprintf("/components/%v", at(x, "components", "items").([]any)[0].(map[string]any)["id"])
	}, want: everybody}},
	"reportLicenses": append(visibly("/license-reports?asset=%d"), try{name: "of the government", path: fixed("/license-reports"), want: everybody}),
	"listLicensedComponents": append(visibly("/license-reports/components?class=permissive&asset=%d"),
		try{name: "of an agency", path: to("/license-reports/components?class=unknown&agency=%d", func(g *sample.State) int64 { return g.Finance.ID }), want: everybody}),
	"listComponentVersions": {{path: func(s *server) string {
		x := s.get("admin", "/v1/components?name=openssl").object(s.t)
		return fmt.Sprintf("/components/%v/versions", at(x, "components", "items").([]any)[0].(map[string]any)["id"])
	}, want: everybody}},
	"listLicenseUses":      {{path: fixed("/licenses/mit/uses"), want: everybody}},
	"getOverview":          {{path: fixed("/overview"), want: everybody}},
	"listCommonComponents": {{path: fixed("/common-components"), want: everybody}},
	"listAssetFacets":      {{path: fixed("/asset-facets"), want: everybody}},
	"listLicenses":         {{path: fixed("/licenses"), want: everybody}},
	"search":               {{path: fixed("/search?q=desk"), want: everybody}},
	"listEvents":           {{path: fixed("/events"), want: everybody}},
	"getMe":                {{path: fixed("/me"), want: everybody}},
	"listUsers":            {{path: fixed("/users"), want: adminsRead}},
	"getUser":              {{path: to("/users/%d", readerID), want: adminsRead}},
	"listMemberships":      {{path: to("/users/%d/memberships", readerID), want: adminsRead}},
	"listUserTokens":       {{path: to("/users/%d/tokens", readerID), want: adminsRead}},
	"listTokens":           {{path: fixed("/tokens"), want: "401 200 200 200 200 200 200 200"}},
})

// visibly are the rows of something that hangs on an asset: a public one, one of government, one of its agency.
func visibly(format string) []try {
	return []try{
		{path: to(format, caseDesk), want: everybody},
		{name: "of government", path: to(format, mailID), want: insiders},
		{name: "of Finance", path: to(format, secretID), want: financeOnly},
	}
}

func running(format string) []try {
	return []try{
		{path: to(format, claimedRun), want: everybody},
		{name: "of government", path: to(format, mailRun), want: insiders},
		{name: "of Finance", path: to(format, secretRun), want: financeOnly},
	}
}

// handedIn is the row of something that hangs on a delivery for Health, which has been read.
func handedIn(format string) []try {
	return []try{{want: "401 404 404 200 404 200 200 200", path: func(s *server) string {
		id := s.handIn()
		s.read(id)
		return fmt.Sprintf(format, id)
	}}}
}

// opens are the rows of what is sent only to be answered: nothing changes.
var opens = together(licenseOpens, decisionOpens, map[string][]try{
	"checkSbom":        {{path: fixed("/sbom-checks"), body: func(*server) any { return sample.Document() }, want: everybody}},
	"checkDescription": {{path: fixed("/description-checks"), body: body("name: Medusa"), want: everybody}},
	"readLicense":      {{path: fixed("/license-readings"), body: body(map[string]any{"text": "MIT"}), want: everybody}},
})

// writes are the rows of everything that changes the register.
var writes = together(webhookWrites, keepingWrites, repositoryWrites, sourceWrites, reuseWrites, licenseWrites, attachmentWrites, decisionWrites, map[string][]try{
	"registerAgency": {{path: fixed("/agencies"), want: "401 403 403 403 403 403 201 201", body: func(s *server) any {
		code := fresh("code")
		return map[string]any{"name": code, "code": code, "uri": "https://www.example.gov/agency/" + strings.ReplaceAll(code, " ", "-"), "kind": "department", "parentId": s.state.Health.ID}
	}}},
	"changeAgency": {{path: func(s *server) string { return fmt.Sprintf("/agencies/%d", newAgency(s).ID) }, want: "401 403 403 403 403 403 200 200", body: body(map[string]any{"phone": "1"}), header: anyVersion}},
	"mergeAgency": {{path: func(s *server) string { return fmt.Sprintf("/agencies/%d/merges", newAgency(s).ID) }, want: "401 403 403 403 403 403 200 200",
		body: func(s *server) any { return map[string]any{"successorId": s.state.Clinic.ID} }}},
	"importAgencies": {{path: fixed("/agency-imports"), want: "401 403 403 403 403 403 200 200",
		body: func(*server) any {
			code := strings.ReplaceAll(fresh("import"), " ", "-")
			return "code,name,kind,parent,uri\n" + code + "," + code + ",department,health,https://www.example.gov/agency/" + code + "\n"
		}}},
	"registerAsset": {{path: fixed("/assets"), want: "401 403 403 201 403 403 201 403",
		body: func(s *server) any {
			return map[string]any{"name": fresh("Software"), "origin": "gov-built", "stewardId": s.state.Health.ID}
		}}},
	"changeAsset": {{path: func(s *server) string { return fmt.Sprintf("/assets/%d", newAsset(s).ID) }, want: "401 403 403 200 403 403 200 403", body: body(map[string]any{"lifecycle": "retired"}), header: anyVersion},
		{name: "of Finance", path: to("/assets/%d", secretID), want: "401 404 404 404 403 403 200 403", body: body(map[string]any{"lifecycle": "retired"}), header: anyVersion}},
	"mergeAsset": {{path: func(s *server) string { return fmt.Sprintf("/assets/%d/merges", newAsset(s).ID) }, want: "401 403 403 403 403 403 200 403",
		body: func(s *server) any { return map[string]any{"intoId": s.state.CaseDesk.ID, "reason": "The same."} }}},
	"registerRelease": {{path: to("/assets/%d/releases", caseDesk), want: "401 403 403 201 403 403 201 403", body: func(*server) any { return map[string]any{"number": fresh("r")} }}},
	"changeRelease":   {{path: func(s *server) string { return fmt.Sprintf("/releases/%d", newRelease(s).ID) }, want: "401 403 403 200 403 403 200 403", body: body(map[string]any{"notes": "n"}), header: anyVersion}},
	"sendSbom":        {{path: func(s *server) string { return fmt.Sprintf("/releases/%d/sboms", newRelease(s).ID) }, want: "401 403 403 201 403 403 201 403", body: func(*server) any { return sample.Document() }}},
	"sendAnySbom": {{path: func(s *server) string { return fmt.Sprintf("/sboms?release=%d", newRelease(s).ID) }, want: "401 403 403 201 403 403 201 403", body: func(*server) any { return sample.Document() }},
		{name: "later", path: func(s *server) string { return fmt.Sprintf("/sboms?release=%d", newRelease(s).ID) }, want: "401 403 403 202 403 403 202 403", body: func(*server) any { return sample.Document() }, header: fixed("Prefer: respond-async")}},
	"moveDelivery":     {{path: func(s *server) string { return fmt.Sprintf("/deliveries/%d/transitions", s.handIn()) }, want: "401 404 404 200 404 403 200 403", body: body(map[string]any{"to": "cancelled"})}},
	"makeUploadLink":   {{path: to("/releases/%d/upload-links", caseDesk42), want: "401 403 403 201 403 403 201 403", body: body(map[string]any{"supplier": "ACME", "expiresAt": soon()})}},
	"revokeUploadLink": {{path: func(s *server) string { return fmt.Sprintf("/upload-links/%d/transitions", s.linkOf(newLink(s)).ID) }, want: "401 403 403 200 403 403 200 403", body: body(map[string]any{"to": "revoked"})}},
	"sendByLink":       {{path: func(s *server) string { return "/uploads/" + newLink(s) }, want: "202 202 202 202 202 202 202 202", body: func(*server) any { return sample.Document() }, nobody: true}},
	"setRetention": {{path: fixed("/retention-rules"), want: "401 403 403 403 403 403 201 403", body: func(s *server) any {
		return map[string]any{"agencyId": newAgency(s).ID, "keepLast": 3, "keepDays": 365, "reason": "Archives Act"}
	}}},
	"endRetention": {{path: func(s *server) string { return fmt.Sprintf("/retention-rules/%d/transitions", newRule(s)) }, want: "401 403 403 403 403 403 204 403", body: body(map[string]any{"to": "ended"})}},
	"withdrawSbom": {{path: func(s *server) string {
		return fmt.Sprintf("/sboms/%d/transitions", sample.SBOM(s.t, s.store, newRelease(s).ID, nil).ID)
	}, want: "401 403 403 200 403 403 200 403", body: body(map[string]any{"to": "withdrawn", "reason": "Of another product."})}},
	"registerDeployment": {{path: fixed("/deployments"), want: "401 403 201 201 403 403 201 403",
		body: func(s *server) any {
			return map[string]any{"agencyId": s.state.Insurance.ID, "assetId": s.state.CaseDesk.ID, "service": fresh("service")}
		}}},
	"changeDeployment": {{path: func(s *server) string { return fmt.Sprintf("/deployments/%d", newDeployment(s).ID) }, want: "401 403 200 200 403 403 200 403", body: body(map[string]any{"criticality": 3}), header: anyVersion}},
	"moveDeployment": {{path: func(s *server) string { return fmt.Sprintf("/deployments/%d/transitions", newDeployment(s).ID) }, want: "401 403 200 200 403 403 403 403", body: body(map[string]any{"to": "confirmed"})},
		{name: "withdrawn", path: func(s *server) string { return fmt.Sprintf("/deployments/%d/transitions", newDeployment(s).ID) }, want: "401 403 200 200 403 403 200 403", body: body(map[string]any{"to": "withdrawn"})}},
	"createUser": {{path: fixed("/users"), want: "401 403 403 403 403 403 403 201", body: body(map[string]any{"name": "Nia New", "email": "nia@example.gov"})}},
	"closeUser": {{path: func(s *server) string {
		return fmt.Sprintf("/users/%d/transitions", sample.User(s.t, s.store, "Gus Gone", models.Auditor, 0).ID)
	}, want: "401 403 403 403 403 403 403 200", body: body(map[string]any{"to": "closed"})}},
	"giveRole": {{path: to("/users/%d/memberships", readerID), want: "401 403 403 403 403 403 403 201", body: body(map[string]any{"role": "auditor"})}},
	"endRole": {{path: func(s *server) string {
		roles, err := s.store.Memberships(context.Background(), sample.User(s.t, s.store, "Gil Going", models.Auditor, 0).ID)
		s.must(err)
		return fmt.Sprintf("/memberships/%d/transitions", roles[0].ID)
	}, want: "401 403 403 403 403 403 403 204", body: body(map[string]any{"to": "ended"})}},
	"createToken": {{name: "with a token", path: fixed("/tokens"), want: "401 401 401 401 401 401 401 401",
		body: body(map[string]any{"name": "t", "actions": []string{"government:read"}, "expiresAt": time.Now().AddDate(0, 0, 1)})}},
	"revokeToken": {{path: func(s *server) string {
		v, err := s.store.Viewer(context.Background(), s.state.Reader.ID)
		s.must(err)
		token := models.Token{Name: "spare", ExpiresAt: time.Now().AddDate(0, 0, 1), Actions: models.StringList{"government:read"}}
		_, err = register.New(s.store).CreateToken(context.Background(), v, &token)
		s.must(err)
		return fmt.Sprintf("/tokens/%d/transitions", token.ID)
	}, want: "401 204 404 404 404 404 404 204", body: body(map[string]any{"to": "revoked"})}},
})

// events counts the audit trail.
func (s *server) events() []int64 {
	s.t.Helper()
	var ids []int64
	for {
		f := models.EventFilter{Limit: models.MaxLimit}
		if len(ids) > 0 {
			f.After = ids[len(ids)-1]
		}
		list, err := s.store.Events(context.Background(), sample.By, f)
		s.must(err)
		for _, e := range list {
			ids = append(ids, e.ID)
		}
		if len(list) < models.MaxLimit {
			return ids
		}
	}
}

func TestEveryOperationAnswersEveryRoleAsTheMatrixSays(t *testing.T) {
	doc, _ := described(t)
	s := newServer(t)
	for _, o := range operations(doc) {
		rows := reads[o.id]
		if o.method != http.MethodGet {
			rows = writes[o.id]
		}
		if opens[o.id] != nil {
			rows = opens[o.id]
		}
		if len(rows) == 0 {
			t.Errorf("%s has no row in the matrix: say what each role gets", o.id)
		}
		for _, row := range rows {
			want := strings.Fields(row.want)
			for i, who := range askers {
				s.try(o, row, who, want[i])
			}
		}
	}
}

// try makes one request of the matrix and holds it to its status, and to one event for what succeeds and none otherwise.
func (s *server) try(o operation, row try, who, want string) {
	s.t.Helper()
	name := strings.TrimSpace(o.id + " " + row.name)
	p, b, header := row.path(s), any(nil), []string(nil)
	if row.body != nil {
		b = row.body(s)
	}
	if row.header != nil {
		header = append(header, row.header(s))
	}
	before := s.events()
	a := s.ask(who, o.method, "/v1"+p, b, header...)
	if strconv.Itoa(a.status) != want {
		s.t.Errorf("%s as %q: got %d, want %s: %.300s", name, who, a.status, want, a.body)
	}
	if a.header.Get("API-Version") == "" {
		s.t.Errorf("%s as %q: no API-Version", name, who)
	}
	if a.status >= 400 && a.header.Get("Content-Type") != "application/problem+json" {
		s.t.Errorf("%s as %q: %d is %s", name, who, a.status, a.header.Get("Content-Type"))
	}
	wantEvents := 0
	if o.method != http.MethodGet && a.status < 300 && opens[o.id] == nil {
		wantEvents = max(1, row.events)
	}
	added := s.events()[len(before):]
	if len(added) != wantEvents {
		s.t.Errorf("%s as %q: %d events, want %d", name, who, len(added), wantEvents)
		return
	}
	if wantEvents == 1 {
		list, err := s.store.Events(context.Background(), sample.By, models.EventFilter{After: added[0] - 1, Limit: 1})
		s.must(err)
		if e := list[0]; row.nobody {
			if e.ActorID != nil || !strings.Contains(e.ActorName, "ACME") && e.ActorName != "Somebody from the public" {
				s.t.Errorf("%s as %q: the event is of %+v", name, who, e)
			}
		} else if e.ActorID == nil || e.TokenID == nil || e.RequestID == "" || e.RequestID != a.header.Get("X-Request-Id") {
			s.t.Errorf("%s as %q: the event does not say who asked: %+v", name, who, e)
		}
	}
}

func TestTheMatrixHasNoRowThatTheDescriptionLacks(t *testing.T) {
	doc, _ := described(t)
	var ids []string
	for _, o := range operations(doc) {
		ids = append(ids, o.id)
	}
	for _, table := range []map[string][]try{reads, opens, writes} {
		for id := range table {
			if !slices.Contains(ids, id) {
				t.Errorf("%s is no operation", id)
			}
		}
	}
}
