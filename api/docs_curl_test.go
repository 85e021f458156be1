package api_test

import (
	"net/http"
	"os"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/ospo-register/ospo/internal/testkit/sample"
	"github.com/ospo-register/ospo/models"
)

// shellWords splits a command as a shell does: quotes, and variables outside of single ones; a # that begins a word ends it.
func shellWords(line string, variables map[string]string) []string {
	var words []string
	var word strings.Builder
	quote, begun := rune(0), false
	end := func() {
		if begun {
			words = append(words, word.String())
		}
		word.Reset()
		begun = false
	}
	for i := 0; i < len(line); i++ {
		c := rune(line[i])
		switch {
		case quote == 0 && c == '#' && !begun:
			return words
		case quote == 0 && c == ' ':
			end()
		case quote == 0 && (c == '\'' || c == '"'):
			quote, begun = c, true
		case quote == c:
			quote = 0
		case c == '$' && quote != '\'':
			name := regexp.MustCompile(`^[A-Z]+`).FindString(line[i+1:])
			word.WriteString(variables[name])
			i, begun = i+len(name), true
		default:
			word.WriteRune(c)
			begun = true
		}
	}
	end()
	return words
}

// curl sends what a command of the documentation sends.
func (s *server) curl(words []string, files map[string][]byte) (string, answer) {
	s.t.Helper()
	method, address, into, body := http.MethodGet, "", "", any(nil)
	var headers []string
	for i := 1; i < len(words); i++ {
		switch words[i] {
		case "-H":
			i++
			headers = append(headers, words[i])
		case "-d", "--data-binary":
			i++
			method, body = http.MethodPost, []byte(words[i])
			if name, file := strings.CutPrefix(words[i], "@"); file {
				if files[name] == nil {
					s.t.Fatalf("there is no file %s yet: %v", name, words)
				}
				body = files[name]
			}
		case "-o":
			i++
			into = words[i]
		default:
			address = words[i]
		}
	}
	a := s.ask(public, method, address, body, headers...)
	files[into] = a.body
	return address, a
}

func TestTheCommandsOfTheChapterOnLicencesWork(t *testing.T) {
	s := newServer(t)
	text, err := os.ReadFile("../docs/licences.md")
	s.must(err)
	_, chapter, found := strings.Cut(string(text), "## Through the API")
	if !found {
		t.Fatal("the chapter is gone")
	}
	_, block, _ := strings.Cut(chapter, "```sh\n")
	block, _, _ = strings.Cut(block, "```")
	id := func(n int64) string { return strconv.FormatInt(n, 10) }
	variables := map[string]string{"REGISTER": s.base, "TOKEN": s.tokens["officer"], "VERSION": id(s.activeVersion()), "FINDING": id(s.finding()), "SBOM": id(s.state.Current.ID), "ASSET": id(s.state.CaseDesk.ID), "RELEASE": id(s.state.CaseDesk42.ID),
		"UNTIL": models.DateOf(time.Now()).AddDays(90).String()}
	files, ran := map[string][]byte{"bom.json": sample.Document()}, 0
	for line := range strings.Lines(block) {
		line = strings.TrimSpace(line)
		if line == "" {
			continue
		}
		ran++
		want := 200
		if _, note, said := strings.Cut(line, "# 400"); said && note != "" {
			want = 400
		}
		address, a := s.curl(shellWords(line, variables), files)
		if a.status != want && (want != 200 || a.status != 201) {
			t.Errorf("%s\n%s: %d %.300s", line, address, a.status, a.body)
		}
	}
	if ran < 15 {
		t.Errorf("only %d commands were found", ran)
	}
}
