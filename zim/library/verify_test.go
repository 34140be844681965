package library

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/openzim-mcp/openzim-mcp/zim"
	"github.com/openzim-mcp/openzim-mcp/zim/zimtest"
)

func verdicts(l *Library) string {
	list := map[string]string{}
	for _, s := range l.All() {
		list[s.Name] = s.Verified.String()
	}
	return fmt.Sprint(list)
}

func TestVerification(t *testing.T) {
	dir := t.TempDir()
	bad := edition("bad", "")
	bad[len(bad)-1]++ // the checksum
	write(t, dir, map[string][]byte{"good.zim": edition("good", ""), "bad.zim": bad})
	l := opened(t, &Options{Verify: zim.CheckAll}, dir)
	eventually(t, 10*time.Second, func() string { return want(verdicts(l), "map[bad:damaged good:good]") })
	s, err := l.Status("bad")
	if err != nil || !s.Served || !s.Degraded || s.Err == nil || s.Reason != "" {
		t.Errorf("%+v, %v", s, err)
	}
	if got := read(l, "bad"); got != "bad " {
		t.Errorf("damage found in the background takes the archive away: %s", got)
	}

	// The same bytes keep their verdict when opened anew; other bytes are checked.
	write(t, dir, map[string][]byte{"bad.zim": edition("bad", "")})
	_, err = l.Reload(t.Context())
	must(t, err)
	eventually(t, 10*time.Second, func() string { return want(verdicts(l), "map[bad:good good:good]") })
	must(t, l.Close())
}

func TestWithoutVerification(t *testing.T) {
	dir := t.TempDir()
	write(t, dir, map[string][]byte{"a.zim": edition("a", "")})
	l := opened(t, nil, dir)
	time.Sleep(20 * time.Millisecond)
	if got := verdicts(l); got != "map[a:unknown]" {
		t.Error(got)
	}
}

// Closing, removing and replacing end a verification under way.
func TestVerificationEndsWithItsArchive(t *testing.T) {
	dir := t.TempDir()
	entries := zimtest.Pages()
	for i := range 24 {
		entries = append(entries, zimtest.Entry{Path: fmt.Sprintf("C/big%02d", i), MIME: "text/plain", Data: make([]byte, 1<<20), Compression: zimtest.Stored})
	}
	big := zimtest.Archive{Minor: 1, Entries: entries, Metadata: map[string]string{"Name": "big"}}.Bytes()
	write(t, dir, map[string][]byte{"big.zim": big})
	l := opened(t, &Options{Verify: zim.CheckAll}, dir)
	must(t, os.Remove(filepath.Join(dir, "big.zim")))
	start := time.Now()
	_, err := l.Reload(t.Context())
	must(t, err)
	must(t, l.Close())
	if took := time.Since(start); took > time.Minute {
		t.Errorf("took %v", took)
	}
}
