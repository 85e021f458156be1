package cyclonedx

import (
	"slices"
	"strings"

	"github.com/ospo-register/ospo/importers/sbom"
	"github.com/ospo-register/ospo/models"
)

const (
	hashAlgorithm sbom.Field = iota + 1
	hashContent
)

var hashFields = sbom.FieldsOf(9, "a hash", map[string]sbom.Field{"alg": hashAlgorithm, "content": hashContent})

// hashNames leads from the algorithms of CycloneDX 1.7 as it spells them to the neutral names.
var hashNames = map[string]string{
	"MD5": "MD5", "SHA-1": "SHA1", "SHA-256": "SHA256", "SHA-384": "SHA384", "SHA-512": "SHA512", "SHA3-256": "SHA3-256", "SHA3-384": "SHA3-384", "SHA3-512": "SHA3-512",
	"BLAKE2b-256": "BLAKE2B-256", "BLAKE2b-384": "BLAKE2B-384", "BLAKE2b-512": "BLAKE2B-512", "BLAKE3": "BLAKE3", "Streebog-256": "STREEBOG-256", "Streebog-512": "STREEBOG-512",
}

// hashes reads a list of hashes and adds it to sums.
func (j *reader) hashes(sums []sbom.StatedChecksum) []sbom.StatedChecksum {
	for l, ok := j.Elements("hashes"); ok && j.Element(&l); {
		if !j.Enter("a hash") {
			continue
		}
		o := sbom.Object{Fields: hashFields}
		var sum sbom.StatedChecksum
		for f, ok := j.Next(&o); ok; f, ok = j.Next(&o) {
			switch f {
			case hashAlgorithm:
				sum.Algorithm = j.Word()
			case hashContent:
				sum.Value = j.Text()
			}
		}
		if name, ok := hashNames[sum.Algorithm]; ok {
			sum.Algorithm = name
		} else if name, known := sbom.DigestName(sum.Algorithm); known && j.Err == nil {
			j.b.Notes.Add("hash-algorithm-spelling", j.Pointer(), "The hash algorithm %s, which CycloneDX does not have in this spelling, was read as %s.", sbom.Quote(sum.Algorithm), name)
		}
		sums = append(sums, sum)
	}
	return sums
}

// withChecksum adds a digest unless there is one of its algorithm.
func withChecksum(sums []sbom.StatedChecksum, more sbom.StatedChecksum) []sbom.StatedChecksum {
	if slices.ContainsFunc(sums, func(s sbom.StatedChecksum) bool { return s.Algorithm == more.Algorithm }) {
		return sums
	}
	return append(sums, more)
}

const (
	refURL sbom.Field = iota + 1
	refType
	refHashes
)

var referenceFields = sbom.FieldsOf(10, "an external reference", map[string]sbom.Field{"url": refURL, "type": refType, "hashes": refHashes, "comment": sbom.Skipped, "properties": sbom.Skipped})

// externalReferences reads where a component is to be found.
func (j *reader) externalReferences(c *component) {
	for l, ok := j.Elements("external references"); ok && j.Element(&l); {
		if !j.Enter("an external reference") {
			continue
		}
		o := sbom.Object{Fields: referenceFields}
		var url, kind string
		var sums []sbom.StatedChecksum
		for f, ok := j.Next(&o); ok; f, ok = j.Next(&o) {
			switch f {
			case refURL:
				url = strings.TrimSpace(j.Text())
			case refType:
				kind = j.Word()
			case refHashes:
				sums = j.hashes(sums)
			}
		}
		if j.Err == nil {
			j.reference(c, kind, url, sums)
		}
	}
}

// securityRank orders the addresses to report weaknesses to, the best last.
var securityRank = map[string]int{"advisories": 1, "security-contact": 2, "rfc-9116": 3}

// reference keeps an address where the neutral package has a field for it; the first of a kind counts.
func (j *reader) reference(c *component, kind, url string, sums []sbom.StatedChecksum) {
	p := c.draft.Package
	kept := true
	switch {
	case url == "":
		kept = false
	case kind == "vcs" && !c.source:
		p.Source, c.source = url, true
	case kind == "source-distribution" && p.Source == "":
		p.Source = url
	case (kind == "distribution" || kind == "distribution-intake") && p.Download == "":
		p.Download = url
		j.downloadSums(c, sums)
		return
	case kind == "website" && p.Homepage == "":
		p.Homepage = url
	case securityRank[kind] > c.security:
		p.Security, c.security = url, securityRank[kind]
	default:
		kept = false
	}
	if !kept {
		j.otherReference(kind)
	}
	if len(sums) > 0 {
		j.b.Notes.OriginalOnly("an external reference", "hashes", 1)
	}
}

// otherReference notes that the original alone has a reference.
func (j *reader) otherReference(kind string) {
	const most = 100
	field, known := j.references[kind]
	if !known {
		if len(j.references) == most {
			return
		}
		field = "external references of type " + sbom.Cut(kind, 60)
		j.references[strings.Clone(kind)] = field
	}
	j.b.Notes.OriginalOnly("a component", field, 1)
}

// downloadSums keeps the sound digests of the file to download: BSI TR-03183-2 v2.1.0 wants that of the deployable component there.
func (j *reader) downloadSums(c *component, sums []sbom.StatedChecksum) {
	for _, sum := range sums {
		if name, _ := sbom.DigestName(sum.Algorithm); !sbom.IsDigest(name, strings.ToLower(strings.TrimSpace(sum.Value))) {
			j.b.Notes.Add("bad-checksum", j.Pointer(), "%s is no %s digest; it was left out.", sbom.Quote(sum.Value), name)
			continue
		}
		c.sums = append(c.sums, sum)
	}
}

const (
	propName sbom.Field = iota + 1
	propValue
)

var propertyFields = sbom.FieldsOf(11, "a property", map[string]sbom.Field{"name": propName, "value": propValue})

// bsiPrefix begins the names of BSI's property taxonomy.
const bsiPrefix = "bsi:component:"

// readProperties reads properties, of which only those that BSI TR-03183-2 v2.1.0 defines are kept; p is nil where it defines none.
func (j *reader) readProperties(p *models.SBOMPackage) {
	for l, ok := j.Elements("properties"); ok && j.Element(&l); {
		if !j.Enter("a property") {
			continue
		}
		o := sbom.Object{Fields: propertyFields}
		var value string
		name, wanted := "", true
		for f, ok := j.Next(&o); ok; f, ok = j.Next(&o) {
			switch {
			case f == propName:
				name = j.Word()
				wanted = p != nil && strings.HasPrefix(name, bsiPrefix)
			case wanted:
				value = strings.TrimSpace(j.scalar())
			default:
				j.Skip()
			}
		}
		switch {
		case j.Err != nil:
		case name == "":
			j.b.Notes.Add("property-without-name", j.Pointer(), "A property has no name; it was passed over.")
		case !wanted || !j.bsiProperty(p, name[len(bsiPrefix):], value):
			j.otherProperty(p)
		}
	}
}

// otherProperty notes that the original alone has a property.
func (j *reader) otherProperty(p *models.SBOMPackage) {
	if p == nil {
		j.b.Notes.OriginalOnly("the document", "properties", 1)
	} else {
		j.b.Notes.OriginalOnly("a component", "properties", 1)
	}
}

// traits are the properties of a deployable file and their values, in the words of the taxonomy and as truth values.
var traits = map[string]map[string]models.Trait{
	"executable": {"executable": models.Executable, "true": models.Executable, "non-executable": models.NotExecutable, "false": models.NotExecutable},
	"archive":    {"archive": models.Archive, "true": models.Archive, "no archive": models.NotArchive, "false": models.NotArchive},
	"structured": {"structured": models.Structured, "true": models.Structured, "unstructured": models.Unstructured, "false": models.Unstructured},
}

// bsiProperty keeps a property of BSI's taxonomy and reports whether the neutral package has a place for it.
func (j *reader) bsiProperty(p *models.SBOMPackage, name, value string) bool {
	if name == "filename" {
		p.FileName = value
		return true
	}
	values, known := traits[name]
	if !known {
		return false
	}
	trait, known := values[strings.ToLower(value)]
	if !known {
		j.b.Notes.Add("unknown-property-value", j.Pointer(), "%s is no value of bsi:component:%s; it was passed over.", sbom.Quote(value), name)
	}
	p.Traits |= trait
	return true
}

const swidTag sbom.Field = 1

var swidFields = sbom.FieldsOf(12, "a SWID tag", map[string]sbom.Field{
	"tagId": swidTag, "name": sbom.Skipped, "version": sbom.Skipped, "tagVersion": sbom.Skipped, "patch": sbom.Skipped, "text": sbom.Skipped, "url": sbom.Skipped, "attachment": sbom.Skipped,
})

// identifiers reads identifiers other than purl and CPE.
func (j *reader) identifiers(p *models.SBOMPackage, f sbom.Field) {
	if f != cSWID {
		scheme := map[sbom.Field]string{cOmnibor: "omnibor", cSWHID: "swhid"}[f]
		for _, id := range j.texts("identifiers") {
			p.Identifiers = append(p.Identifiers, models.Identifier{Scheme: scheme, Value: strings.TrimSpace(id)})
		}
		return
	}
	if !j.Enter("a SWID tag") {
		return
	}
	o := sbom.Object{Fields: swidFields}
	for _, ok := j.Next(&o); ok; _, ok = j.Next(&o) {
		if id := strings.TrimSpace(j.Text()); id != "" {
			p.Identifiers = append(p.Identifiers, models.Identifier{Scheme: "swid", Value: id})
		}
	}
}

const (
	evLicenses sbom.Field = iota + 1
	evCopyright
)

var evidenceFields = sbom.FieldsOf(13, "evidence", map[string]sbom.Field{"licenses": evLicenses, "copyright": evCopyright, "identity": sbom.Skipped, "occurrences": sbom.Skipped, "callstack": sbom.Skipped})

var copyrightFields = sbom.FieldsOf(14, "a copyright", map[string]sbom.Field{"text": 1})

// evidence reads what was found in a component.
func (j *reader) evidence(c *component) {
	o := sbom.Object{Fields: evidenceFields}
	var copyrights []string
	for f, ok := j.Next(&o); ok; f, ok = j.Next(&o) {
		if f == evLicenses {
			declared, concluded := j.licenses()
			c.found = concluded
			if c.found == "" {
				c.found = declared
			}
			continue
		}
		for l, ok := j.Elements("copyrights"); ok && j.Element(&l); {
			if !j.Enter("a copyright") {
				continue
			}
			o := sbom.Object{Fields: copyrightFields}
			for _, ok := j.Next(&o); ok; _, ok = j.Next(&o) {
				copyrights = append(copyrights, j.texts("copyrights")...)
			}
		}
	}
	c.copyright = strings.Join(copyrights, "\n")
}

// purposes leads from the types of CycloneDX 1.7 to purposes of SPDX, or to their own names in upper case.
var purposes = map[string]string{
	"application": "APPLICATION", "framework": "FRAMEWORK", "library": "LIBRARY", "container": "CONTAINER", "platform": "PLATFORM", "operating-system": "OPERATING-SYSTEM",
	"device": "DEVICE", "device-driver": "DEVICE-DRIVER", "firmware": "FIRMWARE", "file": "FILE", "machine-learning-model": "MACHINE-LEARNING-MODEL", "data": "DATA", "cryptographic-asset": "CRYPTOGRAPHIC-ASSET",
}

// purpose reads the type of a component.
func (j *reader) purpose(kind string) string {
	if purpose, ok := purposes[kind]; ok {
		return purpose
	}
	if purpose, ok := purposes[strings.ReplaceAll(strings.ToLower(strings.TrimSpace(kind)), "_", "-")]; ok {
		j.b.Notes.Add("unknown-component-type", j.Pointer(), "The component type %s was read as %s.", sbom.Quote(kind), strings.ToLower(purpose))
		return purpose
	}
	if kind != "" {
		j.b.Notes.Add("unknown-component-type", j.Pointer(), "%s is not a type of component that CycloneDX has; it was read as other.", sbom.Quote(kind))
		return "OTHER"
	}
	return ""
}

// isOptional reads the scope of a component: what is not required does not ship with the product.
func (j *reader) isOptional(scope string) bool {
	switch strings.ToLower(scope) {
	case "optional", "excluded":
		return true
	case "required", "":
	default:
		j.b.Notes.Add("unknown-scope", j.Pointer(), "%s is not a scope that CycloneDX has; it was read as required.", sbom.Quote(scope))
	}
	return false
}

// carries reports whether a package URL has the group in it.
func carries(purls []string, group string) bool {
	for _, purl := range purls {
		if strings.Contains(purl, group) {
			return true
		}
		lower := strings.ToLower(strings.NewReplacer("%40", "@", "%2F", "/", "%2f", "/").Replace(purl))
		if strings.Contains(lower, strings.ToLower(strings.TrimSpace(group))) {
			return true
		}
	}
	return false
}
