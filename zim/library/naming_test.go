package library

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/openzim-mcp/openzim-mcp/policy"
)

func TestLabelOf(t *testing.T) {
	for _, tt := range []struct {
		name string
		meta Meta
		rel  string
		want label
	}{
		{"Name metadata", Meta{Name: "wikipedia_en_all", Date: "2026-02-14"}, "x.zim", label{base: "wikipedia_en_all", edition: "2026-02-14"}},
		{"upper case", Meta{Name: "Wikipedia_EN"}, "x.zim", label{base: "wikipedia_en"}},
		{"flavour of metadata", Meta{Name: "w", Flavour: "maxi"}, "x.zim", label{base: "w", flavour: "maxi"}},
		{"flavour in the Name", Meta{Name: "w_maxi", Flavour: "_maxi"}, "x.zim", label{base: "w", flavour: "maxi"}},
		{"flavour in the file's name", Meta{Name: "w"}, "w_nopic_2026-02.zim", label{base: "w", flavour: "nopic", edition: "2026-02", alias: "2026-02"}},
		{"file name alone", Meta{}, "sub/Wikipedia_fr_all_maxi_2026-02.zim", label{base: "wikipedia_fr_all", flavour: "maxi", edition: "2026-02", alias: "2026-02"}},
		{"file name with a day", Meta{}, "a-2026-02-14.zim", label{base: "a", edition: "2026-02-14", alias: "2026-02-14"}},
		{"date in the Name", Meta{Name: "w_2026-02"}, "x.zim", label{base: "w", edition: "2026-02"}},
		{"dates differ", Meta{Name: "w", Date: "2026-01-30"}, "w_2026-02.zim", label{base: "w", edition: "2026-01-30", alias: "2026-02"}},
		{"date that is none", Meta{Name: "w", Date: "yesterday"}, "w_2026-02.zim", label{base: "w", edition: "2026-02", alias: "2026-02"}},
		{"month that is none", Meta{}, "w_2026-13.zim", label{base: "w_2026-13"}},
		{"split set", Meta{}, "w_2026-02.zimaa", label{base: "w", edition: "2026-02", alias: "2026-02"}},
		{"extension in upper case", Meta{}, "W.ZIM", label{base: "w"}},
		{"Name of other letters", Meta{Name: "ウィキ"}, "wiki.zim", label{base: "wiki"}},
		{"nothing of the alphabet", Meta{Name: "ウィキ"}, "ウィキ.zim", label{base: "archive"}},
		{"an extension below the flavour", Meta{Name: "w.zim_maxi", Flavour: "maxi"}, "x.zim", label{base: "w", flavour: "maxi"}},
		{"hostile Name", Meta{Name: "../../etc/passwd"}, "x.zim", label{base: ".._.._etc_passwd"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := labelOf(tt.meta, tt.rel); got != tt.want {
				t.Errorf("got %+v, want %+v", got, tt.want)
			}
		})
	}
}

// A shelf describes files, one a line: path, and metadata when it opened once.
type shelf []struct {
	rel                 string
	name, flavour, date string
	broken              bool // never opened: no metadata
	down                bool // opened once, quarantined now
}

func (s shelf) files() []*file {
	var files []*file
	for i, b := range s {
		f := &file{key: key{0, b.rel}, known: !b.broken, meta: Meta{Name: b.name, Flavour: b.flavour, Date: b.date}}
		if b.rel == "" {
			f.rel = fmt.Sprintf("%03d.zim", i)
		}
		if !b.broken && !b.down {
			f.gen = &generation{}
		}
		files = append(files, f)
	}
	return files
}

func refsByFile(files []*file) map[string]string {
	refs := make(map[string]string)
	for _, n := range nameAll(files) {
		refs[n.rel] = n.ref()
	}
	return refs
}

func TestNames(t *testing.T) {
	for _, tt := range []struct {
		name  string
		files shelf
		want  map[string]string
	}{
		{"one", shelf{{rel: "a", name: "w", flavour: "maxi", date: "2026-02-01"}}, map[string]string{"a": "w"}},
		{"editions", shelf{
			{rel: "a", name: "w", date: "2026-01-05"}, {rel: "b", name: "w", date: "2026-02-05"}, {rel: "c", name: "w", date: "2025-12-05"},
		}, map[string]string{"a": "w@2026-01", "b": "w", "c": "w@2025-12"}},
		{"two editions in a month", shelf{
			{rel: "a", name: "w", date: "2026-02-01"}, {rel: "b", name: "w", date: "2026-02-20"},
		}, map[string]string{"a": "w@2026-02-01", "b": "w"}},
		{"flavours", shelf{
			{rel: "a", name: "w", flavour: "maxi", date: "2026-02-01"}, {rel: "b", name: "w", flavour: "mini", date: "2026-02-01"},
		}, map[string]string{"a": "w_maxi", "b": "w_mini"}},
		{"flavour and none", shelf{
			{rel: "a", name: "w", date: "2026-02-01"}, {rel: "b", name: "w", flavour: "mini", date: "2026-03-01"},
		}, map[string]string{"a": "w", "b": "w_mini"}},
		{"editions of two flavours", shelf{
			{rel: "a", name: "w", flavour: "maxi", date: "2026-01-01"}, {rel: "b", name: "w", flavour: "mini", date: "2026-02-01"},
			{rel: "c", name: "w", flavour: "maxi", date: "2026-02-01"},
		}, map[string]string{"a": "w_maxi@2026-01", "b": "w_mini", "c": "w_maxi"}},
		{"same name and date", shelf{
			{rel: "b", name: "w", date: "2026-02-01"}, {rel: "a", name: "w", date: "2026-02-01"}, {rel: "c", name: "w", date: "2026-02-01"},
		}, map[string]string{"a": "w", "b": "w-2", "c": "w-3"}},
		{"no dates", shelf{{rel: "a", name: "w"}, {rel: "b", name: "w"}}, map[string]string{"a": "w", "b": "w-2"}},
		{"a date and none", shelf{{rel: "a", name: "w", date: "2026-02-01"}, {rel: "b", name: "w"}}, map[string]string{"a": "w", "b": "w-2"}},
		{"none and two dates", shelf{
			{rel: "a", name: "w"}, {rel: "b", name: "w", date: "2026-02-01"}, {rel: "c", name: "w", date: "2026-03-01"},
		}, map[string]string{"a": "w", "b": "w-2@2026-02", "c": "w-2"}},
		{"a name like a tie", shelf{
			{rel: "a", name: "w"}, {rel: "b", name: "w-2"}, {rel: "c", name: "w"},
		}, map[string]string{"a": "w", "b": "w-2", "c": "w-3"}},
		{"broken download beside the last edition", shelf{
			{rel: "w_2026-01.zim", name: "w", date: "2026-01-01"}, {rel: "w_2026-02.zim", broken: true},
		}, map[string]string{"w_2026-01.zim": "w", "w_2026-02.zim": "w@2026-02"}},
		{"broken download of another flavour renames nobody", shelf{
			{rel: "w_maxi.zim", name: "w", flavour: "maxi"}, {rel: "w_mini.zim", broken: true},
		}, map[string]string{"w_maxi.zim": "w", "w_mini.zim": "w_mini"}},
		{"a quarantined archive keeps its name", shelf{
			{rel: "a", name: "w", down: true}, {rel: "b", name: "w"},
		}, map[string]string{"a": "w", "b": "w-2"}},
		{"a quarantined newest edition gives way", shelf{
			{rel: "a", name: "w", date: "2026-02-01", down: true}, {rel: "b", name: "w", date: "2026-01-01"},
		}, map[string]string{"a": "w@2026-02", "b": "w"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if diff := cmp.Diff(refsByFile(tt.files.files()), tt.want); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// Whatever files there are: every one has a legal name, no two the same, and the order of listing does not matter.
func TestNamesAreLegalUniqueAndStable(t *testing.T) {
	r := rand.New(rand.NewPCG(7, 7))
	pick := func(list ...string) string { return list[r.IntN(len(list))] }
	long := "a_very_long_name_that_takes_up_all_of_the_sixty_four_bytes_there_are_and_more"
	for range 300 {
		var s shelf
		for range r.IntN(40) {
			s = append(s, struct {
				rel, name, flavour, date string
				broken, down             bool
			}{"", pick("w", "w-2", "W", "w_maxi", "", long, "é", ".zim"), pick("", "maxi", "mini", "_maxi", long),
				pick("", "2026-02-01", "2026-02-02", "2026-01-01", "x"), r.IntN(5) == 0, r.IntN(5) == 0})
		}
		files := s.files()
		names := refsByFile(files)
		taken := make(map[string]string)
		for rel, ref := range names {
			if other, twice := taken[ref]; twice {
				t.Fatalf("%s and %s are both called %s", rel, other, ref)
			}
			taken[ref] = rel
			name, date, err := policy.ParseArchiveRef(ref)
			if again := (&named{name: string(name), edition: date}).ref(); err != nil || again != ref {
				t.Fatalf("%s: %v", ref, err)
			}
		}
		r.Shuffle(len(files), func(i, j int) { files[i], files[j] = files[j], files[i] })
		if diff := cmp.Diff(refsByFile(files), names); diff != "" {
			t.Fatal(diff)
		}
		set := newSet(files)
		for ref, rel := range taken {
			if n := set.find(ref); n == nil || n.rel != rel {
				t.Fatalf("%s finds %v, want %s", ref, n, rel)
			}
		}
	}
}

func TestThousandsOfOneName(t *testing.T) {
	s := make(shelf, 10_000)
	for i := range s {
		s[i].name = "w"
	}
	start := time.Now()
	if n := len(newSet(s.files()).names); n != 10_000 {
		t.Errorf("%d names", n)
	}
	if took := time.Since(start); took > time.Minute {
		t.Errorf("took %v", took)
	}
}

func TestFind(t *testing.T) {
	files := shelf{
		{rel: "a", name: "wiki_en_all", date: "2026-02-14"}, {rel: "b_2025-12.zim", name: "wiki_en_all", date: "2025-11-30"},
		{rel: "c", name: "x-y"}, {rel: "d", name: "p-q"}, {rel: "e", name: "p_q"},
		{rel: "f", name: "twice", date: "2026-02-01"}, {rel: "g", name: "twice", date: "2026-02-20"},
	}.files()
	set := newSet(files)
	for _, tt := range []struct{ in, want string }{
		{"wiki_en_all", "a"},
		{"Wiki_EN_all.zim", "a"},
		{"wiki-en-all", "a"},
		{"wiki en all", "a"},
		{"wiki_en_all@2026-02", "a"},
		{"wiki_en_all@2026-02-14", "a"},
		{"wiki-en-all@2026-02", "a"},
		{"wiki_en_all@2025-11", "b_2025-12.zim"},
		{"wiki_en_all@2025-12", "b_2025-12.zim"},
		{"wiki_en_all@2026-03", ""},
		{"wiki_en_all@2026-02-15", ""},
		{"wiki_en", ""},
		{"x_y", "c"},
		{"p-q", "d"},
		{"p_q", "e"},
		{"p.q", ""}, // d or e: never guessed
		{"twice", "g"},
		{"twice@2026-02", "g"},
		{"twice@2026-02-01", "f"},
		{"", ""},
		{"../a", ""},
	} {
		got := ""
		if n := set.find(tt.in); n != nil {
			got = n.rel
		}
		if got != tt.want {
			t.Errorf("find(%q) = %q, want %q", tt.in, got, tt.want)
		}
	}
}
