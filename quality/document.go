package quality

import (
	"net/url"
	"strings"
	"time"

	"github.com/ospo-register/ospo/models"
)

// The families of notations that cures and versions differ by.
const (
	spdx2     = "spdx-2"
	spdx3     = "spdx-3"
	cycloneDX = "cyclonedx"
)

// family is "" for a notation that is not known.
func family(f models.SBOMFormat) string {
	switch f {
	case models.SPDXJSON, models.SPDXTagValue, models.SPDXYAML, models.SPDXRDF, models.SPDXXML:
		return spdx2
	case models.SPDX3JSONLD:
		return spdx3
	case models.CycloneDXJSON, models.CycloneDXXML:
		return cycloneDX
	}
	return ""
}

// goodVersions are the published versions of each notation but those that were replaced as defective (SPDX 3.0) or that
// today's tools no longer read (SPDX before 2.1, CycloneDX before 1.2).
var goodVersions = map[string][]string{
	spdx2:     {"2.1", "2.2", "2.2.0", "2.2.1", "2.2.2", "2.3", "2.3.0", "2.3.1"},
	spdx3:     {"3.0.1", "3.1", "3.1.0"},
	cycloneDX: {"1.2", "1.3", "1.4", "1.5", "1.6", "1.6.1", "1.7"},
}

// bareVersion takes "SPDX-" from the front of a stated version of a notation.
func bareVersion(stated string) string {
	stated = strings.TrimSpace(stated)
	if len(stated) > 5 && strings.EqualFold(stated[:5], "SPDX-") {
		stated = stated[5:]
	}
	return strings.TrimPrefix(stated, "v")
}

// clockSkew is how far the clock of a tool may be ahead of ours.
const clockSkew = 5 * time.Minute

// earliest is before the first version of any SBOM notation; build tools write 1970 and 1980 for "no time".
var earliest = time.Date(2010, 1, 1, 0, 0, 0, 0, time.UTC)

// document counts the facts of the document itself.
func (m *Meter) document(d *models.SBOMDocument) {
	m.creators(d)
	if d.Signed {
		m.count(factSignature, unknown)
	}
	kind := family(d.Format)
	if kind != "" {
		m.count(factFormat, value)
	}
	for _, good := range goodVersions[kind] {
		if good == bareVersion(d.SpecVersion) {
			m.count(factFormatVersion, value)
		}
	}
	m.count(factContext, contextOf(d))
	now := m.Now
	if now.IsZero() {
		now = time.Now()
	}
	if d.IssuedAt != nil && !d.IssuedAt.After(now.Add(clockSkew)) && !d.IssuedAt.Before(earliest) {
		m.count(factTimestamp, value)
	}
	own := isOwnURI(d.Namespace)
	if own || kind == cycloneDX && said(d.Edition) == value {
		m.count(factEdition, value)
	}
	if own {
		m.count(factNamespace, value)
	}
}

// creators counts who and what made the document.
func (m *Meter) creators(d *models.SBOMDocument) {
	var author, contact, creator, tool, version outcome
	for _, c := range d.Creators {
		name := said(c.Name)
		creator = max(creator, name)
		switch {
		case c.Kind == "tool":
			tool = max(tool, name)
			version = max(version, toolVersion(c.Name))
		case c.Kind == "" && family(d.Format) == spdx2:
			// SPDX 2.3, 6.8 has no creators without a kind: nothing tells a person from a tool here
		default:
			if strings.EqualFold(c.Name, "anonymous") {
				name = unknown
			}
			author = max(author, name)
			if c.Email != "" || isAddress(c.URL) || isAddress(c.Email) {
				contact = value
			}
		}
	}
	m.count(factAuthor, author)
	m.count(factAuthorContact, contact)
	m.count(factCreator, creator)
	m.count(factTool, tool)
	m.count(factToolVersion, version)
}

// toolVersion reads the version in "syft-0.98.0". SPDX 2.3, 6.8: "Tool: toolidentifier-version". Versions and names have
// hyphens of their own; what counts is the first that a version follows.
func toolVersion(name string) outcome {
	best := missing
	for i := range len(name) - 1 {
		if name[i] != '-' && name[i] != ' ' && name[i] != '@' {
			continue
		}
		rest := strings.TrimSpace(name[i+1:])
		if isVersionLike(rest) {
			return value
		}
		if said(rest) == unknown || rest == "devel" || rest == "(devel)" || rest == "dev" {
			best = unknown
		}
	}
	return best
}

// isVersionLike finds 1.2, v1.2 and commit ids, and not the words of a tool's name.
func isVersionLike(text string) bool {
	if len(text) > 1 && (text[0] == 'v' || text[0] == 'V') {
		text = text[1:]
	}
	if text == "" {
		return false
	}
	if text[0] >= '0' && text[0] <= '9' {
		return true
	}
	return len(text) >= 7 && isHex(text[:len(text)&^1]) && strings.ContainsAny(text, "0123456789")
}

// contexts are the ways an SBOM comes about: CISA, "Types of Software Bill of Material (SBOM) Documents" (2023).
var contexts = []string{"design", "source", "build", "analyzed", "deployed", "runtime"}

func contextOf(d *models.SBOMDocument) outcome {
	word := strings.ToLower(strings.TrimSpace(d.Context))
	for _, c := range contexts {
		if c == word {
			return value
		}
	}
	if said(word) == unknown {
		return unknown
	}
	return missing
}

// isOwnURI reports whether a text can be the URI of one document: absolute, more than a host, and no example. Whether another
// document has the same one cannot be seen from one document.
func isOwnURI(text string) bool {
	text = strings.TrimSpace(text)
	if said(text) != value {
		return false
	}
	lower := strings.ToLower(text)
	if isUUID(strings.TrimPrefix(lower, "urn:uuid:")) {
		return true
	}
	u, err := url.Parse(text)
	if err != nil || u.Scheme == "" {
		return false
	}
	if u.Host == "" {
		return len(u.Opaque) > 0 && u.Scheme == "urn" && !strings.HasPrefix(lower, "urn:uuid:")
	}
	host := strings.ToLower(u.Hostname())
	for _, example := range []string{"example.com", "example.org", "example.net"} {
		if host == example || strings.HasSuffix(host, "."+example) {
			return false
		}
	}
	return strings.Trim(u.Path, "/")+u.RawQuery+u.Fragment != ""
}
