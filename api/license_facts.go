package api

import (
	"context"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"github.com/ospo-register/ospo/licenses"
	licensetexts "github.com/ospo-register/ospo/licenses/texts"
	"github.com/ospo-register/ospo/models"
	"github.com/ospo-register/ospo/register"
)

// LicenseDetail is a licence with what is known of it, what it asks for, and how much it is used.
type LicenseDetail struct {
	License
	LicenseFacts
	Obligations []UseObligations `json:"obligations" doc:"By use"`
	Versions    []string         `json:"versions" doc:"What it may be taken as: itself, and for “or later” each later version"`
	Assets      int              `json:"assets" doc:"Pieces of software that it occurs in, as far as you may see"`
	Packages    int              `json:"packages" doc:"Packages in all of them"`
	HasText     bool             `json:"hasText" doc:"The full text is at …/text"`
	ListVersion string           `json:"listVersion" doc:"Release of the SPDX list that is in force" example:"3.28.0"`
}

// LicenseFacts are what is known of a licence, each on its own axis.
type LicenseFacts struct {
	Openness    Openness          `json:"openness"`
	Reciprocity Reciprocity       `json:"reciprocity"`
	Limits      []UseLimit        `json:"limits"`
	Patents     Patents           `json:"patents"`
	Sources     map[string]string `json:"sources" doc:"Where the value of each axis comes from"`
}

// UseObligations are what a licence asks for in one use.
type UseObligations struct {
	Use   SoftwareUse  `json:"use"`
	Items []Obligation `json:"items"`
}

// Obligation is one thing that a licence demands, forbids or allows.
type Obligation struct {
	Key      string         `json:"key" example:"keep-notices"`
	Title    string         `json:"title"`
	Sentence string         `json:"sentence"`
	Kind     ObligationKind `json:"kind"`
	Source   string         `json:"source" doc:"Where it comes from"`
	Certain  bool           `json:"certain" doc:"false: derived from what kind of licence it is, and not read in its text"`
}

func shapeDuty(d *licenses.Duty) Obligation {
	return Obligation{d.Obligation.Key, d.Obligation.Title, d.Obligation.Sentence, ObligationKind(d.Obligation.Kind), d.Source, d.Certain}
}

func shapeFacts(f licenses.Facts) LicenseFacts {
	out := LicenseFacts{Openness: Openness(f.Openness), Reciprocity: Reciprocity(f.Reciprocity), Limits: []UseLimit{}, Patents: Patents(f.Patents), Sources: f.Sources}
	for _, l := range f.Limits {
		out.Limits = append(out.Limits, UseLimit(l))
	}
	return out
}

func (a *api) licenseFacts() {
	const tag = "Licences"
	get(a, "/licenses/{id}", about{id: "getLicense", tag: tag, summary: "A licence of the SPDX list", text: "What is known of it on each axis, what it asks for by use, and how much it is used."}, a.getLicense)
	get(a, "/licenses/{id}/text", about{id: "downloadLicense", tag: tag, summary: "The full text of a licence", text: "Of the SPDX list that is built in; exceptions too."}, a.downloadLicense)
	post(a, "/license-identifications", about{id: "identifyLicense", tag: tag, summary: "Which licence is this text?", open: true, repeats: true, text: "Compares a text with those of the SPDX list. Nothing is stored."}, a.identifyLicense)
	get(a, "/license-compatibility", about{id: "compareLicenses", tag: tag, summary: "May something under one licence be part of a work under another?", text: "With the source of each answer. It is information, and no advice on a case."}, a.compareLicenses)
	a.huma.OpenAPI().Paths["/licenses/{id}/text"].Get.Responses["200"].Content = map[string]*huma.MediaType{"text/plain": {Schema: &huma.Schema{Type: huma.TypeString}}}
}

// LicenseID is the path parameter that names a licence.
type LicenseID struct {
	ID string `path:"id" maxLength:"100" doc:"Identifier on the SPDX list, in any case" example:"EUPL-1.2"`
}

func (a *api) getLicense(ctx context.Context, in *struct {
	LicenseID
	Unless
}) (*One[LicenseDetail], error) {
	list, err := a.Register.LicenseList(ctx)
	if err != nil {
		return nil, err
	}
	l, ok := list.Get(in.ID)
	if !ok {
		return nil, models.Refuse(models.NotFound, "license-not-found", "This identifier is not on the SPDX licence list "+list.Version().Number+".")
	}
	leaf := licenses.Leaf{ID: l.ID}
	out := LicenseDetail{License: shapeLicense(&l), LicenseFacts: shapeFacts(list.Facts(leaf)), Obligations: []UseObligations{}, Versions: []string{}, ListVersion: list.Version().Number}
	for _, use := range licenses.Uses() {
		out.Obligations = append(out.Obligations, UseObligations{SoftwareUse(use), each(list.Owes(leaf, use), shapeDuty)})
	}
	for _, version := range leaf.Versions() {
		out.Versions = append(out.Versions, version.String())
	}
	_, out.HasText = licensetexts.Text(l.ID)
	if _, out.Packages, out.Assets, err = a.Store.LicenseUses(ctx, viewer(ctx), l.ID, 1); err != nil {
		return nil, err
	}
	return one(1, out, in.Unless)
}

func (a *api) downloadLicense(_ context.Context, in *struct {
	LicenseID
	Unless
}) (*Document, error) {
	text, ok := licensetexts.Text(in.ID)
	if !ok {
		return nil, models.Refuse(models.NotFound, "license-not-found", "There is no text of this licence in the SPDX list "+licenses.ListVersion().Number+" that is built in.")
	}
	etag, err := tag(1, text)
	if err != nil {
		return nil, err
	}
	if in.IfNoneMatch == "*" || strings.Contains(in.IfNoneMatch, etag) {
		return nil, notModified(etag)
	}
	return &Document{ETag: etag, Type: "text/plain; charset=utf-8", Body: []byte(text)}, nil
}

// IdentificationInput is a text that may be a licence.
type IdentificationInput struct {
	Text string `json:"text" minLength:"1" maxLength:"500000"`
}

// Identification says which listed licence a text is.
type Identification struct {
	Expression string               `json:"expression" doc:"The licences found, all demanded; empty when none was recognised" example:"MIT"`
	Coverage   float64              `json:"coverage" doc:"How much of the text belongs to what was found, 0 to 100, in words"`
	Certain    bool                 `json:"certain" doc:"Nobody has to look"`
	Parts      []IdentificationPart `json:"parts" doc:"What was found where, in the order of the text"`
}

// IdentificationPart is one stretch of a text.
type IdentificationPart struct {
	ID      string `json:"id" doc:"As recognised"`
	Start   int    `json:"start" doc:"First byte"`
	End     int    `json:"end" doc:"The byte after the last"`
	Address bool   `json:"address" doc:"Only a web address was found, not the words of a licence"`
}

func (a *api) identifyLicense(ctx context.Context, in *struct{ Body Body[IdentificationInput] }) (*struct{ Body Identification }, error) {
	if err := in.Body.check(ctx, a, nil); err != nil {
		return nil, err
	}
	m := licensetexts.Identify(in.Body.Value.Text)
	return &struct{ Body Identification }{Identification{m.Expression.String(), m.Coverage, m.Certain, each(m.Parts, func(p *licensetexts.Part) IdentificationPart {
		return IdentificationPart{p.ID, p.Start, p.End, p.Address}
	})}}, nil
}

// LicenseCompatibility says whether something under one licence may be part of a work under another.
type LicenseCompatibility struct {
	Inbound  string                `json:"inbound" doc:"Of the part, in canonical form"`
	Outbound string                `json:"outbound" doc:"Of the work, in canonical form"`
	Linking  Linking               `json:"linking"`
	Answer   Answer                `json:"answer"`
	Via      string                `json:"via" doc:"What of the inbound expression gives the answer; empty when the answer is no"`
	Blockers []string              `json:"blockers" doc:"Licences that keep the answer from being better"`
	Reasons  []CompatibilityReason `json:"reasons" doc:"For each inbound licence"`
}

// CompatibilityReason is the answer for one inbound licence.
type CompatibilityReason struct {
	License string `json:"license"`
	Answer  Answer `json:"answer"`
	Reason  string `json:"reason"`
	Source  string `json:"source" doc:"Whose answer it is"`
}

func shapeReason(r *licenses.LeafCompatibility) CompatibilityReason {
	return CompatibilityReason{r.Inbound.String(), Answer(r.Answer), r.Reason, r.Source}
}

func leafTexts(leaves []licenses.Leaf) []string {
	out := make([]string, len(leaves))
	for i, l := range leaves {
		out[i] = l.String()
	}
	return out
}

func (a *api) compareLicenses(ctx context.Context, in *struct {
	Inbound  string  `query:"inbound" required:"true" minLength:"1" maxLength:"2000" doc:"Expression of the part" example:"LGPL-2.1-only OR MIT"`
	Outbound string  `query:"outbound" required:"true" minLength:"1" maxLength:"2000" doc:"Expression of the work, of licences that are known" example:"EUPL-1.2"`
	Linking  Linking `query:"linking" doc:"included when absent"`
}) (*struct{ Body LicenseCompatibility }, error) {
	list, err := a.Register.LicenseList(ctx)
	if err != nil {
		return nil, err
	}
	var wrong []models.FieldError
	read := func(field, text string) licenses.Expression {
		e, err := licenses.Parse(text)
		if err != nil {
			wrong = append(wrong, models.FieldError{Field: field, Code: "not-an-expression", Detail: err.Error()})
		}
		return e.Current()
	}
	inbound, outbound, how := read("inbound", in.Inbound), read("outbound", in.Outbound), licenses.Included
	if len(wrong) > 0 {
		return nil, invalid(wrong)
	}
	if in.Linking != "" {
		how = licenses.Linking(in.Linking)
	}
	if err := register.KnownOutbound(list, outbound); err != nil {
		return nil, err
	}
	p := list.Publish(outbound, inbound, how)
	return &struct{ Body LicenseCompatibility }{LicenseCompatibility{inbound.String(), outbound.String(), Linking(how), Answer(p.Answer), p.Via.String(), leafTexts(p.Blockers), each(p.Reasons, shapeReason)}}, nil
}
