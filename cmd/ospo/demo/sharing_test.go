package demo

import (
	stdcmp "cmp"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5"

	"github.com/ospo-register/ospo/models"
	"github.com/ospo-register/ospo/register"
	"github.com/ospo-register/ospo/store"
)

// shared asks that every page about the shared repository has something to show.
func shared(t *testing.T, st *store.Store) {
	outcomes, forks := map[models.VisitOutcome]int{}, map[models.ForkKind]int{}
	for _, r := range all(t, func(p models.Page) (models.List[store.RepositoryRow], error) {
		return st.Repositories(t.Context(), everybody, models.RepositoryFilter{Page: p})
	}) {
		outcomes[r.Outcome]++
		forks[r.Fork]++
		if r.AssetID == nil && r.Valid && r.Fork == models.NoFork {
			t.Errorf("%s is described and of no software: %s", r.URL, r.Detail)
		}
	}
	want := map[models.VisitOutcome]int{models.VisitRead: 10, models.VisitInvalid: 1, models.VisitUndescribed: 2, models.VisitGone: 1}
	if diff := cmp.Diff(want, outcomes); diff != "" {
		t.Errorf("how repositories were found last (-want +got):\n%s", diff)
	}
	if forks[models.Mirror] != 1 {
		t.Errorf("repositories stand to each other as %v, want one mirror", forks)
	}
	visits := map[models.VisitOutcome]bool{}
	for _, v := range all(t, func(p models.Page) (models.List[store.VisitRow], error) {
		return st.Visits(t.Context(), everybody, models.VisitFilter{Page: p})
	}) {
		visits[v.Outcome] = true
	}
	for _, o := range []models.VisitOutcome{models.VisitRead, models.VisitUnchanged, models.VisitInvalid, models.VisitUndescribed, models.VisitGone} {
		if !visits[o] {
			t.Errorf("no line of the intake log says %s", o)
		}
	}
	gone := repositoryOf(t, st, "work/benefit-desk")
	if m := must(st.Mirror(t.Context(), gone))(t); m == nil || !m.Sound || m.FetchedAt == nil {
		t.Errorf("the copy of what its host lost is %+v", m)
	}
	measured := 0
	for _, m := range must(st.Measurements(t.Context(), repositoryOf(t, st, "weather/flood-watch")))(t) {
		if m.Value != nil {
			measured++
		}
	}
	if measured < 5 {
		t.Errorf("%d metrics of the flood watch were measured, want at least 5", measured)
	}
	if n := len(must(st.Analyses(t.Context(), repositoryOf(t, st, "weather/flood-watch")))(t)); n != 2 {
		t.Errorf("%d scanners wrote of the flood watch, want 2", n)
	}
	states := map[models.WebhookDeliveryState]int{}
	for _, d := range must(st.WebhookDeliveries(t.Context(), models.SystemViewer("Test"), models.WebhookDeliveryFilter{}))(t).Items {
		states[d.State]++
	}
	if states[models.MessageDelivered] < 3 || states[models.MessageFailed]+states[models.MessageWaiting] == 0 {
		t.Errorf("programs were told %v", states)
	}
	foreign := must(st.ForeignEntries(t.Context(), models.Viewer{}, models.ForeignFilter{}))(t)
	if len(foreign.Items) != 9 {
		t.Errorf("the neighbours tell of %d pieces of software, want 9", len(foreign.Items))
	}
}

func repositoryOf(t *testing.T, st *store.Store, path string) int64 {
	t.Helper()
	return must((&loader{store: st, system: everybody}).repository(t.Context(), path))(t)
}

// reused asks that agencies are seen to ask, answer and share.
func reused(t *testing.T, st *store.Store) {
	states := map[string]int{}
	for _, q := range must(st.Questions(t.Context(), everybody, models.QuestionFilter{}))(t).Items {
		states["question "+string(q.State)]++
	}
	for _, c := range must(st.UseClaims(t.Context(), everybody, models.UseClaimFilter{}))(t).Items {
		states["claim "+string(c.State)]++
	}
	for _, k := range must(st.Calls(t.Context(), everybody, models.CallFilter{}))(t).Items {
		states["call "+string(k.Kind)+" "+string(k.State)]++
	}
	for _, x := range must(st.AccessRequests(t.Context(), everybody, models.AccessFilter{}))(t).Items {
		states["access "+string(x.State)]++
	}
	want := map[string]int{"question asked": 2, "question answered": 1, "question closed": 1, "question escalated": 1, "claim confirmed": 1, "claim denied": 1, "claim waiting": 5,
		"call contributions-wanted open": 1, "call contributions-wanted fulfilled": 1, "call joint-development open": 1, "call reuse-wanted open": 1, "access granted": 1, "access requested": 1, "access refused": 1}
	if diff := cmp.Diff(want, states); diff != "" {
		t.Errorf("what agencies have asked of each other (-want +got):\n%s", diff)
	}
}

// kept asks that risks, standards, goals and the stack have something to show.
func kept(t *testing.T, st *store.Store) {
	var risks []models.ContinuityRisk
	for _, r := range must(st.RiskTallies(t.Context(), everybody, models.RiskFilter{}))(t) {
		if r.Assets > 0 {
			risks = append(risks, r.Risk)
		}
	}
	for _, want := range []models.ContinuityRisk{models.RiskSupportOver, models.RiskContractsOver, models.RiskKeepersGone, models.RiskFundingEnds, models.RiskStandstill, models.RiskUnmaintained, models.RiskNoPlan} {
		if !slices.Contains(risks, want) {
			t.Errorf("no software is at the risk %s; the risks are %v", want, risks)
		}
	}
	statuses := map[models.StackStatus]bool{}
	for _, e := range must(st.StackEntries(t.Context(), models.Viewer{}, models.StackFilter{}))(t).Items {
		statuses[e.Status] = true
	}
	for _, s := range models.StackStatuses {
		if !statuses[s] {
			t.Errorf("nothing in the stack is %s", s)
		}
	}
	if n := len(must(st.StackEntries(t.Context(), models.Viewer{}, models.StackFilter{Ended: true}))(t).Items); n != 1 {
		t.Errorf("%d entries of the stack were superseded, want 1", n)
	}
}

// stays are references to software that has become part of other software, by the constraint that makes them: the trail and what was sealed; goals, of which
// the kept one has copies; continuity that gave way to that of the kept one; and findings that were closed with the merge and are open at the kept one.
var stays = map[string]string{"events_asset_id_fkey": "true", "decisions_asset_exists": "true", "asset_sdgs_asset_id_fkey": "true", "continuities_asset_exists": "true", "findings_asset_id_fkey": "x.state = 'closed'"}

// merged asks that nothing refers to software any more that has become part of other software. A merge that forgot a table was a fault of a peer.
func merged(t *testing.T, st *store.Store, dsn string) {
	ctx := t.Context()
	ids := map[string]int64{}
	for _, a := range allAssets(t, st, everybody) {
		ids[a.Name] = a.ID
	}
	for _, name := range []string{"Flood Watch", "Permit Desk", "Velmora Form Kit", "Cargo Risk Score", "NATS Streaming Server", "Notification Relay", "Nextcloud"} {
		if ids[name] == 0 {
			t.Fatalf("there is no %s", name)
		}
		if _, err := register.New(st).MergeAssets(ctx, viewer(t, st, "ines.calder@ospo.velmora.example"), ids[name], ids["Tide Tables"], "To see what stays behind."); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
	}
	if err := (&loader{reg: register.New(st)}).judge(ctx); err != nil {
		t.Fatal(err)
	}
	conn := must(pgx.Connect(ctx, dsn))(t)
	defer conn.Close(ctx)
	type reference struct{ Constraint, Table, Column string }
	rows := must(conn.Query(ctx, `SELECT c.conname::text, c.conrelid::regclass::text, a.attname::text FROM pg_constraint c JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = c.conkey[1]
		WHERE c.contype = 'f' AND c.confrelid = 'assets'::regclass AND c.connamespace = 'public'::regnamespace ORDER BY 1`))(t)
	all := must(pgx.CollectRows(rows, pgx.RowToStructByPos[reference]))(t)
	if len(all) < 12 {
		t.Errorf("only %d references to software were looked at: %v", len(all), all)
	}
	for _, r := range all {
		var left int
		if err := conn.QueryRow(ctx, `SELECT count(*) FROM `+r.Table+` x JOIN assets a ON a.id = x.`+pgx.Identifier{r.Column}.Sanitize()+` WHERE a.merged_into_id = $1 AND NOT (`+stdcmp.Or(stays[r.Constraint], "false")+`)`, ids["Tide Tables"]).Scan(&left); err != nil {
			t.Fatal(err)
		}
		if left > 0 {
			t.Errorf("%d rows of %s.%s (%s) still refer to software that was merged", left, r.Table, r.Column, r.Constraint)
		}
	}
}
