package web_test

import (
	"context"
	"testing"

	"github.com/ospo-register/ospo/internal/testkit/sample"
	"github.com/ospo-register/ospo/models"
)

func giveRole(t *testing.T, s *site, user int64, role models.Role) {
	t.Helper()
	if err := s.reg.GiveRole(context.Background(), sample.By, &models.Membership{UserID: user, Role: role}); err != nil {
		t.Fatal(err)
	}
}
