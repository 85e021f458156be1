package forge

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"strings"

	"github.com/go-git/go-git/v5/plumbing"
	"github.com/go-git/go-git/v5/plumbing/format/pktline"
	"github.com/go-git/go-git/v5/plumbing/protocol/packp"
	"github.com/go-git/go-git/v5/plumbing/protocol/packp/capability"
	"github.com/go-git/go-git/v5/plumbing/protocol/packp/sideband"
)

// wish is what to fetch.
type wish struct {
	wants  []plumbing.Hash
	haves  []plumbing.Hash
	depth  int    // commits from each want; 0 for all
	filter string // objects to leave out (git-rev-list, "--filter"); only when the host can
}

// download fetches a pack and gives it to take. shallow are commits whose parents were left out.
func (r *remote) download(ctx context.Context, w wish, take func(io.Reader) error) (shallow []plumbing.Hash, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = notGit(r.url, fmt.Errorf("what came cannot be read: %v", p))
		}
	}()
	body, old, err := r.request(w)
	if err != nil {
		return nil, notGit(r.url, err)
	}
	res, _, err := r.c.open(ctx, Ask{Method: http.MethodPost, URL: r.url + "/git-upload-pack", Body: body, Auth: BasicAuth, Header: r.headers()})
	if err != nil {
		return nil, err
	}
	defer res.Body.Close()
	in := &bounded{r: res.Body, left: r.left, over: tooLarge(r.url, "What the repository holds", r.most)}
	defer func() { r.left = max(0, in.left) }()
	var pack io.Reader
	if r.v2 {
		pack, shallow, err = r.openPack(in)
	} else {
		pack, shallow, err = openOldPack(in, old)
	}
	if err == nil {
		err = take(pack)
	}
	return shallow, r.explain(ctx, in, err)
}

// explain finds out why a fetch failed: libraries on the way do not all pass on what was beneath.
func (r *remote) explain(ctx context.Context, in *bounded, err error) error {
	var p *Problem
	var own *fs.PathError // our own disk
	switch {
	case err == nil, errors.As(err, &p), errors.As(err, &own):
		return err
	case in.left < 0:
		return in.over
	case ctx.Err() != nil:
		return asked(r.url, ctx.Err())
	}
	return failed(r.url, "What the host sent of the repository cannot be read: "+strings.TrimRight(clip([]byte(err.Error())), ".")+".", "Check it with “git fsck”.", err)
}

// request writes what is asked for in the version that the host speaks.
func (r *remote) request(w wish) (body []byte, old *packp.UploadPackRequest, err error) {
	if !r.v2 {
		return r.oldRequest(w)
	}
	var ask packets
	ask.line("command=fetch")
	ask.WriteString("0001")
	ask.line("ofs-delta")
	ask.line("no-progress")
	if w.depth > 0 && r.can("shallow") {
		ask.line("deepen %d", w.depth)
	}
	if w.filter != "" && r.can("filter") {
		ask.line("filter %s", w.filter)
	}
	for _, id := range w.wants {
		ask.line("want %s", id)
	}
	for _, id := range w.haves {
		ask.line("have %s", id)
	}
	ask.line("done")
	ask.WriteString("0000")
	return []byte(ask.String()), nil, nil
}

// openPack reads up to the pack in version 2 (gitprotocol-v2, "fetch").
func (r *remote) openPack(in io.Reader) (io.Reader, []plumbing.Hash, error) {
	b := &bands{r: in}
	var shallow []plumbing.Hash
	for {
		data, kind, err := readPacket(in, b.buf[:])
		if err != nil {
			return nil, nil, err
		}
		line := strings.TrimSuffix(string(data), "\n")
		if id, ok := strings.CutPrefix(line, "shallow "); ok && plumbing.IsHash(id) {
			shallow = append(shallow, plumbing.NewHash(id))
		}
		if said, ok := strings.CutPrefix(line, "ERR "); ok {
			return nil, nil, fmt.Errorf("the host says: %s", clip([]byte(said)))
		}
		switch {
		case kind == pktFlush:
			return nil, nil, errors.New("the answer ends before the pack")
		case line == "packfile":
			return b, shallow, nil
		}
	}
}

// oldRequest and openOldPack are the same in version 0.
func (r *remote) oldRequest(w wish) ([]byte, *packp.UploadPackRequest, error) {
	req := packp.NewUploadPackRequest()
	for _, c := range []capability.Capability{capability.Sideband64k, capability.OFSDelta, capability.NoProgress} {
		if r.adv.Capabilities.Supports(c) {
			if err := req.Capabilities.Set(c); err != nil {
				return nil, nil, err
			}
		}
	}
	req.Wants, req.Haves = w.wants, w.haves
	if w.depth > 0 && r.can("shallow") {
		req.Depth = packp.DepthCommits(w.depth)
		if err := req.Capabilities.Set(capability.Shallow); err != nil {
			return nil, nil, err
		}
	}
	var body bytes.Buffer
	if err := req.UploadRequest.Encode(&body); err != nil {
		return nil, nil, err
	}
	if err := req.UploadHaves.Encode(&body, false); err != nil {
		return nil, nil, err
	}
	err := pktline.NewEncoder(&body).EncodeString("done\n")
	return body.Bytes(), req, err
}

func openOldPack(in io.Reader, req *packp.UploadPackRequest) (io.Reader, []plumbing.Hash, error) {
	res := packp.NewUploadPackResponse(req)
	if err := res.Decode(io.NopCloser(bufio.NewReader(in))); err != nil {
		return nil, nil, err
	}
	if req.Capabilities.Supports(capability.Sideband64k) {
		return sideband.NewDemuxer(sideband.Sideband64k, res), res.Shallows, nil
	}
	return res, res.Shallows, nil
}
