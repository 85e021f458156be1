package national

import (
	"fmt"
	"strings"
)

// Size says how large a government is.
type Size struct {
	Name        string
	Agencies    int
	Assets      int
	Deployments int
	Documents   int
}

// The sizes to measure at. M is a nation; S is a tenth of it, for every day; L has ten times M's packages in documents.
var (
	S = Size{"S", 30, 2_000, 5_000, 500}
	M = Size{"M", 300, 20_000, 50_000, 5_000}
	L = Size{"L", 300, 200_000, 500_000, 50_000}
)

// ParseSize finds a size by its letter.
func ParseSize(name string) (Size, error) {
	for _, s := range []Size{S, M, L} {
		if strings.EqualFold(name, s.Name) {
			return s, nil
		}
	}
	return Size{}, fmt.Errorf("%q is no size: use S, M or L", name)
}

// A quarter of the software is built by government or open source; nine tenths of that have an SBOM, and what documents
// are left over speak for an earlier release of the same software.
const (
	ownEvery     = 4  // one asset in so many is built or open
	withoutEvery = 10 // one of those in so many has no SBOM
)

func (s Size) documented() int { return s.Assets / ownEvery * (withoutEvery - 1) / withoutEvery }

// documentedAsset is the number of the k-th asset that has an SBOM.
func (s Size) documentedAsset(k int) int {
	each := withoutEvery - 1
	return (k/each*withoutEvery + k%each) * ownEvery
}

// Releases is how many releases there are: one of each asset, and the earlier ones that have a document.
func (s Size) Releases() int { return s.Assets + max(0, s.Documents-s.documented()) }

// ReleaseOf is the number of the release that a document speaks for.
func (s Size) ReleaseOf(document int) int {
	if n := s.documented(); document >= n {
		return s.Assets + document - n
	}
	return s.documentedAsset(document)
}
