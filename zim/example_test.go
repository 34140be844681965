package zim_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log"
	"os"
	"path/filepath"

	"github.com/openzim-mcp/openzim-mcp/zim"
	"github.com/openzim-mcp/openzim-mcp/zim/zimtest"
)

// animals is a small archive in memory, so that the examples need no file.
func animals() *zim.Archive {
	b := zimtest.Archive{
		Minor: 1, MainPage: "C/index",
		Entries: []zimtest.Entry{
			zimtest.Page("C/index", "Animals", "<h1>Animals</h1>"),
			zimtest.Page("C/Zebra", "Zebra", "<p>Striped."),
			zimtest.Page("C/Zebu", "Zebu", "<p>Humped."),
			zimtest.Redirect("C/Equus_quagga", "C/Zebra"),
		},
		Metadata: map[string]string{"Title": "Animals", "Language": "eng"},
	}.Bytes()
	a, err := zim.NewReader(bytes.NewReader(b), int64(len(b)), nil)
	if err != nil {
		log.Fatal(err)
	}
	return a
}

// Open takes a file, or the first part of a split one.
func ExampleOpen() {
	dir, err := os.MkdirTemp("", "zim")
	if err != nil {
		log.Fatal(err)
	}
	defer os.RemoveAll(dir)
	name := filepath.Join(dir, "tiny.zim")
	if err := os.WriteFile(name, zimtest.Archive{Minor: 1, Entries: []zimtest.Entry{zimtest.Page("C/a", "A", "a")}}.Bytes(), 0o600); err != nil {
		log.Fatal(err)
	}

	a, err := zim.Open(name, nil)
	if err != nil {
		log.Fatal(err)
	}
	defer a.Close()
	info := a.Info()
	fmt.Printf("version %d.%d, types %q\n", info.Major, info.Minor, info.MIMETypes)
	// Output: version 6.1, types ["application/octet-stream+zimlisting" "text/html" "text/plain"]
}

// A path leads to an entry, and an entry, through redirects, to an item.
func ExampleArchive_Lookup() {
	a, ctx := animals(), context.Background()
	e, err := a.Lookup(ctx, "Equus_quagga")
	if err != nil {
		log.Fatal(err)
	}
	it, err := e.Resolve(ctx)
	if err != nil {
		log.Fatal(err)
	}
	text, err := it.Bytes(ctx)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Printf("%s is %s: %s\n", e.Path(), it.Entry().Path(), text)

	_, err = a.Lookup(ctx, "Unicorn")
	fmt.Println("not found:", errors.Is(err, zim.ErrNotFound))
	// Output:
	// Equus_quagga is Zebra: <p>Striped.
	// not found: true
}

// The main page is an entry like others, mostly a redirect.
func ExampleArchive_MainPage() {
	a, ctx := animals(), context.Background()
	e, err := a.MainPage(ctx)
	if err != nil {
		log.Fatal(err)
	}
	it, err := e.Resolve(ctx)
	if err != nil {
		log.Fatal(err)
	}
	content, err := it.Open(ctx) // reads items of any size
	if err != nil {
		log.Fatal(err)
	}
	defer content.Close()
	if _, err := io.Copy(os.Stdout, content); err != nil {
		log.Fatal(err)
	}
	// Output: <h1>Animals</h1>
}

// Iterators go on behind an entry that cannot be read, unless the loop stops.
func ExampleArchive_TitlePrefix() {
	a, ctx := animals(), context.Background()
	for e, err := range a.TitlePrefix(ctx, "Ze") {
		if err != nil {
			fmt.Println("damaged:", err)
			continue
		}
		fmt.Println(e.Title())
	}
	// Output:
	// Zebra
	// Zebu
}

// Reading everything is fastest in the order of the clusters.
func ExampleArchive_ByCluster() {
	a, ctx := animals(), context.Background()
	var total int64
	for it, err := range a.ByCluster(ctx) {
		if err != nil {
			log.Fatal(err)
		}
		n, err := it.Size(ctx)
		if err != nil {
			log.Fatal(err)
		}
		total += n
	}
	fmt.Println(total, "bytes")
	// Output: 37 bytes
}

func ExampleArchive_Metadata() {
	a, ctx := animals(), context.Background()
	title, err := a.Metadata(ctx, "Title")
	fmt.Printf("%s, %v\n", title, err)
	// Output: Animals, <nil>
}

// Verify says what is damaged and where. A note is an oddity that the format allows.
func ExampleArchive_Verify() {
	sound := zimtest.Archive{Minor: 1, Entries: []zimtest.Entry{zimtest.Page("C/a", "", "a"), zimtest.Redirect("C/b", "C/a")}}.Bytes()
	b := zimtest.Damage(sound, "redirect_to_itself")
	a, err := zim.NewReader(bytes.NewReader(b), int64(len(b)), nil)
	if err != nil {
		log.Fatal(err)
	}
	for p, err := range a.Verify(context.Background(), zim.CheckQuick) {
		if err != nil {
			log.Fatal(err) // the file cannot be read
		}
		fmt.Printf("%v: %v\n", p.Check, p.Err.Reason)
	}
	// Output: redirects: still a redirect after 50 hops
}
