package web_test

import "testing"

func TestASupplierSuggestsSoftwareAndReadsWhatBecameOfIt(t *testing.T) {
	e, s := published(t)
	s.get(e.page()).want(t, 200, "Suggested by the public", e.page()+"/suggest")
	s.get(e.page()+"/suggest").want(t, 200, "You need no account")
	s.post(e.page()+"/suggest", "name", "", "text", "", "byName", "", "url", "nowhere").want(t, 400, `href="#f-name"`, `href="#f-text"`, `href="#f-byName"`, `href="#f-url"`)
	s.post(e.page()+"/suggest", "name", "Seafile", "text", "It does the same for half.", "byName", "Island Open Services", "contact", "office@islandopen.example", "license", "AGPL-3.0-or-later").want(t, 303)
	s.get(e.page()).want(t, 200, "Seafile", "Received", "Island Open Services").without(t, "office@islandopen.example")
	officer := s.as(e.people["procurement-officer"].ID)
	officer.get(e.page()+"/suggestions").want(t, 200, "Seafile", "office@islandopen.example", "Answer and close", "No candidates are entered at this step").without(t, "Make it a candidate")
	officer.post(e.page()+"/suggestions/1", "do", "declined", "reason", "").want(t, 400, `href="#f-reason"`, "Say why it is declined")
	officer.post(e.page()+"/suggestions/1", "do", "declined", "reason", "It comes at the review in a year.").want(t, 303)
	s.get(e.page()).want(t, 200, "Declined", "It comes at the review in a year.")
	if got := s.get(e.page() + "/suggestions").Status; got != 403 {
		t.Errorf("the public opens the list of who answers: %d", got)
	}
}
