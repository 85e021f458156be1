package api

import (
	"context"
	"encoding/hex"
	"fmt"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/ospo-register/ospo/models"
)

// DecisionPublication is what the public was told of a decision. It never changes: what is told anew comes beside it.
type DecisionPublication struct {
	Number      int       `json:"number" doc:"1, 2, 3 … of the decision"`
	Digest      string    `json:"digest" doc:"SHA-256 of the document, in hexadecimal: it stands in the log"`
	Size        int       `json:"size" doc:"Bytes of the document"`
	Note        string    `json:"note" doc:"What is different from the one before"`
	PublishedAt time.Time `json:"publishedAt"`
	Href        string    `json:"href" doc:"Where the document is"`
	ProofHref   string    `json:"proofHref" doc:"Where the proof is that it was logged"`
}

// PublicationInput is what is said when a decision is published.
type PublicationInput struct {
	Note string `json:"note,omitempty" maxLength:"2000" doc:"What is different from what was told before"`
}

// PublicationNumber is the path parameter of a publication.
type PublicationNumber struct {
	Number int `path:"number" minimum:"1" doc:"Number of the publication" example:"1"`
}

func shapeDecisionPublication(id int64) func(*models.DecisionPublication) DecisionPublication {
	return func(p *models.DecisionPublication) DecisionPublication {
		href := prefix + "/decisions/" + fmt.Sprint(id) + "/publications/" + fmt.Sprint(p.Number)
		return DecisionPublication{Number: p.Number, Digest: hex.EncodeToString(p.Digest), Size: len(p.Document), Note: p.Note, PublishedAt: utc(p.At), Href: href, ProofHref: href + "/proof"}
	}
}

func (a *api) decisionPublications() {
	const tag = "Decisions"
	get(a, "/decisions/{id}/publications", about{id: "listDecisionPublications", tag: tag, summary: "What the public was told of a decision", text: "Newest first."}, a.listDecisionPublications)
	post(a, "/decisions/{id}/publications", about{id: "publishDecision", tag: tag, summary: "Publish a decision as it stands",
		text: "As its part “publication” says: what is withheld there is left out, with the ground. The document is kept byte for byte and its digest goes into the log. With If-Match it is the case that was read."}, a.publishDecision)
	get(a, "/decisions/{id}/publications/{number}", about{id: "downloadDecisionPublication", tag: tag, summary: "A public document, byte for byte", text: "Its SHA-256 is the one in the log, so that what is downloaded can be checked without asking the register."}, a.downloadDecisionPublication)
	get(a, "/decisions/{id}/publications/{number}/proof", about{id: "proveDecisionPublication", tag: tag, summary: "The proof that a public document was logged", text: "A file of text (c2sp.org/tlog-proof) that anybody can check offline with the document and the log’s public key."}, a.proveDecisionPublication)
	a.suggestions()
	paths := a.huma.OpenAPI().Paths
	paths["/decisions/{id}/publications/{number}"].Get.Responses["200"].Content = map[string]*huma.MediaType{"application/json": {Schema: &huma.Schema{Type: huma.TypeObject, AdditionalProperties: true, Description: "The public document"}}}
	describeText(a, "/decisions/{id}/publications/{number}/proof")
}

// describeText says that an address answers with text.
func describeText(a *api, path string) {
	a.huma.OpenAPI().Paths[path].Get.Responses["200"].Content = map[string]*huma.MediaType{"text/plain": {Schema: &huma.Schema{Type: huma.TypeString}}}
}

func (a *api) listDecisionPublications(ctx context.Context, in *ID) (*struct{ Body List[DecisionPublication] }, error) {
	if _, err := a.Store.Decision(ctx, viewer(ctx), in.ID); err != nil {
		return nil, err
	}
	l, err := a.Store.DecisionPublications(ctx, in.ID)
	return &struct{ Body List[DecisionPublication] }{complete(l, shapeDecisionPublication(in.ID))}, err
}

func (a *api) publishDecision(ctx context.Context, in *struct {
	ID
	Based
	Body Body[PublicationInput]
}) (*One[Decision], error) {
	based, err := in.version()
	if err != nil {
		return nil, err
	}
	if err := in.Body.check(ctx, a, nil); err != nil {
		return nil, err
	}
	return decided(a.Register.PublishDecision(ctx, viewer(ctx), in.ID.ID, based, in.Body.Value.Note))
}

func (a *api) downloadDecisionPublication(ctx context.Context, in *struct {
	ID
	PublicationNumber
	Unless
}) (*Document, error) {
	p, err := a.Register.PublicDocument(ctx, viewer(ctx), in.ID.ID, in.Number)
	if err != nil {
		return nil, err
	}
	return lasting(`"`+hex.EncodeToString(p.Digest)+`"`, "application/json", p.Document, in.Unless)
}

// lasting answers with bytes that never change, unless the client has them.
func lasting(etag, kind string, text []byte, unless Unless) (*Document, error) {
	if unless.IfNoneMatch == "*" || strings.Contains(unless.IfNoneMatch, etag) {
		return nil, notModified(etag)
	}
	return &Document{ETag: etag, Type: kind, Body: text}, nil
}

// plainType is a text for people and programs.
const plainType = "text/plain; charset=utf-8"

// TextAnswer is a text that is made for the asker.
type TextAnswer struct {
	Type string `header:"Content-Type" hidden:"true"`
	Body []byte
}

func textAnswer(text []byte, err error) (*TextAnswer, error) {
	if err != nil {
		return nil, err
	}
	return &TextAnswer{Type: plainType, Body: text}, nil
}

func (a *api) proveDecisionPublication(ctx context.Context, in *struct {
	ID
	PublicationNumber
}) (*TextAnswer, error) {
	return textAnswer(a.Register.PublicationProof(ctx, viewer(ctx), in.ID.ID, in.Number))
}
