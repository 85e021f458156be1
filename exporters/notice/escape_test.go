package notice_test

import (
	"strings"
	"testing"
	"unicode"

	"golang.org/x/net/html"

	"github.com/ospo-register/ospo/exporters/notice"
	"github.com/ospo-register/ospo/licenses"
)

// nasty are texts that strangers could put into a document to take a notice over.
var nasty = []string{
	"<script>alert(1)</script>", "</pre><script>alert(1)</script><pre>", "]]><!--", "--> <img src=x onerror=alert(1)>", "&lt;b&gt; &#60;script&#62;",
	"[click](javascript:alert(1))", "![x](https://example.org/x.png)", "<https://example.org>", "https://example.org/a?b=c", "www.example.org", "a@example.org",
	"# heading", "- item", "+ item", "1. one", "12) twelve", "===", "---", "> quote", "| a | b |", "`code`", "``` \n```\nout of the fence\n~~~\n", "**bold** _it_ ~~no~~ $x$ :smile:",
	"\\", "a\\*b", "javascript:alert(1)", "data:text/html,<script>alert(1)</script>", "http://example.org/\" onmouseover=\"alert(1)", "{{.}}{% x %}", "\u202e\u2066\x00\x1b[31m", "\xff\xfe", "",
}

// hostile is a document whose every text is the same one.
func hostile(text string) notice.Document {
	d := document(notice.Component{
		Name: "n" + text, Version: text, PURL: text, Homepage: text, License: licenses.Of(licenses.Leaf{ID: "LicenseRef-1"}),
		Copyright: text + "\n© " + text, Notes: []string{text},
	}, notice.Component{Name: "other", Stated: text})
	d.Product, d.Release, d.Agency, d.Use, d.Source, d.Digest = "p"+text, text, text, text, text, text
	d.Extracts = []notice.Extract{{Ref: "LicenseRef-1", Name: text, Text: "begin " + text + " end"}}
	return d
}

// allowed are the elements a notice is built of.
var allowed = map[string]bool{
	"html": true, "head": true, "meta": true, "title": true, "style": true, "body": true, "main": true, "nav": true, "h1": true, "h2": true, "h3": true, "p": true,
	"ul": true, "li": true, "dl": true, "dt": true, "dd": true, "a": true, "b": true, "pre": true,
}

// checkHTML reads the page as a browser does and returns its words.
func checkHTML(t *testing.T, page string) string {
	t.Helper()
	root, err := html.Parse(strings.NewReader(page))
	if err != nil {
		t.Fatal(err)
	}
	var words strings.Builder
	h1 := 0
	for n := range root.Descendants() {
		switch n.Type {
		case html.TextNode:
			if n.Parent.Data != "style" {
				words.WriteString(n.Data + " ")
			}
		case html.CommentNode:
			t.Fatalf("a comment: %q", n.Data)
		case html.ElementNode:
			if !allowed[n.Data] {
				t.Fatalf("an element <%s>", n.Data)
			}
			if n.Data == "h1" {
				h1++
			}
			checkAttributes(t, n)
		}
	}
	if h1 != 1 {
		t.Fatalf("%d h1", h1)
	}
	return words.String()
}

func checkAttributes(t *testing.T, n *html.Node) {
	t.Helper()
	for _, a := range n.Attr {
		switch a.Key {
		case "href":
			if !strings.HasPrefix(a.Val, "#") && !strings.HasPrefix(a.Val, "http://") && !strings.HasPrefix(a.Val, "https://") {
				t.Fatalf("a link to %q", a.Val)
			}
		case "id", "class", "lang", "charset", "http-equiv", "content", "name", "rel", "aria-label":
		default:
			t.Fatalf("an attribute %s=%q of <%s>", a.Key, a.Val, n.Data)
		}
	}
}

// seen is a text as every notation shows it on one line.
func seen(text string) string {
	text = strings.Map(func(r rune) rune {
		if r == '\u200c' || r == '\u200d' {
			return r
		}
		if unicode.IsControl(r) && !unicode.IsSpace(r) || unicode.Is(unicode.Cf, r) || unicode.Is(unicode.Co, r) || r >= 0xFFFFE || r&0xFFFE == 0xFFFE {
			return -1
		}
		return r
	}, strings.ToValidUTF8(text, "\uFFFD"))
	return strings.Join(strings.Fields(text), " ")
}

// unescaped takes the backslashes of Markdown away and fails on a character that would mean something.
func unescaped(t *testing.T, line string) string {
	t.Helper()
	var b strings.Builder
	for i := 0; i < len(line); i++ {
		if line[i] == '\\' {
			i++
			if i == len(line) || !strings.ContainsRune("!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~", rune(line[i])) {
				t.Fatalf("a backslash that escapes nothing in %q", line)
			}
		} else if strings.IndexByte("`*_[]<>|~&@${}^", line[i]) >= 0 || strings.HasPrefix(line[i:], "://") || i > 2 && line[i] == '.' && strings.EqualFold(line[i-3:i], "www") {
			t.Fatalf("%q means something at %d in %q", line[i], i, line)
		}
		b.WriteByte(line[i])
	}
	return b.String()
}

// checkMarkdown takes the notation apart line by line and returns its words; the text of licences is in fences.
func checkMarkdown(t *testing.T, text string) string {
	t.Helper()
	var words strings.Builder
	fence, headings := "", 0
	for line := range strings.Lines(text) {
		line = strings.TrimSuffix(line, "\n")
		if fence != "" {
			if strings.Trim(line, " `") == "" && strings.Count(line, "`") >= len(fence) {
				fence = ""
				continue
			}
			words.WriteString(line + "\n")
			continue
		}
		if strings.HasPrefix(line, "```") {
			fence = strings.TrimSuffix(line, "text")
			continue
		}
		for _, mark := range []string{"  - ", "- ", "### ", "## ", "# "} {
			if rest, ok := strings.CutPrefix(line, mark); ok {
				if mark == "# " {
					headings++
				}
				line = rest
				break
			}
		}
		if bold, ok := strings.CutPrefix(line, "**"); ok && strings.HasSuffix(bold, "**") {
			line = strings.TrimSuffix(bold, "**")
		}
		if line != "" && strings.ContainsAny(line[:1], "#+-=>") {
			t.Fatalf("a line begins with %q", line)
		}
		words.WriteString(unescaped(t, line) + "\n")
	}
	if fence != "" || headings != 1 {
		t.Fatalf("an open fence %q, %d headings of level 1", fence, headings)
	}
	return words.String()
}

// checkText holds the plain text together: what strangers wrote is never at the margin, where the headings are.
func checkText(t *testing.T, text string) {
	t.Helper()
	for _, r := range text {
		if r != '\n' && r != '\t' && unicode.IsControl(r) {
			t.Fatalf("a control character %U", r)
		}
	}
	if n := strings.Count("\n"+text, "\nLicence texts\n----"); n != 1 {
		t.Fatalf("%d headings “Licence texts”", n)
	}
}

func check(t *testing.T, text string) {
	t.Helper()
	d := hostile(text)
	words := map[string]string{"HTML": checkHTML(t, written(t, notice.HTML, d)), "Markdown": checkMarkdown(t, written(t, notice.Markdown, d))}
	plain := written(t, notice.Text, d)
	checkText(t, plain)
	words["text"] = plain
	if len(text) > 300 {
		return // may be cut
	}
	for name, all := range words {
		all = strings.Join(strings.Fields(all), " ")
		for _, want := range []string{seen("n" + text), seen(text), seen("begin " + text + " end"), seen("Note: " + text)} {
			if want == "Note:" {
				continue // nothing is left of it, so that there is no note
			}
			if !strings.Contains(all, want) {
				t.Fatalf("the words %q are not in the %s:\n%.2000s", want, name, all)
			}
		}
	}
}

func TestNoTextOfAStrangerTakesANoticeOver(t *testing.T) {
	for _, text := range nasty {
		check(t, text)
	}
}

func TestOnlyWebAddressesBecomeLinks(t *testing.T) {
	for _, c := range []struct {
		homepage string
		link     bool
	}{
		{"https://example.org/a?b=c#d", true}, {"http://example.org", true}, {"javascript:alert(1)", false}, {"data:text/html,x", false}, {"//example.org", false},
		{"ftp://example.org", false}, {"https:example.org", false}, {"HTTPS://example.org/", true}, {"https://example.org/\"x", false}, {"see https://example.org", false},
	} {
		page := written(t, notice.HTML, document(notice.Component{Name: "x", Homepage: c.homepage}))
		if got := strings.Contains(page, `rel="nofollow noreferrer"`); got != c.link {
			t.Errorf("%q is a link: %v", c.homepage, got)
		}
	}
}

func FuzzNotice(f *testing.F) {
	for _, text := range nasty {
		f.Add(text)
	}
	f.Fuzz(check)
}
