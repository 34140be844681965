package links

import (
	"errors"
	"fmt"
)

// ErrNoSpace means that a disk has too little room for a build.
var ErrNoSpace = errors.New("links: too little room on the disk")

// spare is what a build leaves free on a disk that others use, too.
const spare = 64 << 20

// Space returns a function for [Options.Room]: it refuses with [ErrNoSpace] what would leave less than 64 MiB on the disk of dir.
// Where the system does not tell, it refuses nothing.
func Space(dir string) func(bytes int64) error {
	return func(bytes int64) error {
		left, ok := free(dir)
		if ok && left-spare < bytes {
			return fmt.Errorf("%w: %d MiB are free, %d MiB are needed", ErrNoSpace, left>>20, (bytes+spare)>>20+1)
		}
		return nil
	}
}
