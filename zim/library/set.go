package library

import (
	"cmp"
	"slices"
	"strings"

	"github.com/openzim-mcp/openzim-mcp/policy"
)

// A file is what the library knows of one archive file or split set. Its fields never change once it is in a set: a
// change makes a new file, so a set can be read without a lock.
type file struct {
	key
	stamps []stamp     // when it was last tried
	gen    *generation // nil while it is not served
	known  bool        // meta was read once
	meta   Meta
	fault  *Fault  // why it is not served, or why its replacement is not
	record *record // damage inside; nil for archives that no scan finds, which nobody checks
	retry  retry
}

// A set is all archives at one moment. It is immutable, but for the verdicts inside generations.
type set struct {
	all   []*named          // by name, newest edition first
	refs  map[string]*named // every name a client may write, exact
	loose map[string]*named // names with dashes and dots folded; nil where two would meet
	names []string          // without editions, sorted
	open  int               // archives that are served
}

// newSet names the files and makes the tables by which names are found.
func newSet(files []*file) *set {
	s := &set{all: nameAll(files), refs: make(map[string]*named), loose: make(map[string]*named)}
	slices.SortFunc(s.all, func(a, b *named) int {
		return cmp.Or(strings.Compare(a.name, b.name), compareBool(b.newest, a.newest), strings.Compare(b.label.edition, a.label.edition))
	})
	for _, n := range s.all {
		s.enter(n)
	}
	for _, n := range s.all { // aliases last: they take only what is free
		s.alias(n)
	}
	return s
}

// enter puts n under its names proper.
func (s *set) enter(n *named) {
	if n.gen != nil {
		s.open++
	}
	if n.newest {
		s.refs[n.name] = n
		s.names = append(s.names, n.name)
		loose := looseName(n.name)
		if _, taken := s.loose[loose]; taken {
			s.loose[loose] = nil
		} else {
			s.loose[loose] = n
		}
	}
	if n.edition != "" {
		s.refs[n.name+"@"+n.edition] = n
	}
}

// alias lets an edition be found by its day, its month, and the date in its file's name. Of two in one month, the
// month means the later.
func (s *set) alias(n *named) {
	dates := []string{n.label.edition, n.label.alias}
	for _, d := range dates {
		if len(d) > len("2026-02") {
			dates = append(dates, d[:len("2026-02")])
		}
	}
	for _, d := range dates {
		ref := n.name + "@" + d
		if old, taken := s.refs[ref]; d != "" && (!taken || n.label.edition > old.label.edition && old.edition != d) {
			s.refs[ref] = n
		}
	}
}

// find returns what name stands for: exact, then as a client may spell it, then with dashes for underscores when only
// one archive can be meant.
func (s *set) find(name string) *named {
	if n := s.refs[name]; n != nil {
		return n
	}
	base, edition, err := policy.ParseArchiveRef(name)
	if err != nil {
		return nil
	}
	if s.refs[string(base)] == nil {
		n := s.loose[looseName(string(base))]
		if n == nil {
			return nil
		}
		base = policy.ArchiveName(n.name)
	}
	if edition != "" {
		return s.refs[string(base)+"@"+edition]
	}
	return s.refs[string(base)]
}

// looseName folds the characters that people confuse in names. A spelling that fits two names finds neither: a guess could
// answer from another archive.
func looseName(name string) string { return strings.NewReplacer("-", "_", ".", "_").Replace(name) }
