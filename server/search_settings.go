package server

import (
	"fmt"

	"github.com/openzim-mcp/openzim-mcp/policy"
	"github.com/openzim-mcp/openzim-mcp/zim/search"
)

// searchOptions are the settings of searches. It fails with a [*ConfigError] that has every mistake.
func searchOptions(c Config) (search.Options, error) {
	o := search.Options{ArticleBytes: int64(c.Cache.ArticleBytes), RerankTime: c.Search.ModelTimeout}
	var found []Mistake
	for _, text := range c.Library.Collections {
		name, parts, err := policy.ParseCollection(text)
		if err == nil && o.Collections[name] != nil {
			err = fmt.Errorf("is defined twice")
		}
		if err != nil {
			found = append(found, Mistake{Key: "library.collections", Reason: fmt.Sprintf("%.80q: %v", text, err)})
			continue
		}
		if o.Collections == nil {
			o.Collections = map[policy.ArchiveName][]policy.ScopePart{}
		}
		o.Collections[name] = parts
	}
	if c.Search.ModelURL != "" {
		m, err := newModel(c.Search.ModelURL, c.Search.ModelName)
		if err != nil {
			found = append(found, Mistake{Key: "search.model_url", Reason: err.Error()})
		}
		o.Reranker = m
	}
	if len(found) > 0 {
		return search.Options{}, &ConfigError{Mistakes: found}
	}
	return o, nil
}
