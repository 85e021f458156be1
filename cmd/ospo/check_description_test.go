package main

import (
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

const checkedPubliccode = `publiccodeYmlVersion: "0.7"
name: Medusa
url: https://example.org/agency/medusa.git
logo: logo.svg
platforms: [web]
developmentStatus: stabel
softwareType: standalone/web
description:
  en:
    shortDescription: A register of things
    longDescription: A register of things that many people would like to find again, made by an agency for agencies, with everything that is asked for by those who look for it.
    features: [Finds things]
legal:
  license: EUPL-1.2
maintenance:
  type: none
localisation:
  localisationReady: true
  availableLanguages: [en]
`

func publiccodeFile(t *testing.T, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "publiccode.yml")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestCheckNamesTheLinesOfAPubliccodeThatAreWrong(t *testing.T) {
	file := publiccodeFile(t, checkedPubliccode)
	var out strings.Builder
	err := (&checkCommand{Files: []string{file}}).Run(t.Context(), nil, &out)
	var status quiet
	if !errors.As(err, &status) || status != 1 {
		t.Errorf("the exit status is %v, want 1", err)
	}
	for _, want := range []string{"publiccode.yml: refused\n", "publiccode.yml, 0.7: 1 mistake, 0 warnings, 0 notes\n", file + ":6:20: error: “stabel” is not allowed here. Perhaps “stable” is meant"} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("%q is not in\n%s", want, out.String())
		}
	}
}

func TestCheckIsContentWithASoundPubliccode(t *testing.T) {
	var out strings.Builder
	in := strings.NewReader(strings.Replace(checkedPubliccode, "stabel", "stable", 1))
	if err := (&checkCommand{Files: []string{"-"}}).Run(t.Context(), in, &out); err != nil || !strings.HasPrefix(out.String(), "standard input: accepted\n  publiccode.yml, 0.7: 0 mistakes") {
		t.Errorf("%v\n%s", err, out.String())
	}
}

func TestCheckLooksInTheRepositoryForTheFilesOfAPubliccode(t *testing.T) {
	file := publiccodeFile(t, strings.Replace(checkedPubliccode, "stabel", "stable", 1))
	if err := os.Mkdir(filepath.Join(filepath.Dir(file), ".git"), 0o700); err != nil {
		t.Fatal(err)
	}
	var out strings.Builder
	if err := (&checkCommand{Files: []string{file}, JSON: true}).Run(t.Context(), nil, &out); err == nil {
		t.Error("a missing logo is a mistake")
	}
	var line struct {
		Kind, Version, Verdict string
		Remarks                []struct {
			Rule, Key    string
			Line, Column int
		}
	}
	if err := json.Unmarshal([]byte(out.String()), &line); err != nil {
		t.Fatal(err)
	}
	if line.Kind != "description" || line.Version != "0.7" || line.Verdict != "refused" || len(line.Remarks) != 1 || line.Remarks[0].Rule != "missing-file" || line.Remarks[0].Line != 4 || line.Remarks[0].Column != 7 {
		t.Errorf("the line says %+v", line)
	}
}

func TestCheckReadsTheListOfAnAgency(t *testing.T) {
	entry := `{"name": "Desk", "repositoryURL": "https://code.example.gov/desk", "description": "A desk.", "permissions": {"licenses": [], "usageType": ["sometimes"]}, "laborHours": 12}`
	var out strings.Builder
	in := strings.NewReader("{\"agency\": \"DOX\", \"version\": \"2.0.0\", \"measurementType\": {\"method\": \"projects\"}, \"releases\": [\n" + entry + ",\n" + entry + "]}")
	_ = (&checkCommand{Files: []string{"-"}}).Run(t.Context(), in, &out)
	for _, want := range []string{"  code.json of 2 pieces of software, 2.0.0: ", "standard input:2:", "standard input:3:", "sometimes"} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("%q is not in\n%s", want, out.String())
		}
	}
}
