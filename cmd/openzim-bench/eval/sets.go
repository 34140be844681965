package eval

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// A Plan knows where everything for the sets is.
type Plan struct {
	Corpora  *Corpora
	Archives string   // folder with the larger archives, for the sets Q and E11; "" when there is none
	Queries  string   // folder with their questions; "" means ../queries beside the evaluation data
	Known    []string // archive files for E4, E5 and E6; none means that of E1, and small.zim when Archives has it
	Real     string   // folder with the real archives of E9; "" when there is none
	Most     int      // questions of each kind in E4, E5 and E6; 0 means 2,000, in E6 1,000

	scans map[string]*Scan
}

// AllSets names the sets in the order in which they run.
var AllSets = []string{"E1", "E2", "E3", "E4", "E5", "E6", "E8", "E9", "E10", "E11", "Q"}

// QueryArchives are the archives that have a file of questions.
var QueryArchives = []string{"small", "medium", "wordnet", "debpkg"}

// ErrNoSet is returned for a name that is none of [AllSets].
var ErrNoSet = errors.New("no such set")

// Sets makes one of the sets, which may be several questionnaires. What cannot be made for want of data is told as an error
// beside the others, for which [errors.Is] finds [ErrNoData].
func (p *Plan) Sets(ctx context.Context, name string) ([]Set, error) {
	switch name {
	case "E1":
		return p.one(p.e1(ctx))
	case "E2":
		return p.e2(ctx)
	case "E3":
		return p.e3(ctx)
	case "E4", "E5", "E6":
		return p.known(ctx, name)
	case "E8":
		return p.one(p.e8(ctx))
	case "E9":
		return factSets(p.Real)
	case "E10":
		return p.e10(ctx)
	case "E11":
		return p.one(p.e11(ctx))
	case "Q":
		return p.queries()
	}
	return nil, fmt.Errorf("%w: %q, want some of %s", ErrNoSet, name, strings.Join(AllSets, ","))
}

func (p *Plan) one(s Set, err error) ([]Set, error) {
	if err != nil {
		return nil, err
	}
	return []Set{s}, nil
}

// world makes archives and returns what a server on them knows.
func (p *Plan) world(ctx context.Context, archives ...Archive) (World, error) {
	var files []string
	for _, a := range archives {
		f, err := p.Corpora.Maker.Make(ctx, a)
		if err != nil {
			return World{}, err
		}
		files = append(files, f)
	}
	return WorldOf(files, archives...), nil
}

func (p *Plan) e1(ctx context.Context) (Set, error) {
	a, err := p.Corpora.E1(ctx)
	if err != nil {
		return Set{}, err
	}
	_, questions, err := p.Corpora.Articles("en")
	if err != nil {
		return Set{}, err
	}
	w, err := p.world(ctx, a)
	return Set{Name: "E1", About: "English questions among distractors", World: w, Questions: questions, Gold: NewGold(a.Pages), Readers: true}, err
}

func (p *Plan) e2(ctx context.Context) ([]Set, error) {
	langs, err := Languages(p.Corpora.Data)
	if err != nil {
		return nil, err
	}
	var sets []Set
	for _, l := range langs {
		a, err := p.Corpora.E2(l)
		if err != nil {
			return nil, err
		}
		_, questions, err := p.Corpora.Articles(l)
		if err != nil {
			return nil, err
		}
		w, err := p.world(ctx, a)
		if err != nil {
			return nil, err
		}
		sets = append(sets, Set{Name: "E2-" + l, About: "questions in " + l, World: w, Questions: questions, Gold: NewGold(a.Pages), Readers: true})
	}
	return sets, nil
}

// perLanguage is how many questions of each language are asked of all languages at once.
const perLanguage = 200

func (p *Plan) e3(ctx context.Context) ([]Set, error) {
	six, err := p.Corpora.E3(ctx)
	if err != nil {
		return nil, err
	}
	_, questions, err := p.Corpora.Articles("en")
	if err != nil {
		return nil, err
	}
	w, err := p.world(ctx, six...)
	if err != nil {
		return nil, err
	}
	var pages []Document
	for _, a := range six {
		pages = append(pages, a.Pages...)
	}
	sets := []Set{{Name: "E3", About: "E1 split into six archives", World: w, Questions: questions, Gold: NewGold(pages)}}
	each, err := p.e2(ctx)
	if err != nil {
		return nil, err
	}
	all := Set{Name: "E3-langs", About: "all languages at once", World: World{Docs: map[string]string{}}, Gold: Gold{}, ByKind: true}
	for _, s := range each {
		all.add(s)
	}
	return append(sets, all), nil
}

// add puts another set's archives and some of its questions into s; the kind of a question is its language.
func (s *Set) add(o Set) {
	s.World.Files = append(s.World.Files, o.World.Files...)
	for k, v := range o.World.Docs {
		s.World.Docs[k] = v
	}
	for k, v := range o.Gold {
		s.Gold[k] = v
	}
	for _, q := range sample(o.Questions, perLanguage, o.Name) {
		q.Kind = q.Lang
		s.Questions = append(s.Questions, q)
	}
}

// scan reads an archive once.
func (p *Plan) scan(ctx context.Context, file string) (*Scan, error) {
	if s := p.scans[file]; s != nil {
		return s, nil
	}
	s, err := ScanArchive(ctx, file)
	if err != nil {
		return nil, err
	}
	if p.scans == nil {
		p.scans = map[string]*Scan{}
	}
	p.scans[file] = s
	return s, nil
}

// known makes E4, E5 or E6 for every archive.
func (p *Plan) known(ctx context.Context, name string) ([]Set, error) {
	files, err := p.knownFiles(ctx)
	if err != nil {
		return nil, err
	}
	var sets []Set
	for _, f := range files {
		scan, err := p.scan(ctx, f)
		if err != nil {
			return sets, err
		}
		s := Set{Name: name + "-" + labelOf(f), World: WorldOfFile(f), ByKind: true}
		switch name {
		case "E4":
			s.About, s.Questions = "link texts", scan.E4(p.most(2000))
		case "E5":
			s.About, s.Questions = "titles, redirects, headings", scan.E5(p.most(2000))
		case "E6":
			s.About, s.Questions = "titles with typing errors", scan.E6(p.most(1000))
		}
		if len(s.Questions) > 0 {
			sets = append(sets, s)
		}
	}
	return sets, nil
}

func (p *Plan) knownFiles(ctx context.Context) ([]string, error) {
	if len(p.Known) > 0 {
		return p.Known, nil
	}
	a, err := p.Corpora.E1(ctx)
	if err != nil {
		return nil, err
	}
	w, err := p.world(ctx, a)
	if err != nil {
		return nil, err
	}
	if small, err := p.archive("small"); err == nil {
		w.Files = append(w.Files, small)
	}
	return w.Files, nil
}

func (p *Plan) most(def int) int {
	if p.Most > 0 {
		return p.Most
	}
	return def
}

func (p *Plan) e8(ctx context.Context) (Set, error) {
	probes, err := ReadProbes(filepath.Join(p.Corpora.Data, "probes.tsv"))
	if err != nil {
		return Set{}, err
	}
	w, err := p.world(ctx, ProbeArchive(probes))
	return Set{Name: "E8", About: "probes that bare titles can pass", World: w,
		Probes: slices.DeleteFunc(probes, func(p Probe) bool { return p.Needs != "titles" })}, err
}

// unanswerable is how many questions of each kind E10 has.
const unanswerable = 500

func (p *Plan) e10(ctx context.Context) ([]Set, error) {
	halves, lacks, err := p.Corpora.E10(ctx)
	if err != nil {
		return nil, err
	}
	e1, err := p.e1(ctx)
	if err != nil {
		return nil, err
	}
	a, err := p.Corpora.E1(ctx)
	if err != nil {
		return nil, err
	}
	w, err := p.world(ctx, halves...)
	return []Set{
		{Name: "E10-absent", About: "the article is not in the archive", World: w, Questions: absent(e1.Questions, lacks, unanswerable)},
		{Name: "E10-madeup", About: "two words are made up", World: e1.World, Questions: madeUp(e1.Questions, a.Pages, unanswerable)},
	}, err
}

// symbols is how many symbols E11 asks.
const symbols = 500

func (p *Plan) e11(ctx context.Context) (Set, error) {
	f, err := p.archive("small")
	if err != nil {
		return Set{}, err
	}
	scan, err := p.scan(ctx, f)
	if err != nil {
		return Set{}, err
	}
	return Set{Name: "E11", About: "symbols in manuals", World: WorldOfFile(f), Questions: scan.E11(symbols)}, nil
}

// archive returns the file of one of the larger archives.
func (p *Plan) archive(name string) (string, error) {
	if p.Archives == "" {
		return "", fmt.Errorf("%w: archive %s.zim, give its folder with --archive-dir", ErrNoData, name)
	}
	f := filepath.Join(p.Archives, name+".zim")
	if _, err := os.Stat(f); err != nil {
		return "", fmt.Errorf("%w: archive %s", ErrNoData, f)
	}
	return f, nil
}

// queries makes a set of each file of questions whose archive is there. The missing ones are an error beside them.
func (p *Plan) queries() ([]Set, error) {
	var sets []Set
	var errs []error
	for _, name := range QueryArchives {
		f, err := p.archive(name)
		if err != nil {
			errs = append(errs, err)
			continue
		}
		questions, err := ReadQueries(filepath.Join(p.queryDir(), name+".tsv"), name)
		if err != nil {
			errs = append(errs, err)
			continue
		}
		sets = append(sets, Set{Name: "Q-" + name, About: "questions on " + name, World: WorldOfFile(f), Questions: questions, ByKind: true})
	}
	return sets, errors.Join(errs...)
}

func (p *Plan) queryDir() string {
	if p.Queries != "" {
		return p.Queries
	}
	return filepath.Join(p.Corpora.Data, "..", "queries")
}

// LatencyQueries reads the queries for timing an archive, by its name: its own file, or those of E1.
func (p *Plan) LatencyQueries(name string) ([]string, error) {
	lines, err := readLines(filepath.Join(p.queryDir(), name+".latency.txt"))
	if !errors.Is(err, ErrNoData) || name != "e1" {
		return lines, err
	}
	_, questions, err := p.Corpora.Articles("en")
	for _, q := range sample(questions, 200, "latency") {
		lines = append(lines, q.Query)
	}
	return lines, err
}
