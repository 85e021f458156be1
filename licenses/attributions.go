package licenses

// Attribution names whose data the answers of this package rest on, where their licence asks that it be shown.
type Attribution struct {
	Data    string // what they are
	Holder  string // copyright, as the holder writes it
	License Leaf
	URL     string
}

// Attributions lists the data of others that are built in. Whoever shows facts, duties or compatibility shows these beside them or one click away
// (CC-BY-4.0, section 3(a); CC-BY-3.0, section 4(b)).
func Attributions() []Attribution {
	return []Attribution{
		{"SPDX licence list " + ListVersion().Number, "SPDX", Leaf{ID: "CC0-1.0"}, "https://spdx.org/licenses/"},
		{"categories of LicenseDB", "© nexB Inc. and others (AboutCode)", Leaf{ID: "CC-BY-4.0"}, "https://scancode-licensedb.aboutcode.org"},
		{"licence compatibility matrix of " + theMatrix().date, "© Open Source Automation Development Lab (OSADL) eG", Leaf{ID: "CC-BY-4.0"}, "https://www.osadl.org/fileadmin/checklists/matrix.html"},
		{"some facts about duties", "© GitHub, Inc. and contributors (choosealicense.com)", Leaf{ID: "CC-BY-3.0"}, "https://choosealicense.com"},
	}
}
