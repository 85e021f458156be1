package documents

import (
	"time"

	"pgregory.net/rapid"

	"github.com/ospo-register/ospo/models"
)

// text draws strings that documents should not hold and do.
func text() *rapid.Generator[string] {
	return rapid.OneOf(
		rapid.SampledFrom([]string{"", "", " ", "NONE", "NOASSERTION", "none", "MIT", "MIT OR Apache-2.0", "GPL-2.0+ WITH Classpath-exception-2.0", "LicenseRef-1", "LicenseRef-a_b", "DocumentRef-x:LicenseRef-1",
			"MIT AND AdditionRef-q", "MIT AND Acme-Eula", "GPLv2+", "BSD", "see LICENSE", "((((", "a\x00b\nc\u2028d", "\xff\xfe", "SPDXRef-DOCUMENT", "DOCUMENT", "package-0", "ACME (x)", "ACME <a@b.test>", "Organization: ",
			"a@b.test", "https://acme.test/a b", "https://acme.test/%zz", "https://acme.test/ä?q={x}", "javascript:alert(1)", "http://[::1", "urn:uuid:3e671687-395b-41f5-a30f-a58921a69b79", "pkg:npm/a@1", "pkg:x", "pkg:deb/debian/a@1?arch=b%20c",
			"cpe:2.3:a:a:b:1:*:*:*:*:*:*:*", "cpe:/a:a:b:1", "cpe:bad b", "build", "1", "<script>", "urn:cdx:x", "swh:1:cnt:94a9ed024d3859793618152ea559a168bbcbb5e2", "日本語のパッケージ"}),
		rapid.String(), rapid.StringN(0, 4, 40), rapid.StringOfN(rapid.Rune(), 1000, 1200, -1),
		rapid.Map(rapid.SliceOfN(rapid.Byte(), 0, 12), func(b []byte) string { return string(b) }),
	)
}

// Hostile draws documents with arbitrary strings in every field, repeated ids, cycles and edges that lead nowhere.
func Hostile() *rapid.Generator[*models.WholeSBOM] {
	return rapid.Custom(func(t *rapid.T) *models.WholeSBOM {
		s := text()
		w := &models.WholeSBOM{SBOMDocument: models.SBOMDocument{
			Format: models.SBOMFormat(s.Draw(t, "format")), SpecVersion: s.Draw(t, "spec"), Name: s.Draw(t, "name"), Namespace: s.Draw(t, "namespace"), Edition: s.Draw(t, "edition"),
			Context: s.Draw(t, "context"), DataLicense: s.Draw(t, "data licence"), Comment: s.Draw(t, "comment"), ListVersion: s.Draw(t, "list"),
		}}
		if rapid.Bool().Draw(t, "dated") {
			at := time.Unix(rapid.Int64Range(-1<<40, 1<<40).Draw(t, "seconds"), 0)
			w.IssuedAt = &at
		}
		for range rapid.IntRange(0, 3).Draw(t, "creators") {
			w.Creators = append(w.Creators, models.Creator{Kind: rapid.SampledFrom([]string{"tool", "person", "organization", "", "x"}).Draw(t, "kind"), Name: s.Draw(t, "creator"), Email: s.Draw(t, "mail"), URL: s.Draw(t, "url")})
		}
		for range rapid.IntRange(0, 3).Draw(t, "texts") {
			w.Extracted = append(w.Extracted, models.Extract{Ref: s.Draw(t, "ref"), Name: s.Draw(t, "text name"), Text: s.Draw(t, "text")})
		}
		n := rapid.IntRange(0, 6).Draw(t, "packages")
		for i := range n {
			w.List = append(w.List, *hostilePackage(t, s, int32(i)))
		}
		any := rapid.Int32Range(-2, int32(n)+1)
		for range rapid.IntRange(0, 3).Draw(t, "roots") {
			if r := any.Draw(t, "root"); r >= 0 && int(r) < n {
				w.Roots = append(w.Roots, r)
			}
		}
		for range rapid.IntRange(0, 12).Draw(t, "edges") {
			w.Edges = append(w.Edges, models.Edge{From: any.Draw(t, "from"), To: any.Draw(t, "to"), Kind: models.EdgeKind(rapid.IntRange(0, 12).Draw(t, "kind"))})
		}
		for range rapid.IntRange(0, n+1).Draw(t, "complete") {
			w.Complete = append(w.Complete, models.Completeness(rapid.IntRange(0, 4).Draw(t, "completeness")))
		}
		return w
	})
}

func hostilePackage(t *rapid.T, s *rapid.Generator[string], ordinal int32) *models.SBOMPackage {
	p := &models.SBOMPackage{Ordinal: ordinal}
	for _, field := range []*string{&p.Ref, &p.Name, &p.Version, &p.PURL, &p.Supplier, &p.Originator, &p.Contact, &p.Declared, &p.Concluded, &p.Copyright, &p.Download, &p.Homepage,
		&p.Purpose, &p.Description, &p.FileName, &p.Source, &p.Security} {
		*field = s.Draw(t, "field")
	}
	for range rapid.IntRange(0, 2).Draw(t, "several") {
		p.CPEs = append(p.CPEs, s.Draw(t, "cpe"))
		p.Checksums = append(p.Checksums, models.Checksum{Algorithm: rapid.SampledFrom([]string{"SHA256", "SHA512", "BLAKE2B-256", "ADLER32", "MD5", "X", ""}).Draw(t, "algorithm"),
			Hex: rapid.OneOf(s, rapid.StringMatching(`[0-9a-f]{64}`), rapid.StringMatching(`[0-9a-f]{32}`)).Draw(t, "digest")})
		p.Identifiers = append(p.Identifiers, models.Identifier{Scheme: rapid.SampledFrom([]string{"swid", "swhid", "gitoid", "omnibor", "uuid", "x", ""}).Draw(t, "scheme"), Value: s.Draw(t, "identifier")})
	}
	p.Unknowns = models.Unknown(rapid.Uint16().Draw(t, "unknowns"))
	p.Traits = models.Trait(rapid.Uint8().Draw(t, "traits"))
	return p
}
