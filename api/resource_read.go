package api

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/modelcontextprotocol/go-sdk/jsonrpc"
	"github.com/modelcontextprotocol/go-sdk/mcp"

	"github.com/openzim-mcp/openzim-mcp/zim/article"
	"github.com/openzim-mcp/openzim-mcp/zim/search"
)

const plainText = "text/plain"

// readResource answers resources/read for every address that a reply holds, and for the archive itself.
func (s *Surface) readResource(ctx context.Context, req *mcp.ReadResourceRequest) (*mcp.ReadResourceResult, error) {
	uri := editionURI(req.Params.URI)
	name, edition, whole, err := archiveOfURI(uri)
	if err != nil {
		return nil, protocolError(err, uri)
	}
	var contents []*mcp.ResourceContents
	if whole {
		contents, err = s.aboutArchive(ctx, refOf(name, edition))
	} else {
		contents, err = s.entryContents(ctx, uri)
	}
	if err != nil {
		return nil, protocolError(err, uri)
	}
	return &mcp.ReadResourceResult{Contents: contents}, nil
}

// aboutArchive tells what library tells of one archive, with the addresses of its main page and pictures.
func (s *Surface) aboutArchive(ctx context.Context, ref string) ([]*mcp.ResourceContents, error) {
	st, err := s.lib.Status(ref)
	if err != nil {
		return nil, err
	}
	r, err := s.detail(ctx, st, s.archives())
	if err != nil {
		return nil, err
	}
	text := r.text() + "\n\nMain page: " + archiveURI(st.Ref()) + "/\n"
	if data, ok := r.data.(*libraryData); ok && data.Detail != nil {
		for _, size := range data.Detail.Illustrations {
			text += "Illustration: " + archiveURI(st.Ref()) + "/~M/Illustration_" + size + "\n"
		}
	}
	return []*mcp.ResourceContents{{URI: archiveURI(st.Ref()), MIMEType: plainText, Text: text}}, nil
}

// entryContents reads an entry: text as text, with what could act in a browser taken out of pages and SVG pictures, the
// rest as bytes. Damage met on the way is reported to the library.
func (s *Surface) entryContents(ctx context.Context, uri string) ([]*mcp.ResourceContents, error) {
	id, err := s.opts.Limits.ParseID(uri)
	if err != nil {
		return nil, err
	}
	f, err := s.engine.Resolve(ctx, id)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	c, err := s.contents(ctx, f)
	if err != nil {
		s.lib.ReportError(f.Status.Ref(), err)
		return nil, err
	}
	c[0].URI = uri
	return c, nil
}

func (s *Surface) contents(ctx context.Context, f *search.Found) ([]*mcp.ResourceContents, error) {
	switch kindOf(f.MIME, f.Path) {
	case kindHTML:
		return s.pageContents(ctx, f)
	case kindText:
		return s.textContents(ctx, f)
	}
	b, err := s.wholeBytes(ctx, f)
	if err != nil {
		return nil, err
	}
	if isSVG(f.MIME) {
		clean, err := article.SanitizeSVG(b)
		if err != nil {
			return nil, &Error{Code: CorruptArchive, Field: "uri", Reason: "the picture cannot be made harmless: it is no well-formed SVG"}
		}
		return []*mcp.ResourceContents{{MIMEType: "image/svg+xml", Text: string(clean)}}, nil
	}
	return []*mcp.ResourceContents{{MIMEType: nativeType(f.MIME), Blob: b}}, nil
}

// wholeBytes returns all bytes of an entry, or says how large it is: half a file is of no use.
func (s *Surface) wholeBytes(ctx context.Context, f *search.Found) ([]byte, error) {
	size, err := f.Item.Size(ctx)
	if err != nil {
		return nil, err
	}
	if most := int64(max(s.opts.BlobBytes, 0)); size > most {
		return nil, &tooLargeBlob{size: size, mime: nativeType(f.MIME), most: most}
	}
	return f.Item.Bytes(ctx)
}

// A tooLargeBlob is an entry whose bytes are more than the operator lets out at once.
type tooLargeBlob struct {
	size, most int64
	mime       string
}

func (e *tooLargeBlob) Error() string {
	if e.most == 0 {
		return "bytes of entries are not given out here"
	}
	return fmt.Sprintf("the entry has %d bytes, and at most %d are given out at once", e.size, e.most)
}

// pageContents returns a page without what acts, hides or loads.
func (s *Surface) pageContents(ctx context.Context, f *search.Found) ([]*mcp.ResourceContents, error) {
	b, err := readItem(ctx, f.Item)
	if err != nil {
		return nil, err
	}
	h, err := article.Sanitize(ctx, b, &article.Options{Path: f.Path, Limits: s.opts.Article})
	if err != nil {
		return nil, err
	}
	out := s.clipped(f, "text/html;charset=utf-8", h.Text, h.Cut != "")
	if n := len(out[0].Text); n < len(h.Text) { // between blocks, where there is such a place
		if i, _ := slices.BinarySearch(h.Breaks, n+1); i > 0 {
			out[0].Text = h.Text[:h.Breaks[i-1]]
		}
	}
	return out, nil
}

// textContents returns a text in its own type, from the beginning.
func (s *Surface) textContents(ctx context.Context, f *search.Found) ([]*mcp.ResourceContents, error) {
	r, err := f.Item.Open(ctx)
	if err != nil {
		return nil, err
	}
	defer r.Close()
	most := int64(s.opts.Limits.ReplyBytes)*utf8.UTFMax + 1
	b, err := io.ReadAll(io.LimitReader(r, most))
	if err != nil {
		return nil, err
	}
	return s.clipped(f, nativeType(f.MIME), strings.ToValidUTF8(string(b), "\ufffd"), int64(len(b)) == most), nil
}

// clipped cuts a text at the operator's ceiling, and says behind it how to read on.
func (s *Surface) clipped(f *search.Found, kind, text string, cut bool) []*mcp.ResourceContents {
	if n := s.opts.Limits.ReplyBytes; utf8.RuneCountInString(text) > n {
		text, cut = string([]rune(text)[:n]), true
	}
	out := []*mcp.ResourceContents{{MIMEType: kind, Text: text}}
	if cut {
		out = append(out, &mcp.ResourceContents{URI: f.URIWith(""), MIMEType: plainText,
			Text: "-- the entry is longer; the tool fetch reads on in it: " + shownID(f.Hit, "")})
	}
	return out
}

// nativeType is the type that the archive gives, cleaned; bytes where it says none.
func nativeType(stored string) string {
	if t, params, err := mime.ParseMediaType(stored); err == nil {
		if full := mime.FormatMediaType(t, params); full != "" {
			return full
		}
	}
	return "application/octet-stream"
}

func isSVG(stored string) bool {
	t, _, err := mime.ParseMediaType(stored)
	return err == nil && t == "image/svg+xml"
}

// Codes of JSON-RPC errors of ours: the HTTP status times 100, outside what JSON-RPC and MCP reserve.
const codeBusy = 50300

// protocolError turns a failure outside of tools into JSON-RPC's form. What nobody expects goes on as it is, to be logged
// and replaced.
func protocolError(err error, uri string) error {
	var large *tooLargeBlob
	if errors.As(err, &large) {
		return wireError(jsonrpc.CodeInvalidParams, large.Error(), map[string]any{"uri": uri, "code": TooLarge, "size": large.size, "mime": large.mime})
	}
	e := toError(err)
	data := map[string]any{"code": e.Code}
	if uri != "" {
		data["uri"] = uri
	}
	if len(e.DidYouMean) > 0 {
		data["did_you_mean"] = e.DidYouMean
	}
	if e.RetryAfter > 0 {
		data["retry_after_ms"] = e.RetryAfter.Milliseconds()
	}
	switch e.Code {
	case Internal:
		return err
	case Busy:
		return wireError(codeBusy, e.Reason, data)
	case Timeout, CorruptArchive:
		return wireError(jsonrpc.CodeInternalError, e.Reason, data)
	}
	return wireError(jsonrpc.CodeInvalidParams, (&Error{Code: e.Code, Field: e.Field, Reason: e.Reason, Allowed: e.Allowed, DidYouMean: e.DidYouMean}).Error(), data)
}

func wireError(code int64, message string, data any) error {
	raw, _ := json.Marshal(data) // texts and numbers always marshal
	return &jsonrpc.Error{Code: code, Message: message, Data: raw}
}
