package web

import (
	"fmt"
	"sync"
	"time"

	"github.com/ospo-register/ospo/models"
)

// recent keeps answers that cost much and are asked often, one for each kind of viewer, for a short while. It is safe for
// concurrent use.
type recent[T any] struct {
	life time.Duration
	mu   sync.Mutex
	kept map[string]dated[T]
}

type dated[T any] struct {
	answer T
	at     time.Time
}

// mostKept bounds the answers that are kept at a time.
const mostKept = 5000

// get gives the answer that is kept for viewers who see what v sees, or asks anew when there is none or it is too old.
func (r *recent[T]) get(v models.Viewer, ask func() (T, error)) (T, error) {
	key := sight(v)
	r.mu.Lock()
	k, ok := r.kept[key]
	r.mu.Unlock()
	if ok && time.Since(k.at) < r.life {
		return k.answer, nil
	}
	answer, err := ask()
	if err != nil {
		return answer, err
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.kept == nil || len(r.kept) > mostKept {
		r.kept = map[string]dated[T]{}
	}
	r.kept[key] = dated[T]{answer, time.Now()}
	return answer, nil
}

// sight is equal for viewers who see the same things.
func sight(v models.Viewer) string {
	switch {
	case v.SeesAll():
		return "all"
	case v.InGovernment():
		return fmt.Sprint("government ", v.Covered())
	}
	return "public"
}
