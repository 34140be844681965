package api

import "github.com/openzim-mcp/openzim-mcp/zim/search"

// Engine returns what the tools search with, for its numbers.
func (s *Surface) Engine() *search.Engine { return s.engine }
