package article

import (
	"bytes"
	"context"
	"io"
	"strings"
	"unicode/utf8"

	"golang.org/x/net/html"
	"golang.org/x/net/html/charset"
)

// Parse reads one page. The bytes are taken as UTF-8, else as what the page or a byte order mark declares. A page that
// passes a limit is shortened and [Document.Cut] says how; the only error is ctx.Err().
func Parse(ctx context.Context, page []byte, opts *Options) (*Document, error) {
	if opts == nil {
		opts = &Options{}
	}
	lim := opts.Limits.withDefaults(len(page))
	if len(page) > lim.PageBytes {
		return stream(ctx, page[:lim.PageBytes], opts, lim, CutBytes)
	}
	page = toUTF8(page)
	root, err := parseTree(ctx, page, lim)
	if err == ErrTooDeep {
		return stream(ctx, page, opts, lim, CutTree)
	}
	if err != nil {
		return nil, err
	}
	w := newWalker(ctx, &Document{}, opts.Path, lim)
	w.size = len(page)
	w.run(root, opts)
	return w.doc, w.err
}

// parseTree builds the tree of page, or says ErrTooDeep when that would cost too much.
func parseTree(ctx context.Context, page []byte, lim Limits) (*html.Node, error) {
	if len(page) > lim.Tags && bytes.Count(page, []byte{'<'}) > lim.Tags {
		return nil, ErrTooDeep
	}
	root, err := html.Parse(&ctxReader{ctx, page})
	switch {
	case ctx.Err() != nil:
		return nil, ctx.Err()
	case err != nil: // reading cannot fail otherwise: the parser gave up on the depth
		return nil, ErrTooDeep
	}
	return root, nil
}

// ctxReader lets a deadline stop the parser, which knows no context, and hands the page out in pieces to that end.
type ctxReader struct {
	ctx  context.Context
	page []byte
}

// Read fails with ctx.Err(), at the latest 64 KiB after ctx ended.
func (r *ctxReader) Read(p []byte) (int, error) {
	if err := r.ctx.Err(); err != nil {
		return 0, err
	}
	if len(r.page) == 0 {
		return 0, io.EOF
	}
	n := copy(p, r.page[:min(len(r.page), 64<<10)])
	r.page = r.page[n:]
	return n, nil
}

// toUTF8 decodes page when it is not UTF-8 already; bytes that mean nothing become U+FFFD.
func toUTF8(page []byte) []byte {
	page = bytes.TrimPrefix(page, []byte("\uFEFF"))
	if validUTF8(page) {
		return page
	}
	head := page[:min(len(page), 1024)] // as far as browsers look for a declaration
	if enc, name, certain := charset.DetermineEncoding(head, "text/html"); enc != nil && name != "utf-8" && (certain || !mostlyUTF8(page)) {
		if out, err := enc.NewDecoder().Bytes(page); err == nil {
			return out
		}
	}
	return bytes.ToValidUTF8(page, []byte("\uFFFD"))
}

// mostlyUTF8 tells a damaged UTF-8 page from one in another encoding.
func mostlyUTF8(page []byte) bool {
	bad, multi := 0, 0
	for len(page) > 0 {
		r, n := utf8.DecodeRune(page)
		switch {
		case r == utf8.RuneError && n == 1:
			bad++
		case n > 1:
			multi++
		}
		page = page[n:]
	}
	return bad <= multi
}

// head reads what stands outside the content: title, language, canonical address, redirect.
func (w *walker) head(root *html.Node) {
	s := survey{w: w, fixed: true}
	for n := root; n != nil && w.look(); n = next(root, n, true) {
		if n.Type == html.ElementNode && !s.head(n) {
			return // the walk sees the rest
		}
	}
}

// maxTitle bounds titles of documents and sections, in runes.
const maxTitle = 300

// refreshTarget reads content="0; url=Target", as an entry path; addresses outside the archive give "".
func refreshTarget(base, content string) string {
	_, rest, ok := strings.Cut(content, ";")
	if !ok {
		return ""
	}
	rest = strings.TrimSpace(rest)
	if len(rest) < 4 || !strings.EqualFold(rest[:3], "url") {
		return ""
	}
	rest = strings.TrimSpace(rest[3:])
	if !strings.HasPrefix(rest, "=") {
		return ""
	}
	return ResolveLink(base, strings.Trim(strings.TrimSpace(rest[1:]), `'"`)).Path
}
