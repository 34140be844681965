package api

import (
	"context"
	"fmt"
	"io"
	"mime"
	"strings"

	"github.com/modelcontextprotocol/go-sdk/mcp"

	"github.com/openzim-mcp/openzim-mcp/zim/article"
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
	// Nothing else has an end that could be cut off without harm, so bytes are sent whole or not at all.
	size := f.data.Size
	kind := pictureType(f.found.MIME)
	b, whole, err := f.beginning(ctx, kind != "" && size <= int64(f.s.opts.BlobBytes))
	if err != nil {
		return err
	}
	// Width and height come from the header; no pixel is decoded here.
	info := article.Describe(f.found.MIME, f.found.Path, size, b)
	f.data.Width, f.data.Height = info.Width, info.Height
	f.begin()
	what := "not text"
	if whole {
		f.reply.content = append(f.reply.content, &mcp.ImageContent{Data: b, MIMEType: kind})
		what = "the picture follows"
	}
	line := fmt.Sprintf("%s, %d bytes", f.data.MIME, size)
	if info.Width > 0 {
		line += fmt.Sprintf(", %d × %d pixels", info.Width, info.Height)
	}
	f.reply.notice(line + "; " + what)
	if info.Note != "" {
		f.reply.notice(info.Note)
	}
	// The link is there also beside a picture: clients that show no pictures can follow it.
	f.reply.content = append(f.reply.content, &mcp.ResourceLink{URI: f.found.URIWith(""), Name: shownID(f.found.Hit, ""), Title: f.data.Title, MIMEType: f.data.MIME, Size: &size})
	return nil
}

// beginning returns all bytes of the entry when they are to be sent, else as many as tell what it is.
func (f *fetching) beginning(ctx context.Context, all bool) (b []byte, whole bool, err error) {
	if all {
		b, err = f.found.Item.Bytes(ctx)
		return b, err == nil, err
	}
	c, err := f.found.Item.Open(ctx)
	if err != nil {
		return nil, false, err
	}
	defer c.Close()
	b, err = io.ReadAll(io.LimitReader(c, article.DescribeBytes))
	return b, false, err
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
