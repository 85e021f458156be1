package ocds

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"

	"github.com/ospo-register/ospo/models"
)

// Release is the release of one publication: the whole case as the public is told it then, in canonical bytes. It is immutable:
// keep the bytes. before is the release before this one, nil for the first; from the two follow the tags (a first award is
// "award", a changed one "awardUpdate"), and amendments of a tender or a signed contract, which Case.Note gives the reason for.
//
// It is refused where there is no contracting process (see OCID), where the public is not told the case, and with the
// code "nothing-new" where nothing that open contracting data tell has changed since the release before.
func Release(c *Case, before []byte) ([]byte, error) {
	ocid, err := OCID(c.Prefix, c.Decision)
	if err != nil {
		return nil, err
	}
	told, err := c.ForPublic()
	if err != nil {
		return nil, err
	}
	w := &writer{Case: *c, d: told.Dossier, ocid: ocid}
	w.Case.Case = told
	r := w.release()
	last, err := readBefore(before, ocid, r.Date)
	if err != nil {
		return nil, err
	}
	if err := w.tag(r, last); err != nil {
		return nil, err
	}
	return encoded(r)
}

func encoded(v any) ([]byte, error) {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	err := enc.Encode(v)
	return bytes.TrimSuffix(b.Bytes(), []byte("\n")), err
}

func readBefore(text []byte, ocid, date string) (*release, error) {
	if len(text) == 0 {
		return nil, nil //nolint:nilnil // the first release has none before it
	}
	last := &release{}
	if err := json.Unmarshal(text, last); err != nil {
		return nil, fmt.Errorf("the release before cannot be read: %w", err)
	}
	if last.OCID != ocid || last.Date > date {
		return nil, models.Refuse(models.Conflict, "wrong-release-before", fmt.Sprintf("The release before (%s of %s) is not of this process (%s), or is later than this one (%s).", last.OCID, last.Date, ocid, date))
	}
	return last, nil
}

func (w *writer) release() *release {
	r := &release{OCID: w.ocid, Date: instant(w.At), InitiationType: "tender", Language: w.Language}
	r.Buyer = w.agency()
	told := map[string]bool{"tender": true, "award": w.awards(), "contract": w.d.Contract != nil, "implementation": w.d.Contract != nil}
	r.Planning, r.Tender = w.planning(told), w.tender(r.Buyer, told)
	if told["award"] {
		r.Awards = []award{*w.award(told)}
	}
	if told["contract"] {
		r.Contracts = []contract{*w.contract(told)}
	}
	r.Related, r.Parties = w.related(), w.parties
	return r
}

// awards reports whether there is an award to tell of: it is known who gets it, or the case has come that far.
func (w *writer) awards() bool {
	if w.d.Contract != nil {
		return true // the standard wants the award of a contract
	}
	if w.Reached(models.AwardProposed) == nil && w.Reached(models.Standstill) == nil && w.Reached(models.DecisionContracted) == nil {
		return false
	}
	return w.d.Procurement != nil && text(w.d.Procurement.Value.Supplier) != ""
}

// related are the processes that this one follows, and the one in which it is bought when that has an identifier of another publisher.
func (w *writer) related() []relatedProcess {
	var list []relatedProcess
	for i, r := range w.Related {
		if r.OCID != "" {
			list = append(list, relatedProcess{ID: fmt.Sprintf("%d", i+1), Relationship: []string{r.Relation}, Title: text(r.Title), Scheme: "ocid", Identifier: r.OCID, URI: address(r.URL)})
		}
	}
	if b := w.d.Procurement; b != nil && text(b.Value.OCID) != "" && text(b.Value.OCID) != w.ocid {
		list = append(list, relatedProcess{ID: "procedure", Relationship: []string{"x_procedure"}, Scheme: "ocid", Identifier: text(b.Value.OCID)})
	}
	return list
}

// tag says what is new since the release before, with amendments, and gives the release its identifier.
func (w *writer) tag(r, last *release) error {
	if last == nil {
		last = &release{}
	}
	if t := last.Tender; t != nil {
		r.Tender.Amendments = t.Amendments
	}
	amended := false
	if len(last.Contracts) > 0 && len(r.Contracts) > 0 {
		k, was := &r.Contracts[0], last.Contracts[0]
		k.Amendments = was.Amendments
		amended = was.DateSigned != "" && !same([]any{k.Value, k.Period, k.DateSigned}, []any{was.Value, was.Period, was.DateSigned})
	}
	number := w.Edition
	prior := last.ID
	r.Tag = w.tags(r, last, amended)
	if len(r.Tag) == 0 {
		return models.Refuse(models.Conflict, "nothing-new", "Nothing that open contracting data tell of this decision has changed since the last release. No other is needed.")
	}
	r.ID = fmt.Sprintf("%s-%03d-%s", r.OCID, max(number, 1), r.Tag[0])
	if r.ID == prior {
		return models.Refuse(models.Conflict, "same-release", "The release before has the identifier "+prior+" too. Give each publication a number of its own.")
	}
	change := amendment{Date: r.Date, Rationale: text(w.Note), Amends: prior, Release: r.ID}
	if slices.Contains(r.Tag, "tenderAmendment") {
		r.Tender.Amendments = append(slices.Clone(r.Tender.Amendments), change.called("tender", len(r.Tender.Amendments)))
	}
	if amended {
		k := &r.Contracts[0]
		k.Amendments = append(slices.Clone(k.Amendments), change.called("contract", len(k.Amendments)))
	}
	return nil
}

func (a amendment) called(what string, before int) amendment {
	a.ID = fmt.Sprintf("%s-%d", what, before+1)
	return a
}

// tags are of the closed codelist releaseTag: for each stage whether it is told for the first time or changed.
func (w *writer) tags(r, last *release, amended bool) []string {
	var list []string
	add := func(there, before, changed bool, first, update string) {
		switch {
		case there && !before:
			list = append(list, first)
		case there && changed:
			list = append(list, update)
		}
	}
	running := func(t *tender) bool { return t != nil && t.Status != "planning" && t.Status != "planned" }
	early := []any{r.Planning, r.Parties, r.Related, r.Language}
	was := []any{last.Planning, last.Parties, last.Related, last.Language}
	if !running(r.Tender) {
		early, was = append(early, r.Tender), append(was, last.Tender)
	}
	add(true, last.Planning != nil, !same(early, was), "planning", "planningUpdate")
	update := "tenderUpdate"
	switch {
	case running(last.Tender) && last.Tender.Status != r.Tender.Status && (r.Tender.Status == "cancelled" || r.Tender.Status == "unsuccessful" || r.Tender.Status == "withdrawn"):
		update = "tenderCancellation"
	case running(last.Tender) && last.Tender.Status == "active" && !same([]any{last.Tender.Items, last.Tender.Method, last.Tender.CriteriaDetails}, []any{r.Tender.Items, r.Tender.Method, r.Tender.CriteriaDetails}):
		update = "tenderAmendment"
	}
	add(running(r.Tender), running(last.Tender), !same(r.Tender, last.Tender), "tender", update)
	update = "awardUpdate"
	if len(r.Awards) > 0 && (r.Awards[0].Status == "cancelled" || r.Awards[0].Status == "unsuccessful") {
		update = "awardCancellation"
	}
	add(len(r.Awards) > 0, len(last.Awards) > 0, !same(r.Awards, last.Awards), "award", update)
	return append(list, contractTags(r, last, amended)...)
}

func contractTags(r, last *release, amended bool) []string {
	if len(r.Contracts) == 0 {
		return nil
	}
	k := r.Contracts[0]
	done := k.Implementation
	k.Implementation = nil
	if len(last.Contracts) == 0 {
		if done != nil {
			return []string{"contract", "implementation"}
		}
		return []string{"contract"}
	}
	was := last.Contracts[0]
	before := was.Implementation
	was.Implementation = nil
	var list []string
	switch {
	case k.Status == "terminated" && was.Status != "terminated":
		list = append(list, "contractTermination")
	case amended:
		list = append(list, "contractAmendment")
	case !same(k, was):
		list = append(list, "contractUpdate")
	}
	switch {
	case done != nil && before == nil:
		list = append(list, "implementation")
	case done != nil && !same(done, before):
		list = append(list, "implementationUpdate")
	}
	return list
}

// same reports whether two things are said alike.
func same(a, b any) bool {
	x, err := encoded(a)
	if err != nil {
		return false
	}
	y, err := encoded(b)
	return err == nil && bytes.Equal(x, y)
}
