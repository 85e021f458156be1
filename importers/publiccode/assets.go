package publiccode

import (
	_ "embed"
	"fmt"
	"net/url"
	"path"
	"regexp"
	"slices"
	"strings"
	"sync"
)

//go:embed data/oembed-schemes.txt
var schemesText string

// logoFormats and pictureFormats are file endings: publiccode.yml 0.7.0, keys “logo” and “screenshots”.
var (
	logoFormats    = []string{".svg", ".svgz", ".png"}
	pictureFormats = []string{".png", ".jpg"}
)

// path is a file of the repository, by its path or address.
func (r *reader) path(into *string, formats []string) func(place) {
	return func(at place) {
		s, ok := r.scalar(at, "the path of a file in the repository")
		if !ok || s == "" {
			return
		}
		if r.file(at, s, formats) {
			*into = s
			return
		}
		r.keep(at)
	}
}

func (r *reader) logo(into *string) func(place) { return r.path(into, logoFormats) }

// monochromeLogo stands in for a logo when there is no other.
func (r *reader) monochromeLogo(at place) {
	var logo string
	r.path(&logo, logoFormats)(at)
	r.keep(at)
}

func (r *reader) screenshot(at place, s string) (string, bool) {
	return s, r.file(at, s, pictureFormats)
}

func (r *reader) file(at place, s string, formats []string) bool {
	u, err := url.Parse(s)
	switch {
	case strings.HasPrefix(s, "/"):
		r.fail("absolute-path", at, fmt.Sprintf("“%s” is an absolute path. Write it from the root of the repository: “%s”.", shown(s), shown(strings.TrimLeft(s, "/"))))
		return false
	case len(s) >= 5 && strings.EqualFold(s[:5], "file:"):
		r.fail("absolute-path", at, "An address with file: leads nowhere but on your own machine. Write the path from the root of the repository.")
		return false
	case err != nil || strings.ContainsAny(s, "\n\t"):
		r.fail("not-a-path", at, fmt.Sprintf("“%s” is neither a path nor an address.", shown(s)))
		return false
	case escapes(s) && u.Scheme == "":
		r.warn("outside-repository", at, "The path leads out of the repository. The file must be in the same repository as publiccode.yml.")
	}
	if u.Scheme == "" {
		r.mentions = append(r.mentions, mention{at, u.Path, slices.Equal(formats, logoFormats)})
	}
	ending := strings.ToLower(path.Ext(u.Path))
	switch {
	case formats == nil || slices.Contains(formats, ending):
		return true
	case u.Scheme != "" && ending == "":
		r.warn("unknown-format", at, fmt.Sprintf("The address does not tell the format of the file, which must be %s. Better give its path in the repository.", joined(formats)))
		return true
	case ending == ".jpeg" && slices.Contains(formats, ".jpg"):
		r.fail("unsupported-format", at, "The validator of the catalogues takes .png and .jpg only, and not .jpeg. Rename the file to end in .jpg.")
		return true
	}
	r.fail("unsupported-format", at, fmt.Sprintf("The file must end in %s; “%s” does not.", joined(formats), shown(s)))
	return false
}

// escapes reports whether a path leads out of the folder it begins in.
func escapes(p string) bool {
	clean := path.Clean(p)
	return clean == ".." || strings.HasPrefix(clean, "../")
}

// oembed is the pattern of all addresses that sites with oEmbed are known to have.
var oembed = sync.OnceValue(func() *regexp.Regexp {
	var patterns []string
	for scheme := range strings.Lines(schemesText) {
		if scheme = strings.TrimSpace(scheme); scheme != "" {
			patterns = append(patterns, strings.ReplaceAll(regexp.QuoteMeta(scheme), `\*`, `.*`))
		}
	}
	return regexp.MustCompile(`^(?:` + strings.Join(patterns, "|") + `)$`)
})

// oembedHosts are the sites behind the patterns, without www.
var oembedHosts = sync.OnceValue(func() map[string]bool {
	hosts := map[string]bool{}
	for scheme := range strings.Lines(schemesText) {
		u, err := url.Parse(strings.Replace(strings.TrimSpace(scheme), "*.", "", 1))
		if err == nil && !strings.Contains(u.Host, "*") {
			hosts[strings.TrimPrefix(u.Host, "www.")] = true
		}
	}
	return hosts
})

func knownHost(address string) bool {
	u, err := url.Parse(address)
	return err == nil && oembedHosts()[strings.TrimPrefix(strings.ToLower(u.Hostname()), "www.")]
}

// peerTube is how addresses of that program look, wherever it runs; it speaks oEmbed.
var peerTube = regexp.MustCompile(`^https?://[^/]+/(?:w|videos/watch|videos/embed)/[A-Za-z0-9-]{8,}`)

// video is an address at a site that supports oEmbed (https://oembed.com), by the list of them that is built in.
func (r *reader) video(at place, s string) (string, bool) {
	if s == "" {
		r.fail("not-a-url", at, "The entry is empty. Give the address of a video, or leave it out.")
		return "", false
	}
	s, sound := r.address(at, s, webOnly)
	if !sound {
		return "", false
	}
	secure := "https" + strings.TrimPrefix(strings.TrimPrefix(s, "https"), "http")
	bare := strings.Replace(secure, "https://", "https://www.", 1)
	switch {
	case oembed().MatchString(s):
	case oembed().MatchString(secure):
		r.warn("unusual-video-address", at, fmt.Sprintf("The validator of the catalogues knows this address with https only: write “%s”.", shown(secure)))
	case oembed().MatchString(bare):
		r.warn("unusual-video-address", at, fmt.Sprintf("The validator of the catalogues knows this address with www only: write “%s”.", shown(bare)))
	case knownHost(s):
		r.warn("unusual-video-address", at, "The site supports oEmbed, and the address does not look like that of a video there; the validator of the catalogues may refuse it.")
	case peerTube.MatchString(s):
		r.warn("unusual-video-address", at, "This looks like a video on PeerTube, which supports oEmbed as the standard asks; the validator of the catalogues does not know the site and may refuse it.")
	default:
		r.fail("not-a-video", at, fmt.Sprintf("“%s” is not the address of a video at a site known to support oEmbed, such as https://www.youtube.com/watch?v=… or https://vimeo.com/….", shown(s)))
	}
	return s, true
}
