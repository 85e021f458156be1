package web

import (
	"context"
	"encoding/json"
	"fmt"
	"sort"
	"strconv"
	"strings"
	"time"
	"unicode"

	"github.com/ospo-register/ospo/models"
	"github.com/ospo-register/ospo/store"
)

// history is what happened to a thing, newest first, as the part "history" shows it.
type history struct {
	Entries []historyEntry
	Older   string // address of what came before; "" when that was all
	Whole   bool   // the viewer sees who did everything and what changed
}

// historyEntry is one event in words.
type historyEntry struct {
	At      time.Time
	Who     string // "" when the viewer may not know
	Did     string // "registered this software"
	Title   string // how the thing was called then
	Path    string // the thing's page; "" when there is none
	Full    bool
	Changes []models.Change
}

// deeds says each action in words that follow the name of who did it.
var deeds = map[string]string{
	"agency.registered": "added the agency", "agency.changed": "changed the agency", "agency.merged": "merged the agency into its successor", "agencies.imported": "imported a list of agencies",
	"asset.registered": "registered the software", "asset.changed": "changed the entry", "asset.merged": "merged two entries",
	"release.registered": "added the release", "release.changed": "changed the release",
	"deployment.registered": "registered who runs it", "deployment.changed": "changed the deployment", "deployment.attested": "confirmed the deployment", "deployment.withdrawn": "withdrew the deployment",
	"asset.rule-broken": "found a rule of the law broken by the software", "deployment.rule-broken": "found a rule of the law broken by what runs", "decision.rule-broken": "found a rule of the law broken by the decision",
	"sbom.received": "sent an SBOM document", "sbom.withdrawn": "withdrew an SBOM document",
	"sbom.reinstated":   "put a former SBOM document in force again",
	"sbom.reduced":      "let go of the content of a former SBOM document",
	"delivery.received": "handed in a document", "delivery.cancelled": "stopped a delivery", "delivery.retried": "had a delivery read again", "delivery.refused": "handed in a document that was refused",
	"delivery.failed": "handed in a document that could not be read", "delivery.done": "handed in a document that was read", "upload-link.made": "made an upload link for a supplier", "upload-link.revoked": "revoked an upload link",
	"retention.set": "said how long former documents are kept", "retention.ended": "ended a retention rule",
	"user.created": "added a person", "user.closed": "closed an account", "user.signed-in": "signed in", "role.given": "gave a role", "role.ended": "ended a role",
	"policy.drafted": "drafted a licence policy", "policy.redrafted": "changed a draft of a licence policy", "policy.discarded": "gave up a draft of a licence policy", "policy.activated": "put a licence policy in force",
	"license-list.brought": "brought in a licence list", "license-list.activated": "put a licence list in force",
	"license-choice.made": "chose a licence", "license-choice.ended": "ended the choice of a licence", "license-conclusion.made": "concluded a licence", "license-conclusion.ended": "ended a conclusion on a licence",
	"finding.triaged": "worked on a finding", "exemption.requested": "asked for an exemption", "exemption.granted": "granted an exemption", "exemption.refused": "refused an exemption",
	"exemption.revoked": "revoked an exemption", "exemption.expired": "saw the last day of an exemption pass", "obligation.recorded": "said how an obligation is met",
	"continuity.written": "wrote what keeps the software going", "asset.goals-set": "said which development goals the software serves", "checklist.answered": "answered a question of a checklist",
	"stack-entry.added": "put software into the stack", "stack-entry.superseded": "put another entry of the stack in the place of one", "stack-entry.ended": "took software out of the stack",
	"policy-check.kept": "checked licences against the policy and kept the verdict", "asset.judged": "judged its licences anew",
	"decision.opened": "opened a decision", "decision.filed": "put a part on file", "decision.moved": "moved a decision", "decision.published": "published a decision", "decision.amended": "corrected a decision", "decision.changed": "changed a decision",
	"decision.suggested": "suggested software for a decision", "decision.suggestion-answered": "answered what was suggested for a decision", "decision.reminded": "reminded of a day that the law sets", "decision.exemption-expired": "saw the last day of an exemption pass", "calendar-feed.made": "made an address for a calendar", "calendar-feed.revoked": "ended an address for a calendar", "attachment.filed": "filed a file with a decision", "attachment.checked": "had a file looked at for malware",
	"regime.drafted": "drafted a law", "regime.redrafted": "changed a draft of a law", "regime.discarded": "gave up a draft of a law", "regime.activated": "put a law in force",
	"publisher.registered": "added a publisher of code", "publisher.changed": "changed a publisher of code", "publisher.withdrawn": "withdrew a publisher of code", "harvest.asked": "had repositories harvested", "harvest.ended": "ended a harvest",
	"crawler-catalog.registered": "added a catalogue for crawlers", "crawler-catalog.changed": "changed a catalogue for crawlers", "crawler-catalog.withdrawn": "withdrew a catalogue for crawlers", "crawler-catalog.analysed": "wrote an analysis of a catalogue for crawlers",
	"software-bundle.registered": "put software into a bundle", "software-bundle.changed": "changed a bundle of software", "software-bundle.withdrawn": "withdrew a bundle of software",
	"repository.registered": "added a repository", "repository.changed": "changed a repository", "repository.withdrawn": "withdrew a repository", "repository.read": "read what is new in a repository", "repository.lost": "found that a repository does not answer", "repository.back": "found a repository again", "repository.analysed": "wrote an analysis of a repository", "repository.address-tried": "tried to enter an address at which something is hidden from them", "publisher.address-tried": "tried to enter an address of another agency's publisher", "repository.mirror-set": "said whether a repository is copied",
	"source.registered": "added a catalogue of another government", "source.changed": "changed a source", "source.read": "read a source", "reading.asked": "had a source read",
	"use-claim.made": "said who else uses the software", "use-claim.matched": "said which agency a name means", "use-claim.confirmed": "confirmed that the agency uses it", "use-claim.denied": "said that the agency does not use it", "use-claim.withdrawn": "withdrew what was said of its use",
	"asset.uses-stated": "read in its description who uses it", "referent.offered": "offered to answer questions", "referent.ended": "ended an offer to answer questions",
	"question.asked": "asked a question", "question.answered": "answered a question", "question.followed-up": "added to a question", "question.closed": "closed a question", "question.escalated": "put an unanswered question to the programme office", "question.asker-dropped": "forgot who had asked",
	"call.opened": "called other agencies", "call.changed": "changed a call", "call.fulfilled": "said that a call has come about", "call.closed": "closed a call", "call.joined": "had an agency join", "call.left": "had an agency leave",
	"access-request.made": "asked for access to code", "access-request.granted": "granted access to code", "access-request.refused": "refused access to code", "access-request.withdrawn": "withdrew a request for access", "access-request.revoked": "revoked access to code", "access-request.expired": "saw the last day of access pass", "access-request.reminded": "reminded of the last day of access",
	"webhook.registered": "set up a webhook", "webhook.changed": "changed a webhook", "webhook.secret-changed": "gave a webhook another secret", "webhook.paused": "paused a webhook", "webhook.resumed": "had a webhook go on", "webhook.withdrawn": "withdrew a webhook", "webhook.switched-off": "switched off a webhook to which nothing could be delivered, or that nobody answers for", "webhook.tried": "tried a webhook", "webhook.redelivered": "had messages of a webhook sent again",
	"token.created": "made an API token", "token.revoked": "revoked an API token", "link.created": "made a sign-in link",
}

// historySize is how many events one page of a history shows.
const historySize = 25

// historyOf reads what happened. f says to what; the address says from where on.
func (c *page) historyOf(f models.EventFilter) (history, error) {
	f.Latest, f.Limit, f.After = true, historySize+1, c.queryID("before")
	events, err := c.site.Store.Events(c.ctx(), c.viewer, f)
	if err != nil {
		return history{}, err
	}
	h := history{Whole: true}
	if len(events) > historySize {
		events = events[:historySize]
		h.Older = address(c.request().URL.Path, "before", fmt.Sprint(events[historySize-1].ID))
	}
	h.Entries, err = c.entries(events)
	for _, e := range h.Entries {
		h.Whole = h.Whole && e.Full
	}
	return h, err
}

// entries says events in words, and links what the reader may see.
func (c *page) entries(events []store.EventRow) ([]historyEntry, error) {
	s, ctx := c.site, c.ctx()
	names := map[int64]string{}
	if len(events) > 0 {
		var err error
		if names, err = s.Store.AgencyNames(ctx); err != nil {
			return nil, err
		}
	}
	list := make([]historyEntry, len(events))
	for i, e := range events {
		list[i] = historyEntry{At: e.At, Who: e.ActorName, Did: deeds[e.Action], Title: e.Title, Path: nounPath(e.Noun, e.NounID), Full: e.Full, Changes: changesOf(e.Before, e.After, names)}
		if list[i].Did == "" {
			list[i].Did = strings.ReplaceAll(strings.ReplaceAll(e.Action, ".", " "), "-", " ")
		}
		if e.Noun == "deployment" && e.AgencyID != nil && !e.Gone {
			list[i].Title += " at " + names[*e.AgencyID]
		}
		if e.Gone || !s.has(nounRoute(e.Noun)) {
			list[i].Path = ""
		}
	}
	if err := c.unlink(events, list); err != nil {
		return nil, err
	}
	return list, s.nameAssignees(ctx, list)
}

// nameAssignees puts the names of people in place of their numbers.
func (s *site) nameAssignees(ctx context.Context, list []historyEntry) error {
	names := map[string]string{"": ""}
	for i := range list {
		for j := range list[i].Changes {
			ch := &list[i].Changes[j]
			if ch.Field != fieldNames["assigneeId"] {
				continue
			}
			for _, text := range []*string{&ch.Before, &ch.After} {
				if _, known := names[*text]; !known {
					id, err := strconv.ParseInt(*text, 10, 64)
					if err != nil {
						return err
					}
					u, err := s.Store.User(ctx, id)
					if err != nil {
						return err
					}
					names[*text] = u.Name
				}
				*text = names[*text]
			}
		}
	}
	return nil
}

var nounPlurals = map[string]string{"asset": "assets", "agency": "agencies", "release": "releases", "deployment": "deployments", "sbom": "sboms", "delivery": "deliveries", "finding": "findings", "exemption": "exemptions", "policy": "policies", "policy-check": "policy-checks", "license-list": "license-lists", "decision": "decisions", "regime": "regimes", "use-claim": "use-claims", "question": "questions", "call": "reuse/calls", "access-request": "access-requests", "publisher": "publishers", "repository": "repositories", "harvest": "harvests", "source": "sources", "reading": "readings", "webhook": "webhooks", "stack-entry": "stack", "crawler-catalog": "crawler-catalogs"}

func nounRoute(noun string) string { return "/" + nounPlurals[noun] + "/:id" }

// nounPath is the page of a thing that an event is about; "" for things without one.
func nounPath(noun string, id int64) string {
	collection, ok := nounPlurals[noun]
	if !ok {
		return ""
	}
	return fmt.Sprintf("/%s/%d", collection, id)
}

// changesOf compares the contents of an event, field by field, in the order of their names.
func changesOf(before, after json.RawMessage, agencies map[int64]string) []models.Change {
	was, is := object(before), object(after)
	keys := map[string]bool{}
	for k := range was {
		keys[k] = true
	}
	for k := range is {
		keys[k] = true
	}
	var list []models.Change
	for k := range keys {
		if derived[k] {
			continue
		}
		ch := models.Change{Field: fieldWords(k), Before: said(k, was[k], agencies), After: said(k, is[k], agencies)}
		if ch.Before != ch.After {
			list = append(list, ch)
		}
	}
	sort.Slice(list, func(i, j int) bool { return list[i].Field < list[j].Field })
	return list
}

// derived are fields that follow from others, or that say nothing to a person.
var derived = map[string]bool{"claimedById": true, "matchedById": true, "deploymentId": true, "callId": true, "key": true, "reminded": true, "licenseId": true, "canonical": true, "assetId": true, "releaseId": true, "userId": true, "hint": true, "policyId": true, "policyVersionId": true, "requestedById": true, "decidedById": true, "createdById": true, "endedById": true, "renewsId": true, "requestedAt": true, "decidedAt": true}

func object(raw json.RawMessage) map[string]any {
	m := map[string]any{}
	if len(raw) > 0 {
		_ = json.Unmarshal(raw, &m) // events are written by register as objects; anything else has no fields to show
	}
	return m
}

// fieldNames are the words for fields that are more than their name in lower case.
var fieldNames = map[string]string{
	"stewardId": "Steward", "agencyId": "Agency", "parentId": "Stands under", "successorId": "Successor", "mergedIntoId": "Merged into entry", "urls": "Web addresses", "uri": "URI", "license": "Licence",
	"securityEndOn": "End of security support", "securityEndSource": "Source for the end of security support", "lifeEndOn": "End of life", "lifeEndSource": "Source for the end of life",
	"salesEndOn": "End of sales", "salesEndSource": "Source for the end of sales", "releasedOn": "Released on", "number": "Version", "versionText": "Version", "confirmedOn": "Confirmed on",
	"validUntilOn": "Confirmed until", "installedOn": "Installed on", "details": "Details are for", "visibility": "Visible to", "aliases": "Other names", "sha256": "Digest (SHA-256)", "dataClass": "Class of data", "personalData": "Personal data",
	"assigneeId": "Taken on by", "dueOn": "Due on", "chosen": "Taken", "concluded": "Concluded licence", "base": "Component", "expiresOn": "Last day", "opened": "Findings opened", "closed": "Findings closed", "leaf": "Licence",
	"untilOn": "Asked for until", "endsOn": "Last day", "everyHours": "Hours from one reading to the next", "everyDays": "Days from one to the next",
	"fundedUntilOn": "Money until", "fundingSource": "Where its money is said", "planUrl": "Address of the plan", "escrow": "Source besides its repository", "escrowUrl": "Address of that copy", "replacementId": "Replacement, entry",
	"knowledge": "Who knows it", "reviewedOn": "Looked at on", "nextReviewOn": "Next look on", "sdgs": "Development goals", "onDay": "Day of the evidence", "minimum": "From version", "validatedOn": "Tried on", "validatedBy": "Tried by", "supersedesId": "In place of entry",
}

// fieldWords says a field's key to people: businessOwner is "Business owner".
func fieldWords(key string) string {
	if s, ok := fieldNames[key]; ok {
		return s
	}
	var b strings.Builder
	for i, r := range key {
		switch {
		case i == 0:
			b.WriteRune(unicode.ToUpper(r))
		case unicode.IsUpper(r):
			b.WriteRune(' ')
			b.WriteRune(unicode.ToLower(r))
		default:
			b.WriteRune(r)
		}
	}
	return strings.TrimSuffix(b.String(), " id")
}

// said writes the value of a field of an event; "" for what was not there.
func said(key string, v any, agencies map[int64]string) string {
	switch x := v.(type) {
	case nil:
		return ""
	case string:
		return saidText(key, x)
	case bool:
		if x {
			return "yes"
		}
		return "no"
	case float64:
		n := int64(x)
		switch key {
		case "stewardId", "agencyId", "parentId", "successorId":
			if name, ok := agencies[n]; ok {
				return name
			}
		case "assigneeId", "replacementId", "supersedesId", "decisionId":
			return idText(n)
		case "criticality":
			return criticality(int16(n))
		}
		return number(n)
	case []any:
		parts := make([]string, len(x))
		for i, item := range x {
			parts[i] = said(key, item, agencies)
		}
		return strings.Join(parts, "; ")
	case map[string]any:
		return saidObject(x, agencies)
	}
	return fmt.Sprint(v)
}

func saidObject(m map[string]any, agencies map[int64]string) string {
	if value, ok := m["value"].(string); ok { // an identifier
		return value
	}
	if url, ok := m["url"].(string); ok && m["name"] == nil { // a web address
		return url
	}
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	sort.Strings(keys)
	parts := make([]string, len(keys))
	for i, k := range keys {
		parts[i] = k + ": " + said(k, m[k], agencies)
	}
	return strings.Join(parts, "; ")
}

// stateWord says a state of any noun: their spellings do not collide.
func stateWord(s string) string {
	for _, v := range []any{models.DeploymentState(s), models.SBOMState(s), models.AgencyState(s), models.AssetLifecycle(s), models.DeploymentLifecycle(s), models.PolicyState(s), models.ExemptionState(s), models.ObligationState(s), models.UseClaimState(s), models.QuestionState(s), models.CallState(s), models.AccessState(s)} {
		if w := word(v); w != spaced(s) {
			return w
		}
	}
	return spaced(s)
}

// saidText says a typed string in its words, and a date as people write it.
func saidText(key, s string) string {
	if strings.HasSuffix(key, "On") {
		if d, err := models.ParseDate(s); err == nil {
			return d.Time().Format("2 Jan 2006")
		}
	}
	if strings.HasSuffix(key, "At") {
		if at, err := time.Parse(time.RFC3339, s); err == nil {
			return at.UTC().Format("2 Jan 2006, 15:04") + " UTC"
		}
	}
	switch key {
	case "actions":
		return orElse(actionWords[models.Action(s)], s)
	case "origin":
		return word(models.Origin(s))
	case "visibility", "details":
		return word(models.Visibility(s))
	case "environment":
		return word(models.Environment(s))
	case "hosting":
		return word(models.Hosting(s))
	case "dataClass":
		return word(models.DataClass(s))
	case "personalData":
		return word(models.PersonalData(s))
	case "verdict":
		return word(models.SBOMVerdict(s))
	case "format":
		return word(models.SBOMFormat(s))
	case "role":
		return word(models.Role(s))
	case "kind":
		return word(models.AgencyKind(s))
	case "reach":
		return word(models.Reach(s))
	case "state", "lifecycle":
		return stateWord(s)
	}
	return s
}
