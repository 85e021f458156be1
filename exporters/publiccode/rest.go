package publiccode

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"

	"github.com/ospo-register/ospo/licenses"
	"github.com/ospo-register/ospo/models"
)

func (w *writer) legal() {
	d := w.d
	read := d.StatedLicense()
	w.section("legal", func(p *page) {
		switch {
		case read.Kind == licenses.ReadExpression && len(read.Expression.Unlisted()) == 0 && !read.Guessed:
			p.word("license", read.Stated)
		case read.Kind == licenses.ReadExpression && len(read.Expression.Unlisted()) == 0:
			p.word("license", read.Canonical)
			w.changed("legal.license", fmt.Sprintf("%q is said as %s.", read.Stated, read.Canonical))
		case len(d.Licenses) > 1 && d.License == "":
			w.gap(p, "legal.license", fmt.Sprintf("An SPDX expression. %s are stated without saying whether one may choose (OR) or all hold (AND).", read.Stated))
		case read.Stated != "":
			w.gap(p, "legal.license", fmt.Sprintf("An SPDX expression such as EUPL-1.2. %q is none.", read.Stated))
		default:
			w.gap(p, "legal.license", "An SPDX expression such as EUPL-1.2.")
		}
		p.word("mainCopyrightOwner", d.CopyrightOwner)
	})
	if d.AuthorsFile != "" {
		w.dropped("legal.authorsFile", fmt.Sprintf("Deprecated and left out; %s stays in the repository.", d.AuthorsFile))
	}
}

func (w *writer) maintenance() {
	d := w.d
	kind := d.Maintenance
	w.section("maintenance", func(p *page) {
		if !slices.Contains(models.MaintenanceTypes, kind) {
			if kind != "" {
				w.dropped("maintenance.type", fmt.Sprintf("%q is none of the words of the standard.", kind))
			}
			w.gap(p, "maintenance.type", "One of "+strings.Join(models.MaintenanceTypes, ", ")+".")
		} else {
			p.word("type", kind)
		}
		w.contractors(p)
		w.contacts(p)
	})
}

// contractors must be there when maintenance is by contract, and must not otherwise (publiccode.yml 0.7, maintenance/contractors).
func (w *writer) contractors(p *page) {
	list := w.d.Contractors
	switch {
	case w.d.Maintenance == "contract" && len(list) == 0:
		w.gap(p, "maintenance.contractors", "Who keeps the software under contract: name, and until when.")
	case w.d.Maintenance != "contract" && len(list) > 0:
		w.dropped("maintenance.contractors", "Only software that is kept under contract may name contractors; left out.")
		return
	}
	p.items("contractors", len(list), func(p *page, i int) {
		at := fmt.Sprintf("maintenance.contractors[%d].", i)
		c := list[i]
		if c.Name == "" {
			w.lose(at+"name", models.LossGap, "The name of the contractor.")
		}
		p.line("name: " + scalar(c.Name))
		if c.Until == nil {
			w.gap(p, at+"until", "The day on which the contract ends, as 2026-12-31.")
		} else {
			p.quoted("until", c.Until.String())
		}
		p.word("email", w.mailbox(at+"email", c.Email))
		p.word("website", c.Website)
	})
}

// mailbox is an address of mail, "" for what is none.
func (w *writer) mailbox(key, stated string) string {
	if stated == "" || mailbox.MatchString(stated) {
		return stated
	}
	w.dropped(key, fmt.Sprintf("%q is not a mail address; left out.", stated))
	return ""
}

var mailbox = regexp.MustCompile(`^[^\s<>{}]+@[\p{L}\p{N}][\p{L}\p{N}.-]*\.\p{L}[\p{L}\p{N}-]*$`)

func (w *writer) contacts(p *page) {
	list := w.d.Contacts
	if len(list) == 0 && (w.d.Maintenance == "internal" || w.d.Maintenance == "community") {
		w.gap(p, "maintenance.contacts", "The name of at least one person who keeps the software.")
	}
	p.items("contacts", len(list), func(p *page, i int) {
		c := list[i]
		if c.Name == "" {
			w.lose(fmt.Sprintf("maintenance.contacts[%d].name", i), models.LossGap, "The name of the person.")
		}
		p.line("name: " + scalar(c.Name))
		p.word("email", w.mailbox(fmt.Sprintf("maintenance.contacts[%d].email", i), c.Email))
		p.quoted("phone", c.Phone)
		p.word("affiliation", c.Affiliation)
	})
}

func (w *writer) localisation() {
	w.section("localisation", func(p *page) {
		if ready := w.d.Localised; ready == nil {
			w.gap(p, "localisation.localisationReady", "true when the software is made for several languages, else false.")
		} else {
			p.line(fmt.Sprintf("localisationReady: %t", *ready))
		}
		if len(w.d.Languages) == 0 {
			w.gap(p, "localisation.availableLanguages", "The languages the software speaks, as a list of tags such as en.")
		}
		p.list("availableLanguages", w.d.Languages)
	})
}

func (w *writer) dependencies() {
	w.section("dependsOn", func(p *page) {
		for _, group := range []struct {
			key  string
			list []models.Dependency
		}{{"open", w.d.Open}, {"proprietary", w.d.Proprietary}, {"hardware", w.d.Hardware}} {
			list := slices.DeleteFunc(slices.Clone(group.list), func(d models.Dependency) bool {
				if d.Name == "" {
					w.dropped("dependsOn."+group.key, "One entry has no name; left out.")
				}
				return d.Name == ""
			})
			p.items(group.key, len(list), func(p *page, i int) {
				d := list[i]
				p.word("name", d.Name)
				p.quoted("versionMin", d.VersionMin)
				p.quoted("versionMax", d.VersionMax)
				p.quoted("version", d.Version)
				if d.Optional {
					p.line("optional: true")
				}
			})
		}
	})
}

// without names what the standard has no key for.
func (w *writer) without() {
	d := w.d
	const none = "publiccode.yml has no key for it."
	for _, m := range []struct {
		key    string
		stated bool
	}{
		{"downloadURL", d.DownloadURL != ""}, {"tags", len(d.Tags) > 0}, {"licenses", d.License != "" && len(d.Licenses) > 0}, {"programmingLanguages", len(d.ProgrammingLanguages) > 0},
		{"usageTypes", len(d.UsageTypes) > 0}, {"exemptionText", d.ExemptionText != ""}, {"laborHours", d.LaborHours != nil}, {"contractNumbers", len(d.ContractNumbers) > 0},
		{"sbom", d.SBOM != ""}, {"private", d.Private != nil}, {"feedback", d.Feedback != ""}, {"disclaimerURL", d.DisclaimerURL != ""}, {"disclaimerText", d.DisclaimerText != ""},
		{"aiUseCaseID", d.AIUseCaseID != ""}, {"relatedCode", len(d.RelatedCode) > 0}, {"reusedCode", len(d.ReusedCode) > 0}, {"partners", len(d.Partners) > 0},
		{"createdOn", d.CreatedOn != nil}, {"modifiedOn", d.ModifiedOn != nil}, {"metadataOn", d.MetadataOn != nil}, {"identifiers", len(d.Identifiers) > 0},
	} {
		if m.stated {
			w.dropped(m.key, none)
		}
	}
	for _, key := range slices.Sorted(maps.Keys(d.Kept)) {
		if place := w.moved(strings.ToLower(key)); place != "" {
			w.changed(key, "Deprecated; said as "+place+".")
			continue
		}
		w.dropped(key, "No key of the standard as it is now; left out.")
	}
}

// moved is where a key of the section for Italy went, "" when it went nowhere (publiccode.yml 0.7, change log).
func (w *writer) moved(key string) string {
	if key == "it.riuso.codiceipa" && strings.HasPrefix(w.d.Organisation.URI, "urn:x-italian-pa:") {
		return "organisation.uri"
	}
	for _, section := range []string{"it.piattaforme.", "it.conforme."} {
		if alias, ok := strings.CutPrefix(key, section); ok && slices.Contains(w.d.Supports, "alias:"+alias) {
			return "supports, alias:" + alias
		}
	}
	return ""
}
