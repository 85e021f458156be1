package licenses

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"
	"unicode"
)

// Limits of a release of the list that is read.
const (
	// MaxListBytes is the longest file that ReadList reads; the real ones have a third of a megabyte.
	MaxListBytes = 16 << 20
	maxEntries   = 20_000
	maxMistakes  = 20
)

// licensesFile and exceptionsFile are the two files of spdx/license-list-data, in its folder "json", as far as they are used.
type licensesFile struct {
	Version  string      `json:"licenseListVersion"`
	Date     string      `json:"releaseDate"`
	Licenses []listEntry `json:"licenses"`
}

type exceptionsFile struct {
	Version    string      `json:"licenseListVersion"`
	Exceptions []listEntry `json:"exceptions"`
}

type listEntry struct {
	LicenseID   string   `json:"licenseId"`
	ExceptionID string   `json:"licenseExceptionId"`
	Name        string   `json:"name"`
	Deprecated  bool     `json:"isDeprecatedLicenseId"`
	OSI         *bool    `json:"isOsiApproved"`
	FSF         *bool    `json:"isFsfLibre"`
	SeeAlso     []string `json:"seeAlso"`
}

// ReadList reads a release of the SPDX list from the files licenses.json and exceptions.json of spdx/license-list-data. The two must be of one
// release. What this package itself knows of licences (reciprocity, limits, duties, compatibility) stays as built in.
//
// The error names every mistake up to twenty; nothing is taken from files that have one.
func ReadList(licensesJSON, exceptionsJSON io.Reader) (*List, error) {
	var first licensesFile
	var second exceptionsFile
	if err := errors.Join(decodeList("licenses.json", licensesJSON, &first), decodeList("exceptions.json", exceptionsJSON, &second)); err != nil {
		return nil, err
	}
	r := listReader{seen: map[string]string{}}
	version := r.version(first, second)
	licenses, exceptions := r.licenses(first.Licenses), r.exceptions(second.Exceptions)
	if err := r.err(); err != nil {
		return nil, err
	}
	return newList(version, licenses, exceptions), nil
}

func decodeList(name string, r io.Reader, into any) error {
	content, err := io.ReadAll(io.LimitReader(r, MaxListBytes+1))
	switch {
	case err != nil:
		return fmt.Errorf("%s cannot be read: %w", name, err)
	case len(content) > MaxListBytes:
		return fmt.Errorf("%s has more than %d bytes, which no release of the SPDX list has; give the file of that name from spdx/license-list-data", name, MaxListBytes)
	}
	if err := json.Unmarshal(content, into); err != nil {
		return fmt.Errorf("%s is not the JSON that spdx/license-list-data publishes under that name: %w", name, err)
	}
	return nil
}

// listReader collects the mistakes of a release.
type listReader struct {
	mistakes []error
	more     int
	seen     map[string]string // identifier in lower case to the file it is in
}

func (r *listReader) mistake(format string, args ...any) {
	if len(r.mistakes) == maxMistakes {
		r.more++
		return
	}
	r.mistakes = append(r.mistakes, fmt.Errorf(format, args...))
}

func (r *listReader) err() error {
	if r.more > 0 {
		r.mistakes = append(r.mistakes, fmt.Errorf("and %d more mistakes", r.more))
	}
	return errors.Join(r.mistakes...)
}

func (r *listReader) version(first licensesFile, second exceptionsFile) Version {
	version := Version{Number: first.Version}
	if first.Version == "" {
		r.mistake("licenses.json: licenseListVersion is missing; a verdict must be able to name the list")
	}
	if !plainWord(first.Version) {
		r.mistake("licenses.json: licenseListVersion %q is not the number of a release", clip(first.Version))
	}
	if second.Version != first.Version {
		r.mistake("licenses.json is of release %q and exceptions.json of %q; give two files of one release", clip(first.Version), clip(second.Version))
	}
	day, _, _ := strings.Cut(first.Date, "T")
	if _, err := time.Parse(time.DateOnly, day); err != nil {
		r.mistake("licenses.json: releaseDate %q is not a date such as 2026-02-20", clip(first.Date))
		return version
	}
	version.Date = day
	return version
}

func (r *listReader) licenses(entries []listEntry) []License {
	r.count("licenses.json", "licenses", len(entries))
	licenses := make([]License, 0, min(len(entries), maxEntries))
	for i, x := range entries[:min(len(entries), maxEntries)] {
		r.entry("licenses.json", "licenseId", i, x.LicenseID, x)
		if x.OSI == nil {
			r.mistake("licenses.json, entry %d (%s): isOsiApproved is missing", i+1, clip(x.LicenseID))
			continue
		}
		license := License{ID: x.LicenseID, Name: oneLine(x.Name), OSI: *x.OSI, FSF: Unstated, Deprecated: x.Deprecated, SeeAlso: x.SeeAlso}
		if x.FSF != nil && *x.FSF {
			license.FSF = Yes
		} else if x.FSF != nil {
			license.FSF = No
		}
		licenses = append(licenses, license)
	}
	return licenses
}

func (r *listReader) exceptions(entries []listEntry) []Exception {
	r.count("exceptions.json", "exceptions", len(entries))
	exceptions := make([]Exception, 0, min(len(entries), maxEntries))
	for i, x := range entries[:min(len(entries), maxEntries)] {
		r.entry("exceptions.json", "licenseExceptionId", i, x.ExceptionID, x)
		exceptions = append(exceptions, Exception{ID: x.ExceptionID, Name: oneLine(x.Name), Deprecated: x.Deprecated, SeeAlso: x.SeeAlso})
	}
	return exceptions
}

func (r *listReader) count(file, key string, n int) {
	switch {
	case n == 0:
		r.mistake("%s has no %s", file, key)
	case n > maxEntries:
		r.mistake("%s has %d entries; at most %d are read", file, n, maxEntries)
	}
}

func (r *listReader) entry(file, key string, i int, id string, x listEntry) {
	at := fmt.Sprintf("%s, entry %d", file, i+1)
	if id == "" {
		r.mistake("%s: %s is missing", at, key)
		return
	}
	if !isIdentifier(id) {
		r.mistake("%s: %s %q is not an identifier; those are made of letters, digits, %q and %q", at, key, clip(id), "-", ".")
	}
	if other, taken := r.seen[strings.ToLower(id)]; taken {
		r.mistake("%s: %s is in %s already; identifiers differ in more than case", at, clip(id), other)
	}
	r.seen[strings.ToLower(id)] = file
	if strings.TrimSpace(x.Name) == "" {
		r.mistake("%s (%s): the name is missing", at, clip(id))
	}
}

// oneLine undoes the breaks that some names have in the published file.
func oneLine(name string) string { return strings.Join(strings.Fields(name), " ") }

// isIdentifier allows the "+" at the end that some deprecated identifiers of the list have.
func isIdentifier(id string) bool {
	id = strings.TrimSuffix(id, "+")
	for i := range len(id) {
		if !isIDByte(id[i]) {
			return false
		}
	}
	return id != "" && !strings.HasPrefix(id, licenseRefPrefix) && !strings.HasPrefix(id, additionRefPrefix) && !strings.HasPrefix(id, documentRefPrefix)
}

// plainWord keeps what is shown and stored as a version free of spaces and control characters.
func plainWord(s string) bool {
	return len(s) <= 40 && !strings.ContainsFunc(s, func(c rune) bool { return unicode.IsSpace(c) || !unicode.IsPrint(c) })
}
