package server

import (
	"runtime"
	"runtime/debug"
	"sync"
)

// Version is the version of a release, set by the linker; otherwise the module's version, or
// "devel".
var Version string

// A Build says which program this is.
type Build struct {
	Version  string `json:"version"`
	Revision string `json:"revision"` // commit, with +dirty when files differed; "unknown" without version control
	Go       string `json:"go"`
}

// BuildInfo returns what the linker recorded about this program.
var BuildInfo = sync.OnceValue(func() Build {
	b := Build{Version: Version, Revision: "unknown", Go: runtime.Version()}
	info, ok := debug.ReadBuildInfo()
	if ok && b.Version == "" && info.Main.Version != "" && info.Main.Version != "(devel)" {
		b.Version = info.Main.Version
	}
	if b.Version == "" {
		b.Version = "devel"
	}
	if !ok {
		return b
	}
	for _, s := range info.Settings {
		switch {
		case s.Key == "vcs.revision":
			b.Revision = s.Value
		case s.Key == "vcs.modified" && s.Value == "true":
			b.Revision += "+dirty"
		}
	}
	return b
})
