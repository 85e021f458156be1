package importers

import (
	"io"

	"github.com/ospo-register/ospo/importers/cyclonedx"
	"github.com/ospo-register/ospo/importers/sbom"
	"github.com/ospo-register/ospo/importers/spdx"
	"github.com/ospo-register/ospo/models"
)

// Read reads one SBOM document of any format that the register knows; see sbom.Read for what it promises.
func Read(r io.Reader, lim sbom.Limits, each func(*models.SBOMPackage) error) (*models.SBOMDocument, error) {
	return sbom.Read(r, lim, choose, each)
}

func choose(head []byte) (sbom.Format, error) {
	if format, ours := cyclonedx.Choose(head); ours {
		return format, nil
	}
	return spdx.Choose(head)
}
