package checklists

import (
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strings"

	"github.com/ospo-register/ospo/models"
)

// findFile looks for a file of the repositories.
func findFile(says string, path func(*models.Tree) string) finder {
	return func(f *Facts, add func(says, link string)) {
		for _, r := range f.code() {
			if p := path(&r.Tree); p != "" {
				add(fmt.Sprintf(says, p), fileURL(r, p))
			}
		}
	}
}

func findMark(says string, there func(*models.Tree) bool) finder {
	return func(f *Facts, add func(says, link string)) {
		for _, r := range f.code() {
			if there(&r.Tree) {
				add(says, webAddress(r.URL))
			}
		}
	}
}

// findDescribed looks for an address that a description names.
func findDescribed(says string, address func(*models.Description) string) finder {
	return func(f *Facts, add func(says, link string)) {
		for _, r := range f.code() {
			if r.Description == nil {
				continue
			}
			if a := address(r.Description); webAddress(a) != "" {
				add(fmt.Sprintf(says, source(r)), a)
			}
		}
	}
}

// findTexts looks for an address that a description names in any language, each address once.
func findTexts(says string, address func(models.DescriptionText) string) finder {
	return func(f *Facts, add func(says, link string)) {
		for _, r := range f.code() {
			if r.Description == nil {
				continue
			}
			seen := map[string]bool{"": true}
			for _, tag := range slices.Sorted(maps.Keys(r.Description.Texts)) {
				if a := webAddress(address(r.Description.Texts[tag])); !seen[a] {
					seen[a] = true
					add(fmt.Sprintf(says, source(r)), a)
				}
			}
		}
	}
}

// shownWords bounds how much of a text is quoted, in characters.
const shownWords = 160

// findWords quotes what a description says, in its default language.
func findWords(says string, text func(models.DescriptionText) string) finder {
	return func(f *Facts, add func(says, link string)) {
		for _, r := range f.code() {
			if r.Description == nil {
				continue
			}
			said, tag := r.Description.Text(models.DefaultLanguage)
			words := []rune(strings.Join(strings.Fields(text(said)), " "))
			if len(words) == 0 {
				continue
			}
			if len(words) > shownWords {
				words = append(words[:shownWords-1], '…')
			}
			add(fmt.Sprintf(says, tag, string(words)), fileURL(r, r.Path))
		}
	}
}

// source names the file that says something.
func source(r *models.Repository) string {
	if r.Path != "" {
		return r.Path
	}
	return string(r.Description.Format)
}

// webAddress gives an address that can be opened; "" for anything else, which a description of others may hold.
func webAddress(given string) string {
	u, err := url.Parse(given)
	if err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http" {
		return ""
	}
	return given
}

// fileURL is the address at which a file of a repository can be read; that of the repository where its host shows none.
func fileURL(r *models.Repository, path string) string {
	base := strings.TrimSuffix(strings.TrimSuffix(webAddress(r.URL), "/"), ".git")
	if base == "" || path == "" || r.DefaultBranch == "" {
		return webAddress(r.URL)
	}
	branch := url.PathEscape(r.DefaultBranch)
	parts := strings.Split(path, "/")
	for i, p := range parts {
		parts[i] = url.PathEscape(p)
	}
	path = strings.Join(parts, "/")
	switch r.Host {
	case models.GitHub:
		return base + "/blob/" + branch + "/" + path
	case models.GitLab:
		return base + "/-/blob/" + branch + "/" + path
	case models.Gitea:
		return base + "/src/branch/" + branch + "/" + path
	case models.Bitbucket:
		return base + "/src/" + branch + "/" + path
	}
	return webAddress(r.URL)
}
