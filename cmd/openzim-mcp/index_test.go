package main

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/openzim-mcp/openzim-mcp/zim/library"
	"github.com/openzim-mcp/openzim-mcp/zim/search"
	"github.com/openzim-mcp/openzim-mcp/zim/zimtest"
)

// shelves writes an archive without an index that takes some segments to build one of.
func shelves(t *testing.T, pages int) string {
	t.Helper()
	r := rand.New(rand.NewPCG(1, 1))
	a := zimtest.Archive{Minor: 1, Metadata: map[string]string{"Name": "shelves", "Language": "eng"}}
	for i := range pages {
		var b strings.Builder
		fmt.Fprintf(&b, "<h1>Shelf %d</h1><p>The keeper of shelf %d is called Keeper%dson.</p>", i, i, i)
		for range 40 {
			fmt.Fprint(&b, "<p>")
			for range 30 {
				fmt.Fprintf(&b, "word%d ", int(5000*r.Float64()*r.Float64()))
			}
			fmt.Fprint(&b, "</p>")
		}
		a.Entries = append(a.Entries, zimtest.Page(fmt.Sprintf("C/Shelf_%d", i), fmt.Sprintf("Shelf %d", i), b.String()))
	}
	file := filepath.Join(t.TempDir(), "shelves.zim")
	if err := os.WriteFile(file, a.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

// command is the program as a process of its own.
func command(t *testing.T, args ...string) *exec.Cmd {
	t.Helper()
	path, err := exec.LookPath("openzim-mcp")
	if err != nil {
		t.Fatal(err)
	}
	return exec.Command(path, args...)
}

// TestIndexAfterKill kills the process that builds an index again and again, at moments that nobody chose. What it leaves is
// never searched, and the next one goes on.
func TestIndexAfterKill(t *testing.T) {
	file := shelves(t, 2500)
	manifest := filepath.Join(file+".sidecar", "text", "manifest.json")
	building := filepath.Join(file+".sidecar", "text", "building", "manifest.json")
	r := rand.New(rand.NewPCG(9, 9))
	killed, resumed := 0, false
	for range 30 {
		out := filepath.Join(t.TempDir(), "out")
		f, err := os.Create(out)
		if err != nil {
			t.Fatal(err)
		}
		cmd := command(t, "index", "--json", "--workers=2", file)
		cmd.Stdout = f
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		ended := make(chan error, 1)
		go func() { ended <- cmd.Wait() }()
		if killed < 6 {
			killSoon(cmd, building, ended, time.Duration(r.IntN(200))*time.Millisecond)
		}
		err = <-ended
		f.Close()
		if err != nil {
			killed++
			if _, err := os.Stat(manifest); err != nil {
				continue
			}
			resumed = true // the build had ended when the signal came: what it left is whole, as is asked below
			break
		}
		var all struct{ Files []indexed }
		b, _ := os.ReadFile(out)
		if err := json.Unmarshal(b, &all); err != nil || len(all.Files) != 1 || all.Files[0].State != stateBuilt || all.Files[0].Articles != 2500 {
			t.Fatalf("%s: %v", b, err)
		}
		resumed = all.Files[0].Resumed
		break
	}
	if killed == 0 {
		t.Skip("the build ended before it could be killed")
	}
	if !resumed {
		t.Error("the last build began anew")
	}
	if a := ask(t, file, "Who is Keeper777son?"); len(a.Titles) > 0 || len(a.Passages) == 0 || a.Passages[0].Path != "Shelf_777" {
		t.Errorf("found %+v", a)
	}
}

// killSoon kills a build some time after it has first changed what it keeps, unless it ends before.
func killSoon(cmd *exec.Cmd, building string, ended chan error, after time.Duration) {
	was, _ := os.ReadFile(building)
	for {
		now, _ := os.ReadFile(building)
		if string(now) != string(was) {
			time.Sleep(after)
			cmd.Process.Kill()
			return
		}
		select {
		case err := <-ended:
			ended <- err
			return
		case <-time.After(5 * time.Millisecond):
		}
	}
}

// ask asks the library of one file a question.
func ask(t *testing.T, file, question string) *search.Answer {
	t.Helper()
	lib, err := library.Open(t.Context(), []string{file}, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer lib.Close()
	a, err := search.New(lib, nil).Ask(t.Context(), question, nil, search.Want{})
	if err != nil {
		t.Fatal(err)
	}
	return a
}

// TestIndexIsReadByManyProcesses has several processes use one sidecar at the same time, while one of them builds it anew.
func TestIndexIsReadByManyProcesses(t *testing.T) {
	file := shelves(t, 200)
	if out, err := command(t, "index", file).CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	var all sync.WaitGroup
	for range 3 {
		all.Go(func() {
			for range 4 {
				if out, err := command(t, "index", "--status", file).CombinedOutput(); err != nil {
					t.Errorf("%v: %s", err, out)
				}
			}
		})
	}
	all.Go(func() {
		for range 2 {
			if out, err := command(t, "index", "--force", file).CombinedOutput(); err != nil {
				t.Errorf("%v: %s", err, out)
			}
		}
	})
	for i := range 20 {
		if a := ask(t, file, fmt.Sprintf("Who is Keeper%dson?", i)); len(a.Titles) > 0 || len(a.Passages) == 0 || a.Passages[0].Path != fmt.Sprintf("Shelf_%d", i) {
			t.Errorf("%d: titles %q, %d passages", i, a.Titles, len(a.Passages))
		}
	}
	all.Wait()
}
