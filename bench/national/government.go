package national

import (
	"fmt"
	"strings"
)

// National is an invented government. It is safe for concurrent use.
type National struct {
	Size     Size
	seed     uint64
	names    skew // of packages
	versions skew
	terms    skew // licences
	popular  skew // software, by how many run it
}

// How packages spread over documents.
const (
	packageNames = 60_000
	versionsEach = 24
)

// New prepares a government. The same size and seed give the same one.
func New(size Size, seed uint64) *National {
	weights := make([]float64, len(stated))
	for i, s := range stated {
		weights[i] = s.weight
	}
	return &National{Size: size, seed: seed, names: zipf(1.05, packageNames), versions: zipf(1.6, versionsEach), terms: weighted(weights), popular: zipf(1.05, size.Assets)}
}

// Agency is a public body; Parent is the number of the one above it, -1 at the top.
type Agency struct {
	Name, Code, URI, Kind string
	Parent                int
}

// Agency makes the i-th agency. One in fifteen is a ministry below the first, which is the government itself.
func (n *National) Agency(i int) Agency {
	r := n.random(agencyStream, i)
	ministries := max(2, n.Size.Agencies/15)
	place, domain := places[i%len(places)], domains[(i/len(places)+i)%len(domains)]
	a := Agency{Code: fmt.Sprintf("NB-%04d", i), Parent: 0}
	a.URI = "https://www.national.example/agency/" + strings.ToLower(a.Code)
	switch {
	case i == 0:
		a.Name, a.Kind, a.Parent = "Government of Benchmark", "government", -1
	case i <= ministries:
		a.Name, a.Kind = fmt.Sprintf("Ministry of %s %d", domain, i), "ministry"
	case r.IntN(3) > 0:
		a.Name, a.Kind, a.Parent = fmt.Sprintf("%s %s Authority %d", place, domain, i), "authority", 1+r.IntN(ministries)
	default: // below whatever was there before: the hierarchy is a few levels deep
		a.Name, a.Kind, a.Parent = fmt.Sprintf("%s Department %d", place, i), "department", 1+r.IntN(i-1)
	}
	return a
}

// Asset is a piece of software; Steward is the number of the agency that answers for it.
type Asset struct {
	Name, Edition, Origin, Summary, License, Repository string
	Categories                                          []string
	Lifecycle, Visibility                               string
	Steward                                             int
}

// Asset makes the i-th piece of software.
func (n *National) Asset(i int) Asset {
	r := n.random(assetStream, i)
	a := Asset{Steward: r.IntN(n.Size.Agencies), Lifecycle: "in-use", Visibility: "public"}
	k := i / ownEvery
	if i%ownEvery == 0 {
		a.Origin = "gov-built"
		a.License = stated[n.terms.draw(r)].license
		if r.IntN(3) == 0 {
			a.Origin = "open-source"
		}
	} else {
		k = i - k - 1
		a.Origin = "proprietary"
		if r.IntN(4) == 0 {
			a.Origin = "service"
		}
	}
	round := 0
	if i%ownEvery == 0 {
		all := len(places) * len(domains) * len(kinds)
		k, round = k%all, k/all
		a.Name = places[k%len(places)] + " " + domains[k/len(places)%len(domains)] + " " + kinds[k/len(places)/len(domains)]
		a.Repository = fmt.Sprintf("https://git.national.example/agency-%d/%s-%d", a.Steward, strings.ToLower(strings.ReplaceAll(a.Name, " ", "-")), round)
	} else {
		all := len(vendors) * len(domains) * len(products)
		k, round = k%all, k/all
		a.Name = vendors[k%len(vendors)] + " " + domains[k/len(vendors)%len(domains)] + " " + products[k/len(vendors)/len(domains)]
	}
	if round > 0 {
		a.Edition = fmt.Sprintf("Edition %d", round+1)
	}
	a.Summary = a.Name + ": " + summaries[r.IntN(len(summaries))] + " " + summaries[r.IntN(len(summaries))]
	a.Categories = []string{categories[r.IntN(len(categories))]}
	if c := categories[r.IntN(len(categories))]; c != a.Categories[0] {
		a.Categories = append(a.Categories, c)
	}
	switch d := r.IntN(20); {
	case d == 0:
		a.Lifecycle = "planned"
	case d == 1:
		a.Lifecycle = "retired"
	case d < 5:
		a.Visibility = "government"
	}
	return a
}

// Release is a version of a piece of software, which Asset is the number of.
type Release struct {
	Asset      int
	Number     string
	ReleasedOn string // 2025-03-14
}

// Release makes the i-th release: of each asset one, then the earlier ones that have a document.
func (n *National) Release(i int) Release {
	asset, back := i, 0
	if i >= n.Size.Assets {
		asset, back = n.Size.documentedAsset((i-n.Size.Assets)%n.Size.documented()), 1
	}
	r := n.random(releaseStream, asset)
	return Release{Asset: asset, Number: fmt.Sprintf("%d.%d.%d", 1+r.IntN(9), 2+r.IntN(12)-back, r.IntN(6)), ReleasedOn: fmt.Sprintf("%d-%02d-%02d", 2025-back, 1+r.IntN(12), 1+r.IntN(28))}
}

// Deployment is an agency running a release; all three are numbers. Release is -1 where only Version says what runs.
type Deployment struct {
	Agency, Asset, Release                                  int
	Version, Service, Environment, Data, Hosting, Lifecycle string
	Criticality                                             int
}

var (
	environments = []string{"production", "production", "production", "acceptance", "test", "development"}
	dataClasses  = []string{"open", "internal", "internal", "confidential", "unknown"}
	hostings     = []string{"on-premises", "government-cloud", "public-cloud", "vendor-service", "workstations"}
)

// Deployment makes the i-th deployment. Some software runs nearly everywhere, most in a few places.
func (n *National) Deployment(i int) Deployment {
	r := n.random(deploymentStream, i)
	rank := n.popular.draw(r)
	asset := int(uint64(rank) * 7_919 % uint64(n.Size.Assets)) // 7,919 divides no size: every asset has its rank
	d := Deployment{Agency: r.IntN(n.Size.Agencies), Asset: asset, Release: asset, Environment: environments[r.IntN(len(environments))], Data: dataClasses[r.IntN(len(dataClasses))],
		Hosting: hostings[r.IntN(len(hostings))], Lifecycle: "running", Criticality: r.IntN(5)}
	d.Service = fmt.Sprintf("%s %s service %d", places[r.IntN(len(places))], domains[r.IntN(len(domains))], i)
	if r.IntN(10) == 0 {
		d.Release, d.Version = -1, "unknown"
	}
	if r.IntN(20) == 0 {
		d.Lifecycle = "ended"
	}
	return d
}
