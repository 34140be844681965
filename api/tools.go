package api

// tools lists the tools in the order of tools/list, which sorts by name: one line for each.
func (s *Surface) tools() []tool {
	if s.opts.Profile == ExtendedProfile {
		return []tool{
			s.fetchTool(),
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
