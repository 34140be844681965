package api

import (
	"context"
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/modelcontextprotocol/go-sdk/mcp"

	"github.com/openzim-mcp/openzim-mcp/policy"
	"github.com/openzim-mcp/openzim-mcp/zim/article"
)

// A prompt is a request that a person picks from a list, with one argument.
type prompt struct {
	name, title, description string
	argument, means          string // its name, and what to write
	text                     string // of the request; %s is the argument, quoted
	check                    func(s *Surface, arg string) error
}

// maxPromptArgument bounds an argument, in runes.
const maxPromptArgument = 200

// prompts lists the prompts in the order of prompts/list, which sorts by name.
func prompts() []prompt {
	return []prompt{
		{name: "explore", title: "Explore an archive", description: "See what an archive holds and what to ask of it.",
			argument: "archive", means: "Name of an archive.", check: (*Surface).checkArchive,
			text: "Tell me what the archive %s holds. Look it up with the tool {library} (filter: its name), open its main page with {fetch} " +
				"(its name with a / behind), and then describe in a few sentences what it is about, from when it is and how large, and give me five " +
				"questions that it can answer well. Cite the ids of what you read."},
		{name: "research", title: "Research a topic", description: "Find out about a topic and report with citations.",
			argument: "topic", means: "What to find out about.", check: (*Surface).checkTopic,
			text: "Find out about %s in the offline library. Use {search} with two or three differently worded questions, read on with {fetch} " +
				"where a passage is cut short or sources disagree, and then write a report: what is established first, then details, then what the " +
				"archives leave open or say differently. Put the id behind every statement, and say so where nothing was found instead of filling in."},
		{name: "summarize", title: "Summarize an article", description: "Sum up one article with citations of its sections.",
			argument: "id", means: "An id from search, archive/path, or a title.", check: (*Surface).checkID,
			text: "Sum up the article %s. Read it with {fetch}; when it is long, take the outline first and then the sections that matter. Write " +
				"one paragraph on the whole and then a list of the main points, each with the id of its section."},
	}
}

// addPrompts offers the prompts.
func (s *Surface) addPrompts() {
	for _, p := range prompts() {
		if s.opts.Profile == ChatGPTProfile && strings.Contains(p.text, "{library}") {
			continue // it has no such tool
		}
		s.server.AddPrompt(&mcp.Prompt{Name: p.name, Title: p.title, Description: p.description,
			Arguments: []*mcp.PromptArgument{{Name: p.argument, Description: p.means, Required: true}}}, s.prompted(p))
	}
}

// prompted checks the argument, which the SDK does not, and puts it into the text in quotes and on one line, so that it
// cannot pose as a part of the request.
func (s *Surface) prompted(p prompt) mcp.PromptHandler {
	return func(_ context.Context, req *mcp.GetPromptRequest) (*mcp.GetPromptResult, error) {
		for name := range req.Params.Arguments {
			if name != p.argument {
				return nil, protocolError(&policy.Error{Field: article.PlainLine(article.Clip(name, 40)), Reason: "is not an argument of this prompt", Allowed: []string{p.argument}}, "")
			}
		}
		arg := req.Params.Arguments[p.argument]
		if err := p.refused(s, arg); err != nil {
			return nil, protocolError(err, "")
		}
		return &mcp.GetPromptResult{Description: p.description, Messages: []*mcp.PromptMessage{
			{Role: "user", Content: &mcp.TextContent{Text: fmt.Sprintf(s.opts.Form.speak(p.text), quotedArgument(arg))}}}}, nil
	}
}

func (p prompt) refused(s *Surface, arg string) error {
	if strings.TrimSpace(arg) == "" {
		return &policy.Error{Field: p.argument, Reason: "is missing"}
	}
	if n := utf8.RuneCountInString(arg); n > maxPromptArgument {
		return &policy.Error{Field: p.argument, Reason: "is too long, in code points", Limit: maxPromptArgument, Got: n}
	}
	return p.check(s, arg)
}

// quotedArgument is what the caller sent, visible and on one line, without the quotes that would end it.
func quotedArgument(arg string) string {
	return `"` + strings.ReplaceAll(article.PlainLine(arg), `"`, "'") + `"`
}

func (s *Surface) checkArchive(arg string) error {
	name, edition, err := policy.ParseArchiveRef(arg)
	if err != nil {
		return &policy.Error{Field: "archive", Reason: "is not the name of an archive"}
	}
	if _, err := s.lib.Status(refOf(name, edition)); err != nil {
		return &Error{Code: NotFound, Field: "archive", Reason: "no archive is called " + quoted(arg), DidYouMean: s.lib.Nearest(arg, 3)}
	}
	return nil
}

func (s *Surface) checkTopic(arg string) error {
	_, err := policy.ParseText("topic", arg, s.opts.Limits)
	return err
}

func (s *Surface) checkID(arg string) error {
	_, err := s.opts.Limits.ParseID(arg)
	return err
}
