package models

import (
	"errors"
	"net"
	"net/url"
	"path"
	"regexp"
	"strings"
	"unicode"
)

var scpLike = regexp.MustCompile(`^(?:[A-Za-z0-9._-]+@)([A-Za-z0-9.-]+):(.+)$`)

// CanonicalURL gives the one form under which the spellings of a web address compare as equal: host and path without
// scheme, user, default port, "www.", ".git", trailing slash, query, fragment and the part of a forge's path that
// points into a tree (/tree/…, /blob/…, /-/…, /src/branch/…). Paths are folded to lower case: the big forges ignore
// case, and a false "same" is shown to a person as a candidate, never acted upon.
func CanonicalURL(given string) (string, error) {
	s := strings.TrimSpace(given)
	if len(s) > 2000 {
		return "", errors.New("the address is longer than 2,000 characters")
	}
	s = plain(s)
	if m := scpLike.FindStringSubmatch(s); m != nil && !strings.Contains(s, "://") {
		s = "ssh://" + m[1] + "/" + m[2]
	}
	u, err := url.Parse(s)
	if err != nil || u.Hostname() == "" {
		return "", errors.New("give a full web address that starts with https://")
	}
	switch u.Scheme {
	case "http", "https", "git", "ssh", "ftp":
	default:
		return "", errors.New("the address must start with https://, http://, ssh:// or git://")
	}
	host := strings.Trim(strings.ToLower(u.Hostname()), ".")
	for strings.HasPrefix(host, "www.") {
		host = host[len("www."):]
	}
	if host == "" {
		return "", errors.New("give a full web address that starts with https://")
	}
	if p := u.Port(); p != "" && !defaultPort(u.Scheme, p) {
		host = net.JoinHostPort(host, p)
	}
	return host + bare(strings.ToLower("/"+u.EscapedPath())), nil
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
	u, err := url.Parse(plain(strings.TrimSpace(given)))
	spelled := err == nil && u.User != nil // git@host:path is no URL, and has no password
	if !spelled {
		return nil
	}
	if _, password := u.User.Password(); password || u.Scheme != "ssh" {
		return errors.New("leave name and password out of the address: everybody who sees it could use them")
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
