package api

import (
	"context"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"io"
	"mime"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/ospo-register/ospo/models"
	"github.com/ospo-register/ospo/store"
)

// Attachment is a file of a decision. It never changes: a better version comes beside it.
type Attachment struct {
	ID             int64             `json:"id" example:"31"`
	DecisionID     int64             `json:"decisionId"`
	Decision       string            `json:"decision" doc:"Reference of the decision" example:"health-2026-0007"`
	Title          string            `json:"title"`
	Filename       string            `json:"filename"`
	Type           string            `json:"type" doc:"Document type of OCDS, or one of its own that begins with x_" example:"technicalSpecifications"`
	Media          string            `json:"mediaType" doc:"As the bytes bear it out" example:"application/pdf"`
	Tier           Visibility        `json:"tier" doc:"Who may read it, once they may see the decision"`
	Language       string            `json:"language" example:"en"`
	Part           string            `json:"part" doc:"Address of the part of the dossier that it belongs to; empty: the whole case" example:"cost/nextcloud"`
	Bytes          int64             `json:"bytes"`
	SHA256         string            `json:"sha256" doc:"Digest of the file, in hexadecimal: it stands in the log"`
	SupersedesID   *int64            `json:"supersedesId" doc:"The attachment that it is a better version of"`
	SupersededByID *int64            `json:"supersededById" doc:"The attachment that is a better version of it"`
	RedactsID      *int64            `json:"redactsId" doc:"The attachment that it is the redacted form of"`
	RedactedByID   *int64            `json:"redactedById" doc:"The attachment that is its redacted form"`
	Checked        AttachmentVerdict `json:"checked" doc:"What was found in the bytes when they were looked at for malware"`
	CheckedAt      *time.Time        `json:"checkedAt"`
	Withheld       string            `json:"withheld" doc:"Why the file is not handed out to you; empty when it is"`
	FiledAt        time.Time         `json:"filedAt"`
	FiledBy        string            `json:"filedBy" doc:"Shown to who sees the dossier"`
}

// AttachmentVerdict is what is known of the bytes of a file.
type AttachmentVerdict string

// Schema lists the verdicts.
func (AttachmentVerdict) Schema(huma.Registry) *huma.Schema {
	return words("What was found when a file was looked at for malware", models.AttachmentVerdicts...)
}

func (a *api) shapeAttachment(v models.Viewer) func(*store.AttachmentRow) Attachment {
	return func(r *store.AttachmentRow) Attachment {
		return Attachment{ID: r.ID, DecisionID: r.DecisionID, Decision: r.Ref, Title: r.Title, Filename: r.Filename, Type: r.Type, Media: r.Media, Tier: Visibility(r.Tier), Language: r.Language, Part: r.Part, Bytes: r.Bytes,
			SHA256: hex.EncodeToString(r.SHA256), SupersedesID: r.SupersedesID, SupersededByID: r.SupersededByID, RedactsID: r.RedactsID, RedactedByID: r.RedactedByID, Checked: AttachmentVerdict(r.Checked),
			CheckedAt: instant(r.CheckedAt), Withheld: a.Register.WithheldFile(v, r), FiledAt: utc(r.At), FiledBy: r.ByName}
	}
}

func (a *api) attachments() {
	const tag = "Attachments"
	get(a, "/decisions/{id}/attachments", about{id: "listAttachments", tag: tag, summary: "List the files of a decision", text: "In the order in which they were filed, as far as you may see them."}, a.listAttachments)
	post(a, "/decisions/{id}/attachments", about{id: "attachFile", tag: tag, summary: "Attach a file to a decision", streams: true, status: 201,
		text: "The file itself is the body, and Content-Type says what it is; a file whose bytes are something else is refused. For who works on the decision. Example: curl --data-binary @costs.xlsx …/attachments?title=Costs"}, a.attachFile)
	get(a, "/attachments/{id}", about{id: "getAttachment", tag: tag, summary: "What a file of a decision is", text: "Title, type, digest, and who may read it."}, a.getAttachment)
	get(a, "/attachments/{id}/content", about{id: "downloadAttachment", tag: tag, summary: "A file of a decision, byte for byte", text: "Always to be kept and never to be shown: a browser runs nothing that is in it. Withheld (409) when malware was found in it."}, a.downloadAttachment)
	get(a, "/decisions/{id}/bundle", about{id: "downloadDecisionBundle", tag: tag, summary: "All files of a decision in one archive", text: "A zip archive with manifest.json and SHA256SUMS, of what you may have: what was published, the attachments, and, if you see the dossier, every version of its parts."}, a.downloadBundle)
	paths := a.huma.OpenAPI().Paths
	paths["/decisions/{id}/attachments"].Post.RequestBody = &huma.RequestBody{Required: true, Description: "The file, as it is, or compressed for the way with Content-Encoding gzip or zstd", Content: map[string]*huma.MediaType{"application/octet-stream": anyBytes, "application/pdf": anyBytes}}
	paths["/attachments/{id}/content"].Get.Responses["200"].Content = map[string]*huma.MediaType{"application/octet-stream": anyBytes}
	paths["/decisions/{id}/bundle"].Get.Responses["200"].Content = map[string]*huma.MediaType{"application/zip": anyBytes}
}

func (a *api) listAttachments(ctx context.Context, in *struct {
	ID
	Paging
}) (*Page[Attachment], error) {
	v := viewer(ctx)
	if _, err := a.Store.Decision(ctx, v, in.ID.ID); err != nil {
		return nil, err
	}
	l, err := a.Store.Attachments(ctx, v, in.ID.ID, in.page())
	return page(ctx, l, a.shapeAttachment(v)), err
}

// Filing says of a file what it is.
type Filing struct {
	Stream
	Title       string     `query:"title" maxLength:"300" doc:"For people; the file's name when absent"`
	Filename    string     `query:"filename" maxLength:"255" doc:"Else that of Content-Disposition; one of them is needed"`
	Disposition string     `header:"Content-Disposition" doc:"attachment; filename=…"`
	Type        string     `query:"type" maxLength:"60" doc:"Document type of OCDS, or one of its own that begins with x_; x_attachment when absent"`
	Tier        Visibility `query:"tier" doc:"Who may read it; agency when absent"`
	Language    string     `query:"language" maxLength:"35" doc:"Its language, as en"`
	Part        string     `query:"part" maxLength:"100" doc:"Address of the part of the dossier that it belongs to, as cost/nextcloud"`
	Supersedes  int64      `query:"supersedes" minimum:"1" doc:"Number of the attachment that it is a better version of"`
	Redacts     int64      `query:"redacts" minimum:"1" doc:"Number of the attachment that it is the redacted form of"`
}

func (f *Filing) attachment() models.Attachment {
	out := models.Attachment{Title: f.Title, Filename: f.Filename, Type: f.Type, Media: f.Stream.Type, Tier: models.Visibility(f.Tier), Language: f.Language, Part: f.Part, SupersedesID: optionalID(f.Supersedes), RedactsID: optionalID(f.Redacts)}
	if out.Type == "" {
		out.Type = "x_attachment"
	}
	if _, params, err := mime.ParseMediaType(f.Disposition); err == nil && out.Filename == "" {
		out.Filename = params["filename"]
	}
	return out
}

func optionalID(id int64) *int64 {
	if id == 0 {
		return nil
	}
	return &id
}

func (a *api) attachFile(ctx context.Context, in *struct {
	ID
	Filing
}) (*Made[Attachment], error) {
	body, err := a.document(&in.Stream)
	if err != nil {
		return nil, err
	}
	defer body.Close()
	v := viewer(ctx)
	row, err := a.Register.Attach(ctx, v, in.ID.ID, in.attachment(), body)
	if err != nil {
		return nil, asWritten(err)
	}
	return made("attachments", row.ID, 1, a.shapeAttachment(v)(row))
}

func (a *api) getAttachment(ctx context.Context, in *struct {
	ID
	Unless
}) (*One[Attachment], error) {
	v := viewer(ctx)
	row, err := a.Store.Attachment(ctx, v, in.ID.ID)
	if err != nil {
		return nil, err
	}
	return one(1, a.shapeAttachment(v)(row), in.Unless)
}

// Sealed is a file that others have made: no browser runs anything in it.
type Sealed struct {
	ETag        string `header:"ETag" doc:"SHA-256 of the file, in hexadecimal"`
	Type        string `header:"Content-Type" hidden:"true"`
	Length      string `header:"Content-Length" hidden:"true"`
	Disposition string `header:"Content-Disposition" doc:"The name to keep it under"`
	Digest      string `header:"Repr-Digest" doc:"SHA-256 of the file (RFC 9530), to clients that do not ask for compression"`
	Policy      string `header:"Content-Security-Policy" hidden:"true"`
	Sniff       string `header:"X-Content-Type-Options" hidden:"true"`
	Body        func(huma.Context)
}

func (a *api) downloadAttachment(ctx context.Context, in *struct {
	ID
	Unless
	Accept string `header:"Accept-Encoding" hidden:"true"`
}) (*Sealed, error) {
	f, err := a.Register.OpenAttachment(ctx, viewer(ctx), in.ID.ID)
	if err != nil {
		return nil, err
	}
	etag := `"` + hex.EncodeToString(f.SHA256) + `"`
	if strings.Contains(in.IfNoneMatch, etag) || in.IfNoneMatch == "*" {
		_ = f.Close()
		return nil, notModified(etag)
	}
	out := &Sealed{ETag: etag, Type: f.Shown(), Length: strconv.FormatInt(f.Bytes, 10), Disposition: mime.FormatMediaType("attachment", map[string]string{"filename": f.Filename}), Policy: "default-src 'none'; sandbox", Sniff: "nosniff"}
	if !strings.Contains(in.Accept, "gzip") { // on the way a compressed form may take its place, which has another digest
		out.Digest = "sha-256=:" + base64.StdEncoding.EncodeToString(f.SHA256) + ":"
	}
	out.Body = func(hc huma.Context) {
		defer f.Close()
		a.pour(hc, fmt.Sprintf("attachment %d", f.ID), func(w io.Writer) error {
			_, err := io.Copy(w, f)
			return err
		})
	}
	return out, nil
}

// pour writes a body that is made while it is sent. What breaks off is no whole answer to its client.
func (a *api) pour(hc huma.Context, what string, write func(io.Writer) error) {
	hc.SetStatus(http.StatusOK)
	if hc.Method() == http.MethodHead {
		return
	}
	if err := write(hc.BodyWriter()); err != nil {
		a.Log.Warn("sending a file", "file", what, "error", err)
		panic(http.ErrAbortHandler)
	}
}

// Archive is a zip archive that is made while it is sent.
type Archive struct {
	Type        string `header:"Content-Type" hidden:"true"`
	Disposition string `header:"Content-Disposition" doc:"The name to keep it under"`
	Body        func(huma.Context)
}

func (a *api) downloadBundle(ctx context.Context, in *ID) (*Archive, error) {
	b, err := a.Register.Bundle(ctx, viewer(ctx), in.ID)
	if err != nil {
		return nil, err
	}
	return &Archive{Type: "application/zip", Disposition: mime.FormatMediaType("attachment", map[string]string{"filename": b.Filename}), Body: func(hc huma.Context) { a.pour(hc, b.Filename, b.Write) }}, nil
}
