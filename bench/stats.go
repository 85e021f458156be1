package main

import (
	"math"
	"slices"
	"time"
)

// sample is what was measured several times.
type sample []float64

// median is the middle of the sample, 0 of an empty one.
func (s sample) median() float64 { return s.quantile(0.5) }

// quantile interpolates between the two nearest values; q is between 0 and 1.
func (s sample) quantile(q float64) float64 {
	if len(s) == 0 {
		return 0
	}
	sorted := slices.Sorted(slices.Values(s))
	at := q * float64(len(sorted)-1)
	low := int(math.Floor(at))
	high := min(low+1, len(sorted)-1)
	return sorted[low] + (at-float64(low))*(sorted[high]-sorted[low])
}

func (s sample) least() float64 { return s.quantile(0) }
func (s sample) most() float64  { return s.quantile(1) }

// over divides pair by pair: what was measured in the same round belongs together.
func (s sample) over(base sample) sample {
	out := make(sample, min(len(s), len(base)))
	for i := range out {
		if base[i] != 0 {
			out[i] = s[i] / base[i]
		}
	}
	return out
}

func (s sample) times(factor float64) sample {
	out := slices.Clone(s)
	for i := range out {
		out[i] *= factor
	}
	return out
}

func milliseconds(d time.Duration) float64 { return float64(d.Nanoseconds()) / 1e6 }
