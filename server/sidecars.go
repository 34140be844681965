package server

import (
	"github.com/openzim-mcp/openzim-mcp/zim/search"
	"github.com/openzim-mcp/openzim-mcp/zim/sidecar"
)

// indexOptions says where sidecars are, and logs those that cannot be used: the archive is then searched by its titles, and
// the line says which command helps.
func indexOptions(cfg Config, p Process) *search.IndexOptions {
	log := p.logger(cfg.Logging)
	return &search.IndexOptions{
		CacheBytes: int64(cfg.Cache.IndexBytes),
		Sidecars:   sidecar.Where{Dir: cfg.Library.SidecarDir},
		OnSidecar: func(file string, err error) {
			log.Warn("full-text sidecar is not used", "event", "sidecar_refused", "file", file, "err", err)
		},
	}
}
