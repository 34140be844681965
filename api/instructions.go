package api

import (
	"context"
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/modelcontextprotocol/go-sdk/mcp"

	"github.com/openzim-mcp/openzim-mcp/zim/library"
)

// codeLetters are what codes of languages are made of.
const codeLetters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ-, "

// nameArchives adds a line on what is served to the instructions, as it is when a client asks.
func (s *Surface) nameArchives(next mcp.MethodHandler) mcp.MethodHandler {
	return func(ctx context.Context, method string, req mcp.Request) (mcp.Result, error) {
		res, err := next(ctx, method, req)
		if err != nil || !s.opts.NameArchives {
			return res, err
		}
		switch r := res.(type) {
		case *mcp.InitializeResult:
			r.Instructions += s.served(maxInstructions - utf8.RuneCountInString(r.Instructions))
		case *mcp.DiscoverResult:
			r.Instructions += s.served(maxInstructions - utf8.RuneCountInString(r.Instructions))
		}
		return res, err
	}
}

// served names the archives in at most room characters. Names are made by the library of a few letters; what archives say
// of themselves stays out of instructions.
func (s *Surface) served(room int) string {
	var list []library.Status
	for _, st := range s.archives() {
		if st.Served {
			list = append(list, st)
		}
	}
	line := "\nServed: "
	for i, st := range list {
		item, rest := st.Name, ""
		if langs := languageList(st.Meta.Language); langs != "" && strings.Trim(langs, codeLetters) == "" {
			item += " (" + langs + ")"
		}
		if left := len(list) - i - 1; left > 0 {
			item, rest = item+", ", fmt.Sprintf("and %d more.", left)
		}
		if utf8.RuneCountInString(line+item+rest) > room-20 {
			if i == 0 {
				return ""
			}
			return line + fmt.Sprintf("and %d more.", len(list)-i)
		}
		line += item
	}
	if len(list) == 0 {
		return ""
	}
	return strings.TrimSuffix(line, ", ") + "."
}
