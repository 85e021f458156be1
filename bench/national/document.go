package national

import (
	"fmt"
	"io"
	"math"
	"math/rand/v2"
	"strconv"
	"strings"
)

// Format is a notation that a document can be written in.
type Format string

// The notations. The packages, licences and dependencies are the same in each.
const (
	SPDX2     Format = "spdx"      // SPDX 2.3 JSON
	SPDX3     Format = "spdx3"     // SPDX 3.0.1 JSON-LD
	CycloneDX Format = "cyclonedx" // CycloneDX 1.6 JSON
)

// Formats lists the notations.
var Formats = []Format{SPDX2, SPDX3, CycloneDX}

// Extension is how files of the format end.
func (f Format) Extension() string {
	switch f {
	case SPDX3:
		return ".spdx3.json"
	case CycloneDX:
		return ".cdx.json"
	}
	return ".spdx.json"
}

// Document is the content of an SBOM before it is written.
type Document struct {
	Name     string // of the product
	Version  string
	serial   string // a UUID
	packages []pack // the first is the product
	from, to []int32
	national *National
}

// pack is a package: the rank of its name and of its version. The product has none.
type pack struct{ name, version int32 }

const product = -1

// Bounds of a document's packages; between them each order of magnitude is as frequent as another, 1,074 on average.
const (
	fewest = 50
	most   = 5000
)

// Document makes the i-th document. i may go beyond Size.Documents, for documents that come later.
func (n *National) Document(i int) *Document {
	r := n.random(documentStream, i)
	count := int(fewest * math.Exp(r.Float64()*math.Log(float64(most)/fewest)))
	name, version := fmt.Sprintf("later-%d", i), "1.0.0"
	if i < n.Size.Documents {
		release := n.Release(n.Size.ReleaseOf(i))
		name, version = n.Asset(release.Asset).Name, release.Number
	}
	return n.document(r, name, version, count, count+count/2)
}

// Large makes one document with so many packages and relationships.
func (n *National) Large(packages, relationships int) *Document {
	return n.document(n.random(largeStream, packages), "large-system", "1.0.0", packages, relationships-1)
}

// document draws packages and dependencies. edges are those between packages: one leads to each package from one before it,
// the rest lead from anywhere to anything after it, so that there are no circles.
func (n *National) document(r *rand.Rand, name, version string, packages, edges int) *Document {
	d := &Document{Name: name, Version: version, national: n, packages: make([]pack, 1, packages), from: make([]int32, 0, edges), to: make([]int32, 0, edges)}
	d.serial = fmt.Sprintf("%08x-%04x-4%03x-8%03x-%012x", r.Uint32(), r.IntN(1<<16), r.IntN(1<<12), r.IntN(1<<12), r.Uint64()>>16)
	d.packages[0] = pack{product, product}
	seen := make(map[pack]bool, packages)
	for len(d.packages) < packages {
		p := pack{int32(n.names.draw(r)), int32(n.versions.draw(r))}
		if seen[p] {
			continue
		}
		seen[p] = true
		d.packages = append(d.packages, p)
	}
	stated := make(map[[2]int32]bool, edges)
	depend := func(from, to int) {
		if edge := [2]int32{int32(from), int32(to)}; !stated[edge] {
			stated[edge] = true
			d.from, d.to = append(d.from, edge[0]), append(d.to, edge[1])
		}
	}
	for to := 1; to < packages; to++ {
		depend(r.IntN(min(to, 1+to/3+20)), to)
	}
	for len(d.from) < edges {
		from := r.IntN(packages - 1)
		depend(from, from+1+r.IntN(packages-1-from))
	}
	return d
}

// Newest gives the package of a rank in its newest version; rank 0 is in most documents.
func (n *National) Newest(rank int) Package { return n.packageAt(pack{int32(rank), 0}) }

// Packages is how many packages the document has, the product included.
func (d *Document) Packages() int { return len(d.packages) }

// Relationships is how many relationships the document has in SPDX 2.3: its dependencies, and what it describes.
func (d *Document) Relationships() int { return len(d.from) + 1 }

// Write writes the document as it goes, without holding it in memory.
func (d *Document) Write(w io.Writer, f Format) error {
	out := &writer{to: w, buf: make([]byte, 0, flushAt+4096)}
	switch f {
	case SPDX3:
		d.writeSPDX3(out)
	case CycloneDX:
		d.writeCycloneDX(out)
	default:
		d.writeSPDX2(out)
	}
	out.flush()
	return out.err
}

// Package is what is said of a package.
type Package struct {
	Name, Version, PURL, Supplier, License, Download string
	SHA256                                           [64]byte // in hexadecimal
}

// Package gives what is said of the i-th package: in every document the same of the same package.
func (d *Document) Package(i int) Package {
	if i == 0 {
		slug := strings.ToLower(strings.ReplaceAll(d.Name, " ", "-"))
		f := Package{Name: d.Name, Version: d.Version, PURL: "pkg:generic/" + slug + "@" + d.Version, Supplier: "Government of Benchmark", License: "EUPL-1.2", Download: "https://git.national.example/" + slug}
		digest(&f.SHA256, mix(uint64(len(d.packages))))
		return f
	}
	return d.national.packageAt(d.packages[i])
}

func (n *National) packageAt(p pack) Package {
	rank := int(p.name)
	draw := mix(n.seed ^ uint64(rank)<<8)
	a := rank % len(first)
	b := (rank/len(first) + a) % len(second)
	f := Package{Name: first[a] + "-" + second[b] + endings[rank/len(first)/len(second)]}
	// The most frequent version is the newest.
	age := versionsEach - 1 - int(p.version)
	f.Version = strconv.Itoa(1+int(draw>>8%9)) + "." + strconv.Itoa(age/4) + "." + strconv.Itoa(age%4)
	f.Supplier = vendors[draw>>16%16] + " Software"
	f.License = stated[n.terms.at(uint32(draw>>32))].license
	scope := vendors[draw>>20%16]
	switch e := draw >> 24 % 20; {
	case e < 8:
		f.PURL = "pkg:npm/" + f.Name + "@" + f.Version
	case e < 9:
		f.PURL = "pkg:npm/%40" + strings.ToLower(scope) + "/" + f.Name + "@" + f.Version
		f.Name = "@" + strings.ToLower(scope) + "/" + f.Name
	case e < 13:
		f.PURL = "pkg:maven/org.example." + strings.ToLower(scope) + "/" + f.Name + "@" + f.Version
	case e < 15:
		f.PURL = "pkg:pypi/" + f.Name + "@" + f.Version
	case e < 17:
		f.Version = "v" + f.Version
		f.PURL = "pkg:golang/git.example/" + strings.ToLower(scope) + "/" + f.Name + "@" + f.Version
		f.Name = "git.example/" + strings.ToLower(scope) + "/" + f.Name
	case e < 19:
		f.Version += "-1"
		f.PURL = "pkg:deb/debian/" + f.Name + "@" + f.Version + "?arch=amd64&distro=debian-12"
	default:
		f.PURL = "pkg:nuget/" + f.Name + "@" + f.Version
	}
	f.Download = "https://packages.example/" + f.Name + "/" + f.Version
	digest(&f.SHA256, mix(draw^uint64(p.version)))
	return f
}

// digest writes 64 hexadecimal digits that stand for a SHA-256.
func digest(to *[64]byte, x uint64) {
	const hex = "0123456789abcdef"
	for i := range to {
		if i%16 == 0 {
			x = mix(x)
		}
		to[i] = hex[x>>(i%16*4)&15]
	}
}
