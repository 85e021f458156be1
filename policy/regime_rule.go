package policy

import (
	_ "embed"
	"regexp"
	"slices"
	"sync"

	"github.com/ospo-register/ospo/models"
)

// RegimeRule is one rule that a regime puts before a case: a condition that is true when the rule is broken.
type RegimeRule struct {
	ID       string       `key:"id" need:"Give the rule an id, such as TT1."`
	Title    string       `key:"title" need:"Say in a few words what is wrong when the rule is broken."`
	Severity RuleSeverity `key:"severity" need:"Say block or warn."`
	Gate     models.Gate  `key:"gate" need:"Say at which gate it is asked."`
	Needs    string       `key:"needs" most:"4000"` // CEL; the rule applies only when it is true; "" is always
	When     string       `key:"when" most:"4000" need:"Write the condition that is true when the rule is broken."`
	Message  string       `key:"message" most:"2000" need:"Say what is wrong, for who has to put it right."`
	Law      string       `key:"law" most:"2000"` // where it comes from, spelled for people
	Cure     string       `key:"cure" most:"2000" need:"Say what would put it right."`
	Waiver   models.Role  `key:"waiver"`           // role that may let a violation pass, with a reason; "" when nobody may
	Note     string       `key:"note" most:"2000"` // how the condition is to be understood; "" mostly
}

// RuleSeverity says what a violation does.
type RuleSeverity string

// The severities.
const (
	Block RuleSeverity = "block" // the step is refused unless the violation is waived
	Warn  RuleSeverity = "warn"  // it is shown and recorded
)

//go:embed regimes/rules.yaml
var rulesYAML []byte

// mostRegimeRules bounds a list of rules.
const mostRegimeRules = 200

var theRules = sync.OnceValue(func() []RegimeRule {
	rules, err := readBook(rulesYAML)
	if err != nil {
		panic(err) // it is part of the program: the tests read it
	}
	return rules
})

func readBook(text []byte) ([]RegimeRule, error) {
	var book struct {
		Rules []RegimeRule `key:"rules" need:"There are no rules."`
	}
	r := newRegimeReader()
	if body := r.document(text); body != nil {
		r.read(body, &book)
		r.ruleTexts("rules", book.Rules)
	}
	if len(r.mistakes) > 0 {
		return nil, &Mistakes{List: sortMistakes(r.mistakes), what: "regime"}
	}
	return book.Rules, nil
}

// RuleBook is the text of the rules that the program brings. Who keeps a regime keeps it beside it: a later program may bring other words.
func RuleBook() string { return string(rulesYAML) }

// ByBook is the regime with the rules of a book that RuleBook gave, then or now.
func (r *Regime) ByBook(text string) (*Regime, error) {
	rules, err := readBook([]byte(text))
	if err != nil {
		return nil, err
	}
	kept := *r
	kept.book = rules
	return &kept, nil
}

// Rules lists the rules that the program brings, from which a regime chooses.
func Rules() []RegimeRule { return slices.Clone(theRules()) }

// alwaysOn are the rules that no regime can switch off: separation of duties, the end of exemptions, standstill, publication, and the watch over the register.
var alwaysOn = []string{"A2", "X2", "X3", "P1", "P2", "P3", "G1", "G2", "G3", "G4", "G5", "G6"}

// AlwaysOn lists the ids of the rules that are on under every regime.
func AlwaysOn() []string { return slices.Clone(alwaysOn) }

func ruleIDs() []string {
	var ids []string
	for _, r := range theRules() {
		ids = append(ids, r.ID)
	}
	return ids
}

// On lists the rules that are on under the regime: those of its book, or else of the program, in their order, then its own.
func (r *Regime) On() []RegimeRule {
	var on []RegimeRule
	book := r.book
	if book == nil {
		book = theRules()
	}
	for _, rule := range book {
		if slices.Contains(alwaysOn, rule.ID) || slices.Contains(r.Rules, rule.ID) {
			on = append(on, rule)
		}
	}
	return append(on, r.Own...)
}

var ruleID = regexp.MustCompile(`^[A-Z][A-Z0-9]*(-[A-Z0-9]+)*$`)
