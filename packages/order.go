package packages

import (
	"regexp"
	"strings"

	"deps.dev/util/semver"
)

// maxVersionLength is the longest version, in bytes, that is read by the rules of its ecosystem.
const maxVersionLength = 256

// Order says whether version a comes before (-1), with (0) or after (+1) version b in an ecosystem. It is a total preorder: any two texts have
// an order, and versions that the ecosystem calls equal, as "1.0" and "1.0.0" in most, give 0.
//
// npm, PyPI, Maven, Go, RubyGems, NuGet, Cargo, Hex, Pub and Swift follow their own rules through deps.dev's library; deb, rpm, alpm and apk follow
// Debian Policy 5.6.12, rpm's and Alpine's published rules. A text that is no version there comes before every
// version. All other ecosystems (Composer's rules are the same), and
// texts that are no versions, are ordered by numbers and words: see compareNatural.
func Order(ecosystem Ecosystem, a, b string) int {
	switch ecosystem {
	case Deb:
		return compareDeb(a, b)
	case RPM, Alpm:
		return compareRPM(a, b)
	case Apk:
		return compareApk(a, b)
	}
	system, ok := systems[ecosystem]
	if !ok {
		return compareNatural(a, b)
	}
	va, vb := readVersion(system, a), readVersion(system, b)
	switch {
	case va == nil && vb == nil:
		return compareNatural(a, b)
	case va == nil:
		return -1
	case vb == nil:
		return 1
	}
	return va.Compare(vb)
}

// Readable is true when a text is a version by the rules of its ecosystem.
func Readable(ecosystem Ecosystem, version string) bool {
	if version == "" || len(version) > maxVersionLength {
		return false
	}
	switch ecosystem {
	case Apk:
		return apkPattern.MatchString(version)
	case Deb:
		return debPattern.MatchString(version)
	}
	if system, ok := systems[ecosystem]; ok {
		return readVersion(system, version) != nil
	}
	return strings.ContainsAny(version, "0123456789")
}

// leadingZeros finds zeros in front of a number. The library compares "00" with letters as text, which makes the order circular.
var leadingZeros = regexp.MustCompile(`(^|[^0-9])0+([0-9])`)

var systems = map[Ecosystem]semver.System{
	Cargo:  semver.Cargo,
	Gem:    semver.RubyGems,
	Golang: semver.Go,
	Hex:    semver.DefaultSystem,
	Maven:  semver.Maven,
	NPM:    semver.NPM,
	NuGet:  semver.NuGet,
	Pub:    semver.DefaultSystem,
	PyPI:   semver.PyPI,
	Swift:  semver.DefaultSystem,
}

// readVersion gives nil for what is no version. Wildcards are for ranges, and a panic of the library is answered as "no version".
func readVersion(system semver.System, text string) (version *semver.Version) {
	if len(text) > maxVersionLength {
		return nil
	}
	defer func() {
		if recover() != nil {
			version = nil
		}
	}()
	switch system {
	case semver.Go:
		text = "v" + strings.TrimPrefix(strings.TrimPrefix(text, "go"), "v")
	case semver.Maven:
		if !strings.ContainsAny(text, "0123456789") {
			return nil
		}
		text = leadingZeros.ReplaceAllString(text, "$1$2")
	case semver.DefaultSystem, semver.Cargo, semver.NuGet, semver.RubyGems:
		text = strings.TrimPrefix(text, "v")
	}
	parsed, err := system.Parse(text)
	if err != nil || parsed.IsWildcard() {
		return nil
	}
	return parsed
}
