package register

import (
	"bytes"
	"context"
	"encoding/hex"
	"errors"
	"io"

	"github.com/ospo-register/ospo/licenses"
	"github.com/ospo-register/ospo/models"
	"github.com/ospo-register/ospo/policy"
	"github.com/ospo-register/ospo/verdicts"
)

// Verification says whether a verdict comes out the same when it is made again.
type Verification struct {
	Same        bool
	Digest      string            // of the verdict at hand
	Again       *verdicts.Verdict // made again; nil when the verdict was changed after it was made
	Differences []verdicts.Difference
}

// VerifyVerdict makes a verdict again from what the register holds, the policies and the licence list by their digests, the document by its own, and says same or different.
// It is in conflict (code "cannot-verify") where something is not there, or not for the viewer.
func (r *Register) VerifyVerdict(ctx context.Context, v models.Viewer, body io.Reader) (*Verification, error) {
	lim := Limits{}
	arrived, leave, err := r.arrive(ctx, body, &lim)
	if err != nil {
		return nil, err
	}
	defer leave()
	text, err := io.ReadAll(arrived.open())
	if err != nil {
		return nil, err
	}
	have, err := verdicts.ReadVerdict(text)
	var refusal *models.Error
	if errors.As(err, &refusal) && len(refusal.Fields) == 1 && refusal.Fields[0].Code == verdicts.CodeChanged {
		return &Verification{Differences: []verdicts.Difference{{Member: verdicts.OfVerdict, Sentence: refusal.Fields[0].Detail}}}, nil
	}
	if err != nil {
		return nil, err
	}
	again, err := r.makeAgain(ctx, v, have)
	if err != nil {
		return nil, err
	}
	differences := verdicts.Compare(have, again)
	return &Verification{Same: len(differences) == 0, Digest: have.Digest, Again: again, Differences: differences}, nil
}

// mostChain bounds the policies of a verdict, so that nobody has thousands compiled.
const mostChain = 32

func cannotVerify(why string) error {
	return models.Refuse(models.Conflict, "cannot-verify", "The verdict cannot be made again: "+why)
}

// makeAgain judges the same subject by the same policies and list.
func (r *Register) makeAgain(ctx context.Context, v models.Viewer, have *verdicts.Verdict) (*verdicts.Verdict, error) {
	if len(have.Policies) > mostChain {
		return nil, cannotVerify("it names more policies than any agency stands under.")
	}
	var chain []policy.Source
	for _, was := range have.Policies {
		p, err := r.policyByDigest(ctx, was)
		if err != nil {
			return nil, err
		}
		chain = append(chain, policy.Source{Policy: p, Version: was.Version, Agency: was.Agency})
	}
	list, err := r.listByDigest(ctx, have.LicenseList)
	if err != nil {
		return nil, err
	}
	program, err := policy.Compile(chain, list)
	if err != nil {
		return nil, err
	}
	situation, err := verdicts.Situate(have.Situation)
	if err != nil {
		return nil, err
	}
	if have.Subject.Kind == verdicts.Expression {
		return verdicts.JudgeExpression(ctx, program, situation, have.Words, have.Subject.Text)
	}
	body, size, err := r.judgedBytes(ctx, v, have)
	if err != nil {
		return nil, err
	}
	defer func() { _ = body.Close() }() // read to its end, or the error says why not
	read, done, err := r.admission.enter(ctx, body, size)
	if err != nil {
		return nil, err
	}
	defer done()
	if have.Subject.Kind == verdicts.PURLs {
		known := map[string]string{}
		for _, s := range have.Subject.Given {
			known[s.PURL] = s.License
		}
		return verdicts.JudgePURLs(ctx, program, situation, have.Words, read, have.Subject.Name, func(purl string) (string, bool) {
			license, ok := known[purl]
			return license, ok
		})
	}
	return verdicts.Judge(ctx, program, situation, have.Words, read, have.Subject.Name, Limits{})
}

func (r *Register) policyByDigest(ctx context.Context, was verdicts.Policy) (*policy.Policy, error) {
	digest, err := hex.DecodeString(was.Digest)
	if err != nil {
		return nil, cannotVerify("a digest of a policy is none.")
	}
	row, err := r.store.PolicyVersionByDigest(ctx, digest)
	switch {
	case models.IsKind(err, models.NotFound) && policy.Default().Digest() == was.Digest:
		return policy.Default(), nil
	case models.IsKind(err, models.NotFound):
		return nil, cannotVerify("the register has no released policy " + was.ID + " with the SHA-256 " + was.Digest + ".")
	case err != nil:
		return nil, err
	}
	return policy.Parse([]byte(row.Text))
}

// listByDigest finds a licence list. One that the register does not have is stood in for by the one in force; the comparison says so.
func (r *Register) listByDigest(ctx context.Context, was verdicts.LicenseList) (*licenses.List, error) {
	if was.Digest == licenses.Embedded().Digest() {
		return licenses.Embedded(), nil
	}
	row, err := r.store.LicenseListByDigest(ctx, was.Digest)
	if models.IsKind(err, models.NotFound) {
		return r.LicenseList(ctx)
	}
	if err != nil {
		return nil, err
	}
	return licenses.ReadList(bytes.NewReader(row.Licenses), bytes.NewReader(row.Exceptions))
}

// judgedBytes finds what was judged: among what was kept with verdicts, else among the documents of the register. The size is that of the bytes as far as it is known.
func (r *Register) judgedBytes(ctx context.Context, v models.Viewer, have *verdicts.Verdict) (io.ReadCloser, int64, error) {
	digest, err := hex.DecodeString(have.Digest)
	if err != nil {
		return nil, 0, cannotVerify("its digest is none.")
	}
	kept, err := r.store.PolicyCheckByDigest(ctx, v, digest)
	if err == nil {
		body, err := kept.Open()
		return body, MaxCheckBytes, err
	}
	if !models.IsKind(err, models.NotFound) {
		return nil, 0, err
	}
	if have.Subject.Kind == verdicts.PURLs {
		return nil, 0, cannotVerify("the list of packages was not kept, or it is not for you to see. “ospo verify” takes it from a file.")
	}
	sum, err := hex.DecodeString(have.Subject.SHA256)
	if err != nil {
		return nil, 0, cannotVerify("the digest of the document is none.")
	}
	row, err := r.store.SBOMWithBytes(ctx, v, sum, 0)
	if models.IsKind(err, models.NotFound) {
		return nil, 0, cannotVerify("the register has no document with the SHA-256 " + have.Subject.SHA256 + " that you may see. “ospo verify” takes it from a file.")
	}
	if err != nil {
		return nil, 0, err
	}
	if row.ReducedAt != nil {
		return nil, 0, cannotVerify("the original of the document was let go by a retention rule.")
	}
	body, err := r.store.Original(ctx, row.OriginalID)
	return body, row.Bytes, err
}
