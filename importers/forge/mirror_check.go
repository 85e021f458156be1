package forge

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"regexp"
	"strings"

	"github.com/go-git/go-git/v5/plumbing"
	"github.com/go-git/go-git/v5/storage/filesystem"
)

// mostFaults are written down.
const mostFaults = 20

// program runs git on a mirror, without settings of anybody. It is never let near a network.
func program(ctx context.Context, git, dir string, args ...string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, git, append([]string{"--git-dir=" + dir}, args...)...)
	cmd.Env = []string{"PATH=" + os.Getenv("PATH"), "LC_ALL=C", "GIT_CONFIG_NOSYSTEM=1", "GIT_CONFIG_GLOBAL=" + os.DevNull, "GIT_TERMINAL_PROMPT=0", "GIT_OPTIONAL_LOCKS=0", "GIT_NO_LAZY_FETCH=1"}
	return cmd
}

// findGit is the path of the program git; "" when there is none.
func findGit() string {
	path, err := exec.LookPath("git")
	if err != nil {
		return ""
	}
	return path
}

// checkMirror reads every object of a mirror and says what is damaged or missing: with git's own check where the program is there, else with ours.
func (c *Client) checkMirror(ctx context.Context, dir string, s *filesystem.Storage, check *MirrorCheck) error {
	if c.git == "" {
		check.By = "own check"
		return ownCheck(ctx, s, check)
	}
	check.By = "git fsck"
	if err := c.repack(ctx, dir, s); err != nil {
		return err
	}
	out, err := program(ctx, c.git, dir, "fsck", "--full", "--no-dangling", "--no-progress").CombinedOutput()
	var exit *exec.ExitError
	if ctx.Err() != nil || err != nil && !errors.As(err, &exit) {
		return fmt.Errorf("checking the mirror with git fsck: %w", errors.Join(err, ctx.Err()))
	}
	check.Faults = faultsOf(out)
	if err != nil && check.Faults == nil && !oddOnly(out) {
		check.Faults = []string{"git fsck: " + clip(out)}
	}
	return nil
}

// damage begins a line of git fsck that tells of lost or damaged objects. Other lines tell of objects that are whole and not made as git makes them today.
var damage = regexp.MustCompile(`^(missing |broken link|\s+to +|fatal: |error: .*(corrupt|mismatch|missing|unable|cannot|could not|invalid|inflate|not found|bad |refusing|truncated))`)

func faultsOf(out []byte) []string {
	var faults []string
	for line := range bytes.Lines(out) {
		if damage.Match(line) && len(faults) < mostFaults {
			faults = append(faults, clip(line))
		}
	}
	return faults
}

// oddOnly reports whether everything that git fsck said is about objects that are whole.
func oddOnly(out []byte) bool {
	lines := bufio.NewScanner(bytes.NewReader(out))
	odd := false
	for lines.Scan() {
		text := lines.Text()
		if !strings.HasPrefix(text, "error in ") && !strings.HasPrefix(text, "warning") && !strings.HasPrefix(text, "notice") {
			return false
		}
		odd = true
	}
	return odd
}

// repack makes one pack of many, each fetch having left one, and drops nothing.
func (c *Client) repack(ctx context.Context, dir string, s *filesystem.Storage) error {
	const many = 50
	packs, err := s.ObjectPacks()
	if err != nil || len(packs) < many {
		return err
	}
	if out, err := program(ctx, c.git, dir, "repack", "-a", "-d", "-q", "--keep-unreachable").CombinedOutput(); err != nil {
		return fmt.Errorf("packing the mirror: %w: %s", err, clip(out))
	}
	s.Reindex()
	return nil
}

// ownCheck computes the name of every object anew, and looks for every object that one names.
func ownCheck(ctx context.Context, s *filesystem.Storage, check *MirrorCheck) error {
	fault := func(format string, args ...any) {
		if len(check.Faults) < mostFaults {
			check.Faults = append(check.Faults, fmt.Sprintf(format, args...))
		}
	}
	need := map[plumbing.Hash]string{}
	refs, err := refsOf(s)
	if err != nil {
		return err
	}
	for name, id := range refs {
		need[id] = name
	}
	iter, err := s.IterEncodedObjects(plumbing.AnyObject)
	if err != nil {
		return err
	}
	defer iter.Close()
	have := map[plumbing.Hash]bool{}
	err = iter.ForEach(func(o plumbing.EncodedObject) error {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		check.Objects++
		have[o.Hash()] = true
		if name, err := nameOf(o); err != nil || name != o.Hash() {
			fault("%s %s is damaged", o.Type(), o.Hash())
			return nil //nolint:nilerr // one that is damaged is told, and the others are looked at
		}
		for _, id := range objectsIn(o) {
			need[id] = o.Hash().String()
		}
		return nil
	})
	if err != nil {
		if ctx.Err() != nil {
			return err
		}
		fault("objects cannot be read: %v", err)
	}
	for id, by := range need {
		if !have[id] {
			fault("missing %s, named by %s", id, by)
		}
	}
	return nil
}
