package national

import (
	"math"
	"math/rand/v2"
	"sort"
)

// stream keeps what is drawn for one kind of thing apart from the rest.
type stream uint64

const (
	agencyStream stream = iota + 1
	assetStream
	releaseStream
	deploymentStream
	documentStream
	largeStream
	descriptionStream
)

// random gives the dice of the i-th thing of a kind.
func (n *National) random(s stream, i int) *rand.Rand {
	return rand.New(rand.NewPCG(n.seed^mix(uint64(s)), mix(uint64(i)))) //nolint:gosec // the same bytes each time is what is wanted
}

// mix scatters a number (the finalizer of SplitMix64).
func mix(x uint64) uint64 {
	x += 0x9e3779b97f4a7c15
	x = (x ^ x>>30) * 0xbf58476d1ce4e5b9
	x = (x ^ x>>27) * 0x94d049bb133111eb
	return x ^ x>>31
}

// skew draws ranks by weight.
type skew []uint32 // cumulated weights, scaled to 2³²-1: whole numbers are the same on every machine

// zipf is a skew in which rank k, from 0, weighs (k+1)^-s.
func zipf(s float64, n int) skew {
	weights := make([]float64, n)
	for k := range weights {
		weights[k] = math.Pow(float64(k+1), -s)
	}
	return weighted(weights)
}

func weighted(weights []float64) skew {
	total, sum, out := 0.0, 0.0, make(skew, len(weights))
	for _, w := range weights {
		total += w
	}
	for k, w := range weights {
		sum += w
		out[k] = uint32(math.Min(sum/total*math.MaxUint32, math.MaxUint32))
	}
	out[len(out)-1] = math.MaxUint32
	return out
}

func (z skew) draw(r *rand.Rand) int { return z.at(r.Uint32()) }

func (z skew) at(x uint32) int {
	return sort.Search(len(z), func(k int) bool { return z[k] >= x })
}
