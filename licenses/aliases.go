package licenses

import (
	_ "embed"
	"regexp"
	"strings"
	"sync"
)

//go:embed data/aliases.tsv
var aliasesTSV string

// aliases is what people write in place of identifiers. Keys are aliasKey of the spelling, or addressKey of a web address.
type aliases struct {
	byKey      map[string]alias
	byAddress  map[string]alias
	exceptions map[string]string // aliasKey of an exception's name to its identifier
}

// alias is one meaning; a zero expression says that the spelling could mean several things and why.
type alias struct {
	expression Expression
	remark     string
}

var theAliases = sync.OnceValue(func() *aliases {
	a := &aliases{byKey: map[string]alias{}, byAddress: map[string]alias{}, exceptions: map[string]string{}}
	a.addNames()
	a.addAddresses()
	for row := range rows(aliasesTSV) {
		meaning := alias{remark: row[2]}
		if strings.HasPrefix(row[0], "with ") {
			for spelling := range strings.SplitSeq(row[1], "|") {
				a.exceptions[aliasKey(spelling)] = strings.TrimPrefix(row[0], "with ")
			}
			continue
		}
		if row[0] != "?" {
			meaning.expression, _ = Parse(row[0])
		}
		for spelling := range strings.SplitSeq(row[1], "|") {
			spelling = strings.TrimSpace(spelling)
			if strings.Contains(spelling, "/") && strings.Contains(spelling, ".") && !strings.Contains(spelling, " ") {
				a.byAddress[addressKey(spelling)] = meaning
			} else {
				a.byKey[aliasKey(spelling)] = meaning
			}
		}
	}
	return a
})

// addNames makes each full name on the SPDX list an alias, unless two entries share it. The own table comes later and wins.
func (a *aliases) addNames() {
	shared := map[string]bool{}
	for _, license := range theList().licenses {
		if license.Deprecated {
			continue
		}
		for _, key := range []string{aliasKey(license.Name), aliasKey(license.ID)} {
			meaning := alias{Of(Leaf{ID: license.ID}), "its name on the SPDX list"}
			if other, taken := a.byKey[key]; taken && !other.expression.Equal(meaning.expression) {
				shared[key] = true
			}
			a.byKey[key] = meaning
		}
	}
	for _, exception := range theList().exceptions {
		a.exceptions[aliasKey(exception.Name)] = exception.ID
		a.exceptions[aliasKey(exception.ID)] = exception.ID
	}
	for key := range shared {
		delete(a.byKey, key)
	}
	delete(a.byKey, "")
}

// addAddresses makes each web address on the SPDX list an alias, unless two entries share it.
func (a *aliases) addAddresses() {
	shared := map[string]bool{}
	for _, license := range theList().licenses {
		if license.Deprecated {
			continue
		}
		for _, address := range append([]string{license.URL}, license.SeeAlso...) {
			key := addressKey(address)
			meaning := alias{Of(Leaf{ID: license.ID}), "its address on the SPDX list"}
			if other, taken := a.byAddress[key]; taken && !other.expression.Equal(meaning.expression) {
				shared[key] = true
			}
			a.byAddress[key] = meaning
		}
	}
	for key := range shared {
		delete(a.byAddress, key)
	}
}

var (
	addressPattern = regexp.MustCompile(`(?i)^https?://\S+$`)
	addressEnd     = regexp.MustCompile(`(?:\.(?:html?|php|txt|md))+$`)
	keyPattern     = regexp.MustCompile(`[a-z]+|[0-9]+|\+`)
	trailingPlus   = regexp.MustCompile(`\s*\+$`)
	quotes         = "\"'`‘’“”"
)

// addressKey brings a web address into the form in which addresses are compared: no scheme, no "www.", no ending, lower case.
func addressKey(address string) string {
	key := strings.ToLower(strings.Trim(address, " <>()"+quotes))
	key = strings.TrimPrefix(strings.TrimPrefix(key, "https://"), "http://")
	key = strings.TrimPrefix(key, "www.")
	key, _, _ = strings.Cut(key, "#")
	key = strings.TrimRight(key, "/.,;")
	return addressEnd.ReplaceAllString(key, "")
}

// aliasKey brings the name of a licence into the form in which names are compared: lower case, words and numbers apart, without the words
// that make no difference ("the", "license", "version", "only") and without the zeros at the end of a version.
func aliasKey(name string) string {
	var kept []string
	words := keyPattern.FindAllString(strings.ToLower(name), -1)
	for i, word := range words {
		number := word[0] >= '0' && word[0] <= '9'
		afterNumber := len(kept) > 0 && kept[len(kept)-1][0] >= '0' && kept[len(kept)-1][0] <= '9'
		switch word {
		case "the", "license", "licence", "licenses", "licences", "licensed", "version", "ver", "v", "only", "s":
			continue
		}
		if number && afterNumber && strings.Trim(word, "0") == "" {
			continue
		}
		followed := i+1 < len(words) && words[i+1][0] >= '0' && words[i+1][0] <= '9'
		if followed && len(word) > 2 && word[len(word)-1] == 'v' {
			word = word[:len(word)-1]
		}
		kept = append(kept, word)
	}
	return strings.Join(kept, " ")
}

// alias looks a spelling up. When it is known to be ambiguous the reading gets a note and nothing is found.
func (r *Reading) alias(spelling string) (Expression, bool) {
	table := theAliases()
	spelling = strings.Trim(spelling, quotes+" \t\r\n,;")
	if addressPattern.MatchString(spelling) {
		meaning, ok := table.byAddress[addressKey(spelling)]
		return r.accept(spelling, meaning, ok)
	}
	if len(spelling) > longestPhrase {
		return Expression{}, false
	}
	if id, ok := theCategories().keys[strings.ToLower(spelling)]; ok && strings.ContainsAny(spelling, "-0123456789") && !isException(id) {
		return r.accept(spelling, alias{expression: Of(Leaf{ID: id}), remark: "its key in LicenseDB"}, true)
	}
	key := aliasKey(orLaterPattern.ReplaceAllString(spelling, "+"))
	if meaning, ok := table.byKey[key]; ok {
		return r.accept(spelling, meaning, true)
	}
	if !strings.HasSuffix(key, "+") {
		return Expression{}, false
	}
	meaning, ok := table.byKey[trailingPlus.ReplaceAllString(key, "")]
	if !ok || meaning.expression.Kind() != KindLicense {
		return Expression{}, false
	}
	meaning.expression = orLater(meaning.expression.Leaf())
	return r.accept(spelling, meaning, true)
}

// orLater is the leaf in "this version or any later one".
func orLater(leaf Leaf) Expression {
	if base, found := strings.CutSuffix(leaf.ID, "-only"); found {
		if later, ok := Get(base + "-or-later"); ok {
			return Of(Leaf{ID: later.ID})
		}
	}
	if !strings.HasSuffix(leaf.ID, "-or-later") && !leaf.IsRef() {
		leaf.OrLater = true
	}
	return Of(leaf)
}

func (r *Reading) accept(spelling string, meaning alias, found bool) (Expression, bool) {
	switch {
	case !found:
		return Expression{}, false
	case meaning.expression.IsZero():
		r.note(NoteAmbiguous, "%q could mean several things: %s", clip(spelling), meaning.remark)
		return Expression{}, false
	}
	expression := meaning.expression.Current()
	r.note(NoteAlias, "%q is read as %s (%s).", clip(spelling), expression, meaning.remark)
	return expression, true
}

func isException(id string) bool {
	_, ok := GetException(id)
	return ok
}

// exceptionByName finds the exception that is meant by a name, given the licence it belongs to.
func exceptionByName(name string, leaf Leaf) (string, bool) {
	if exception, ok := GetException(name); ok {
		return exception.ID, true
	}
	table := theAliases()
	key := aliasKey(name)
	for _, candidate := range []string{key, strings.TrimSuffix(key, " exception"), key + " exception"} {
		if id, ok := table.exceptions[candidate]; ok {
			if id == "Autoconf" {
				return autoconfException(leaf)
			}
			return id, true
		}
	}
	return "", false
}

// autoconfException knows that Autoconf words its exception differently beside version 3 of the GPL.
func autoconfException(leaf Leaf) (string, bool) {
	if strings.HasPrefix(leaf.ID, "GPL-3.0") {
		return "Autoconf-exception-generic-3.0", true
	}
	return "Autoconf-exception-generic", true
}
