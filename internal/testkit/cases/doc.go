// Package cases answers what tests of exports look at: decisions with their dossiers, as they stand when they are
// published. Everything in them is invented. It is imported by tests only.
package cases
