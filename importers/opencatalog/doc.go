// Package opencatalog answers what the Open Catalog API says (developers-italia-api and its kin, version 1): software, publishers and catalogues,
// a page at a time. It also reads the lists that crawlers are given: publishers in YAML or JSON, and plain lists of addresses.
//
// It never asks an address; a page says where the next one is. The text of a publiccode.yml within an answer is read by importers/publiccode.
//
// Start with ReadSoftware, ReadPublishers and ReadAddresses.
package opencatalog
