// Package cyclonedx reads CycloneDX documents of versions 1.0 to 1.7 in JSON and XML and says what each one holds:
// components one by one, the dependencies between them, the licence texts, and a list of findings.
//
// It salvages instead of refusing: a value of the wrong type costs that value, not the document, and becomes a finding with a
// stable rule id (see sbom.Rules), a severity and a pointer. What the register does not keep (vulnerabilities, services,
// formulation and more) is named and counted in the findings. Only what is no SBOM at all, empty or over a limit is refused.
//
// It stores nothing, fetches nothing, checks no signature, judges no licence and never trusts a file name.
//
// JSON goes through a streaming reader that holds no document in memory. XML is turned into the JSON that says the same and
// goes through the same reader. On every document that CycloneDX/cyclonedx-go reads rightly, ours must say the same:
// differential_test.go holds them together.
//
// Start at Read; component is where a component becomes a package.
package cyclonedx
