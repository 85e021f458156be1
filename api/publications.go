package api

import (
	"context"

	"github.com/ospo-register/ospo/licenses"
	"github.com/ospo-register/ospo/register"
)

// Publication is the answer to whether a release may be published under a licence. It is information, and no advice on a case.
type Publication struct {
	AssetID     int64             `json:"assetId"`
	Asset       string            `json:"asset"`
	ReleaseID   int64             `json:"releaseId"`
	Release     string            `json:"release"`
	SBOMID      int64             `json:"sbomId" doc:"The document it rests on"`
	ListVersion string            `json:"listVersion" doc:"Release of the SPDX list that is in force"`
	Outbound    string            `json:"outbound" doc:"In canonical form"`
	Answer      Answer            `json:"answer"`
	Sentence    string            `json:"sentence" doc:"The answer in words"`
	Counts      []AnswerCount     `json:"counts" doc:"Components by answer, from the best to the worst"`
	Components  []PublicationPart `json:"components" doc:"What stands in the way first, then the others by name; at most 1,000"`
	More        int               `json:"moreComponents"`
	NoLicense   int               `json:"noLicense" doc:"Components passed on with it of which the document says that nobody has licensed them"`
	Unknown     int               `json:"unknown" doc:"Components passed on with it without a licence that can be read"`
	Separate    int               `json:"separate" doc:"Components that are no part of the product: needed to develop, build or test it, or optional"`
	Product     string            `json:"product" doc:"What the document says is the product itself; empty when it does not say"`
	Stated      string            `json:"stated" doc:"The licence that the document states of the product itself"`
	Assumptions []string          `json:"assumptions" doc:"What was taken to be so because the document leaves it open"`
}

// AnswerCount is how many components have an answer.
type AnswerCount struct {
	Answer Answer `json:"answer"`
	Count  int    `json:"count"`
}

// PublicationPart is the answer for one component.
type PublicationPart struct {
	ComponentID int32                 `json:"componentId"`
	Name        string                `json:"name"`
	Version     string                `json:"version"`
	PURL        string                `json:"purl"`
	License     string                `json:"license" doc:"Effective, with choices made; NONE, NOASSERTION, or the words that cannot be read"`
	Guessed     bool                  `json:"guessed" doc:"The licence is our reading of words that are no expression"`
	Concluded   bool                  `json:"concluded" doc:"By a reviewer of the register, and not by the document"`
	Packages    int                   `json:"packages"`
	Path        []string              `json:"path" doc:"The shortest way from the product to it, both included; only where the answer is not yes"`
	Linking     Linking               `json:"linking"`
	Answer      Answer                `json:"answer"`
	Via         string                `json:"via" doc:"What of the licence makes the answer possible; empty when the answer is no"`
	Blockers    []string              `json:"blockers" doc:"Licences that keep the answer from being better"`
	Reasons     []CompatibilityReason `json:"reasons"`
	Hint        string                `json:"hint" doc:"What would make a better answer"`
}

func shapePublication(p *register.Publication) Publication {
	out := Publication{AssetID: p.Asset.ID, Asset: p.Asset.Title(), ReleaseID: p.Release.ID, Release: p.Release.Number, SBOMID: p.SBOM.ID, ListVersion: p.List.Number, Outbound: p.Outbound.String(), Answer: Answer(p.Answer), Sentence: p.Sentence,
		More: p.More, NoLicense: p.NoLicense, Unknown: p.Unknown, Separate: p.Separate, Product: p.Product, Stated: p.Stated, Assumptions: orEmpty(p.Assumptions), Components: each(p.Components, shapePublicationPart)}
	for _, answer := range licenses.Answers() {
		out.Counts = append(out.Counts, AnswerCount{Answer(answer), p.Counts[answer]})
	}
	return out
}

func shapePublicationPart(c *register.PublicationPart) PublicationPart {
	return PublicationPart{ComponentID: c.ComponentID, Name: c.Component, Version: c.Version, PURL: c.PURL, License: c.License, Guessed: c.Guessed, Concluded: c.Concluded, Packages: c.Packages, Path: orEmpty(c.Path), Linking: Linking(c.How),
		Answer: Answer(c.Answer), Via: c.Via.String(), Blockers: leafTexts(c.Blockers), Reasons: each(c.Reasons, shapeReason), Hint: c.Hint}
}

func (a *api) publications() {
	get(a, "/releases/{id}/publication", about{id: "getPublication", tag: "Publishing", summary: "May a release be published under a licence?",
		text: "From its current document, the licences that hold there and how each part belongs to the product: the answer in words, what stands in the way, and which branch of a choice makes it possible."}, a.getPublication)
}

func (a *api) getPublication(ctx context.Context, in *struct {
	ID
	Outbound string `query:"outbound" maxLength:"2000" doc:"Expression to publish under; the licence that the software is registered with when absent" example:"EUPL-1.2"`
}) (*struct{ Body Publication }, error) {
	p, err := a.Register.Publication(ctx, viewer(ctx), in.ID.ID, in.Outbound)
	if err != nil {
		return nil, err
	}
	return &struct{ Body Publication }{shapePublication(p)}, nil
}
