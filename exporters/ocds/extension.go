package ocds

import (
	"embed"
	"io/fs"
)

//go:embed extension
var extension embed.FS

// Extension has the files of the extension oss_decision as an OCDS extension repository has them, to be served as they are:
// extension.json, whose address a package gives, release-schema.json (a JSON merge patch on the release schema), codelists/, README.md, and
// oss-decision.schema.json, which describes the object alone.
func Extension() fs.FS {
	files, err := fs.Sub(extension, "extension")
	if err != nil {
		panic("the folder of the extension is named wrongly: " + err.Error())
	}
	return files
}
