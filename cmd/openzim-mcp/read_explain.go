package main

import (
	"context"
	"fmt"
	"strconv"

	"github.com/openzim-mcp/openzim-mcp/zim/article"
	"github.com/openzim-mcp/openzim-mcp/zim/search"
)

// explainOut is the JSON of read --explain: how a page became a document.
type explainOut struct {
	File        string         `json:"file"`                      // as typed
	Path        string         `json:"path"`                      // of the entry with the content, without its namespace
	Title       string         `json:"title"`                     // as stored
	From        string         `json:"redirected_from,omitempty"` // title of the redirect that was asked for
	MIME        string         `json:"mime"`
	Kind        string         `json:"kind"`                  // article, disambiguation and so on
	Profile     string         `json:"profile"`               // by whose rules the page was read
	Why         string         `json:"why"`                   // what told the profile
	Scraper     string         `json:"scraper,omitempty"`     // metadata of the archive
	Dropped     []droppedOut   `json:"dropped"`               // by falling count, then by rule
	Cut         string         `json:"cut,omitempty"`         // what a limit removed
	Redirect    string         `json:"redirect,omitempty"`    // path that the page sends its reader to
	Canonical   string         `json:"canonical,omitempty"`   // address of the original
	License     string         `json:"license,omitempty"`     // what the page says of it
	Coordinates string         `json:"coordinates,omitempty"` // latitude, longitude
	Bytes       int            `json:"bytes"`                 // of the page as stored
	TextBytes   int            `json:"text_bytes"`            // of the text view
	Tokens      int            `json:"tokens"`                // of the text view, about
	PageTokens  int            `json:"page_tokens"`           // of the page as stored, about
	Blocks      int            `json:"blocks"`
	Sections    int            `json:"sections"` // the lead is none
	Tables      int            `json:"tables"`   // of data
	References  int            `json:"references"`
	Images      int            `json:"images"`
	Links       map[string]int `json:"links"` // targets by kind, each once
}

// droppedOut is one rule that left something out.
type droppedOut struct {
	Rule  string `json:"rule"`
	Count int    `json:"count"` // elements
}

// explainPage tells by which profile the page was read, why, and what was dropped.
func (c *readCmd) explainPage(ctx context.Context, p *program, found *search.Found, data []byte) error {
	doc, err := parsePage(ctx, found, data)
	if err != nil {
		return err
	}
	o := explained(doc, data)
	o.File, o.Path, o.Title, o.From, o.MIME = c.File, found.Path, found.Title, found.From, found.MIME
	o.Scraper = found.Status.Meta.Scraper
	if o.Why == "" {
		o.Why = "by its type, " + orDash(line(found.MIME))
	}
	if c.JSON {
		return printJSON(p.out, o)
	}
	return table(p.out, o.rows())
}

// explained measures a document against the page it was made of.
func explained(doc *article.Document, data []byte) explainOut {
	text := doc.Text(doc.Whole())
	o := explainOut{Kind: doc.Kind.String(), Profile: doc.Profile, Why: doc.Why, Dropped: []droppedOut{}, Cut: string(doc.Cut), Redirect: doc.Redirect,
		Canonical: doc.Canonical, License: doc.License, Coordinates: doc.Coordinates, Bytes: len(data), TextBytes: len(text),
		Tokens: article.Tokens(text), PageTokens: article.Tokens(string(data)), Blocks: len(doc.Blocks), Sections: len(doc.Sections) - 1,
		Tables: len(doc.Tables), References: len(doc.References), Images: len(doc.Images), Links: map[string]int{}}
	for _, d := range doc.Dropped {
		o.Dropped = append(o.Dropped, droppedOut{d.Rule, d.Count})
	}
	for kind, n := range doc.LinkCounts() {
		if n > 0 {
			o.Links[article.LinkKind(kind).String()] = n
		}
	}
	return o
}

// rows is the explanation for people.
func (o explainOut) rows() [][]string {
	share := "-"
	if o.PageTokens > 0 {
		share = fmt.Sprintf("%.1f %%", 100*float64(o.Tokens)/float64(o.PageTokens))
	}
	rows := [][]string{
		{"entry", line(o.Path)}, {"title", orDash(line(o.Title))}, {"type", orDash(line(o.MIME))}, {"kind", o.Kind},
		{"profile", o.Profile}, {"because", line(o.Why)}, {"scraper", orDash(line(o.Scraper))},
		{"page", fmt.Sprintf("%d bytes, about %d tokens", o.Bytes, o.PageTokens)},
		{"text", fmt.Sprintf("%d bytes, about %d tokens, %s of the page", o.TextBytes, o.Tokens, share)},
		{"found", fmt.Sprintf("%d sections, %d tables, %d references, %d images", o.Sections, o.Tables, o.References, o.Images)},
	}
	for kind := article.LinkKind(0); kind <= article.OtherLink; kind++ {
		if n := o.Links[kind.String()]; n > 0 {
			rows = append(rows, []string{"links", strconv.Itoa(n) + " " + kind.String()})
		}
	}
	for _, extra := range [][2]string{{"redirect", o.Redirect}, {"canonical", o.Canonical}, {"license", o.License}, {"coordinates", o.Coordinates}, {"cut", o.Cut}} {
		if extra[1] != "" {
			rows = append(rows, []string{extra[0], line(extra[1])})
		}
	}
	if len(o.Dropped) == 0 {
		return append(rows, []string{"dropped", "nothing"})
	}
	for _, d := range o.Dropped {
		rows = append(rows, []string{"dropped", fmt.Sprintf("%d × %s", d.Count, line(d.Rule))})
	}
	return rows
}
