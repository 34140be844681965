package zim_test

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/openzim-mcp/openzim-mcp/zim"
)

// facts are what an archive holds, as libzim and as our reader see it. The field names are
// those of testdata/oracle/dump.py.
type facts struct {
	Error                string // why libzim refuses it
	Unread               string // why libzim opens it, but cannot read all
	Version              string // of libzim
	New                  bool
	UUID                 string
	Checksum             string // the stored MD5, in hexadecimal
	Sound                bool   // it matches
	Size                 int64
	Counts               [4]uint64 // all, user, articles, media
	Main                 int64     // index of the main entry, or -1
	FullText, TitleIndex bool
	Metadata             map[string]string // key to SHA-256 of the value
	Illustrations        map[string]string // width of square ones at scale 1 to SHA-256
	Entries              []entryFacts
	Titles               []uint32 // front articles by title; nil when libzim does not tell
	Found                []int64  // for each path asked for: the index, or -1
	FoundTitles          []*string
}

type entryFacts struct {
	NS           string // C or M in the new scheme, where libzim tells no more
	Path, Title  string
	MIME, SHA256 string
	Redirect     int64 // index of the target, or -1
	Size         int64
}

// A question is what dump.py is asked about an archive.
type question struct {
	File   string   `json:"file"`
	Parts  []string `json:"parts"`
	Open   bool     `json:"open"`
	Paths  []string `json:"paths"`
	Titles []string `json:"titles"`
}

func hash(b []byte) string {
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:])
}

// factsOf reads everything in an archive, by all ways there are, and returns the first error.
func factsOf(ctx context.Context, a *zim.Archive, q question) (f facts, err error) {
	info := a.Info()
	f = facts{New: info.NewNamespaces, UUID: info.UUID.String(), Sound: true, Size: info.Size, Main: -1,
		FullText: a.HasFullText(ctx), TitleIndex: a.HasTitleIndex(ctx)}
	for _, step := range []func(context.Context, *zim.Archive) error{f.readSum, f.readMain, f.readMetadata, f.readEntries, f.readTitles} {
		if err := step(ctx, a); err != nil {
			return f, err
		}
	}
	c, err := a.Counts(ctx)
	f.Counts = [4]uint64{c.All, c.User, c.Articles, c.Media}
	if err != nil {
		return f, err
	}
	return f, f.look(ctx, a, q)
}

func (f *facts) readSum(ctx context.Context, a *zim.Archive) error {
	sum, err := a.Checksum(ctx)
	if errors.Is(err, zim.ErrNotFound) {
		return nil
	}
	f.Checksum = hex.EncodeToString(sum[:])
	for _, err := range a.Verify(ctx, zim.CheckMD5) {
		if err != nil {
			return err
		}
		f.Sound = false
	}
	return err
}

func (f *facts) readMain(ctx context.Context, a *zim.Archive) error {
	e, err := a.MainPage(ctx)
	if err == nil {
		f.Main = int64(e.Index())
	}
	return unless(err, zim.ErrNotFound)
}

// unless returns err unless it is the one that is no failure.
func unless(err, fine error) error {
	if errors.Is(err, fine) {
		return nil
	}
	return err
}

func (f *facts) readMetadata(ctx context.Context, a *zim.Archive) error {
	f.Metadata, f.Illustrations = map[string]string{}, map[string]string{}
	keys, err := a.MetadataKeys(ctx)
	if err != nil {
		return err
	}
	for _, k := range keys {
		b, err := a.Metadata(ctx, k)
		if err != nil {
			return fmt.Errorf("metadata %s: %w", k, err)
		}
		f.Metadata[k] = hash(b)
	}
	list, err := a.Illustrations(ctx)
	if err != nil {
		return err
	}
	for _, i := range list {
		if i.Width != i.Height || i.Scale != 1 || len(i.Attributes) > 0 {
			continue
		}
		it, err := a.Illustration(ctx, i.Width, i.Height, i.Scale)
		if err != nil {
			return err
		}
		b, err := it.Bytes(ctx)
		if err != nil {
			return err
		}
		f.Illustrations[strconv.Itoa(int(i.Width))] = hash(b)
	}
	return nil
}

// readEntries reads the entries in path order, and the items' data in cluster order.
func (f *facts) readEntries(ctx context.Context, a *zim.Archive) error {
	for e, err := range a.Entries(ctx, 0) {
		if err != nil {
			return err
		}
		ef, err := entryFactsOf(ctx, e, f.New)
		if err != nil {
			return fmt.Errorf("entry %d, %s: %w", e.Index(), e.FullPath(), err)
		}
		if int(e.Index()) != len(f.Entries) {
			return fmt.Errorf("entry %d comes at %d", e.Index(), len(f.Entries))
		}
		f.Entries = append(f.Entries, ef)
	}
	return nil
}

func entryFactsOf(ctx context.Context, e zim.Entry, newScheme bool) (entryFacts, error) {
	f := entryFacts{Path: e.FullPath(), Title: e.Title(), Redirect: -1}
	if newScheme {
		f.Path = e.Path()
		if ns := e.Namespace(); ns == 'C' || ns == 'M' {
			f.NS = string(rune(ns))
		}
	}
	if e.IsRedirect() {
		target, err := e.Target(ctx)
		if err == nil {
			f.Redirect = int64(target.Index())
		}
		return f, err
	}
	it, err := e.Item()
	if errors.Is(err, zim.ErrNotFound) { // a deprecated kind
		f.MIME = "none"
		return f, nil
	}
	if f.MIME, err = it.MIMEType(); err != nil {
		return f, err
	}
	if f.Size, err = it.Size(ctx); err != nil {
		return f, err
	}
	b, err := it.Bytes(ctx)
	f.SHA256 = hash(b)
	if err == nil && int64(len(b)) != f.Size {
		err = fmt.Errorf("size %d, but %d bytes", f.Size, len(b))
	}
	return f, err
}

func (f *facts) readTitles(ctx context.Context, a *zim.Archive) error {
	f.Titles = []uint32{}
	if _, err := a.TitleCount(ctx); errors.Is(err, zim.ErrCorrupt) {
		return nil // neither list: all else can be read
	}
	for e, err := range a.Articles(ctx) {
		if err != nil {
			return err
		}
		f.Titles = append(f.Titles, e.Index())
	}
	return nil
}

// look answers the question's lookups.
func (f *facts) look(ctx context.Context, a *zim.Archive, q question) error {
	for _, p := range q.Paths {
		e, err := a.Lookup(ctx, p)
		switch {
		case errors.Is(err, zim.ErrNotFound):
			f.Found = append(f.Found, -1)
		case err != nil:
			return fmt.Errorf("lookup of %q: %w", p, err)
		default:
			f.Found = append(f.Found, int64(e.Index()))
		}
	}
	for _, title := range q.Titles {
		e, err := a.LookupTitle(ctx, title)
		switch {
		case errors.Is(err, zim.ErrNotFound):
			f.FoundTitles = append(f.FoundTitles, nil)
		case err != nil:
			return fmt.Errorf("lookup of title %q: %w", title, err)
		default:
			got := e.Title()
			f.FoundTitles = append(f.FoundTitles, &got)
		}
	}
	return nil
}

// ask makes lookups of every path with and without namespaces, and near misses. Archives of
// more than 300 entries are sampled.
func ask(a *zim.Archive, q question) question {
	n := a.Info().Entries
	step := max(n/300, 1)
	seen := map[string]bool{}
	for i := uint32(0); i < n; i += step {
		e, err := a.Entry(context.Background(), i)
		if err != nil || !utf8.ValidString(e.Path()) || !utf8.ValidString(e.Title()) {
			continue
		}
		p := e.Path()
		for _, v := range []string{p, "/" + p, "C/" + p, "/C/" + p, "A/" + p, "/A/" + p, "I/" + p, "-/" + p, "M/" + p, "X/" + p, "AB/" + p, "//A/" + p,
			e.FullPath(), "/" + e.FullPath(), p + "x", p + "/", p + "\x01", "/", "", "C", "A/", "/A/", strings.ToUpper(p), strings.ToLower(p), p[:len(p)/2]} {
			if !seen[v] && utf8.ValidString(v) && !strings.Contains(v, "\x00") {
				seen[v] = true
				q.Paths = append(q.Paths, v)
			}
		}
		q.Titles = append(q.Titles, e.Title(), e.Title()+" ", strings.ToUpper(e.Title()))
	}
	return q
}
