package main

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestAQuantileLiesBetweenTheTwoNearestValues(t *testing.T) {
	for _, c := range []struct {
		name string
		s    sample
		q    float64
		want float64
	}{
		{"nothing was measured", nil, 0.5, 0},
		{"one value is every quantile", sample{7}, 0.99, 7},
		{"the median of an odd number is the middle one", sample{9, 1, 5}, 0.5, 5},
		{"the median of an even number is between the middle two", sample{4, 1, 3, 2}, 0.5, 2.5},
		{"the least", sample{4, 1, 3}, 0, 1},
		{"the most", sample{4, 1, 3}, 1, 4},
		{"a quarter of the way", sample{0, 10, 20}, 0.25, 5},
	} {
		if got := c.s.quantile(c.q); got != c.want {
			t.Errorf("%s: %v, not %v", c.name, got, c.want)
		}
	}
}

func TestMeasuringDoesNotReorderTheSample(t *testing.T) {
	s := sample{3, 1, 2}
	_, _ = s.median(), s.times(2)
	if diff := cmp.Diff(sample{3, 1, 2}, s); diff != "" {
		t.Error(diff)
	}
}

func TestRatiosAreTakenRoundByRound(t *testing.T) {
	got := sample{10, 30, 5}.over(sample{2, 3, 0})
	if diff := cmp.Diff(sample{5, 10, 0}, got); diff != "" {
		t.Error(diff)
	}
	if n := len(sample{1, 2, 3}.over(sample{1})); n != 1 {
		t.Errorf("%d rounds without a partner were kept", n-1)
	}
}

func TestALimitIsKeptOnItsOwnSide(t *testing.T) {
	for _, c := range []struct {
		name string
		l    limit
		v    float64
		want bool
	}{
		{"at the most allowed", atMost(2), 2, true},
		{"over the most allowed", atMost(2), 2.01, false},
		{"at the least asked for", atLeast(0.4), 0.4, true},
		{"below the least asked for", atLeast(0.4), 0.39, false},
	} {
		if got := c.l.kept(c.v); got != c.want {
			t.Errorf("%s: %v", c.name, got)
		}
	}
}
