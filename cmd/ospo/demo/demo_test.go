package demo

import (
	"context"
	"testing"
	"time"

	"github.com/ospo-register/ospo/internal/testkit"
	"github.com/ospo-register/ospo/register"
)

func TestTheInventedGovernmentLoads(t *testing.T) {
	ctx := context.Background()
	st := testkit.OwnStore(t)
	start := time.Now()
	last := start
	err := Load(ctx, register.New(st), st, func(done, total int, what string) {
		if d := time.Since(last); d > 200*time.Millisecond {
			t.Logf("%d/%d %s %v", done, total, what, d)
		}
		last = time.Now()
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Log(time.Since(start))
}
