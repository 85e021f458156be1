package publiccode

import (
	"fmt"

	"github.com/ospo-register/ospo/models"
)

func (r *reader) maintenance(at place) {
	d := r.d
	r.section(at, []rule{
		{key: "type", must: true, what: "one of " + joined(models.MaintenanceTypes), read: r.word(&d.Maintenance, models.MaintenanceTypes...)},
		{key: "contractors", read: r.each(r.contractor)},
		{key: "contacts", read: r.each(r.contact)},
	})
	if at.value.kind != mapping {
		return
	}
	contractors, contracted := at.value.get("contractors")
	contracted = contracted && contractors.value.kind != nothing
	contacts, reachable := at.value.get("contacts")
	reachable = reachable && !contacts.value.empty()
	here := func(key string) place { return place{key: at.key + "." + key, line: at.line, column: at.column} }
	switch d.Maintenance {
	case "contract":
		if !contracted || contractors.value.empty() {
			r.fail("missing-key", here("contractors"), "“maintenance.contractors” is missing or empty. Software maintained under contract must name at least one contractor, with name and until.")
		}
	case "internal", "community", "none":
		if contracted {
			r.fail("contractors-without-contract", place{key: at.key + ".contractors", line: contractors.line, column: contractors.column},
				fmt.Sprintf("“maintenance.contractors” must not be there when “maintenance.type” is “%s”. Leave it out, or write “type: contract”.", d.Maintenance))
		}
		if !reachable && d.Maintenance != "none" {
			r.fail("missing-key", here("contacts"), fmt.Sprintf("“maintenance.contacts” is missing or empty. With “type: %s” it must name %s.", d.Maintenance, someone))
		}
	}
}

func (r *reader) contractor(at place) {
	var c models.Contractor
	r.section(at, []rule{
		{key: "name", must: true, what: "the name of the contractor", read: r.text(&c.Name)},
		{key: "until", must: true, what: "the day on which the contract ends, as YYYY-MM-DD", read: r.date(&c.Until)},
		{key: "email", read: r.email(&c.Email)},
		{key: "website", read: r.url(&c.Website, webOnly)},
	})
	if c != (models.Contractor{}) {
		r.d.Contractors = append(r.d.Contractors, c)
	}
}

func (r *reader) contact(at place) {
	var c models.Contact
	r.section(at, []rule{
		{key: "name", must: true, what: "the full name of a person", read: r.text(&c.Name)},
		{key: "email", read: r.email(&c.Email)},
		{key: "phone", what: "the number in quotes, with its international prefix", read: r.text(&c.Phone)},
		{key: "affiliation", read: r.text(&c.Affiliation)},
	})
	if c != (models.Contact{}) {
		r.d.Contacts = append(r.d.Contacts, c)
	}
}
