package forge

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/ospo-register/ospo/models"
)

// FuzzHosts gives hosts' answers of any shape to the readers of every host.
func FuzzHosts(f *testing.F) {
	files, err := filepath.Glob("testdata/hosts/*.json")
	if err != nil || len(files) == 0 {
		f.Fatal("no answers of hosts", err)
	}
	for _, name := range files {
		content, err := os.ReadFile(name)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(content)
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		for _, api := range apis {
			found, _, err := api.take(body)
			one, errOne := api.single(body)
			if errOne == nil {
				found = append(found, one)
			}
			if err != nil && errOne != nil {
				continue
			}
			for _, r := range found {
				if r.PushedAt != nil && (r.PushedAt.Year() < 1970 || r.PushedAt.Year() > 9000) || len([]rune(r.Description)) > 2000 || len(r.Topics) > 50 {
					t.Errorf("told %+v", r)
				}
			}
			_ = api.lacks(one)
		}
		if items, err := decode[[]issue](body); err == nil {
			var sums [4]int
			for _, i := range items {
				add(&sums, i, false, time.Unix(0, 0))
			}
		}
		_ = versionOf(body)
	})
}

// FuzzRefs gives any answer to the reader of refs.
func FuzzRefs(f *testing.F) {
	f.Add([]byte("001e# service=git-upload-pack\n0000000eversion 2\n0015agent=git/2.39.5\n0000"))
	f.Add([]byte("001e# service=git-upload-pack\n00000098d0d4a6a1c9b0b0a5b6c1b1a1d0d4a6a1c9b0b0a5 HEAD\x00symref=HEAD:refs/heads/main shallow\n003fd0d4a6a1c9b0b0a5b6c1b1a1d0d4a6a1c9b0b0a5 refs/heads/main\n0000"))
	f.Add([]byte("0032d0d4a6a1c9b0b0a5b6c1b1a1d0d4a6a1c9b0b0a5d0d4 HEAD symref-target:refs/heads/main\n0000"))
	f.Fuzz(func(_ *testing.T, body []byte) {
		r := &remote{}
		if r.greetOld(body) == nil {
			r.chooseHead()
			_ = r.digest()
			_ = r.can("shallow")
		}
		r = &remote{}
		in, buf := bytes.NewReader(body), make([]byte, 65536)
		for {
			data, kind, err := readPacket(in, buf)
			if err != nil || kind != pktData {
				break
			}
			_ = r.takeRef(string(data))
		}
		r.chooseHead()
		_, _, _ = (&remote{v2: true}).openPack(bytes.NewReader(body))
	})
}

// FuzzUnpack gives any pack to both readers of packs, and walks what came of it.
func FuzzUnpack(f *testing.F) {
	f.Add(packOf(packEntry{kind: 3, size: 10, content: zeros(10)}))
	f.Add(packOf(packEntry{kind: 2, size: 33, content: bytes.NewReader(append([]byte("40000 dir\x00"), make([]byte, 20)...))}))
	f.Add(packOf(packEntry{kind: 1, size: 120, content: bytes.NewReader([]byte("tree 0000000000000000000000000000000000000000\nauthor A <a@b.example> 1 +0000\ncommitter A <a@b.example> 1 +0000\n\nmessage"))}))
	f.Add(packOf(packEntry{kind: 3, size: 10, content: zeros(10)}, packEntry{kind: 6, size: 4, base: []byte{19}, content: bytes.NewReader([]byte{10, 10, 0x90, 10})}))
	f.Fuzz(func(_ *testing.T, pack []byte) {
		u := newUnpacker("https://code.example", Limits{FileBytes: 1 << 16, MemoryBytes: 1 << 20})
		_ = u.take(bytes.NewReader(pack))
		_ = inspect(bytes.NewReader(pack), u.over, 1<<20)
		for id := range u.store.Objects {
			_, _, _ = history(u.store, id, 10)
			_ = rootOf(u.store, id, 10)
			_, _ = list(u.store, id, 100)
			_ = tags(u.store, []ref{{name: "refs/tags/a", id: id}})
		}
	})
}

// FuzzAddress asks whether any text leads to a request that must not be made.
func FuzzAddress(f *testing.F) {
	for _, s := range []string{"https://code.example/a", "https://127.0.0.1", "http://[::ffff:127.0.0.1]/", "https://169.254.169.254", "HTTPS://0x7f.1/", "https://2130706433/", "https://a@b", "//x"} {
		f.Add(s)
	}
	c := NewClient(Limits{})
	c.guard.resolver = nil
	f.Fuzz(func(t *testing.T, address string) {
		ctx, cancel := context.WithCancel(context.Background())
		cancel()
		_, err := c.Fetch(ctx, Ask{URL: address})
		if p := AsProblem(err); p == nil || p.Detail == "" {
			t.Errorf("%q: %v", address, err)
		}
		_ = cloneURL(address)
		_, _ = ForkOf(Sibling{URL: address}, Sibling{URL: address, Description: &models.Description{URL: address}})
	})
}

func BenchmarkVisitOfASmallRepository(b *testing.B) {
	w := permits(b)
	for name, d := range dialects {
		b.Run(name, func(b *testing.B) {
			h := w.speak(d)
			c := here(b)
			for b.Loop() {
				if _, err := c.Visit(context.Background(), VisitAsk{URL: h.project()}); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
	b.Run("nothing was pushed", func(b *testing.B) {
		h := w.serve()
		c := here(b)
		v, err := c.Visit(context.Background(), VisitAsk{URL: h.project()})
		if err != nil {
			b.Fatal(err)
		}
		for b.Loop() {
			if _, err := c.Visit(context.Background(), VisitAsk{URL: h.project(), KnownRefs: v.Refs}); err != nil {
				b.Fatal(err)
			}
		}
	})
}
