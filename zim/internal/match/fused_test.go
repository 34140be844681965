package match

import (
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// TestNothingIsFused looks at the code for arm64, where compilers fuse a product and a sum
// into one instruction that rounds once: weights, and so the order of hits, would differ. Only
// the logarithm wants that.
func TestNothingIsFused(t *testing.T) {
	if testing.Short() {
		t.Skip("compiles the package for another architecture")
	}
	if _, err := exec.LookPath("go"); err != nil {
		t.Skip("no go command to compile with")
	}
	object := filepath.Join(t.TempDir(), "match.a")
	build := exec.Command("go", "build", "-o", object, ".")
	build.Env = append(build.Environ(), "GOOS=linux", "GOARCH=arm64", "CGO_ENABLED=0")
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%.2000s", err, out)
	}
	code, err := exec.Command("go", "tool", "objdump", object).Output()
	if err != nil {
		t.Fatal(err)
	}
	fused := regexp.MustCompile(`\bFN?M(ADD|SUB)[SD]\b`)
	function, functions := "", 0
	for line := range strings.Lines(string(code)) {
		if strings.HasPrefix(line, "TEXT ") {
			function, functions = line, functions+1
		} else if fused.MatchString(line) && !strings.Contains(line, "ln.go:") {
			t.Errorf("%sfuses: %s", function, line)
		}
	}
	if functions < 100 {
		t.Errorf("only %d functions were looked at", functions)
	}
}
