package search

import (
	"errors"
	"strings"
	"testing"

	"github.com/openzim-mcp/openzim-mcp/zim/internal/match"
	"github.com/openzim-mcp/openzim-mcp/zim/internal/stem"
)

// readings are the settings of the rows below.
var readings = map[string]reading{
	"full text":   {ngrams: true, stemming: stemEvery, stop: match.ParseStopWords("the\nof\nto\nbe\nor\nnot\nand\na\nin")},
	"8 full text": {operators: true, stemming: stemEvery, stop: match.ParseStopWords("the\nof\nto\nbe\nor\nnot\nand\na\nin")},
	"X":           {operators: true, partial: true, ngrams: true, stemming: stemSome},
	"8 X":         {operators: true, partial: true, stemming: stemSome},
}

func TestParse(t *testing.T) {
	for _, row := range []struct{ reading, text, want string }{
		{"full text", "running cats", "(run AND cat)"},
		{"full text", "the cats", "cat"},
		{"full text", "the", "the"},
		{"full text", "the of", "(the AND of)"},
		{"full text", "the, of", "nothing"},
		{"full text", "cats. the of", "(cat AND the AND of)"},
		{"full text", "the of- to", "(the AND of AND to)"},
		{"full text", "the- of to", "(of AND to)"},
		{"full text", "cats the. of", "cat"},
		{"full text", "foo bar-baz qux", "(foo AND (bar PHRASE 2 baz) AND qux)"},
		{"full text", "foo- bar baz", "(foo AND bar AND baz)"},
		{"full text", "\"cats dogs\" -x", "(cat AND dog AND x)"},
		{"full text", "c++ c# x++++", "(c++ AND c# AND x)"},
		{"full text", "3,000.5 1.a", "(3,000.5 AND (1 PHRASE 2 a))"},
		{"full text", "the-of", "(the PHRASE 2 of)"},
		{"full text", "foo\u200bbar", "foobar"},
		{"full text", "中文字", "(中 AND 中文 AND 文 AND 文字 AND 字)"},
		{"full text", "foo 中文 bar", "(foo AND (中 AND 中文 AND 文) AND bar)"},
		{"full text", "foo-中 bar", "(foo AND 中 AND bar)"},
		{"full text", "", "nothing"},
		{"full text", "-- ...", "nothing"},

		{"X", "lis", "(W(lis) OR Zlis)"},
		{"X", "list ", "Zlist"},
		{"X", "list c", "(Zlist AND (W(c) OR Zc))"},
		{"X", "foo-ba", "(foo PHRASE 2 ba)"},
		{"X", "\"list of", "(list PHRASE 2 of)"},
		{"X", "+x", "(W(x) OR Zx)"},
		{"X", "-x", "Zx"},
		{"X", "cats -dog ", "(Zcat AND_NOT Zdog)"},
		{"X", "(list", "(W(list) OR Zlist)"},
		{"X", "list)", "Zlist"},
		{"X", "42", "(W(42) OR 42)"},
		{"X", "x* y", "(x AND (W(y) OR Zy))"},
		{"X", "\"", "nothing"},
		{"X", "\"\" cats ", "Zcat"},
		{"X", "\"cats\" ", "cats"},
		{"X", "\"中文 a\"", "(中 PHRASE 3 文 PHRASE 3 a)"},
		{"X", "- x ", "Zx"},
		{"X", "+-x ", "Zx"},
		{"X", "() x ", "Zx"},
		{"X", "((a b) c) d ", "(((Za AND Zb) AND Zc) AND Zd)"},
		{"X", "a\u201cb c\u201d ", "(Za AND (b PHRASE 2 c))"},

		{"8 full text", "a OR b AND c", "(a OR (b AND c))"},
		{"8 full text", "cats AND NOT dogs", "(cat AND_NOT dog)"},
		{"8 full text", "cats AND -dogs", "(cat AND_NOT dog)"},
		{"8 full text", "cats -dogs -birds", "(cat AND_NOT (dog OR bird))"},
		{"8 full text", "cats NEAR/3 dogs NEAR/5 birds", "(cat NEAR 7 dog NEAR 7 bird)"},
		{"8 full text", "cats ADJ dogs", "(cat PHRASE 11 dog)"},
		{"8 full text", "cats NEAR dogs birds", "(cat AND near AND dog AND bird)"},
		{"8 full text", "cats NEAR/0 dogs", "(cat AND (near PHRASE 2 0) AND dog)"},
		{"8 full text", "cats (-dogs)", "(cat AND dog)"},
		{"8 full text", "-cats", "cat"},
		{"8 full text", "\"cats-dogs birds\"", "(cat PHRASE 3 dog PHRASE 3 bird)"},
		{"8 full text", "cats XOR dogs", "(cat XOR dog)"},
		{"8 full text", "+the cats", "(the AND cat)"},
		{"8 full text", "NEAR cats", "(near AND cat)"},
		{"8 full text", "x AND NEAR cats", "syntax"},
		{"8 full text", "x -y z", "((x AND z) AND_NOT y)"},
		{"8 full text", "x -/y z", "(x AND_NOT (y AND z))"},
		{"8 full text", "x -/y, z", "((x AND z) AND_NOT y)"},
		{"8 full text", "x +,the of", "(x AND (the AND of))"},
		{"8 full text", "-/y z", "(y AND z)"},
		{"8 full text", "-x y -\"", "(x AND y)"},
		{"8 full text", "-, -x y", "(x AND y)"},
		{"8 full text", "x -) y", "(x AND y)"},
		{"8 full text", "x OR -,", "syntax"},
		{"8 full text", "x AND -y z", "(x AND_NOT (y AND z))"},
		{"8 full text", "cats OR", "syntax"},
		{"8 full text", "AND cats", "syntax"},
		{"8 full text", "cats OR -dogs", "syntax"},
		{"8 full text", "(the, of) AND cats", "syntax"},
		{"8 full text", "cats OR -dogs birds", "syntax"},
		{"8 full text", "cats XOR -dogs birds", "syntax"},
		{"8 full text", "cats NOT -dogs birds", "syntax"},
		{"8 full text", "cats AND NOT -dogs birds", "syntax"},
		{"8 full text", "cats OR (-dogs birds)", "(cat OR (bird AND_NOT dog))"},
		{"8 full text", "cats OR +dogs birds", "(cat OR (dog AND bird))"},
		{"8 full text", "cats OR birds -dogs", "(cat OR (bird AND_NOT dog))"},
		{"8 X", "-/td or build", "((W(build) OR Zbuild) AND_NOT (Ztd AND Zor))"},
		{"8 X", "-/td build", "((W(build) OR Zbuild) AND_NOT Ztd)"},
		{"8 X", "-/td or build ", "(Ztd AND Zor AND Zbuild)"},
		{"8 full text", "cats NEAR", "(cat AND near)"},
	} {
		rd := readings[row.reading]
		rd.stemmer = stem.New("en")
		got, err := rd.parse(row.text)
		said := got.query.String()
		if errors.Is(err, errSyntax) {
			said = "syntax"
		} else if err != nil {
			t.Errorf("%s %q: %v", row.reading, row.text, err)
		}
		if said != row.want {
			t.Errorf("%s %q: got %s, want %s", row.reading, row.text, said, row.want)
		}
	}
}

// TestRows: what the words of a suggestion are as a row.
func TestRows(t *testing.T) {
	for _, row := range []struct{ text, want string }{
		{"list of", "(list PHRASE 2 of)"},
		{"list", "list"},
		{"a-b c", "(a PHRASE 3 b PHRASE 3 c)"},
		{"中文", "(中 PHRASE 3 中文 PHRASE 3 文)"},
		{"中中中", "(中 PHRASE 5 中中)"},
		{"a a", "(a PHRASE 2 a)"},
		{"--", "nothing"},
	} {
		q, err := reading{ngrams: true}.row(row.text)
		if err != nil || q.String() != row.want {
			t.Errorf("%q: got %s, %v, want %s", row.text, q, err, row.want)
		}
	}
}

// TestManyWords: a text of any length is read in bounds.
func TestManyWords(t *testing.T) {
	for _, text := range []string{
		strings.Repeat("a ", 100_000), strings.Repeat("(", 100_000), strings.Repeat("(a ", 1000), strings.Repeat("\"", 100_001),
		strings.Repeat("-a ", 100_000), strings.Repeat("a-", 100_000), strings.Repeat("中", 100_000), strings.Repeat("a NEAR ", 10_000),
	} {
		for name, rd := range readings {
			got, err := rd.parse(text)
			if err != nil && !errors.Is(err, errSyntax) {
				t.Errorf("%s, %.10q: %v", name, text, err)
			}
			if len(got.words) > 4*maxCompatWords {
				t.Errorf("%s, %.10q: %d words", name, text, len(got.words))
			}
		}
	}
}

// FuzzParse: every text can be read, by any rules.
func FuzzParse(f *testing.F) {
	for _, q := range oddQueries {
		f.Add(q)
	}
	f.Fuzz(func(t *testing.T, text string) {
		for name, rd := range readings {
			rd.stemmer = stem.New("en")
			if _, err := rd.parse(text); err != nil && !errors.Is(err, errSyntax) {
				t.Errorf("%s: %v", name, err)
			}
			if _, err := rd.row(text); err != nil {
				t.Errorf("%s, row: %v", name, err)
			}
		}
	})
}
