package verdicts

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/ospo-register/ospo/licenses"
	"github.com/ospo-register/ospo/models"
	"github.com/ospo-register/ospo/policy"
)

// setters put a fact into a situation; its value is of the fact's kind.
var setters = map[string]func(in *policy.Situation, value any){
	"asset.name":              ofAsset(func(a *models.Asset, v any) { a.Name = v.(string) }),
	"asset.edition":           ofAsset(func(a *models.Asset, v any) { a.Edition = v.(string) }),
	"asset.origin":            ofAsset(func(a *models.Asset, v any) { a.Origin = models.Origin(v.(string)) }),
	"asset.lifecycle":         ofAsset(func(a *models.Asset, v any) { a.Lifecycle = models.AssetLifecycle(v.(string)) }),
	"asset.visibility":        ofAsset(func(a *models.Asset, v any) { a.Visibility = models.Visibility(v.(string)) }),
	"asset.categories":        ofAsset(func(a *models.Asset, v any) { a.Categories = v.([]string) }),
	"asset.license":           ofAsset(func(a *models.Asset, v any) { a.License = v.(string) }),
	"deployment.environment":  ofDeployment(func(d *models.Deployment, v any) { d.Environment = models.Environment(v.(string)) }),
	"deployment.hosting":      ofDeployment(func(d *models.Deployment, v any) { d.Hosting = models.Hosting(v.(string)) }),
	"deployment.provider":     ofDeployment(func(d *models.Deployment, v any) { d.Provider = v.(string) }),
	"deployment.dataClass":    ofDeployment(func(d *models.Deployment, v any) { d.DataClass = models.DataClass(v.(string)) }),
	"deployment.personalData": ofDeployment(func(d *models.Deployment, v any) { d.PersonalData = models.PersonalData(v.(string)) }),
	"deployment.criticality":  ofDeployment(func(d *models.Deployment, v any) { d.Criticality = int16(v.(int64)) }),
	"deployment.jurisdiction": ofDeployment(func(d *models.Deployment, v any) { d.Jurisdiction = v.(string) }),
	"deployment.service":      ofDeployment(func(d *models.Deployment, v any) { d.Service = v.(string) }),
	"deployment.lifecycle":    ofDeployment(func(d *models.Deployment, v any) { d.Lifecycle = models.DeploymentLifecycle(v.(string)) }),
	"agency.code":             ofAgency(func(a *models.Agency, v any) { a.Code = v.(string) }),
	"agency.name":             ofAgency(func(a *models.Agency, v any) { a.Name = v.(string) }),
	"agency.kind":             ofAgency(func(a *models.Agency, v any) { a.Kind = models.AgencyKind(v.(string)) }),
	"agency.line":             func(in *policy.Situation, v any) { in.Line = v.([]string) },
	"use.internal":            ofUse(licenses.UseInternal),
	"use.distributeBinary":    ofUse(licenses.UseDistributeBinary),
	"use.distributeSource":    ofUse(licenses.UseDistributeSource),
	"use.service":             ofUse(licenses.UseService),
	"use.modify":              ofUse(licenses.UseModify),
}

func ofAsset(set func(*models.Asset, any)) func(*policy.Situation, any) {
	return func(in *policy.Situation, v any) {
		if in.Asset == nil {
			in.Asset = &models.Asset{}
		}
		set(in.Asset, v)
	}
}

func ofDeployment(set func(*models.Deployment, any)) func(*policy.Situation, any) {
	return func(in *policy.Situation, v any) {
		if in.Deployment == nil {
			in.Deployment = &models.Deployment{}
		}
		set(in.Deployment, v)
	}
}

func ofAgency(set func(*models.Agency, any)) func(*policy.Situation, any) {
	return func(in *policy.Situation, v any) {
		if in.Agency == nil {
			in.Agency = &models.Agency{}
		}
		set(in.Agency, v)
	}
}

func ofUse(use licenses.Use) func(*policy.Situation, any) {
	return func(in *policy.Situation, v any) {
		if in.Uses == nil {
			in.Uses = map[licenses.Use]bool{}
		}
		in.Uses[use] = v.(bool)
	}
}

// Situate makes a situation of facts by name, as they stand in a verdict or as a caller of the API gives them: a text, a whole number, true or false, or a list
// of texts. What is not among the facts is not known.
//
// The error is *models.Error of kind invalid with a field "situation.NAME" for every mistake.
func Situate(given map[string]any) (policy.Situation, error) {
	var in policy.Situation
	var m models.Mistakes
	for _, name := range sortedKeys(given) {
		fact, set := factNamed(name), setters[name]
		if set == nil {
			m.Add("situation."+name, "unknown-fact", "There is no such fact of a situation. Use "+strings.Join(sortedKeys(setters), ", ")+".")
			continue
		}
		value, why := valueOf(fact, given[name])
		if why != "" {
			m.Add("situation."+name, "bad-value", why)
			continue
		}
		set(&in, value)
	}
	for _, name := range []string{"asset.categories", "asset.edition"} {
		if _, told := given[name]; in.Asset != nil && !told {
			in.Open = append(in.Open, name)
		}
	}
	return in, m.Err()
}

// ReadFact reads NAME=VALUE into facts for Situate; the items of a list are parted by commas.
func ReadFact(text string, into map[string]any) error {
	name, value, found := strings.Cut(text, "=")
	if !found {
		return models.Refuse(models.Invalid, "bad-fact", fmt.Sprintf("%q is no fact. Write NAME=VALUE, as asset.origin=gov-built.", text))
	}
	switch factNamed(name).Kind {
	case policy.NumberFact:
		if n, err := strconv.ParseInt(value, 10, 64); err == nil {
			into[name] = n
			return nil
		}
	case policy.FlagFact:
		if b, err := strconv.ParseBool(value); err == nil {
			into[name] = b
			return nil
		}
	case policy.ListFact:
		into[name] = slices.DeleteFunc(strings.Split(value, ","), func(item string) bool { return item == "" })
		return nil
	}
	into[name] = value
	return nil
}

func factNamed(name string) policy.Fact {
	for _, fact := range policy.Facts() {
		if fact.Name == name {
			return fact
		}
	}
	return policy.Fact{}
}

// valueOf is the value as the fact's kind wants it, or why it is none.
func valueOf(fact policy.Fact, value any) (any, string) {
	spelled := ""
	switch v := value.(type) {
	case string:
		if fact.Kind != policy.TextFact {
			return nil, fmt.Sprintf("Give a %s.", fact.Kind)
		}
		spelled = v
	case float64:
		if v != math.Trunc(v) || math.Abs(v) > 1<<31 {
			return nil, "Give a whole number."
		}
		return valueOf(fact, int64(v))
	case int64:
		if fact.Kind != policy.NumberFact {
			return nil, fmt.Sprintf("Give a %s.", fact.Kind)
		}
		spelled = strconv.FormatInt(v, 10)
	case bool:
		if fact.Kind != policy.FlagFact {
			return nil, fmt.Sprintf("Give a %s.", fact.Kind)
		}
		return v, ""
	case []any:
		items := make([]string, len(v))
		for i, item := range v {
			text, ok := item.(string)
			if !ok {
				return nil, "Give a list of text."
			}
			items[i] = text
		}
		return valueOf(fact, items)
	case []string:
		if fact.Kind != policy.ListFact {
			return nil, fmt.Sprintf("Give a %s.", fact.Kind)
		}
		return v, ""
	default:
		return nil, fmt.Sprintf("Give a %s.", fact.Kind)
	}
	if len(fact.Values) > 0 && !slices.Contains(fact.Values, spelled) {
		return nil, fmt.Sprintf("%q is not known here. Use %s.", spelled, strings.Join(fact.Values, ", "))
	}
	return value, ""
}
