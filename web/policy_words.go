package web

import (
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/ospo-register/ospo/licenses"
	"github.com/ospo-register/ospo/models"
	"github.com/ospo-register/ospo/policy"
)

// The words of licence policies. A value that is missing here is shown as it is spelled.
var (
	licenseVerdictTerms = map[licenses.Verdict]term{
		licenses.Allowed: {"Allowed", toneGood}, licenses.NeedsChoice: {"Needs a choice", toneCaution}, licenses.Review: {"Needs review", toneCaution}, licenses.Undetermined: {"Undetermined", toneUnknown},
		licenses.UnknownTerms: {"Unknown terms", toneUnknown}, licenses.Unparsable: {"Not readable", toneUnknown}, licenses.NoLicense: {"No licence", toneBad}, licenses.Denied: {"Denied", toneBad},
	}
	outcomeTerms = map[policy.Outcome]term{
		policy.Allow: {"Allowed", toneGood}, policy.Review: {"Review", toneCaution}, policy.LeaveUnknown: {"Stays unknown", toneUnknown}, policy.Deny: {"Denied", toneBad},
	}
	ruleSeverityTerms = map[policy.Severity]term{
		policy.Info: {"Info", tonePlain}, policy.Low: {"Low", tonePlain}, policy.Medium: {"Medium", toneCaution}, policy.High: {"High", toneBad}, policy.Critical: {"Critical", toneBad},
	}
	policyStateTerms = map[models.PolicyState]term{
		models.PolicyDraft: {"Draft", toneCaution}, models.PolicyActive: {"In force", toneGood}, models.PolicySuperseded: {"Superseded", tonePlain}, models.PolicyDiscarded: {"Discarded", tonePlain},
	}
	categoryTerms = map[licenses.Category]term{
		licenses.CategoryPermissive: {"permissive", tonePlain}, licenses.CategoryPublicDomain: {"public domain", tonePlain}, licenses.CategoryCopyleftLimited: {"limited copyleft", tonePlain},
		licenses.CategoryCopyleft: {"copyleft", tonePlain}, licenses.CategoryNonCommercial: {"non-commercial", tonePlain}, licenses.CategoryFreeRestricted: {"free with restrictions", tonePlain},
		licenses.CategoryProprietaryFree: {"proprietary, free of charge", tonePlain}, licenses.CategorySourceAvailable: {"source available", tonePlain}, licenses.CategoryCommercial: {"commercial", tonePlain},
		licenses.CategoryCLA: {"contributor agreement", tonePlain}, licenses.CategoryPatentLicense: {"patent licence", tonePlain}, licenses.CategoryUnstated: {"no terms stated", tonePlain},
	}
	opennessTerms = map[licenses.Openness]term{
		licenses.Open: {"open, as OSI or FSF say", tonePlain}, licenses.PublicDomain: {"public domain", tonePlain}, licenses.PresumablyOpen: {"presumably open", tonePlain},
		licenses.SourceAvailable: {"source available, not open", tonePlain}, licenses.Proprietary: {"proprietary", tonePlain}, licenses.OpennessUnknown: {"not known", toneUnknown},
	}
	reciprocityTerms = map[licenses.Reciprocity]term{
		licenses.ReciprocityNone: {"no copyleft", tonePlain}, licenses.ReciprocityFile: {"copyleft for its files", tonePlain}, licenses.ReciprocityLibrary: {"copyleft for the library", tonePlain},
		licenses.ReciprocityProject: {"copyleft for the whole work", tonePlain}, licenses.ReciprocityNetwork: {"network copyleft", tonePlain}, licenses.ReciprocityUnknown: {"not known", toneUnknown},
	}
	limitTerms = map[licenses.Limit]term{
		licenses.NonCommercial: {"non-commercial use only", toneCaution}, licenses.NoDerivatives: {"no changed versions", toneCaution}, licenses.FieldOfUse: {"limits on who may use it or what for", toneCaution},
	}
	patentTerms = map[licenses.Patents]term{
		licenses.PatentsUnstated: {"silent on patents", tonePlain}, licenses.PatentsGranted: {"patents granted", tonePlain}, licenses.PatentsRetaliate: {"patents granted, lost by who sues", tonePlain},
		licenses.PatentsWithheld: {"patents withheld", toneCaution}, licenses.PatentsUnknown: {"not known", toneUnknown},
	}
	statementTerms = map[policy.StatementKind]term{
		policy.StatedNone: {"NONE is stated", tonePlain}, policy.StatedNoAssertion: {"NOASSERTION is stated", tonePlain}, policy.StatedAbsent: {"nothing is stated", tonePlain},
		policy.StatedUnparsable: {"words are stated that cannot be read", tonePlain}, policy.StatedUnlisted: {"the licence is on no list", tonePlain}, policy.StatedGuessed: {"the licence was guessed from words", tonePlain},
	}
	useTerms = map[licenses.Use]term{
		licenses.UseInternal: {"Run it within the agency", tonePlain}, licenses.UseDistributeBinary: {"Pass on built programs", tonePlain}, licenses.UseDistributeSource: {"Publish or pass on the source", tonePlain},
		licenses.UseService: {"Offer it to others over a network", tonePlain}, licenses.UseModify: {"Change it", tonePlain},
	}
)

// policyTerm finds the words of what licence policies spell.
func policyTerm(v any) term {
	switch x := v.(type) {
	case licenses.Verdict:
		return among(licenseVerdictTerms, x)
	case policy.Outcome:
		return among(outcomeTerms, x)
	case policy.Severity:
		return among(ruleSeverityTerms, x)
	case models.PolicyState:
		return among(policyStateTerms, x)
	case licenses.Category:
		return among(categoryTerms, x)
	case licenses.Openness:
		return among(opennessTerms, x)
	case licenses.Reciprocity:
		return among(reciprocityTerms, x)
	case licenses.Limit:
		return among(limitTerms, x)
	case licenses.Patents:
		return among(patentTerms, x)
	case policy.StatementKind:
		return among(statementTerms, x)
	case licenses.Use:
		return among(useTerms, x)
	}
	return term{tone: tonePlain}
}

// axisView is one demand of a rule on the licences it is about, in words.
type axisView struct {
	Name  string // "Openness"
	Words string // "open, as OSI or FSF say, or public domain"
	Codes []string
	Sets  []string
}

// appliesTo says which licences a rule is about: all axes must hold. None is every licence.
func appliesTo(m policy.Match) []axisView {
	var axes []axisView
	if len(m.IDs)+len(m.Sets) > 0 {
		axes = append(axes, axisView{Name: "Licences", Codes: m.IDs, Sets: m.Sets})
	}
	add := func(name, words string) {
		if words != "" {
			axes = append(axes, axisView{Name: name, Words: words})
		}
	}
	add("Category", eitherOf(m.Categories))
	add("Class", strings.ToLower(eitherOf(m.Classes)))
	add("Openness", eitherOf(m.Openness))
	add("Reach", eitherOf(m.Reciprocity))
	add("Limits", eitherOf(m.Limits))
	add("Patents", eitherOf(m.Patents))
	add("Statement", eitherOf(m.Statement))
	return axes
}

// eitherOf says values as alternatives: "a, b or c".
func eitherOf[T ~string](values []T) string {
	said := make([]string, len(values))
	for i, v := range values {
		said[i] = word(v)
	}
	return alternatives(said)
}

func alternatives(said []string) string {
	if len(said) < 2 {
		return strings.Join(said, "")
	}
	return strings.Join(said[:len(said)-1], ", ") + " or " + said[len(said)-1]
}

// plainWords says an axis as one text.
func (a axisView) plainWords() string {
	if a.Words != "" {
		return a.Name + ": " + a.Words
	}
	said := slices.Clone(a.Codes)
	for _, set := range a.Sets {
		said = append(said, "the set "+set)
	}
	return a.Name + ": " + alternatives(said)
}

// ruleView is a rule as people read it.
type ruleView struct {
	policy.Rule
	Number  int // from 1
	Of      int
	Applies []axisView
	Asks    []policy.Fact // that the condition mentions
}

func viewRules(p *policy.Policy) []ruleView {
	list := make([]ruleView, len(p.Rules))
	for i, r := range p.Rules {
		list[i] = ruleView{Rule: r, Number: i + 1, Of: len(p.Rules), Applies: appliesTo(r.Licenses), Asks: factsIn(r.When)}
	}
	return list
}

// Up and Down are the places, from 0, to which the rule moves by one step.
func (r ruleView) Up() int   { return r.Number - 2 }
func (r ruleView) Down() int { return r.Number }

var factName = regexp.MustCompile(`[a-z]+\.[a-zA-Z]+`)

// factsIn lists the facts that a condition names, in the order of the documentation.
func factsIn(when string) []policy.Fact {
	if when == "" {
		return nil
	}
	named := factName.FindAllString(when, -1)
	return slices.DeleteFunc(policy.Facts(), func(f policy.Fact) bool { return !slices.Contains(named, f.Name) })
}

// rulePart is one part of a rule, for setting two side by side.
type rulePart struct{ Label, Text string }

func partsOf(r policy.Rule) []rulePart {
	applies := make([]string, 0, 2)
	for _, a := range appliesTo(r.Licenses) {
		applies = append(applies, a.plainWords())
	}
	which := "Every licence"
	if len(applies) > 0 {
		which = strings.Join(applies, "; ")
	}
	return []rulePart{{"Title", r.Title}, {"Applies to", which}, {"When", r.When}, {"Outcome", word(r.Outcome)}, {"Severity", word(r.Severity)},
		{"Message", r.Message}, {"Legal basis", r.Basis}, {"Cure", r.Cure}, {"Reference", r.Reference}}
}

// versionName is how people call a version of a policy.
func versionName(n int) string { return "version " + strconv.Itoa(n) }
