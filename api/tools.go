package api

// tools lists the tools in the order of tools/list, which sorts by name: one line for each.
func (s *Surface) tools() []tool {
	return []tool{
		s.fetchTool(),
		s.libraryTool(),
		s.searchTool(),
	}
}
