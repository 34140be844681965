package api

import (
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/openzim-mcp/openzim-mcp/zim/article"
)

// Documents are kept up to their bounds: each is parsed once, a failure is not kept, a huge one is parsed again.
func TestDocumentsAreKept(t *testing.T) {
	d := newDocuments()
	parsed := 0
	load := func(index uint32, doc *article.Document, err error) {
		t.Helper()
		got, gotErr := d.load(t.Context(), documentKey{index: index}, func(context.Context) (*article.Document, error) {
			parsed++
			return doc, err
		})
		if !errors.Is(gotErr, err) || err == nil && got == nil {
			t.Errorf("got %v, %v", got, gotErr)
		}
	}
	small := article.FromText("a")
	huge := article.FromText(strings.Repeat("x", maxDocument))
	for _, tt := range []struct {
		name  string
		index uint32
		doc   *article.Document
		err   error
		want  int // parsed so far
	}{
		{"first", 1, small, nil, 1}, {"again", 1, small, nil, 1}, {"another", 2, small, nil, 2},
		{"failure", 3, nil, context.Canceled, 3}, {"after the failure", 3, small, nil, 4}, {"then kept", 3, small, nil, 4},
		{"huge", 4, huge, nil, 5}, {"huge again", 4, huge, nil, 6},
	} {
		if load(tt.index, tt.doc, tt.err); parsed != tt.want {
			t.Errorf("%s: parsed %d times, want %d", tt.name, parsed, tt.want)
		}
	}
	big := article.FromText(strings.Repeat("x", maxDocument/2))
	for i := range uint32(40) {
		d.keep(documentKey{index: 100 + i}, big)
		d.keep(documentKey{index: 100 + i}, big) // as two calls that miss at once do
		if d.bytes > maxDocumentBytes || d.bytes < 0 {
			t.Fatalf("%d bytes kept", d.bytes)
		}
	}
	sum := 0
	for _, doc := range d.lru.Values() {
		sum += sizeOf(doc)
	}
	if sum != d.bytes {
		t.Errorf("%d bytes kept, counted as %d", sum, d.bytes)
	}
}
