package main

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/ospo-register/ospo/bench/national"
	"github.com/ospo-register/ospo/models"
	"github.com/ospo-register/ospo/policy"
	"github.com/ospo-register/ospo/register"
)

// measurePolicies puts the policy that ships in force at each size, has everything judged, and rehearses a change of one rule.
func (b *bench) measurePolicies(ctx context.Context) error {
	t := table{title: "Licence policies", head: []string{"size", "releases judged", "software", "everything judged, s", "findings", "one rule rehearsed, s (least to most)", "verdicts it changes", "everything judged by it, s"},
		note: "The policy that comes with the program is judged by; the rule rehearsed denies network copyleft. “Judged” is with all that is written: verdicts, findings, events. Releases count once for who answers for them and once for each deployment."}
	for _, size := range b.sizes {
		row, err := b.policiesAt(ctx, size)
		if err != nil {
			return fmt.Errorf("%s: %w", size.Name, err)
		}
		t.row(row...)
	}
	b.table(t)
	return nil
}

func (b *bench) policiesAt(ctx context.Context, size national.Size) ([]string, error) {
	db, err := b.filled(ctx, size)
	if err != nil {
		return nil, err
	}
	defer db.close()
	reg, by := register.New(db.store), models.SystemViewer("bench")
	if _, err := reg.ShipPolicy(ctx); err != nil {
		return nil, err
	}
	if err := db.backTo(ctx, policy.DefaultYAML()); err != nil {
		return nil, err
	}
	first, findings, err := db.judgeAll(ctx, reg)
	if err != nil {
		return nil, err
	}
	stricter := strings.Replace(policy.DefaultYAML(), "rules:\n", "rules:\n  - {id: no-network-copyleft, title: No network copyleft, licenses: {reciprocity: network}, outcome: deny, severity: high, message: Measured., cure: None.}\n", 1)
	draft, err := reg.DraftPolicy(ctx, by, register.Draft{Text: stricter})
	if err != nil {
		return nil, err
	}
	var rehearsed sample
	var im *register.Impact
	for range 5 {
		began := time.Now()
		if im, err = reg.RehearsePolicy(ctx, by, draft.ID); err != nil {
			return nil, err
		}
		rehearsed = append(rehearsed, time.Since(began).Seconds())
	}
	if err := reg.ActivatePolicy(ctx, by, draft.ID, 0); err != nil {
		return nil, err
	}
	second, _, err := db.judgeAll(ctx, reg)
	if err != nil {
		return nil, err
	}
	return []string{size.Name, fmt.Sprint(im.Subjects), fmt.Sprint(im.Assets), fmt.Sprintf("%.1f", first), fmt.Sprint(findings), fmt.Sprintf("%.1f (%.1f to %.1f)", rehearsed.median(), rehearsed.least(), rehearsed.most()),
		fmt.Sprint(len(im.Changed) + im.More), fmt.Sprintf("%.1f", second)}, nil
}

// backTo puts a text in force for all of government, so that a run begins as the one before it.
func (r *registerDB) backTo(ctx context.Context, text string) error {
	reg, by := register.New(r.store), models.SystemViewer("bench")
	all, err := r.store.Policies(ctx, by)
	if err != nil {
		return err
	}
	if all[0].DraftID != nil {
		if err := reg.DiscardDraft(ctx, by, *all[0].DraftID); err != nil {
			return err
		}
	}
	draft, err := reg.DraftPolicy(ctx, by, register.Draft{Text: text})
	if err != nil {
		return err
	}
	return reg.ActivatePolicy(ctx, by, draft.ID, 0)
}

// judgeAll judges what there is to judge and says how long it took, in seconds, and how many findings are open.
func (r *registerDB) judgeAll(ctx context.Context, reg *register.Register) (seconds float64, findings int, err error) {
	began := time.Now()
	for behind := true; behind; {
		done, err := reg.JudgeChanges(ctx)
		if err != nil {
			return 0, 0, err
		}
		behind = done.Behind
	}
	seconds = time.Since(began).Seconds()
	return seconds, findings, r.pool.QueryRow(ctx, `SELECT count(*) FROM findings WHERE state <> 'closed'`).Scan(&findings)
}
