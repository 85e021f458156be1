package register

import (
	"errors"
	"io"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/ospo-register/ospo/models"
)

func TestLinksComeBackSortedAndOnceHoweverFewAreHeldInMemory(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		number := rapid.OneOf(rapid.Uint32Range(0, 5), rapid.Uint32())
		want := rapid.SliceOfN(rapid.Custom(func(t *rapid.T) link {
			return link{number.Draw(t, "from"), number.Draw(t, "to"), models.EdgeKind(rapid.Uint8Range(0, 8).Draw(t, "kind"))}
		}), 0, 50).Draw(t, "links")
		l, err := newLinks(rapid.IntRange(1, 60).Draw(t, "held"))
		if err != nil {
			t.Fatal(err)
		}
		defer func() { l.close() }()
		for _, x := range want {
			if err := l.add(x); err != nil {
				t.Fatal(err)
			}
		}
		if err := l.settle(); err != nil {
			t.Fatal(err)
		}
		slices.SortFunc(want, compareLinks)
		want = slices.Compact(want)
		for range 2 { // as often as one likes
			got := make([]link, 0, len(want))
			for next := l.walk(); ; {
				x, err := next()
				if errors.Is(err, io.EOF) {
					break
				}
				if err != nil {
					t.Fatal(err)
				}
				got = append(got, x)
			}
			if !slices.Equal(want, got) {
				t.Fatal(cmp.Diff(want, got, cmp.AllowUnexported(link{})))
			}
		}
	})
}

func TestANumberedSetKnowsThePlaceOfEachOfItsMembers(t *testing.T) {
	var s numbers
	for _, id := range []int32{700, 3, 64, 63, 3, 0, 1_000_000} {
		s.add(id)
	}
	s.settle()
	want := []int32{0, 3, 63, 64, 700, 1_000_000}
	if diff := cmp.Diff(want, s.list); diff != "" {
		t.Error(diff)
	}
	for place, id := range want {
		if got := s.place(id); got != int32(place) {
			t.Errorf("%d is at %d, want %d", id, got, place)
		}
	}
}
