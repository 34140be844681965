package main

import (
	"testing"

	"github.com/openzim-mcp/openzim-mcp/cmd/openzim-bench/eval"
)

// What tools and instructions cost a model in every conversation stays within what each profile promises, by o200k.
func TestContextTax(t *testing.T) {
	if testing.Short() {
		t.Skip("builds the product")
	}
	binary, err := build(t.Context(), t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	for profile, most := range map[string]int{"default": 600, "extended": 1000, "chatgpt": 260} {
		server, err := eval.StartServer(t.Context(), binary, nil, "OPENZIM_MCP_MCP__PROFILE="+profile)
		if err != nil {
			t.Fatal(err)
		}
		c, err := eval.Connect(t.Context(), server.Endpoint, eval.Ours)
		if err == nil {
			var tax eval.Tax
			tax, err = c.Tax()
			total := tax.ToolsTokens + tax.InstructionsTokens
			t.Logf("%s: tools %d + instructions %d = %d of %d tokens; largest description %d bytes", profile, tax.ToolsTokens, tax.InstructionsTokens, total, most, tax.LargestDescription)
			if total > most || tax.LargestDescription > 400 {
				t.Errorf("%s: %d tokens, at most %d; a description of %d bytes", profile, total, most, tax.LargestDescription)
			}
			c.Close()
		}
		if err != nil {
			t.Error(profile, err)
		}
		if err := server.Stop(); err != nil {
			t.Error(err)
		}
	}
}
