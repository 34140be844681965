package eval

import (
	_ "embed"
	"errors"
	"fmt"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
)

// facts are questions written by hand on real archives, each with an expression that its answer meets. They are ours; the
// archives are not, and are looked for.
//
//go:embed testdata/facts.tsv
var facts string

// factSets makes E9: a set of each archive of the questions that is among those in a folder. The missing ones are an error
// beside them.
func factSets(folder string) ([]Set, error) {
	if folder == "" {
		return nil, fmt.Errorf("%w: archives of E9, give their folder in ZIM_TEST_DATA_DIR", ErrNoData)
	}
	var sets []Set
	var errs []error
	for i, line := range strings.Split(strings.TrimSpace(facts), "\n")[1:] {
		c := strings.Split(line, "\t")
		if len(c) != 4 {
			return nil, fmt.Errorf("facts: line %d: %d columns, want 4", i+2, len(c))
		}
		answer, err := regexp.Compile(c[2])
		if err != nil {
			return nil, fmt.Errorf("facts: line %d: %w", i+2, err)
		}
		k := slices.IndexFunc(sets, func(s Set) bool { return s.Name == "E9-"+c[0] })
		if k < 0 {
			k = len(sets)
			sets = append(sets, Set{Name: "E9-" + c[0], About: "questions by hand"})
			file, err := factArchive(folder, c[0])
			if err != nil {
				errs = append(errs, err)
			} else {
				sets[k].World = WorldOfFile(file)
			}
		}
		sets[k].Questions = append(sets[k].Questions, Question{ID: fmt.Sprintf("fact:%02d", i+1), Query: c[1], Lang: c[3], Paragraph: -1, Pattern: answer})
	}
	sets = slices.DeleteFunc(sets, func(s Set) bool { return len(s.World.Files) == 0 })
	return sets, errors.Join(errs...)
}

// factArchive finds an archive by a part of its name, in a folder or in "good" below it.
func factArchive(folder, name string) (string, error) {
	for _, pattern := range []string{"*" + name + "*.zim", filepath.Join("good", "*"+name+"*.zim")} {
		if found, _ := filepath.Glob(filepath.Join(folder, pattern)); len(found) > 0 {
			return slices.Max(found), nil
		}
	}
	return "", fmt.Errorf("%w: archive %s in %s", ErrNoData, name, folder)
}
