package web

import (
	"context"
	"time"

	"github.com/ospo-register/ospo/models"
	"github.com/ospo-register/ospo/register"
)

// footer says how old the data are and how much of it is confirmed.
type footer struct {
	DataAt      *time.Time // the last change to anything; nil when there was none
	Deployments int
	Confirmed   int
}

// How old the answers may be that every page, and the home page, would otherwise count anew.
const (
	footerLife = 20 * time.Second
	commonLife = time.Minute
)

// footerFor counts what the viewer sees. A page is shown without it rather than not at all.
func (s *site) footerFor(ctx context.Context, v models.Viewer) footer {
	f, err := s.footers.get(v, func() (footer, error) {
		o, err := s.Store.Overview(ctx, v, 0)
		return footer{DataAt: o.DataAt, Deployments: o.Deployments, Confirmed: o.ConfirmedDeployments}, err
	})
	if err != nil {
		s.Log.WarnContext(ctx, "counting for the footer failed", "error", err, "request", register.Request(ctx))
		return footer{}
	}
	return f
}
