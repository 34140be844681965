package api

import (
	"context"
	"fmt"
	"mime"
	"strings"

	"github.com/modelcontextprotocol/go-sdk/mcp"
)

// Bounds of the bytes of a picture that a reply carries.
const (
	DefaultBlobBytes = 1 << 20
	MaxBlobBytes     = 16 << 20
)

// pictures are the types that models are shown. SVG is not among them: it can carry scripts.
var pictures = []string{"image/png", "image/jpeg", "image/webp", "image/gif"}

// media describes an entry that is not text, with a link to its bytes. A picture within the limit comes along.
func (f *fetching) media(ctx context.Context) error {
	if err := f.bind(""); err != nil {
		return err
	}
	size := f.data.Size
	f.begin()
	line := fmt.Sprintf("%s, %d bytes; not text", f.data.MIME, size)
	kind := pictureType(f.found.MIME)
	if kind != "" && size <= int64(f.s.opts.BlobBytes) {
		b, err := f.found.Item.Bytes(ctx)
		if err != nil {
			return err
		}
		f.reply.content = append(f.reply.content, &mcp.ImageContent{Data: b, MIMEType: kind})
		line = fmt.Sprintf("%s, %d bytes; the picture follows", f.data.MIME, size)
	}
	f.reply.notice(line)
	f.reply.content = append(f.reply.content, &mcp.ResourceLink{URI: f.found.URIWith(""), Name: shownID(f.found.Hit, ""), Title: f.data.Title, MIMEType: f.data.MIME, Size: &size})
	return nil
}

// pictureType is the type under which a picture is sent, empty for what is none.
func pictureType(stored string) string {
	t, _, err := mime.ParseMediaType(stored)
	if err != nil {
		return ""
	}
	if t == "image/jpg" { // some scrapers write it so
		t = "image/jpeg"
	}
	for _, p := range pictures {
		if strings.EqualFold(p, t) {
			return p
		}
	}
	return ""
}
