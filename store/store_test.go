package store_test

import (
	"context"
	"testing"

	"github.com/ospo-register/ospo/internal/testkit"
)

func TestTheSchemaIsAtThisProgramsVersionAfterMigrating(t *testing.T) {
	s := testkit.OwnStore(t)
	have, want, err := s.SchemaVersion(context.Background())
	if err != nil || have != want || want == 0 {
		t.Fatalf("have version %d, want %d, %v", have, want, err)
	}
	if steps, err := s.Migrate(context.Background()); err != nil || steps != 0 {
		t.Errorf("migrating again took %d steps, %v", steps, err)
	}
}
