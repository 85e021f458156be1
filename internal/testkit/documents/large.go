package documents

import (
	"fmt"
	"time"

	"github.com/ospo-register/ospo/models"
)

// Large makes a document of n packages and three relationships for each, as a generator for containers writes them.
func Large(n int) *models.WholeSBOM {
	at := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	w := &models.WholeSBOM{SBOMDocument: models.SBOMDocument{Name: "large", Namespace: "https://sbom.test/large", IssuedAt: &at, Roots: []int32{0}, Creators: []models.Creator{{Kind: "tool", Name: "syft-1.2"}}}}
	stated := []string{"MIT", "Apache-2.0", "GPLv2+", "MIT OR Apache-2.0", "see LICENSE", "NOASSERTION"}
	for i := range n {
		w.List = append(w.List, models.SBOMPackage{Ordinal: int32(i), Ref: fmt.Sprintf("Package-npm-package-%d-1a2b3c4d5e6f", i), Name: fmt.Sprintf("package-%d", i), Version: fmt.Sprintf("1.%d.0", i%50),
			PURL: fmt.Sprintf("pkg:npm/package-%d@1.%d.0", i, i%50), CPEs: []string{fmt.Sprintf("cpe:2.3:a:acme:package_%d:1.%d.0:*:*:*:*:*:*:*", i, i%50)}, Supplier: "ACME", Declared: stated[i%len(stated)], Concluded: "NOASSERTION",
			Download: "NOASSERTION", Checksums: []models.Checksum{{Algorithm: "SHA256", Hex: fmt.Sprintf("%064x", i)}}, Copyright: "Copyright ACME"})
		w.Edges = append(w.Edges, models.Edge{From: int32(i / 3), To: int32(i), Kind: models.EdgeDependsOn}, models.Edge{From: 0, To: int32(i), Kind: models.EdgeContains}, models.Edge{From: int32(i), To: int32(i * 31 % n), Kind: models.EdgeDependsOn})
	}
	return w
}
