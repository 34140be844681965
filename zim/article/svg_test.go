package article_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/openzim-mcp/openzim-mcp/zim/article"
)

func TestSanitizeSVGKeepsWhatDraws(t *testing.T) {
	const in = `<?xml version="1.0"?><!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "x.dtd"><!-- made by hand -->` +
		`<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" width="10" viewBox="0 0 10 10">` +
		`<defs><linearGradient id="g"><stop offset="0" stop-color="red"></stop></linearGradient></defs>` +
		`<g style="fill:url(#g)"><path d="M0 0L10 10"></path><use xlink:href="#g"></use><text>a &lt; b</text></g></svg>`
	const want = `<svg xmlns="http://www.w3.org/2000/svg" width="10" viewBox="0 0 10 10">` +
		`<defs><linearGradient id="g"><stop offset="0" stop-color="red"></stop></linearGradient></defs>` +
		`<g style="fill:url(#g)"><path d="M0 0L10 10"></path><use href="#g"></use><text>a &lt; b</text></g></svg>`
	got, err := article.SanitizeSVG([]byte(in))
	if err != nil || string(got) != want {
		t.Fatalf("%v\n got %s\nwant %s", err, got, want)
	}
	again, err := article.SanitizeSVG(got)
	if err != nil || string(again) != want {
		t.Errorf("changes when made harmless again: %v\n%s", err, again)
	}
}

func TestSanitizeSVGDropsWhatActs(t *testing.T) {
	const space = ` xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"`
	for _, in := range []string{
		`<script>EVIL</script>`, `<script href="EVIL"/>`, `<g><script>EVIL</script><path d="m"/></g>`,
		`<style>@import "EVIL";</style>`, `<path onclick="EVIL"/>`, `<path ONLOAD="EVIL"/>`,
		`<foreignObject><body xmlns="http://www.w3.org/1999/xhtml">EVIL</body></foreignObject>`,
		`<a href="javascript:EVIL"><path d="m"/></a>`, `<image href="https://EVIL.example"/>`, `<use xlink:href="https://EVIL.example#x"/>`,
		`<use href="data:image/svg+xml,EVIL"/>`, `<animate attributeName="href" values="javascript:EVIL"/>`, `<set attributeName="href" to="EVIL"/>`,
		`<path style="fill:url(https://EVIL.example)"/>`, `<path fill="url( 'https://EVIL.example' )"/>`, `<path style="fill:\75rl(EVIL)"/>`,
		`<path style="@import 'EVIL'"/>`, `<path style="fill:/**/url(/**/EVIL)"/>`, `<path fill="image-set('EVIL' 1x)"/>`,
		`<feImage href="EVIL"/>`, `<handler type="application/ecmascript">EVIL</handler>`, `<!-- EVIL -->`, `<?EVIL do?>`,
		`<path xmlns:e="urn:e" e:href="EVIL"/>`, `<e:script xmlns:e="http://www.w3.org/1999/xhtml">EVIL</e:script>`,
	} {
		got, err := article.SanitizeSVG([]byte(`<svg` + space + `>` + in + `</svg>`))
		if err != nil {
			t.Errorf("%s: %v", in, err)
		}
		if strings.Contains(string(got), "EVIL") {
			t.Errorf("%s\nbecomes %s", in, got)
		}
	}
}

func TestSanitizeSVGRefuses(t *testing.T) {
	for _, in := range []string{"", "text", "<p>no</p>", "<svg>", "<svg></p></svg>", "<svg/><svg/>", "<script/><svg/>",
		`<!DOCTYPE svg [<!ENTITY a "b">]><svg>&a;</svg>`, `<?xml version="1.0" encoding="EBCDIC"?><svg/>`,
		strings.Repeat("<svg>", 10_000) + strings.Repeat("</svg>", 10_000)} {
		if got, err := article.SanitizeSVG([]byte(in)); !errors.Is(err, article.ErrNotSVG) {
			t.Errorf("%.40q: %.80q, %v", in, got, err)
		}
	}
}

func FuzzSanitizeSVG(f *testing.F) {
	f.Add([]byte(`<svg xmlns="http://www.w3.org/2000/svg"><g><path d="m" onclick="x"/></g><script/></svg>`))
	f.Fuzz(func(t *testing.T, b []byte) {
		once, err := article.SanitizeSVG(b)
		if err != nil {
			return
		}
		twice, err := article.SanitizeSVG(once)
		if err != nil || string(once) != string(twice) {
			t.Fatalf("changes when made harmless again: %v\n%q\n%q", err, once, twice)
		}
	})
}
