package api

// tools lists the tools in the order of tools/list, which sorts by name: one line for each.
func (s *Surface) tools() []tool {
	switch s.opts.Profile {
	case ChatGPTProfile:
		return []tool{
			s.chatgptFetchTool(),
			s.chatgptSearchTool(),
		}
	case ExtendedProfile:
		return []tool{
			s.browseTool(),
			s.fetchManyTool(),
			s.libraryTool(),
			s.relatedTool(),
			s.searchNearTool(),
		}
	}
	return []tool{
		s.fetchTool(),
		s.libraryTool(),
		s.searchTool(),
	}
}
