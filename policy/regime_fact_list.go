package policy

import (
	"slices"
	"strings"

	"cel.dev/cel-go/common/types"
)

// RegimeFact is something that a rule of a regime may ask for.
type RegimeFact struct {
	Path   string   // as a rule writes it: "d.candidates[].oss"; [] stands for each entry of a list
	Kind   string   // text, number, whole number, yes or no, moment, span of time, list, table, or what a group of facts is
	Words  string   // what it is, for people
	Values []string // the words that it can be; none: any
	May    bool     // it may be missing: a rule that needs it is undetermined then
}

// RegimeFacts lists what rules of regimes may ask for, in the order of the variables.
func RegimeFacts() []RegimeFact {
	var list []RegimeFact
	theBook().variables.list("", nil, &list)
	return list
}

// list adds the facts of a type, below those that lead to it.
func (t *factType) list(path string, above []*factType, to *[]RegimeFact) {
	if slices.Contains(above, t) {
		return
	}
	for _, f := range t.order {
		at := strings.TrimPrefix(path+"."+f.name, ".")
		*to = append(*to, RegimeFact{at, kindWords(f.cel), firstOf(f.say, variableWords[at]), slices.Clone(f.values), f.optional})
		if f.of != nil {
			if f.cel.Kind() == types.ListKind {
				at += "[]"
			}
			f.of.list(at, append(slices.Clip(above), t), to)
		}
	}
}

// variableWords say what the variables are.
var variableWords = map[string]string{
	"d": "decision", "p": "parameters of the regime", "chosen": "candidate that is proposed", "now": "moment of the judgement", "a": "software of the register", "ctr": "contract that runs",
	"pos": "licences held and used", "dep": "deployment", "rem": "remediation",
}

func kindWords(t *types.Type) string {
	switch t.Kind() {
	case types.StringKind:
		return "text"
	case types.BoolKind:
		return "yes or no"
	case types.IntKind:
		return "whole number"
	case types.DoubleKind:
		return "number"
	case types.TimestampKind:
		return "moment"
	case types.DurationKind:
		return "span of time"
	case types.ListKind:
		return "list"
	case types.MapKind:
		return "table"
	}
	return "group of facts"
}
