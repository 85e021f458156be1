package dcat

import (
	"strings"

	"github.com/ospo-register/ospo/importers/rdf"
)

const (
	rdfNS   = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
	rdfsNS  = "http://www.w3.org/2000/01/rdf-schema#"
	dcatNS  = "http://www.w3.org/ns/dcat#"
	dcatAP  = "http://data.europa.eu/r5r/"
	dcatUS  = "http://resources.data.gov/ontology/dcat-us#"
	dct     = "http://purl.org/dc/terms/"
	dc      = "http://purl.org/dc/elements/1.1/"
	adms    = "http://www.w3.org/ns/adms#"
	admssw  = "http://purl.org/adms/sw/"
	foaf    = "http://xmlns.com/foaf/0.1/"
	vcard   = "http://www.w3.org/2006/vcard/ns#"
	skos    = "http://www.w3.org/2004/02/skos/core#"
	owl     = "http://www.w3.org/2002/07/owl#"
	prov    = "http://www.w3.org/ns/prov#"
	doap    = "http://usefulinc.com/ns/doap#"
	schema  = "http://schema.org/"
	schemaS = "https://schema.org/"
	hydra   = "http://www.w3.org/ns/hydra/core#"
	pod     = "https://project-open-data.cio.gov/v1.1/schema#"
	trove   = "http://sw.joinup.eu/trove#"
	codem   = "https://codemeta.github.io/terms/"
)

// software are the types of entries that say themselves that they are assets or software.
var software = []string{
	adms + "Asset", adms + "SemanticAsset", dcatNS + "Asset", admssw + "SoftwareProject", admssw + "SoftwarePackage", admssw + "SoftwareRepository", doap + "Project",
	schema + "SoftwareSourceCode", schemaS + "SoftwareSourceCode", schema + "SoftwareApplication", schemaS + "SoftwareApplication",
	"http://data.europa.eu/dr8/DigitalSolution",
}

// terms are what JSON-LD of catalogues leaves to contexts elsewhere: those of DCAT-AP, DCAT-US and Project Open Data, and common prefixes.
var terms = func() map[string]rdf.Definition {
	out := map[string]rdf.Definition{"id": {IRI: "@id"}, "type": {IRI: "@type"}}
	for prefix, space := range map[string]string{
		"rdf": rdfNS, "rdfs": rdfsNS, "dcat": dcatNS, "dcatap": dcatAP, "dcat-us": dcatUS, "dct": dct, "dcterms": dct, "dc": dc, "adms": adms, "admssw": admssw, "foaf": foaf,
		"vcard": vcard, "v": vcard, "skos": skos, "owl": owl, "prov": prov, "doap": doap, "schema": schema, "hydra": hydra, "pod": pod, "xsd": "http://www.w3.org/2001/XMLSchema#", "codemeta": codem,
	} {
		out[prefix+":"] = rdf.Definition{IRI: space}
	}
	for space, names := range map[string][]string{
		dct:    {"title", "description", "identifier", "issued", "modified", "created", "alternative", "provenance", "source", "format"},
		dcatNS: {"keyword", "version", "Catalog", "Dataset", "Distribution", "Resource", "DataService", "CatalogRecord", "Asset", "byteSize", "mediaType"},
		adms:   {"versionNotes", "sample"},
		vcard:  {"fn", "hasEmail", "hasTelephone", "organization-name", "Kind", "Individual", "Organization"},
		foaf:   {"name", "Agent"},
		pod:    {"accessLevel", "bureauCode", "programCode", "dataQuality"},
		hydra:  {"totalItems", "PagedCollection", "PartialCollectionView"},
		skos:   {"prefLabel", "altLabel", "notation", "Concept"},
		rdfsNS: {"label"},
	} {
		for _, name := range names {
			out[name] = rdf.Definition{IRI: space + name}
		}
	}
	for space, names := range map[string][]string{
		dct:    {"publisher", "creator", "license", "language", "spatial", "conformsTo", "relation", "accessRights", "accrualPeriodicity", "isPartOf", "isVersionOf", "hasPart"},
		dcatNS: {"dataset", "distribution", "contactPoint", "landingPage", "accessURL", "downloadURL", "theme", "record", "catalog", "resource"},
		adms:   {"status", "includedAsset"},
		vcard:  {"hasURL"},
		foaf:   {"homepage", "page", "logo", "primaryTopic"},
		prov:   {"wasDerivedFrom"},
		schema: {"codeRepository"},
		hydra:  {"next", "nextPage", "previous", "first", "last", "view", "member"},
	} {
		for _, name := range names {
			d := rdf.Definition{IRI: space + name, Refers: true}
			out[name], out[d.IRI] = d, rdf.Definition{Refers: true}
		}
	}
	for _, name := range []string{"title", "description", "keyword", "abstract", "prefLabel", "altLabel", "label"} {
		out[name+"Map"] = out[name] // DCAT-US 3
	}
	for theirs, name := range dcatAPNames {
		out[theirs] = out[name]
	}
	for _, class := range []string{"Catalogue", "Catalog", "CatalogueRecord", "Dataset", "DatasetSeries", "DataService", "Distribution", "Agent", "Concept", "Kind", "Identifier"} {
		for name, d := range out {
			if !strings.ContainsAny(name, ".:") {
				out[class+"."+name] = d
			}
		}
	}
	return out
}()

// dcatAPNames are the names of the contexts of DCAT-AP 3 that differ from those of the vocabularies. Before them they may have the class and a full stop.
var dcatAPNames = map[string]string{
	"Catalogue": "Catalog", "CatalogueRecord": "CatalogRecord", "CataloguedResource": "Resource", "releaseDate": "issued", "listingDate": "issued", "modificationDate": "modified",
	"geographicalCoverage": "spatial", "datasetDistribution": "distribution", "accessUrl": "accessURL", "downloadUrl": "downloadURL", "licence": "license", "preferredLabel": "prefLabel",
	"documentation": "page", "relatedResource": "relation", "otherIdentifier": "identifier", "frequency": "accrualPeriodicity", "catalogue": "catalog",
}
