package main

import (
	"context"

	"github.com/JohannesKaufmann/html-to-markdown/v2/converter"
	"github.com/JohannesKaufmann/html-to-markdown/v2/plugin/base"
	"github.com/JohannesKaufmann/html-to-markdown/v2/plugin/commonmark"
	"github.com/JohannesKaufmann/html-to-markdown/v2/plugin/strikethrough"
	"github.com/JohannesKaufmann/html-to-markdown/v2/plugin/table"

	"github.com/openzim-mcp/openzim-mcp/zim/article"
)

// A source is a page and what is known of it.
type source struct {
	html    []byte
	path    string // of the entry, without namespace
	scraper string
	known   *article.Furniture // what the archive's pages repeat
}

// A rendering is what a converter makes of a page.
type rendering struct {
	text    string // without links and references
	linked  string // with links; empty when the converter has no such form
	profile string
	cut     string
}

// A contestant turns pages into Markdown.
type contestant struct {
	name    string
	convert func(ctx context.Context, s source) (rendering, error)
}

// The names of the contestants.
const (
	oursName = "ours"
	peerName = "html-to-markdown"
)

func contestants(withPeer bool) []contestant {
	list := []contestant{{oursName, convertOurs}}
	if withPeer {
		list = append(list, contestant{peerName, newHTMLToMarkdown()})
	}
	return list
}

// convertOurs shows the whole document as fetch does: the page's own heading is its title.
func convertOurs(ctx context.Context, s source) (rendering, error) {
	doc, err := article.Parse(ctx, s.html, &article.Options{Path: s.path, Scraper: s.scraper, Furniture: s.known})
	if err != nil {
		return rendering{}, err
	}
	linked := doc.Markdown(article.View{Links: true}, doc.Whole())
	return rendering{text: titled(doc, doc.Text(doc.Whole())), linked: titled(doc, linked), profile: doc.Profile, cut: string(doc.Cut)}, nil
}

func titled(doc *article.Document, text string) string {
	if doc.Heading == "" {
		return text
	}
	return "# " + doc.Heading + "\n\n" + text
}

// newHTMLToMarkdown sets the other converter up as its makers advise for pages with tables.
func newHTMLToMarkdown() func(ctx context.Context, s source) (rendering, error) {
	c := converter.NewConverter(converter.WithPlugins(base.NewBasePlugin(), commonmark.NewCommonmarkPlugin(),
		strikethrough.NewStrikethroughPlugin(), table.NewTablePlugin()))
	return func(ctx context.Context, s source) (rendering, error) {
		md, err := c.ConvertString(string(s.html), converter.WithContext(ctx))
		if err != nil {
			return rendering{}, err
		}
		return rendering{text: md, linked: md}, nil
	}
}
