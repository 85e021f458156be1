package forge

import (
	"bytes"
	"path"
	"regexp"
	"slices"
	"strings"

	"github.com/ospo-register/ospo/importers/sbom"
	"github.com/ospo-register/ospo/models"
)

// formats are the descriptions that are read, by where they stand: publiccode.yml has its place at the root (standard 0.7, "publiccode.yml in
// the root"), and so have the others.
var formats = map[string]models.DescriptionFormat{
	"publiccode.yml": models.PublicCode, "publiccode.yaml": models.PublicCode, "code.json": models.CodeJSON, "codemeta.json": models.CodeMeta,
}

// descriptions are the files that describe the software, the most telling first.
func descriptions(entries []entry) []entry {
	var found []entry
	for _, name := range []string{"publiccode.yml", "publiccode.yaml", "code.json", "codemeta.json"} {
		for _, e := range entries {
			if !e.link && strings.EqualFold(e.path, name) {
				found = append(found, e)
			}
		}
	}
	return found
}

var licenseName = regexp.MustCompile(`^(licen[cs]e|copying|unlicen[cs]e|eupl|gpl|lgpl|agpl)([-_. ].*)?$`)

// licenseFiles are the files with licence texts: at the root, and those in LICENSES (REUSE 3.3).
func licenseFiles(entries []entry) []entry {
	const most = 30
	var found []entry
	for _, e := range entries {
		code := languages[path.Ext(e.base())] != ""
		if !e.link && len(found) < most && (e.dir() == "LICENSES" || e.dir() == "." && licenseName.MatchString(e.base()) && !code) {
			found = append(found, e)
		}
	}
	return found
}

var (
	sbomName  = regexp.MustCompile(`(\.spdx(\.(json|ya?ml|xml|rdf|txt))?|\.spdx3?\.jsonld|[.-](cdx|cyclonedx)\.(json|xml)|(^|[._-])s?bom([._-].*)?\.(json|xml|ya?ml|spdx))$`)
	sbomTexts = [][]byte{[]byte("SPDXVersion:"), []byte("spdxVersion:"), []byte("http://cyclonedx.org/schema/bom"), []byte("http://spdx.org/rdf/terms#")}
	samples   = regexp.MustCompile(`(^|/)(tests?|testdata|fixtures?|schemas?|vendor|node_modules|third[-_]?party)/|\.schema\.json$`)
)

// sbomFiles are the files that may be SBOM documents by their names, the ones nearest to the root first. What lies among test data and other people's code is no
// statement about the software.
func sbomFiles(entries []entry) []entry {
	const most = 20
	var found []entry
	for _, e := range entries {
		lower := strings.ToLower(e.path)
		if !e.link && sbomName.MatchString(e.base()) && !samples.MatchString(lower) {
			found = append(found, e)
		}
	}
	slices.SortStableFunc(found, nearer)
	return found[:min(len(found), most)]
}

// isSBOM looks at the beginning of a file.
func isSBOM(content []byte) bool {
	head := bytes.TrimLeft(content[:min(len(content), 64<<10)], "\xef\xbb\xbf \t\r\n")
	if outline := sbom.OutlineOf(head); outline.Has("spdxVersion", "SPDXID", "bomFormat") || outline.Has("@context") && bytes.Contains(head, []byte("spdx.org/rdf/3")) {
		return true
	}
	if bytes.HasPrefix(head, []byte("{")) {
		return false
	}
	return slices.ContainsFunc(sbomTexts, func(t []byte) bool { return bytes.Contains(head, t) })
}

func nearer(a, b entry) int { return strings.Count(a.path, "/") - strings.Count(b.path, "/") }

// customs are names by which everybody knows what a file is for.
var customs = []struct {
	name  *regexp.Regexp
	place func(*models.Tree) *string
}{
	{regexp.MustCompile(`^security(\.(md|txt|rst|adoc|html))?$`), func(t *models.Tree) *string { return &t.Security }},
	{regexp.MustCompile(`^contributing([-_.].*)?$`), func(t *models.Tree) *string { return &t.Contributing }},
	{regexp.MustCompile(`^code[-_ ]?of[-_ ]?conduct(\..*)?$`), func(t *models.Tree) *string { return &t.Conduct }},
	{regexp.MustCompile(`^governance(\.(md|txt|rst|adoc))?$`), func(t *models.Tree) *string { return &t.Governance }},
	{regexp.MustCompile(`^(changelog|changes|history|news|release[-_ ]?notes)(\.(md|txt|rst|adoc))?$`), func(t *models.Tree) *string { return &t.Changelog }},
	{regexp.MustCompile(`^readme([-_.].*)?$`), func(t *models.Tree) *string { return &t.Readme }},
}

// places are folders in which such files are looked for, by preference.
var places = []string{".", ".github", ".gitlab", ".gitea", ".forgejo", "docs", "doc", ".well-known"}

var (
	ciFile   = regexp.MustCompile(`^(\.(github|gitea|forgejo)/workflows/[^/]+\.ya?ml|\.gitlab-ci\.ya?ml|\.travis\.ya?ml|jenkinsfile|azure-pipelines\.ya?ml|\.circleci/config\.ya?ml|bitbucket-pipelines\.ya?ml|\.woodpecker(\.ya?ml|/.+\.ya?ml)|\.drone\.ya?ml|\.?appveyor\.ya?ml|\.cirrus\.ya?ml|\.build\.ya?ml|\.builds/.+\.ya?ml)$`)
	testFile = regexp.MustCompile(`(^|/)(tests?|__tests__|spec|specs|testing)/|_test\.(go|py|rb|exs?|dart|c|cc|cpp)$|(^|/)test_[^/]*\.py$|\.(test|spec)\.[cm]?[jt]sx?$|(^|/)[^/]*tests?\.(java|kt|cs|php|swift|scala)$`)
	foreign  = regexp.MustCompile(`(^|/)(vendor|node_modules|third[-_]?party|bower_components|dist|\.git)/`)
)

// survey fills in what names of files say.
func survey(t *models.Tree, entries []entry) {
	count := map[string]int{}
	rank := make([]int, len(customs))
	for _, e := range entries {
		lower := strings.ToLower(e.path)
		for i, c := range customs {
			place := slices.Index(places, e.dir())
			if place >= 0 && c.name.MatchString(e.base()) && (*c.place(t) == "" || place < rank[i]) {
				*c.place(t), rank[i] = e.path, place
			}
		}
		if e.path == "REUSE.toml" || e.path == ".reuse/dep5" || strings.HasPrefix(e.path, "LICENSES/") {
			t.Reuse = true
		}
		if lower == ".well-known/security.txt" && t.Security == "" {
			t.Security = e.path
		}
		t.CI = t.CI || ciFile.MatchString(lower)
		if foreign.MatchString(lower) {
			continue
		}
		t.Tests = t.Tests || testFile.MatchString(lower)
		if name := languageOf(e); name != "" {
			count[name]++
		}
	}
	t.Languages = most(count, 10)
}

// most are the names that were counted most often.
func most(count map[string]int, n int) []string {
	var names []string
	for name := range count {
		names = append(names, name)
	}
	slices.SortFunc(names, func(a, b string) int {
		if count[a] != count[b] {
			return count[b] - count[a]
		}
		return strings.Compare(a, b)
	})
	return names[:min(len(names), n)]
}

func languageOf(e entry) string {
	if e.link {
		return ""
	}
	if name, ok := languagesByName[e.base()]; ok {
		return name
	}
	return languages[path.Ext(e.base())]
}
