package zimtest

import (
	"bytes"
	"image"
	"image/color"
	"image/png"
	"math/rand/v2"
	"strings"
)

// A Sample is an archive with a name that says what is particular about it.
type Sample struct {
	Name    string
	Archive Archive
}

// Samples returns one valid archive of every flavour: the seeds of fuzz targets and the
// rows of tables. A name begins with the version. All are below 16 KiB.
func Samples() []Sample {
	samples := append(oldSamples(), newSamples()...)
	return append(samples, []Sample{
		{"6.1 redirect chain", RedirectChain(5)},
		{"6.1 odd frames", OddFrames()},
		{"5.0 empty", Archive{Old5: true, OldLayout: true}},
		{"6.3 empty", Archive{Minor: 3}},
	}...)
}

// variant returns base with a change. Changes may replace fields, not what they refer to.
func variant(name string, base Archive, change func(*Archive)) Sample {
	change(&base)
	return Sample{name, base}
}

// oldSamples have the old namespaces.
func oldSamples() []Sample {
	base := Archive{Entries: oldPages(), Metadata: Metadata(), Illustration: Icon(48), MainPage: "A/main.html"}
	old5 := base
	old5.Old5 = true
	return []Sample{
		variant("5.0 xz", old5, func(a *Archive) { a.Compression = XZ }),
		variant("5.0 zstd level 22", old5, func(a *Archive) { a.Window = Window128MiB }),
		variant("5.0 old layout", old5, func(a *Archive) { a.OldLayout, a.Compression = true, XZ }),
		variant("5.0 no checksum", old5, func(a *Archive) { a.OldLayout, a.NoChecksum, a.Compression = true, true, Stored }),
		variant("5.0 info byte 0", old5, func(a *Archive) { a.Compression = StoredZero }),
		variant("5.0 no counter, no main page", old5, func(a *Archive) { a.NoCounter, a.MainPage = true, "" }),
		variant("5.0 deprecated dirents", old5, func(a *Archive) {
			a.Entries = append(oldPages(), Entry{Path: "A/gone", Kind: Deleted}, Entry{Path: "A/link", Title: "Link", Kind: LinkTarget})
		}),
		variant("5.0 duplicate paths", old5, func(a *Archive) {
			a.Entries = append(oldPages(), Page("A/twice", "First", "one"), Page("A/twice", "Second", "two"))
		}),
		variant("6.0 extended", base, func(a *Archive) { a.Extended, a.Compression = true, XZ }),
	}
}

// newSamples have the new namespaces.
func newSamples() []Sample {
	base := Archive{Minor: 1, Entries: Pages(), Metadata: Metadata(), Illustration: Icon(48), MainPage: "C/main.html"}
	minor2, minor3 := base, base
	minor2.Minor, minor3.Minor = 2, 3
	return []Sample{
		variant("5.1", base, func(a *Archive) { a.Old5, a.Compression = true, XZ }),
		{"6.1 zstd", base},
		variant("6.1 xz", base, func(a *Archive) { a.Compression = XZ }),
		variant("6.1 stored", base, func(a *Archive) { a.Compression = Stored }),
		variant("6.1 extended", base, func(a *Archive) { a.Extended = true }),
		variant("6.1 old layout", base, func(a *Archive) { a.OldLayout = true }),
		variant("6.1 no v1", base, func(a *Archive) { a.NoTitleV1 = true }),
		variant("6.1 no v0", base, func(a *Archive) { a.NoTitleV0 = true }),
		variant("6.1 lists compressed", base, func(a *Archive) {
			a.Entries = append(Pages(), Entry{Path: TitleListV0, MIME: listingType, Compression: Zstd},
				Entry{Path: TitleListV1, MIME: listingType, Compression: Zstd})
		}),
		variant("6.1 main page in header only", base, func(a *Archive) { a.NoWellKnown = true }),
		variant("6.1 small clusters", base, func(a *Archive) { a.ClusterSize = 100 }),
		variant("6.1 scattered clusters", base, func(a *Archive) { a.ClusterSize, a.Scatter = 200, true }),
		variant("6.1 empty cluster", base, func(a *Archive) { a.EmptyExtra, a.Compression = 2, Stored }),
		variant("6.2 aliases", minor2, func(a *Archive) {
			a.Entries = append(Pages(), Alias("C/alias", "C/main.html"), Alias("C/aa", "C/alias"))
		}),
		variant("6.2 parameters", minor2, func(a *Archive) {
			a.Entries = append(Pages(), Entry{Path: "C/param", Title: "Parameters", Data: []byte("<p>p"), Params: []byte("k=v\x00\xff")})
		}),
		{"6.3", minor3},
		variant("6.3 no lists", minor3, func(a *Archive) { a.NoTitleV1 = true }),
		variant("6.3 mixed clusters", minor3, func(a *Archive) { a.Entries = mixedPages() }),
	}
}

// Pages returns items and redirects of the new namespace scheme, with the paths and titles
// that are easy to get wrong: "C/main.html" is a page that links to the others.
func Pages() []Entry {
	es := []Entry{
		Page("C/main.html", "Main page", `<html><body><a href="Zebra">Zebra</a> <a href="caf%C3%A9">café</a></body></html>`),
		Page("C/Zebra", "Zebra", "<html><body><h1>Zebra</h1><p>A striped animal of Africa.</p></body></html>"),
		Page("C/zebra fish", "apple", "<html><body>A title that sorts far from its path.</body></html>"),
		Page("C/café", "Café", "<html><body>Coffee, with an accent.</body></html>"),
		Page("C/a/b", "Same", "<html><body>First of two equal titles.</body></html>"),
		Page("C/a", "Same", "<html><body>Both an entry and a directory.</body></html>"),
		Page("C/a//b?x=1#y%20", "", "<html><body>A path that is no file name.</body></html>"),
		{Path: "C/empty.css", MIME: "text/css", Data: []byte{}},
		{Path: "C/style.css", MIME: "text/css", Data: []byte("p { color: black }")},
		{Path: "C/data.bin", MIME: "application/octet-stream", Data: pattern(700), Compression: Stored},
		{Path: "C/text.txt", MIME: "text/plain; charset=utf-8", Data: []byte(strings.Repeat("plain text, over and over. ", 40))},
		Redirect("C/Home", "C/main.html"),
		Redirect("C/Accueil", "C/Home"),
	}
	es[11].Title = "Home of all"
	return es
}

// oldPages returns the same in the old namespace scheme: HTML in A, the rest in -.
func oldPages() []Entry {
	es := Pages()
	move := func(path, mime string) string {
		switch {
		case path == "":
			return ""
		case mime == "text/html" || mime == "":
			return "A" + path[1:]
		}
		return "-" + path[1:]
	}
	for i := range es {
		es[i].Path, es[i].Redirect = move(es[i].Path, es[i].MIME), move(es[i].Redirect, "")
	}
	return es
}

// mixedPages returns Pages spread over clusters of every compression and offset width.
func mixedPages() []Entry {
	es := Pages()
	for i := range es {
		es[i].Compression = [...]byte{Stored, XZ, Zstd, StoredZero, 0x80 | Zstd}[i%5]
		es[i].Extended = i%2 == 1
		es[i].Alone = i%3 == 0
	}
	return es
}

// Metadata returns the mandatory keys and some others, with values zimcheck accepts.
func Metadata() map[string]string {
	return map[string]string{
		"Name": "test_en_all", "Title": "Test archive", "Language": "eng", "Creator": "Nobody",
		"Publisher": "Nobody else", "Date": "2026-01-02", "Description": "An archive to test with",
		"Tags": "_ftindex:no;test", "Scraper": "zimtest",
	}
}

// Icon returns a PNG of size by size pixels.
func Icon(size int) []byte {
	img := image.NewGray(image.Rect(0, 0, size, size))
	for i := range size {
		img.SetGray(i, i, color.Gray{Y: 255})
	}
	var buf bytes.Buffer
	if err := png.Encode(&buf, img); err != nil {
		panic(err) // only a size below 1 cannot be encoded
	}
	return buf.Bytes()
}

// pattern returns n bytes that do not compress to nothing.
func pattern(n int) []byte {
	r := rand.New(rand.NewPCG(1, uint64(n)))
	out := make([]byte, n)
	for i := range out {
		out[i] = byte(r.Uint32())
	}
	return out
}
