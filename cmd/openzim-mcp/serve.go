package main

import (
	"context"
	"errors"
	"os/signal"
	"strings"
	"syscall"

	"github.com/alecthomas/kong"

	"github.com/openzim-mcp/openzim-mcp/cmd/openzim-mcp/demo"
	"github.com/openzim-mcp/openzim-mcp/server"
)

// service is what serve and stdio have in common.
type service struct {
	Config   string       `help:"Read settings from this YAML file." placeholder:"FILE"`
	Paths    []string     `arg:"" optional:"" name:"dir|file" help:"Directories with archives, and single archives. Without any, and without library.paths, the built-in manual is served."`
	Settings kong.Plugins `embed:""`
}

// sdkDebug changes how the MCP SDK behaves on the wire, in ways that are tested nowhere.
const sdkDebug = "MCPGODEBUG="

func (c *service) configure(p *program) (server.Config, error) {
	for _, e := range p.env {
		if strings.HasPrefix(e, sdkDebug) && e != sdkDebug {
			return server.Config{}, refused{errors.New("MCPGODEBUG is set, which changes the protocol; unset it")}
		}
	}
	paths, err := absolute(c.Paths)
	if err != nil {
		return server.Config{}, err
	}
	return p.configure(c.Config, c.Settings, paths)
}

func (p *program) process() server.Process {
	return server.Process{Log: p.errOut, Terminal: p.terminal, Demo: demo.Archive, DemoName: demo.Name}
}

type serveCmd struct{ service }

// Help is printed below the usage.
func (serveCmd) Help() string {
	return `Examples:

  openzim-mcp serve                        the built-in manual, to try it out
  openzim-mcp serve /srv/zim               every archive in a directory
  openzim-mcp serve a.zim b.zim --listen 127.0.0.1:9000
  openzim-mcp serve --config /etc/openzim-mcp/config.yaml

Every setting is also a key of the file and an environment variable: --cache-bytes is
cache.bytes and OPENZIM_MCP_CACHE__BYTES. Flags win over the environment, which wins over
the file. SIGTERM stops after the requests under way, SIGHUP looks at the archives again.`
}

// Run serves until it is stopped.
func (c *serveCmd) Run(p *program) error {
	cfg, err := c.configure(p)
	if err != nil {
		return err
	}
	tuneMemory()
	return server.Run(context.Background(), cfg, p.process())
}

type stdioCmd struct{ service }

// Help is printed below the usage.
func (stdioCmd) Help() string {
	return `For clients that start their servers themselves. Standard output carries nothing but MCP;
logs go to standard error. The end of input ends the program, once every call is answered.

Examples:

  openzim-mcp stdio /srv/zim
  claude mcp add zim -- openzim-mcp stdio /srv/zim`
}

// Run serves until the input ends.
func (c *stdioCmd) Run(p *program) error {
	cfg, err := c.configure(p)
	if err != nil {
		return err
	}
	tuneMemory()
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM, syscall.SIGINT)
	defer stop()
	context.AfterFunc(ctx, stop) // a second signal ends the program at once
	process := p.process()
	process.Terminal = false // what is typed goes to the protocol, so no greeting
	return server.Stdio(ctx, cfg, process, p.in, p.out)
}
