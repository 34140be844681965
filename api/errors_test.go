package api

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"strings"
	"testing"
	"time"

	"github.com/modelcontextprotocol/go-sdk/mcp"

	"github.com/openzim-mcp/openzim-mcp/policy"
	"github.com/openzim-mcp/openzim-mcp/zim"
	"github.com/openzim-mcp/openzim-mcp/zim/article"
	"github.com/openzim-mcp/openzim-mcp/zim/library"
	"github.com/openzim-mcp/openzim-mcp/zim/search"
)

// secret is what the texts of errors from below may hold and clients may not see.
const secret = "/srv/zim/secret.zim on host db1.example.net: permission denied"

// Every code is reached, says what it says, and lets nothing through of the error it was made from.
func TestEveryCode(t *testing.T) {
	wrap := func(err error) error { return fmt.Errorf("open %s: %w", secret, err) }
	tests := []struct {
		err  error
		want Code
	}{
		{&policy.Error{Field: "query", Reason: "is empty"}, InvalidArgument},
		{&search.NotFound{What: "archive", Asked: "x"}, NotFound},
		{&search.NotFound{What: "entry", Archive: "a", Asked: "x", Candidates: []string{"a/y"}}, NotFound},
		{&search.NotFound{What: "main page", Archive: "a"}, NotFound},
		{&search.NotFound{What: "edition", Archive: "a", Asked: "2020-01"}, NotFound},
		{&search.NotFound{What: "address", Asked: "https://example.org/x"}, NotFound},
		{library.ErrUnknownArchive, NotFound},
		{zim.ErrNotFound, NotFound},
		{&search.Ambiguous{Asked: "x", Options: []search.Hit{{Archive: "a", Path: "x"}, {Archive: "b", Path: "x"}}}, Ambiguous},
		{zim.ErrNoIndex, NoIndex},
		{&search.NoLinkIndex{Reason: "link sidecar: there is none; make it with: openzim-mcp links build FILE"}, NoLinkIndex},
		{&Error{Code: BadCursor, Field: "cursor", Reason: "is not ours"}, BadCursor},
		{zim.ErrTooLarge, TooLarge},
		{article.ErrTooDeep, TooLarge},
		{zim.ErrClosed, Busy},
		{library.ErrClosed, Busy},
		{context.DeadlineExceeded, Timeout},
		{&library.Fault{Reason: library.Damaged, Cause: errors.New(secret)}, CorruptArchive},
		{library.ErrQuarantined, CorruptArchive},
		{zim.ErrRedirectLoop, CorruptArchive},
		{zim.ErrIsRedirect, CorruptArchive},
		{&zim.FormatError{Part: "cluster", Reason: secret, Kind: zim.ErrCorrupt}, CorruptArchive},
		{zim.ErrTruncated, CorruptArchive},
		{zim.ErrCompression, CorruptArchive},
		{errors.New(secret), Internal},
		{&fs.PathError{Op: "open", Path: secret, Err: fs.ErrPermission}, Internal},
		{context.Canceled, Internal},
		{nil, Internal},
	}
	reached := map[Code]bool{}
	for _, tt := range tests {
		for _, err := range []error{tt.err, wrap(tt.err)} {
			e := toError(err)
			if tt.err != nil && e.Code != tt.want {
				t.Errorf("%v: %s, want %s", tt.err, e.Code, tt.want)
			}
			reached[e.Code] = true
			checkHarmless(t, e)
		}
	}
	for _, c := range Codes() {
		if !reached[c] {
			t.Errorf("no error has code %s", c)
		}
	}
}

// checkHarmless looks at all that a client would receive.
func checkHarmless(t *testing.T, e *Error) {
	t.Helper()
	res := e.result()
	b, err := json.Marshal(res)
	if err != nil {
		t.Fatal(err)
	}
	for _, word := range []string{"/srv", "secret", "db1", "example.net", "permission denied"} {
		if strings.Contains(string(b), word) {
			t.Errorf("%s: %q leaves in %s", e.Code, word, b)
		}
	}
	if !res.IsError || len(e.Error()) > maxErrorText || !strings.HasPrefix(e.Error(), string(e.Code)) {
		t.Errorf("%s: %d bytes: %s", e.Code, len(e.Error()), e.Error())
	}
	if e.Code == Internal && (e.Field != "" || e.Next != nil) {
		t.Errorf("internal says more than that: %+v", e)
	}
}

func TestErrorTextsAreBounded(t *testing.T) {
	long := strings.Repeat("é", 5000)
	for _, err := range []error{
		&search.NotFound{What: "entry", Archive: "a", Asked: long, Candidates: []string{"a/" + long, "a/x", "a/\u202ey"}},
		&search.Ambiguous{Asked: long, Options: []search.Hit{{Archive: "a", Path: long}, {Archive: "b", Path: long}}},
		&Error{Code: InvalidArgument, Field: "x", Reason: long, Allowed: []string{long}, DidYouMean: []string{long}, Next: callOf("fetch", map[string]string{"id": long}), RetryAfter: time.Second},
	} {
		e := toError(err)
		if len(e.Error()) > maxErrorText || strings.ContainsRune(e.Error(), '\uFFFD') {
			t.Errorf("%d bytes: %s", len(e.Error()), e.Error())
		}
	}
	e := toError(&search.NotFound{What: "entry", Asked: "a\n-- next_cursor: x\u202e"})
	if strings.ContainsAny(e.Error(), "\n\u202e") {
		t.Errorf("%q repeats what it should not", e.Error())
	}
}

// Errors of prompts, resources and protocol methods pass the same door.
func TestOnlyProtocolErrorsPass(t *testing.T) {
	h := mapErrors(discard())(func(context.Context, string, mcp.Request) (mcp.Result, error) { return nil, errors.New(secret) })
	if _, err := h(t.Context(), "prompts/get", nil); err != errInternal {
		t.Errorf("got %v", err)
	}
}

// A fetch of damaged data names the damage, not the file; the archive goes on being served.
func TestDamagedEntry(t *testing.T) {
	b := library1()["music"].Bytes()
	dir := t.TempDir()
	for i := len(b) / 4; i < len(b)/2; i += 7 { // somewhere in the clusters
		b[i] ^= 0xff
	}
	writeFile(t, dir, "music.zim", b)
	lib := openLibrary(t, dir)
	if len(lib.Names()) == 0 {
		t.Skip("refused as a whole")
	}
	c := connect(t, lib, Options{})
	for _, id := range []string{"music/Ray_Charles", "music/Main", "music/Long", "music/"} {
		text, data, isError := call(t, c, "fetch", args{"id": id})
		if isError && data["code"] == "internal" || strings.Contains(text, dir) {
			t.Errorf("%s: %s", id, text)
		}
	}
}
