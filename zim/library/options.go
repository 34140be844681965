package library

import (
	"time"

	"github.com/openzim-mcp/openzim-mcp/zim"
)

// Options bounds a library. The zero value is the safe default; nil means defaults.
type Options struct {
	Zim         zim.Options   // for every archive; a nil Cache becomes one that all share
	KeyBytes    int64         // search keys of all archives together; 0 means 64 MiB. Of no effect when Zim.LookupKeys is set
	Rescan      time.Duration // how often the directories are looked at beside file events; 0 means 5 minutes, negative never
	Verify      zim.Checks    // checks run in the background after opening, one archive at a time; 0 means none
	Links       bool          // follow symbolic links to files that stay inside the directory; otherwise they are refused
	MaxDepth    int           // path elements of a file below its directory (1 to 50); 0 means 10. Deeper files are not looked at
	MaxArchives int           // archives served; 0 means 10,000. The rest, by directory and path, is left out and told of
	OpenAtOnce  int           // archives being opened at the same time; 0 means 16
}

// withDefaults returns a copy with every zero replaced.
func (o *Options) withDefaults() Options {
	var d Options
	if o != nil {
		d = *o
	}
	setDefault(&d.KeyBytes, 64<<20)
	setDefault(&d.Rescan, 5*time.Minute)
	setDefault(&d.MaxDepth, 10)
	setDefault(&d.MaxArchives, 10_000)
	setDefault(&d.OpenAtOnce, 16)
	if d.Zim.Cache == nil {
		d.Zim.Cache = zim.NewCache(nil)
	}
	return d
}

func setDefault[T comparable](field *T, value T) {
	if *field == *new(T) {
		*field = value
	}
}

// keyCost is what one search key takes in memory, in bytes, with its share of the table: 58 for a path, and an
// archive keeps as many for titles.
const keyCost = 2 * 58

// zimOptions returns the options of one archive out of n.
func (o *Options) zimOptions(n int) *zim.Options {
	z := o.Zim
	if z.LookupKeys == 0 {
		z.LookupKeys = int(min(max(o.KeyBytes/(int64(max(n, 1))*keyCost), 1024), 65536))
	}
	return &z
}
