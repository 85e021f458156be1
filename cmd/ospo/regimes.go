package main

import (
	"fmt"
	"io"
	"os"

	"github.com/ospo-register/ospo/models"
	"github.com/ospo-register/ospo/policy"
)

// regimesCommand is for who writes down what the law asks. It needs no database.
type regimesCommand struct {
	List  listRegimes `cmd:"" help:"List the laws that come with the register as drafts."`
	Show  showRegime  `cmd:"" help:"Print one of them as YAML, to begin with."`
	Check checkRegime `cmd:"" help:"Say what is wrong with the document of a regime, with line and column, or what it says."`
}

type listRegimes struct{}

// Run prints a line for each preset.
func (listRegimes) Run(w io.Writer) error {
	for _, p := range policy.Presets() {
		if _, err := fmt.Fprintf(w, "%-14s %s\n", p.Code, p.Title); err != nil {
			return err
		}
	}
	return nil
}

type showRegime struct {
	Code string `arg:"" help:"Which, as list names it."`
}

// Run prints the document of a preset.
func (c *showRegime) Run(w io.Writer) error {
	for _, p := range policy.Presets() {
		if p.Code == c.Code {
			_, err := w.Write(p.Text)
			return err
		}
	}
	return models.Refuse(models.NotFound, "no-such-preset", "There is no preset "+c.Code+". “ospo regimes list” names them.")
}

type checkRegime struct {
	File string `arg:"" help:"The document; - reads standard input."`
}

// Run reads the document as the register would, rules of its own included.
func (c *checkRegime) Run(in io.Reader, w io.Writer) error {
	if c.File != "-" {
		f, err := os.Open(c.File)
		if err != nil {
			return fmt.Errorf("%s: %w", c.File, plain(err))
		}
		defer func() { _ = f.Close() }() // it was only read
		in = f
	}
	text, err := io.ReadAll(io.LimitReader(in, models.MaxPolicyText+1))
	if err != nil {
		return fmt.Errorf("%s: %w", c.File, plain(err))
	}
	r, err := policy.ParseRegime(text)
	if err != nil {
		return err
	}
	if _, err := policy.CompileRegime(r); err != nil {
		return err
	}
	_, err = fmt.Fprintf(w, "%s, %s: model %s, %d rungs, %d rules (%d of its own), %d grounds for exemption.\nDigest %s\n",
		r.Code, r.Title, r.Preference.Model, len(r.Preference.Rungs), len(r.On()), len(r.Own), len(r.Exemptions), r.Digest())
	return err
}
