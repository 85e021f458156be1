package cyclonedx

import (
	"regexp"
	"strings"

	cdx "github.com/CycloneDX/cyclonedx-go"

	"github.com/ospo-register/ospo/exporters/sbom"
	"github.com/ospo-register/ospo/models"
	"github.com/ospo-register/ospo/packages"
)

// mostVersion is how many characters the schema lets a version have.
const mostVersion = 1024

// component says a package, with the relationships that begin at it and have no place elsewhere.
func (s *writer) component(p *models.SBOMPackage, ordinal int32, outgoing []models.Edge) cdx.Component {
	name := sbom.Line(p.Name)
	if name == "" {
		name = "unnamed"
	}
	version := sbom.Line(p.Version)
	var rest []cdx.Property
	c := cdx.Component{BOMRef: s.doc.Ref(ordinal), Name: name, Version: sbom.Cut(version, mostVersion), Copyright: sbom.Valid(p.Copyright), Description: sbom.Valid(p.Description)}
	if c.Version != version {
		addProperty(&rest, "ospo:version", version)
	}
	c.Type = kind(p.Purpose, &rest)
	if s.excluded[ordinal] {
		c.Scope = cdx.ScopeExcluded
	}
	parties(p, &c, &rest)
	identify(p, &c, &rest)
	c.Hashes = hashes(p, &rest)
	s.license(p, &c, &rest)
	c.ExternalReferences = references(p, &rest)
	describe(p, &rest)
	c.Properties = some(s.relations(outgoing, rest))
	return c
}

// kinds are the types of CycloneDX 1.6 by SPDX purpose, and by their own names in upper case.
var kinds = map[string]cdx.ComponentType{
	"APPLICATION": cdx.ComponentTypeApplication, "FRAMEWORK": cdx.ComponentTypeFramework, "LIBRARY": cdx.ComponentTypeLibrary, "CONTAINER": cdx.ComponentTypeContainer,
	"OPERATING-SYSTEM": cdx.ComponentTypeOS, "DEVICE": cdx.ComponentTypeDevice, "FIRMWARE": cdx.ComponentTypeFirmware, "FILE": cdx.ComponentTypeFile,
	"PLATFORM": cdx.ComponentTypePlatform, "DEVICE-DRIVER": cdx.ComponentTypeDeviceDriver, "MACHINE-LEARNING-MODEL": cdx.ComponentTypeMachineLearningModel,
	"DATA": cdx.ComponentTypeData, "CRYPTOGRAPHIC-ASSET": cdx.ComponentTypeCryptographicAsset,
}

// kind is library where nothing fits: CycloneDX 1.6 wants a type of everything and says to take this one.
func kind(purpose string, rest *[]cdx.Property) cdx.ComponentType {
	if k, known := kinds[purpose]; known {
		return k
	}
	addProperty(rest, "ospo:purpose", purpose)
	return cdx.ComponentTypeLibrary
}

func parties(p *models.SBOMPackage, c *cdx.Component, rest *[]cdx.Property) {
	contact := sbom.Line(p.Contact)
	reachable := sbom.IsMail(contact) || sbom.IsURL(contact)
	if name := sbom.Line(p.Originator); name != "" && name != "NOASSERTION" {
		c.Manufacturer = entity(name, contact)
	}
	if name := sbom.Line(p.Supplier); name != "" && name != "NOASSERTION" {
		c.Supplier = entity(name, "")
		if c.Manufacturer == nil {
			c.Supplier = entity(name, contact)
		}
	}
	if !reachable || c.Manufacturer == nil && c.Supplier == nil {
		addProperty(rest, "ospo:contact", contact)
	}
}

// identify writes what a component is known by. There is room for one CPE and one SWID tag; more are properties.
func identify(p *models.SBOMPackage, c *cdx.Component, rest *[]cdx.Property) {
	if _, err := packages.ParsePURL(p.PURL); err == nil && sbom.OneWord(p.PURL) {
		c.PackageURL = p.PURL
	} else {
		addProperty(rest, "ospo:purl", p.PURL)
	}
	for _, text := range p.CPEs {
		if _, err := packages.ParseCPE(text); err == nil && c.CPE == "" && sbom.OneWord(text) {
			c.CPE = text
		} else {
			addProperty(rest, "ospo:cpe", text)
		}
	}
	var omnibor, swhids []string
	for _, i := range p.Identifiers {
		value := sbom.Line(i.Value)
		switch {
		case value == "":
		case i.Scheme == "swid" && c.SWID == nil:
			c.SWID = &cdx.SWID{TagID: value, Name: c.Name}
		case i.Scheme == "swhid":
			swhids = append(swhids, value)
		case i.Scheme == "gitoid" || i.Scheme == "omnibor":
			omnibor = append(omnibor, value)
		default:
			addProperty(rest, "ospo:identifier:"+sbom.Line(i.Scheme), value)
		}
	}
	c.OmniborID, c.SWHID = some(omnibor), some(swhids)
}

var digest = regexp.MustCompile(`^([a-fA-F0-9]{32}|[a-fA-F0-9]{40}|[a-fA-F0-9]{64}|[a-fA-F0-9]{96}|[a-fA-F0-9]{128})$`)

// algorithms of CycloneDX 1.6 by their name in upper case without hyphens.
var algorithms = func() map[string]cdx.HashAlgorithm {
	known := map[string]cdx.HashAlgorithm{}
	for _, a := range []cdx.HashAlgorithm{
		cdx.HashAlgoMD5, cdx.HashAlgoSHA1, cdx.HashAlgoSHA256, cdx.HashAlgoSHA384, cdx.HashAlgoSHA512, cdx.HashAlgoSHA3_256, cdx.HashAlgoSHA3_384,
		cdx.HashAlgoSHA3_512, cdx.HashAlgoBlake2b_256, cdx.HashAlgoBlake2b_384, cdx.HashAlgoBlake2b_512, cdx.HashAlgoBlake3,
	} {
		known[bare(string(a))] = a
	}
	return known
}()

func bare(name string) string { return strings.ToUpper(strings.ReplaceAll(name, "-", "")) }

func hashes(p *models.SBOMPackage, rest *[]cdx.Property) *[]cdx.Hash {
	var list []cdx.Hash
	for _, c := range p.Checksums {
		algorithm, known := algorithms[bare(c.Algorithm)]
		if !known || !digest.MatchString(c.Hex) {
			addProperty(rest, "ospo:checksum:"+sbom.Line(c.Algorithm), c.Hex)
			continue
		}
		list = append(list, cdx.Hash{Algorithm: algorithm, Value: strings.ToLower(c.Hex)})
	}
	return some(list)
}

func references(p *models.SBOMPackage, rest *[]cdx.Property) *[]cdx.ExternalReference {
	var list []cdx.ExternalReference
	add := func(kind cdx.ExternalReferenceType, address, otherwise string) {
		switch {
		case address == "" || address == "NOASSERTION":
		case sbom.IsURL(address):
			list = append(list, cdx.ExternalReference{Type: kind, URL: address})
		default:
			addProperty(rest, otherwise, address)
		}
	}
	add(cdx.ERTypeDistribution, p.Download, "ospo:download")
	add(cdx.ERTypeWebsite, p.Homepage, "ospo:homepage")
	add(cdx.ERTypeVCS, p.Source, "ospo:source")
	add(cdx.ERTypeSecurityContact, p.Security, "ospo:security")
	return some(list)
}

// traits are the properties of a deployable file in the words of the BSI's taxonomy for TR-03183-2, 5.2.2.
var traits = []struct {
	trait       models.Trait
	name, value string
}{
	{models.Executable, "bsi:component:executable", "executable"}, {models.NotExecutable, "bsi:component:executable", "non-executable"},
	{models.Archive, "bsi:component:archive", "archive"}, {models.NotArchive, "bsi:component:archive", "no archive"},
	{models.Structured, "bsi:component:structured", "structured"}, {models.Unstructured, "bsi:component:structured", "unstructured"},
}

// unknowns are what the document says it does not know: CycloneDX has no word for that.
var unknowns = []struct {
	fact models.Unknown
	name string
}{
	{models.UnknownSupplier, "supplier"}, {models.UnknownOriginator, "originator"}, {models.UnknownVersion, "version"}, {models.UnknownIdentifier, "identifier"},
	{models.UnknownChecksum, "checksum"}, {models.UnknownDownload, "download"}, {models.UnknownCopyright, "copyright"}, {models.UnknownFileName, "file-name"},
}

func describe(p *models.SBOMPackage, rest *[]cdx.Property) {
	addProperty(rest, "bsi:component:filename", p.FileName)
	for _, t := range traits {
		if p.Traits&t.trait != 0 {
			addProperty(rest, t.name, t.value)
		}
	}
	for _, u := range unknowns {
		if p.Unknowns&u.fact != 0 {
			addProperty(rest, "ospo:unknown", u.name)
		}
	}
}
