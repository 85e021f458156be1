package page

import (
	"context"
	"os"
	"strings"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// Violation is a rule of axe-core that the open page breaks.
type Violation struct {
	ID     string   `json:"id"`
	Impact string   `json:"impact"`
	Help   string   `json:"help"`
	Nodes  []string `json:"nodes"` // the elements, as HTML
}

// wcag are the rules for WCAG 2.2 at level AA, and what axe-core calls best practice.
const axeRun = `axe.run(document, {runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"], resultTypes: ["violations"]})
	.then(r => r.violations.map(v => ({id: v.id, impact: v.impact || "", help: v.help, nodes: v.nodes.map(n => n.html.slice(0, 300) + (n.any[0] ? " — " + n.any[0].message : ""))})))`

// Axe judges the open page by WCAG 2.2 AA.
func (b *Browser) Axe() []Violation {
	b.t.Helper()
	var found []Violation
	err := b.run(chromedp.Evaluate(b.axe+";0", nil), chromedp.Evaluate(axeRun, &found, func(p *runtime.EvaluateParams) *runtime.EvaluateParams { return p.WithAwaitPromise(true) }))
	if err != nil {
		b.t.Fatalf("running axe-core: %v", err)
	}
	return found
}

// Sideways lists what makes the open page scroll sideways; nothing when it fits its width.
func (b *Browser) Sideways() []string {
	b.t.Helper()
	var wide []string
	b.Do(chromedp.Evaluate(`(() => { const w = document.documentElement.clientWidth; if (document.documentElement.scrollWidth <= w) return [];
		const found = [...document.querySelectorAll("body *")].filter(e => (e.getBoundingClientRect().right > w + 0.5 || e.scrollWidth > w) && getComputedStyle(e).position !== "absolute").slice(-3).map(e => e.outerHTML.slice(0, 200));
		return found.length ? found : ["the page is " + document.documentElement.scrollWidth + " pixels wide"]; })()`, &wide))
	return wide
}

// Count is how many elements match a selector.
func (b *Browser) Count(selector string) int {
	b.t.Helper()
	var n int
	b.Do(chromedp.Evaluate(`document.querySelectorAll(`+quote(selector)+`).length`, &n))
	return n
}

// Text is what the first element that matches shows.
func (b *Browser) Text(selector string) string {
	b.t.Helper()
	var text string
	b.Do(chromedp.Evaluate(`(document.querySelector(`+quote(selector)+`) || {innerText: ""}).innerText`, &text))
	return strings.TrimSpace(text)
}

// Links lists the addresses that the open page leads to.
func (b *Browser) Links() []string {
	b.t.Helper()
	var links []string
	b.Do(chromedp.Evaluate(`[...document.querySelectorAll("a[href]")].map(a => a.href)`, &links))
	return links
}

// TabStops presses Tab through the open page and lists what gets the focus, at most most of them. An element whose focus
// cannot be seen is listed with "(unseen)".
func (b *Browser) TabStops(most int) []string {
	b.t.Helper()
	const focused = `(() => { const e = document.activeElement; if (!e || e === document.body) return ""; const s = getComputedStyle(e), r = e.getBoundingClientRect();
		const seen = s.outlineStyle !== "none" && parseFloat(s.outlineWidth) >= 2 && r.width > 0 && r.height > 0;
		return (e.innerText || e.getAttribute("aria-label") || e.name || e.tagName).trim().slice(0, 60) + (seen ? "" : " (unseen)"); })()`
	var stops []string
	b.Do(chromedp.Evaluate(`document.activeElement && document.activeElement.blur(), window.getSelection().removeAllRanges(), 0`, nil))
	for range most {
		var at string
		b.Do(chromedp.KeyEvent(kb.Tab), chromedp.Evaluate(focused, &at))
		if at == "" {
			break
		}
		stops = append(stops, at)
	}
	return stops
}

// NoScripts makes the browser run no script of any page, until the page is judged with Scripts.
func (b *Browser) NoScripts() {
	b.t.Helper()
	b.Do(chromedp.ActionFunc(func(ctx context.Context) error { return emulation.SetScriptExecutionDisabled(true).Do(ctx) }))
}

// Scripts takes NoScripts back; axe-core is one itself.
func (b *Browser) Scripts() {
	b.t.Helper()
	b.Do(chromedp.ActionFunc(func(ctx context.Context) error { return emulation.SetScriptExecutionDisabled(false).Do(ctx) }))
}

// Shot writes a picture of the whole open page.
func (b *Browser) Shot(path string) {
	b.t.Helper()
	var png []byte
	b.Do(chromedp.FullScreenshot(&png, 100))
	if err := os.WriteFile(path, png, 0o644); err != nil {
		b.t.Fatalf("writing a picture: %v", err)
	}
}

func quote(s string) string { return `"` + strings.ReplaceAll(s, `"`, `\"`) + `"` }
