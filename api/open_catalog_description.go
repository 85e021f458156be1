package api

import _ "embed" // the description is a file of its own

// openCatalogDescription is the description of the Open Catalog API as the register answers it (OpenAPI 3.0).
//
//go:embed open_catalog.yaml
var openCatalogDescription []byte
