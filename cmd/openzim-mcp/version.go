package main

import (
	"fmt"

	"github.com/openzim-mcp/openzim-mcp/server"
)

type versionCmd struct {
	JSON bool `name:"json" help:"Write JSON."`
}

// Run prints the version.
func (c *versionCmd) Run(p *program) error {
	b := server.BuildInfo()
	if c.JSON {
		return printJSON(p.out, b)
	}
	_, err := fmt.Fprintf(p.out, "openzim-mcp %s (revision %s, %s)\n", b.Version, b.Revision, b.Go)
	return err
}
