package fidelity

import (
	"slices"
	"strings"
	"testing"
)

func TestTargets(t *testing.T) {
	for _, test := range []struct {
		md   string
		want []string
	}{
		{"[a](x/y.html)", []string{"x/y.html"}},
		{"[a](<x y (z)>) and [b](c_(d))", []string{"c_(d)", "x y (z)"}},
		{"[![alt](i.png)](x)", []string{"i.png", "x"}},
		{`[a](x "a title")`, []string{"x"}},
		{`[a\](x)](y)`, []string{"y"}},
		{"`[a](x)`", nil},
		{"```\n[a](x)\n```", nil},
		{"a](x)", nil},
		{"f[]( int pos )", nil},
		{"[a](unfinished", nil},
		{"| [a](x\\|y) |", []string{`x\|y`}},
	} {
		if got := Read(test.md, &Page{}).Targets(); !slices.Equal(got, test.want) {
			t.Errorf("%s: got %q, want %q", test.md, got, test.want)
		}
	}
}

func TestWordsOfMarkdown(t *testing.T) {
	for _, test := range []struct{ md, want string }{
		{"# Title {#anchor}", "title"},
		{"- a\n  2. b\n> c\n: d", "a b c d"},
		{"- - a", "a"},
		{`\# no \*marks\* \[x\](y)`, "no marks x y"},
		{"`` a`b `` c", "ab c"},
		{"unclosed `tick", "unclosed tick"},
		{"![alt text](x.png) word", "alt text word"},
		{"| a | b\\|c |\n| --- | --- |", "a b c"},
		{"```go\na b\n```\nc", "a b c"},
		{"~~~\na\n~~~", "a"},
		{"```\nnever closed", "never closed"},
		{"2021. a year", "a year"},
		{"-no list", "no list"},
		{"a&b", "a b"},
		{"", ""},
	} {
		if got := fold(Read(test.md, &Page{}).words); got != test.want {
			t.Errorf("%q: got %q, want %q", test.md, got, test.want)
		}
	}
}

func TestDepthOfItems(t *testing.T) {
	md := "- a\n  - b\n    1. c\n  - d\n\ntext\n\n  - e\n10. f\n    - g\n> - h"
	var got []string
	for _, x := range Read(md, &Page{}).items {
		got = append(got, strings.Repeat(">", x.depth)+x.text)
	}
	if want := []string{">a", ">>b", ">>>c", ">>d", ">e", ">f", ">>g", ">h"}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestFences(t *testing.T) {
	md := "````md\n```\nx\n```\n````\n\n1. item\n   ```\n   y\n\n    z\n   ```\n"
	want := []string{"```\nx\n```", "y\n\n z"}
	if got := Read(md, &Page{}).fences; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

// Whatever the text, reading it ends and does not panic.
func FuzzRead(f *testing.F) {
	for _, s := range []string{faithful, "[](", "![", "`", "{#", "- - - 1.", "> > ```\n> x", "$$", `\`, "[a](<", "\x00$\xff"} {
		f.Add(s)
	}
	p, _ := Extract([]byte(wholePage), Options{})
	f.Fuzz(func(t *testing.T, md string) {
		s := Compare(p, Read(md, p))
		for m, x := range s.Shares {
			if x.Hit < 0 || x.Hit > x.All {
				t.Errorf("%v: %+v", Metric(m), x)
			}
		}
	})
}
