package rdf_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ospo-register/ospo/importers/rdf"
)

func write(t rdf.Term) string {
	switch t.Kind {
	case rdf.IRI:
		return "<" + t.Value + ">"
	case rdf.Blank:
		return "_"
	}
	return fmt.Sprintf("%q@%s^%s", t.Value, t.Language, strings.TrimPrefix(t.Datatype, "http://www.w3.org/2001/XMLSchema#"))
}

// lines are the statements without the names of blank nodes, sorted.
func lines(g *rdf.Graph) []string {
	var out []string
	for _, s := range g.Statements {
		out = append(out, write(s.Subject)+" "+strings.TrimPrefix(s.Predicate, "http://www.w3.org/1999/02/22-rdf-syntax-ns#")+" "+write(s.Object))
	}
	slices.Sort(out)
	return out
}

func TestTurtleIsReadAsItsGrammarSays(t *testing.T) {
	const p = "@prefix : <http://e/> .\n@prefix x: <http://x/> .\n"
	tests := []struct {
		name, text string
		want       []string
	}{
		{"a sentence", `<http://e/a> <http://e/p> <http://e/b> .`, []string{`<http://e/a> http://e/p <http://e/b>`}},
		{"names with prefixes", p + `:a x:p.q :b.`, []string{`<http://e/a> http://x/p.q <http://e/b>`}},
		{"SPARQL's way to declare", "PREFIX x: <http://x/>\nbase <http://b/>\n<a> x:p <#c> .", []string{`<http://b/a> http://x/p <http://b/#c>`}},
		{"lists of objects and of predicates", p + `:a :p :b , :c ; :q :d ; .`, []string{`<http://e/a> http://e/p <http://e/b>`, `<http://e/a> http://e/p <http://e/c>`, `<http://e/a> http://e/q <http://e/d>`}},
		{"a for a type", p + `:a a :T .`, []string{`<http://e/a> type <http://e/T>`}},
		{"texts with language and datatype", p + `:a :p "x"@de-AT , 'y'^^x:t , """z "q" """ .`, []string{`<http://e/a> http://e/p "x"@de-AT^`, `<http://e/a> http://e/p "y"@^http://x/t`, `<http://e/a> http://e/p "z \"q\" "@^`}},
		{"quotation marks at the end of a long text", p + `:a :p """z"""" .`, []string{`<http://e/a> http://e/p "z\""@^`}},
		{"escapes", p + `:a :p "\t\u00e9\U0001F600\\" ; <http://e/\u0071> :x\,y .`, []string{`<http://e/a> http://e/p "\té😀\\"@^`, `<http://e/a> http://e/q <http://e/x,y>`}},
		{"numbers and truth", p + `:a :p 1 , -2.5 , 1e3 , true .`, []string{`<http://e/a> http://e/p "-2.5"@^decimal`, `<http://e/a> http://e/p "1"@^integer`, `<http://e/a> http://e/p "1e3"@^double`, `<http://e/a> http://e/p "true"@^boolean`}},
		{"a number before a full stop", p + `:a :p 1.`, []string{`<http://e/a> http://e/p "1"@^integer`}},
		{"nodes without a name", p + `_:n :p [ :q [] ] . [ :r :s ] .`, []string{`_ http://e/p _`, `_ http://e/q _`, `_ http://e/r <http://e/s>`}},
		{"a list", p + `:a :p ( 1 () ) .`, []string{`<http://e/a> http://e/p _`, `_ first "1"@^integer`, `_ first <http://www.w3.org/1999/02/22-rdf-syntax-ns#nil>`, `_ http`, `_ rest`}},
		{"comments", "# one\n" + p + ":a # two\n :p <http://e/#b> . # three", []string{`<http://e/a> http://e/p <http://e/#b>`}},
		{"a prefix for the text's own names", "@base <http://e/d/f.ttl> .\n@prefix : <#> .\n:a :p <../b?q#c> .", []string{`<http://e/d/f.ttl#a> http://e/d/f.ttl#p <http://e/b?q#c>`}},
		{"a prefix that is called a", "@prefix a: <http://a/> .\na:a a:b a:c .", []string{`<http://a/a> http://a/b <http://a/c>`}},
		{"letters outside of ASCII", "@base <http://e/größe/> .\n@prefix ü: <straße#> .\nü:a·‿ü ü:p <é> .", []string{`<http://e/größe/straße#a·‿ü> http://e/größe/straße#p <http://e/größe/é>`}},
		{"names that begin with digits and hold colons", p + `:1 :p x:a:b%20c .`, []string{`<http://e/1> http://e/p <http://x/a:b%20c>`}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			g, remarks := rdf.Read(rdf.Input{Content: []byte(tt.text), Notation: rdf.Turtle})
			if len(remarks) > 0 {
				t.Errorf("remarks %v", remarks)
			}
			got := lines(g)
			if tt.name == "a list" {
				if len(got) != 5 {
					t.Error(got)
				}
				return
			}
			slices.Sort(tt.want)
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestASentenceThatCannotBeReadLeavesTheOthers(t *testing.T) {
	for name, bad := range map[string]string{
		"a prefix that is not declared": "y:a :p :b .", "no closing quotation mark": ":a :p \"x .", "no closing bracket": ":a :p <http://e/x .", "a text as subject": "\"a\" :p :b .", "nothing said": ":a .",
		"an escape that means nothing": `:a :p "\x" .`, "nested too deep": ":a :p " + strings.Repeat("[ :p ", 100) + strings.Repeat("]", 100) + " .", "no full stop": ":a :p :b :c .",
	} {
		t.Run(name, func(t *testing.T) {
			g, remarks := rdf.Read(rdf.Input{Content: []byte("@prefix : <http://e/> .\n" + bad + "\n:c :p :d .\n")})
			if len(remarks) != 1 || remarks[0].Line != 2 || remarks[0].Rule != "bad-sentence" {
				t.Errorf("remarks %v", remarks)
			}
			if !slices.Contains(lines(g), "<http://e/c> http://e/p <http://e/d>") {
				t.Errorf("read %v", lines(g))
			}
		})
	}
}

var same = map[rdf.Notation]string{
	rdf.Turtle: `@prefix d: <http://d/> . @base <http://b/> .
<a> a d:Set ; d:title "Hallo"@de, "Hello"@en ; d:size 3 ; d:on "2026-01-01"^^<http://www.w3.org/2001/XMLSchema#date> ; d:page <p> ; d:who [ a d:Who ; d:name "N" ] ; d:parts ( <x> <y> ) .`,
	rdf.XML: `<?xml version="1.0" encoding="UTF-8"?><!DOCTYPE r [ <!ENTITY xsd "http://www.w3.org/2001/XMLSchema#"> ]>
<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:d="http://d/" xml:base="http://b/">
<d:Set rdf:about="a"><d:title xml:lang="de">Hallo</d:title><d:title xml:lang="en">Hello</d:title><d:size rdf:datatype="&xsd;integer">3</d:size><d:on rdf:datatype="&xsd;date">2026-01-01</d:on>
<d:page rdf:resource="p"/><d:who><d:Who d:name="N"/></d:who><d:parts rdf:parseType="Collection"><rdf:Description rdf:about="x"/><rdf:Description rdf:about="y"/></d:parts></d:Set></rdf:RDF>`,
	rdf.JSONLD: `{"@context":{"@base":"http://b/","d":"http://d/","xsd":"http://www.w3.org/2001/XMLSchema#","title":{"@id":"d:title","@container":"@language"},"page":{"@id":"d:page","@type":"@id"},"on":{"@id":"d:on","@type":"xsd:date"},"kind":"@type","parts":{"@id":"d:parts","@type":"@id","@container":"@list"}},
"@id":"a","kind":"d:Set","title":{"de":"Hallo","en":"Hello"},"d:size":3,"on":"2026-01-01","page":"p","d:who":{"kind":"d:Who","d:name":"N"},"parts":["x","y"]}`,
}

func TestThreeNotationsSayTheSame(t *testing.T) {
	want, _ := rdf.Read(rdf.Input{Content: []byte(same[rdf.Turtle])})
	if len(want.Statements) != 14 {
		t.Fatalf("read %v", lines(want))
	}
	for notation, text := range same {
		g, remarks := rdf.Read(rdf.Input{Content: []byte(text)})
		if diff := cmp.Diff(lines(want), lines(g)); diff != "" || len(remarks) > 0 {
			t.Errorf("%s: %v %s", notation, remarks, diff)
		}
		if parts := g.Objects(g.OfType("http://d/Set")[0], "http://d/parts"); len(parts) != 2 || parts[1].Value != "http://b/y" {
			t.Errorf("%s: the list has %v", notation, parts)
		}
	}
}

func TestRDFInXMLIsReadInAllItsForms(t *testing.T) {
	const head = `<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:e="http://e/">`
	for name, tt := range map[string]struct {
		body string
		want []string
	}{
		"properties of a node without a name":          {`<rdf:Description rdf:about="http://e/a"><e:p rdf:parseType="Resource"><e:q>x</e:q></e:p></rdf:Description>`, []string{`<http://e/a> http://e/p _`, `_ http://e/q "x"@^`}},
		"nodes by a name of the text":                  {`<e:T rdf:nodeID="n"/><rdf:Description rdf:about="http://e/a"><e:p rdf:nodeID="n"/></rdf:Description>`, []string{`<http://e/a> http://e/p _`, `_ type <http://e/T>`}},
		"a property with attributes":                   {`<rdf:Description rdf:about="http://e/a"><e:p rdf:resource="http://e/b" e:q="x"/></rdf:Description>`, []string{`<http://e/a> http://e/p <http://e/b>`, `<http://e/b> http://e/q "x"@^`}},
		"a property with attributes and nothing in it": {`<rdf:Description rdf:about="http://e/a"><e:p e:q="x"/></rdf:Description>`, []string{`<http://e/a> http://e/p _`, `_ http://e/q "x"@^`}},
		"members": {`<rdf:Seq rdf:about="http://e/a"><rdf:li>x</rdf:li><rdf:li>y</rdf:li></rdf:Seq>`, []string{`<http://e/a> _1 "x"@^`, `<http://e/a> _2 "y"@^`, `<http://e/a> type <http://www.w3.org/1999/02/22-rdf-syntax-ns#Seq>`}},
		"the marks of a text in XML are passed over": {`<rdf:Description rdf:about="http://e/a"><e:p rdf:parseType="Literal"><b><e:q>x</e:q></b></e:p><e:r>y</e:r></rdf:Description>`, []string{`<http://e/a> http://e/p "x"@^http://www.w3.org/1999/02/22-rdf-syntax-ns#XMLLiteral`, `<http://e/a> http://e/r "y"@^`}},
	} {
		t.Run(name, func(t *testing.T) {
			g, remarks := rdf.Read(rdf.Input{Content: []byte(head + tt.body + "</rdf:RDF>")})
			slices.Sort(tt.want)
			if diff := cmp.Diff(tt.want, lines(g)); diff != "" || len(remarks) > 0 {
				t.Error(remarks, diff)
			}
		})
	}
}

func TestJSONLDIsReadAsCataloguesWriteIt(t *testing.T) {
	terms := map[string]rdf.Definition{"title": {IRI: "http://d/title"}, "page": {IRI: "http://d/page", Refers: true}, "Set": {IRI: "http://d/Set"}, "d:": {IRI: "http://d/"}, "http://d/page": {Refers: true}}
	for name, tt := range map[string]struct {
		text string
		want []string
	}{
		"a context elsewhere":             {`{"@context":"https://example.org/context.jsonld","@id":"http://e/a","@type":"Set","title":"x","page":"http://e/p"}`, []string{`<http://e/a> http://d/page <http://e/p>`, `<http://e/a> http://d/title "x"@^`, `<http://e/a> type <http://d/Set>`}},
		"well-known prefixes left out":    {`{"@graph":[{"@id":"http://e/a","d:title":{"@value":"x","@language":"nl"}}]}`, []string{`<http://e/a> http://d/title "x"@nl^`}},
		"expanded":                        {`[{"@id":"http://e/a","@type":["http://d/Set"],"http://d/page":[{"@id":"http://e/p"}]}]`, []string{`<http://e/a> http://d/page <http://e/p>`, `<http://e/a> type <http://d/Set>`}},
		"a vocabulary":                    {`{"@context":{"@vocab":"http://v/","@language":"fr"},"@id":"http://e/a","name":"x"}`, []string{`<http://e/a> http://v/name "x"@fr^`}},
		"a context of a type":             {`{"@context":{"T":{"@id":"http://d/T","@context":{"n":"http://d/n"}}},"@id":"http://e/a","@type":"T","n":"x"}`, []string{`<http://e/a> http://d/n "x"@^`, `<http://e/a> type <http://d/T>`}},
		"a reverse property":              {`{"@context":{"in":{"@reverse":"http://d/has"}},"@id":"http://e/a","in":{"@id":"http://e/b"}}`, []string{`<http://e/b> http://d/has <http://e/a>`}},
		"reverse properties in an object": {`{"@id":"http://e/a","@reverse":{"http://d/has":{"@id":"http://e/b"}}}`, []string{`<http://e/b> http://d/has <http://e/a>`}},
		"a name that no context knows":    {`{"@context":{"a":"http://d/a"},"@id":"http://e/a","a":"x","b":"y"}`, []string{`<http://e/a> http://d/a "x"@^`}},
		"a datatype and truth":            {`{"@id":"http://e/a","http://d/p":[{"@value":"1","@type":"http://d/t"},true,null,1.5]}`, []string{`<http://e/a> http://d/p "1"@^http://d/t`, `<http://e/a> http://d/p "1.5"@^double`, `<http://e/a> http://d/p "true"@^boolean`}},
		"lists and sets within lists": {`{"@context":{"set":"@set","p":"http://d/p","l":{"@id":"http://d/l","@container":"@list"}},"@id":"http://e/a","p":["x",["y",{"set":["z",null]}]],"l":{"@list":[]}}`,
			[]string{`<http://e/a> http://d/l <http://www.w3.org/1999/02/22-rdf-syntax-ns#nil>`, `<http://e/a> http://d/p "x"@^`, `<http://e/a> http://d/p "y"@^`, `<http://e/a> http://d/p "z"@^`}},
		"values that are nothing, and a number with a datatype": {`{"@context":{"n":{"@id":"http://d/n","@type":"http://d/t"},"none":"@none","s":{"@id":"http://d/s","@container":"@language"}},"@id":"http://e/a","http://d/p":{"@value":null},"n":7,"s":{"none":"x"}}`,
			[]string{`<http://e/a> http://d/n "7"@^http://d/t`, `<http://e/a> http://d/s "x"@^`}},
		"terms made of terms that come on": {`{"@context":{"t":"p:t","p":"http://p/"},"@id":"http://e/a","t":{"@set":["x","y"]}}`, []string{`<http://e/a> http://p/t "x"@^`, `<http://e/a> http://p/t "y"@^`}},
	} {
		t.Run(name, func(t *testing.T) {
			g, _ := rdf.Read(rdf.Input{Content: []byte(tt.text), Terms: terms})
			slices.Sort(tt.want)
			if diff := cmp.Diff(tt.want, lines(g)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestWhatATextForgotIsTakenFromWhatIsKnown(t *testing.T) {
	terms := map[string]rdf.Definition{"d:": {IRI: "http://d/"}, "title": {IRI: "http://d/title"}}
	for name, tt := range map[string]struct{ text, rule, want string }{
		"a prefix of Turtle":                {"<http://e/a> d:p d:b .", "undeclared-prefix", `<http://e/a> http://d/p <http://d/b>`},
		"a prefix that nobody knows":        {"<http://e/a> x:p d:b .", "bad-sentence", ""},
		"an encoding":                       {`<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:d="http://d/"><rdf:Description rdf:about="http://e/a"><d:p>caf` + "\xe9" + `</d:p></rdf:Description></rdf:RDF>`, "not-utf-8", `<http://e/a> http://d/p "caf�"@^`},
		"a container of languages":          {`{"@context":"https://e/context","@id":"http://e/a","title":{"de-AT":"x"}}`, "", `<http://e/a> http://d/title "x"@de-AT^`},
		"texts in a container of languages": {`{"@context":"https://e/context","@id":"http://e/a","title":{"en":["x"]}}`, "", `<http://e/a> http://d/title "x"@en^`},
		"a thing in place of texts":         {`{"@context":"https://e/context","@id":"http://e/a","title":{"@id":"http://e/b"}}`, "", `<http://e/a> http://d/title <http://e/b>`},
	} {
		t.Run(name, func(t *testing.T) {
			g, remarks := rdf.Read(rdf.Input{Content: []byte(tt.text), Terms: terms})
			if got := strings.Join(lines(g), " "); got != tt.want {
				t.Errorf("read %q", got)
			}
			if said := len(remarks) == 1 && remarks[0].Rule == tt.rule; said != (tt.rule != "") || len(remarks) > 1 {
				t.Errorf("remarks %v", remarks)
			}
		})
	}
}

func TestWhatCannotBeReadIsSaid(t *testing.T) {
	for text, rule := range map[string]string{"": "empty", "<?xml version='1.0'?><a>": "broken-xml", "<html>": "bad-sentence", "{}": "no-statements", "{\"a\":": "broken-json", `<?xml version="1.0" encoding="EBCDIC"?><a/>`: "broken-xml",
		"<?xml version='1.0'?>" + strings.Repeat("<a>", 200): "too-much"} {
		g, remarks := rdf.Read(rdf.Input{Content: []byte(text)})
		if len(remarks) == 0 || !strings.HasPrefix(remarks[0].Rule, rule) {
			t.Errorf("%.30q: %d statements, %v", text, len(g.Statements), remarks)
		}
	}
}

func FuzzRead(f *testing.F) {
	for _, text := range same {
		f.Add([]byte(text))
	}
	for _, seed := range []string{`[] <a> ("x"@en 'y'^^<t> 1e5 true) .`, "@prefix a:<b>.a:b\\,c a '''x''' .", `{"@context":{"a":{"@id":"b:","@type":"@vocab"},"b":"a:"},"a":"b"}`, `{"@context":{"@vocab":"a","a":"a"},"a":{"@list":[[1]]}}`,
		`<!DOCTYPE a [<!ENTITY a "b">]><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><a>&a;</a></rdf:RDF>`} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, content []byte) {
		for _, notation := range []rdf.Notation{"", rdf.Turtle, rdf.XML, rdf.JSONLD} {
			g, remarks := rdf.Read(rdf.Input{Content: content, Notation: notation, Base: "http://b/c"})
			if len(g.Statements) == 0 && len(remarks) == 0 && len(strings.TrimSpace(string(content))) == 0 {
				t.Fatal("nothing was read and nothing was said")
			}
			for _, s := range g.OfType("http://d/Set") {
				g.Objects(s, "http://d/parts")
			}
			for _, s := range g.Statements {
				g.Objects(s.Subject, s.Predicate)
				if len(content) > 2000 {
					break
				}
			}
		}
	})
}
