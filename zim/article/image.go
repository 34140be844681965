package article

import (
	"strconv"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// image writes the alt text, never the address: what a reader of the text would fetch from there is not in the archive's
// hands. Alts that only name the file are left out. In a link the alt is the link's text.
func (w *walker) image(n *html.Node) {
	src := attr(n, "src")
	alt := altOf(n)
	w.alt(src, alt, w.addImage(n, src, alt))
}

// altOf is what the page says a picture shows. What an editor of the site writes until somebody says more is nothing.
func altOf(n *html.Node) string {
	switch alt := PlainLine(Clip(attr(n, "alt"), 500)); alt {
	case "enter image description here", "alt text": // of Stack Exchange, now and in its first years
		return ""
	default:
		return alt
	}
}

// alt writes what a picture shows, with the picture's index or -1.
func (w *walker) alt(src, alt string, i int) {
	if alt == "" || w.in.bare && !w.in.empty() || fileName(alt) || namesFile(src, alt) {
		return
	}
	if w.inLink() {
		w.in.text(alt)
		return
	}
	w.in.raw("![")
	start := len(w.in.b) - 2
	w.in.text(imageBrackets.Replace(alt))
	w.in.raw("]")
	if i >= 0 {
		w.in.spans = append(w.in.spans, Span{Start: start, End: len(w.in.b), Link: -1, Image: i})
	}
}

var imageBrackets = strings.NewReplacer("[", "(", "]", ")")

// addImage notes a picture unless it is only decoration: without alt and caption, or under 40 pixels in both directions. It
// returns its index or -1.
func (w *walker) addImage(n *html.Node, src, alt string) int {
	width, height := pixelsOf(attr(n, "width")), pixelsOf(attr(n, "height"))
	small := width > 0 && width < 40 && height > 0 && height < 40
	if src == "" || small || alt == "" && w.figure < 0 || len(w.doc.Images) >= maxLinks {
		return -1
	}
	t := ResolveLink(w.path, src)
	w.doc.Images = append(w.doc.Images, Image{Path: t.Path, Alt: alt, Width: width, Height: height, Section: len(w.doc.Sections) - 1})
	return len(w.doc.Images) - 1
}

// pixelsOf reads a width or height; 0 when it is no number of pixels.
func pixelsOf(s string) int {
	v, err := strconv.Atoi(strings.TrimSuffix(s, "px"))
	if err != nil || v < 0 || v > 1e6 {
		return 0
	}
	return v
}

// namesFile reports an alt that is the name of the image's file or of its original.
func namesFile(src, alt string) bool {
	name := src[strings.LastIndexByte(src, '/')+1:]
	return name == alt || len(alt) > 4 && strings.HasPrefix(name, alt+".")
}

// fileName reports alts that only repeat the name of a file.
func fileName(alt string) bool {
	dot := strings.LastIndexByte(alt, '.')
	if dot < 0 || len(alt)-dot > 5 || strings.Contains(alt, " ") {
		return false
	}
	switch strings.ToLower(alt[dot+1:]) {
	case "jpg", "jpeg", "png", "gif", "svg", "webp", "tif", "tiff", "bmp":
		return true
	}
	return false
}

// picture is an element that holds pictures and their caption.
func (w *walker) picture(n *html.Node) {
	old := w.figure
	w.figure = len(w.doc.Images)
	w.apart(n, w.kind)
	w.figure = old
}

// caption writes a caption as a block, and gives it to the pictures beside it.
func (w *walker) caption(n *html.Node) {
	w.flush()
	images, before := len(w.doc.Images), len(w.doc.Blocks)
	old := w.kind
	w.kind = Caption
	w.kids(n)
	w.flush()
	w.kind = old
	if w.figure < 0 || before == len(w.doc.Blocks) {
		return
	}
	for i := w.figure; i < images; i++ {
		if w.doc.Images[i].Caption == "" {
			w.doc.Images[i].Caption = w.blockText(before)
		}
	}
}

// blockText is the text of a caption that was written, on one line.
func (w *walker) blockText(i int) string {
	e := w.ext[i]
	return Clip(plainOf(strings.TrimPrefix(string(w.arena[e.from:e.to]), lead(Caption))), maxCaption)
}

// maxCaption bounds captions of pictures, in runes.
const maxCaption = 1000

// sameCaptions removes blocks that hold nothing but an alt that the caption says again.
func (w *walker) sameCaptions() {
	for i := range w.doc.Blocks {
		e := &w.ext[i]
		if e.spanTo-e.span != 1 || w.doc.Blocks[i].Kind == Row {
			continue
		}
		s := w.spans[e.span]
		if s.Image < 0 || s.Start != 0 || s.End != e.to-e.from {
			continue
		}
		if img := &w.doc.Images[s.Image]; img.Caption != "" && strings.EqualFold(strings.TrimRight(img.Caption, ". "), strings.TrimRight(img.Alt, ". ")) {
			e.gone = true
		}
	}
}

// settleImages leaves out pictures that turned out to have neither alt nor caption.
func (w *walker) settleImages() {
	d := w.doc
	index := make([]int, len(d.Images))
	kept := d.Images[:0]
	for i, img := range d.Images {
		index[i] = -1
		if img.Alt != "" || img.Caption != "" {
			index[i] = len(kept)
			kept = append(kept, img)
		}
	}
	d.Images = kept
	for i := range d.Blocks {
		for j := range d.Blocks[i].Spans {
			if s := &d.Blocks[i].Spans[j]; s.Image >= 0 {
				s.Image = index[s.Image]
			}
		}
	}
}

// media notes what sounds and films lead to; they are no text.
func (w *walker) media(n *html.Node) {
	switch n.DataAtom {
	case atom.Audio, atom.Video, atom.Object, atom.Embed:
	default:
		return
	}
	for c := n; c != nil && w.visit(); c = next(n, c, true) {
		switch c.DataAtom {
		case atom.Audio, atom.Video, atom.Source, atom.Embed, atom.Track, atom.Object:
			href := attr(c, "src")
			if href == "" {
				href = attr(c, "data")
			}
			if href != "" {
				if i := w.linkTo(href, Media); i >= 0 && w.doc.Links[i].Kind == Internal {
					w.doc.Links[i].Kind = Media
				}
			}
		}
	}
}
