package main

import (
	"bytes"
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/ospo-register/ospo/importers/sbom"
	"github.com/ospo-register/ospo/licenses"
	"github.com/ospo-register/ospo/models"
	"github.com/ospo-register/ospo/policy"
	"github.com/ospo-register/ospo/store"
	"github.com/ospo-register/ospo/verdicts"
)

// verifyCommand checks what somebody was given: a verdict by making it again, a published document by its proof, a log by
// checkpoints that were kept. It tells what they are by their content.
type verifyCommand struct {
	Files    []string `arg:"" optional:"" name:"file" help:"A verdict, as “ospo check --verdict” wrote it; or a published document with --proof; or signed checkpoints of the log."`
	Proof    string   `name:"proof" placeholder:"FILE" help:"The proof that belongs to a published document, or that leads from one checkpoint to a newer one."`
	Key      []string `name:"key" sep:"none" placeholder:"KEY|FILE" help:"The public key of the log, or a file with it. Take it from somebody you trust."`
	Log      bool     `name:"log" help:"Check the whole log of the register's own database, with all that it speaks of. Checkpoints that are given have been kept elsewhere."`
	Document string   `name:"document" placeholder:"FILE" help:"What was judged. When it is not given, it is taken from the register: what was kept with the verdict, or an SBOM by its digest."`
	Policy   []string `name:"policy" sep:"," placeholder:"default|FILE" help:"The policies that judged. When they are not given, they are taken from the register by their digests; the one that ships is always known."`
}

// Run says same or different. The exit status is 0 when it is the same, 1 when it is different, and 2 when it cannot be made again.
func (c *verifyCommand) Run(ctx context.Context, s *settings, w io.Writer) error {
	if c.Log {
		return c.verifyLog(ctx, s, w)
	}
	given, err := c.given()
	if err != nil {
		return err
	}
	if given.proves() {
		return c.verifyProof(given, w)
	}
	if len(c.Files) != 1 || len(c.Key) > 0 {
		return models.Refuse(models.Invalid, "cannot-verify", "Name one verdict; or a document and its proof, with --key; or two checkpoints of the log; or --log. See “ospo verify --help”.")
	}
	a := &archive{ctx: ctx, close: func() {}}
	defer func() { a.close() }()
	a.open = func() (*store.Store, error) {
		db, err := open(ctx, s, s.log(io.Discard), io.Discard, joinHeld)
		if err != nil {
			return nil, err
		}
		a.close = db.close
		return db.store, nil
	}
	return c.verify(a, w)
}

// archive is the register as far as verifying needs it. It is opened when something is looked for.
type archive struct {
	ctx   context.Context //nolint:containedctx // made for one command
	open  func() (*store.Store, error)
	close func()
	store *store.Store
}

func (a *archive) opened() (*store.Store, error) {
	if a.store != nil {
		return a.store, nil
	}
	var err error
	a.store, err = a.open()
	return a.store, err
}

func (c *verifyCommand) verify(a *archive, w io.Writer) error {
	text, err := readAtMost(c.Files[0], verdicts.MostBytes)
	if err != nil {
		return cannotVerify(err)
	}
	have, err := verdicts.ReadVerdict(text)
	var refusal *models.Error
	if errors.As(err, &refusal) && len(refusal.Fields) == 1 && refusal.Fields[0].Code == verdicts.CodeChanged {
		fmt.Fprintf(w, "%s: different\n  %s\n", c.Files[0], refusal.Fields[0].Detail)
		return quiet(1)
	}
	if err != nil {
		return err
	}
	again, err := c.again(a, have)
	if err != nil {
		return err
	}
	differences := verdicts.Compare(have, again)
	if len(differences) == 0 {
		_, err = fmt.Fprintf(w, "%s: same\n  Made again it has the same digest %s: %s\n", c.Files[0], again.Digest, again.Verdict)
		return err
	}
	fmt.Fprintf(w, "%s: different\n", c.Files[0])
	for _, d := range differences {
		fmt.Fprintf(w, "  %s: %s\n    then: %s\n    now:  %s\n", d.Member, d.Sentence, d.Have, d.Again)
	}
	return quiet(1)
}

func readAtMost(name string, most int64) ([]byte, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, plain(err))
	}
	defer f.Close()
	return io.ReadAll(io.LimitReader(f, most+1))
}

// cannotVerify says that there is neither same nor different.
func cannotVerify(err error) error {
	return models.Refuse(models.Invalid, "cannot-verify", "The verdict cannot be made again: "+err.Error())
}

// again makes the verdict again, of the same subject by the same policies and list, as far as they are to be had.
func (c *verifyCommand) again(a *archive, have *verdicts.Verdict) (*verdicts.Verdict, error) {
	chain, err := c.chain(a, have)
	if err != nil {
		return nil, cannotVerify(err)
	}
	body, err := c.subject(a, have)
	if err != nil {
		return nil, cannotVerify(err)
	}
	defer body.Close()
	list, err := a.list(have.LicenseList.Digest)
	if err != nil {
		return nil, cannotVerify(err)
	}
	program, err := policy.Compile(chain, list)
	if err != nil {
		return nil, cannotVerify(err)
	}
	situation, err := verdicts.Situate(have.Situation)
	if err != nil {
		return nil, err
	}
	var v *verdicts.Verdict
	switch have.Subject.Kind {
	case verdicts.Expression:
		v, err = verdicts.JudgeExpression(a.ctx, program, situation, have.Words, have.Subject.Text)
	case verdicts.PURLs:
		known := map[string]string{}
		for _, s := range have.Subject.Given {
			known[s.PURL] = s.License
		}
		v, err = verdicts.JudgePURLs(a.ctx, program, situation, have.Words, body, have.Subject.Name, func(purl string) (string, bool) {
			license, ok := known[purl]
			return license, ok
		})
	default:
		v, err = verdicts.Judge(a.ctx, program, situation, have.Words, body, have.Subject.Name, sbom.Limits{})
	}
	if err != nil {
		return nil, cannotVerify(err)
	}
	return v, nil
}

// chain finds the policies: those that are given, by digest or else by name; else the one that ships; else the register's.
func (c *verifyCommand) chain(a *archive, have *verdicts.Verdict) ([]policy.Source, error) {
	var given []*policy.Policy
	for _, name := range c.Policy {
		p, err := readPolicy(name)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		given = append(given, p)
	}
	given = append(given, policy.Default())
	var chain []policy.Source
	for _, was := range have.Policies {
		p := choosePolicy(given, was, len(c.Policy))
		if p == nil {
			var err error
			if p, err = a.policy(was); err != nil {
				return nil, err
			}
		}
		chain = append(chain, policy.Source{Policy: p, Version: was.Version, Agency: was.Agency})
	}
	return chain, nil
}

// choosePolicy finds what stands for a policy among those that are given, of which the first named are the caller's own.
func choosePolicy(given []*policy.Policy, was verdicts.Policy, named int) *policy.Policy {
	for _, p := range given {
		if p.Digest() == was.Digest {
			return p
		}
	}
	for _, p := range given[:named] {
		if p.ID == was.ID {
			return p
		}
	}
	return nil
}

func (a *archive) policy(was verdicts.Policy) (*policy.Policy, error) {
	st, err := a.opened()
	if err != nil {
		return nil, fmt.Errorf("the policy %s is not given with --policy, and the register cannot be asked: %w", was.ID, err)
	}
	digest, err := hex.DecodeString(was.Digest)
	if err != nil {
		return nil, err
	}
	row, err := st.PolicyVersionByDigest(a.ctx, digest)
	if models.IsKind(err, models.NotFound) {
		return nil, fmt.Errorf("the register has no policy with the SHA-256 %s. Give the policy %s with --policy", was.Digest, was.ID)
	}
	if err != nil {
		return nil, err
	}
	return policy.Parse([]byte(row.Text))
}

// subject opens what was judged.
func (c *verifyCommand) subject(a *archive, have *verdicts.Verdict) (io.ReadCloser, error) {
	if have.Subject.Kind == verdicts.Expression {
		return io.NopCloser(strings.NewReader("")), nil
	}
	if c.Document != "" {
		f, err := os.Open(c.Document)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", c.Document, plain(err))
		}
		return f, nil
	}
	st, err := a.opened()
	if err != nil {
		return nil, fmt.Errorf("the document is not given with --document, and the register cannot be asked: %w", err)
	}
	body, err := a.kept(st, have.Digest)
	if !models.IsKind(err, models.NotFound) {
		return body, err
	}
	if have.Subject.Kind == verdicts.PURLs {
		return nil, errors.New("the register did not keep the list of packages with the verdict. Give it with --document")
	}
	return a.document(st, have.Subject.SHA256)
}

// kept opens what the register kept with a verdict that somebody asked it to keep.
func (a *archive) kept(st *store.Store, verdict string) (io.ReadCloser, error) {
	digest, err := hex.DecodeString(verdict)
	if err != nil {
		return nil, err
	}
	row, err := st.PolicyCheckByDigest(a.ctx, models.SystemViewer("Command line"), digest)
	if err != nil {
		return nil, err
	}
	return row.Open()
}

// document opens an SBOM that was delivered to the register.
func (a *archive) document(st *store.Store, sum string) (io.ReadCloser, error) {
	digest, err := hex.DecodeString(sum)
	if err != nil {
		return nil, err
	}
	row, err := st.SBOMWithBytes(a.ctx, models.SystemViewer("Command line"), digest, 0)
	if models.IsKind(err, models.NotFound) {
		return nil, fmt.Errorf("the register has no document with the SHA-256 %s. Give it with --document", sum)
	}
	if err != nil {
		return nil, err
	}
	return st.Original(a.ctx, row.OriginalID)
}

// list finds the licence list; the one that is built in when it is not to be had, which the comparison then says. The register is not opened for it alone.
func (a *archive) list(digest string) (*licenses.List, error) {
	if a.store == nil || digest == licenses.Embedded().Digest() {
		return licenses.Embedded(), nil
	}
	row, err := a.store.LicenseListByDigest(a.ctx, digest)
	if models.IsKind(err, models.NotFound) {
		return licenses.Embedded(), nil
	}
	if err != nil {
		return nil, err
	}
	return licenses.ReadList(bytes.NewReader(row.Licenses), bytes.NewReader(row.Exceptions))
}
