package web

import (
	"io"

	"github.com/ospo-register/ospo/models"
	"github.com/ospo-register/ospo/register"
	"github.com/ospo-register/ospo/store"
)

func (s *site) mountAttachments(r *routes) {
	r.get("/decisions/:id/attachments", s.attachments)
	r.post("/decisions/:id/attachments", s.attachFile)
	r.get("/decisions/:id/bundle", s.decisionBundle)
	r.get("/attachments/:id", s.attachment)
	r.get("/attachments/:id/content", s.attachmentContent)
}

// attachmentTypes are the types of documents that the form offers; the list is open (OCDS 1.1, documentType).
var attachmentTypes = []option{
	{Value: "needsAssessment", Label: "Assessment of the need"}, {Value: "marketStudies", Label: "Market study or search"}, {Value: "feasibilityStudy", Label: "Feasibility study"}, {Value: "x_tco", Label: "Cost calculation"},
	{Value: "technicalSpecifications", Label: "Technical specification"}, {Value: "riskProvisions", Label: "Risk or lock-in assessment"}, {Value: "conflictOfInterest", Label: "Declaration of interests"}, {Value: "evaluationReports", Label: "Evaluation report"},
	{Value: "x_ossImpossibilityFinding", Label: "Record of impossibility"}, {Value: "x_ossExemption", Label: "Exemption"}, {Value: "x_opinion", Label: "Opinion"}, {Value: "awardNotice", Label: "Award notice"}, {Value: "complaints", Label: "Challenge or ruling"},
	{Value: "contractSigned", Label: "Signed contract"}, {Value: "contractAnnexe", Label: "Annex of a contract"}, {Value: "x_attachment", Label: "Something else"},
}

// typeWords says a type of document to people.
func typeWords(kind string) string {
	for _, o := range attachmentTypes {
		if o.Value == kind {
			return o.Label
		}
	}
	return kind
}

// fileView is a file of a case as pages show it.
type fileView struct {
	store.AttachmentRow
	Kind     string
	Verdict  tag
	Withheld string
	Digest   string
}

var attachmentTags = map[models.AttachmentVerdict]tag{models.AttachmentUnchecked: {"Not looked at for malware", toneUnknown}, models.AttachmentClean: {"No malware found", toneGood},
	models.AttachmentInfected: {"Malware found", toneBad}, models.AttachmentFailed: {"The malware check failed", toneCaution}}

func (c *page) fileView(a *store.AttachmentRow) fileView {
	return fileView{*a, typeWords(a.Type), attachmentTags[a.Checked], c.site.Register.WithheldFile(c.viewer, a), hexText(a.SHA256)}
}

// attachmentsPage lists the files of a case and takes another.
type attachmentsPage struct {
	Row        *store.DecisionRow
	Path       string
	Form       *form
	Files      []fileView
	Pager      pager
	MayAdd     bool
	Kinds      []option
	Tiers      []option
	Parts      []option
	Supersedes []option
	Most       int64
}

func (s *site) attachments(c *page) error {
	return s.showAttachments(c, newForm("tier", string(models.VisibleAgency), "supersedesId", c.query("supersedes"), "redactsId", c.query("redacts"), "part", c.query("part"), "type", c.query("type")))
}

func (s *site) showAttachments(c *page, f *form) error {
	id, err := c.id("id")
	if err != nil {
		return err
	}
	row, err := s.Store.Decision(c.ctx(), c.viewer, id)
	if err != nil {
		return err
	}
	list, err := s.Store.Attachments(c.ctx(), c.viewer, id, models.Page{After: c.query("after"), Limit: models.MaxLimit})
	if err != nil {
		return err
	}
	p := attachmentsPage{Row: row, Path: casePath(id), Form: f, Pager: pagerOf(c, list, "file", "files"), MayAdd: register.MayAttach(c.viewer, row), Kinds: attachmentTypes, Tiers: words(models.Visibilities), Most: s.Register.MostAttachment()}
	for i := range list.Items {
		a := &list.Items[i]
		p.Files = append(p.Files, c.fileView(a))
		p.Supersedes = append(p.Supersedes, option{Value: idText(a.ID), Label: a.Title + " (" + a.Filename + ")"})
	}
	for _, part := range models.Parts {
		p.Parts = append(p.Parts, option{Value: string(part.Name), Label: part.Title})
	}
	return c.show(view{Name: "attachments", Title: "Files of " + row.Title, Nav: "/decisions", Crumbs: []crumb{{"Decisions", "/decisions"}, {row.Ref, casePath(id)}, {Name: "Files"}}, Form: f, Page: p})
}

// attachFile takes the file that a form sends. It is handed on as it arrives.
func (s *site) attachFile(c *page) error {
	id, err := c.id("id")
	if err != nil {
		return err
	}
	f := newForm()
	var row *store.AttachmentRow
	err = s.sent(c, f, s.Register.MostAttachment(), 0, func(filename string, body io.Reader) error {
		a := models.Attachment{Title: f.get("title"), Filename: filename, Type: orElse(f.get("type"), "x_attachment"), Tier: models.Visibility(f.get("tier")), Language: f.get("language"), Part: f.get("part"),
			SupersedesID: optional(f.id("supersedesId")), RedactsID: optional(f.id("redactsId"))}
		var err error
		row, err = s.Register.Attach(c.ctx(), c.viewer, id, a, body)
		return err
	})
	if err == nil {
		return c.done(casePath(id)+"/attachments", "“"+row.Title+"” is on file.")
	}
	if !f.refused(err) {
		return err
	}
	for i := range f.Problem.Fields {
		if one := &f.Problem.Fields[i]; one.Field == "file" && one.Code == "required" {
			one.Detail, f.Problem.Detail = "Choose the file on your computer.", "No file was sent."
		}
	}
	f.rename("media", "file")
	f.rename("filename", "file")
	if len(f.Problem.Fields) == 0 {
		f.pointTo("file")
	}
	return s.showAttachments(c, f)
}

// attachmentPage is one file of a case.
type attachmentPage struct {
	fileView
	Case string // path of it
}

func (s *site) attachment(c *page) error {
	id, err := c.id("id")
	if err != nil {
		return err
	}
	a, err := s.Store.Attachment(c.ctx(), c.viewer, id)
	if err != nil {
		return err
	}
	p := attachmentPage{c.fileView(a), casePath(a.DecisionID)}
	return c.show(view{Name: "attachment", Title: a.Title, Nav: "/decisions", Crumbs: []crumb{{"Decisions", "/decisions"}, {a.Ref, p.Case}, {"Files", p.Case + "/attachments"}, {Name: a.Title}}, Page: p})
}

// attachmentContent sends a file to be kept: nothing in it is run or shown by a browser.
func (s *site) attachmentContent(c *page) error {
	id, err := c.id("id")
	if err != nil {
		return err
	}
	f, err := s.Register.OpenAttachment(c.ctx(), c.viewer, id)
	if err != nil {
		return err
	}
	defer f.Close()
	c.g.Header("Content-Security-Policy", "default-src 'none'; sandbox")
	return c.download(download{f.Filename, f.Shown(), f.Bytes}, f)
}

// decisionBundle sends all files of a case in one archive.
func (s *site) decisionBundle(c *page) error {
	id, err := c.id("id")
	if err != nil {
		return err
	}
	b, err := s.Register.Bundle(c.ctx(), c.viewer, id)
	if err != nil {
		return err
	}
	return c.pour(b.Filename, "application/zip", b.Write)
}
