package national

import (
	"io"
	"strconv"
)

// flushAt is how much is gathered before it is written.
const flushAt = 32 << 10

// writer gathers text. Nothing that is written needs escaping: all words are our own.
type writer struct {
	to  io.Writer
	buf []byte
	err error
}

func (w *writer) text(parts ...string) {
	for _, p := range parts {
		w.buf = append(w.buf, p...)
	}
	if len(w.buf) >= flushAt {
		w.flush()
	}
}

func (w *writer) number(n int) { w.buf = strconv.AppendInt(w.buf, int64(n), 10) }

func (w *writer) bytes(b []byte) { w.buf = append(w.buf, b...) }

func (w *writer) flush() {
	if w.err == nil {
		_, w.err = w.to.Write(w.buf)
	}
	w.buf = w.buf[:0]
}

const created = "2026-01-15T09:00:00Z"

// writeSPDX2 writes SPDX 2.3 JSON, one package and one relationship a line.
func (d *Document) writeSPDX2(w *writer) {
	w.text(`{"spdxVersion":"SPDX-2.3","dataLicense":"CC0-1.0","SPDXID":"SPDXRef-DOCUMENT","name":"`, d.Name, " ", d.Version, `","documentNamespace":"https://sbom.national.example/`, d.serial,
		`","creationInfo":{"created":"`, created, `","creators":["Tool: bench-1.0","Organization: Government of Benchmark"]},"packages":[`)
	for i := range d.packages {
		f := d.Package(i)
		if i > 0 {
			w.text(",")
		}
		w.text("\n", `{"name":"`, f.Name, `","SPDXID":"SPDXRef-Package-`)
		w.number(i)
		w.text(`","versionInfo":"`, f.Version, `","supplier":"Organization: `, f.Supplier, `","downloadLocation":"`, f.Download,
			`","filesAnalyzed":false,"checksums":[{"algorithm":"SHA256","checksumValue":"`)
		w.bytes(f.SHA256[:])
		w.text(`"}],"licenseConcluded":"NOASSERTION","licenseDeclared":"`, f.License, `","copyrightText":"NOASSERTION","externalRefs":[{"referenceCategory":"PACKAGE-MANAGER","referenceType":"purl","referenceLocator":"`, f.PURL, `"}]}`)
	}
	w.text("],\"relationships\":[\n", `{"spdxElementId":"SPDXRef-DOCUMENT","relationshipType":"DESCRIBES","relatedSpdxElement":"SPDXRef-Package-0"}`)
	for i := range d.from {
		w.text(",\n", `{"spdxElementId":"SPDXRef-Package-`)
		w.number(int(d.from[i]))
		w.text(`","relationshipType":"DEPENDS_ON","relatedSpdxElement":"SPDXRef-Package-`)
		w.number(int(d.to[i]))
		w.text(`"}`)
	}
	w.text("]}\n")
}

// writeSPDX3 writes SPDX 3.0.1 JSON-LD: agents, licences and relationships are elements of one graph, in the order in which
// they are first needed.
func (d *Document) writeSPDX3(w *writer) {
	base := "https://sbom.national.example/" + d.serial + "#"
	w.text(`{"@context":"https://spdx.org/rdf/3.0.1/spdx-context.jsonld","@graph":[`, "\n",
		`{"type":"CreationInfo","@id":"_:made","specVersion":"3.0.1","created":"`, created, `","createdBy":["`, base, `agent-gov"],"createdUsing":["`, base, `tool"]},`, "\n",
		`{"type":"Organization","spdxId":"`, base, `agent-gov","creationInfo":"_:made","name":"Government of Benchmark"},`, "\n",
		`{"type":"Tool","spdxId":"`, base, `tool","creationInfo":"_:made","name":"bench-1.0"},`, "\n",
		`{"type":"SpdxDocument","spdxId":"`, base, `document","creationInfo":"_:made","name":"`, d.Name, " ", d.Version, `","profileConformance":["core","software","simpleLicensing"],"rootElement":["`, base, `sbom"]},`, "\n",
		`{"type":"software_Sbom","spdxId":"`, base, `sbom","creationInfo":"_:made","software_sbomType":["build"],"rootElement":["`, base, `package-0"]}`)
	agents, terms := map[string]string{"Government of Benchmark": "agent-gov"}, map[string]string{}
	for i := range d.packages {
		f := d.Package(i)
		if agents[f.Supplier] == "" {
			agents[f.Supplier] = "agent-" + strconv.Itoa(len(agents))
			w.text(",\n", `{"type":"Organization","spdxId":"`, base, agents[f.Supplier], `","creationInfo":"_:made","name":"`, f.Supplier, `"}`)
		}
		if f.License == "NOASSERTION" {
			terms[f.License] = "https://spdx.org/rdf/3.0.1/terms/Licensing/NoAssertion"
		} else if terms[f.License] == "" {
			terms[f.License] = base + "license-" + strconv.Itoa(len(terms))
			w.text(",\n", `{"type":"simplelicensing_LicenseExpression","spdxId":"`, terms[f.License], `","creationInfo":"_:made","simplelicensing_licenseExpression":"`, f.License, `"}`)
		}
		w.text(",\n", `{"type":"software_Package","spdxId":"`, base, `package-`)
		w.number(i)
		w.text(`","creationInfo":"_:made","name":"`, f.Name, `","software_packageVersion":"`, f.Version, `","suppliedBy":"`, base, agents[f.Supplier], `","software_downloadLocation":"`, f.Download,
			`","software_packageUrl":"`, f.PURL, `","verifiedUsing":[{"type":"Hash","algorithm":"sha256","hashValue":"`)
		w.bytes(f.SHA256[:])
		w.text(`"}]}`)
		d.relate3(w, base, "license", i, "hasDeclaredLicense")
		w.text(terms[f.License], `"]}`)
	}
	d.writeSPDX3Edges(w, base)
	w.text("\n]}\n")
}

// relate3 writes a relationship up to its target.
func (d *Document) relate3(w *writer, base, of string, i int, kind string) {
	w.text(",\n", `{"type":"Relationship","spdxId":"`, base, "relationship-", of, "-")
	w.number(i)
	w.text(`","creationInfo":"_:made","from":"`, base, `package-`)
	from := i
	if of == "depends" {
		from = int(d.from[i])
	}
	w.number(from)
	w.text(`","relationshipType":"`, kind, `","to":["`)
}

func (d *Document) writeSPDX3Edges(w *writer, base string) {
	for i := range d.from {
		d.relate3(w, base, "depends", i, "dependsOn")
		w.text(base, "package-")
		w.number(int(d.to[i]))
		w.text(`"]}`)
	}
}

// writeCycloneDX writes CycloneDX 1.6 JSON.
func (d *Document) writeCycloneDX(w *writer) {
	w.text(`{"bomFormat":"CycloneDX","specVersion":"1.6","serialNumber":"urn:uuid:`, d.serial, `","version":1,"metadata":{"timestamp":"`, created,
		`","tools":{"components":[{"type":"application","name":"bench","version":"1.0"}]},"component":`)
	d.component(w, 0)
	w.text(`},"components":[`)
	for i := 1; i < len(d.packages); i++ {
		if i > 1 {
			w.text(",")
		}
		w.text("\n")
		d.component(w, i)
	}
	w.text(`],"dependencies":[`)
	// By package, in counting order: where each one's dependencies begin.
	start := make([]int32, len(d.packages)+1)
	for _, from := range d.from {
		start[from+1]++
	}
	for i := range d.packages {
		start[i+1] += start[i]
	}
	to, next := make([]int32, len(d.to)), append([]int32(nil), start...)
	for i, from := range d.from {
		to[next[from]] = d.to[i]
		next[from]++
	}
	for i := range d.packages {
		if i > 0 {
			w.text(",")
		}
		w.text("\n", `{"ref":"p`)
		w.number(i)
		w.text(`","dependsOn":[`)
		for k, t := range to[start[i]:start[i+1]] {
			if k > 0 {
				w.text(",")
			}
			w.text(`"p`)
			w.number(int(t))
			w.text(`"`)
		}
		w.text(`]}`)
	}
	w.text("]}\n")
}

func (d *Document) component(w *writer, i int) {
	f, kind := d.Package(i), "library"
	if i == 0 {
		kind = "application"
	}
	w.text(`{"type":"`, kind, `","bom-ref":"p`)
	w.number(i)
	w.text(`","name":"`, f.Name, `","version":"`, f.Version, `","supplier":{"name":"`, f.Supplier, `"},"hashes":[{"alg":"SHA-256","content":"`)
	w.bytes(f.SHA256[:])
	w.text(`"}],`)
	if f.License != "NOASSERTION" {
		w.text(`"licenses":[{"expression":"`, f.License, `"}],`)
	}
	w.text(`"purl":"`, f.PURL, `","externalReferences":[{"type":"distribution","url":"`, f.Download, `"}]}`)
}
