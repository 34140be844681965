package library

import (
	"time"

	"github.com/openzim-mcp/openzim-mcp/zim"
)

// A Status describes one archive of the library, served or not.
//
// File is for the operator alone and must not reach clients; everything else may.
type Status struct {
	Name     string    // what clients use; shared by the editions of one archive
	Edition  string    // yyyy-mm, or yyyy-mm-dd where a month has two; "" when the archive has no date
	Newest   bool      // the edition that Name alone means
	File     string    // FOR THE OPERATOR: path below the directory that was named, of the first part
	Info     zim.Info  // zero while the archive is not open
	Meta     Meta      // as last read; zero when it never opened
	Opened   time.Time // zero while the archive is not open
	Verified State     // of the background verification
	Served   bool      // whether Acquire gives it out
	Degraded bool      // served, and damage was found inside: reading some of it fails. Until the file is replaced
	Reason   Reason    // why it is not served, or why a file that replaced it is not; "" when all is well
	Err      error     // a [*Fault] to go with Reason, else, of reason [Degraded], the first damage found; no path in its text
}

// Ref returns the name under which exactly this edition is found: Name, or Name@Edition when Name means a newer one.
func (s Status) Ref() string {
	if s.Newest || s.Edition == "" {
		return s.Name
	}
	return s.Name + "@" + s.Edition
}

// status describes n now.
func (n *named) status() Status {
	s := Status{Name: n.name, Edition: n.edition, Newest: n.newest, File: n.rel, Meta: n.meta}
	if n.fault != nil {
		s.Reason, s.Err = n.fault.Reason, n.fault
	}
	if n.gen == nil {
		return s
	}
	v := n.gen.verdict.Load()
	s.Info, s.Opened, s.Served, s.Verified = n.gen.archive.Info(), n.gen.opened, true, v.state
	if damage := n.record.fault(); damage != nil {
		s.Degraded = true
		if s.Err == nil {
			s.Err = damage
		}
	}
	return s
}
