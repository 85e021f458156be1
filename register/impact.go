package register

import (
	"cmp"
	"context"
	"slices"
	"time"

	"github.com/ospo-register/ospo/licenses"
	"github.com/ospo-register/ospo/models"
	"github.com/ospo-register/ospo/policy"
	"github.com/ospo-register/ospo/store"
)

// Impact is what a change of rules, or of the licence list, would do across the register. Nothing is stored of it.
type Impact struct {
	Subjects  int // releases where an agency answers for them or runs them
	Assets    int
	Before    map[licenses.Verdict]int // subjects by verdict
	After     map[licenses.Verdict]int
	Moves     map[licenses.Verdict]map[licenses.Verdict]int // subjects by verdict before and after, where it changes
	Changed   []ImpactChange                                // the gravest first, at most MostImpact
	More      int                                           // changed besides
	Loosening []policy.Loosening                            // rules of the draft that allow what a policy above does not
	Took      time.Duration
}

// MostImpact bounds the changes that an Impact names.
const MostImpact = 500

// ImpactChange is a subject whose verdict would change, or that would be judged by other rules.
type ImpactChange struct {
	AssetID, ReleaseID, AgencyID, DeploymentID int64
	Asset, Release, Agency                     string
	From, To                                   licenses.Verdict
	Opens, Closes                              []ImpactLicense // licences that are no longer allowed, and that are allowed from then on
}

// ImpactLicense is a licence that a rule is about, with how many packages of a document have it.
type ImpactLicense struct {
	License  string
	Rule     string
	Verdict  licenses.Verdict
	Packages int
}

// RehearsePolicy says what a version of a policy would change across what it binds, if it were in force now.
func (r *Register) RehearsePolicy(ctx context.Context, by models.Viewer, id int64) (*Impact, error) {
	v, err := r.store.PolicyVersion(ctx, id)
	if err != nil {
		return nil, err
	}
	if err := may(by, models.WritePolicy, value(v.AgencyID), "rehearse this licence policy"); err != nil {
		return nil, err
	}
	im, err := r.impact(ctx, value(v.AgencyID), func(s *sitting) { s.standIn(v) })
	if err != nil {
		return nil, err
	}
	im.Loosening, err = r.loosening(ctx, v)
	return im, err
}

// loosening lists the rules of a version that allow what a policy above it denies.
func (r *Register) loosening(ctx context.Context, v *store.PolicyVersionRow) ([]policy.Loosening, error) {
	if v.AgencyID == nil {
		return nil, nil
	}
	s, err := r.sit(ctx)
	if err != nil {
		return nil, err
	}
	child, err := policy.Parse([]byte(v.Text))
	if err != nil {
		return nil, err
	}
	var all []policy.Loosening
	above := append([]int64{0}, s.lines[*v.AgencyID]...)
	for _, o := range s.versions {
		if value(o.AgencyID) == *v.AgencyID || !slices.Contains(above, value(o.AgencyID)) {
			continue
		}
		parent, err := policy.Parse([]byte(o.Text))
		if err != nil {
			return nil, err
		}
		for _, l := range policy.Loosens(parent, child, s.list) {
			all = joined(all, l)
		}
	}
	return all, nil
}

// joined adds a loosening; of one rule against several policies above the heaviest says what stands against it, and the licences are those of all.
func joined(all []policy.Loosening, l policy.Loosening) []policy.Loosening {
	at := slices.IndexFunc(all, func(have policy.Loosening) bool { return have.Rule == l.Rule })
	if at < 0 {
		return append(all, l)
	}
	have := &all[at]
	list := slices.Compact(slices.Sorted(slices.Values(append(slices.Clone(have.Licenses), l.Licenses...))))
	more := max(have.More, l.More)
	if rank := policy.Outcomes(); slices.Index(rank, l.Outcome) > slices.Index(rank, have.Outcome) {
		*have = l
	}
	have.Licenses, have.More = list[:min(len(list), mostLoosened)], more+max(0, len(list)-mostLoosened)
	return all
}

// mostLoosened is how many licences a loosening names.
const mostLoosened = 20

// impact judges everything twice: as it is, and with a change; with an agency only what it and those below it run or answer for.
func (r *Register) impact(ctx context.Context, agency int64, change func(*sitting)) (*Impact, error) {
	began := time.Now()
	now, err := r.sit(ctx)
	if err != nil {
		return nil, err
	}
	then, err := r.sit(ctx)
	if err != nil {
		return nil, err
	}
	now.rehearsal, then.rehearsal = true, true
	change(then)
	then.statements = now.statements // read once
	im := &Impact{Before: map[licenses.Verdict]int{}, After: map[licenses.Verdict]int{}, Moves: map[licenses.Verdict]map[licenses.Verdict]int{}}
	for after := int64(0); ; {
		assets, err := r.store.JudgedAssets(ctx, after, 5000)
		if err != nil {
			return nil, err
		}
		if len(assets) == 0 {
			break
		}
		after = assets[len(assets)-1]
		if err := im.compare(ctx, now, then, assets, agency); err != nil {
			return nil, err
		}
	}
	slices.SortStableFunc(im.Changed, func(a, b ImpactChange) int {
		return cmp.Or(-cmp.Compare(slices.Index(licenses.Verdicts(), a.To), slices.Index(licenses.Verdicts(), b.To)), cmp.Compare(slices.Index(licenses.Verdicts(), a.From), slices.Index(licenses.Verdicts(), b.From)))
	})
	if len(im.Changed) > MostImpact {
		im.More, im.Changed = len(im.Changed)-MostImpact, im.Changed[:MostImpact]
	}
	im.Took = time.Since(began)
	return im, nil
}

func (im *Impact) compare(ctx context.Context, now, then *sitting, assets []int64, agency int64) error {
	g, err := now.gather(ctx, assets)
	if err != nil {
		return err
	}
	if agency != 0 {
		g.list = slices.DeleteFunc(g.list, func(one store.Subject) bool { return !slices.Contains(now.lines[one.AgencyID], agency) })
	}
	if err := gatherNeeded(ctx, g, now, then); err != nil {
		return err
	}
	last := int64(0)
	for i := range g.list {
		one := &g.list[i]
		before, err := now.hear(ctx, g, one)
		if err != nil {
			return err
		}
		after, err := then.hear(ctx, g, one)
		if err != nil {
			return err
		}
		if im.Subjects++; one.AssetID != last {
			im.Assets++
			last = one.AssetID
		}
		im.note(one, before, after)
	}
	return nil
}

func (im *Impact) note(one *store.Subject, before, after *outcome) {
	from, to := verdictOf(before), verdictOf(after)
	im.Before[from]++
	im.After[to]++
	opens, closes := apart(after, before), apart(before, after)
	if from == to && len(opens) == 0 && len(closes) == 0 {
		return
	}
	if from != to {
		if im.Moves[from] == nil {
			im.Moves[from] = map[licenses.Verdict]int{}
		}
		im.Moves[from][to]++
	}
	im.Changed = append(im.Changed, ImpactChange{AssetID: one.AssetID, ReleaseID: one.ReleaseID, AgencyID: one.AgencyID, DeploymentID: one.DeploymentID,
		Asset: titleOf(one), Release: one.Release, Agency: one.AgencyName, From: from, To: to, Opens: opens, Closes: closes})
}

func titleOf(one *store.Subject) string { return tidy(one.Asset + " " + one.Edition) }

func verdictOf(o *outcome) licenses.Verdict {
	if o == nil {
		return licenses.Undetermined // no policy binds it
	}
	return o.verdict
}

// apart lists the licences that are flagged in one outcome and not, or not so, in another.
func apart(o, other *outcome) []ImpactLicense {
	if o == nil {
		return nil
	}
	type flagged struct {
		license string
		verdict licenses.Verdict
	}
	known := map[flagged]bool{}
	if other != nil {
		for i := range other.flags {
			known[flagged{other.flags[i].license, other.flags[i].Verdict}] = true
		}
	}
	var list []ImpactLicense
	for i := range o.flags {
		f := &o.flags[i]
		if known[flagged{f.license, f.Verdict}] {
			continue
		}
		rule := ""
		if len(f.Reasons) > 0 {
			rule = f.Reasons[0].Rule
		}
		list = append(list, ImpactLicense{License: f.license, Rule: rule, Verdict: f.Verdict, Packages: f.packages})
	}
	return list
}
