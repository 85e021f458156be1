package register

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/ospo-register/ospo/models"
	"github.com/ospo-register/ospo/store"
)

// maxAnalysis bounds what a scanner may write under one namespace, in bytes.
const maxAnalysis = 256 << 10

// maxNamespaces bounds how many scanners may write of one repository.
const maxNamespaces = 50

var namespace = regexp.MustCompile(`^[a-z0-9][a-z0-9-]{0,62}$`)

// WriteAnalyses keeps what outside scanners found in a repository, each under its own namespace: a JSON object with an integer "v"
// from 1 to 999, its own format's version. A namespace given as null is taken away; what is not named stays as it is, so several
// scanners write side by side. The register stamps the time as "t" and judges nothing.
func (r *Register) WriteAnalyses(ctx context.Context, by models.Viewer, repository int64, given map[string]json.RawMessage) ([]models.Analysis, error) {
	var all []models.Analysis
	err := store.Write(ctx, r.store, func(tx *store.Tx) error {
		if err := tx.Hold(ctx, "repositories", repository); err != nil {
			return err
		}
		row, err := tx.Repository(ctx, by, repository)
		if err != nil {
			return err
		}
		if err := may(by, models.WriteAnalysis, row.AgencyID, "write analyses of this agency's repositories"); err != nil {
			return err
		}
		list, err := r.readAnalyses(by, repository, given)
		if err != nil {
			return err
		}
		changed, err := mergeAnalyses(list, func(a *models.Analysis) error { return tx.KeepAnalysis(ctx, a) }, func(name string) (bool, error) { return tx.DropAnalysis(ctx, repository, name) })
		if err != nil {
			return err
		}
		if all, err = tx.Analyses(ctx, repository); err != nil {
			return err
		}
		if len(all) > maxNamespaces {
			return models.Refuse(models.TooLarge, "too-many-analyses", "A repository takes the analyses of 50 scanners. Take one away by giving null under its name.")
		}
		if len(changed) == 0 {
			return nil
		}
		return record(ctx, tx, by, event{action: "repository.analysed", noun: "repository", id: repository, title: row.Canonical, agency: row.AgencyID, asset: value(row.AssetID), from: row.Visibility, to: row.Visibility, after: map[string]any{"namespaces": changed}})
	})
	return all, err
}

// readAnalyses reports every mistake in what was given.
func (r *Register) readAnalyses(by models.Viewer, repository int64, given map[string]json.RawMessage) (out []models.Analysis, err error) {
	var m models.Mistakes
	at := r.now().Truncate(time.Microsecond)
	for name, body := range given {
		a := models.Analysis{RepositoryID: repository, Namespace: name, WrittenByID: optional(by.UserID), WrittenAt: at}
		var object map[string]json.RawMessage
		switch {
		case !namespace.MatchString(name):
			m.Add(name, "bad-namespace", "A namespace has lower-case letters, digits and hyphens, at most 63.")
			continue
		case string(body) == "null":
			out = append(out, a)
			continue
		case len(body) > maxAnalysis:
			m.Add(name, "too-large", "An analysis has at most 256 kB. Publish the whole and write where it is.")
			continue
		case json.Unmarshal(body, &object) != nil || object == nil:
			m.Add(name, "not-an-object", "Write a JSON object under the namespace, or null to take it away.")
			continue
		}
		if json.Unmarshal(object["v"], &a.FormatV) != nil || a.FormatV < 1 || a.FormatV > 999 {
			m.Add(name+".v", "out-of-range", "Say the version of your format in “v”: a whole number from 1 to 999.")
			continue
		}
		delete(object, "t")
		if a.Body, err = settled(object); err != nil {
			m.Add(name, "bad-value", "An analysis has at most 256 kB, with its numbers written out, and no number beyond ±1.8e308 and no character NUL.")
			continue
		}
		out = append(out, a)
	}
	return out, m.Err()
}

var errUnkept = errors.New("this cannot be kept as it is")

// settled is an object as the database can keep and give it back: it writes numbers out (1e300 has 301 digits), has none that no float64
// holds, and neither NUL nor halves of characters, which become U+FFFD.
func settled(object map[string]json.RawMessage) ([]byte, error) {
	given, err := json.Marshal(object)
	if err != nil {
		return nil, errUnkept
	}
	var values any
	d := json.NewDecoder(bytes.NewReader(given))
	d.UseNumber()
	if err := d.Decode(&values); err != nil {
		return nil, errUnkept
	}
	body, err := json.Marshal(values)
	if err != nil {
		return nil, errUnkept
	}
	grown := len(body)
	d = json.NewDecoder(bytes.NewReader(body))
	d.UseNumber()
	for {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			return body, nil
		}
		switch t := token.(type) {
		case json.Number:
			var f float64
			f, err = t.Float64()
			grown += len(strconv.FormatFloat(f, 'f', -1, 64))
		case string:
			if strings.ContainsRune(t, 0) {
				return nil, errUnkept
			}
		}
		if err != nil || grown > maxAnalysis {
			return nil, errUnkept
		}
	}
}

// mergeAnalyses keeps what was given under each namespace, takes away those under which nothing was, and names what that has changed. Other namespaces are not touched.
func mergeAnalyses(list []models.Analysis, keep func(*models.Analysis) error, drop func(namespace string) (bool, error)) (changed []string, err error) {
	for i := range list {
		a := &list[i]
		if a.Body != nil {
			err = keep(a)
			changed = append(changed, a.Namespace)
		} else {
			var had bool
			if had, err = drop(a.Namespace); had {
				changed = append(changed, a.Namespace)
			}
		}
		if err != nil {
			return nil, err
		}
	}
	return changed, nil
}
