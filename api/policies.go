package api

import (
	"context"
	"encoding/hex"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/ospo-register/ospo/models"
	"github.com/ospo-register/ospo/policy"
	"github.com/ospo-register/ospo/register"
	"github.com/ospo-register/ospo/store"
)

// LicensePolicy is what an agency, or all of government, says about licences.
type LicensePolicy struct {
	ID           int64     `json:"id"`
	AgencyID     *int64    `json:"agencyId" doc:"It binds the agency and all below it; null: all of government"`
	Agency       string    `json:"agency" doc:"Empty for all of government"`
	Name         string    `json:"name"`
	ActiveID     *int64    `json:"activeId" doc:"The version that judges; null when none does"`
	ActiveNumber *int      `json:"activeNumber"`
	DraftID      *int64    `json:"draftId" doc:"The version that is being written, for those who may write it; else null"`
	OpenFindings int       `json:"openFindings" doc:"Of its rules, that you may see"`
	CreatedAt    time.Time `json:"createdAt"`
}

// PolicyVersion is one text of a policy. Once it has left the draft it never changes.
type PolicyVersion struct {
	ID          int64       `json:"id"`
	PolicyID    int64       `json:"policyId"`
	Policy      string      `json:"policy"`
	AgencyID    *int64      `json:"agencyId" doc:"null: all of government"`
	Agency      string      `json:"agency"`
	Number      int         `json:"number" doc:"1, 2, 3 … within the policy"`
	State       PolicyState `json:"state"`
	Digest      string      `json:"digest" doc:"SHA-256 of the document in canonical form, in hexadecimal: what verdicts name"`
	Note        string      `json:"note" doc:"What is different and why"`
	Version     int64       `json:"version" doc:"Counts changes of the draft; goes into If-Match"`
	CreatedAt   time.Time   `json:"createdAt"`
	CreatedBy   string      `json:"createdBy,omitempty" doc:"Shown within government"`
	UpdatedAt   time.Time   `json:"updatedAt"`
	ActivatedAt *time.Time  `json:"activatedAt"`
	ActivatedBy string      `json:"activatedBy,omitempty" doc:"Shown within government"`
	EndedAt     *time.Time  `json:"endedAt" doc:"When it was superseded or discarded"`
}

// PolicyVersionDetail is a version with its document.
type PolicyVersionDetail struct {
	PolicyVersion
	Text      string       `json:"text" doc:"The document as written, in YAML"`
	About     string       `json:"about"`
	Basis     string       `json:"basis" doc:"The law or decision that it rests on"`
	Rules     []PolicyRule `json:"rules" doc:"The first that matches a licence decides it"`
	Otherwise PolicyRule   `json:"otherwise" doc:"What holds of a listed licence that no rule matches"`
}

// PolicyRule is one rule of a policy.
type PolicyRule struct {
	ID        string          `json:"id" example:"no-gpl"`
	Title     string          `json:"title"`
	Outcome   PolicyOutcome   `json:"outcome"`
	Severity  FindingSeverity `json:"severity"`
	Message   string          `json:"message"`
	Basis     string          `json:"basis"`
	Cure      string          `json:"cure"`
	Reference string          `json:"reference"`
	When      string          `json:"when" doc:"Condition in CEL; empty: always"`
	Licenses  []string        `json:"licenses" doc:"What it is about, axis by axis, as “class: strong-copyleft”; none: every licence"`
}

// PolicyDraftInput is what a new draft says.
type PolicyDraftInput struct {
	AgencyID *int64 `json:"agencyId,omitempty" minimum:"1" doc:"Whose policy; leave out for all of government"`
	PolicyTextInput
}

// PolicyTextInput is the text of a draft.
type PolicyTextInput struct {
	Text string `json:"text" minLength:"1" maxLength:"524288" doc:"The policy document, in YAML; docs/policy-language.md says how to write it"`
	Note string `json:"note,omitempty" maxLength:"2000" doc:"What is different and why"`
}

// PolicyFact is something that a condition may ask for.
type PolicyFact struct {
	Name     string   `json:"name" example:"deployment.dataClass"`
	Kind     string   `json:"kind"`
	Sentence string   `json:"sentence"`
	Values   []string `json:"values" doc:"Those it can have, where they are a closed list"`
	Missing  string   `json:"missing" doc:"When it is missing; empty when it never is"`
}

func shapePolicy(v models.Viewer) func(*store.PolicyRow) LicensePolicy {
	return func(p *store.PolicyRow) LicensePolicy {
		out := LicensePolicy{ID: p.ID, AgencyID: p.AgencyID, Agency: p.Agency, Name: p.Name, ActiveID: p.ActiveID, OpenFindings: p.OpenFindings, CreatedAt: utc(p.CreatedAt)}
		if p.ActiveID != nil {
			out.ActiveNumber = &p.ActiveNumber
		}
		if readsDrafts(v, p.AgencyID) {
			out.DraftID = p.DraftID
		}
		return out
	}
}

// readsDrafts reports whether somebody may read what is not released of a policy: who may write it, and who sees all.
func readsDrafts(v models.Viewer, agency *int64) bool {
	of := int64(0)
	if agency != nil {
		of = *agency
	}
	return v.SeesAll() || v.May(models.WritePolicy, of)
}

func readsVersion(v models.Viewer, p *store.PolicyVersionRow) bool {
	return p.State == models.PolicyActive || p.State == models.PolicySuperseded || readsDrafts(v, p.AgencyID)
}

func shapePolicyVersion(v models.Viewer) func(*store.PolicyVersionRow) PolicyVersion {
	return func(p *store.PolicyVersionRow) PolicyVersion {
		out := PolicyVersion{ID: p.ID, PolicyID: p.PolicyID, Policy: p.Policy, AgencyID: p.AgencyID, Agency: p.Agency, Number: p.Number, State: PolicyState(p.State), Digest: hex.EncodeToString(p.Digest), Note: p.Note, Version: p.Version,
			CreatedAt: utc(p.CreatedAt), CreatedBy: p.CreatedBy, UpdatedAt: utc(p.UpdatedAt), ActivatedAt: instant(p.ActivatedAt), ActivatedBy: p.ActivatedBy, EndedAt: instant(p.EndedAt)}
		if !v.InGovernment() {
			out.CreatedBy, out.ActivatedBy = "", ""
		}
		return out
	}
}

func shapePolicyVersionDetail(v models.Viewer, row *store.PolicyVersionRow) (PolicyVersionDetail, error) {
	p, err := policy.Parse([]byte(row.Text))
	if err != nil {
		return PolicyVersionDetail{}, err
	}
	o := p.Otherwise
	return PolicyVersionDetail{PolicyVersion: shapePolicyVersion(v)(row), Text: row.Text, About: p.About, Basis: p.Basis, Rules: each(p.Rules, shapePolicyRule),
		Otherwise: PolicyRule{ID: "otherwise", Outcome: PolicyOutcome(o.Outcome), Severity: FindingSeverity(o.Severity), Message: o.Message, Cure: o.Cure, Licenses: []string{}}}, nil
}

func shapePolicyRule(r *policy.Rule) PolicyRule {
	out := PolicyRule{ID: r.ID, Title: r.Title, Outcome: PolicyOutcome(r.Outcome), Severity: FindingSeverity(r.Severity), Message: r.Message, Basis: r.Basis, Cure: r.Cure, Reference: r.Reference, When: r.When, Licenses: []string{}}
	m := &r.Licenses
	for axis, values := range map[string][]string{"id": m.IDs, "set": m.Sets, "category": texts(m.Categories), "class": texts(m.Classes), "openness": texts(m.Openness), "reciprocity": texts(m.Reciprocity),
		"limit": texts(m.Limits), "patents": texts(m.Patents), "statement": texts(m.Statement)} {
		for _, value := range values {
			out.Licenses = append(out.Licenses, axis+": "+value)
		}
	}
	slices.Sort(out.Licenses)
	return out
}

func texts[T ~string](list []T) []string {
	out := make([]string, len(list))
	for i, x := range list {
		out[i] = string(x)
	}
	return out
}

func (a *api) policies() {
	const tag = "Licence policies"
	get(a, "/license-policies", about{id: "listPolicies", tag: tag, summary: "List the licence policies", text: "That of all government first. A policy binds its agency and all below it; a lower one can only be stricter."}, a.listPolicies)
	post(a, "/license-policies", about{id: "draftPolicy", tag: tag, summary: "Write a draft of a policy", status: 201,
		text: "For an agency, or for all of government; the policy comes into being with its first draft. Every mistake in the text is answered with its line and column, those in conditions too. A draft judges nothing until it is put in force."}, a.draftPolicy)
	get(a, "/license-policies/{id}", about{id: "getPolicy", tag: tag, summary: "A licence policy"}, a.getPolicy)
	get(a, "/license-policies/{id}/versions", about{id: "listPolicyVersions", tag: tag, summary: "List the versions of a policy", text: "Newest first. Drafts are there for those who may write them, and for those who see all."}, a.listPolicyVersions)
	get(a, "/policy-versions/{id}", about{id: "getPolicyVersion", tag: tag, summary: "A version of a policy, with its rules"}, a.getPolicyVersion)
	get(a, "/policy-versions/{id}/document", about{id: "downloadPolicy", tag: tag, summary: "The policy document of a version", text: "In YAML, as written."}, a.downloadPolicy)
	put(a, "/policy-versions/{id}", about{id: "changePolicyDraft", tag: tag, summary: "Change a draft", text: "Its text as a whole. What has been released does not change any more."}, a.changePolicyDraft)
	get(a, "/policy-versions/{id}/transitions", about{id: "listPolicyTransitions", tag: tag, summary: "The history of the policy of a version"}, a.listPolicyTransitions)
	post(a, "/policy-versions/{id}/transitions", about{id: "movePolicyVersion", tag: tag, summary: "Put a draft in force, or discard it",
		text: "The version before it is superseded and kept. What changes across the register is judged in the background. Putting in force asks for If-Match, so that it is the text that was read and rehearsed."}, a.movePolicyVersion)
	post(a, "/policy-versions/{id}/rehearsals", about{id: "rehearsePolicy", tag: tag, summary: "What a version would change, if it were in force", open: true, repeats: true, text: "Over everything that the policy binds, judged now. Nothing is stored. For those who may write the policy."}, a.rehearsePolicy)
	get(a, "/policy-facts", about{id: "listPolicyFacts", tag: tag, summary: "List what a condition may ask for", text: "The facts by name, with their values. A fact that is missing makes a rule undetermined, never a pass."}, a.listPolicyFacts)
	move := a.huma.OpenAPI().Paths["/policy-versions/{id}/transitions"].Post
	move.Responses["428"] = &huma.Response{Description: descriptions[http.StatusPreconditionRequired], Content: move.Responses["412"].Content}
	a.huma.OpenAPI().Paths["/policy-versions/{id}/document"].Get.Responses["200"].Content = map[string]*huma.MediaType{"application/yaml": {Schema: &huma.Schema{Type: huma.TypeString}}}
}

func (a *api) listPolicies(ctx context.Context, _ *struct{}) (*struct{ Body List[LicensePolicy] }, error) {
	l, err := a.Store.Policies(ctx, viewer(ctx))
	return &struct{ Body List[LicensePolicy] }{complete(l, shapePolicy(viewer(ctx)))}, err
}

// onePolicy finds a policy with what the viewer may know of it.
func (a *api) onePolicy(ctx context.Context, id int64) (*store.PolicyRow, error) {
	l, err := a.Store.Policies(ctx, viewer(ctx))
	if err != nil {
		return nil, err
	}
	i := slices.IndexFunc(l, func(p store.PolicyRow) bool { return p.ID == id })
	if i < 0 {
		return nil, models.NoSuch("policy")
	}
	return &l[i], nil
}

func (a *api) getPolicy(ctx context.Context, in *struct {
	ID
	Unless
}) (*One[LicensePolicy], error) {
	p, err := a.onePolicy(ctx, in.ID.ID)
	if err != nil {
		return nil, err
	}
	return one(1, shapePolicy(viewer(ctx))(p), in.Unless)
}

func (a *api) listPolicyVersions(ctx context.Context, in *ID) (*struct{ Body List[PolicyVersion] }, error) {
	if _, err := a.onePolicy(ctx, in.ID); err != nil {
		return nil, err
	}
	l, err := a.Store.PolicyVersions(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	v := viewer(ctx)
	l = slices.DeleteFunc(l, func(p store.PolicyVersionRow) bool { return !readsVersion(v, &p) })
	return &struct{ Body List[PolicyVersion] }{complete(l, shapePolicyVersion(v))}, nil
}

func (a *api) draftPolicy(ctx context.Context, in *struct{ Body Body[PolicyDraftInput] }) (*Made[PolicyVersionDetail], error) {
	if err := in.Body.check(ctx, a, nil); err != nil {
		return nil, err
	}
	want := in.Body.Value
	if want.AgencyID != nil {
		if _, err := a.Store.Agency(ctx, *want.AgencyID); err != nil {
			return nil, err
		}
	}
	row, err := a.Register.DraftPolicy(ctx, viewer(ctx), register.Draft{AgencyID: want.AgencyID, Text: want.Text, Note: want.Note})
	if err != nil {
		return nil, err
	}
	body, err := shapePolicyVersionDetail(viewer(ctx), row)
	if err != nil {
		return nil, err
	}
	return made("policy-versions", row.ID, row.Version, body)
}

// policyVersion finds a version that the viewer may read.
func (a *api) policyVersion(ctx context.Context, id int64) (*store.PolicyVersionRow, error) {
	row, err := a.Store.PolicyVersion(ctx, id)
	if err != nil {
		return nil, err
	}
	if !readsVersion(viewer(ctx), row) {
		return nil, models.NoSuch("policy-version")
	}
	return row, nil
}

// versionAnswer is a version as it is now.
func (a *api) versionAnswer(ctx context.Context, id int64, unless Unless) (*One[PolicyVersionDetail], error) {
	row, err := a.policyVersion(ctx, id)
	if err != nil {
		return nil, err
	}
	body, err := shapePolicyVersionDetail(viewer(ctx), row)
	if err != nil {
		return nil, err
	}
	return one(row.Version, body, unless)
}

func (a *api) getPolicyVersion(ctx context.Context, in *struct {
	ID
	Unless
}) (*One[PolicyVersionDetail], error) {
	return a.versionAnswer(ctx, in.ID.ID, in.Unless)
}

// Document is a text of its own kind.
type Document struct {
	ETag string `header:"ETag" doc:"Of this representation"`
	Type string `header:"Content-Type" hidden:"true"`
	Body []byte
}

func (a *api) downloadPolicy(ctx context.Context, in *struct {
	ID
	Unless
}) (*Document, error) {
	row, err := a.policyVersion(ctx, in.ID.ID)
	if err != nil {
		return nil, err
	}
	etag, err := tag(row.Version, row.Text)
	if err != nil {
		return nil, err
	}
	if in.IfNoneMatch == "*" || strings.Contains(in.IfNoneMatch, etag) {
		return nil, notModified(etag)
	}
	return &Document{ETag: etag, Type: "application/yaml; charset=utf-8", Body: []byte(row.Text)}, nil
}

func (a *api) changePolicyDraft(ctx context.Context, in *struct {
	ID
	Based
	Body Body[PolicyTextInput]
}) (*One[PolicyVersionDetail], error) {
	based, err := in.required()
	if err != nil {
		return nil, err
	}
	if err := in.Body.check(ctx, a, nil); err != nil {
		return nil, err
	}
	if _, err := a.policyVersion(ctx, in.ID.ID); err != nil {
		return nil, err
	}
	if _, err := a.Register.ChangeDraft(ctx, viewer(ctx), in.ID.ID, based, in.Body.Value.Text, in.Body.Value.Note); err != nil {
		return nil, err
	}
	return a.versionAnswer(ctx, in.ID.ID, Unless{})
}

func (a *api) listPolicyTransitions(ctx context.Context, in *struct {
	ID
	Feed
}) (*EventPage, error) {
	row, err := a.policyVersion(ctx, in.ID.ID)
	if err != nil {
		return nil, err
	}
	return a.feed(ctx, models.EventFilter{Noun: "policy", NounID: row.PolicyID}, in.Feed)
}

// PolicyTransition puts a draft in force or discards it.
type PolicyTransition struct {
	To string `json:"to" enum:"active,discarded"`
}

func (a *api) movePolicyVersion(ctx context.Context, in *struct {
	ID
	Based
	Body Body[PolicyTransition]
}) (*One[PolicyVersionDetail], error) {
	based, err := in.version()
	if err != nil {
		return nil, err
	}
	if err := in.Body.check(ctx, a, nil); err != nil {
		return nil, err
	}
	activate := in.Body.Value.To == "active"
	if activate {
		if based, err = in.required(); err != nil {
			return nil, err
		}
	}
	if _, err := a.policyVersion(ctx, in.ID.ID); err != nil {
		return nil, err
	}
	if activate {
		err = a.Register.ActivatePolicy(ctx, viewer(ctx), in.ID.ID, based)
	} else {
		err = a.Register.DiscardDraft(ctx, viewer(ctx), in.ID.ID)
	}
	if err != nil {
		return nil, err
	}
	return a.versionAnswer(ctx, in.ID.ID, Unless{})
}

func (a *api) rehearsePolicy(ctx context.Context, in *ID) (*struct{ Body Impact }, error) {
	if _, err := a.policyVersion(ctx, in.ID); err != nil {
		return nil, err
	}
	im, err := a.Register.RehearsePolicy(ctx, viewer(ctx), in.ID)
	if err != nil {
		return nil, err
	}
	return &struct{ Body Impact }{shapeImpact(im)}, nil
}

func (a *api) listPolicyFacts(context.Context, *struct{}) (*struct{ Body List[PolicyFact] }, error) {
	return &struct{ Body List[PolicyFact] }{complete(policy.Facts(), func(f *policy.Fact) PolicyFact {
		return PolicyFact{f.Name, string(f.Kind), f.Sentence, orEmpty(f.Values), f.Missing}
	})}, nil
}
