package publiccode

import (
	"fmt"
	"slices"

	"github.com/ospo-register/ospo/models"
)

// italyLower is the Italian section as it was written before version 0.5.
func (r *reader) italyLower(at place) {
	if r.stated["IT"] {
		r.fail("duplicate-key", place{key: at.key, line: at.line, column: at.column}, "“IT” is there already. Keep one of the two sections.")
		r.keep(at)
		return
	}
	r.italy(at)
}

// italy reads the one section for a country that ever was; what has a successor goes there.
func (r *reader) italy(at place) {
	aside := func(p place) {
		var value *bool
		r.flag(&value)(p)
		r.keep(p)
	}
	supports := func(alias string) func(place) {
		return func(p place) {
			var value *bool
			if r.flag(&value)(p); value != nil && *value {
				r.aliases = append(r.aliases, "alias:"+alias)
				return
			}
			r.keep(p)
		}
	}
	yes := "true or false"
	r.section(at, []rule{
		{key: "countryExtensionVersion", what: "\"1.0\"", read: func(p place) {
			var version string
			r.word(&version, "0.2", "1.0")(p)
			r.keep(p)
		}},
		{key: "conforme", deprecated: 5, instead: "Leave it out; for gdpr write “alias:gdpr” below “supports”.", read: func(p place) {
			r.section(p, []rule{
				{key: "lineeGuidaDesign", what: yes, read: aside}, {key: "modelloInteroperabilita", what: yes, read: aside},
				{key: "misureMinimeSicurezza", what: yes, read: aside}, {key: "gdpr", what: yes, read: supports("gdpr")},
			})
		}},
		{key: "riuso", read: func(p place) {
			r.section(p, []rule{{key: "codiceIPA", deprecated: 5, instead: "Write the code below “organisation”: “uri: " + italianURN + "…”.", read: r.codice}})
		}},
		{key: "piattaforme", read: func(p place) {
			var rules []rule
			for _, name := range []string{"spid", "pagopa", "cie", "anpr", "io"} {
				rules = append(rules, rule{key: name, what: yes, read: supports(name)})
			}
			r.section(p, rules)
		}},
	})
}

func (r *reader) codice(at place) {
	code, ok := r.scalar(at, "a code of the index of public bodies")
	if !ok || code == "" {
		return
	}
	r.keep(at)
	if !knownIPA(code) {
		r.fail("unknown-ipa-code", at, fmt.Sprintf("“%s” is not a code of the Italian index of public bodies (IPA), such as c_h501.", shown(code)))
		return
	}
	r.codeIPA = code
}

// settle gives what stood under deprecated keys to the keys that took their place, unless these are stated too.
func (r *reader) settle() {
	for _, alias := range r.aliases {
		if !slices.Contains(r.d.Supports, alias) {
			r.d.Supports = append(r.d.Supports, alias)
		}
	}
	if r.d.Organisation != (models.Party{}) {
		return
	}
	if r.codeIPA != "" {
		r.d.Organisation.URI = italianURN + r.codeIPA
	}
	r.d.Organisation.Name = r.d.RepoOwner
}
