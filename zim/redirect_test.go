package zim

import (
	"errors"
	"fmt"
	"testing"

	"github.com/openzim-mcp/openzim-mcp/zim/zimtest"
)

// TestRedirectRings ends in rings of every size, with a bounded number of reads.
func TestRedirectRings(t *testing.T) {
	for n := 1; n <= 60; n++ {
		b := zimtest.RedirectRing(n).Bytes()
		reads := 0
		f := &zimtest.Faulty{Data: b, Seen: func(int64, int) { reads++ }}
		a, err := NewReader(f, int64(len(b)), nil)
		if err != nil {
			t.Fatal(err)
		}
		e, err := a.LookupNS(bg, 'C', "r0")
		if err != nil {
			t.Fatal(err)
		}
		reads = 0
		_, err = e.Resolve(bg)
		wantKind(t, fmt.Sprint("ring of ", n), err, ErrRedirectLoop)
		if reads > 2*51 {
			t.Errorf("ring of %d: %d reads", n, reads)
		}
		if fe := (*FormatError)(nil); !errors.As(err, &fe) || fe.Entry != int64(e.Index()) {
			t.Errorf("ring of %d: %#v", n, fe)
		}
	}
}

// TestRedirectChains follows 50 hops and not 51.
func TestRedirectChains(t *testing.T) {
	for _, tc := range []struct {
		hops, limit int
		kind        error
	}{{1, 0, nil}, {49, 0, nil}, {50, 0, nil}, {51, 0, ErrRedirectLoop}, {60, 0, ErrRedirectLoop}, {60, 60, nil}, {3, 2, ErrRedirectLoop}, {2, 2, nil}} {
		a := openBuilt(t, zimtest.RedirectChain(tc.hops), &Options{MaxRedirects: tc.limit})
		e, err := a.LookupNS(bg, 'C', "r0")
		if err != nil {
			t.Fatal(err)
		}
		it, err := e.Resolve(bg)
		wantKind(t, fmt.Sprintf("%d hops, limit %d", tc.hops, tc.limit), err, tc.kind)
		if err == nil && it.Entry().Path() != fmt.Sprint("r", tc.hops) {
			t.Errorf("%d hops lead to %q", tc.hops, it.Entry().Path())
		}
	}
}

func TestRedirectTarget(t *testing.T) {
	b := zimtest.RedirectChain(2).Bytes()
	a := openBytes(t, b, nil)
	e, err := a.LookupNS(bg, 'C', "r0")
	if err != nil {
		t.Fatal(err)
	}
	to, err := e.Target(bg)
	if err != nil || to.Path() != "r1" || !to.IsRedirect() {
		t.Errorf("one hop: %q, %v", to.d.path, err)
	}
	_, err = e.Item()
	wantKind(t, "Item of a redirect", err, ErrIsRedirect)
	page := itemAt(t, a, "C/r2").Entry()
	_, err = page.Target(bg)
	wantKind(t, "Target of an item", err, ErrNotFound)

	bad := openBytes(t, zimtest.Damage(b, "redirect_out_of_range"), nil)
	if e, err = bad.LookupNS(bg, 'C', "r0"); err != nil {
		t.Fatal(err)
	}
	_, err = e.Target(bg)
	wantKind(t, "target out of range", err, ErrCorrupt)
	_, err = e.Resolve(bg)
	wantKind(t, "target out of range", err, ErrCorrupt)
}

// TestDeprecatedKinds have a path and a title, but neither data nor target.
func TestDeprecatedKinds(t *testing.T) {
	za := zimtest.Archive{Old5: true, Entries: []zimtest.Entry{zimtest.Page("A/a", "", "a"),
		{Path: "A/gone", Kind: zimtest.Deleted}, {Path: "A/link", Title: "Link", Kind: zimtest.LinkTarget}, zimtest.Redirect("A/to", "A/gone")}}
	a := openBuilt(t, za, nil)
	for path, title := range map[string]string{"gone": "gone", "link": "Link"} {
		e, err := a.LookupNS(bg, 'A', path)
		if err != nil || e.Title() != title || e.IsRedirect() {
			t.Fatalf("%s: title %q, %v", path, e.d.title, err)
		}
		_, err = e.Item()
		wantKind(t, path, err, ErrNotFound)
		_, err = e.Target(bg)
		wantKind(t, path, err, ErrNotFound)
		_, err = e.Resolve(bg)
		wantKind(t, path, err, ErrNotFound)
	}
	e, err := a.LookupNS(bg, 'A', "to")
	if err != nil {
		t.Fatal(err)
	}
	_, err = e.Resolve(bg)
	wantKind(t, "redirect to a deleted one", err, ErrNotFound)
	for it, err := range a.ByCluster(bg) {
		if err != nil || it.Entry().Path() == "gone" || it.Entry().Path() == "link" {
			t.Errorf("by cluster: %v, %v", it.Entry().Path(), err)
		}
	}
}
