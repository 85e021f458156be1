package forge

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"

	"github.com/go-git/go-git/v5/plumbing"
	"github.com/go-git/go-git/v5/plumbing/protocol/packp"
	"github.com/go-git/go-git/v5/plumbing/protocol/packp/capability"
)

// ref is a branch or tag of a repository.
type ref struct {
	name   string
	id     plumbing.Hash
	peeled plumbing.Hash // what an annotated tag leads to; zero for others
}

// remote is a repository on a host that speaks git over HTTP (gitprotocol-http). Version 2 of the protocol is asked for, since it
// tells only the refs that are asked for; whoever does not know it answers in version 0.
type remote struct {
	c      *Client
	url    string
	moved  bool
	v2     bool
	caps   map[string]string
	adv    *packp.AdvRefs
	refs   []ref // branches and tags, by name
	head   plumbing.Hash
	branch string // what HEAD is, "refs/heads/…"; "" when it is detached or not told
	left   int64  // bytes of packs that may still come
	most   int64
}

// notGit is the problem of something that answers and is no repository.
func notGit(address string, err error) *Problem {
	return failed(address, "There is an answer at this address, and it is not that of a git repository.", "Give the address that “git clone” takes, with https://.", err)
}

// connect asks for branches and tags.
func (c *Client) connect(ctx context.Context, address string, most int64) (*remote, error) {
	base := strings.TrimRight(strings.TrimSpace(address), "/")
	r, err := c.connectTo(ctx, base, most)
	if p := AsProblem(err); p != nil && p.Status == http.StatusNotFound && !strings.HasSuffix(base, ".git") {
		if again, err := c.connectTo(ctx, base+".git", most); err == nil {
			return again, nil
		}
	}
	return r, err
}

func (c *Client) connectTo(ctx context.Context, base string, most int64) (*remote, error) {
	const tail = "/info/refs?service=git-upload-pack"
	answer, err := c.Fetch(ctx, Ask{URL: base + tail, Auth: BasicAuth, Most: 64 << 20, Time: c.lim.RequestTime * 2,
		Header: http.Header{"Git-Protocol": {"version=2"}}})
	if err != nil {
		return nil, err
	}
	r := &remote{c: c, url: base, moved: answer.Moved, left: most, most: most}
	if at, ok := strings.CutSuffix(answer.URL, tail); ok {
		r.url = at
	} else if answer.URL != base+tail {
		return nil, notGit(base, fmt.Errorf("redirected to %s", answer.URL))
	}
	if kind := answer.Header.Get("Content-Type"); !strings.HasPrefix(kind, "application/x-git-upload-pack-advertisement") {
		return nil, notGit(base, fmt.Errorf("content type %q", clip([]byte(kind))))
	}
	if bytes.Contains(answer.Body[:min(len(answer.Body), 8192)], []byte("object-format=sha256")) {
		return nil, failed(base, "The repository names its objects by SHA-256, which the register cannot read yet.", "Keep a copy that uses SHA-1, which git makes by default.", nil)
	}
	if err := r.greet(ctx, answer.Body); err != nil {
		if p := AsProblem(err); !errors.As(err, &p) {
			return nil, notGit(base, err)
		}
		return nil, err
	}
	slices.SortFunc(r.refs, func(a, b ref) int { return strings.Compare(a.name, b.name) })
	r.chooseHead()
	return r, nil
}

// greet reads the first answer, and asks for the refs where that did not tell them.
func (r *remote) greet(ctx context.Context, body []byte) error {
	in, buf := bytes.NewReader(body), make([]byte, 65536)
	for greeted := false; ; greeted = true {
		data, kind, err := readPacket(in, buf)
		if greeted && errors.Is(err, io.EOF) {
			return r.greetOld(body) // there are no refs
		}
		if err != nil {
			return err
		}
		line := strings.TrimSuffix(string(data), "\n")
		if kind == pktFlush || strings.HasPrefix(line, "# service=") {
			continue
		}
		if line != "version 2" {
			return r.greetOld(body)
		}
		break
	}
	r.v2, r.caps = true, map[string]string{}
	for {
		data, kind, err := readPacket(in, buf)
		if err != nil {
			return err
		}
		if kind != pktData {
			break
		}
		name, value, _ := strings.Cut(strings.TrimSuffix(string(data), "\n"), "=")
		r.caps[name] = value
	}
	return r.listRefs(ctx)
}

// greetOld reads the refs out of an answer in version 0.
func (r *remote) greetOld(body []byte) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("the list of refs cannot be read: %v", p)
		}
	}()
	r.adv = packp.NewAdvRefs()
	if err := r.adv.Decode(bytes.NewReader(body)); err != nil && !errors.Is(err, packp.ErrEmptyAdvRefs) {
		return err
	}
	for name, id := range r.adv.References {
		if wanted(name) && !id.IsZero() {
			r.refs = append(r.refs, ref{name: name, id: id, peeled: r.adv.Peeled[name]})
		}
	}
	if r.adv.Head != nil {
		r.head = *r.adv.Head
	}
	for _, symref := range r.adv.Capabilities.Get(capability.SymRef) {
		if target, ok := strings.CutPrefix(symref, "HEAD:"); ok {
			r.branch = target
		}
	}
	return nil
}

// wanted leaves out what hosts add of their own, such as one ref for each change request.
func wanted(name string) bool {
	return strings.HasPrefix(name, "refs/heads/") || strings.HasPrefix(name, "refs/tags/")
}

// listRefs asks for branches and tags in version 2.
func (r *remote) listRefs(ctx context.Context) error {
	var ask packets
	ask.line("command=ls-refs")
	ask.WriteString("0001")
	for _, arg := range []string{"peel", "symrefs", "ref-prefix HEAD", "ref-prefix refs/heads/", "ref-prefix refs/tags/"} {
		ask.line("%s", arg)
	}
	ask.WriteString("0000")
	answer, err := r.c.Fetch(ctx, Ask{Method: http.MethodPost, URL: r.url + "/git-upload-pack", Body: []byte(ask.String()), Auth: BasicAuth, Most: 64 << 20, Header: r.headers()})
	if err != nil {
		return err
	}
	in, buf := bytes.NewReader(answer.Body), make([]byte, 65536)
	for {
		data, kind, err := readPacket(in, buf)
		if err != nil {
			return err
		}
		if kind != pktData {
			return nil
		}
		if err := r.takeRef(strings.TrimSuffix(string(data), "\n")); err != nil {
			return err
		}
	}
}

// takeRef reads "OBJECT NAME [symref-target:NAME] [peeled:OBJECT]" (gitprotocol-v2, "ls-refs").
func (r *remote) takeRef(line string) error {
	words := strings.Split(line, " ")
	if len(words) < 2 || !plumbing.IsHash(words[0]) {
		return fmt.Errorf("%q is no line of a list of refs", clip([]byte(line)))
	}
	found := ref{name: words[1], id: plumbing.NewHash(words[0])}
	for _, w := range words[2:] {
		if id, ok := strings.CutPrefix(w, "peeled:"); ok && plumbing.IsHash(id) {
			found.peeled = plumbing.NewHash(id)
		}
		if target, ok := strings.CutPrefix(w, "symref-target:"); ok && found.name == "HEAD" {
			r.branch = target
		}
	}
	switch {
	case found.name == "HEAD":
		r.head = found.id
	case wanted(found.name):
		r.refs = append(r.refs, found)
	}
	return nil
}

func (r *remote) headers() http.Header {
	h := http.Header{"Content-Type": {"application/x-git-upload-pack-request"}, "Accept": {"application/x-git-upload-pack-result"}}
	if r.v2 {
		h.Set("Git-Protocol", "version=2")
	}
	return h
}

// chooseHead finds the default branch where the host does not name one that is there.
func (r *remote) chooseHead() {
	at := func(name string) plumbing.Hash {
		for _, f := range r.refs {
			if f.name == name {
				return f.id
			}
		}
		return plumbing.ZeroHash
	}
	if id := at(r.branch); !id.IsZero() {
		r.head = id
		return
	}
	r.branch = ""
	if !r.head.IsZero() {
		return
	}
	candidates := []string{"refs/heads/main", "refs/heads/master"}
	for _, f := range r.refs {
		candidates = append(candidates, f.name)
	}
	for _, name := range candidates {
		if id := at(name); !id.IsZero() && strings.HasPrefix(name, "refs/heads/") {
			r.head, r.branch = id, name
			return
		}
	}
}

// digest is over all that a push can change.
func (r *remote) digest() []byte {
	h := sha256.New()
	_, _ = fmt.Fprintf(h, "HEAD %s %s\n", r.head, r.branch)
	for _, f := range r.refs {
		_, _ = io.WriteString(h, f.name+" "+f.id.String()+"\n")
	}
	return h.Sum(nil)
}

// can reports whether the host knows a feature of fetching: "shallow", "filter".
func (r *remote) can(feature string) bool {
	if r.v2 {
		return slices.Contains(strings.Fields(r.caps["fetch"]), feature)
	}
	return feature == "shallow" && r.adv.Capabilities.Supports(capability.Shallow)
}
