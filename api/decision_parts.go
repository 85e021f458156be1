package api

import (
	"context"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/ospo-register/ospo/models"
	"github.com/ospo-register/ospo/register"
)

// Stamp says who put a version of a part on file, in which role, when, and what its digest is. What is stamped never changes.
type Stamp struct {
	Part    DecisionPart  `json:"part"`
	Key     string        `json:"key" doc:"Of the candidate, or number of the person; empty where there is one part"`
	Number  int           `json:"number" doc:"1, 2, 3 … of the same part and key"`
	Digest  string        `json:"digest" doc:"SHA-256 of the content as it is kept, in hexadecimal"`
	ByID    *int64        `json:"byId" doc:"null: the program itself"`
	By      string        `json:"by"`
	Role    Role          `json:"role" doc:"In which they acted"`
	State   DecisionState `json:"state" doc:"Where the case stood"`
	FiledAt time.Time     `json:"filedAt"`
}

func shapeStamp(p *models.DecisionPart) Stamp {
	return Stamp{Part: DecisionPart(p.Part), Key: p.Key, Number: p.Number, Digest: hex.EncodeToString(p.Digest), ByID: p.ByID, By: p.ByName, Role: Role(p.Role), State: DecisionState(p.State), FiledAt: utc(p.At)}
}

// Filed is a version of a part with what it says.
type Filed[T any] struct {
	Stamp
	Content T `json:"content"`
}

// PartText is the content of any part, as it is kept.
type PartText json.RawMessage

// MarshalJSON writes what is kept, byte for byte.
func (t PartText) MarshalJSON() ([]byte, error) { return json.RawMessage(t).MarshalJSON() }

// Schema is that of any object: each kind of part has one of its own, where it is filed.
func (PartText) Schema(huma.Registry) *huma.Schema {
	return &huma.Schema{Type: huma.TypeObject, AdditionalProperties: true, Description: "What the part says; the address where it is filed describes it"}
}

// FiledPart is a version of any part.
type FiledPart struct {
	Stamp
	Content PartText `json:"content"`
	Sealed  bool     `json:"sealed" doc:"You evaluate this case and have not scored it yet: what others gave is closed to you until then, and content is empty"`
}

func shapeFiledPart(p *models.DecisionPart) FiledPart {
	if p.Sealed() {
		return FiledPart{shapeStamp(p), PartText("{}"), true}
	}
	return FiledPart{shapeStamp(p), PartText(p.Content), false}
}

// CandidateKey is the path parameter of a candidate.
type CandidateKey struct {
	Key string `path:"key" minLength:"1" maxLength:"40" doc:"Short name of the candidate, chosen by who files it: small letters, digits and hyphens" example:"nextcloud-self-hosted"`
}

// OneVersion asks for one version of a part.
type OneVersion struct {
	Number int `query:"number" minimum:"1" doc:"This version; the newest when absent"`
}

// decisionParts has an operation to file and one to read each kind of part, described by its struct.
func (a *api) decisionParts() {
	single[models.Need](a, models.PartNeed, "what is needed")
	single[models.People](a, models.PartPeople, "who works on the case")
	single[models.Scan](a, models.PartScan, "the market scan")
	single[models.Criteria](a, models.PartCriteria, "the criteria and their weights")
	single[models.Mitigations](a, models.PartMitigations, "what is done about weaknesses")
	single[models.Proposal](a, models.PartProposal, "what is proposed")
	single[models.Justification](a, models.PartJustification, "the justification")
	single[models.Impossibility](a, models.PartImpossibility, "the record of impossibility")
	single[models.ExemptionRequest](a, models.PartExemption, "the request for an exemption")
	single[models.ExemptionAnswer](a, models.PartAnswer, "the answer to that request")
	single[models.Opinion](a, models.PartOpinion, "the prior opinion")
	single[models.Procedure](a, models.PartProcedure, "the minute of the procedural review")
	single[models.Notices](a, models.PartNotices, "what was announced")
	single[models.Buying](a, models.PartProcurement, "the procedure in which money is spent")
	single[models.Challenges](a, models.PartChallenges, "who objected")
	single[models.ContractTerms](a, models.PartContract, "what the contract says")
	single[models.Registration](a, models.PartRegistration, "what the decision became in the register")
	single[models.PublicTerms](a, models.PartPublication, "what the public is told")
	single[models.Review](a, models.PartReview, "what the review found")
	single[models.CodeRelease](a, models.PartRelease, "whether the code is opened")
	single[models.Remedies](a, models.PartRemediation, "what can be done")
	perCandidate[models.Candidate](a, models.PartCandidate, "a candidate")
	perCandidate[models.LicenseFact](a, models.PartLicense, "the licence of a candidate")
	perCandidate[models.HealthSnapshot](a, models.PartHealth, "how alive the project of a candidate is")
	perCandidate[models.Knockouts](a, models.PartKnockouts, "whether a candidate meets the conditions")
	perCandidate[models.Cost](a, models.PartCost, "what a candidate costs")
	perCandidate[models.LockIn](a, models.PartLockIn, "how hard a candidate would be to leave")
	perPerson[models.ScoreSheet](a, models.PartScores, "the scores of an evaluator")
	perPerson[models.Approval](a, models.PartApproval, "the word of an approver")
	get(a, "/decisions/{id}/candidates", about{id: "listCandidates", tag: "Dossiers", summary: "The candidates of a case", text: "The newest version of each, in the order in which they were first filed.", signedIn: true}, a.listCandidates)
	get(a, "/decisions/{id}/part-versions", about{id: "listPartVersions", tag: "Dossiers", summary: "Every version of the parts of a case", text: "Newest first, each with its digest. What a version says is where the part is, with its number.", signedIn: true}, a.listPartVersions)
}

// partPath is where a part is filed.
func partPath(p models.Part) string {
	switch {
	case p.Name == models.PartCandidate:
		return "/decisions/{id}/candidates/{key}"
	case p.Keying == models.KeyCandidate:
		return "/decisions/{id}/candidates/{key}/" + string(p.Name)
	}
	return "/decisions/{id}/" + string(p.Name)
}

// partOperations describes how a part is filed and read.
func partOperations(name models.PartName, what string) (path string, file, read about) {
	p, err := models.PartOf(name)
	if err != nil {
		panic(err) // the parts are part of the program
	}
	camel := ""
	for word := range strings.SplitSeq(string(name), "-") {
		camel += strings.ToUpper(word[:1]) + word[1:]
	}
	who := make([]string, len(p.By))
	for i, r := range p.By {
		who[i] = string(r)
	}
	file = about{id: "fileDecision" + camel, tag: "Dossiers", summary: "File " + what,
		text: "By who is " + strings.Join(who, ", ") + " at the agency, while the case is at " + states(p.Open) + ". The version before it stays. What is the same as what is on file changes nothing. The answer is the decision with its new version."}
	read = about{id: "getDecision" + camel, tag: "Dossiers", summary: "Read " + what, text: "With who filed it, and its digest. The ETag is that of the case: send it back in If-Match to change the part.", signedIn: true}
	return partPath(p), file, read
}

func states(list []models.DecisionState) string {
	names := make([]string, len(list))
	for i, s := range list {
		names[i] = string(s)
	}
	return strings.Join(names, ", ")
}

// content is the struct of a part: its pointer knows the rules.
type content[T any] interface {
	*T
	models.PartContent
}

// single is a part of which there is one in a case.
func single[T any, C content[T]](a *api, name models.PartName, what string) {
	path, file, read := partOperations(name, what)
	put(a, path, file, func(ctx context.Context, in *struct {
		ID
		Based
		Body Body[T]
	}) (*One[Decision], error) {
		return filePart[T, C](ctx, a, in.ID.ID, in.Based, name, "", &in.Body)
	})
	get(a, path, read, func(ctx context.Context, in *struct {
		ID
		OneVersion
		Unless
	}) (*One[Filed[T]], error) {
		return readPart[T](ctx, a, in.ID.ID, name, "", in.Number, in.Unless)
	})
}

// perCandidate is a part of which there is one for each candidate.
func perCandidate[T any, C content[T]](a *api, name models.PartName, what string) {
	path, file, read := partOperations(name, what)
	put(a, path, file, func(ctx context.Context, in *struct {
		ID
		CandidateKey
		Based
		Body Body[T]
	}) (*One[Decision], error) {
		return filePart[T, C](ctx, a, in.ID.ID, in.Based, name, in.Key, &in.Body)
	})
	get(a, path, read, func(ctx context.Context, in *struct {
		ID
		CandidateKey
		OneVersion
		Unless
	}) (*One[Filed[T]], error) {
		return readPart[T](ctx, a, in.ID.ID, name, in.Key, in.Number, in.Unless)
	})
}

// perPerson is a part of which each person who may write one has their own.
func perPerson[T any, C content[T]](a *api, name models.PartName, what string) {
	path, file, read := partOperations(name, what)
	file.text = "Your own. " + file.text
	put(a, path, file, func(ctx context.Context, in *struct {
		ID
		Based
		Body Body[T]
	}) (*One[Decision], error) {
		return filePart[T, C](ctx, a, in.ID.ID, in.Based, name, "", &in.Body)
	})
	get(a, path, read, func(ctx context.Context, in *struct {
		ID
		By int64 `query:"by" minimum:"1" doc:"Number of the person; you when absent"`
		OneVersion
		Unless
	}) (*One[Filed[T]], error) {
		if in.By == 0 {
			in.By = viewer(ctx).UserID
		}
		return readPart[T](ctx, a, in.ID.ID, name, fmt.Sprint(in.By), in.Number, in.Unless)
	})
}

// filePart puts what was sent on file, once its form is right.
func filePart[T any, C content[T]](ctx context.Context, a *api, id int64, given Based, name models.PartName, key string, sent *Body[T]) (*One[Decision], error) {
	based, err := given.required()
	if err != nil {
		return nil, err
	}
	if err := sent.check(ctx, a, C(&sent.Value).Validate); err != nil {
		return nil, err
	}
	return decided(a.Register.FilePart(ctx, viewer(ctx), id, based, name, key, sent.raw))
}

// readPart answers with a version of a part, for who sees the dossier.
func readPart[T any](ctx context.Context, a *api, id int64, name models.PartName, key string, number int, unless Unless) (*One[Filed[T]], error) {
	row, err := a.full(ctx, id)
	if err != nil {
		return nil, err
	}
	versions, err := a.Register.PartVersions(ctx, viewer(ctx), id, name, key)
	if err != nil {
		return nil, err
	}
	i := 0
	if number != 0 {
		i = slices.IndexFunc(versions, func(p models.DecisionPart) bool { return p.Number == number })
	}
	if i < 0 || len(versions) == 0 {
		return nil, models.Refuse(models.NotFound, "part-not-found", "Nothing of the part “"+string(name)+"” is on file here yet, or not in that version.")
	}
	if versions[i].Sealed() {
		return nil, models.Refuse(models.Forbidden, "scores-sealed", register.SealedSentence)
	}
	out := Filed[T]{Stamp: shapeStamp(&versions[i])}
	if err := json.Unmarshal(versions[i].Content, &out.Content); err != nil {
		return nil, fmt.Errorf("reading the part %s of decision %d: %w", versions[i].Address(), id, err)
	}
	return one(row.Version, out, unless)
}

func (a *api) listCandidates(ctx context.Context, in *ID) (*struct {
	Body List[Filed[models.Candidate]]
}, error) {
	if _, err := a.full(ctx, in.ID); err != nil {
		return nil, err
	}
	parts, err := a.Store.DecisionParts(ctx, in.ID, time.Now().AddDate(1, 0, 0))
	if err != nil {
		return nil, err
	}
	list := []Filed[models.Candidate]{}
	for i := range parts {
		if parts[i].Part != models.PartCandidate {
			continue
		}
		one := Filed[models.Candidate]{Stamp: shapeStamp(&parts[i])}
		if err := json.Unmarshal(parts[i].Content, &one.Content); err != nil {
			return nil, fmt.Errorf("reading the candidate %s of decision %d: %w", parts[i].Key, in.ID, err)
		}
		list = append(list, one)
	}
	return &struct {
		Body List[Filed[models.Candidate]]
	}{List[Filed[models.Candidate]]{Items: list, Total: Total{Count: len(list), Exact: true}}}, nil
}

func (a *api) listPartVersions(ctx context.Context, in *struct {
	ID
	Part DecisionPart `query:"part" doc:"Only of this kind"`
	Key  string       `query:"key" maxLength:"40" doc:"Only of this candidate or person"`
}) (*struct{ Body List[Stamp] }, error) {
	if _, err := a.full(ctx, in.ID.ID); err != nil {
		return nil, err
	}
	versions, err := a.Register.PartVersions(ctx, viewer(ctx), in.ID.ID, "", "")
	if err != nil {
		return nil, err
	}
	versions = slices.DeleteFunc(versions, func(p models.DecisionPart) bool {
		return in.Part != "" && p.Part != models.PartName(in.Part) || in.Key != "" && p.Key != in.Key
	})
	return &struct{ Body List[Stamp] }{complete(versions, shapeStamp)}, nil
}
