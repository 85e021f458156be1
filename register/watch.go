package register

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/ospo-register/ospo/models"
	"github.com/ospo-register/ospo/policy"
	"github.com/ospo-register/ospo/store"
)

const (
	mostWatched = 200            // subjects of one noun that one turn of WatchRegister looks at
	watchHolds  = 20 * time.Hour // then a subject is looked at anew: days pass, and what it stands on changes
)

// WatchRegister puts the timer rules of the law before software, deployments and decisions that have not been looked at for a day or have changed since, and keeps what is broken and what cannot be told. Software
// and deployments are judged by the regime in force at the agency today, decisions by their own. What is broken now and was not before is one event; where no regime is in force nothing is said.
func (r *Register) WatchRegister(ctx context.Context) (judged int, err error) {
	for _, noun := range models.WatchedNouns {
		err := store.Write(ctx, r.store, func(tx *store.Tx) error {
			at := r.now().Truncate(time.Microsecond)
			ids, err := tx.ClaimWatched(ctx, noun, at, at.Add(-watchHolds), mostWatched)
			if err != nil || len(ids) == 0 {
				return err
			}
			judged += len(ids)
			return r.watch(ctx, tx, noun, ids, at)
		})
		if err != nil {
			return judged, err
		}
	}
	return judged, nil
}

// sighting is what is broken, or cannot be told, of one subject.
type sighting struct {
	store.WatchResult
	event event
}

// watch judges subjects of one noun and keeps what comes out.
func (r *Register) watch(ctx context.Context, tx *store.Tx, noun string, ids []int64, at time.Time) error {
	look := map[string]func(context.Context, *store.Tx, []int64, time.Time) ([]sighting, error){"asset": r.watchAssets, "deployment": r.watchDeployments, "decision": r.watchDecisions}[noun]
	seen, err := look(ctx, tx, ids, at)
	if err != nil {
		return err
	}
	list := make([]store.WatchResult, len(seen))
	for i := range seen {
		list[i] = seen[i].WatchResult
	}
	fresh, err := tx.SetWatchResults(ctx, noun, ids, list, at)
	if err != nil {
		return err
	}
	by := models.SystemViewer("Watch")
	for _, i := range fresh {
		s := &seen[i]
		after := map[string]any{"rule": s.Result.Rule, "title": s.Result.Title, "regime": s.Regime}
		if noun == "decision" {
			row, err := tx.Decision(ctx, by, s.SubjectID)
			if err == nil {
				err = noticed(ctx, tx, by, "decision.rule-broken", &row.Decision, after)
			}
			if err != nil {
				return err
			}
			continue
		}
		s.event.after = after
		if err := record(ctx, tx, by, s.event); err != nil {
			return err
		}
	}
	return nil
}

// lawsToday finds the law in force at agencies, each once.
type lawsToday struct {
	r    *Register
	tx   *store.Tx
	on   models.Date
	held map[int64]*law // nil: none is in force
}

func (l *lawsToday) at(ctx context.Context, agency int64) (*law, error) {
	if found, ok := l.held[agency]; ok {
		return found, nil
	}
	v, err := l.tx.RegimeInForce(ctx, agency, l.on)
	if models.IsKind(err, models.NotFound) {
		l.held[agency] = nil
		return nil, nil //nolint:nilnil // where no law is in force nothing is said
	}
	if err != nil {
		return nil, err
	}
	found, err := l.r.law(ctx, l.tx.Store, v.ID)
	l.held[agency] = found
	return found, err
}

func (r *Register) lawsOf(tx *store.Tx, at time.Time) *lawsToday {
	return &lawsToday{r, tx, models.DateOf(at), map[int64]*law{}}
}

// sightings puts the timer rules before the facts of one subject.
func (l *law) sightings(ctx context.Context, id int64, k *policy.Case, facts string, e event) (list []sighting) {
	if l == nil {
		return nil
	}
	for _, one := range l.court.Judge(ctx, models.GateTimer, k) {
		if one.Outcome != models.RuleViolated && one.Outcome != models.RuleUndetermined {
			continue
		}
		result := ruleResult(one)
		list = append(list, sighting{store.WatchResult{SubjectID: id, Result: result, Facts: facts, Regime: fmt.Sprintf("%s %d", l.version.Code, l.version.Number)}, e})
	}
	return list
}

func (r *Register) watchAssets(ctx context.Context, tx *store.Tx, ids []int64, at time.Time) (list []sighting, err error) {
	assets, err := tx.WatchedAssets(ctx, ids)
	laws := r.lawsOf(tx, at)
	for _, a := range assets {
		l, err := laws.at(ctx, a.StewardID)
		if err != nil {
			return nil, err
		}
		facts := &policy.AssetFacts{Name: a.Title, Origin: string(a.Origin), Visibility: string(a.Visibility), Steward: a.Steward, Sponsors: a.Sponsors, FundingEndsAt: endOf(a.FundingEndsOn), SWHID: a.SWHID}
		said := "Answered for by " + a.Steward + "."
		switch {
		case a.SWHID != "":
			said += " Archived as " + a.SWHID + "."
		case a.Origin == models.GovBuilt:
			said += " No identifier of an archive is recorded."
		}
		e := event{action: "asset.rule-broken", noun: "asset", id: a.ID, title: a.Title, agency: a.StewardID, asset: a.ID, from: a.Visibility, to: a.Visibility}
		list = append(list, l.sightings(ctx, a.ID, &policy.Case{Asset: facts, Now: at}, said, e)...)
	}
	return list, err
}

// endOf is the moment when a last day is over; nil when it is not known.
func endOf(last *models.Date) *time.Time {
	if last == nil {
		return nil
	}
	end := last.AddDays(1).Time()
	return &end
}

func (r *Register) watchDeployments(ctx context.Context, tx *store.Tx, ids []int64, at time.Time) (list []sighting, err error) {
	deployments, err := tx.WatchedDeployments(ctx, ids, models.DateOf(at))
	laws := r.lawsOf(tx, at)
	for _, d := range deployments {
		l, err := laws.at(ctx, d.AgencyID)
		if err != nil {
			return nil, err
		}
		facts := &policy.DeploymentFacts{Asset: d.Asset, State: "running", SecuritySupportEndsAt: endOf(d.SecurityEndOn), WaiverValid: d.Remedied}
		said := "Until when version " + orElse(d.Version, "“not said”") + " gets security fixes is not recorded."
		if d.SecurityEndOn != nil {
			said = "Version " + d.Version + " gets security fixes until " + d.SecurityEndOn.String() + "."
		}
		if d.Remedied {
			said += " A remediation is in force."
		}
		seen := narrower(d.Visibility, d.Details)
		e := event{action: "deployment.rule-broken", noun: "deployment", id: d.ID, title: d.Asset, agency: d.AgencyID, from: seen, to: seen}
		list = append(list, l.sightings(ctx, d.ID, &policy.Case{Deployment: facts, Now: at}, said, e)...)
	}
	return list, err
}

func (r *Register) watchDecisions(ctx context.Context, tx *store.Tx, ids []int64, at time.Time) (list []sighting, err error) {
	followed, err := tx.FollowedDecisions(ctx, ids)
	if err != nil {
		return nil, err
	}
	by := models.SystemViewer("Watch")
	for _, id := range ids {
		c, err := r.readCase(ctx, tx.Store, by, id, at)
		if err != nil {
			return nil, err
		}
		k, _ := policy.Derive(c.input(at))
		k.Contract = c.contractFacts(k, slices.Contains(followed, id))
		list = append(list, c.law.sightings(ctx, id, k, c.clockFacts(), event{})...)
	}
	return list, nil
}

// contractFacts are those of the contract that a case has led to, while it is in force; nil when there is none.
func (c *caseAt) contractFacts(k *policy.Case, followed bool) *policy.ContractFacts {
	if c.dossier.Contract == nil || c.dossier.Contract.Value.SignedAt == nil || c.row.State.Ended() {
		return nil
	}
	terms := &c.dossier.Contract.Value
	facts := &policy.ContractFacts{Title: strings.TrimSpace(terms.Number + " " + terms.Supplier), HasOpenDecision: followed}
	if terms.EndsOn != nil {
		at := terms.EndsOn.Time()
		facts.RenewalAt = &at
	}
	if k.Chosen != nil {
		facts.OSS = k.Chosen.OSS
	}
	return facts
}

// clockFacts are the days of a case that timer rules go by, for people.
func (c *caseAt) clockFacts() string {
	var said []string
	add := func(text string, on *models.Date) {
		if on != nil {
			said = append(said, text+" "+on.String()+".")
		}
	}
	if at := c.row.ApprovedAt; at != nil {
		on := models.DateOf(*at)
		add("Approved on", &on)
	}
	if at := c.row.PublishedAt; at != nil {
		on := models.DateOf(*at)
		add("Published on", &on)
	}
	add("To be looked at again on", c.row.ReviewOn)
	if c.dossier.Contract != nil {
		terms := &c.dossier.Contract.Value
		add("The contract with "+terms.Supplier+" ends on", terms.EndsOn)
		if terms.NoticeDays != nil {
			said = append(said, fmt.Sprintf("Notice is %d days.", *terms.NoticeDays))
		}
	}
	if len(said) == 0 {
		return "Stands at " + string(c.row.State) + "."
	}
	return strings.Join(said, " ")
}
