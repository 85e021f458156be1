package main

import "fmt"

// limit is what a measured value must not pass.
type limit struct {
	value float64
	least bool // the value must reach it; otherwise it must not pass it
}

func atMost(v float64) limit  { return limit{value: v} }
func atLeast(v float64) limit { return limit{value: v, least: true} }

func (l limit) kept(v float64) bool {
	if l.least {
		return v >= l.value
	}
	return v <= l.value
}

func (l limit) show(u unit) string {
	if l.least {
		return "≥ " + u(l.value)
	}
	return "≤ " + u(l.value)
}

// unit writes a value as people read it.
type unit func(float64) string

func times(v float64) string { return fmt.Sprintf("%.2f ×", v) }
func share(v float64) string {
	if v > 0 && v < 0.5 {
		return fmt.Sprintf("%.3f (1/%.0f)", v, 1/v)
	}
	return fmt.Sprintf("%.2f", v)
}
func ratio(v float64) string  { return fmt.Sprintf("%.2f", v) }
func faster(v float64) string { return fmt.Sprintf("%.0f × faster", v) }
func megas(v float64) string  { return fmt.Sprintf("%.0f MB", v) }
func millis(v float64) string { return fmt.Sprintf("%.1f ms", v) }
func kilos(v float64) string  { return fmt.Sprintf("%.3f kB", v) }

// goal is one line of the table of what is asked for.
type goal struct {
	name     string // of the measure that finds it
	id       string
	what     string
	against  string
	must     limit
	wish     limit
	unit     unit
	measured *found
}

// found is what was measured for a goal.
type found struct {
	value    float64
	from, to float64 // the least and the most of the rounds; both 0 where there was one
	note     string
}

func (f *found) show(u unit) string {
	if f.from == f.to {
		return u(f.value)
	}
	return fmt.Sprintf("%s (%s to %s)", u(f.value), u(f.from), u(f.to))
}

// middle is the median of a sample, with its bounds.
func middle(s sample, note string) *found { return &found{s.median(), s.least(), s.most(), note} }

func goals() []*goal {
	list := []*goal{
		{name: "read", id: "read-cpu", what: "read 50,000 packages and 150,000 relationships of SPDX 2.3 JSON: CPU", against: "tools-golang", must: atMost(1. / 8), wish: atMost(1. / 15), unit: share},
		{name: "read", id: "read-heap", what: "the same: heap of the reader at its highest", against: "–", must: atMost(64), wish: atMost(20), unit: megas},
		{name: "read", id: "read3-cpu", what: "the same as SPDX 3.0.1: CPU", against: "plain encoding/json of the needed fields", must: atMost(1.5), wish: atMost(1), unit: times},
		{name: "ingest", id: "ingest-cpu", what: "ingest CPU a package (program and Postgres), warm, validated, with events and rollups", against: "physical floor", must: atMost(12), wish: atMost(5), unit: times},
		{name: "ingest", id: "ingest-rate", what: "ingest packages a second, two workers", against: "raw COPY of an 8-column row", must: atLeast(0.04), wish: atLeast(0.10), unit: ratio},
		{name: "again", id: "again", what: "the same bytes again: CPU", against: "SHA-256 of them and one probe", must: atMost(3), wish: atMost(1.5), unit: times},
		{name: "ingest", id: "stored", what: "stored bytes a package in an SBOM, original and indexes included", against: "–", must: atMost(0.5), wish: atMost(0.25), unit: kilos},
		{name: "growth", id: "growth", what: "ingest cost a package at M over S: CPU", against: "itself", must: atMost(1.5), wish: atMost(1.2), unit: ratio},
		{name: "ingest", id: "memory", what: "peak memory of the program while M is ingested", against: "–", must: atMost(600), wish: atMost(300), unit: megas},
		{name: "exposure", id: "exposure-common", what: "“which agencies run X” at M over HTTP, common X: p99", against: "–", must: atMost(100), wish: atMost(10), unit: millis},
		{name: "exposure", id: "exposure-common-range", what: "the same in a range of versions: p99", against: "–", must: atMost(100), wish: atMost(10), unit: millis},
		{name: "exposure", id: "exposure-rare", what: "rare X: p99", against: "–", must: atMost(100), wish: atMost(10), unit: millis},
		{name: "exposure", id: "exposure-rare-range", what: "the same in a range of versions: p99", against: "–", must: atMost(100), wish: atMost(10), unit: millis},
		{name: "licenses", id: "licenses", what: "licence distribution of the whole government at M, over HTTP", against: "the same by row scan", must: atLeast(50), wish: atLeast(500), unit: faster},
		{name: "list", id: "list", what: "list of 25 assets over HTTP, 16 clients, nothing cached: requests a second", against: "bare gin and pgx with the same page", must: atLeast(0.4), wish: atLeast(0.7), unit: ratio},
		{name: "growth-list", id: "growth-list", what: "the same list at L over S: time", against: "itself", must: atMost(2), wish: atMost(1.2), unit: ratio},
		{name: "etag", id: "etag", what: "unchanged page with ETag, 16 clients: requests a second", against: "gin answering ready bytes", must: atLeast(0.4), wish: atLeast(0.7), unit: ratio},
	}
	return list
}
