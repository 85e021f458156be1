//go:build unix

package embedded

import (
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"syscall"
	"testing"
)

// dependOnUser are the tests whose way through the code differs for root: other users, owners and signals.
const dependOnUser = "MakesACluster|Outlive|DiesIs|SecondOfTwo|StalePid|LeftBehind|Interrupted|CannotReach|FullDisk|KilledGoRun|SomebodyElse|Fetched"

// TestAllOfThisAlsoHoldsForAnOrdinaryUser runs the tests above once more as nobody. For an ordinary user they have just
// run as one.
func TestAllOfThisAlsoHoldsForAnOrdinaryUser(t *testing.T) {
	if os.Geteuid() != 0 {
		return
	}
	t.Parallel()
	nobody, err := user.Lookup("nobody")
	if err != nil {
		t.Fatal(err)
	}
	uid, _ := strconv.Atoi(nobody.Uid)
	gid, _ := strconv.Atoi(nobody.Gid)
	home := newDir(t)
	if err := os.Chown(home, uid, gid); err != nil {
		t.Fatal(err)
	}
	self := filepath.Join(home, "embedded.test")
	copyProgram(t, self)
	cmd := exec.Command(self, "-test.parallel=2", "-test.timeout=5m", "-test.failfast", "-test.run="+dependOnUser)
	if testing.Verbose() {
		cmd.Args = append(cmd.Args, "-test.v")
	}
	cmd.Dir = home
	cmd.Env = []string{"PATH=" + os.Getenv("PATH"), "HOME=" + home, "TMPDIR=" + home, BinEnv + "=" + os.Getenv(BinEnv)}
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}}
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Errorf("as %s: %v\n%s", nobody.Username, err, out)
	}
	t.Logf("as %s:\n%s", nobody.Username, out)
}
