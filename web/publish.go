package web

import (
	"slices"
	"strings"

	"github.com/ospo-register/ospo/licenses"
	"github.com/ospo-register/ospo/models"
	"github.com/ospo-register/ospo/register"
)

func (s *site) mountPublish(r *routes) { r.get("/assets/:id/publish", s.publish) }

// publishPage answers whether a piece of software may be published under a licence.
type publishPage struct {
	*assetHead
	Form     *form
	Asked    bool
	Problem  string // why there is no answer; "" when there is one
	Releases []option
	Common   []option
	Found    *register.Publication
	Tone     string
	Chart    chart
	Groups   []publicationGroup
	Credits  []licenses.Attribution
	MayWrite bool
	CSV      string // address of the whole answer as a table
}

// publicationGroup is the components with one answer, the gravest answer first.
type publicationGroup struct {
	Answer licenses.Answer
	Title  string
	Do     string
	Count  int
	Rows   []publicationRow
	More   int
}

// publicationRow is the components under one licence that are tied to the product in one way, with what stands in the way or makes it possible.
type publicationRow struct {
	register.PublicationPart
	Via     string // the branch of an OR that gives the answer; "" when there is no choice
	Reasons []licenses.LeafCompatibility
	Parts   []publicationPart
	Count   int
}

// publicationPart is one of these components.
type publicationPart struct {
	ID            int32
	Name, Through string // Through is the way to it, without both ends
}

// The bounds of what the page names: licences of one answer, and components of each.
const (
	shownPublication = 12
	namedParts       = 3
)

// otherLicense is the answer that the licence is none of the common ones.
const otherLicense = "other"

// commonOutbound are the licences that governments publish under most, with what they mean for the choice.
var commonOutbound = []struct{ id, hint string }{
	{"EUPL-1.2", "Made for public bodies; who passes on a changed version, or offers it over a network, gives its source."},
	{"MIT", "Short; everybody may do everything and names the authors."},
	{"Apache-2.0", "As MIT, with a grant of patents."},
	{"MPL-2.0", "Changed files stay open; the rest of a product may be under other terms."},
	{"GPL-3.0-or-later", "Who passes on the whole gives its source under the same terms."},
	{"AGPL-3.0-or-later", "As the GPL, and offering it over a network counts."},
}

func (s *site) publish(c *page) error {
	h, err := c.openAsset("publish")
	if err != nil || h == nil {
		return err
	}
	q := &form{Values: c.request().URL.Query()}
	outbound := q.get("outbound")
	if other := q.get("other"); outbound == otherLicense || outbound == "" && other != "" {
		outbound = other
		q.set("outbound", otherLicense)
	}
	p := &publishPage{assetHead: h, Form: q, Asked: q.Values.Has("outbound"), Credits: licenses.Attributions(), MayWrite: c.viewer.May(models.ChooseLicense, h.Asset.StewardID)}
	p.choices(outbound)
	if p.Asked && h.Judged != nil {
		if err := p.answer(c, outbound); err != nil {
			return err
		}
	}
	if p.Found != nil && c.query("format") == "csv" {
		return p.csv(c)
	}
	return c.show(view{Name: "publish", Title: "May we publish " + h.Asset.Title() + "?", Nav: "/assets", Crumbs: h.crumbs(crumb{"Licences", licencesPath(h.Asset.ID)}, crumb{"May we publish it?", ""}), Form: q, Page: p})
}

// choices fills in what the form offers: releases with a document, and licences, that of the entry first.
func (p *publishPage) choices(asked string) {
	for _, r := range p.assetHead.Releases.Items {
		if r.SBOMID != nil {
			p.Releases = append(p.Releases, option{Value: idText(r.ID), Label: r.Number})
		}
	}
	if p.Form.get("release") == "" && p.Judged != nil {
		p.Form.set("release", idText(p.Judged.ID))
	}
	own := p.Asset.License
	if own != "" && !slices.ContainsFunc(commonOutbound, func(o struct{ id, hint string }) bool { return o.id == own }) {
		p.Common = append(p.Common, option{Value: own, Label: own, Hint: "The licence that the entry states."})
	}
	for _, o := range commonOutbound {
		hint := o.hint
		if o.id == own {
			hint = "The licence that the entry states. " + hint
		}
		p.Common = append(p.Common, option{Value: o.id, Label: o.id, Hint: hint})
	}
	p.Common = append(p.Common, option{Value: otherLicense, Label: "Another one, named below"})
	switch {
	case p.Asked && asked != "" && !slices.ContainsFunc(p.Common, func(o option) bool { return o.Value == asked }):
		p.Form.set("outbound", otherLicense)
		p.Form.set("other", asked)
	case !p.Asked && own != "":
		p.Form.set("outbound", own)
	}
}

// answer asks the register, and orders what it says by how grave it is.
func (p *publishPage) answer(c *page, outbound string) error {
	release := p.Form.id("release")
	if !slices.ContainsFunc(p.Releases, func(o option) bool { return o.Value == idText(release) }) {
		release = p.Judged.ID
	}
	found, err := c.site.Register.Publication(c.ctx(), c.viewer, release, outbound)
	if err != nil {
		if !p.Form.refused(err) {
			return err
		}
		if p.Form.get("outbound") == otherLicense {
			p.Form.rename("outbound", "other")
		}
		p.Problem = p.Form.Problem.Detail
		return nil
	}
	p.Found = found
	if c.query("format") == "csv" {
		return nil
	}
	p.CSV = withQuery(c.request().URL.Path, c.request().URL.Query().Encode()+"&format=csv")
	p.Tone = map[licenses.Answer]string{licenses.AnswerYes: toneGood, licenses.AnswerNo: toneBad}[found.Answer]
	if p.Tone == "" {
		p.Tone = toneCaution
	}
	var parts []chartPart
	kinds := map[licenses.Answer]licenses.Verdict{licenses.AnswerYes: licenses.Allowed, licenses.AnswerCheck: licenses.Review, licenses.AnswerUnknown: licenses.UnknownTerms, licenses.AnswerNo: licenses.Denied}
	for _, a := range licenses.Answers() {
		parts = append(parts, chartPart{Label: word(a), Kind: "verdict-" + string(kinds[a]), Count: found.Counts[a]})
	}
	p.Chart = newChart("answers", "Components by whether they go with "+shorten(found.Outbound.String(), 60), "components", "Answer", parts)
	for _, a := range slices.Backward(licenses.Answers()) {
		p.group(a)
	}
	return nil
}

// group takes the components of one answer together.
func (p *publishPage) group(a licenses.Answer) {
	g, at := publicationGroup{Answer: a, Count: p.Found.Counts[a]}, map[string]int{}
	for i := range p.Found.Components {
		part := &p.Found.Components[i]
		if part.Answer != a || a == licenses.AnswerYes && (part.Via.IsZero() || part.Via.String() == part.License) {
			continue // of another group, or nothing to say of it
		}
		key := strings.Join([]string{part.License, string(part.How), part.Hint}, "\n")
		if _, known := at[key]; !known {
			at[key] = len(g.Rows)
			g.Rows = append(g.Rows, rowOf(part))
		}
		g.Rows[at[key]].add(part)
	}
	if len(g.Rows) == 0 {
		return
	}
	slices.SortStableFunc(g.Rows, func(a, b publicationRow) int { return b.Count - a.Count })
	for _, left := range g.Rows[min(len(g.Rows), shownPublication):] {
		g.More += left.Count
	}
	g.Rows = g.Rows[:min(len(g.Rows), shownPublication)]
	switch a {
	case licenses.AnswerNo:
		g.Title, g.Do = plural(g.Count, "component stands in the way", "components stand in the way"), "Each has to be replaced, licensed anew or left out, or another licence is taken."
	case licenses.AnswerUnknown:
		g.Title, g.Do = "Of "+plural(g.Count, "component", "components")+" it is not known", "Find the licence and record it as a conclusion, or have counsel read it."
	case licenses.AnswerCheck:
		g.Title, g.Do = plural(g.Count, "component has", "components have")+" to be looked at", "It depends on how they are built in, or on something else that only you know."
	default:
		g.Title, g.Do, g.More = "Possible by a choice", "These go with it as long as this branch is taken. Record the choice so that it holds.", 0
	}
	p.Groups = append(p.Groups, g)
}

// rowOf says which branch counts and why the answer is as it is.
func rowOf(part *register.PublicationPart) publicationRow {
	row := publicationRow{PublicationPart: *part}
	if via := part.Via.String(); via != part.License {
		row.Via = via
	}
	for _, r := range part.Publication.Reasons {
		if slices.Contains(part.Blockers, r.Inbound) && len(row.Reasons) < 2 {
			row.Reasons = append(row.Reasons, r)
		}
	}
	return row
}

// add names one more component.
func (r *publicationRow) add(part *register.PublicationPart) {
	r.Count++
	if len(r.Parts) == namedParts {
		return
	}
	named := publicationPart{ID: part.ComponentID, Name: strings.TrimSpace(part.Component + " " + part.Version)}
	if n := len(part.Path); n > 2 {
		named.Through = strings.Join(part.Path[1:n-1], " › ")
	}
	r.Parts = append(r.Parts, named)
}

// MoreParts is how many components are not named.
func (r publicationRow) MoreParts() int { return r.Count - len(r.Parts) }

// csv is the whole answer as a table.
func (p *publishPage) csv(c *page) error {
	table := [][]string{{"Answer", "Component", "Version", "Package URL", "Licence", "Taking", "How it is built in", "Way", "Reason", "Source", "What would help"}}
	for i := range p.Found.Components {
		part := &p.Found.Components[i]
		row := rowOf(part)
		cells := []string{word(part.Answer), part.Component, part.Version, part.PURL, part.License, row.Via, word(part.How), strings.Join(part.Path, " › "), "", "", part.Hint}
		for _, r := range row.Reasons {
			cells[8], cells[9] = strings.TrimSpace(cells[8]+" "+r.Reason), r.Source
		}
		table = append(table, cells)
	}
	return c.csv("may-we-publish.csv", table)
}
