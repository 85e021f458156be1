package policy

import (
	"slices"
	"strings"
	"sync"

	"github.com/ospo-register/ospo/licenses"
	"github.com/ospo-register/ospo/models"
)

// Facts lists every fact that a rule's "when" may ask for, in the order of the documentation.
func Facts() []Fact { return slices.Clone(theFacts().all) }

type factTable struct {
	all    []Fact
	byName map[string]*Fact
}

var theFacts = sync.OnceValue(func() factTable {
	t := factTable{byName: map[string]*Fact{}}
	for _, group := range [][]Fact{licenseFacts(), statementFacts(), componentFacts(), assetFacts(), deploymentFacts(), agencyFacts(), useFacts()} {
		t.all = append(t.all, group...)
	}
	for i := range t.all {
		t.byName[t.all[i].Name] = &t.all[i]
	}
	return t
})

// group is the part of a fact's name before the dot.
func group(name string) string {
	before, _, _ := strings.Cut(name, ".")
	return before
}

const noExpression = "the statement is no expression"

func ofLicense(value func(*licenses.Facts) any) func(*world) any {
	return func(w *world) any {
		if w.leaf == nil {
			return nil
		}
		return value(&w.leaf.facts)
	}
}

func licenseFacts() []Fact {
	unlisted := "the licence is not listed"
	return []Fact{
		{"license.id", TextFact, "The licence's identifier, without its exception.", nil, noExpression, ofLicense(func(f *licenses.Facts) any { return f.Leaf.ID })},
		{"license.exception", TextFact, "The exception's identifier; empty when the licence has none.", nil, noExpression, ofLicense(func(f *licenses.Facts) any { return f.Leaf.Addition })},
		{"license.expression", TextFact, "Licence and exception as they stand in an expression.", nil, noExpression, ofLicense(func(f *licenses.Facts) any { return f.Leaf.String() })},
		{"license.name", TextFact, "The list's name of the licence.", nil, unlisted, ofLicense(func(f *licenses.Facts) any { return text(f.Name) })},
		{"license.exceptionFits", FlagFact, "Its exception is one that is made for a licence such as this; so it is for a licence without one.", nil, "the licence or its exception is not listed", ofLicense(func(f *licenses.Facts) any {
			if !f.Listed {
				return nil
			}
			return !f.Misplaced
		})},
		{"license.listed", FlagFact, "Licence and exception are on the SPDX list, or are LicenseDB's own.", nil, noExpression, ofLicense(func(f *licenses.Facts) any { return f.Listed })},
		{"license.deprecated", FlagFact, "The list keeps the identifier for old documents only.", nil, noExpression, ofLicense(func(f *licenses.Facts) any { return f.Deprecated })},
		{"license.osi", FlagFact, "The Open Source Initiative approved it.", nil, "the licence is not on the SPDX list", ofLicense(func(f *licenses.Facts) any { return yesNo(f.OSI) })},
		{"license.fsf", FlagFact, "The Free Software Foundation calls it free.", nil, "the list does not say, as for most licences", ofLicense(func(f *licenses.Facts) any { return yesNo(f.FSF) })},
		{"license.category", TextFact, "LicenseDB's sorting.", valuesOf(theCategories), "LicenseDB does not know the licence", ofLicense(func(f *licenses.Facts) any { return text(f.Category) })},
		{"license.class", TextFact, "The coarse class that the pictures show.", valuesOf(known(licenses.Classes(), licenses.Unknown)), "the class is unknown", ofLicense(func(f *licenses.Facts) any { return textBut(f.Leaf.Class(), licenses.Unknown) })},
		{"license.openness", TextFact, "Whether it makes software open source, and who says so.", valuesOf(known(theOpenness, licenses.OpennessUnknown)), "nobody has said", ofLicense(func(f *licenses.Facts) any { return textBut(f.Openness, licenses.OpennessUnknown) })},
		{"license.reciprocity", TextFact, "How far it reaches when the software is passed on.", valuesOf(known(theReciprocity, licenses.ReciprocityUnknown)), "nobody has looked", ofLicense(func(f *licenses.Facts) any { return textBut(f.Reciprocity, licenses.ReciprocityUnknown) })},
		{"license.limits", ListFact, "Restrictions of use; an empty list when it has none.", valuesOf(theLimits), unlisted, ofLicense(func(f *licenses.Facts) any {
			if !f.Listed {
				return nil
			}
			return list(f.Limits)
		})},
		{"license.patents", TextFact, "What it says of patents.", valuesOf(known(thePatents, licenses.PatentsUnknown)), "nobody has looked", ofLicense(func(f *licenses.Facts) any { return textBut(f.Patents, licenses.PatentsUnknown) })},
	}
}

func statementFacts() []Fact {
	return []Fact{
		{"statement.kind", TextFact, "What is stated.", []string{"expression", "none", "no-assertion", "absent", "unparsable"}, "", func(w *world) any {
			if kind := w.statement.kind(); kind != "" {
				return string(kind)
			}
			return "expression"
		}},
		{"statement.stated", TextFact, "The words as they were found.", nil, "nothing is stated", func(w *world) any { return text(w.statement.Stated) }},
		{"statement.guessed", FlagFact, "The expression is our reading of words that are none.", nil, "", func(w *world) any { return w.statement.Guessed }},
		{"statement.licensed", FlagFact, "Whichever branch of the expression is taken, it has more than contributor agreements, patent grants and words that are no licence.", nil, noExpression, func(w *world) any {
			if w.statement.kind() != "" {
				return nil
			}
			return w.statement.Expression.Keep(permitsNothing).IsZero()
		}},
		{"statement.expression", TextFact, "The whole expression in canonical form.", nil, noExpression, func(w *world) any { return text(w.statement.Expression.String()) }},
	}
}

// permitsNothing says whether a leaf is by its very kind no permission to use the component.
func permitsNothing(leaf licenses.Leaf) bool {
	switch leaf.Category() {
	case licenses.CategoryCLA, licenses.CategoryPatentLicense:
		return true
	case licenses.CategoryUnstated:
		return leaf.IsRef() // any-OSI stands for a licence
	}
	return false
}

func ofComponent(value func(*Component) any) func(*world) any {
	return func(w *world) any {
		if w.situation.Component == nil {
			return nil
		}
		return value(w.situation.Component)
	}
}

func componentFacts() []Fact {
	notStated := "the document does not state it"
	return []Fact{
		{"component.name", TextFact, "The component's name.", nil, notStated, ofComponent(func(c *Component) any { return text(c.Name) })},
		{"component.version", TextFact, "Its version.", nil, notStated, ofComponent(func(c *Component) any { return text(c.Version) })},
		{"component.purl", TextFact, "Its package URL.", nil, notStated, ofComponent(func(c *Component) any { return text(c.PURL) })},
		{"component.ecosystem", TextFact, "The type of its package URL, as npm or deb; empty when it has none.", nil, "no component is at hand", ofComponent(func(c *Component) any { return c.Ecosystem })},
		{"component.supplier", TextFact, "Who supplies it.", nil, notStated, ofComponent(func(c *Component) any { return text(c.Supplier) })},
		{"component.direct", FlagFact, "The software itself depends on it.", nil, "the document does not tell what depends on what", ofComponent(func(c *Component) any { return yesNo(c.Direct) })},
	}
}

func ofAsset(value func(*models.Asset) any) func(*world) any {
	return func(w *world) any {
		if w.situation.Asset == nil {
			return nil
		}
		return value(w.situation.Asset)
	}
}

// ofAssetUnlessOpen is for facts of which the empty value says something.
func ofAssetUnlessOpen(name string, value func(*models.Asset) any) func(*world) any {
	of := ofAsset(value)
	return func(w *world) any {
		if slices.Contains(w.situation.Open, name) {
			return nil
		}
		return of(w)
	}
}

func assetFacts() []Fact {
	noAsset := "no software is given"
	notTold := noAsset + ", or nothing was told of it"
	return []Fact{
		{"asset.name", TextFact, "The name of the software that the component is in.", nil, noAsset, ofAsset(func(a *models.Asset) any { return text(a.Name) })},
		{"asset.edition", TextFact, "Its edition; empty when there is only one.", nil, notTold, ofAssetUnlessOpen("asset.edition", func(a *models.Asset) any { return a.Edition })},
		{"asset.origin", TextFact, "Where it comes from.", valuesOf(models.Origins), noAsset, ofAsset(func(a *models.Asset) any { return text(a.Origin) })},
		{"asset.lifecycle", TextFact, "Where it stands in its life.", valuesOf(append(slices.Clone(models.AssetLifecycles), models.AssetMerged)), noAsset, ofAsset(func(a *models.Asset) any { return text(a.Lifecycle) })},
		{"asset.visibility", TextFact, "Who may see its entry.", valuesOf(models.Visibilities), noAsset, ofAsset(func(a *models.Asset) any { return text(a.Visibility) })},
		{"asset.categories", ListFact, "Its publiccode.yml categories.", nil, notTold, ofAssetUnlessOpen("asset.categories", func(a *models.Asset) any { return list(a.Categories) })},
		{"asset.license", TextFact, "The licence that it is itself under, as stated.", nil, "its entry states none", ofAsset(func(a *models.Asset) any { return text(a.License) })},
	}
}

func ofDeployment(value func(*models.Deployment) any) func(*world) any {
	return func(w *world) any {
		if w.situation.Deployment == nil {
			return nil
		}
		return value(w.situation.Deployment)
	}
}

func deploymentFacts() []Fact {
	none := "no deployment is given"
	orUnknown := none + ", or it is not known"
	return []Fact{
		{"deployment.environment", TextFact, "Where in the agency's estate it runs.", valuesOf(models.Environments), none, ofDeployment(func(d *models.Deployment) any { return text(d.Environment) })},
		{"deployment.hosting", TextFact, "The kind of place it runs in.", valuesOf(known(models.Hostings, models.HostingUnknown)), orUnknown, ofDeployment(func(d *models.Deployment) any { return textBut(d.Hosting, models.HostingUnknown) })},
		{"deployment.provider", TextFact, "Who runs the hosting.", nil, orUnknown, ofDeployment(func(d *models.Deployment) any { return text(d.Provider) })},
		{"deployment.dataClass", TextFact, "The highest class of data.", valuesOf(known(models.DataClasses, models.DataUnknown)), orUnknown, ofDeployment(func(d *models.Deployment) any { return textBut(d.DataClass, models.DataUnknown) })},
		{"deployment.personalData", TextFact, "Whether personal data are handled.", valuesOf(known(models.PersonalDatas, models.PersonalUnknown)), orUnknown, ofDeployment(func(d *models.Deployment) any { return textBut(d.PersonalData, models.PersonalUnknown) })},
		{"deployment.criticality", NumberFact, "From 1 (low) to 4 (vital).", []string{"1", "2", "3", "4"}, none + ", or it has not been assessed", ofDeployment(func(d *models.Deployment) any {
			if d.Criticality == 0 {
				return nil
			}
			return int64(d.Criticality)
		})},
		{"deployment.jurisdiction", TextFact, "Two-letter code of the country that the data are in.", nil, orUnknown, ofDeployment(func(d *models.Deployment) any { return text(d.Jurisdiction) })},
		{"deployment.service", TextFact, "The business service that it serves.", nil, orUnknown, ofDeployment(func(d *models.Deployment) any { return text(d.Service) })},
		{"deployment.lifecycle", TextFact, "Where it stands in its life.", valuesOf(models.DeploymentLifecycles), none, ofDeployment(func(d *models.Deployment) any { return text(d.Lifecycle) })},
	}
}

func ofAgency(value func(*models.Agency) any) func(*world) any {
	return func(w *world) any {
		if w.situation.Agency == nil {
			return nil
		}
		return value(w.situation.Agency)
	}
}

func agencyFacts() []Fact {
	none := "no agency is given"
	return []Fact{
		{"agency.code", TextFact, "The agency's national code.", nil, none, ofAgency(func(a *models.Agency) any { return text(a.Code) })},
		{"agency.name", TextFact, "Its name.", nil, none, ofAgency(func(a *models.Agency) any { return text(a.Name) })},
		{"agency.kind", TextFact, "What sort of public body it is.", valuesOf(models.AgencyKinds), none, ofAgency(func(a *models.Agency) any { return text(a.Kind) })},
		{"agency.line", ListFact, "The codes of the agency and of those above it.", nil, none, func(w *world) any {
			if len(w.situation.Line) == 0 {
				return nil
			}
			return list(w.situation.Line)
		}},
	}
}

func useFacts() []Fact {
	of := func(use licenses.Use) func(*world) any {
		return func(w *world) any {
			if does, known := w.situation.Uses[use]; known {
				return does
			}
			return nil
		}
	}
	notKnown := "the use is not known"
	return []Fact{
		{"use.internal", FlagFact, "It runs within the agency.", nil, notKnown, of(licenses.UseInternal)},
		{"use.distributeBinary", FlagFact, "Built programs are passed on.", nil, notKnown, of(licenses.UseDistributeBinary)},
		{"use.distributeSource", FlagFact, "The source is passed on or published.", nil, notKnown, of(licenses.UseDistributeSource)},
		{"use.service", FlagFact, "It is offered to others over a network.", nil, notKnown, of(licenses.UseService)},
		{"use.modify", FlagFact, "It is changed.", nil, notKnown, of(licenses.UseModify)},
	}
}

// The values of the axes in the order of a form.
var (
	theCategories = []licenses.Category{licenses.CategoryPermissive, licenses.CategoryPublicDomain, licenses.CategoryCopyleftLimited, licenses.CategoryCopyleft,
		licenses.CategoryNonCommercial, licenses.CategoryFreeRestricted, licenses.CategoryProprietaryFree, licenses.CategorySourceAvailable,
		licenses.CategoryCommercial, licenses.CategoryCLA, licenses.CategoryPatentLicense, licenses.CategoryUnstated}
	theOpenness    = []licenses.Openness{licenses.Open, licenses.PublicDomain, licenses.PresumablyOpen, licenses.SourceAvailable, licenses.Proprietary, licenses.OpennessUnknown}
	theReciprocity = []licenses.Reciprocity{licenses.ReciprocityNone, licenses.ReciprocityFile, licenses.ReciprocityLibrary, licenses.ReciprocityProject,
		licenses.ReciprocityNetwork, licenses.ReciprocityUnknown}
	theLimits  = []licenses.Limit{licenses.NonCommercial, licenses.NoDerivatives, licenses.FieldOfUse}
	thePatents = []licenses.Patents{licenses.PatentsUnstated, licenses.PatentsGranted, licenses.PatentsRetaliate, licenses.PatentsWithheld, licenses.PatentsUnknown}
)

// known is the values without the one that says that nothing is known.
func known[T comparable](all []T, unknown T) []T {
	return slices.DeleteFunc(slices.Clone(all), func(v T) bool { return v == unknown })
}
