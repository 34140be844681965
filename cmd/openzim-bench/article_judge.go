package main

import (
	"context"
	"crypto/sha256"
	"fmt"
	"strings"

	"github.com/openzim-mcp/openzim-mcp/cmd/openzim-bench/fidelity"
)

// A judge goes through corpora and adds up.
type judge struct {
	flags   articleFlags
	field   []contestant
	seen    map[[32]byte]bool // pages that were judged: many archives are copies of one another
	report  *articleReport
	totals  map[groupKey]*group
	worst   *worstPages
	vocab   *vocabularies
	calibre *calibration
}

func newJudge(f articleFlags) *judge {
	j := &judge{flags: f, field: contestants(f.peer), seen: map[[32]byte]bool{}, totals: map[groupKey]*group{},
		worst: &worstPages{keep: f.worst}, report: &articleReport{Machine: thisMachine(), Sample: f.sample, Seed: f.seed}}
	if f.tokens {
		j.vocab = newVocabularies()
		j.calibre = newCalibration(j.vocab)
	}
	return j
}

// pages judges a corpus.
func (j *judge) pages(ctx context.Context, c *corpus) error {
	info := corpusInfo{Name: c.name, Scraper: c.scraper, Pages: c.total}
	var speed []source
	bytes := 0
	links := &linkJudge{archive: c.archive, known: map[string]int64{}}
	trip, err := j.tripper(ctx, c, links)
	if err != nil {
		return err
	}
	if trip != nil {
		defer trip.close()
	}
	err = c.each(ctx, func(s source, id string) error {
		sum := sha256.Sum256(s.html)
		if j.seen[sum] {
			info.Copies++
			return nil
		}
		j.seen[sum] = true
		info.Judged++
		if bytes < j.flags.speedBytes {
			speed, bytes = append(speed, s), bytes+len(s.html)
		}
		return j.page(ctx, c, s, id, links, trip)
	})
	if err != nil {
		return err
	}
	if trip != nil {
		j.report.Trips = append(j.report.Trips, *trip.trip)
	}
	j.report.Corpora = append(j.report.Corpora, info)
	if j.flags.rounds > 0 && len(speed) > 0 {
		return j.speed(ctx, c.name, speed)
	}
	return nil
}

// tripper starts the product on the corpus, nil when there is none to start.
func (j *judge) tripper(ctx context.Context, c *corpus, links *linkJudge) (*tripper, error) {
	if j.flags.binary == "" || c.file == "" || strings.HasSuffix(c.file, ".embedded") {
		return nil, nil
	}
	f, err := newFetcher(ctx, j.flags.binary, c.file)
	if err != nil { // the product may refuse an archive that the reader alone opens
		j.report.Notes = append(j.report.Notes, fmt.Sprintf("%s: no round trips: %v", c.name, err))
		return nil, ctx.Err()
	}
	return &tripper{fetcher: f, links: links, trip: &roundTrip{Corpus: c.name}, opened: map[string]bool{}}, nil
}

// each calls f for every page of the sample. Entries that cannot be read are left out: reading is judged elsewhere.
func (c *corpus) each(ctx context.Context, f func(s source, id string) error) error {
	for _, e := range c.paths {
		it, err := e.Item()
		if err != nil {
			continue
		}
		b, err := it.Bytes(ctx)
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if err != nil || len(b) == 0 {
			continue
		}
		if err := f(source{b, e.Path(), c.scraper, c.known}, e.FullPath()); err != nil {
			return err
		}
	}
	return nil
}

// page judges one page by every contestant.
func (j *judge) page(ctx context.Context, c *corpus, s source, id string, links *linkJudge, trip *tripper) error {
	ref, ok := fidelity.Extract(s.html, fidelity.Options{References: j.flags.references})
	if !ok {
		j.report.Notes = append(j.report.Notes, fmt.Sprintf("%s %s: nests too deeply for a reference", c.name, id))
		return nil
	}
	htmlTokens := j.vocab.count(string(s.html))
	for _, con := range j.field {
		out, err := con.convert(ctx, s)
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if err != nil {
			j.report.Notes = append(j.report.Notes, fmt.Sprintf("%s: %s %s: %v", con.name, c.name, id, err))
			continue
		}
		if con.name == oursName {
			j.calibre.add(out.text)
			if out.cut != "" {
				j.report.Notes = append(j.report.Notes, fmt.Sprintf("%s %s: cut: %s", c.name, id, out.cut))
			}
		}
		read := fidelity.Read(out.text, ref)
		score := fidelity.Compare(ref, read)
		withLinks := read
		if out.linked != "" && out.linked != out.text {
			withLinks = fidelity.Read(out.linked, ref)
		}
		if out.linked != "" {
			links.judge(ctx, score, ref, withLinks, s, id, con.name == oursName)
		}
		cost := pageCost{html: htmlTokens, text: j.vocab.count(out.text), linked: j.vocab.count(out.linked), bytes: len(s.html)}
		for _, k := range []groupKey{{con.name, "total", ""}, {con.name, "profile", ref.Profile.Name}, {con.name, "archive", c.name}} {
			j.group(k).add(score, cost)
		}
		if con.name == oursName {
			j.worst.add(c.name+" "+id, ref.Profile.Name, score)
		}
	}
	if trip != nil && trip.trip.Pages < j.flags.trips {
		trip.page(ctx, id, ref)
	}
	return ctx.Err()
}

func (j *judge) group(k groupKey) *group {
	g := j.totals[k]
	if g == nil {
		g = &group{}
		j.totals[k] = g
	}
	return g
}
