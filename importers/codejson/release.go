package codejson

import (
	"net/url"
	"slices"
	"strings"

	"github.com/ospo-register/ospo/importers/jsontree"
	"github.com/ospo-register/ospo/models"
)

// Names by which members go in files of any age. The last of each list is that of NASA's own catalogue.
var (
	nameKeys    = []string{"name", "projectName", "repoName", "Software"}
	addressKeys = []string{"repositoryURL", "repositoryUrl", "repository", "repoURL", "repoPath", "Public Code Repo"}
	flagKeys    = []string{"openSourceProject", "openproject", "governmentWideReuseProject", "govwideReuseproject", "closedproject", "exemption"}
)

// release is one entry while it is read.
type release struct {
	*jsontree.Cursor
	d *models.Description
}

// read reads one entry; at is its place in the file, "" for a file that is one.
func read(doc *jsontree.Document, v *jsontree.Value, at string) *models.Description {
	r := &release{doc.Object(v, at), &models.Description{Format: models.CodeJSON, Kept: map[string]string{}}}
	d := r.d
	if d.Name = r.Text(nameKeys...); d.Name == "" && r.Value.Get("permissions").Empty() && !slices.ContainsFunc(addressKeys, func(k string) bool { return !v.Get(k).Empty() }) {
		doc.Remark("nothing-described", models.Failure, at, v, "This entry has neither a name nor the address of code; it was left out.")
		return nil
	}
	d.SoftwareVersion = r.Text("version")
	d.Organisation.Name = r.Text("organization", "organisation", "agency", "NASA Center")
	d.URL = r.repository()
	d.LandingURL = r.address("homepageURL", "homepageUrl", "homepageURl", "homepage", "projectURL", "External Link")
	d.DownloadURL = r.address("downloadURL", "downloadUrl")
	d.DisclaimerURL = r.address("disclaimerURL", "disclaimerUrl")
	d.DisclaimerText = r.word("disclaimerText")
	d.Feedback = r.feedback()
	d.SBOM = r.Text("SBOM", "sbom")
	d.AIUseCaseID = r.Text("AIUseCaseID")
	d.Maintenance = r.word("maintenance")
	d.SoftwareType = r.word("softwareType")
	d.Platforms, d.Categories = r.Texts("platforms"), r.Texts("categories")
	d.Localised = r.Bool("localisation")
	d.ContractNumbers = r.Texts("contractNumber")
	d.LaborHours = r.laborHours()
	d.ProgrammingLanguages = r.words("language", "languages", "codeLanguage", "Languages")
	d.Tags = r.words("tag", "tags", "projectTags", "Categories")
	d.Identifiers = r.words("id", "identifier")
	r.text()
	r.status()
	r.permissions()
	r.dates()
	d.Contacts = r.contacts("contact", "POCemail")
	d.Partners = r.contacts("partners")
	d.RelatedCode, d.ReusedCode = r.related("relatedCode"), r.related("reusedCode")
	r.required()
	r.Rest(d.Kept, known)
	if len(d.Kept) == 0 {
		d.Kept = nil
	}
	return d
}

// known are keys that the schemas have and a description has no field for.
func known(key string) bool {
	return slices.Contains([]string{".vcs", ".upstream", ".projectType", ".feedbackMechanisms", ".id", "._id", ".repoID", ".repositoryHost", ".reuseFrequency", ".repositoryType", ".userInput", ".fismaLevel", ".group", ".projects", ".systems",
		".subsetInHealthcare", ".userType", ".maturityModelTier", ".agencyAcronym", ".agency", "contact.URL", "contact.phone", "contact.twitter", ".exemption", ".closedproject",
		".status", ".laborHours", "permissions.licenses", ".license", ".licenses"}, key)
}

// word is a text that is not one of the words which tools write for nothing.
func (r *release) word(names ...string) string {
	s := r.Text(names...)
	if nothing(s) {
		return ""
	}
	return s
}

func nothing(s string) bool {
	return slices.Contains([]string{"null", "n/a", "na", "none", "undefined", "-"}, strings.ToLower(s))
}

// address is a web address; one that is none is kept.
func (r *release) address(names ...string) string {
	if v, name := r.Take(names...); v.Is(jsontree.String) && nothing(strings.TrimSpace(v.Text)) {
		if !strings.EqualFold(v.Text, "none") {
			r.Doc.Once("word-for-nothing", models.Warning, r.Key(name), v, "%s is %q; leave the key out instead.", name, v.Text)
		}
		return ""
	}
	return r.Address(names...)
}

// feedback is a list in the first schemas of CMS.
func (r *release) feedback() string {
	if v, name := r.Take("feedbackMechanism", "feedbackMechanisms"); v.Is(jsontree.List) && len(v.Items) > 0 && v.Items[0].Is(jsontree.String) {
		first := strings.TrimSpace(v.Items[0].Text)
		if u, err := url.Parse(first); err == nil && u.Host != "" {
			if len(v.Items) > 1 {
				r.Leave(name)
			}
			return first
		}
	}
	return r.address("feedbackMechanism", "feedbackMechanisms")
}

// repository reads the address of the code. code.json 2.0.0, repositoryURL: it "can be listed as 'private' for repositories that are closed".
func (r *release) repository() string {
	yes, no := true, false
	visibility, _ := r.Take("repositoryVisibility")
	switch stated := r.Text("repositoryVisibility"); strings.ToLower(stated) {
	case "private":
		r.d.Private = &yes
	case "public":
		r.d.Private = &no
	case "":
	default:
		r.Leave("repositoryVisibility")
		r.Doc.Remark("unknown-value", models.Failure, r.Key("repositoryVisibility"), visibility, "repositoryVisibility is %q; write public or private.", stated)
	}
	if v, _ := r.Take(addressKeys...); v.Is(jsontree.String) && strings.EqualFold(strings.TrimSpace(v.Text), "private") {
		if r.d.Private == nil {
			r.d.Private = &yes
		}
		return ""
	}
	return r.address(addressKeys...)
}

func (r *release) text() {
	short, long := r.Text("description", "projectDescription", "Description"), r.Text("longDescription")
	if strings.HasPrefix(strings.ToLower(short), "no description available") {
		short = ""
	}
	if short != "" || long != "" {
		r.d.Texts = map[string]models.DescriptionText{"en": {Short: short, Long: long}}
	}
}

func (r *release) laborHours() *float64 {
	v, _ := r.Take("laborHours", "Labor_Hours")
	n := r.Number("laborHours", "Labor_Hours")
	if n != nil && *n < 0 {
		r.Doc.Remark("negative", models.Failure, r.Key("laborHours"), v, "laborHours is below nought; write how many hours went into the software.")
		r.Leave("laborHours")
		return nil
	}
	return n
}

// stages are the words of code.json for how far software is, and ours. Where two are one of ours, the word is kept too.
var stages = map[string]struct {
	ours string
	keep bool
}{
	"ideation": {"concept", false}, "development": {"development", false}, "alpha": {"development", true}, "beta": {"beta", false},
	"release candidate": {"beta", true}, "production": {"stable", false}, "archival": {"obsolete", false},
}

func (r *release) status() {
	stated := r.word("status")
	if stated == "" {
		return
	}
	v, _ := r.Take("status")
	stage, ok := stages[strings.ToLower(stated)]
	if !ok {
		r.d.Status = stated
		r.Doc.Remark("unknown-value", models.Failure, r.Key("status"), v, "status is %q; write Ideation, Development, Alpha, Beta, Release Candidate, Production or Archival.", stated)
		return
	}
	r.d.Status = stage.ours
	if stage.keep {
		r.Leave("status")
	}
}

// words reads a list of texts or of objects that have one text each, as the first schema had it for tags and languages.
func (r *release) words(inner string, names ...string) []string {
	v, name := r.Take(names...)
	objects := false
	for _, item := range v.List() {
		objects = objects || item.Kind == jsontree.Object
	}
	if !objects {
		return slices.DeleteFunc(r.Texts(names...), nothing)
	}
	var out []string
	for _, item := range v.List() {
		if s := r.Within(item, name).Text(inner, "name"); s != "" && !nothing(s) {
			out = append(out, s)
		}
	}
	return out
}

// required remarks on what every schema asks for.
func (r *release) required() {
	d := r.d
	for _, m := range []struct {
		key     string
		missing bool
	}{
		{"name", d.Name == ""},
		{"description", len(d.Texts) == 0},
		{"repositoryURL", d.URL == "" && (d.Private == nil || !*d.Private) && r.Value.Get("repositoryURL").Empty() && !exempt(d.UsageTypes)},
		{"permissions.usageType", len(d.UsageTypes) == 0 && !r.flagged()},
		{"contact.email", !slices.ContainsFunc(d.Contacts, func(c models.Contact) bool { return c.Email != "" })},
	} {
		if m.missing {
			r.Doc.Remark("missing-key", models.Failure, r.Key(m.key), r.Value, "%s is missing; every entry should have it.", m.key)
		}
	}
}

// flagged reports whether the entry says in the manner of schema 1.0 how it may be used, be it not at all.
func (r *release) flagged() bool {
	return slices.ContainsFunc(flagKeys, func(k string) bool { return !r.Value.Get(k).Empty() })
}

func exempt(usage []string) bool {
	return slices.ContainsFunc(usage, func(u string) bool { return strings.HasPrefix(u, "exempt") || u == "governmentWideReuse" })
}
