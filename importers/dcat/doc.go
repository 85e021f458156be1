// Package dcat answers what a catalogue in RDF says of the software it lists: DCAT-AP, ADMS-AP and ADMS.SW, DCAT-US, and DOAP or schema.org
// where they stand in one, in Turtle, RDF/XML or JSON-LD.
//
// It never fetches anything: neither contexts nor the things that a text only names. A catalogue that types some of its entries as assets or
// software is read for those alone; one that knows datasets only is read for its datasets, since who runs it says that they are software.
//
// Start with Read.
package dcat
