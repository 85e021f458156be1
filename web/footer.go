package web

import (
	"context"
	"fmt"
	"time"

	"github.com/ospo-register/ospo/models"
	"github.com/ospo-register/ospo/register"
)

// footer says how old the data are and how much of it is confirmed.
type footer struct {
	DataAt      *time.Time // the last change to anything; nil when there was none
	Deployments int
	Confirmed   int
	madeAt      time.Time
}

// footerLife bounds how old a footer may be: it is on every page, and counting everything for each would be waste.
const footerLife = 20 * time.Second

// footerFor counts what the viewer sees. A page is shown without it rather than not at all.
func (s *site) footerFor(ctx context.Context, v models.Viewer) footer {
	key := "public"
	switch {
	case v.SeesAll():
		key = "all"
	case v.InGovernment():
		key = fmt.Sprint("user ", v.UserID)
	}
	s.ages.Lock()
	f, ok := s.ages.seen[key]
	s.ages.Unlock()
	if ok && time.Since(f.madeAt) < footerLife {
		return f
	}
	o, err := s.Store.Overview(ctx, v, 0)
	if err != nil {
		s.Log.WarnContext(ctx, "counting for the footer failed", "error", err, "request", register.Request(ctx))
		return footer{}
	}
	f = footer{DataAt: o.DataAt, Deployments: o.Deployments, Confirmed: o.ConfirmedDeployments, madeAt: time.Now()}
	s.ages.Lock()
	defer s.ages.Unlock()
	if len(s.ages.seen) > 5000 {
		clear(s.ages.seen)
	}
	s.ages.seen[key] = f
	return f
}
