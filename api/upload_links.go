package api

import (
	"context"
	"fmt"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/ospo-register/ospo/models"
	"github.com/ospo-register/ospo/register"
	"github.com/ospo-register/ospo/store"
)

// UploadLink lets a supplier without an account send one document for one release. Its secret is not kept.
type UploadLink struct {
	ID        int64           `json:"id"`
	ReleaseID int64           `json:"releaseId"`
	Release   string          `json:"release"`
	AssetID   int64           `json:"assetId"`
	Asset     string          `json:"asset"`
	Supplier  string          `json:"supplier"`
	Email     string          `json:"email" doc:"Of the person asked; nothing is sent to it"`
	Note      string          `json:"note"`
	MaxBytes  int64           `json:"maxBytes"`
	State     UploadLinkState `json:"state"`
	ExpiresAt time.Time       `json:"expiresAt"`
	UsedAt    *time.Time      `json:"usedAt" doc:"When a document was taken"`
	RevokedAt *time.Time      `json:"revokedAt"`
	CreatedAt time.Time       `json:"createdAt"`
	CreatedBy string          `json:"createdBy"`
}

// NewUploadLink is a link with its secret, which is shown this once.
type NewUploadLink struct {
	UploadLink
	Secret  string `json:"secret" doc:"Shown once"`
	PageURL string `json:"pageUrl" doc:"What to give to the supplier: a page that says what is asked" example:"https://register.example.gov/upload/ospo_up_…"`
	URL     string `json:"url" doc:"The same for programs: POST the document to it" example:"https://register.example.gov/v1/uploads/ospo_up_…"`
}

// UploadLinkInput is what a new link is for.
type UploadLinkInput struct {
	Supplier  string    `json:"supplier" minLength:"1" maxLength:"200" doc:"Whose document is asked for" example:"Example Software Ltd"`
	Email     string    `json:"email,omitempty" maxLength:"200" doc:"Of the person asked, for people; nothing is sent"`
	Note      string    `json:"note,omitempty" maxLength:"1000" doc:"What the page says to the supplier"`
	MaxBytes  int64     `json:"maxBytes,omitempty" minimum:"1" maximum:"268435456" doc:"Largest document to take; 64 MB when absent"`
	ExpiresAt time.Time `json:"expiresAt" doc:"Within the next 90 days"`
}

func shapeUploadLink(now time.Time) func(*store.UploadLinkRow) UploadLink {
	return func(l *store.UploadLinkRow) UploadLink {
		out := UploadLink{ID: l.ID, ReleaseID: l.ReleaseID, Release: l.Release, AssetID: l.AssetID, Asset: l.Asset, Supplier: l.Supplier, Email: l.Email, Note: l.Note, MaxBytes: l.MaxBytes, State: "open",
			ExpiresAt: utc(l.ExpiresAt), UsedAt: instant(l.UsedAt), RevokedAt: instant(l.RevokedAt), CreatedAt: utc(l.CreatedAt), CreatedBy: l.MadeBy}
		switch {
		case l.RevokedAt != nil:
			out.State = "revoked"
		case l.UsedAt != nil:
			out.State = "used"
		case !l.ExpiresAt.After(now):
			out.State = "expired"
		}
		return out
	}
}

// UploadLinkState says whether a link still takes a document.
type UploadLinkState string

// Schema lists the states.
func (UploadLinkState) Schema(huma.Registry) *huma.Schema {
	return words("Whether it still takes a document", "open", "used", "revoked", "expired")
}

func (a *api) uploadLinks() {
	const tag = "Upload links"
	get(a, "/releases/{id}/upload-links", about{id: "listUploadLinks", tag: tag, summary: "List the upload links of a release", text: "Newest first, for those who may send its documents.", signedIn: true}, a.listUploadLinks)
	post(a, "/releases/{id}/upload-links", about{id: "makeUploadLink", tag: tag, summary: "Make an upload link", repeats: true, status: 201,
		text: "A supplier without an account sends one document for this release by it. The secret is shown once and never kept, so an Idempotency-Key is not taken here."}, a.makeUploadLink)
	post(a, "/upload-links/{id}/transitions", about{id: "revokeUploadLink", tag: tag, summary: "Revoke an upload link", text: "At once and for good."}, a.revokeUploadLink)
	get(a, "/uploads/{link}", about{id: "getUpload", tag: tag, summary: "What an upload link asks for", text: "For whoever has the link: which document is asked for and, once something was sent, what became of it."}, a.getUpload)
	post(a, "/uploads/{link}", about{id: "sendByLink", tag: tag, summary: "Send a document by an upload link", open: true, repeats: true, status: 202,
		text: "The document is the body. It is kept at once and read afterwards: ask the same address what became of it. A document that is refused does not use the link up."}, a.sendByLink)
	a.huma.OpenAPI().Paths["/uploads/{link}"].Post.RequestBody = documentBody
}

func (a *api) listUploadLinks(ctx context.Context, in *struct {
	ID
	Paging
}) (*Page[UploadLink], error) {
	if err := signedIn(ctx, "see the upload links of a release"); err != nil {
		return nil, err
	}
	l, err := a.Register.UploadLinks(ctx, viewer(ctx), in.ID.ID, in.page())
	return page(ctx, l, shapeUploadLink(time.Now())), err
}

func (a *api) makeUploadLink(ctx context.Context, in *struct {
	ID
	Body Body[UploadLinkInput]
}) (*struct{ Body NewUploadLink }, error) {
	want := in.Body.Value
	l := models.UploadLink{ReleaseID: in.ID.ID, Supplier: want.Supplier, Email: want.Email, Note: want.Note, MaxBytes: max(want.MaxBytes, 0), ExpiresAt: want.ExpiresAt.UTC()}
	if err := in.Body.check(ctx, a, nil); err != nil {
		return nil, err
	}
	secret, err := a.Register.MakeUploadLink(ctx, viewer(ctx), &l)
	if err != nil {
		return nil, err
	}
	row, err := a.Store.UploadLink(ctx, l.ID)
	if err != nil {
		return nil, err
	}
	base := a.base(ctx)
	return &struct{ Body NewUploadLink }{NewUploadLink{shapeUploadLink(time.Now())(row), secret, base + "/upload/" + secret, base + prefix + "/uploads/" + secret}}, nil
}

// base is the address that people reach the register at.
func (a *api) base(ctx context.Context) string {
	if a.PublicURL != "" {
		return a.PublicURL
	}
	x := at(ctx)
	if x.TLS() != nil {
		return "https://" + x.Host()
	}
	return "http://" + x.Host()
}

// UploadLinkTransition revokes a link.
type UploadLinkTransition struct {
	To string `json:"to" enum:"revoked"`
}

func (a *api) revokeUploadLink(ctx context.Context, in *struct {
	ID
	Body Body[UploadLinkTransition]
}) (*struct{ Body UploadLink }, error) {
	if err := in.Body.check(ctx, a, nil); err != nil {
		return nil, err
	}
	l, err := a.Register.RevokeUploadLink(ctx, viewer(ctx), in.ID.ID)
	if err != nil {
		return nil, err
	}
	return &struct{ Body UploadLink }{shapeUploadLink(time.Now())(l)}, nil
}

// Upload is what a supplier sees through a link.
type Upload struct {
	Asked     string        `json:"askedBy" doc:"The agency that asks"`
	Asset     string        `json:"asset"`
	Release   string        `json:"release"`
	Supplier  string        `json:"supplier"`
	Note      string        `json:"note"`
	MaxBytes  int64         `json:"maxBytes"`
	ExpiresAt time.Time     `json:"expiresAt"`
	Open      bool          `json:"open" doc:"A document can be sent"`
	Sent      *UploadSent   `json:"sent" doc:"What was sent last; null while nothing was"`
	Result    *UploadResult `json:"result" doc:"Once a document was taken"`
}

// UploadSent is a document that came by a link.
type UploadSent struct {
	State      DeliveryState `json:"state"`
	Code       string        `json:"code"`
	Reason     string        `json:"reason"`
	Filename   string        `json:"filename"`
	SHA256     string        `json:"sha256"`
	Bytes      int64         `json:"bytes"`
	BytesRead  int64         `json:"bytesRead"`
	CreatedAt  time.Time     `json:"createdAt"`
	FinishedAt *time.Time    `json:"finishedAt"`
}

// UploadResult is what was found in a document that came by a link.
type UploadResult struct {
	Format      SBOMFormat      `json:"format"`
	SpecVersion string          `json:"specVersion"`
	Verdict     SBOMVerdict     `json:"verdict"`
	Packages    int             `json:"packages"`
	Relations   int             `json:"relations"`
	Findings    []Finding       `json:"findings"`
	Quality     []QualityReport `json:"quality"`
}

// Private is an answer that no other site shall learn the address of: the address is the credential.
type Private[T any] struct {
	Referrer string `header:"Referrer-Policy" hidden:"true"`
	Caching  string `header:"Cache-Control" hidden:"true"`
	Robots   string `header:"X-Robots-Tag" hidden:"true"`
	Body     T
}

func private[T any](body T) *Private[T] {
	return &Private[T]{Referrer: "no-referrer", Caching: "no-store", Robots: "noindex", Body: body}
}

// Link is the path parameter that is a secret.
type Link struct {
	Link string `path:"link" maxLength:"200" doc:"The secret of the link" example:"ospo_up_…"`
}

func shapeUpload(l *register.OpenLink) Upload {
	out := Upload{Asked: l.Steward, Asset: l.Asset, Release: l.Release, Supplier: l.Supplier, Note: l.Note, MaxBytes: l.MaxBytes, ExpiresAt: utc(l.ExpiresAt), Open: !l.Spent()}
	if l.Delivery != nil {
		d := shapeDelivery(l.Delivery)
		out.Sent = &UploadSent{d.State, d.Code, d.Reason, d.Filename, d.SHA256, d.Bytes, d.BytesRead, d.CreatedAt, d.FinishedAt}
	}
	if s := l.SBOM; s != nil {
		out.Result = &UploadResult{SBOMFormat(s.Format), s.SpecVersion, SBOMVerdict(s.Verdict), s.Packages, s.Relations, each(s.Findings, shapeFinding), judged(documentQuality(s), "")}
	}
	return out
}

func (a *api) getUpload(ctx context.Context, in *Link) (*Private[Upload], error) {
	l, err := a.Register.OpenUploadLink(ctx, in.Link)
	if err != nil {
		return nil, err
	}
	return private(shapeUpload(l)), nil
}

// mostUploads bounds the documents that are arriving by links at once, and uploadWithin how long one may take.
const (
	mostUploads  = 32
	uploadWithin = time.Hour
)

func (a *api) sendByLink(ctx context.Context, in *struct {
	Link
	Sent
}) (*Private[Upload], error) {
	if _, err := a.Register.OpenUploadLink(ctx, in.Link.Link); err != nil { // who has no link takes no place
		return nil, err
	}
	select {
	case a.uploading <- struct{}{}:
		defer func() { <-a.uploading }()
	default:
		return nil, busy("Many documents are arriving at the moment. Send yours again in a few seconds.")
	}
	in.within = uploadWithin
	body, err := a.document(&in.Stream)
	if err != nil {
		return nil, err
	}
	defer body.Close()
	if _, err := a.Register.DeliverByLink(ctx, in.Link.Link, in.filename(), body, register.Limits{Bytes: a.MaxBody}); err != nil {
		return nil, fmt.Errorf("taking a document by a link: %w", err)
	}
	l, err := a.Register.OpenUploadLink(ctx, in.Link.Link)
	if err != nil {
		return nil, err
	}
	return private(shapeUpload(l)), nil
}
