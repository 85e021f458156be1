package api

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"github.com/ospo-register/ospo/licenses"
	"github.com/ospo-register/ospo/models"
	"github.com/ospo-register/ospo/policy"
	"github.com/ospo-register/ospo/register"
	"github.com/ospo-register/ospo/verdicts"
)

// VerdictAnswer is the answer with a verdict document.
type VerdictAnswer struct {
	Type     string `header:"Content-Type" hidden:"true"`
	Location string `header:"Location" doc:"Address of the verdict, when it was kept"`
	Body     []byte
}

func verdictAnswer(v *verdicts.Verdict) *VerdictAnswer {
	return &VerdictAnswer{Type: "application/json", Body: v.JSON()}
}

// Situated says what is judged for whom.
type Situated struct {
	Agency int64         `query:"agency" minimum:"1" doc:"The agency whose policies judge, with those above it"`
	Use    []SoftwareUse `query:"use,explode" maxItems:"5" doc:"What is done with the software; may be there several times"`
	Fact   []string      `query:"fact,explode" maxItems:"50" doc:"NAME=VALUE of a fact that rules may ask for, as in /policy-facts; may be there several times" example:"asset.origin=gov-built"`
}

// facts reads uses and facts by name; what is missing stays unknown, and is never taken for “no”.
func (s *Situated) facts() (map[string]any, error) {
	given := map[string]any{}
	var wrong []models.FieldError
	for _, use := range s.Use {
		for name, value := range (policy.Situation{Uses: map[licenses.Use]bool{licenses.Use(use): true}}).Given() {
			given[name] = value
		}
	}
	for _, fact := range s.Fact {
		var refusal *models.Error
		if err := verdicts.ReadFact(fact, given); errors.As(err, &refusal) {
			wrong = append(wrong, models.FieldError{Field: "fact", Code: refusal.Code, Detail: refusal.Detail})
		}
	}
	if len(wrong) > 0 {
		return nil, invalid(wrong)
	}
	return given, nil
}

func (a *api) policyChecks() {
	const tag = "Licence policies"
	verdict := map[string]*huma.MediaType{"application/json": {Schema: &huma.Schema{Type: huma.TypeObject, AdditionalProperties: true, Description: "A verdict: what was judged, by which policies and which licence list, in what situation, and what came out, with the reasons. Its digest covers all of it"}}}
	post(a, "/policy-checks", about{id: "checkPolicy", tag: tag, summary: "Judge an SBOM, a list of packages or a licence by the policies in force", open: true, repeats: true,
		text: "The body is an SBOM document of any format, at most 20 MB, or JSON with either expression (a licence) or purls (a list of packages). The answer is a verdict with reasons and cures. Anybody may ask; nothing is stored. " +
			"With keep=true somebody who is signed in has the verdict kept, with what was judged, so that it can be made again. A pipeline is done with one call: the member “verdict” says allowed, or what it is instead."}, a.checkPolicy)
	get(a, "/policy-checks/{id}", about{id: "getPolicyCheck", tag: tag, summary: "A verdict that was kept", text: "For who kept it, for its agency, and for those who see all.", signedIn: true}, a.getPolicyCheck)
	get(a, "/sboms/{id}/verdict", about{id: "getSbomVerdict", tag: tag, summary: "The verdict on a document of the register", text: "For the agency that answers for the software, or another one; in the situation that is registered for it, with the uses and facts of the request put over that. Made now, and the same every time until a policy, the licence list, the situation or a person's word about a licence changes."}, a.getSBOMVerdict)
	post(a, "/verdict-verifications", about{id: "verifyVerdict", tag: tag, summary: "Make a verdict again, and say same or different", open: true, repeats: true, text: "The verdict is the body. Policies, licence list and document are found by the digests in it, as far as you may see them. Nothing is stored."}, a.verifyVerdict)
	paths := a.huma.OpenAPI().Paths
	paths["/policy-checks"].Post.RequestBody = documentBody
	paths["/verdict-verifications"].Post.RequestBody = &huma.RequestBody{Required: true, Description: "A verdict, as it was answered", Content: verdict}
	for _, op := range []*huma.Operation{paths["/policy-checks"].Post, paths["/policy-checks/{id}"].Get, paths["/sboms/{id}/verdict"].Get} {
		op.Responses["200"].Content = verdict
	}
}

// PolicyCheckInput is what may be judged in place of a document: one of the two.
type PolicyCheckInput struct {
	Expression *string  `json:"expression"`
	PURLs      []string `json:"purls"`
}

// question finds a body that is no document, but asks about a licence or about packages.
var question = regexp.MustCompile(`^\s*\{\s*"(expression|purls)"\s*:`)

// mostQuestion bounds such a body, in bytes.
const mostQuestion = 8 << 20

// readQuestion reads an object with exactly one key. A key that stands twice would be judged by whichever the reader likes best.
func readQuestion(raw []byte) (in PolicyCheckInput, ok bool) {
	d := json.NewDecoder(bytes.NewReader(raw))
	if _, err := d.Token(); err != nil { // "{", or it would be no question
		return in, false
	}
	key, err := d.Token()
	if err != nil {
		return in, false
	}
	if key == "expression" {
		err = d.Decode(&in.Expression)
	} else {
		err = d.Decode(&in.PURLs)
	}
	if err != nil || in.Expression == nil && in.PURLs == nil {
		return in, false
	}
	if end, err := d.Token(); err != nil || end != json.Delim('}') {
		return in, false
	}
	_, err = d.Token()
	return in, errors.Is(err, io.EOF)
}

// subject says what a body is.
func subject(body io.Reader) (verdicts.Kind, io.Reader, error) {
	begun := bufio.NewReaderSize(body, 4096)
	head, err := begun.Peek(512)
	if err != nil && len(head) == 0 && !errors.Is(err, io.EOF) {
		return "", nil, err
	}
	if !question.Match(head) {
		return verdicts.SBOM, begun, nil
	}
	raw, err := io.ReadAll(io.LimitReader(begun, mostQuestion+1))
	if err != nil {
		return "", nil, err
	}
	if len(raw) > mostQuestion {
		return "", nil, models.Refuse(models.TooLarge, "purls-too-large", "The list of packages is larger than 8 MB. Split it.")
	}
	in, ok := readQuestion(raw)
	if !ok {
		return "", nil, invalid([]models.FieldError{{Field: "body", Code: "not-a-question", Detail: `Send {"expression": "…"} or {"purls": ["…", "…"]}, once and with nothing besides, or an SBOM document.`}})
	}
	if in.Expression != nil {
		return verdicts.Expression, strings.NewReader(*in.Expression), nil
	}
	for i, purl := range in.PURLs {
		if strings.ContainsAny(purl, "\n\r") {
			return "", nil, invalid([]models.FieldError{{Field: fmt.Sprintf("purls[%d]", i), Code: "not-a-purl", Detail: "Give one package URL, without line breaks."}})
		}
	}
	return verdicts.PURLs, strings.NewReader(strings.Join(in.PURLs, "\n") + "\n"), nil
}

func (a *api) checkPolicy(ctx context.Context, in *struct {
	Stream
	Situated
	Filename string `query:"filename" maxLength:"255" doc:"What to call it in the answer"`
	Keep     bool   `query:"keep" doc:"true: keep the verdict, and what was judged"`
}) (*VerdictAnswer, error) {
	facts, err := in.facts()
	if err != nil {
		return nil, err
	}
	in.within = checkWithin
	body, err := a.document(&in.Stream)
	if err != nil {
		return nil, err
	}
	defer body.Close()
	c := register.PolicyCheck{AgencyID: in.Agency, Facts: facts, Name: in.Filename}
	if in.Keep {
		if err := signedIn(ctx, "have a verdict kept"); err != nil {
			return nil, err
		}
		c.Keep = register.KeepVerdict
	}
	if c.Kind, c.Body, err = subject(body); err != nil {
		return nil, err
	}
	v, err := a.Register.CheckPolicy(ctx, viewer(ctx), c)
	if errors.Is(err, register.ErrBusy) {
		return nil, busy("The register judges as many documents as it can at the moment. Ask again in a few seconds.")
	}
	if err != nil {
		return nil, err
	}
	out := verdictAnswer(v.Verdict)
	if v.ID != 0 {
		out.Location = fmt.Sprintf("%s/policy-checks/%d", prefix, v.ID)
	}
	return out, nil
}

func (a *api) getPolicyCheck(ctx context.Context, in *ID) (*VerdictAnswer, error) {
	if err := signedIn(ctx, "see verdicts that were kept"); err != nil {
		return nil, err
	}
	row, err := a.Store.PolicyCheck(ctx, viewer(ctx), in.ID)
	if err != nil {
		return nil, err
	}
	return &VerdictAnswer{Type: "application/json", Body: row.Verdict}, nil
}

func (a *api) getSBOMVerdict(ctx context.Context, in *struct {
	ID
	Situated
}) (*VerdictAnswer, error) {
	facts, err := in.facts()
	if err != nil {
		return nil, err
	}
	v, err := a.Register.SBOMVerdict(ctx, viewer(ctx), in.ID.ID, in.Agency, facts)
	if err != nil {
		return nil, err
	}
	return verdictAnswer(v), nil
}

// Verification says whether a verdict came out the same when it was made again.
type Verification struct {
	Same        bool                `json:"same"`
	Digest      string              `json:"digest" doc:"Of the verdict at hand; empty when it was changed after it was made"`
	Again       string              `json:"again" doc:"Digest of the verdict made again"`
	Verdict     string              `json:"verdict" doc:"What it is now; empty when it was not made again"`
	Differences []VerdictDifference `json:"differences" doc:"Causes first"`
}

// VerdictDifference is one thing in which a verdict that was made again differs.
type VerdictDifference struct {
	Member   string `json:"member" doc:"What differs" example:"policy"`
	Have     string `json:"have"`
	Again    string `json:"again"`
	Sentence string `json:"sentence"`
}

func (a *api) verifyVerdict(ctx context.Context, in *Stream) (*struct{ Body Verification }, error) {
	in.within = checkWithin
	body, err := a.document(in)
	if err != nil {
		return nil, err
	}
	defer body.Close()
	v, err := a.Register.VerifyVerdict(ctx, viewer(ctx), body)
	if errors.Is(err, register.ErrBusy) {
		return nil, busy("The register judges as many documents as it can at the moment. Ask again in a few seconds.")
	}
	if err != nil {
		return nil, err
	}
	out := Verification{Same: v.Same, Digest: v.Digest, Differences: each(slices.Clone(v.Differences), func(d *verdicts.Difference) VerdictDifference {
		return VerdictDifference{string(d.Member), d.Have, d.Again, d.Sentence}
	})}
	if v.Again != nil {
		out.Again, out.Verdict = v.Again.Digest, string(v.Again.Verdict)
	}
	return &struct{ Body Verification }{out}, nil
}
