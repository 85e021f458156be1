package register

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/ospo-register/ospo/licenses"
	"github.com/ospo-register/ospo/models"
	"github.com/ospo-register/ospo/store"
)

// MostChecklistNames bounds the components that one line of a Checklist names, and MostChecklistChoices the open choices.
const (
	MostChecklistNames   = 5
	MostChecklistChoices = 500
)

// Checklist is what is owed for a release in a use, grouped by what is to be done. It is information, and no advice on a case.
type Checklist struct {
	Release *models.Release
	Asset   *models.Asset
	SBOM    *store.SBOMRow
	Use     licenses.Use
	List    licenses.Version
	Items   []ChecklistItem // in the order of the catalogue
	Open    int             // lines that somebody still has to see to
	Met     int             // lines that are met, or do not apply
	// NeedChoice are the expressions that offer a choice which nobody has made; what their branches ask for is not in Items.
	NeedChoice []OpenChoice
	MoreChoice int
	Unknown    int // components whose licence is not known: nobody can say what they ask for
	NoLicense  int // components that nobody has licensed
	LeftOut    int // components needed only to develop, build or test the product, or optional, and the product itself where government built it
}

// OpenChoice is an expression with a choice to make.
type OpenChoice struct {
	License    string
	Components int
}

// ChecklistItem is one thing to do, or not to do, with the licences that ask for it.
type ChecklistItem struct {
	licenses.Obligation
	Licenses []ChecklistLine
}

// ChecklistLine is one licence that asks for it, and how far that is met.
type ChecklistLine struct {
	License    string // the leaf
	Source     string // where the obligation comes from, for people
	Certain    bool   // false when it was derived from what kind of licence it is
	Components int
	Names      []string // the first of them
	// State is open until somebody says otherwise; "" for a right, which asks for nothing. Evidence, By and At are of the statement that counts; the first two are
	// for government only.
	State    models.ObligationState
	Evidence string
	By       string
	At       *time.Time
}

// Obligations is what is owed for a release in a use, as a checklist with its fulfilment: from the current document and the licences that hold there for the
// steward. An OR that nobody has chosen from is named and not silently chosen.
func (r *Register) Obligations(ctx context.Context, v models.Viewer, release int64, use licenses.Use) (*Checklist, error) {
	if !slices.Contains(licenses.Uses(), use) {
		return nil, invalidField("use", "unknown-value", "Choose internal, distribute-binary, distribute-source, service or modify.")
	}
	l, err := r.licensed(ctx, v, release)
	if err != nil {
		return nil, err
	}
	c := &Checklist{Release: l.release, Asset: l.asset, SBOM: l.sbom, Use: use, List: l.sitting.list.Version()}
	c.list(l)
	records, err := r.store.ObligationRecords(ctx, release, string(use))
	if err != nil {
		return nil, err
	}
	c.tick(records, v)
	return c, nil
}

// leafUse is the components of a release under one licence.
type leafUse struct {
	components int
	names      []string
}

// list finds what the licences of the components ask for.
func (c *Checklist) list(l *licensed) {
	leaves, choices := map[licenses.Leaf]*leafUse{}, map[string]int{}
	parts := make([]*licensedPart, 0, len(l.parts))
	for i := range l.parts {
		parts = append(parts, &l.parts[i])
	}
	slices.SortFunc(parts, byName)
	for _, part := range parts {
		switch {
		case !l.passedOn(part):
			c.LeftOut++
			continue
		case part.Kind != licenses.ReadExpression:
			continue
		}
		demanded, open := demands(part.Expression)
		if open {
			choices[part.license]++
		}
		for _, leaf := range demanded {
			if leaves[leaf] == nil {
				leaves[leaf] = &leafUse{}
			}
			u := leaves[leaf]
			u.components++
			if len(u.names) < MostChecklistNames {
				u.names = append(u.names, l.names[part.ComponentID])
			}
		}
	}
	c.NoLicense, c.Unknown = l.unlicensed()
	c.choices(choices)
	c.items(l.sitting.list, leaves)
}

func (c *Checklist) choices(found map[string]int) {
	for _, license := range sortedKeys(found) {
		c.NeedChoice = append(c.NeedChoice, OpenChoice{license, found[license]})
	}
	if c.MoreChoice = max(0, len(c.NeedChoice)-MostChecklistChoices); c.MoreChoice > 0 {
		c.NeedChoice = c.NeedChoice[:MostChecklistChoices]
	}
}

// demands lists the licences that hold whichever choice is made, and whether there is one to make.
func demands(e licenses.Expression) (leaves []licenses.Leaf, open bool) {
	switch e.Kind() {
	case licenses.KindLicense, licenses.KindWith:
		return []licenses.Leaf{e.Leaf()}, false
	case licenses.KindAnd:
		for _, operand := range e.Operands() {
			more, undecided := demands(operand)
			leaves, open = append(leaves, more...), open || undecided
		}
		slices.SortFunc(leaves, func(a, b licenses.Leaf) int { return strings.Compare(a.String(), b.String()) })
		return slices.Compact(leaves), open
	}
	return nil, true
}

// items groups what the licences ask for by obligation.
func (c *Checklist) items(list *licenses.List, leaves map[licenses.Leaf]*leafUse) {
	lines := map[string][]ChecklistLine{}
	sorted := make([]licenses.Leaf, 0, len(leaves))
	for leaf := range leaves {
		sorted = append(sorted, leaf)
	}
	slices.SortFunc(sorted, func(a, b licenses.Leaf) int { return strings.Compare(a.String(), b.String()) })
	for _, leaf := range sorted {
		for _, duty := range list.Owes(leaf, c.Use) {
			line := ChecklistLine{License: leaf.String(), Source: duty.Source, Certain: duty.Certain, Components: leaves[leaf].components, Names: leaves[leaf].names}
			if duty.Obligation.Kind != licenses.May {
				line.State = models.ObligationOpen
			}
			lines[duty.Obligation.Key] = append(lines[duty.Obligation.Key], line)
		}
	}
	for _, o := range licenses.Obligations() {
		if len(lines[o.Key]) > 0 {
			c.Items = append(c.Items, ChecklistItem{o, lines[o.Key]})
		}
	}
}

// tick puts people's statements in, the newest first, and counts. Who said it, and with which evidence, is for government.
func (c *Checklist) tick(records []store.ObligationRow, v models.Viewer) {
	said := map[[2]string]*store.ObligationRow{}
	for i := range records {
		key := [2]string{records[i].Obligation, records[i].License}
		if said[key] == nil {
			said[key] = &records[i]
		}
	}
	for i := range c.Items {
		for j := range c.Items[i].Licenses {
			line := &c.Items[i].Licenses[j]
			if line.State == "" {
				continue
			}
			if o := said[[2]string{c.Items[i].Key, line.License}]; o != nil {
				line.State, line.At = o.State, &o.CreatedAt
				if v.InGovernment() {
					line.Evidence, line.By = o.Evidence, o.By
				}
			}
			if line.State == models.ObligationOpen {
				c.Open++
			} else {
				c.Met++
			}
		}
	}
}

// owes finds a line of the checklist; nil when nothing of that kind is owed.
func (c *Checklist) owes(obligation, license string) *ChecklistLine {
	for i := range c.Items {
		if c.Items[i].Key != obligation {
			continue
		}
		for j := range c.Items[i].Licenses {
			if line := &c.Items[i].Licenses[j]; line.License == license && line.State != "" {
				return line
			}
		}
	}
	return nil
}

// RecordObligation keeps a person's statement of how an obligation of a release is met in a use. It must be one that is owed. The newest statement
// counts; the others stay. Who may: the agency that answers for the software, or one that runs the release.
func (r *Register) RecordObligation(ctx context.Context, by models.Viewer, o *models.ObligationRecord) error {
	o.Evidence, o.License, o.Obligation = tidy(o.Evidence), tidy(o.License), tidy(o.Obligation)
	o.ID, o.UserID, o.CreatedAt = 0, optional(by.UserID), r.now().Truncate(time.Microsecond)
	release, err := r.store.Release(ctx, by, o.ReleaseID)
	if err != nil {
		return err
	}
	agency, err := r.answerable(ctx, by, release)
	if err != nil {
		return err
	}
	if err := o.Validate(); err != nil {
		return err
	}
	list, err := r.Obligations(ctx, by, o.ReleaseID, licenses.Use(o.Use))
	if err != nil {
		return err
	}
	line := list.owes(o.Obligation, o.License)
	if line == nil {
		return invalidField("obligation", "not-owed", "The licences in this release do not ask for this in this use. The checklist of the release says what they ask for.")
	}
	if line.State == o.State && line.Evidence == o.Evidence {
		return nil
	}
	return store.Write(ctx, r.store, func(tx *store.Tx) error {
		o.ID = 0
		if err := tx.CreateObligationRecord(ctx, o); err != nil {
			return err
		}
		return record(ctx, tx, by, event{action: "obligation.recorded", noun: "obligation", id: o.ID, title: list.Asset.Title() + " " + release.Number + ": " + o.Obligation + ", " + o.License, agency: agency, asset: list.Asset.ID,
			to: narrower(list.Asset.Visibility, models.VisibleGovernment), after: o})
	})
}

// answerable is the agency for which somebody may speak of what is owed for a release: its steward's, or one that runs it.
func (r *Register) answerable(ctx context.Context, by models.Viewer, release *models.Release) (int64, error) {
	agencies, err := r.store.ReleaseAgencies(ctx, release.ID)
	if err != nil {
		return 0, err
	}
	for _, agency := range agencies {
		if by.May(models.TriageFinding, agency) {
			return agency, nil
		}
	}
	return 0, may(by, models.TriageFinding, agencies[0], "say how the obligations of this release are met")
}
