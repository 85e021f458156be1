package spdx

import (
	"regexp"
	"strings"

	"github.com/spdx/tools-golang/spdx/v2/common"
	"github.com/spdx/tools-golang/spdx/v2/v2_3"

	"github.com/ospo-register/ospo/exporters/sbom"
	"github.com/ospo-register/ospo/models"
	"github.com/ospo-register/ospo/packages"
)

const noAssertion = "NOASSERTION"

// pack says a package. What has no field in SPDX 2.3 is in its comment, one fact a line.
func (s *writer) pack(p *models.SBOMPackage, ordinal int32) *v2_3.Package {
	name := sbom.Line(p.Name)
	if name == "" {
		name = noAssertion
	}
	out := &v2_3.Package{
		PackageName: name, PackageSPDXIdentifier: common.ElementID(s.doc.Ref(ordinal)), PackageVersion: orUnknown(p, models.UnknownVersion, sbom.Line(p.Version)),
		PackageFileName: orUnknown(p, models.UnknownFileName, sbom.Line(p.FileName)), PackageDownloadLocation: download(p.Download),
		PackageCopyrightText: orUnknown(p, models.UnknownCopyright, sbom.Valid(p.Copyright)), PackageHomePage: sbom.Line(p.Homepage),
		PackageSourceInfo: sbom.Valid(p.Source), PackageSummary: sbom.Valid(p.Description),
	}
	var rest remarks
	out.PrimaryPackagePurpose = purpose(p.Purpose, &rest)
	s.parties(p, out, &rest)
	s.license(p, out)
	for _, c := range p.Checksums {
		algorithm, known := algorithms[bare(c.Algorithm)]
		if !known || !hexadecimal.MatchString(c.Hex) {
			rest.add("Checksum", c.Algorithm+" "+c.Hex)
			continue
		}
		out.PackageChecksums = append(out.PackageChecksums, common.Checksum{Algorithm: algorithm, Value: strings.ToLower(c.Hex)})
	}
	out.PackageExternalReferences = references(p, &rest)
	for _, t := range traits {
		if p.Traits&t.trait != 0 {
			rest.add("Property", t.word)
		}
	}
	out.PackageComment = strings.Join(rest, "\n")
	return out
}

// remarks are lines of a package's comment.
type remarks []string

func (r *remarks) add(what, text string) {
	if text = sbom.Line(text); text != "" {
		*r = append(*r, what+": "+text)
	}
}

var traits = []struct {
	trait models.Trait
	word  string
}{
	{models.Executable, "executable"}, {models.NotExecutable, "non-executable"}, {models.Archive, "archive"},
	{models.NotArchive, "no archive"}, {models.Structured, "structured"}, {models.Unstructured, "unstructured"},
}

// orUnknown is the text, or NOASSERTION where the document says that it is not known. Silence stays silence.
func orUnknown(p *models.SBOMPackage, fact models.Unknown, text string) string {
	if text == "" && p.Unknowns&fact != 0 {
		return noAssertion
	}
	return text
}

func download(text string) string {
	if text = sbom.Line(text); text != "" {
		return text
	}
	return noAssertion // SPDX 2.3, 7.7: this one must not be missing
}

// purposes of SPDX 2.3, 7.24, as its JSON schema spells them.
var purposes = map[string]string{
	"APPLICATION": "APPLICATION", "FRAMEWORK": "FRAMEWORK", "LIBRARY": "LIBRARY", "CONTAINER": "CONTAINER", "OPERATING-SYSTEM": "OPERATING_SYSTEM",
	"OPERATING_SYSTEM": "OPERATING_SYSTEM", "DEVICE": "DEVICE", "FIRMWARE": "FIRMWARE", "SOURCE": "SOURCE", "ARCHIVE": "ARCHIVE", "FILE": "FILE", "INSTALL": "INSTALL", "OTHER": "OTHER",
}

func purpose(text string, rest *remarks) string {
	if text == "" || purposes[text] != "" {
		return purposes[text]
	}
	rest.add("Purpose", text)
	return "OTHER"
}

func (s *writer) parties(p *models.SBOMPackage, out *v2_3.Package, rest *remarks) {
	supplier, originator := sbom.Line(p.Supplier), sbom.Line(p.Originator)
	contact := sbom.Line(p.Contact)
	written := false
	mailOf := func() string {
		if written || !sbom.IsMail(contact) {
			return ""
		}
		written = true
		return contact
	}
	switch {
	case originator != "" && originator != noAssertion:
		out.PackageOriginator = &common.Originator{OriginatorType: "Organization", Originator: party(originator, mailOf(), "Organization")}
	case p.Unknowns&models.UnknownOriginator != 0:
		out.PackageOriginator = &common.Originator{Originator: noAssertion}
	}
	switch {
	case supplier != "" && supplier != noAssertion:
		out.PackageSupplier = &common.Supplier{SupplierType: "Organization", Supplier: party(supplier, mailOf(), "Organization")}
	case p.Unknowns&models.UnknownSupplier != 0:
		out.PackageSupplier = &common.Supplier{Supplier: noAssertion}
	}
	if !written {
		rest.add("Contact", contact)
	}
}

func (s *writer) license(p *models.SBOMPackage, out *v2_3.Package) {
	declared, concluded := s.licenses.Say(p.Declared), s.licenses.Say(p.Concluded)
	out.PackageLicenseDeclared, out.PackageLicenseConcluded = declared.Text, concluded.Text
	var comments []string
	if declared.Stated != "" {
		comments = append(comments, "Declared as stated: "+sbom.Valid(declared.Stated))
	}
	if concluded.Stated != "" {
		comments = append(comments, "Concluded as stated: "+sbom.Valid(concluded.Stated))
	}
	out.PackageLicenseComments = strings.Join(comments, "\n")
}

var hexadecimal = regexp.MustCompile(`^[0-9a-fA-F]+$`)

// bare is the name of an algorithm without what generators spell in different ways.
func bare(name string) string { return strings.ToUpper(strings.ReplaceAll(name, "-", "")) }

// algorithms of SPDX 2.3, 7.10, by their bare name.
var algorithms = func() map[string]common.ChecksumAlgorithm {
	known := map[string]common.ChecksumAlgorithm{}
	for _, a := range []common.ChecksumAlgorithm{
		common.SHA1, common.SHA224, common.SHA256, common.SHA384, common.SHA512, common.SHA3_256, common.SHA3_384, common.SHA3_512,
		common.BLAKE2b_256, common.BLAKE2b_384, common.BLAKE2b_512, common.BLAKE3, common.MD2, common.MD4, common.MD5, common.MD6, common.ADLER32,
	} {
		known[bare(string(a))] = a
	}
	return known
}()

// schemes are where SPDX 2.3, annex F, has the identifiers we know.
var schemes = map[string]struct{ category, kind string }{
	"swid": {common.CategorySecurity, common.TypeSecuritySwid}, "swhid": {common.CategoryPersistentId, common.TypePersistentIdSwh},
	"gitoid": {common.CategoryPersistentId, common.TypePersistentIdGitoid}, "omnibor": {common.CategoryPersistentId, common.TypePersistentIdGitoid},
	"uuid": {common.CategoryOther, "uuid"},
}

// references writes identifiers whose locator can stand as one; the others are remarks.
func references(p *models.SBOMPackage, rest *remarks) []*v2_3.PackageExternalReference {
	var list []*v2_3.PackageExternalReference
	add := func(what, category, kind, locator string, sound bool) {
		if locator == "" {
			return
		}
		if !sound || !sbom.OneWord(locator) {
			rest.add(what, locator)
			return
		}
		list = append(list, &v2_3.PackageExternalReference{Category: category, RefType: kind, Locator: locator})
	}
	_, err := packages.ParsePURL(p.PURL)
	add("Package URL", common.CategoryPackageManager, common.TypePackageManagerPURL, p.PURL, err == nil)
	for _, c := range p.CPEs {
		kind := common.TypeSecurityCPE23Type
		if strings.HasPrefix(strings.ToLower(c), "cpe:/") {
			kind = common.TypeSecurityCPE22Type
		}
		_, err := packages.ParseCPE(c)
		add("CPE", common.CategorySecurity, kind, c, err == nil)
	}
	for _, i := range p.Identifiers {
		scheme, known := schemes[i.Scheme]
		add(i.Scheme, scheme.category, scheme.kind, i.Value, known)
	}
	add("Security contact", common.CategorySecurity, common.TypeSecurityUrl, p.Security, sbom.IsURL(p.Security))
	return list
}
