package policy

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"sync"
	"time"

	"cel.dev/cel-go/common/types"
	"cel.dev/cel-go/common/types/ref"

	"github.com/ospo-register/ospo/models"
)

// RegimeParameters is what rules see of their regime as the variable p. Three of them depend on the case: what they are for a case is worked out before it is judged.
type RegimeParameters struct {
	Code                  string        `cel:"code" say:"code of the regime"`
	Model                 string        `cel:"model,word" say:"preference model" values:"ladder gate superiority tiebreak explain neutral"`
	RequiredSources       []string      `cel:"required_sources,word" say:"compulsory sources"`
	MinEvaluators         int           `cel:"min_evaluators" say:"smallest number of evaluators"`
	MinCoverage           float64       `cel:"min_coverage" say:"smallest coverage"`
	TCOLines              []string      `cel:"tco_lines,word" say:"cost lines"`
	TCOHorizonMonths      int           `cel:"tco_horizon_months" say:"horizon in months"`
	EquivalenceBand       float64       `cel:"equivalence_band" say:"equivalence band"`
	TCOBand               float64       `cel:"tco_band" say:"cost band"`
	SuperiorityMargin     float64       `cel:"superiority_margin" say:"superiority margin"`
	AbsenceFactorMin      int           `cel:"absence_factor_min" say:"smallest absence factor"`
	ReleaseMaxDays        int           `cel:"release_max_days" say:"longest time since a release"`
	SupplierJustification bool          `cel:"supplier_justification" say:"whether bidders give reasons"`
	ExemptionGrounds      []string      `cel:"exemption_grounds,word" say:"grounds for an exemption"`
	ExemptionRoles        []string      `cel:"exemption_roles,word" say:"roles that may grant the grounds pleaded"`
	ExemptionMax          time.Duration `cel:"exemption_max" say:"longest exemption on the grounds pleaded"`
	OpinionRequired       *bool         `cel:"opinion_required" say:"whether a prior opinion is asked for, which hangs on the expected value"`
	OpinionSilence        string        `cel:"opinion_silence,word" say:"what silence means" values:"consent refusal"`
	ReleaseGrounds        []string      `cel:"release_grounds,word" say:"grounds for keeping code closed"`
	SBOMRequired          bool          `cel:"sbom_required" say:"whether an SBOM is asked for"`
	PublishWithin         time.Duration `cel:"publish_within" say:"time to publish"`
	WithholdGrounds       []string      `cel:"withhold_grounds,word" say:"grounds for withholding"`
	RenewalLead           time.Duration `cel:"renewal_lead" say:"time before a renewal"`
	UseFloor              float64       `cel:"use_floor" say:"share that has to be used"`
}

// ground is what every rule stands on: the case with the parameters of the regime.
type ground struct {
	Case
	Parameters *RegimeParameters `cel:"p"`
}

// factType is a struct of facts as CEL knows it.
type factType struct {
	name   string
	cel    *types.Type
	fields map[string]*factField
	order  []*factField
}

// factField is one fact of it.
type factField struct {
	name     string
	source   string // the field that is recorded: its own name, but for a fact that is computed
	say      string // in words
	index    []int  // in the Go struct
	slot     int    // among the fields
	cel      *types.Type
	values   []string // the words that it can be; nil for any
	word     bool     // hyphens read as underscores
	optional bool     // it may be missing
	of       *factType
	compute  func(v reflect.Value) any // for a fact that follows from the field at index; nil otherwise
}

// factBook is all types of facts by name, with the variables.
type factBook struct {
	byName    map[string]*factType
	byGo      map[reflect.Type]*factType
	variables *factType
}

var theBook = sync.OnceValue(func() *factBook {
	b := &factBook{byName: map[string]*factType{}, byGo: map[reflect.Type]*factType{}}
	b.variables = b.learn(reflect.TypeFor[ground]())
	return b
})

var instantType, spanType, moneyType = reflect.TypeFor[time.Time](), reflect.TypeFor[time.Duration](), reflect.TypeFor[models.Money]()

// learn reads the tags of a struct and of those in it.
func (b *factBook) learn(t reflect.Type) *factType {
	if known, ok := b.byGo[t]; ok {
		return known
	}
	name := "facts." + t.Name()
	ft := &factType{name: name, cel: types.NewObjectType(name), fields: map[string]*factField{}}
	b.byGo[t], b.byName[name] = ft, ft
	for _, field := range reflect.VisibleFields(t) {
		tag, word := strings.CutSuffix(field.Tag.Get("cel"), ",word")
		if tag == "" {
			continue
		}
		f := &factField{name: tag, source: tag, say: field.Tag.Get("say"), index: field.Index, word: word, values: strings.Fields(field.Tag.Get("values"))}
		if slices.Equal(f.values, []string{"@states"}) {
			f.values = spelled(valuesOf(models.DecisionStates), true)
		}
		goType := field.Type
		if goType.Kind() == reflect.Pointer {
			f.optional, goType = true, goType.Elem()
		}
		f.cel, f.of = b.celType(goType)
		ft.add(f)
	}
	for _, c := range computedFacts[t] {
		field, _ := t.FieldByName(c.from)
		c.field.index, c.field.optional = field.Index, true
		ft.add(&c.field)
	}
	return ft
}

func (t *factType) add(f *factField) {
	f.slot = len(t.order)
	t.fields[f.name] = f
	t.order = append(t.order, f)
}

func (b *factBook) celType(t reflect.Type) (*types.Type, *factType) {
	switch t {
	case instantType:
		return types.TimestampType, nil
	case spanType:
		return types.DurationType, nil
	case moneyType:
		return types.DoubleType, nil
	}
	switch t.Kind() {
	case reflect.String:
		return types.StringType, nil
	case reflect.Bool:
		return types.BoolType, nil
	case reflect.Int:
		return types.IntType, nil
	case reflect.Float64:
		return types.DoubleType, nil
	case reflect.Map:
		return types.NewMapType(types.StringType, types.DoubleType), nil
	case reflect.Slice:
		element, of := b.celType(t.Elem())
		return types.NewListType(element), of
	case reflect.Struct:
		of := b.learn(t)
		return of.cel, of
	}
	panic(fmt.Sprintf("rules cannot see a %s", t)) // the facts are part of the program
}

// computedFacts follow from a field of their struct, and are missing when it is.
var computedFacts = map[reflect.Type][]struct {
	from  string
	field factField
}{
	reflect.TypeFor[CandidateFacts](): {{"Scores", factField{name: "evidenced", source: "scores", say: "scores", cel: types.NewMapType(types.StringType, types.BoolType),
		compute: func(v reflect.Value) any { return evidenced(*v.Interface().(*[]ScoreFacts)) }}}},
	reflect.TypeFor[DecisionFacts](): {{"Value", factField{name: "currency", source: "value", say: "expected value", cel: types.StringType,
		compute: func(v reflect.Value) any { return v.Interface().(*models.Money).Currency }}}},
}

// evidenced is the requirements with a score that has evidence. Rule E1 asks for it 2,400 times in a case of 12 candidates and 200 requirements.
func evidenced(scores []ScoreFacts) map[string]bool {
	found := make(map[string]bool, len(scores))
	for _, s := range scores {
		if s.Requirement != "" && len(s.Evidence) > 0 {
			found[s.Requirement] = true
		}
	}
	return found
}

// labelled is a thing of a list that has a name for people.
type labelled interface{ label() string }

func (c CandidateFacts) label() string   { return "candidate " + firstOf(c.Name, c.Key) }
func (r RequirementFacts) label() string { return "requirement " + r.ID }
func (b BidFacts) label() string         { return "bid of " + b.Bidder }
func (a ApprovalFacts) label() string    { return "approval of " + a.Actor }
func (a AssetFacts) label() string       { return "software " + a.Name }
func (c ContractFacts) label() string    { return "contract " + c.Title }
func (p PositionFacts) label() string    { return "licences of " + p.Product }
func (d DeploymentFacts) label() string  { return "deployment of " + d.Asset }

func firstOf(texts ...string) string {
	i := slices.IndexFunc(texts, func(t string) bool { return t != "" })
	if i < 0 {
		return "without a name"
	}
	return texts[i]
}

// factProvider tells CEL the types of the facts; everything else it leaves to CEL's own registry.
type factProvider struct {
	types.Provider
	book *factBook
}

func (p factProvider) FindStructType(name string) (*types.Type, bool) {
	if t, ok := p.book.byName[name]; ok {
		return types.NewTypeTypeWithParam(t.cel), true
	}
	return p.Provider.FindStructType(name)
}

func (p factProvider) FindStructFieldNames(name string) ([]string, bool) {
	t, ok := p.book.byName[name]
	if !ok {
		return p.Provider.FindStructFieldNames(name)
	}
	names := make([]string, len(t.order))
	for i, f := range t.order {
		names[i] = f.name
	}
	return names, true
}

func (p factProvider) FindStructFieldType(name, field string) (*types.FieldType, bool) {
	t, ok := p.book.byName[name]
	if !ok {
		return p.Provider.FindStructFieldType(name, field)
	}
	f, ok := t.fields[field]
	if !ok {
		return nil, false
	}
	return &types.FieldType{
		Type: f.cel,
		IsSet: func(target any) bool {
			o, ok := target.(*factObject)
			return ok && o.has(f)
		},
		GetFrom: func(target any) (any, error) {
			if o, ok := target.(*factObject); ok {
				return o.get(f), nil
			}
			// A fact of something that is missing is missing for the same reason.
			return target, nil
		},
	}, true
}

func (p factProvider) NewValue(name string, fields map[string]ref.Val) ref.Val {
	if _, ok := p.book.byName[name]; ok {
		return types.NewErr("a rule cannot make facts")
	}
	return p.Provider.NewValue(name, fields)
}
