package publiccode

import (
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	read "github.com/ospo-register/ospo/importers/publiccode"
	"github.com/ospo-register/ospo/models"
)

// corpus is every file that the reader of publiccode.yml is tested with: the acceptance suites, the examples of the standard and real ones.
func corpus(t *testing.T) []string {
	t.Helper()
	var files []string
	err := filepath.WalkDir("../../importers/publiccode/testdata", func(path string, e fs.DirEntry, err error) error {
		if err == nil && !e.IsDir() && (strings.HasSuffix(path, ".yml") || strings.HasSuffix(path, ".yaml")) {
			files = append(files, path)
		}
		return err
	})
	if err != nil || len(files) < 50 {
		t.Fatal(len(files), err)
	}
	return files
}

func TestEveryValidFileSaysTheSameAfterItIsWrittenAnew(t *testing.T) {
	valid := 0
	for _, name := range corpus(t) {
		content, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		first, remarks := read.Read(content)
		if first == nil || !models.Valid(remarks) {
			continue
		}
		valid++
		written, losses := Write(first)
		second, again := read.Read(written)
		if second == nil {
			t.Errorf("%s cannot be read again: %v\n%s", name, again, written)
			continue
		}
		if !models.NoGaps(losses) {
			t.Errorf("%s is valid, and yet something is to be filled in: %v", name, losses)
		}
		if !models.Valid(again) {
			t.Errorf("%s is no longer valid: %v\n%s", name, again, written)
		}
		excuse(first, second, losses)
		if diff := cmp.Diff(first, second, cmp.AllowUnexported(models.Date{})); diff != "" {
			t.Errorf("%s: what nobody named was lost (-first +again)\n%s\n%v", name, diff, losses)
		}
	}
	t.Logf("%d valid files", valid)
	if valid < 40 {
		t.Errorf("only %d valid files", valid)
	}
}

// tables are rules about what only lists of a reader can tell: a writer takes addresses and identifiers over as they were stated.
var tables = []string{"not-a-video", "not-a-language", "unknown-ipa-code"}

// TestAFileWithoutGapsIsValidWhateverItCameFrom holds for what was invalid too: what broke the standard was left out or is a gap.
func TestAFileWithoutGapsIsValidWhateverItCameFrom(t *testing.T) {
	whole := 0
	for _, name := range corpus(t) {
		content, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		first, _ := read.Read(content)
		if first == nil {
			continue
		}
		written, losses := Write(first)
		_, again := read.Read(written)
		if models.NoGaps(losses) {
			whole++
		}
		again = slices.DeleteFunc(again, func(r models.Remark) bool { return slices.Contains(tables, r.Rule) })
		if models.NoGaps(losses) != models.Valid(again) {
			t.Errorf("%s: gaps and remarks differ:\n%v\n%v\n%s", name, losses, again, written)
		}
	}
	t.Logf("%d files without gaps", whole)
}

// excuse makes equal what the losses name.
func excuse(first, second *models.Description, losses []models.Loss) {
	second.FormatVersion = first.FormatVersion
	for _, l := range losses {
		parts := strings.Split(l.Key, ".")
		switch {
		case parts[0] == "description" && len(parts) == 3:
			a, b := first.Texts[parts[1]], second.Texts[parts[1]]
			switch parts[2] {
			case "genericName":
				b.GenericName = a.GenericName
			case "shortDescription":
				b.Short = a.Short
			case "longDescription":
				b.Long = a.Long
			}
			second.Texts[parts[1]] = b
		case l.Key == "legal.repoOwner":
			second.RepoOwner, second.Organisation = first.RepoOwner, first.Organisation
		case l.Key == "organisation.name":
			second.Organisation = first.Organisation
		case l.Key == "legal.authorsFile":
			second.AuthorsFile = first.AuthorsFile
		case l.Key == "legal.license":
			second.License = first.License
		case l.Key == "categories":
			second.Categories = first.Categories
		case l.Key == "intendedAudience.scope":
			second.Scope = first.Scope
		case l.Key == "intendedAudience.countries":
			second.Countries = first.Countries
		case l.Key == "intendedAudience.unsupportedCountries":
			second.NotCountries = first.NotCountries
		case l.Key == "maintenance.contractors":
			second.Contractors = first.Contractors
		default:
			delete(first.Kept, l.Key)
		}
	}
	if len(first.Kept) == 0 && len(second.Kept) == 0 {
		first.Kept, second.Kept = nil, nil
	}
}
