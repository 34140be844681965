package api

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/openzim-mcp/openzim-mcp/zim/article"
)

// A text about a licence is shortened to the names in it; a text without any is kept, or cut behind a word.
func TestLicenseName(t *testing.T) {
	for text, want := range map[string]string{
		"":             "",
		"MIT":          "MIT",
		"CC BY-SA 4.0": "CC BY-SA 4.0",
		"CC-BY-SA-3.0": "CC BY-SA 3.0",
		"cc by":        "CC BY",
		"CC0":          "CC0",
		"GFDL":         "GFDL",
		"This article is issued from Wikipedia. The text is licensed under Creative Commons - Attribution - Sharealike. Additional terms may apply for the media files.": "CC BY-SA",
		"This article is issued from Wikipedia. The text is available under Creative Commons Attribution-Share Alike 4.0 unless otherwise noted.":                        "CC BY-SA 4.0",
		"Creative Commons Attribution-NonCommercial-NoDerivatives 4.0 International":                                                                                     "CC BY-NC-ND 4.0",
		"Content is available under CC BY-NC-SA 2.5 and the GNU Free Documentation License unless noted":                                                                 "CC BY-NC-SA 2.5, GFDL",
		"Creative Commons Attribution-ShareAlike (https://creativecommons.org/licenses/by-sa/4.0/)":                                                                      "CC BY-SA 4.0",
		"https://creativecommons.org/licenses/by/3.0/deed.en":                                                                                                            "CC BY 3.0",
		"Text under CC BY-SA 4.0; CC BY-SA 4.0 also for pictures":                                                                                                        "CC BY-SA 4.0",
		"This work is in the public domain in the United States of America":                                                                                              "public domain",
		"This work is not in the public domain everywhere":                                                                                                               "This work is not in the public domain everywhere",
		"Copyright 1996-2025 The Global Development Group, whose manual may be used and copied":                                                                          "Copyright 1996-2025 The Global Development Group, whose manual may be used and…",
		strings.Repeat("x", 100): strings.Repeat("x", 79) + "…",
	} {
		if got, _ := licenseName(text); got != want {
			t.Errorf("%q: got %q, want %q", text, got, want)
		}
	}
}

// Words stay whole where there are several, and nothing is longer than asked for.
func TestClipWords(t *testing.T) {
	const text = "This article is issued from Wikipedia"
	for most, want := range map[int]string{37: text, 20: "This article is…", 16: "This article is…", 15: "This article…", 5: "This…", 3: "Th…"} {
		if got := clipWords(text, most); got != want || utf8.RuneCountInString(got) > most {
			t.Errorf("%d: got %q, want %q", most, got, want)
		}
	}
}

// The line of an archive has the name of its licence, in the room it may take.
func TestProvenanceWithin(t *testing.T) {
	boilerplate := "This article is issued from Wikipedia. The text is licensed under Creative Commons - Attribution - Sharealike."
	for _, tt := range []struct {
		license string
		max     int
		want    string
	}{
		{"", 50, "wiki 2026-01"},
		{"CC-BY-SA-4.0", 50, "wiki 2026-01, CC-BY-SA-4.0"},
		{boilerplate, 50, "wiki 2026-01, CC BY-SA"},
		{boilerplate, 12, "wiki 2026-01, CC BY-SA"},
		{boilerplate, 2, "wiki 2026-01, CC BY-SA"},
		{"All rights reserved by those who wrote the articles", 2, "wiki 2026-01"},
		{"All rights reserved by those who wrote the articles of this site", 16, "wiki 2026-01, All rights reserved by…"},
	} {
		line := provenanceLine([]provenance{provenance{Archive: "wiki", Edition: "2026-01", License: tt.license}.within(tt.max)})
		if line != tt.want || tt.max > 5 && article.Tokens(line) > max(tt.max, 16) {
			t.Errorf("%q in %d: got %q, want %q", tt.license, tt.max, line, tt.want)
		}
	}
}
