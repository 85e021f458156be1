package register_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/ospo-register/ospo/internal/testkit"
	"github.com/ospo-register/ospo/models"
	"github.com/ospo-register/ospo/register"
)

func TestAnAnalysisComesBackAsItWasWrittenOrIsRefused(t *testing.T) {
	s := testkit.Store(t)
	f := &fixture{t: t, s: s, r: register.New(s)}
	repo := &models.Repository{AgencyID: f.agency("health", nil).ID, URL: "https://git.example.org/health/desk", Host: models.PlainGit, Visibility: models.VisiblePublic, Active: true}
	f.must(f.r.RegisterRepository(ctx, system, repo))
	for _, text := range []string{`say "hi"`, `c:\windows\temp`, `a\101b`, "line\nand\ttab", "\u0001", "ütf 🦊", `\\x41`} {
		want, err := json.Marshal(map[string]any{"v": 1, "a": text})
		f.must(err)
		_, err = f.r.WriteAnalyses(ctx, system, repo.ID, map[string]json.RawMessage{"scanner": want})
		f.must(err)
		all, err := s.Analyses(ctx, repo.ID)
		f.must(err)
		var got struct{ A string }
		if err := json.Unmarshal(all[0].Body, &got); err != nil || got.A != text {
			t.Errorf("%q comes back as %s, %v", text, all[0].Body, err)
		}
	}
	for name, given := range map[string]string{
		"a number that no computer has":     `{"v":1,"a":1e131000}`,
		"numbers that grow written out":     `{"v":1,"a":[` + strings.TrimSuffix(strings.Repeat("1e308,", 1000), ",") + `]}`,
		"small numbers that do":             `{"v":1,"a":[` + strings.TrimSuffix(strings.Repeat("1e-300,", 1000), ",") + `]}`,
		"the character NUL":                 `{"v":1,"a":"x\u0000y"}`,
		"the character NUL in a name in it": `{"v":1,"a":{"x\u0000":1}}`,
	} {
		if _, err := f.r.WriteAnalyses(ctx, system, repo.ID, map[string]json.RawMessage{"scanner": json.RawMessage(given)}); !models.IsKind(err, models.Invalid) {
			t.Errorf("%s: %v", name, err)
		}
	}
	_, err := f.r.WriteAnalyses(ctx, system, repo.ID, map[string]json.RawMessage{"scanner": json.RawMessage(`{"v":1,"a":"\ud800"}`)})
	f.must(err)
	if all, err := s.Analyses(ctx, repo.ID); err != nil || string(all[0].Body) != `{"a": "�", "v": 1}` {
		t.Errorf("half a character comes back as %s, %v", all[0].Body, err)
	}
}
