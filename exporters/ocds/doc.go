// Package ocds answers how a decision is said in the Open Contracting Data Standard 1.1 (1.1.5): an immutable release for
// each publication, a record with the compiled and the versioned release, packages, and the extension oss_decision, which says
// what law put open source first and what came of it. Core fields are valid without the extension.
//
// It publishes nothing and keeps nothing. A case in which no money is spent has no contracting process and is refused; the
// public document of package dossier tells it. Start with Release, then Record and the packages.
package ocds
