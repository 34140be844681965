package library

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/openzim-mcp/openzim-mcp/zim"
	"github.com/openzim-mcp/openzim-mcp/zim/zimtest"
	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// archive builds a small archive whose page C/page says text.
func archive(text string, metadata map[string]string) []byte {
	return zimtest.Archive{
		Minor:    1,
		Entries:  []zimtest.Entry{zimtest.Page("C/page", "Page", text)},
		Metadata: metadata,
		MainPage: "C/page",
	}.Bytes()
}

// edition builds an archive of one name and date.
func edition(name, date string) []byte {
	return archive(name+" "+date, map[string]string{"Name": name, "Date": date, "Title": "About " + name})
}

// write puts files into dir, each by rename, as a careful operator does.
func write(t *testing.T, dir string, files map[string][]byte) {
	t.Helper()
	for name, b := range files {
		path := filepath.Join(dir, name)
		must(t, os.MkdirAll(filepath.Dir(path), 0o755))
		must(t, os.WriteFile(path+".part", b, 0o644))
		must(t, os.Rename(path+".part", path))
	}
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// opened opens a library that closes with the test.
func opened(t *testing.T, opts *Options, paths ...string) *Library {
	t.Helper()
	return openedTimed(t, opts, defaultTiming, paths...)
}

func openedTimed(t *testing.T, opts *Options, timing timing, paths ...string) *Library {
	t.Helper()
	l, err := open(t.Context(), paths, opts, timing)
	must(t, err)
	t.Cleanup(func() { l.Close() })
	return l
}

// read returns what C/page says in the archive called name, or the error.
func read(l *Library, name string) string {
	a, release, err := l.Acquire(name)
	if err != nil {
		return err.Error()
	}
	defer release()
	return page(a)
}

func page(a *zim.Archive) string {
	e, err := a.Lookup(context.Background(), "page")
	if err != nil {
		return err.Error()
	}
	it, err := e.Item()
	if err != nil {
		return err.Error()
	}
	b, err := it.Bytes(context.Background())
	if err != nil {
		return err.Error()
	}
	return string(b)
}

// refs lists what clients can name, each with its reason when it is not served.
func refs(l *Library) []string {
	list := []string{}
	for _, s := range l.All() {
		ref := s.Ref()
		if !s.Served {
			ref += " " + string(s.Reason)
		}
		list = append(list, ref)
	}
	return list
}

// eventually waits until ok says "", and fails with what it said last.
func eventually(t *testing.T, within time.Duration, ok func() string) {
	t.Helper()
	end := time.Now().Add(within)
	for {
		wrong := ok()
		if wrong == "" {
			return
		}
		if time.Now().After(end) {
			t.Fatalf("not within %v: %s", within, wrong)
		}
		time.Sleep(5 * time.Millisecond)
	}
}

func want[T any](got, want T) string {
	if g, w := fmt.Sprint(got), fmt.Sprint(want); g != w {
		return fmt.Sprintf("got %s, want %s", g, w)
	}
	return ""
}
