package texts

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/licensecheck"

	"github.com/ospo-register/ospo/licenses"
)

// sameWords are identifiers whose text is that of another one, which is what Identify says.
var sameWords = map[string]string{
	"CAL-1.0-Combined-Work-Exception": "CAL-1.0",
	"MPL-2.0-no-copyleft-exception":   "MPL-2.0",
	"OFL-1.0-RFN":                     "OFL-1.0", "OFL-1.0-no-RFN": "OFL-1.0",
	"OFL-1.1-RFN": "OFL-1.1", "OFL-1.1-no-RFN": "OFL-1.1",
}

// asItself is what Identify is to say of the text of a licence.
func asItself(license licenses.License) string {
	id, addition := license.ID, ""
	if next, err := licenses.Parse(license.Successor); err == nil && license.Successor != "" {
		id, addition = next.Leaf().ID, next.Leaf().Addition
	}
	if same, ok := sameWords[id]; ok {
		return same
	}
	for _, family := range []string{"AGPL-", "GFDL-", "GPL-", "LGPL-"} {
		if strings.HasPrefix(id, family) { // the text is the same, the choice of versions is not in it
			version, _, _ := strings.Cut(strings.TrimPrefix(id, family), "-")
			id = family + version + "-only"
			break
		}
	}
	return licenses.Leaf{ID: id, Addition: addition}.String()
}

func TestEveryListedTextIsIdentifiedAsItself(t *testing.T) {
	for _, license := range licenses.All() {
		text, _ := Text(license.ID)
		match := Identify(text)
		if got, want := match.Expression.String(), asItself(license); got != want {
			t.Errorf("the text of %s is taken for %q, not for %q", license.ID, got, want)
		}
		if !match.Certain || match.Coverage < CertainFrom {
			t.Errorf("the text of %s is not certain (%.1f %%)", license.ID, match.Coverage)
		}
	}
}

// notByScan are licences that licensecheck knows but does not find in the list's own words. Identify finds them by their words alone.
var notByScan = []string{
	"Apache-1.0", "BitTorrent-1.0", "CAL-1.0", "CC-BY-ND-2.5", "CECILL-2.1", "MIT-CMU", "NASA-1.3", "PSF-2.0", "SGI-B-1.0", "mpich2",
}

// scannedAsAnother are licences that licensecheck counts as variants of a better known one, all of it permissive. Word for word they are told apart.
var scannedAsAnother = map[string]string{
	"BSD-2-Clause-Darwin": "BSD-2-Clause", "HPND-Netrek": "HPND", "HPND-export-US": "HPND", "OpenSSL-standalone": "OpenSSL", "dtoa": "HPND", "metamail": "HPND",
}

func TestLicensecheckFindsEveryLicenseItKnowsAndIsNeverCertainOfAnother(t *testing.T) {
	known := map[string]bool{}
	for _, l := range licensecheck.BuiltinLicenses() {
		known[l.ID] = true
	}
	for _, license := range licenses.All() {
		if license.Deprecated {
			continue
		}
		text, _ := Text(license.ID)
		match, want := scan(text), asItself(license)
		if other, ok := scannedAsAnother[license.ID]; ok {
			want = other
		}
		if known[license.ID] && match.Expression.String() != want && !slices.Contains(notByScan, license.ID) && license.ID != "CAL-1.0-Combined-Work-Exception" {
			t.Errorf("licensecheck takes the text of %s for %q, not for %q", license.ID, match.Expression, want)
		}
		if match.Certain && match.Expression.String() != want {
			t.Errorf("licensecheck is certain that the text of %s is %q", license.ID, match.Expression)
		}
	}
}

func TestIdentify(t *testing.T) {
	mit, _ := Text("MIT")
	isc, _ := Text("ISC")
	gpl2, _ := Text("GPL-2.0-only")
	gpl3, _ := Text("GPL-3.0-only")
	apache, _ := Text("Apache-2.0")
	llvm, _ := Text("LLVM-exception")
	classpath, _ := Text("Classpath-exception-2.0")
	const later = "This program is free software: you can redistribute it and/or modify it under the terms of the GNU General Public License as published by the Free " +
		"Software Foundation, either version 3 of the License, or (at your option) any later version.\n\n"
	for _, c := range []struct {
		name, text string
		want       string
		certain    bool
	}{
		{"nothing is nothing", "", "", false},
		{"a letter is nothing", "Dear colleague, please find the software attached.", "", false},
		{"a text in a comment, with a holder", "/*\n * Copyright 2020 Jane Doe\n" + " * " + strings.ReplaceAll(mit, "\n", "\n * ") + "\n */", "MIT", true},
		{"a text in capitals", strings.ToUpper(mit), "MIT", true},
		{"a text without its line breaks", strings.Join(strings.Fields(gpl2), " "), "GPL-2.0-only", true},
		{"two texts", mit + "\n\n" + isc, "ISC AND MIT", true},
		{"two texts of which one may be chosen", "Dual licensed, choose either of:\n" + mit + "\n\n" + isc, "ISC AND MIT", false},
		{"a text with a word against soldiers", mit + "\nNot for military use.", "MIT", false},
		{"a text with a condition in a copyright line", mit + "\nCopyright 2020 Jane Doe, for personal use only", "MIT", false},
		{"a text with the Commons Clause", commons + "\n\n" + mit, "MIT", false},
		{"a text with the Commons Clause in the words of licensecheck", knownCommons.Replace(commons) + "\n\n" + mit, "LicenseRef-CommonsClause AND MIT", false},
		{"a text with a page about something else", mit + strings.Repeat("Lorem ipsum dolor sit amet. ", 5), "MIT", false},
		{"a text and the address of another", mit + "\nhttps://www.apache.org/licenses/LICENSE-2.0\n", "Apache-2.0 AND MIT", false},
		{"an address alone", "http://www.apache.org/licenses/LICENSE-2.0", "Apache-2.0", true},
		{"the notice of the GPL before its text", later + gpl3, "GPL-3.0-or-later", true},
		{"the Apache licence with the exception of LLVM", strings.TrimRight(apache, "\n") + "\n\n\n" + llvm, "Apache-2.0 WITH LLVM-exception", true},
		{"the GPL with an exception that holds only for some files", gpl2 + "\n\nBut only where the file says so:\n" + classpath, "GPL-2.0-only WITH Classpath-exception-2.0", false},
		{"two licences and an exception of one of them", mit + "\n\n" + gpl2 + "\n\n" + classpath, "GPL-2.0-only AND MIT", false},
		{"the GPL with another address", strings.ReplaceAll(gpl3, "https://", "http://"), "GPL-3.0-only", true},
		{"a text cut off by the limit", mit + strings.Repeat(" ", MaxText), "MIT", false},
	} {
		match := Identify(c.text)
		if match.Expression.String() != c.want || match.Certain != c.certain {
			t.Errorf("%s: %q, certain %v (%.1f %%, %+v); want %q, certain %v", c.name, match.Expression, match.Certain, match.Coverage, match.Parts, c.want, c.certain)
		}
	}
}

// Each of these has a coverage near 100 for licensecheck, which lets copyright lines and places for names hold anything.
func TestIdentifyIsNeverCertainOfALicenceWithAWordAddedToItsTerms(t *testing.T) {
	whole, _ := Text("MIT")
	bsd, _ := Text("BSD-3-Clause")
	mit := whole[strings.Index(whole, "Permission is hereby"):]
	insert := func(text, before, words string) string {
		if !strings.Contains(text, before) {
			t.Fatalf("there is no %q", before)
		}
		return strings.Replace(text, before, words+before, 1)
	}
	for name, text := range map[string]string{
		"a condition in a copyright line before the whole text": "Copyright (c) 2020 ACME, not for commercial use\n" + whole,
		"a condition in the copyright line":                     "Copyright (c) 2020 ACME, not for commercial use\n\n" + mit,
		"a condition between copyright and text":                "Copyright (c) 2020 ACME\nNot for commercial use.\n\n" + mit,
		"a condition on the line after the copyright's":         "Copyright (c) 2020 ACME,\nuse by the army\nexcluded\n\n" + mit,
		"a limit to some people":                                "Copyright 2020 ACME - licensed to schools only\n\n" + mit,
		"a limit in German":                                     "(c) 2020 ACME, nur für private Zwecke\n\n" + mit,
		"a limit in French":                                     "© 2020 ACME, usage non commercial uniquement\n\n" + mit,
		"a limit in Dutch":                                      "MIT License\n\n© 2020 ACME (alleen voor onderwijs)\n\n" + mit,
		"a limit in Spanish":                                    "Copyright 2020 ACME, uso comercial prohibido\n\n" + mit,
		"a limit in Italian":                                    "Copyright 2020 ACME, esclusivamente per uso privato\n\n" + mit,
		"a choice in the copyright line":                        "Copyright 2020 ACME, MIT or commercial\n\n" + mit,
		"all rights reserved but for some":                      "Copyright 2020 ACME. All rights reserved except for students.\n\n" + mit,
		"a condition where the conditions begin":                insert(mit, "The above copyright", "No military use. "),
		"a condition behind the text":                           mit + "\nProvided it is never used in weapons.",
		"a condition in a copyright line behind the text":       mit + "\nCopyright 2020 ACME. Commercial users must pay.",
		"a condition where a name may stand":                    insert(bsd, "nor the names", "(who must be paid a fee) "),
		"a condition where another name may stand":              insert(bsd, "THE COPYRIGHT HOLDERS AND", "ACME, WHICH FORBIDS MILITARY USE, "),
		"a condition in a company's name":                       "Copyright 2020 ACME, use Limited to schools\n\n" + mit,
	} {
		if match := Identify(text); match.Certain {
			t.Errorf("%s: certain of %s (%.1f %%)", name, match.Expression, match.Coverage)
		}
	}
	for name, text := range map[string]string{
		"all rights reserved":             "Copyright (c) 2020 ACME. All rights reserved.\n\n" + mit,
		"all rights reserved, in Spanish": "Copyright (c) 2020 ACME. Todos los derechos reservados.\n\n" + mit,
		"a company that is limited":       "Copyright (c) 2020 Arm Limited\nCopyright 2019-2021 Arm (UK) Limited. All rights reserved.\n\n" + mit,
		"a company with affiliates":       "Copyright Amazon.com, Inc. or its affiliates. All Rights Reserved.\n\n" + mit,
		"several holders":                 "Copyright (c) 2020 Jane Doe <jane@doe.test>\nCopyright (c) 2021 The Authors, see AUTHORS\n\n" + mit,
		"the name of an author":           insert(strings.Replace(bsd, "Neither the name of the copyright holder nor the names of its contributors may be used", "The name of the author may not be used", 1), "Redistribution and use", "Copyright (c) 2020 Jane Doe\n\n"),
	} {
		if match := Identify(text); !match.Certain {
			t.Errorf("%s: not certain of %s (%.1f %%, %+v)", name, match.Expression, match.Coverage, match.Parts)
		}
	}
}

// The clause as licensecheck knows it differs in two places from the clause as most use it.
var knownCommons = strings.NewReplacer(" (including without limitation fees for hosting or consulting/ support services related to the Software)", "",
	"a product or service whose value derives, entirely or substantially, from the functionality of the Software",
	"a product or service that consists, entirely or substantially, of the Software or the functionality of the Software", "Commons Clause License", "Commons Cause License")

const commons = `The Software is provided to you by the Licensor under the License, as defined below, subject to the following condition.

Without limiting other conditions in the License, the grant of rights under the License will not include, and the License does not grant to you, the right to Sell the Software.

For purposes of the foregoing, "Sell" means practicing any or all of the rights granted to you under the License to provide to third parties, for a fee or other consideration (including without limitation fees for hosting or consulting/ support services related to the Software), a product or service whose value derives, entirely or substantially, from the functionality of the Software. Any license notice or attribution required by the License must also include this Commons Clause License Condition notice.`

// What real SBOM documents bring along as texts. Most of it is no licence but the name of some.
func TestIdentifyOnTextsOfRealDocuments(t *testing.T) {
	type answer struct {
		Expression string
		Certain    bool
	}
	want := map[string]answer{
		"beerware-short.txt": {"Beerware", true},
		"beerware.txt":       {"Beerware", false}, // with a paragraph about why
		"bristol.txt":        {"BSD-3-Clause", true},
		"cyberneko.txt":      {"Apache-1.1", false}, // names another foundation in its conditions
		"grddl.txt":          {"BSD-3-Clause", true},
		"hp-jena.txt":        {"BSD-3-Clause", true},
		"openssl.txt":        {"OpenSSL", false}, // says that it is two licences
	}
	files, err := filepath.Glob("testdata/refs/*.txt")
	if err != nil || len(files) != 19 {
		t.Fatalf("%d files, %v", len(files), err)
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		match := Identify(string(text))
		if diff := cmp.Diff(want[filepath.Base(file)], answer{match.Expression.String(), match.Certain}); diff != "" {
			t.Errorf("%s (-want +got):\n%s", file, diff)
		}
	}
}

func TestIdentifyMayBeAskedBySeveralAtOnce(t *testing.T) {
	mit, _ := Text("MIT")
	var wait sync.WaitGroup
	for range 8 {
		wait.Go(func() {
			if match := Identify("x " + mit); match.Expression.String() != "MIT" {
				t.Errorf("took it for %q", match.Expression)
			}
		})
	}
	wait.Wait()
}

func FuzzIdentify(f *testing.F) {
	mit, _ := Text("MIT")
	Identify(mit[100:]) // the first use takes long, under the fuzzer too long for one input
	files, err := filepath.Glob("testdata/refs/*.txt")
	if err != nil {
		f.Fatal(err)
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(string(text))
	}
	for _, text := range []string{"", mit, mit[100:], "http://www.apache.org/licenses/LICENSE-2.0", "\xff\x00copyright", "(c)", "İ how to apply these terms"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		match := Identify(text)
		at := 0
		for _, part := range match.Parts {
			if part.Start < at || part.End < part.Start || part.End > len(text) {
				t.Fatalf("part %+v after byte %d of %d", part, at, len(text))
			}
			at = part.End
		}
		if match.Certain && (match.Expression.IsZero() || match.Coverage < CertainFrom) {
			t.Fatalf("certain of %q by %.1f %%", match.Expression, match.Coverage)
		}
		if match.Coverage < 0 || match.Coverage > 100 {
			t.Fatalf("coverage %v", match.Coverage)
		}
		if again, err := licenses.Parse(match.Expression.String()); !match.Expression.IsZero() && (err != nil || !again.Equal(match.Expression)) {
			t.Fatalf("%q does not parse back: %v", match.Expression, err)
		}
	})
}

func BenchmarkIdentify(b *testing.B) {
	gpl, _ := Text("GPL-3.0-only")
	Identify("x")
	for _, c := range []struct{ name, text string }{{"the very words", gpl}, {"other words", gpl[:len(gpl)-200]}} {
		b.Run(c.name, func(b *testing.B) {
			b.SetBytes(int64(len(c.text)))
			for b.Loop() {
				Identify(c.text)
			}
		})
	}
}
