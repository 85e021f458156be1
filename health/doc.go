// Package health answers how alive a project is, by metrics of the CHAOSS project under their own names, each with what was counted.
//
// It never reads or asks anything, has no clock, and never makes one number of many: what cannot be measured says why and is apart from zero.
//
// Start with Measure.
package health
