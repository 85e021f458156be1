// Package page answers what people meet in a browser: it opens pages of the register in a real Chromium and measures
// them: accessibility by axe-core, sideways scrolling, weight, what the security policy blocked, the order of the Tab key.
//
// It judges nothing that a template's author must decide, and it is imported by tests only. Start with Start.
//
// It needs Chromium in the PATH (or OSPO_CHROMIUM) and axe-core, which the checks install with npm below tools (or
// OSPO_AXE, the path of axe.min.js). Where one is missing a test is skipped and says so; with CI=true it fails.
package page
