package store_test

import (
	"context"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/ospo-register/ospo/internal/testkit"
	"github.com/ospo-register/ospo/internal/testkit/sample"
	"github.com/ospo-register/ospo/models"
	"github.com/ospo-register/ospo/register"
	"github.com/ospo-register/ospo/store"
)

func TestATokenIsItsPersonWithEveryRoleThatTheyStillHave(t *testing.T) {
	s, ctx := testkit.Store(t), context.Background()
	g := sample.Government(t, s)
	u := sample.User(t, s, "Tessa Two", models.Registrar, g.Health.ID)
	now := time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)
	hash := func(name string) []byte { return register.TokenHash(register.TokenPrefix + name) }
	err := store.Write(ctx, s, func(tx *store.Tx) error {
		ended := &models.Membership{UserID: u.ID, AgencyID: &g.Finance.ID, Role: models.Counsel, EndedAt: &now}
		if err := tx.CreateMembership(ctx, ended); err != nil {
			return err
		}
		if err := tx.CreateMembership(ctx, &models.Membership{UserID: u.ID, Role: models.OSPOStaff}); err != nil {
			return err
		}
		for name, agency := range map[string]*int64{"wide": nil, "narrow": &g.Health.ID} {
			token := &models.Token{UserID: u.ID, AgencyID: agency, Name: name, Hash: hash(name), Hint: name, Actions: models.StringList{string(models.ReadGovernment)}, ExpiresAt: now.AddDate(0, 1, 0), CreatedAt: now}
			if err := tx.CreateToken(ctx, token); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	person := sample.Viewer(t, s, u)
	if len(person.Grants) != 2 || person.Grants[0].All || !person.Grants[0].Agencies[g.Health.ID] || !person.Grants[1].All {
		t.Errorf("the person has %+v", person.Grants)
	}
	for name, scope := range map[string]bool{"wide": false, "narrow": true} {
		v, err := s.TokenViewer(ctx, hash(name), now)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(person.Grants, v.Grants); diff != "" || v.UserID != u.ID || v.Name != u.Name || v.TokenID == 0 || !cmp.Equal(v.Actions, []models.Action{models.ReadGovernment}) {
			t.Errorf("by the %s token %+v comes; roles of the person (-) and the token (+):\n%s", name, v, diff)
		}
		if (v.Scope != nil) != scope || scope && (!v.Scope.Agencies[g.Health.ID] || v.Scope.Agencies[g.Finance.ID]) {
			t.Errorf("the %s token is bounded to %+v", name, v.Scope)
		}
		again, err := s.SenderViewer(ctx, u.ID, &v.TokenID, now)
		if diff := cmp.Diff(v, again); err != nil || diff != "" {
			t.Errorf("what came by the %s token is worked on as (+):\n%s (%v)", name, diff, err)
		}
	}
	usedAt := func(v time.Time) time.Time {
		t.Helper()
		who, err := s.TokenViewer(ctx, hash("wide"), v)
		if err != nil {
			t.Fatal(err)
		}
		token, err := s.Token(ctx, who.TokenID)
		if err != nil || token.LastUsedAt == nil {
			t.Fatalf("no use was noted: %v", err)
		}
		return token.LastUsedAt.UTC()
	}
	if at := usedAt(now.Add(59 * time.Second)); !at.Equal(now) {
		t.Errorf("a use within a minute was noted: %s", at)
	}
	if later := now.Add(61 * time.Second); !usedAt(later).Equal(later) {
		t.Error("a use after a minute was not noted")
	}
	for name, at := range map[string]time.Time{"unknown": now, "wide": now.AddDate(0, 2, 0)} {
		if _, err := s.TokenViewer(ctx, hash(name), at); !models.IsKind(err, models.Unauthenticated) {
			t.Errorf("the %s token at %s: %v", name, at, err)
		}
	}
	if _, err := s.Viewer(ctx, 1<<40); !models.IsKind(err, models.NotFound) {
		t.Errorf("somebody who is not there: %v", err)
	}
}
