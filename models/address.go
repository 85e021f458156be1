package models

import (
	"errors"
	"net/netip"
	"net/url"
	"path"
	"regexp"
	"strconv"
	"strings"
	"unicode"

	"golang.org/x/net/idna"
)

var scpLike = regexp.MustCompile(`^(?:[A-Za-z0-9._-]+@)([A-Za-z0-9.-]+):(.+)$`)

// CanonicalURL gives the one form under which the spellings of a web address compare as equal: host and path without
// scheme, user, default port, "www.", ".git", trailing slash, query, fragment and the part of a forge's path that
// points into a tree (/tree/…, /blob/…, /-/…, /src/branch/…). A host in letters of any script is in the form in which it is asked for
// (RFC 5891, A-label), as whoever pastes it from a browser has it; people are shown the address as it was given. Paths are folded to lower case: the big forges ignore
// case, and a false "same" is shown to a person as a candidate, never acted upon.
func CanonicalURL(given string) (string, error) {
	s := strings.TrimSpace(given)
	if len(s) > 2000 {
		return "", errors.New("the address is longer than 2,000 characters")
	}
	u, err := url.Parse(spelled(s))
	if err != nil || u.Hostname() == "" {
		return "", errors.New("give a full web address that starts with https://")
	}
	switch u.Scheme {
	case "http", "https", "git", "ssh", "ftp":
	default:
		return "", errors.New("the address must start with https://, http://, ssh:// or git://")
	}
	host, err := canonicalHost(u.Hostname())
	if err != nil {
		return "", err
	}
	if p := u.Port(); p != "" && !defaultPort(u.Scheme, p) {
		host += ":" + p
	}
	return host + bare(strings.ToLower("/"+decoded(u.EscapedPath()))), nil
}

var encoded = regexp.MustCompile(`%[0-9A-Fa-f]{2}`)

// decoded is a path without the escapes that say nothing: those of letters, digits and - . _ ~ (RFC 3986, 6.2.2.2).
func decoded(path string) string {
	return encoded.ReplaceAllStringFunc(path, func(escape string) string {
		b, err := strconv.ParseUint(escape[1:], 16, 8)
		if c := rune(b); err == nil && (c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || strings.ContainsRune("-._~", c)) {
			return string(c)
		}
		return escape
	})
}

// canonicalHost is a host in the form in which it is asked for, without "www."; an IPv6 address in brackets.
func canonicalHost(given string) (string, error) {
	if a, err := netip.ParseAddr(given); err == nil {
		if a.Zone() != "" {
			return "", errors.New("the address names a network card of one machine; give the host's name")
		}
		if a = a.Unmap(); a.Is6() {
			return "[" + a.String() + "]", nil
		}
		return a.String(), nil
	}
	host := strings.ToLower(given)
	if strings.Contains(host, "xn--") || strings.ContainsFunc(host, func(r rune) bool { return r > unicode.MaxASCII }) {
		ascii, err := idna.Lookup.ToASCII(host)
		if err != nil {
			return "", errHost
		}
		host = ascii
	}
	host = strings.Trim(host, ".")
	for strings.HasPrefix(host, "www.") {
		host = strings.TrimLeft(host[len("www."):], ".")
	}
	if _, err := netip.ParseAddr(host); err != nil && (len(host) > 253 || !hostForm.MatchString(host)) {
		return "", errHost
	}
	return host, nil
}

var (
	errHost = errors.New("the name of the host holds characters that no host has; write it as a browser shows it")
	// hostForm is what hosts are called (RFC 1123, 2.1), and the underscore of those that are called so all the same.
	hostForm = regexp.MustCompile(`^[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?(\.[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?)*$`)
)

// spelled is an address as a URL: without what build tools put before it, and with what git takes for ssh (user@host:path) spelled out.
func spelled(s string) string {
	s = plain(s)
	if m := scpLike.FindStringSubmatch(s); m != nil && !strings.Contains(s, "://") {
		return "ssh://" + m[1] + "/" + m[2]
	}
	return s
}

// overHTTP reports whether an address is asked by http or https.
func overHTTP(given string) bool {
	u, err := url.Parse(strings.TrimSpace(given))
	return err == nil && (u.Scheme == "https" || u.Scheme == "http")
}

// HTTPSAddress is the https form of an address by ssh, git or a build tool's prefix, on the big public hosts, which serve the same path by both, and
// of an address by http there; every other it gives back as it is.
func HTTPSAddress(given string) string {
	s := strings.TrimSpace(given)
	u, err := url.Parse(spelled(s))
	if err != nil || u.Port() != "" && !defaultPort(u.Scheme, u.Port()) || HostOf("https://"+strings.ToLower(u.Hostname())) == PlainGit {
		return s
	}
	if _, password := u.User.Password(); password || u.Scheme == "https" && s == plain(s) || u.Scheme != "ssh" && u.User != nil {
		return s // CheckAddress says what is wrong with it
	}
	u.Scheme, u.User, u.Host = "https", nil, strings.ToLower(u.Hostname())
	return u.String()
}

// CheckAddress says in a sentence what is wrong with a web address that somebody enters and others are shown: it is none, holds a name or
// password (a repository by ssh names the user of its host), or characters that nobody sees. Addresses that are only read and compared need not pass it.
func CheckAddress(given string) error {
	if _, err := CanonicalURL(given); err != nil {
		return err
	}
	for _, r := range strings.TrimSpace(given) {
		if unicode.IsSpace(r) || unicode.In(r, unicode.Cc, unicode.Cf) {
			return errors.New("the address holds a blank or a character that cannot be seen; write it anew, or encode it as %20")
		}
	}
	if u, err := url.Parse(plain(strings.TrimSpace(given))); err == nil && u.User != nil { // git@host:path is no URL, and has no password
		if _, password := u.User.Password(); password || u.Scheme != "ssh" {
			return errors.New("leave name and password out of the address: everybody who sees it could use them")
		}
	}
	return nil
}

// plain is an address without what build tools put before it.
func plain(s string) string {
	return strings.TrimPrefix(strings.TrimPrefix(s, "git+"), "scm:git:")
}

// sentence is what an error says, as people read it.
func sentence(err error) string {
	text := err.Error()
	return strings.ToUpper(text[:1]) + text[1:] + "."
}

// bare cuts what a forge adds to a repository's path, and slashes, escaped spaces and ".git" off its end, however often.
func bare(p string) string {
	for {
		was := p
		p = path.Clean(p)
		for _, marker := range []string{"/-/", "/tree/", "/blob/", "/src/branch/", "/src/tag/", "/raw/", "/releases", "/commits/", "/issues"} {
			if i := strings.Index(p, marker); i > 1 && strings.Count(p[:i], "/") >= 2 {
				p = p[:i]
			}
		}
		for _, tail := range []string{"/", "%20", ".git"} {
			p = strings.TrimSuffix(p, tail)
		}
		if p == was || p == "" {
			return p
		}
	}
}

func defaultPort(scheme, port string) bool {
	switch scheme {
	case "http":
		return port == "80"
	case "https":
		return port == "443"
	case "ssh":
		return port == "22"
	case "git":
		return port == "9418"
	}
	return false
}
