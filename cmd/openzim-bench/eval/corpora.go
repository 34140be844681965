package eval

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
)

// Corpora makes the archives of the question sets. One goroutine at a time.
type Corpora struct {
	Data  string // folder of the evaluation data
	Debs  string // folder with Debian packages that are there already; "" downloads them
	Maker *Maker

	distractors []Document
	english     []Document
}

// distractorPackages are the manuals among which the English articles are hidden, by origin.
var distractorPackages = []struct{ origin, pkg, root string }{
	{"python", "python3.11-doc", "usr/share/doc/python3.11/html"},
	{"postgresql", "postgresql-doc-15", "usr/share/doc/postgresql-doc-15/html"},
	{"git", "git-doc", "usr/share/doc/git-doc"},
}

// Distractors returns the documents that stand beside the English articles: some 1,900 pages of three Debian packages. The
// first time it unpacks them, which needs dpkg-deb and, unless Debs has them, apt-get.
func (c *Corpora) Distractors(ctx context.Context) ([]Document, error) {
	if c.distractors != nil {
		return c.distractors, nil
	}
	name := filepath.Join(c.Maker.Dir, "distractors.jsonl")
	if _, err := os.Stat(name); err != nil {
		if err := c.makeDistractors(ctx, name); err != nil {
			return nil, fmt.Errorf("distractors: %w", err)
		}
	}
	list, err := ReadDocuments(name)
	c.distractors = list
	return list, err
}

func (c *Corpora) makeDistractors(ctx context.Context, name string) error {
	program := filepath.Join(c.Data, "distractors.py")
	if _, err := os.Stat(program); err != nil {
		return fmt.Errorf("%w: %s", ErrNoData, program)
	}
	root := filepath.Join(c.Maker.Dir, "debian")
	if err := os.MkdirAll(root, 0o755); err != nil {
		return err
	}
	args := []string{program, name + ".part"}
	for _, p := range distractorPackages {
		deb, err := c.deb(ctx, p.pkg)
		if err != nil {
			return err
		}
		c.Maker.log("unpacking " + filepath.Base(deb))
		if err := run(ctx, "", "dpkg-deb", "-x", deb, root); err != nil {
			return err
		}
		args = append(args, p.origin+"="+filepath.Join(root, p.root))
	}
	if err := run(ctx, "", c.Maker.python(), args...); err != nil {
		return err
	}
	return os.Rename(name+".part", name)
}

// deb returns the file of a package, which it downloads when Debs has none.
func (c *Corpora) deb(ctx context.Context, pkg string) (string, error) {
	dir := c.Debs
	if dir == "" {
		dir = filepath.Join(c.Maker.Dir, "debs")
	}
	find := func() string {
		found, _ := filepath.Glob(filepath.Join(dir, pkg+"_*.deb"))
		if len(found) == 0 {
			return ""
		}
		return slices.Max(found)
	}
	if f := find(); f != "" {
		return f, nil
	}
	if c.Debs != "" {
		return "", fmt.Errorf("%s has no package %s", c.Debs, pkg)
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return "", err
	}
	if err := run(ctx, dir, "apt-get", "download", pkg); err != nil {
		return "", err
	}
	if f := find(); f != "" {
		return f, nil
	}
	return "", fmt.Errorf("apt-get downloaded no %s", pkg)
}

// run runs a program whose output only matters when it fails.
func run(ctx context.Context, dir, program string, args ...string) error {
	cmd := exec.CommandContext(ctx, program, args...)
	cmd.Dir = dir
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("%s: %w: %s", program, err, lastLine(out))
	}
	return nil
}

// Articles returns the articles and questions of one language.
func (c *Corpora) Articles(lang string) ([]Document, []Question, error) {
	dir := filepath.Join(c.Data, "xquad", lang)
	docs, err := ReadDocuments(filepath.Join(dir, "documents.jsonl"))
	if err != nil {
		return nil, nil, err
	}
	questions, err := ReadQuestions(filepath.Join(dir, "questions.tsv"))
	return docs, questions, err
}

// E1 is the English articles among the distractors, in one archive.
func (c *Corpora) E1(ctx context.Context) (Archive, error) {
	docs, err := c.pooled(ctx)
	return Archive{Name: "e1", Title: "Articles among manuals", Lang: "eng", Pages: docs}, err
}

// pooled returns the articles, then the distractors.
func (c *Corpora) pooled(ctx context.Context) ([]Document, error) {
	if c.english == nil {
		docs, _, err := c.Articles("en")
		if err != nil {
			return nil, err
		}
		c.english = docs
	}
	more, err := c.Distractors(ctx)
	return slices.Concat(c.english, more), err
}

// E2 is the articles of one language.
func (c *Corpora) E2(lang string) (Archive, error) {
	code, ok := threeLetters[lang]
	if !ok {
		return Archive{}, fmt.Errorf("language %q has no three-letter code here", lang)
	}
	docs, _, err := c.Articles(lang)
	return Archive{Name: "e2-" + lang, Title: "Articles " + lang, Lang: code, Pages: docs}, err
}

// E3 is E1 in six archives: the articles dealt alternately to two, the largest manual too, and the others as they are.
func (c *Corpora) E3(ctx context.Context) ([]Archive, error) {
	docs, err := c.pooled(ctx)
	if err != nil {
		return nil, err
	}
	dealt := map[string]int{}
	parts := map[string]*Archive{}
	for _, d := range docs {
		origin, _, _ := strings.Cut(d.ID, "/")
		name := "e3-" + origin
		if origin == "en" || origin == "postgresql" {
			name = fmt.Sprintf("e3-%s%d", origin, dealt[origin]%2)
			dealt[origin]++
		}
		if parts[name] == nil {
			parts[name] = &Archive{Name: name, Title: name, Lang: "eng"}
		}
		parts[name].Pages = append(parts[name].Pages, d)
	}
	return sorted(parts), nil
}

// E10 is two archives that each have every other English article, and all the distractors. The second result tells which
// archive lacks an article.
func (c *Corpora) E10(ctx context.Context) ([]Archive, map[string]string, error) {
	docs, err := c.pooled(ctx)
	if err != nil {
		return nil, nil, err
	}
	parts := map[string]*Archive{
		"e10-0": {Name: "e10-0", Title: "Half of the articles", Lang: "eng"},
		"e10-1": {Name: "e10-1", Title: "Other half of the articles", Lang: "eng"},
	}
	lacks := map[string]string{}
	for i, d := range docs {
		here, other := fmt.Sprintf("e10-%d", i%2), fmt.Sprintf("e10-%d", 1-i%2)
		parts[here].Pages = append(parts[here].Pages, d)
		if i < len(c.english) {
			lacks[d.ID] = other
		} else {
			parts[other].Pages = append(parts[other].Pages, d)
		}
	}
	return sorted(parts), lacks, nil
}

func sorted(parts map[string]*Archive) []Archive {
	var list []Archive
	for _, a := range parts {
		list = append(list, *a)
	}
	slices.SortFunc(list, func(a, b Archive) int { return cmp.Compare(a.Name, b.Name) })
	return list
}

// All makes every archive that the data allows, and returns their files by name. Missing data leaves its archives out and
// is an error beside the others.
func (c *Corpora) All(ctx context.Context) (map[string]string, error) {
	var archives []Archive
	var errs []error
	add := func(list []Archive, err error) {
		if err != nil {
			errs = append(errs, err)
			return
		}
		archives = append(archives, list...)
	}
	e1, err := c.E1(ctx)
	add([]Archive{e1}, err)
	langs, err := Languages(c.Data)
	add(nil, err)
	for _, l := range langs {
		a, err := c.E2(l)
		add([]Archive{a}, err)
	}
	add(c.E3(ctx))
	e10, _, err := c.E10(ctx)
	add(e10, err)
	probes, err := ReadProbes(filepath.Join(c.Data, "probes.tsv"))
	add([]Archive{ProbeArchive(probes)}, err)
	files := map[string]string{}
	for _, a := range archives {
		f, err := c.Maker.Make(ctx, a)
		if err != nil {
			errs = append(errs, err)
			continue
		}
		files[a.Name] = f
	}
	return files, errors.Join(errs...)
}
