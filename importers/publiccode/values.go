package publiccode

import (
	"fmt"
	"net/mail"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"unicode"

	"github.com/ospo-register/ospo/models"
)

// scalar is a value as text. Numbers and truth values are taken as they are written, with a warning: YAML turns 1.10 into 1.1.
func (r *reader) scalar(at place, want string) (string, bool) {
	switch at.value.kind {
	case text:
		return at.value.text, true
	case number, truth:
		r.warn("not-quoted", at, fmt.Sprintf("“%s” must be a text, and YAML takes %s for %s. Put it in quotes: \"%s\".", at.key, shown(at.value.text), at.value.kind.words(), shown(at.value.text)))
		return at.value.text, true
	case nothing:
		return "", true
	default:
		r.wrongType(at, want)
		r.keep(at)
		return "", false
	}
}

func (r *reader) text(into *string) func(place) {
	return func(at place) {
		if s, ok := r.scalar(at, "a text"); ok {
			*into = strings.TrimSpace(s)
		}
	}
}

// sized holds the length of a text against its limits, in characters as people count them.
func (r *reader) sized(into *string, least, most int) func(place) {
	return func(at place) {
		s, ok := r.scalar(at, "a text")
		if !ok {
			return
		}
		*into = strings.TrimSpace(s)
		switch n := characters(s); {
		case n > most && characters(strings.TrimSpace(s)) <= most:
			r.fail("too-long", at, fmt.Sprintf("“%s” has %d characters with the line feed at its end; at most %d are allowed. Begin the text with “>-” instead of “>”, or shorten it.", at.key, n, most))
		case n > most:
			r.fail("too-long", at, fmt.Sprintf("“%s” has %d characters; at most %d are allowed. Shorten it.", at.key, n, most))
		case n < least:
			r.fail("too-short", at, fmt.Sprintf("“%s” has %d characters; at least %d are asked for. Say more.", at.key, n, least))
		}
	}
}

// word is one of a few. Other words are kept as stated.
func (r *reader) word(into *string, allowed ...string) func(place) {
	return func(at place) {
		s, ok := r.scalar(at, "one of "+joined(allowed))
		if !ok {
			return
		}
		*into = strings.TrimSpace(s)
		if slices.Contains(allowed, s) {
			return
		}
		message := fmt.Sprintf("“%s” is not allowed here. Write one of %s.", shown(s), joined(allowed))
		near := nearest(s, allowed)
		if other := otherWords[strings.ToLower(s)]; slices.Contains(allowed, other) {
			near = other
		}
		if near != "" {
			message = fmt.Sprintf("“%s” is not allowed here. Perhaps “%s” is meant; allowed are %s.", shown(s), near, joined(allowed))
		}
		r.fail("unknown-word", at, message)
	}
}

// otherWords are what people write for one of the words of the standard.
var otherWords = map[string]string{
	"commercial": "contract", "standalone": "standalone/other", "web": "standalone/web", "desktop": "standalone/desktop", "mobile": "standalone/mobile", "plugin": "addon", "sdk": "library",
	"alpha": "beta", "production": "stable", "released": "stable", "active": "stable", "maintained": "stable", "deprecated": "obsolete", "archived": "obsolete", "retired": "obsolete",
}

func (r *reader) date(into **models.Date) func(place) {
	return func(at place) {
		s, ok := r.scalar(at, aDate)
		if !ok {
			return
		}
		day, err := models.ParseDate(s)
		if err != nil {
			r.fail("not-a-date", at, fmt.Sprintf("“%s” is not %s.", shown(s), aDate))
			r.keep(at)
			return
		}
		*into = &day
	}
}

// yes and no of YAML 1.1, which are texts in YAML 1.2.
var formerTruths = map[string]bool{"yes": true, "on": true, "y": true, "true": true, "no": false, "off": false, "n": false, "false": false}

func (r *reader) flag(into **bool) func(place) {
	return func(at place) {
		if at.value.kind == truth {
			value := strings.EqualFold(at.value.text, "true")
			*into = &value
			return
		}
		if value, former := formerTruths[strings.ToLower(strings.TrimSpace(at.value.text))]; former && at.value.kind == text {
			*into = &value
			r.fail("wrong-type", at, fmt.Sprintf("“%s” must be true or false. In YAML 1.2 “%s” is a text: write %t, without quotes.", at.key, shown(at.value.text), value))
			return
		}
		r.wrongType(at, "true or false, without quotes")
		r.keep(at)
	}
}

// texts is a list; check gives each entry as it is to be kept, and whether it is sound.
func (r *reader) texts(into *[]string, check func(place, string) (string, bool)) func(place) {
	return func(at place) {
		if at.value.kind != list {
			r.wrongType(at, "a list, one entry to a line with “- ” before it")
			if s := strings.TrimSpace(at.value.text); at.value.kind == text && s != "" {
				if entry, sound := check(at, s); sound {
					*into = append(*into, entry)
					return
				}
			}
			r.keep(at)
			return
		}
		for i := range at.value.items {
			p := at.item(i)
			s, ok := r.scalar(p, "a text")
			if !ok {
				continue
			}
			if entry, sound := check(p, s); !sound {
				r.keep(p)
			} else if entry != "" {
				*into = append(*into, entry)
			}
		}
	}
}

func (r *reader) anyText(at place, s string) (string, bool) {
	s = strings.TrimSpace(s)
	if s == "" {
		r.warn("empty-entry", at, "The entry is empty. Write something, or leave it out.")
	}
	return s, true
}

// each is a list of sections.
func (r *reader) each(read func(place)) func(place) {
	return func(at place) {
		if at.value.kind != list {
			r.wrongType(at, "a list of entries with keys of their own, each beginning with “- ”")
			r.keep(at)
			return
		}
		for i := range at.value.items {
			read(at.item(i))
		}
	}
}

type scheme int

const (
	anyScheme scheme = iota
	webOnly
)

func (r *reader) url(into *string, s scheme) func(place) {
	return func(at place) {
		address, ok := r.scalar(at, "an address")
		if !ok {
			return
		}
		if address, sound := r.address(at, address, s); sound {
			*into = address
			return
		}
		r.keep(at)
	}
}

// address gives an absolute address as it is to be kept, or says why a text is none.
func (r *reader) address(at place, s string, want scheme) (string, bool) {
	example := "https://example.org/"
	u, err := url.Parse(s)
	switch {
	case strings.TrimSpace(s) == "":
		r.fail("not-a-url", at, fmt.Sprintf("“%s” is empty. Give an address such as %s, or leave the key out.", at.key, example))
	case strings.ContainsFunc(s, func(c rune) bool { return c != ' ' && unicode.IsSpace(c) }), strings.HasPrefix(s, " "):
		r.fail("not-a-url", at, fmt.Sprintf("“%s” holds spaces or line feeds. Write the address alone, on one line.", shown(s)))
	case scp.MatchString(s):
		r.fail("not-a-url", at, fmt.Sprintf("“%s” is no URL. Write it with its scheme, better so that everybody can read it: %s.", shown(s), scp.ReplaceAllString(s, "https://$1/$2")))
	case err != nil, u.Scheme == "", u.Host == "", u.Scheme == "file":
		r.fail("not-a-url", at, fmt.Sprintf("“%s” is not the address of a place on the web. Write it in full, such as %s.", shown(s), example))
	case want == webOnly && u.Scheme != "http" && u.Scheme != "https":
		r.fail("not-a-url", at, fmt.Sprintf("“%s” must begin with https:// or http://.", shown(s)))
	default:
		if u.User != nil {
			r.warn("user-in-url", at, "The address names a user or password, which everybody can read. Leave it out.")
		}
		if strings.Contains(s, " ") { // browsers, and the validator of the catalogues, put up with them
			s = strings.ReplaceAll(strings.TrimRight(s, " "), " ", "%20")
			r.warn("space-in-url", at, fmt.Sprintf("An address must not hold spaces. Write “%s”.", shown(s)))
		}
		return s, true
	}
	return "", false
}

// scp is the short form of an address that git and ssh understand.
var scp = regexp.MustCompile(`^[A-Za-z0-9._-]+@([A-Za-z0-9.-]+):([^/].*)$`)

// basedOn is one address or a list of them.
func (r *reader) basedOn(at place) {
	entry := func(p place) {
		s, ok := r.scalar(p, "an address")
		if !ok {
			return
		}
		if address, sound := r.address(p, s, anyScheme); sound {
			r.d.BasedOn = append(r.d.BasedOn, address)
			return
		}
		r.keep(p)
	}
	switch at.value.kind {
	case list:
		for i := range at.value.items {
			entry(at.item(i))
		}
	case text:
		entry(at)
	default:
		r.wrongType(at, "an address or a list of addresses")
		r.keep(at)
	}
}

func (r *reader) email(into *string) func(place) {
	return func(at place) {
		s, ok := r.scalar(at, "a mail address")
		if !ok {
			return
		}
		if strings.TrimSpace(s) == "" {
			r.fail("not-a-mail-address", at, "The mail address is empty. Give one, or leave the key out.")
			return
		}
		parsed, err := mail.ParseAddress(s)
		if err != nil || parsed.Name != "" || parsed.String() != "<"+s+">" || !mailHost.MatchString(s) {
			r.fail("not-a-mail-address", at, fmt.Sprintf("“%s” is not one mail address, such as name@example.org.", shown(s)))
			r.keep(at)
			return
		}
		*into = s
	}
}

// mailHost is the part after the at sign: labels with points between them.
var mailHost = regexp.MustCompile(`@([\p{L}\p{N}]([\p{L}\p{N}-]*[\p{L}\p{N}])?\.)+\p{L}[\p{L}\p{N}-]*\.?$`)

func joined(words []string) string {
	if len(words) < 2 {
		return strings.Join(words, "")
	}
	return strings.Join(words[:len(words)-1], ", ") + " or " + words[len(words)-1]
}
