package api

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/ospo-register/ospo/licenses"
	"github.com/ospo-register/ospo/models"
	"github.com/ospo-register/ospo/register"
)

// Checklist is what is owed for a release in a use. It is information, and no advice on a case.
type Checklist struct {
	AssetID     int64           `json:"assetId"`
	Asset       string          `json:"asset"`
	ReleaseID   int64           `json:"releaseId"`
	Release     string          `json:"release"`
	SBOMID      int64           `json:"sbomId" doc:"The document it rests on"`
	Use         SoftwareUse     `json:"use"`
	ListVersion string          `json:"listVersion"`
	Open        int             `json:"open" doc:"Lines that somebody still has to see to"`
	Met         int             `json:"met" doc:"Lines that are met, or do not apply"`
	Items       []ChecklistItem `json:"items" doc:"What is to be done, in the order of the catalogue"`
	Choices     []OpenChoice    `json:"needChoice" doc:"Licences that offer a choice which nobody has made; what their branches ask for is not among the items. At most 500"`
	MoreChoices int             `json:"moreChoices"`
	Unknown     int             `json:"unknown" doc:"Components whose licence is not known: nobody can say what they ask for"`
	NoLicense   int             `json:"noLicense" doc:"Components that nobody has licensed"`
	LeftOut     int             `json:"leftOut" doc:"Components needed only to develop, build or test the product, or optional; and the product itself where government built it"`
}

// OpenChoice is a licence with a choice to make.
type OpenChoice struct {
	License    string `json:"license"`
	Components int    `json:"components"`
}

// ChecklistItem is one thing to do, or not to do, with the licences that ask for it.
type ChecklistItem struct {
	Key      string          `json:"key" example:"keep-notices"`
	Title    string          `json:"title"`
	Sentence string          `json:"sentence"`
	Kind     ObligationKind  `json:"kind"`
	Licenses []ChecklistLine `json:"licenses"`
}

// ChecklistLine is one licence that asks for it, and how far that is met.
type ChecklistLine struct {
	License    string           `json:"license"`
	Source     string           `json:"source" doc:"Where the obligation comes from"`
	Certain    bool             `json:"certain" doc:"false: derived from what kind of licence it is"`
	Components int              `json:"components"`
	Names      []string         `json:"names" doc:"The first of them"`
	State      *ObligationState `json:"state" doc:"null for a right, which asks for nothing"`
	Evidence   string           `json:"evidence,omitempty" doc:"How it is met; shown within government"`
	By         string           `json:"by,omitempty" doc:"Who said so; shown within government"`
	RecordedAt *time.Time       `json:"recordedAt"`
}

func shapeChecklist(c *register.Checklist) Checklist {
	return Checklist{AssetID: c.Asset.ID, Asset: c.Asset.Title(), ReleaseID: c.Release.ID, Release: c.Release.Number, SBOMID: c.SBOM.ID, Use: SoftwareUse(c.Use), ListVersion: c.List.Number, Open: c.Open, Met: c.Met,
		Items:   each(c.Items, shapeChecklistItem),
		Choices: each(c.NeedChoice, func(o *register.OpenChoice) OpenChoice { return OpenChoice(*o) }), MoreChoices: c.MoreChoice, Unknown: c.Unknown, NoLicense: c.NoLicense, LeftOut: c.LeftOut}
}

func shapeChecklistItem(i *register.ChecklistItem) ChecklistItem {
	return ChecklistItem{Key: i.Key, Title: i.Title, Sentence: i.Sentence, Kind: ObligationKind(i.Kind), Licenses: each(i.Licenses, func(l *register.ChecklistLine) ChecklistLine {
		line := ChecklistLine{License: l.License, Source: l.Source, Certain: l.Certain, Components: l.Components, Names: orEmpty(l.Names), Evidence: l.Evidence, By: l.By, RecordedAt: instant(l.At)}
		if state := ObligationState(l.State); state != "" {
			line.State = &state
		}
		return line
	})}
}

func (a *api) obligations() {
	const tag = "Publishing"
	get(a, "/releases/{id}/obligations", about{id: "getObligations", tag: tag, summary: "What is owed for a release in a use", text: "As a checklist, with how far each line is met. A choice of licences that nobody has made is named and not silently made."}, a.getObligations)
	post(a, "/releases/{id}/obligations", about{id: "recordObligation", tag: tag, summary: "Say how an obligation is met", text: "For who answers for the release or runs it. The newest statement counts; the others stay.", status: 201}, a.recordObligation)
	get(a, "/releases/{id}/notice", about{id: "downloadNotice", tag: tag, summary: "The notice of a release", text: "The attribution document that most licences ask for: components with their copyright lines, the full text of every licence, and what is missing to make it complete."}, a.downloadNotice)
	text := &huma.MediaType{Schema: &huma.Schema{Type: huma.TypeString}}
	a.huma.OpenAPI().Paths["/releases/{id}/notice"].Get.Responses["200"].Content = map[string]*huma.MediaType{"text/plain": text, "text/markdown": text, "text/html": text}
}

func (a *api) getObligations(ctx context.Context, in *struct {
	ID
	Use SoftwareUse `query:"use" doc:"distribute-binary when absent"`
}) (*struct{ Body Checklist }, error) {
	use := licenses.UseDistributeBinary
	if in.Use != "" {
		use = licenses.Use(in.Use)
	}
	c, err := a.Register.Obligations(ctx, viewer(ctx), in.ID.ID, use)
	if err != nil {
		return nil, err
	}
	return &struct{ Body Checklist }{shapeChecklist(c)}, nil
}

// ObligationInput says how an obligation is met.
type ObligationInput struct {
	Use        SoftwareUse     `json:"use"`
	License    string          `json:"license" minLength:"1" maxLength:"1000" doc:"As in the checklist" example:"MIT"`
	Obligation string          `json:"obligation" minLength:"1" maxLength:"100" doc:"Key of the item" example:"keep-notices"`
	State      ObligationState `json:"state"`
	Evidence   string          `json:"evidence,omitempty" maxLength:"2000" doc:"How it is met, or why it does not apply, and where that can be seen; needed unless it is open"`
}

// ObligationRecord is a person's statement of how an obligation is met.
type ObligationRecord struct {
	ID         int64           `json:"id"`
	ReleaseID  int64           `json:"releaseId"`
	Use        SoftwareUse     `json:"use"`
	License    string          `json:"license"`
	Obligation string          `json:"obligation"`
	State      ObligationState `json:"state"`
	Evidence   string          `json:"evidence"`
	CreatedAt  time.Time       `json:"createdAt"`
}

func (a *api) recordObligation(ctx context.Context, in *struct {
	ID
	Body Body[ObligationInput]
}) (*struct{ Body ObligationRecord }, error) {
	want := in.Body.Value
	o := models.ObligationRecord{ReleaseID: in.ID.ID, Use: string(want.Use), License: want.License, Obligation: want.Obligation, State: models.ObligationState(want.State), Evidence: want.Evidence}
	if err := in.Body.check(ctx, a, o.Validate); err != nil {
		return nil, err
	}
	if err := a.Register.RecordObligation(ctx, viewer(ctx), &o); err != nil {
		return nil, err
	}
	return &struct{ Body ObligationRecord }{ObligationRecord{o.ID, o.ReleaseID, SoftwareUse(o.Use), o.License, o.Obligation, ObligationState(o.State), o.Evidence, utc(o.CreatedAt)}}, nil
}

// NoticeFormat is a notation that notices are written in.
type NoticeFormat string

// Schema lists the notations.
func (NoticeFormat) Schema(huma.Registry) *huma.Schema {
	return words("The notation to write; text when absent", register.NoticeFormats...)
}

func (a *api) downloadNotice(ctx context.Context, in *struct {
	ID
	Unless
	Format NoticeFormat `query:"format"`
}) (*Download, error) {
	format := register.NoticeText
	if in.Format != "" {
		format = register.NoticeFormat(in.Format)
	}
	e, err := a.Register.Notice(ctx, viewer(ctx), in.ID.ID, format)
	if err != nil {
		return nil, err
	}
	h := sha256.New()
	_, err = io.Copy(h, e)
	if err == nil {
		_, err = e.Seek(0, io.SeekStart)
	}
	if err != nil {
		_ = e.Close()
		return nil, fmt.Errorf("marking a notice: %w", err)
	}
	etag := `"` + hex.EncodeToString(h.Sum(nil)[:8]) + `"`
	if in.IfNoneMatch == "*" || strings.Contains(in.IfNoneMatch, etag) {
		_ = e.Close()
		return nil, notModified(etag)
	}
	d := a.download(e)
	d.ETag = etag
	return &d, nil
}
