package register

import (
	"context"
	"encoding/hex"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/ospo-register/ospo/importers/sbom"
	"github.com/ospo-register/ospo/models"
	"github.com/ospo-register/ospo/proof"
	"github.com/ospo-register/ospo/store"
)

// MaxAttachment is the largest file of a case that is taken when nothing else is said, in bytes.
const MaxAttachment = 256 << 20

// AttachmentRules are what the operator says of the files of cases.
type AttachmentRules struct {
	Most  int64    // the largest file that is taken, in bytes; 0: MaxAttachment
	Check []string // the program with its arguments that looks at each file for malware (CheckAttachment); none: nobody looks
}

// UseAttachmentRules has the register follow them from now on. It is to be called before anything else is.
func (r *Register) UseAttachmentRules(rules AttachmentRules) { r.filing = rules }

// MostAttachment is the largest file of a case that is taken, in bytes.
func (r *Register) MostAttachment() int64 {
	if r.filing.Most > 0 {
		return r.filing.Most
	}
	return MaxAttachment
}

// attaching is who works on cases: each of them may file what belongs to one.
var attaching = []models.Role{models.Procurement, models.Registrar, models.Requester, models.Evaluator, models.Adviser, models.ProceduralReviewer, models.Approver, models.ExemptionAuthority, models.OpinionGiver,
	models.ReleaseOfficer, models.ReviewBody, models.OSPOStaff}

// Attach puts a file on the file of a case: a says what it is, and body is read to its end without being held in memory. Its media type is what its sender says where the bytes bear
// that out (models.AgreedMedia), and what the register already has of the same bytes is not kept twice. Only who works on cases of the agency may, and not once the case has ended.
//
// It is refused as too large (code "attachment-too-large") beyond AttachmentRules.Most, and as invalid with every mistake at once.
func (r *Register) Attach(ctx context.Context, by models.Viewer, decision int64, a models.Attachment, body io.Reader) (*store.AttachmentRow, error) {
	a.ID, a.DecisionID, a.ContentID, a.ByID, a.ByName = 0, decision, 0, optional(by.UserID), by.Name
	a.Filename, a.Title, a.Language, a.Part = fileName(a.Filename), tidy(a.Title), strings.TrimSpace(a.Language), strings.TrimSpace(a.Part)
	a.Title, a.Tier = orElse(a.Title, a.Filename), models.Visibility(orElse(string(a.Tier), string(models.VisibleAgency)))
	if _, _, err := r.attachable(ctx, r.store, by, decision); err != nil { // before the file is read
		return nil, err
	}
	if err := a.Validate(); err != nil {
		return nil, err
	}
	most := r.MostAttachment()
	file, err := r.spoolBody(body, sbom.Limits{Bytes: most})
	if err != nil {
		return nil, ofFile(err, most)
	}
	defer file.close()
	if a.Media, err = media(a, file); err != nil {
		return nil, err
	}
	err = store.Write(ctx, r.store, func(tx *store.Tx) error {
		a.ID, a.At = 0, r.now().Truncate(time.Microsecond)
		return r.attach(ctx, tx, by, &a, file)
	})
	if err != nil {
		return nil, err
	}
	return r.store.Attachment(ctx, by, a.ID)
}

func (r *Register) attach(ctx context.Context, tx *store.Tx, by models.Viewer, a *models.Attachment, file *spool) error {
	if err := tx.Hold(ctx, "decisions", a.DecisionID); err != nil {
		return err
	}
	d, role, err := r.attachable(ctx, tx.Store, by, a.DecisionID)
	if err != nil {
		return err
	}
	if err := fitsCase(ctx, tx, by, a, file.digest); err != nil {
		return err
	}
	content, fresh, err := tx.KeepAttachment(ctx, file.digest, file.size, file.open())
	if err != nil {
		return err
	}
	a.ContentID = content
	if err := tx.AddAttachment(ctx, a); err != nil {
		return err
	}
	if fresh && len(r.filing.Check) > 0 {
		if _, err := tx.Queue(ctx, CheckAttachmentJob{content}); err != nil {
			return err
		}
	}
	after := map[string]any{"attachment": a.ID, "title": a.Title, "filename": a.Filename, "type": a.Type, "media": a.Media, "tier": a.Tier, "bytes": file.size, "sha256": hex.EncodeToString(file.digest)}
	for name, id := range map[string]*int64{"supersedes": a.SupersedesID, "redacts": a.RedactsID} {
		if id != nil {
			after[name] = *id
		}
	}
	if a.Part != "" {
		after["part"] = a.Part
	}
	e := attachmentEvent("attachment.filed", d, a.Tier, after)
	_, err = recordLeaf(ctx, tx, by, e, attachmentLogged(d, a.ID, role, file.digest))
	return err
}

// attachmentEvent is an event about a file of a case, for who may see both.
func attachmentEvent(action string, d *models.Decision, tier models.Visibility, after any) event {
	seen := narrower(d.Visibility, tier)
	return event{action: action, noun: "decision", id: d.ID, title: d.Ref + " " + d.Title, agency: d.AgencyID, from: seen, to: seen, after: after}
}

// attachmentLogged is what the log says of a file of a case.
func attachmentLogged(d *models.Decision, id int64, role models.Role, digest []byte) logged {
	return logged{d.ID, proof.Entry{Ref: d.Ref, Role: string(role), Part: attachmentAddress(id), Digest: hex.EncodeToString(digest), Dossier: hex.EncodeToString(d.Digest)}}
}

// attachmentAddress is how the published record and the log call a file of a case.
func attachmentAddress(id int64) string { return "attachment/" + idText(id) }

// MayAttach reports whether somebody may file something in a case.
func MayAttach(by models.Viewer, row *store.DecisionRow) bool {
	return attachesAs(by, row) >= 0 && !row.State.Ended()
}

// attachesAs is the place in attaching of the role by which somebody files in a case; below 0 they may not.
func attachesAs(by models.Viewer, row *store.DecisionRow) int {
	if !row.Full {
		return -1
	}
	return slices.IndexFunc(attaching, func(role models.Role) bool { return by.Holds(role, row.AgencyID) })
}

// attachable finds a case that the viewer may file something in, and in which role.
func (r *Register) attachable(ctx context.Context, s *store.Store, by models.Viewer, decision int64) (*models.Decision, models.Role, error) {
	row, err := s.Decision(ctx, by, decision)
	if err != nil {
		return nil, "", err
	}
	if !by.SignedIn() {
		return nil, "", models.Refuse(models.Unauthenticated, "sign-in-first", "Sign in, or send an API token, to attach a file.")
	}
	at := attachesAs(by, row)
	if at < 0 {
		return nil, "", models.Refuse(models.Forbidden, "not-allowed", "You may not attach files to this decision. Ask somebody who works on decisions of the agency.")
	}
	if row.State.Ended() {
		return nil, "", models.Refuse(models.Conflict, "case-ended", "This case has ended ("+string(row.State)+"). Attach the file to the decision that follows it.")
	}
	return &row.Decision, attaching[at], nil
}

// fitsCase refuses what does not go with the rest of the case.
func fitsCase(ctx context.Context, tx *store.Tx, by models.Viewer, a *models.Attachment, digest []byte) error {
	var m models.Mistakes
	if name, _, _ := strings.Cut(a.Part, "/"); name != "" {
		if _, err := models.PartOf(models.PartName(name)); err != nil {
			m.Add("part", "unknown", "A dossier has no part “"+name+"”.")
		}
	}
	for field, id := range map[string]*int64{"supersedesId": a.SupersedesID, "redactsId": a.RedactsID} {
		if id == nil {
			continue
		}
		other, err := tx.Attachment(ctx, by, *id)
		switch {
		case models.IsKind(err, models.NotFound), err == nil && other.DecisionID != a.DecisionID:
			m.Add(field, "unknown", "There is no such file in this case.")
		case err != nil:
			return err
		case string(other.SHA256) == string(digest):
			m.Add(field, "same", "These are the very bytes of that file.")
		case field == "supersedesId" && other.SupersededByID != nil:
			m.Add(field, "superseded", fmt.Sprintf("A better version is on file already, as attachment %d. Supersede that one.", *other.SupersededByID))
		}
	}
	return m.Err()
}

// media is the media type that a file is kept under.
func media(a models.Attachment, file *spool) (string, error) {
	head := make([]byte, models.MediaHead)
	n, err := io.ReadFull(file.open(), head)
	if err != nil && n == 0 {
		return "", fmt.Errorf("looking at the beginning of a file: %w", err)
	}
	return models.AgreedMedia(a.Media, a.Filename, head[:n])
}

// ofFile says of a file what the spool says of a document.
func ofFile(err error, most int64) error {
	switch {
	case models.HasCode(err, "sbom-too-large"):
		return models.Refuse(models.TooLarge, "attachment-too-large", "The file is larger than "+sbom.Size(most)+", the limit that the operator has set. Attach what the decision rests on, or ask the operator to raise the limit.")
	case models.HasCode(err, "empty"):
		return models.Refuse(models.Invalid, "empty", "The file is empty.")
	case models.HasCode(err, "body-broken-off"):
		return models.Refuse(models.Invalid, "body-broken-off", "The file did not arrive whole. Send it again.")
	}
	return err
}

// OpenFile is a file of a case that is read by somebody who may. Whoever asked for it reads it and closes it.
type OpenFile struct {
	store.AttachmentRow
	io.ReadCloser
}

// OpenAttachment streams a file of a case, byte for byte as it was sent. It is not found where the viewer may not see the case or the file, and in conflict where it is withheld
// (WithheldFile).
func (r *Register) OpenAttachment(ctx context.Context, v models.Viewer, id int64) (*OpenFile, error) {
	row, err := r.store.Attachment(ctx, v, id)
	if err != nil {
		return nil, err
	}
	if why := r.WithheldFile(v, row); why != "" {
		return nil, models.Refuse(models.Conflict, "attachment-withheld", why)
	}
	body, err := r.store.AttachmentBytes(ctx, row.ContentID)
	if err != nil {
		return nil, err
	}
	return &OpenFile{*row, body}, nil
}

// WithheldFile says why the bytes of a file that a viewer may see are not handed out; "" when they are.
func (r *Register) WithheldFile(v models.Viewer, a *store.AttachmentRow) string {
	switch {
	case a.Checked == models.AttachmentInfected:
		return "Malware was found in this file, so that it is not handed out. It is kept; its operator can have it looked at."
	case len(r.filing.Check) > 0 && !a.Checked.Decided() && !v.InGovernment():
		return "This file has not been looked at for malware yet. Come back later."
	}
	return ""
}
