package forge

import (
	"bytes"
	"compress/zlib"
	"context"
	"crypto/sha1"
	"encoding/binary"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ospo-register/ospo/models"
)

// everyWay visits a repository by every dialect, and into a mirror.
func everyWay(t *testing.T, w *work, check func(t *testing.T, v *Visited, err error), change ...func(*Limits)) {
	t.Helper()
	for name, d := range dialects {
		t.Run(name, func(t *testing.T) {
			h := w.speak(d)
			v, err := here(t, change...).Visit(context.Background(), VisitAsk{URL: h.project()})
			check(t, v, err)
		})
	}
	t.Run("a mirror", func(t *testing.T) {
		v, err := here(t, change...).Visit(context.Background(), VisitAsk{URL: w.serve().project(), MirrorDir: filepath.Join(t.TempDir(), "mirror")})
		check(t, v, err)
	})
}

func TestARepositoryWithoutACommitIsEmpty(t *testing.T) {
	everyWay(t, newWork(t), func(t *testing.T, v *Visited, err error) {
		if err != nil || !v.Empty || v.Head != "" || len(v.Refs) == 0 || len(v.Revisions()) != 0 {
			t.Errorf("%+v, %v", v, err)
		}
	})
}

func TestAHeadThatIsNoBranchIsRead(t *testing.T) {
	w := newWork(t)
	first := w.commit(map[string]string{"publiccode.yml": description})
	w.commit(nil)
	w.git("checkout", "-q", "--detach", first)
	everyWay(t, w, func(t *testing.T, v *Visited, err error) {
		if err != nil || v.DefaultBranch != "" || v.Head != first || len(v.Files) != 1 {
			t.Errorf("%+v, %v", v, err)
		}
	})
}

func TestWithoutTheDefaultBranchAnotherIsRead(t *testing.T) {
	w := newWork(t)
	w.commit(map[string]string{"publiccode.yml": description})
	w.git("branch", "-q", "-m", "develop")
	w.git("symbolic-ref", "HEAD", "refs/heads/nowhere")
	everyWay(t, w, func(t *testing.T, v *Visited, err error) {
		if err != nil || v.DefaultBranch != "develop" || len(v.Files) != 1 {
			t.Errorf("%+v, %v", v, err)
		}
	})
}

func TestARepositoryWithNothingButTagsIsRead(t *testing.T) {
	w := newWork(t)
	w.commit(map[string]string{"a": "1"})
	w.git("tag", "v1")
	w.git("checkout", "-q", "--orphan", "empty")
	w.git("branch", "-q", "-D", "main")
	everyWay(t, w, func(t *testing.T, v *Visited, err error) {
		if err != nil || v.Head != "" || len(v.Tags) != 1 || v.Tags[0].CommitID == "" {
			t.Errorf("%+v, %v", v, err)
		}
	})
}

func TestStrangeFilesAreCountedAndDoNoHarm(t *testing.T) {
	w := newWork(t)
	w.write(map[string]string{"a\xff\xfeb.go": "1", "with\nline.py": "1", "-rf": "1", "con.": "1", "ü/é.ts": "1", strings.Repeat("d/", 60) + "deep.rb": "1", "LICENSE.txt": "nothing known",
		"license.go": "package license", "code.json": strings.Repeat("x", 3000)})
	for name, target := range map[string]string{"publiccode.yml": "/etc/passwd", "LICENSE": "../../../../etc/shadow", "bom.json": "loop", "loop": "loop"} {
		if err := os.Symlink(target, filepath.Join(w.dir, name)); err != nil {
			t.Fatal(err)
		}
	}
	inner := newWork(t)
	inner.commit(map[string]string{"x.c": "1"})
	w.git("-c", "protocol.file.allow=always", "submodule", "--quiet", "add", inner.dir, "sub")
	w.commit(nil)
	everyWay(t, w, func(t *testing.T, v *Visited, err error) {
		if err != nil {
			t.Fatal(err)
		}
		want := models.Tree{Files: 14, Languages: []string{"Go", "Python", "Ruby", "TypeScript"}, LicenseFiles: []models.LicenseFile{{Path: "LICENSE.txt"}}}
		if diff := cmp.Diff(want, v.Tree); diff != "" {
			t.Errorf("the tree (-want +got):\n%s", diff)
		}
		if len(v.Files) != 1 || v.Files[0].Path != "code.json" || v.Files[0].Content != nil || len(v.Remarks) != 1 {
			t.Errorf("a file over the limit is named without its content: %+v, %q", v.Files, v.Remarks)
		}
	}, func(l *Limits) { l.FileBytes = 2000 })
}

func TestTagsOfAnythingAreRead(t *testing.T) {
	w := newWork(t)
	c := w.commit(map[string]string{"a": "1"})
	w.git("tag", "-a", "one", "-m", "x")
	w.git("tag", "-a", "two", "one", "-m", "a tag of a tag")
	w.git("tag", "tree", c+"^{tree}")
	w.git("tag", "-a", "blob", c+":a", "-m", "a tag of a file")
	everyWay(t, w, func(t *testing.T, v *Visited, err error) {
		if err != nil {
			t.Fatal(err)
		}
		got := map[string]string{}
		for _, tag := range v.Tags {
			got[tag.Name] = tag.CommitID
		}
		if diff := cmp.Diff(map[string]string{"one": c, "two": c, "tree": "", "blob": ""}, got); diff != "" {
			t.Errorf("commits of tags (-want +got):\n%s", diff)
		}
		if n := len(v.Revisions()); n != 3 {
			t.Errorf("%d revisions", n)
		}
	})
}

func TestMoreTagsThanAreReadAreSaidToBeMore(t *testing.T) {
	w := newWork(t)
	w.commit(nil)
	for i := range 20 {
		w.git("tag", fmt.Sprintf("v%02d", i))
	}
	everyWay(t, w, func(t *testing.T, v *Visited, err error) {
		if err != nil || !v.TagsCutOff || len(v.Tags) != 8 || v.Tags[0].Name != "v19" {
			t.Errorf("%d tags, cut off %v, %v", len(v.Tags), v.TagsCutOff, err)
		}
	}, func(l *Limits) { l.Tags = 8 })
}

// stream makes a repository of what git fast-import reads: commits that git itself would not make.
func stream(t *testing.T, text string) *work {
	t.Helper()
	w := newWork(t)
	cmd := exec.Command("git", "fast-import", "--quiet", "--date-format=raw-permissive")
	cmd.Dir, cmd.Stdin = w.dir, strings.NewReader(text)
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatal(err, string(out))
	}
	return w
}

func TestCommitsWithStrangeAuthorsAndTimesAreRead(t *testing.T) {
	w := stream(t, "commit refs/heads/main\nmark :1\nauthor  <> 0 +0000\ncommitter Nobody <nobody> 99999999999999 +9999\ndata 1\na\n"+
		"commit refs/heads/main\nauthor renovate[bot] <29139614+renovate[bot]@users.noreply.github.com> 1700000000 +0100\ncommitter \xff\xfe <a@b@c.example> 1700000000 +0100\ndata 1\nb\n")
	everyWay(t, w, func(t *testing.T, v *Visited, err error) {
		if err != nil || len(v.Commits) != 2 {
			t.Fatalf("%+v, %v", v, err)
		}
		for _, c := range v.Commits {
			if c.At.Year() < 1970 || c.At.Year() > 9000 || c.Author == "" {
				t.Errorf("%+v", c)
			}
		}
		if newest := v.Commits[0]; newest.At.Year() == 9000 && !v.Commits[1].Bot {
			t.Errorf("the program is not told from people: %+v", v.Commits)
		}
	})
}

func TestARepositoryWithSHA256SaysSo(t *testing.T) {
	w := newWork(t, "--object-format=sha256")
	w.commit(map[string]string{"a": "1"})
	everyWay(t, w, func(t *testing.T, _ *Visited, err error) {
		if p := problem(t, err); p.Outcome != models.VisitFailed || !strings.Contains(p.Detail, "SHA-256") {
			t.Errorf("%s: %v", p.Outcome, p)
		}
	})
}

func TestAHistoryThatIsTooLargeIsReadByItsNewestState(t *testing.T) {
	w := newWork(t)
	noise := make([]byte, 200_000)
	for i := range 4 {
		for j := range noise {
			noise[j] = byte((j*j*31 + i*7919 + j>>3) >> 2)
		}
		sum := sha1.Sum(noise)
		for j := range noise {
			noise[j] ^= sum[j%20] + byte(j>>8)*sum[(j>>8)%20]
		}
		w.commit(map[string]string{"data.bin": string(noise), "publiccode.yml": description})
	}
	var whole int64
	h := w.speak(dialect{filter: "false"})
	if v, err := here(t).Visit(context.Background(), VisitAsk{URL: h.project()}); err != nil {
		t.Fatal(err)
	} else {
		whole = v.Fetched
	}
	v, err := here(t, func(l *Limits) { l.FetchBytes = whole / 2 }).Visit(context.Background(), VisitAsk{URL: h.project()})
	if err != nil || len(v.Files) != 1 || len(v.Commits) != 1 || !v.CutOff || len(v.Remarks) == 0 {
		t.Errorf("of %d bytes: %+v, %v", whole, v, err)
	}
	inMemory := func(l *Limits) { l.MemoryBytes = 500_000 }
	v, err = here(t, inMemory).Visit(context.Background(), VisitAsk{URL: h.project()})
	if err != nil || len(v.Files) != 1 || len(v.Commits) != 4 || v.RootCommit == "" || len(v.Remarks) != 0 {
		t.Errorf("what is too much to keep is read in two parts: %+v, %v", v, err)
	}
	_, err = here(t, func(l *Limits) { l.FetchBytes = whole / 20 }).Visit(context.Background(), VisitAsk{URL: h.project()})
	if p := problem(t, err); p.Outcome != models.VisitTooLarge || p.Cure == "" {
		t.Errorf("%s: %v", p.Outcome, p)
	}
	lean, err := here(t, func(l *Limits) { l.FetchBytes = whole / 20 }).Visit(context.Background(), VisitAsk{URL: w.speak(dialect{filter: "true"}).project()})
	if err != nil || len(lean.Files) != 1 || len(lean.Commits) != 4 {
		t.Errorf("a host that leaves objects out sends what is read: %v", err)
	}
	dir := filepath.Join(t.TempDir(), "mirror")
	_, err = here(t, func(l *Limits) { l.MirrorBytes = whole / 2 }).Visit(context.Background(), VisitAsk{URL: h.project(), MirrorDir: dir})
	if p := problem(t, err); p.Outcome != models.VisitTooLarge {
		t.Errorf("a mirror: %s: %v", p.Outcome, p)
	}
	if left, _ := filepath.Glob(filepath.Join(dir, "incoming-*")); len(left) != 0 {
		t.Errorf("left behind: %v", left)
	}
}

// packOf writes a pack of entries: type, stated size, and content before it is packed.
func packOf(entries ...packEntry) []byte {
	var b bytes.Buffer
	b.WriteString("PACK")
	_ = binary.Write(&b, binary.BigEndian, [2]uint32{2, uint32(len(entries))})
	for _, e := range entries {
		size := e.size
		first := byte(e.kind)<<4 | byte(size&15)
		for size >>= 4; size > 0; size >>= 7 {
			b.WriteByte(first | 0x80)
			first = byte(size & 0x7f)
		}
		b.WriteByte(first)
		b.Write(e.base)
		z := zlib.NewWriter(&b)
		_, _ = io.Copy(z, e.content)
		_ = z.Close()
	}
	sum := sha1.Sum(b.Bytes())
	return append(b.Bytes(), sum[:]...)
}

type packEntry struct {
	kind    int
	size    int64
	base    []byte
	content io.Reader
}

func zeros(n int64) io.Reader { return io.LimitReader(endless{}, n) }

func TestPacksThatUnpackToFarMoreThanTheyAreAreGivenUp(t *testing.T) {
	base := packEntry{kind: 3, size: 100, content: zeros(100)}
	growing := append([]byte{100}, 0x80, 0x80, 0x80, 0x80, 0x20) // to 8 GiB
	tests := []struct {
		name string
		pack []byte
		ok   bool
	}{
		{"a file over the limit is left out", packOf(packEntry{kind: 3, size: 3 << 20, content: zeros(3 << 20)}), true},
		{"many files under the limit", packOf(entries(40, packEntry{kind: 3, size: 1 << 20})...), false},
		{"many files over the limit", packOf(entries(40, packEntry{kind: 3, size: 4 << 20})...), false},
		{"a change to eight gigabytes", packOf(base, packEntry{kind: 6, size: int64(len(growing)), base: []byte{byte(len(packOf(base)) - 32)}, content: bytes.NewReader(growing)}), false},
		{"a file that is longer than stated", packOf(packEntry{kind: 3, size: 10, content: zeros(1 << 20)}), false},
		{"a file that is shorter than stated", packOf(packEntry{kind: 3, size: 1000, content: zeros(10)}), false},
		{"a size beyond all", packOf(packEntry{kind: 3, size: 1 << 62, content: zeros(10)}), false},
		{"no such kind", packOf(packEntry{kind: 5, size: 1, content: zeros(1)}), false},
		{"built on nothing", packOf(packEntry{kind: 7, size: 3, base: make([]byte, 20), content: zeros(3)}), false},
		{"no pack", []byte("HTTP/1.1 200 OK"), false},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			u := newUnpacker("https://code.example", Limits{FileBytes: 2 << 20, MemoryBytes: 16 << 20})
			err := u.take(bytes.NewReader(test.pack))
			if (err == nil) != test.ok {
				t.Errorf("%v; %d objects", err, len(u.store.Objects))
			}
			if err := inspect(bytes.NewReader(test.pack), u.over, 8<<20); err == nil && test.name != "a file over the limit is left out" && test.name != "built on nothing" && test.name != "no such kind" &&
				!strings.Contains(test.name, "limit") && !strings.Contains(test.name, "shorter") {
				t.Error("a mirror takes it")
			}
		})
	}
}

func entries(n int, e packEntry) []packEntry {
	var list []packEntry
	for range n {
		list = append(list, packEntry{kind: e.kind, size: e.size, content: zeros(e.size)})
	}
	return list
}

func TestWhatIsNoRepositoryIsSaidToBeNone(t *testing.T) {
	const advert = "application/x-git-upload-pack-advertisement"
	tests := []struct {
		name, kind, body string
		want             models.VisitOutcome
	}{
		{"a page", "text/html", "<html>", models.VisitFailed},
		{"a list of files", "text/plain", "0123456789012345678901234567890123456789\trefs/heads/main\n", models.VisitFailed},
		{"nothing", advert, "", models.VisitFailed},
		{"no packets", advert, "hello world, how are you", models.VisitFailed},
		{"a packet that breaks off", advert, "001e# service=git-upload", models.VisitFailed},
		{"a packet of length three", advert, "0003", models.VisitFailed},
		{"a refusal", advert, "001e# service=git-upload-pack\n0000001dERR access denied or gone", models.VisitFailed},
		{"features that break off", advert, "000eversion 2\n0010agent=git/2.4", models.VisitFailed},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
				w.Header().Set("Content-Type", test.kind)
				_, _ = w.Write([]byte(test.body))
			}))
			defer s.Close()
			_, err := here(t).Visit(context.Background(), VisitAsk{URL: s.URL + "/a"})
			if p := problem(t, err); p.Outcome != test.want || p.Cure == "" || strings.Contains(p.Error(), "register itself") {
				t.Errorf("%s: %v", p.Outcome, p)
			}
		})
	}
}

func TestAHostThatBreaksOffIsTriedAgainLater(t *testing.T) {
	w := permits(t)
	for name, d := range dialects {
		for _, after := range []int64{0, 100, 400} {
			t.Run(fmt.Sprintf("%s, after %d bytes", name, after), func(t *testing.T) {
				h := w.speak(d)
				speak := h.before
				h.before = func(out http.ResponseWriter, r *http.Request) {
					speak(out, r)
					if body, _ := io.ReadAll(r.Body); r.Method == http.MethodPost && !bytes.Contains(body, []byte("ls-refs")) {
						rec := httptest.NewRecorder()
						r.Body = io.NopCloser(bytes.NewReader(body))
						fmt.Fprint(rec, strings.Repeat("0", int(after)))
						out.WriteHeader(http.StatusOK)
						_, _ = io.CopyN(out, rec.Body, after)
					} else {
						r.Body = io.NopCloser(bytes.NewReader(body))
					}
				}
				_, err := here(t).Visit(context.Background(), VisitAsk{URL: h.project()})
				if p := problem(t, err); p.Outcome != models.VisitFailed || strings.Contains(p.Error(), "register itself") {
					t.Errorf("%s: %v", p.Outcome, p)
				}
			})
		}
	}
}

func TestARepositoryThatMovedIsVisitedWhereItIs(t *testing.T) {
	w := permits(t)
	h := w.serve()
	for _, status := range []int{http.StatusMovedPermanently, http.StatusFound} {
		old := httptest.NewServer(http.HandlerFunc(func(out http.ResponseWriter, r *http.Request) {
			http.Redirect(out, r, h.project()+strings.TrimPrefix(r.URL.RequestURI(), "/old"), status)
		}))
		v, err := here(t).Visit(context.Background(), VisitAsk{URL: old.URL + "/old/"})
		if err != nil || v.Moved != (status == http.StatusMovedPermanently) || v.URL != h.URL+"/project" {
			t.Errorf("%d: %+v, %v", status, v, err)
		}
		old.Close()
	}
	v, err := here(t).Visit(context.Background(), VisitAsk{URL: h.URL + "/project"})
	if err != nil || v.Moved || v.URL != h.URL+"/project" {
		t.Errorf("without .git: %v", err)
	}
	_, err = here(t).Visit(context.Background(), VisitAsk{URL: h.URL + "/nothing"})
	if p := problem(t, err); p.Outcome != models.VisitGone || p.Status != 404 {
		t.Errorf("%s: %v", p.Outcome, p)
	}
}
