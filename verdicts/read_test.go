package verdicts

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/ospo-register/ospo/licenses"
	"github.com/ospo-register/ospo/models"
	"github.com/ospo-register/ospo/policy"
)

// full is a verdict with something in every member that an SBOM can have.
func full(t testing.TB) *Verdict {
	t.Helper()
	in, err := Situate(map[string]any{
		"asset.name": "Portal", "asset.origin": "gov-built", "asset.categories": []string{"it-development"}, "deployment.criticality": int64(3), "agency.line": []string{"T0", "T"}, "use.internal": true, "use.modify": false,
	})
	if err != nil {
		t.Fatal(err)
	}
	return judge(t, program(t, ours), in, Words{Choices: []Choice{{Offer: "MIT OR GPL-3.0-only", Chosen: "MIT"}}, Conclusions: []Conclusion{{Base: "pkg:npm/c", Version: "1", Expression: "GPL-3.0-only"}}},
		document([]pkg{{name: "app", version: "<1>", declared: "MIT OR GPL-3.0-only"}, {name: "b<&>é", declared: "Apache License, Version 2.0 OR AGPL-3.0-only"}, {name: "c", purl: "pkg:npm/c@1"}, {name: "m", declared: "MPL-2.0"}}, [][2]int{{0, 1}}, ""))
}

func compiledSchema(t testing.TB) *jsonschema.Schema {
	t.Helper()
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(Schema()))
	if err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	if err := c.AddResource("verdict.schema.json", doc); err != nil {
		t.Fatal(err)
	}
	s, err := c.Compile("verdict.schema.json")
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func validate(t testing.TB, s *jsonschema.Schema, text []byte) error {
	t.Helper()
	instance, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	return s.Validate(instance)
}

func TestEveryKindOfVerdictIsAsTheSchemaSays(t *testing.T) {
	s := compiledSchema(t)
	list, err := JudgePURLs(context.Background(), program(t, ours), policy.Situation{}, Words{}, strings.NewReader("pkg:npm/a@1\n"), "list", func(string) (string, bool) { return "MIT", true })
	if err != nil {
		t.Fatal(err)
	}
	one, err := JudgeExpression(context.Background(), program(t, ours), policy.Situation{}, Words{}, "GPL-3.0-or-later")
	if err != nil {
		t.Fatal(err)
	}
	for _, v := range []*Verdict{full(t), list, one} {
		if err := validate(t, s, v.JSON()); err != nil {
			t.Errorf("%s: %v", v.Subject.Kind, err)
		}
	}
	if err := validate(t, s, bytes.Replace(full(t).JSON(), []byte(`"semantics"`), []byte(`"semantic"`), 1)); err == nil {
		t.Error("the schema takes a member that is none")
	}
}

func TestWhatIsWrittenIsReadAgain(t *testing.T) {
	v := full(t)
	again, err := ReadVerdict(v.JSON())
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(v, again); diff != "" {
		t.Errorf("(-written +read):\n%s", diff)
	}
	if len(Compare(v, again)) > 0 {
		t.Errorf("%+v", Compare(v, again))
	}
	var compact bytes.Buffer
	if err := json.Compact(&compact, v.JSON()); err != nil {
		t.Fatal(err)
	}
	if again, err = ReadVerdict(compact.Bytes()); err != nil || again.Digest != v.Digest {
		t.Errorf("layout counts: %v", err)
	}
}

func TestTheSameFactsGiveTheSameBytes(t *testing.T) {
	first := full(t).JSON()
	for range 5 {
		if !bytes.Equal(first, full(t).JSON()) {
			t.Fatal("the bytes differ")
		}
	}
}

func TestAVerdictThatWasChangedIsFound(t *testing.T) {
	_, err := ReadVerdict(bytes.Replace(full(t).JSON(), []byte(`"verdict": "denied"`), []byte(`"verdict": "allowed"`), 1))
	var refusal *models.Error
	if !errors.As(err, &refusal) || len(refusal.Fields) != 1 || refusal.Fields[0].Code != CodeChanged {
		t.Errorf("%v", err)
	}
}

func TestAllMistakesInAVerdictAreNamedTogether(t *testing.T) {
	var members map[string]any
	if err := json.Unmarshal(full(t).JSON(), &members); err != nil {
		t.Fatal(err)
	}
	members["verdict"], members["program"], members["policies"], members["situation"] = "fine", "x", []any{}, map[string]any{"asset.colour": "red", "use.modify": 3}
	members["packages"] = map[string]int{"allowed": -1}
	members["words"] = map[string]any{"choices": []any{map[string]any{"offer": "MIT", "chosen": "ISC", "packages": 1}}, "conclusions": []any{}}
	text, err := json.Marshal(members)
	if err != nil {
		t.Fatal(err)
	}
	_, err = ReadVerdict(text)
	var refusal *models.Error
	if !errors.As(err, &refusal) {
		t.Fatalf("%v", err)
	}
	var fields []string
	for _, f := range refusal.Fields {
		fields = append(fields, f.Field)
	}
	slices.Sort(fields)
	if diff := cmp.Diff([]string{"packages", "packages.allowed", "policies", "program", "situation.asset.colour", "situation.use.modify", "verdict", "words.choices[0].chosen"}, fields); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	for _, text := range []string{"", "[]", "null", "{}", `{"verdictVersion":2}`, `{"verdictVersion":1,"colour":1}`, `{"verdictVersion":1,"verdictVersion":1}`, strings.Repeat(`{"a":`, 20_000)} {
		if _, err := ReadVerdict([]byte(text)); !models.IsKind(err, models.Invalid) {
			t.Errorf("%.40q: %v", text, err)
		}
	}
	if _, err := ReadVerdict(make([]byte, MostBytes+1)); !models.IsKind(err, models.TooLarge) {
		t.Errorf("%v", err)
	}
}

func TestWhatIsNoVerdictIsRefusedInWordsWithItsPlace(t *testing.T) {
	for text, says := range map[string]string{
		`{"verdictVersion":1e308}`:                `a value is of the wrong kind or out of range, at "/verdictVersion"`,
		`{"verdictVersion":"1"}`:                  `a value is of the wrong kind or out of range, at "/verdictVersion"`,
		`{"verdictVersion":1,"colour":1}`:         `a verdict has no such member, at "/colour"`,
		`{"verdictVersion":1,"verdictVersion":1}`: `a member is there twice, at "/verdictVersion"`,
		`{"verdictVersion":1`:                     "it ends too early",
		`{"verdictVersion":1}}`:                   "it is no valid JSON from byte 20 on",
		"Hello.":                                  "it is no valid JSON from byte 0 on",
		"":                                        "it ends too early",
		"[]":                                      "a value is of the wrong kind or out of range",
	} {
		_, err := ReadVerdict([]byte(text))
		if err == nil || !strings.Contains(err.Error(), says+".") && !strings.Contains(err.Error(), says+", at ") {
			t.Errorf("%s: %v, want %s", text, err, says)
		}
		if err != nil && (strings.Contains(err.Error(), "json") || strings.Contains(err.Error(), "Go ")) {
			t.Errorf("%s: the words are those of a library: %v", text, err)
		}
	}
}

func TestCompareSaysWhatDiffers(t *testing.T) {
	v := full(t)
	other := program(t, strings.Replace(ours, "severity: high", "severity: critical", 1))
	in, err := Situate(v.Situation)
	if err != nil {
		t.Fatal(err)
	}
	same := document([]pkg{{name: "app", version: "<1>", declared: "MIT OR GPL-3.0-only"}}, nil, "")
	for name, c := range map[string]struct {
		again *Verdict
		want  []Member
	}{
		"another policy, document and words": {judge(t, other, in, Words{}, same), []Member{OfDocument, OfPolicy, OfWords, OfVerdict, OfCounts, OfFindings}},
		"another program version":            {changed(v, func(v *Verdict) { v.Semantics++ }), []Member{OfSemantics}},
		"another list":                       {changed(v, func(v *Verdict) { v.LicenseList.Digest = strings.Repeat("0", 64) }), []Member{OfList}},
		"another situation":                  {changed(v, func(v *Verdict) { v.Situation = map[string]any{} }), []Member{OfSituation}},
		"another reading of the document":    {changed(v, func(v *Verdict) { v.Subject.Reading = models.Accepted + "x" }), []Member{OfDocument}},
		"a policy less":                      {changed(v, func(v *Verdict) { v.Policies = nil }), []Member{OfPolicy}},
		"only the digest":                    {changed(v, func(v *Verdict) { v.Findings[0].Cure = "x" }), []Member{OfFindings}},
	} {
		var got []Member
		for _, d := range Compare(v, c.again) {
			got = append(got, d.Member)
			if d.Sentence == "" {
				t.Errorf("%s: %s without a sentence", name, d.Member)
			}
		}
		if diff := cmp.Diff(c.want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}

func changed(v *Verdict, change func(*Verdict)) *Verdict {
	c := *v
	c.Findings = slices.Clone(v.Findings)
	change(&c)
	if err := c.seal(); err != nil {
		panic(err)
	}
	return &c
}

func TestEveryFactOfASituationCanBeGivenAndIsSpelled(t *testing.T) {
	given := map[string]any{}
	for _, fact := range policy.Facts() {
		if group, _, _ := strings.Cut(fact.Name, "."); slices.Contains([]string{"license", "statement", "component"}, group) {
			if setters[fact.Name] != nil {
				t.Errorf("%s is no fact of a situation", fact.Name)
			}
			continue
		}
		text := map[policy.FactKind]string{policy.TextFact: "x", policy.NumberFact: "2", policy.FlagFact: "true", policy.ListFact: "x,y"}[fact.Kind]
		if len(fact.Values) > 0 {
			text = fact.Values[0]
		}
		if err := ReadFact(fact.Name+"="+text, given); err != nil {
			t.Error(err)
		}
	}
	in, err := Situate(given)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(given, in.Given()); diff != "" {
		t.Errorf("(-given +spelled):\n%s", diff)
	}
	if !slices.Equal(slices.Sorted(maps.Keys(given)), slices.Sorted(maps.Keys(setters))) {
		t.Error("there are setters for facts that are none")
	}
}

func TestFactsOfTheWrongKindAreRefusedTogether(t *testing.T) {
	_, err := Situate(map[string]any{"asset.origin": "mars", "use.internal": "yes", "deployment.criticality": 2.5, "agency.line": []any{1}, "asset.name": true, "license.id": "MIT", "agency.code": nil})
	var refusal *models.Error
	if !errors.As(err, &refusal) || len(refusal.Fields) != 7 {
		t.Errorf("%v", err)
	}
}

func TestEveryVerdictHasASentence(t *testing.T) {
	seen := map[string]bool{}
	for _, verdict := range licenses.Verdicts() {
		v := &Verdict{Verdict: verdict, Packages: Counts{verdict: 2}, Subject: Subject{Kind: SBOM, Packages: 3}}
		seen[v.Sentence()] = true
	}
	if len(seen) != len(licenses.Verdicts())-1 { // unknown and unparsable read alike
		t.Errorf("%d sentences: %v", len(seen), seen)
	}
}

func FuzzReadVerdict(f *testing.F) {
	f.Add(full(f).JSON())
	f.Add([]byte(`{"verdictVersion":1,"words":{"choices":null},"findings":null,"situation":{"deployment.criticality":1e99}}`))
	f.Fuzz(func(t *testing.T, text []byte) {
		v, err := ReadVerdict(text)
		if err != nil {
			var refusal *models.Error
			if !errors.As(err, &refusal) {
				t.Fatalf("not ours: %v", err)
			}
			return
		}
		again, err := ReadVerdict(v.JSON())
		if err != nil && !strings.Contains(err.Error(), "changed") { // members that were given as empty are left out
			t.Fatalf("%v of\n%s", err, v.JSON())
		}
		if err == nil && len(Compare(v, again)) > 0 {
			t.Fatalf("%+v", Compare(v, again))
		}
	})
}

// A document is foreign: whatever it says, the verdict on it is valid, and can be read and made again.
func FuzzJudge(f *testing.F) {
	p, in := shipped(f)
	s := compiledSchema(f)
	f.Add([]byte(document([]pkg{{name: "a", declared: "MIT OR LicenseRef-x"}, {name: "b\xff", purl: "pkg:npm/b@1", concluded: "NONE"}}, [][2]int{{0, 1}}, "")), "MIT OR LicenseRef-x", "MIT")
	f.Add([]byte(`{"bomFormat":"CycloneDX","specVersion":"1.5","components":[{"type":"library","name":"x","licenses":[{"license":{"name":"BSD"}}]}]}`), "MIT", "")
	f.Fuzz(func(t *testing.T, text []byte, offer, chosen string) {
		if len(text) > 1<<16 {
			return
		}
		w := Words{}
		if offer != "" && chosen != "" {
			w.Choices = []Choice{{Offer: offer, Chosen: chosen}}
		}
		made := func() *Verdict {
			v, err := JudgeExpression(context.Background(), p, in, w, string(text))
			if err != nil {
				return nil
			}
			if again, err := judgeBytes(p, in, w, text); err == nil {
				return again
			}
			return v
		}
		v := made()
		if v == nil {
			return
		}
		if again := made(); !bytes.Equal(v.JSON(), again.JSON()) {
			t.Fatal("made again it differs")
		}
		if err := validate(t, s, v.JSON()); err != nil {
			t.Fatal(err)
		}
		if _, err := ReadVerdict(v.JSON()); err != nil {
			t.Fatalf("%v of\n%s", err, v.JSON())
		}
	})
}

func TestOfSoftwareOnlyWhatIsToldIsKnown(t *testing.T) {
	for _, c := range []struct {
		when  string
		given map[string]any
		want  licenses.Verdict
	}{
		{"asset.edition == ''", map[string]any{"asset.origin": "gov-built"}, licenses.Undetermined},
		{"asset.edition == ''", map[string]any{"asset.edition": ""}, licenses.Allowed},
		{"size(asset.categories) == 0", map[string]any{"asset.edition": ""}, licenses.Undetermined},
		{"size(asset.categories) == 0", map[string]any{"asset.categories": []any{}}, licenses.Allowed},
		{"asset.lifecycle == 'merged'", map[string]any{"asset.lifecycle": "merged"}, licenses.Allowed},
		{"component.ecosystem == ''", map[string]any{}, licenses.Allowed},
	} {
		in, err := Situate(c.given)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(len(c.given), len(in.Given())); diff != "" {
			t.Errorf("%v became %v", c.given, in.Given())
		}
		p := program(t, "id: p\ntitle: P\nrules:\n  - id: a\n    title: A\n    licenses: {ids: [MIT]}\n    when: \""+c.when+"\"\n    outcome: allow\n    message: Yes.\n")
		v, err := JudgeExpression(context.Background(), p, in, Words{}, "MIT")
		if err != nil {
			t.Fatal(err)
		}
		if v.Verdict != c.want {
			t.Errorf("%s with %v: %s, want %s", c.when, c.given, v.Verdict, c.want)
		}
	}
}

func TestAnExpressionIsDeterminedInSoftwareThatIsPublished(t *testing.T) {
	p, _ := shipped(t)
	in, err := Situate(map[string]any{"asset.origin": "gov-built", "asset.license": "EUPL-1.2", "use.distributeSource": true})
	if err != nil {
		t.Fatal(err)
	}
	for _, text := range []string{"GPL-2.0-only", "AGPL-3.0-or-later", "MIT"} {
		v, err := JudgeExpression(context.Background(), p, in, Words{}, text)
		if err != nil || v.Verdict == licenses.Undetermined {
			t.Errorf("%s: %s, %v", text, v.Verdict, err)
		}
	}
}
