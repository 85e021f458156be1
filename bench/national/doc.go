// Package national invents the register of a whole government for measuring: agencies, software, who runs it, and the SBOM
// documents of the software, as large as wanted and the same bytes for the same seed.
//
// Nothing is kept: every thing is made anew from its number each time it is asked for, so that a register of 50,000
// documents needs no room. It knows no database. Start with New, then Document.
package national
