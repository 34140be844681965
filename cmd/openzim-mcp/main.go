package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/alecthomas/kong"
	"golang.org/x/term"

	"github.com/openzim-mcp/openzim-mcp/server"
)

// Exit codes. Scripts rely on them.
const (
	exitOK      = 0
	exitFailure = 1 // it ran and failed: not found, damaged, or an error while serving
	exitUsage   = 2 // the command line or the configuration is wrong
	exitRefused = 3 // serving here and now would not be safe
)

func main() {
	p := program{in: os.Stdin, out: os.Stdout, errOut: os.Stderr, env: os.Environ(),
		terminal: term.IsTerminal(int(os.Stderr.Fd()))}
	os.Exit(p.run(os.Args[1:]))
}

// program is the process as commands see it.
type program struct {
	in          io.Reader
	out, errOut io.Writer
	env         []string // "NAME=value"
	terminal    bool     // a person reads errOut
}

// cli is the command line. Each command is one file.
type cli struct {
	Serve   serveCmd   `cmd:"" help:"Serve archives over HTTP."`
	Stdio   stdioCmd   `cmd:"" help:"Serve archives over standard input and output."`
	List    listCmd    `cmd:"" help:"List archives."`
	Info    infoCmd    `cmd:"" help:"Tell what an archive says about itself."`
	Read    readCmd    `cmd:"" help:"Print one entry of an archive."`
	Search  searchCmd  `cmd:"" help:"Find entries by title."`
	Suggest suggestCmd `cmd:"" help:"Complete a title."`
	Verify  verifyCmd  `cmd:"" help:"Check archives for damage."`
	Links   linksCmd   `cmd:"" help:"Make an index of links, beside archives."`
	Related relatedCmd `cmd:"" help:"Find what has to do with an entry."`
	Index   indexCmd   `cmd:"" help:"Build full-text indexes of archives that have none."`
	Version versionCmd `cmd:"" help:"Tell which build this is."`
}

const description = `Gives language models read access to ZIM archives (offline Wikipedia, Stack Exchange, documentation, books) over MCP.`

// asked is how kong's wish to end the program, after help, travels up.
type asked int

// run executes one command line and returns the exit code.
func (p *program) run(args []string) (code int) {
	defer func() {
		if r := recover(); r != nil {
			end, ok := r.(asked)
			if !ok {
				panic(r)
			}
			code = int(end)
		}
	}()
	var c cli
	c.Serve.Settings, c.Stdio.Settings = settingFlags(), settingFlags()
	parser, err := kong.New(&c, kong.Name("openzim-mcp"), kong.Description(description),
		kong.Writers(p.out, p.errOut), kong.Exit(func(code int) { panic(asked(code)) }),
		kong.ConfigureHelp(kong.HelpOptions{Compact: true, WrapUpperBound: 96}), kong.UsageOnError())
	if err != nil {
		return p.fail(err) // the structs above are wrong; a test parses every command
	}
	if len(args) == 0 {
		args = []string{"--help"}
	}
	ctx, err := parser.Parse(args)
	if err != nil {
		return p.fail(usage{err})
	}
	return p.fail(ctx.Run(p))
}

// usage marks an error as one of the command line.
type usage struct{ error }

func (u usage) Unwrap() error { return u.error }

// refused marks an error as a refusal to serve.
type refused struct{ error }

// silent ends with an exit code when everything has been said.
type silent int

func (s silent) Error() string { return fmt.Sprintf("exit code %d", int(s)) }

// fail tells the person what went wrong and returns the exit code.
func (p *program) fail(err error) int {
	if err == nil {
		return exitOK
	}
	if code := silent(0); errors.As(err, &code) {
		return int(code)
	}
	fmt.Fprintf(p.errOut, "openzim-mcp: %s\n", strings.ReplaceAll(err.Error(), "\n", "\nopenzim-mcp: "))
	if errors.As(err, new(refused)) {
		return exitRefused
	}
	if errors.As(err, new(usage)) {
		fmt.Fprintln(p.errOut, "Run openzim-mcp --help for the commands, openzim-mcp COMMAND --help for one of them.")
		return exitUsage
	}
	if errors.As(err, new(*server.ConfigError)) {
		fmt.Fprintln(p.errOut, "Run openzim-mcp serve --help for every setting.")
		return exitUsage
	}
	return exitFailure
}
