package packages

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	packageurl "github.com/package-url/packageurl-go"
)

// MaxPURLLength is the longest package URL that is read, in bytes.
const MaxPURLLength = 4096

// Ecosystem is where a package comes from, spelled as the type of its purl: "npm", "deb", "maven". It decides how versions are ordered.
type Ecosystem string

// The ecosystems that have rules of their own here. Every other type is ordered by Order's general rule.
const (
	Alpm     Ecosystem = "alpm"
	Apk      Ecosystem = "apk"
	Cargo    Ecosystem = "cargo"
	Composer Ecosystem = "composer"
	Deb      Ecosystem = "deb"
	Gem      Ecosystem = "gem"
	Golang   Ecosystem = "golang"
	Hex      Ecosystem = "hex"
	Maven    Ecosystem = "maven"
	NPM      Ecosystem = "npm"
	NuGet    Ecosystem = "nuget"
	Pub      Ecosystem = "pub"
	PyPI     Ecosystem = "pypi"
	RPM      Ecosystem = "rpm"
	Swift    Ecosystem = "swift"
	Generic  Ecosystem = "generic"
)

// PURL is a package URL in its parts, each decoded and normalised by the rules of its type.
// Source: the purl specification (ECMA-427) and its type definitions.
type PURL struct {
	Type      string
	Namespace string // with "/" between its segments; empty when there is none
	Name      string
	Version   string // as stated; empty when there is none
	// Qualifiers are further facts by key, as "arch" or "upstream"; nil when there are none.
	Qualifiers map[string]string
	Subpath    string
	// Repairs are sentences about what was not right and how it was read; empty for a purl that follows the specification.
	Repairs []string
}

// ParsePURL reads a package URL. Common mistakes of generators are repaired and named in PURL.Repairs; the error says, for people, what cannot be read.
func ParsePURL(text string) (PURL, error) {
	if len(text) > MaxPURLLength {
		return PURL{}, fmt.Errorf("the package URL has %d bytes; at most %d are read", len(text), MaxPURLLength)
	}
	repaired, repairs := repair(text)
	parsed, err := fromString(repaired)
	if err != nil {
		bare, _, found := strings.Cut(repaired, "?")
		if !found {
			return PURL{}, fmt.Errorf("%q is not a package URL (pkg:type/namespace/name@version): %w", clip(text), err)
		}
		again, errAgain := fromString(bare)
		if errAgain != nil {
			return PURL{}, fmt.Errorf("%q is not a package URL (pkg:type/namespace/name@version): %w", clip(text), err)
		}
		parsed, repairs = again, append(repairs, "What follows the question mark cannot be read and is left out.")
	}
	p := PURL{
		Type: parsed.Type, Namespace: parsed.Namespace, Name: parsed.Name, Version: parsed.Version,
		Subpath: parsed.Subpath, Repairs: repairs,
	}
	if len(parsed.Qualifiers) > 0 {
		p.Qualifiers = parsed.Qualifiers.Map()
	}
	return p, nil
}

// fromString keeps a panic of the library from reaching the caller: purls come from foreign documents.
func fromString(text string) (parsed packageurl.PackageURL, err error) {
	defer func() {
		if trouble := recover(); trouble != nil {
			err = fmt.Errorf("it cannot be read")
		}
	}()
	return packageurl.FromString(text)
}

// typeAliases are type names that generators write in place of the registered ones, with the namespace that they imply.
var typeAliases = map[string]struct{ to, namespace string }{
	"alpine":     {"apk", "alpine"},
	"debian":     {"deb", "debian"},
	"dpkg":       {"deb", ""},
	"ubuntu":     {"deb", "ubuntu"},
	"pip":        {"pypi", ""},
	"python":     {"pypi", ""},
	"wheel":      {"pypi", ""},
	"rubygems":   {"gem", ""},
	"crates":     {"cargo", ""},
	"crate":      {"cargo", ""},
	"go":         {"golang", ""},
	"gomod":      {"golang", ""},
	"node":       {"npm", ""},
	"github.com": {"github", ""},
}

// escapedAmpersand is made once: SBOMs bring purls by the ten thousand.
var escapedAmpersand = strings.NewReplacer("&amp;", "&", `\u0026`, "&")

// repair puts right what generators get wrong often.
func repair(text string) (string, []string) {
	var repairs []string
	trimmed := strings.TrimSpace(text)
	if trimmed != text {
		repairs = append(repairs, "Blanks around it are left out.")
	}
	text = trimmed
	if strings.ContainsAny(text, `&\`) && escapedAmpersand.Replace(text) != text {
		repairs = append(repairs, `"&" was escaped as for HTML or JSON.`)
		text = escapedAmpersand.Replace(text)
	}
	scheme, rest, _ := strings.Cut(text, ":")
	if !strings.EqualFold(scheme, "pkg") {
		return text, repairs
	}
	kind, rest, _ := strings.Cut(strings.TrimLeft(rest, "/"), "/")
	alias, known := typeAliases[strings.ToLower(kind)]
	if !known {
		return text, repairs
	}
	repairs = append(repairs, fmt.Sprintf("The type %q is not registered; it is read as %q.", kind, alias.to))
	if alias.namespace != "" && !strings.HasPrefix(rest, alias.namespace+"/") {
		rest = alias.namespace + "/" + rest
	}
	return "pkg:" + alias.to + "/" + rest, repairs
}

// String is the purl in canonical form.
func (p PURL) String() string {
	u := packageurl.PackageURL{Type: p.Type, Namespace: p.Namespace, Name: p.Name, Version: p.Version, Subpath: p.Subpath}
	for _, key := range slices.Sorted(maps.Keys(p.Qualifiers)) {
		u.Qualifiers = append(u.Qualifiers, packageurl.Qualifier{Key: key, Value: p.Qualifiers[key]})
	}
	return u.ToString()
}

// Base is the purl of the package in any version: type, namespace and name alone.
func (p PURL) Base() string {
	return packageurl.NewPackageURL(p.Type, p.Namespace, p.Name, "", nil, "").ToString()
}

// Ecosystem is where the package comes from.
func (p PURL) Ecosystem() Ecosystem { return Ecosystem(p.Type) }

// FullVersion is the version with the epoch in front of it that an rpm purl keeps in a qualifier; it is what Order and Range.Contains want.
func (p PURL) FullVersion() string {
	epoch := p.Qualifiers["epoch"]
	if p.Type != string(RPM) || epoch == "" || epoch == "0" || p.Version == "" || strings.Contains(p.Version, ":") {
		return p.Version
	}
	return epoch + ":" + p.Version
}

// Upstream names the source package that a distribution built this one from, as "openssl" for "libssl3", with its version when it is stated.
// Both are empty when the purl has no "upstream" qualifier.
func (p PURL) Upstream() (name, version string) {
	upstream := p.Qualifiers["upstream"]
	if base, found := strings.CutSuffix(upstream, ".src.rpm"); found {
		if release := strings.LastIndexByte(base, '-'); release > 0 {
			if start := strings.LastIndexByte(base[:release], '-'); start > 0 {
				return base[:start], base[start+1:]
			}
		}
		return base, ""
	}
	name, version, _ = strings.Cut(upstream, "@")
	return name, version
}

// clip keeps a quoted piece of input short in a sentence.
func clip(text string) string {
	const most = 80
	if len(text) <= most {
		return text
	}
	return strings.ToValidUTF8(text[:most], "") + "…"
}
