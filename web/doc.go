// Package web answers people: the pages of the register, rendered on the server and complete without JavaScript.
//
// It never speaks SQL, never decides who may do what, and never writes but through register: a handler reads from
// store with the viewer, or calls one journey, and shows what came back. What a viewer may not see is a page that does
// not exist.
//
// Start with web.go (Deps, Mount), then page.go (what a handler is and can do), then the plural file of a noun.
//
// # How to add a page
//
//  1. Template: templates/<page>.html holds one {{define "content"}}. It gets the value of view.Page as its dot; the
//     layout around it (header, breadcrumbs, flash message, footer) comes from view. Give it exactly one h1. The parts
//     in templates/parts are there to use: "tag", "pager", "empty", "tabs", "facts", "history", "stacked-bar", "bars"
//     and, for forms, "problem", "input", "textarea", "select", "radios", "checkboxes", "file", "version", "buttons".
//     Each says at its top what it takes. A table has class "rows", a caption, and data-label on each cell, which
//     becomes its heading on a small screen; its first cell is a th with scope="row" that links to the row's page.
//     Never write style attributes, <style> or <script>: the security policy of the server forbids them.
//  2. Handler: in the plural file of the noun, func (s *site) things(c *page) error. Read with c.ctx() and c.viewer,
//     return errors as they come: the wrapper renders models.Error as its page (400, 401, 403, 404, 409, 413) and
//     anything else as a 500 with the request id. Show with c.show(view{…}), leave a write with c.done(path, "Saved.").
//  3. Route: in the noun's mount function, which routes.go calls: r.get("/things", s.things), r.post(…). Navigation,
//     footer and templates (func has) show a link only when its path has a route.
//  4. Test: what the page must say in web/<noun>_test.go; the tests that open every page find its route by themselves
//     and fail until addresses (routes_test.go) has something to open for it. Look at the page at 320 and 1,280 pixels:
//     with OSPO_SHOTS=<folder> the browser test leaves a picture of every page there.
//
// Forms: read with f, err := c.form(); the inputs are named as register names the fields in its errors. After the
// journey, if f.refused(err) show the same page again: answers and mistakes are in f. A form that changes a thing has
// the part "version", and f.based() gives it back to the journey.
package web
