package spdx

import "github.com/ospo-register/ospo/models"

func readTagValue(in *input, b *builder) (*models.SBOMDocument, error) {
	return nil, notAnSBOM("This notation is not read yet.")
}
func readYAML(in *input, b *builder) (*models.SBOMDocument, error) {
	return nil, notAnSBOM("This notation is not read yet.")
}
func readRDF(in *input, b *builder) (*models.SBOMDocument, error) {
	return nil, notAnSBOM("This notation is not read yet.")
}
func readXML(in *input, b *builder) (*models.SBOMDocument, error) {
	return nil, notAnSBOM("This notation is not read yet.")
}
