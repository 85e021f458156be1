package web

import (
	"errors"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/ospo-register/ospo/catalog"
	"github.com/ospo-register/ospo/checklists"
	"github.com/ospo-register/ospo/licenses"
	"github.com/ospo-register/ospo/models"
	"github.com/ospo-register/ospo/quality"
)

// filter reports whether a list can be narrowed to the value.
type filter func(value string) bool

// filters are the keys that the address of a list may have, with what each may be. Those of the pager are always among them.
type filters map[string]filter

// words of people, names of rules: what nothing matches shows nothing, which says so.
func anyText(string) bool { return true }

func someID(value string) bool {
	n, err := strconv.ParseInt(value, 10, 64)
	return err == nil && n >= 0
}

func someDay(value string) bool {
	_, err := models.ParseDate(value)
	return err == nil
}

func anyOf[T ~string](values ...T) filter {
	return func(value string) bool { return slices.Contains(values, T(value)) }
}

// ticked is a box; yes and no are two choices.
var (
	ticked  = anyOf("yes", "on", "1", "true")
	yesOrNo = anyOf(models.Yes, models.No)
	asFile  = anyOf("csv", "xlsx")
	asCSV   = anyOf("csv")
	classes = anyOf(licenses.Classes()...)
)

// listFilters says by which keys each list can be narrowed, by its route.
var listFilters = map[string]filters{
	"/access-requests":       {"state": anyOf(models.AccessStates...)},
	"/agencies":              {"q": anyText, "kind": anyOf(models.AgencyKinds...), "state": anyOf(models.AgencyActive, models.AgencyMerged, models.AgencyClosed), "under": someID},
	"/assets":                {"q": anyText, "origin": anyOf(models.Origins...), "lifecycle": anyOf(append(slices.Clone(models.AssetLifecycles), models.AssetMerged)...), "class": classes, "license": anyText, "category": anyText, "parent": someID, "steward": someID, "sort": anyOf(models.ByName, models.ByUpdated)},
	"/assets/:id/components": {"q": anyText, "class": classes},
	"/catalogue":             catalogFilters(),
	"/catalogue/compare":     {"id": func(value string) bool { _, ok := catalog.ParseID(value); return ok }},
	"/checklists":            {"agency": someID, "standard": func(value string) bool { _, ok := checklists.ByID(value); return ok }},
	"/components":            {"name": anyText, "purl": anyText, "version": anyText, "license": anyText, "ecosystem": anyText, "format": asCSV},
	"/continuity":            {"agency": someID, "risk": anyOf(models.ContinuityRisks...), "asset": someID, "criticality": below(len(criticalityWords))},
	"/crawler-catalogs":      {},
	"/crawler-logs":          {"q": anyText, "repository": someID},
	"/deadlines":             {"agency": someID},
	"/decisions":             {"q": anyText, "agency": someID, "kind": anyOf(append(slices.Clone(models.AcquisitionKinds), models.DecideRelease, models.DecideRemedy)...), "state": anyOf(models.DecisionStates...), "function": anyText, "open": ticked, "exempt": ticked, "asset": someID, "regime": someID, "sort": anyOf(models.ByDue), "format": asFile},
	"/decisions/exemptions":  {"agency": someID},
	"/decisions/queue":       {"agency": someID},
	"/decisions/report":      {"agency": someID},
	"/decisions/watch":       {"agency": someID, "rule": anyText, "noun": anyOf(models.WatchedNouns...), "outcome": anyOf(models.RulePasses, models.RuleViolated, models.RuleUndetermined, models.RuleNotHere), "format": asCSV},
	"/deliveries":            {"state": anyOf(models.DeliveryStates...), "agency": someID},
	"/deployments": {"agency": someID, "asset": someID, "release": someID, "environment": anyOf(models.Environments...), "state": anyOf(models.DeploymentStates...), "criticality": below(len(criticalityWords)), "hosting": anyOf(models.Hostings...),
		"lacks": anyOf(models.Gaps...), "lifecycle": anyOf(append(slices.Clone(models.DeploymentLifecycles), everyLifecycle)...)},
	"/events":             {"noun": anyOf(append(slices.Collect(maps.Keys(nounPlurals)), valuesOf(eventNouns)...)...), "action": anyOf(slices.Collect(maps.Keys(deeds))...), "agency": someID, "asset": someID, "actor": someID},
	"/exemptions":         {"state": anyOf(models.ExemptionStates...), "agency": someID},
	"/findings":           findingFilters,
	"/foreign-entries":    {"q": anyText, "source": someID, "gone": yesOrNo, "same": yesOrNo},
	"/government-code":    {"agency": someID, "format": asCSV},
	"/licenses":           {"sbom": someID, "release": someID, "asset": someID, "agency": someID, "class": classes, "expression": someID, "format": asCSV},
	"/log":                {"old": someID},
	"/policies":           {"agency": someID},
	"/publishers":         {"q": anyText, "agency": someID},
	"/publishers/:id":     {"outcome": anyOf(models.VisitOutcomes...)},
	"/quality":            {"agency": someID, "supplier": anyText, "from": someDay, "until": someDay, "list": func(value string) bool { _, ok := quality.ListByID(value); return ok }},
	"/questions":          {"state": anyOf(models.QuestionStates...), "asset": someID},
	"/repositories":       {"q": anyText, "agency": someID, "publisher": someID, "state": anyOf(models.RepositoryStates...), "outcome": anyOf(models.VisitOutcomes...), "described": yesOrNo},
	"/reuse":              {"q": anyText, "kind": anyOf(models.CallKinds...), "state": anyOf(append(slices.Clone(models.CallStates), anyCallState)...), "agency": someID, "asset": someID, "skill": anyText, "goodFirst": ticked},
	"/sboms/:id/packages": {"q": anyText, "class": classes, "expression": someID},
	"/search":             {"q": anyText, "noun": anyOf(slices.Collect(maps.Keys(nounTerms))...), "origin": anyOf(models.Origins...), "class": classes},
	"/software-bundles":   {},
	"/sources":            {"q": anyText, "country": anyText},
	"/stack":              {"agency": someID, "function": anyText, "status": anyOf(models.StackStatuses...), "asset": someID, "when": anyOf(stackRunOut, stackEnded)},
	"/stack/uses":         {"agency": someID, "fault": anyOf(models.StackFaults...)},
	"/use-claims":         {"q": anyText, "agency": someID, "state": anyOf(models.UseClaimStates...), "origin": anyOf(models.UseClaimOrigins...)},
	"/webhooks":           {"state": anyOf(models.WebhookStates...)},
	"/webhooks/:id":       {"state": anyOf(models.WebhookDeliveryStates...)},
}

var findingFilters = filters{"agency": someID, "agencyCode": anyText, "asset": someID, "release": someID, "policy": someID, "state": anyOf(append(slices.Clone(models.FindingStates), anyState)...), "severity": anyOf(models.FindingSeverities...),
	"verdict": anyOf(licenses.Verdicts()...), "rule": anyText, "component": anyText, "license": anyText, "overdue": ticked, "mine": ticked, "format": asCSV}

// pagerKeys are those by which a reader goes on in a list.
var pagerKeys = []string{"after", "from", "before"}

func below(n int) filter {
	return func(value string) bool {
		v, err := strconv.Atoi(value)
		return err == nil && v >= 0 && v < n
	}
}

func valuesOf(options []option) []string {
	list := make([]string, len(options))
	for i, o := range options {
		list[i] = o.Value
	}
	return list
}

// catalogFilters takes the facets of the catalogue: those whose values come from what is described may be anything.
func catalogFilters() filters {
	known := filters{"q": anyText, "sort": anyOf(catalog.Sorts...), "format": asFile}
	for _, facet := range catalog.Facets() {
		known[string(facet)] = anyText
		if facet.OfAgencies() {
			known[string(facet)] = someID
		}
	}
	maps.Copy(known, filters{string(catalog.FacetKind): anyOf(catalog.Kinds...), string(catalog.FacetOrigin): anyOf(models.Origins...), string(catalog.FacetClass): classes, string(catalog.FacetLifecycle): anyOf(models.AssetLifecycles...),
		string(catalog.FacetVisibility): anyOf(models.Visibilities...), string(catalog.FacetMaintenance): anyOf(append(slices.Clone(models.MaintenanceTypes), "unknown")...)})
	for _, facet := range []catalog.Facet{catalog.FacetOpen, catalog.FacetSBOM, catalog.FacetCode, catalog.FacetArchived, catalog.FacetHealth, catalog.FacetActivity} {
		known[string(facet)] = anyOf(slices.Collect(maps.Keys(valueLabels[facet]))...)
	}
	return known
}

// misread is what an address asked for that the list does not know.
type misread struct{ Key, Value string }

// sift takes what is no filter of the list out of the address and notes it, so that the page says so instead of showing more than was asked for.
func (c *page) sift() error {
	known, ok := listFilters[c.g.FullPath()]
	if !ok || c.g.Request.Method == http.MethodPost {
		return nil
	}
	u := *c.g.Request.URL
	q, err := url.ParseQuery(u.RawQuery)
	if err != nil {
		c.misread = append(c.misread, misread{Key: "a part of the address", Value: shorten(u.RawQuery, 60)})
	}
	for _, key := range slices.Sorted(maps.Keys(q)) {
		if base, ok := strings.CutSuffix(key, codeSuffix); ok && known[base] != nil {
			if err := c.siftCode(q, key, base); err != nil {
				return err
			}
			continue
		}
		check := known[key]
		if check == nil && slices.Contains(pagerKeys, key) {
			continue
		}
		q[key] = slices.DeleteFunc(q[key], func(value string) bool {
			value = strings.TrimSpace(value)
			if check != nil && (value == "" || check(value)) {
				return false
			}
			c.misread = append(c.misread, misread{Key: key, Value: shorten(value, 60)})
			return true
		})
		if len(q[key]) == 0 {
			delete(q, key)
		}
	}
	if len(c.misread) > 0 { // the list is another one: it begins anew, and nobody takes it for the file that was wanted
		delete(q, "format")
		for _, key := range pagerKeys {
			if known[key] == nil {
				delete(q, key)
			}
		}
	}
	u.RawQuery = q.Encode()
	c.g.Request.URL = &u
	return nil
}

// siftCode puts the agency with a national code in the place of the code.
func (c *page) siftCode(q url.Values, key, base string) error {
	code := strings.TrimSpace(q.Get(key))
	delete(q, key)
	if code == "" {
		return nil
	}
	a, err := c.site.Store.AgencyByCode(c.ctx(), code)
	if e, ok := errors.AsType[*models.Error](err); ok && e.Kind == models.NotFound {
		c.misread = append(c.misread, misread{Key: base, Value: shorten(code, 60)})
		return nil
	}
	if err != nil {
		return err
	}
	q.Set(base, idText(a.ID))
	return nil
}
