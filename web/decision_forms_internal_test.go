package web

import (
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ospo-register/ospo/models"
)

// exampleParts are the files of the worked example: each is a part as it is filed, by its kind and key.
func exampleParts(t *testing.T) map[string]models.Part {
	t.Helper()
	files, err := filepath.Glob("../policy/testdata/worked-example/*.json")
	if err != nil {
		t.Fatal(err)
	}
	more, err := filepath.Glob("../policy/testdata/worked-example/deviations/*/*.json")
	if err != nil {
		t.Fatal(err)
	}
	parts := map[string]models.Part{}
	for _, file := range append(files, more...) {
		name, _, _ := strings.Cut(filepath.Base(file), ".")
		name, _, _ = strings.Cut(name, "_")
		if kind, err := models.PartOf(models.PartName(name)); err == nil {
			parts[file] = kind
		}
	}
	if len(parts) < 50 {
		t.Fatalf("only %d parts of the worked example were found", len(parts))
	}
	return parts
}

func TestAFormGivesBackEveryPartAsItIsOnFile(t *testing.T) {
	for file, kind := range exampleParts(t) {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		content, err := kind.Read(text)
		if err != nil {
			t.Fatalf("%s: %v", file, err)
		}
		if need, ok := content.(*models.Need); ok { // the register sets these
			for i := range need.Requirements {
				need.Requirements[i].ChangedAt = nil
			}
		}
		want, err := models.PartBytes(content)
		if err != nil {
			t.Fatal(err)
		}
		f := newForm()
		f.answer(reflect.ValueOf(content).Elem(), "")
		p := &partForm{kind: kind, form: f}
		f.dropEmptyRows(reflect.TypeOf(content).Elem(), "")
		again := p.content()
		r := &reader{form: f}
		r.fill(reflect.ValueOf(again).Elem(), "")
		if err := r.m.Err(); err != nil {
			t.Errorf("%s: the form cannot be read: %v", file, err)
		}
		got, err := models.PartBytes(again)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(string(want), string(got)); diff != "" {
			t.Errorf("%s: the form changed what is on file (-want +got):\n%s", file, diff)
		}
	}
}

func TestEveryFieldOfAPartHasItsQuestionInWords(t *testing.T) {
	var look func(typ reflect.Type)
	look = func(typ reflect.Type) {
		for _, f := range asked(typ) {
			key := typ.Name() + "." + jsonName(f)
			if partLabels[key] == "" {
				t.Errorf("the form has no words for %s: add it to partLabels", key)
			}
			for _, v := range strings.Split(f.Tag.Get("enum"), ",") {
				if v != "" && enumWords[v] == "" && enumWords[jsonName(f)+"="+v] == "" {
					t.Errorf("the form has no words for the answer %q of %s: add it to enumWords", v, key)
				}
			}
			switch elem := pointed(f.Type); {
			case elem.Kind() == reflect.Slice && elem.Elem().Kind() == reflect.Struct:
				if partLabels[elem.Elem().Name()] == "" {
					t.Errorf("the form has no word for one of %s: add %s to partLabels", key, elem.Elem().Name())
				}
				look(elem.Elem())
			case elem.Kind() == reflect.Struct && elem != typeMoney && elem != typeDate && elem != typeTime:
				look(elem)
			}
		}
	}
	for _, kind := range models.Parts {
		look(reflect.TypeOf((&partForm{kind: kind}).content()).Elem())
	}
}

func TestARowThatIsRemovedTakesItsAnswersAlongAndNoOthers(t *testing.T) {
	f := newForm("list.count", "3", "list[0].a", "zero", "list[1].a", "one", "list[1].b", "gone", "list[2].a", "two", "other[1].a", "stays")
	f.removeRow("list", 1)
	want := map[string][]string{"list.count": {"2"}, "list[0].a": {"zero"}, "list[1].a": {"two"}, "other[1].a": {"stays"}}
	if diff := cmp.Diff(want, map[string][]string(f.Values)); diff != "" {
		t.Errorf("the answers are (-want +got):\n%s", diff)
	}
	f.removeRow("list", 7)
	if f.rowCount("list") != 2 {
		t.Error("a row that is not there was removed")
	}
}

func TestAListKeepsEntriesOfSeveralLines(t *testing.T) {
	f := newForm()
	f.answer(reflect.ValueOf(models.Mitigations{Items: []string{"One person.\nA second one is trained.", "Old release."}}), "")
	r := &reader{form: newForm("items", strings.Join(f.Values["items"], "\r\n"))}
	var got models.Mitigations
	r.fill(reflect.ValueOf(&got).Elem(), "")
	if diff := cmp.Diff([]string{"One person.\nA second one is trained.", "Old release."}, got.Items); diff != "" {
		t.Errorf("the entries are (-want +got):\n%s", diff)
	}
}

func TestAnUnknownAnswerIsNeitherYesNorNo(t *testing.T) {
	for answer, want := range map[string]*bool{"yes": ptrTo(true), "no": ptrTo(false), "": nil} {
		var got models.LicenseFact
		(&reader{form: newForm("sourcePublic", answer)}).fill(reflect.ValueOf(&got).Elem(), "")
		if diff := cmp.Diff(want, got.SourcePublic); diff != "" {
			t.Errorf("the answer %q is read as (-want +got):\n%s", answer, diff)
		}
	}
}

func ptrTo[T any](v T) *T { return &v }
