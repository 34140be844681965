package match

import (
	"fmt"
	"math/rand/v2"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// TestDifferentialHeaps compares the order of equal numbers with what a C++ program makes of
// them that is compiled with GCC.
func TestDifferentialHeaps(t *testing.T) {
	gcc, err := exec.LookPath("g++")
	if err != nil {
		t.Skipf("no g++ to compare heaps with: install it (%v)", err)
	}
	program := filepath.Join(t.TempDir(), "heap")
	if out, err := exec.Command(gcc, "-O1", "-o", program, filepath.Join("testdata", "oracle", "heap.cc")).CombinedOutput(); err != nil {
		t.Skipf("g++ does not compile: %v\n%.500s", err, out)
	}
	var in, want strings.Builder
	random := rand.New(rand.NewPCG(3, 4))
	for i := range 3000 {
		line, answer := heapQuestion(random, i)
		in.WriteString(line)
		want.WriteString(answer)
	}
	cmd := exec.Command(program)
	cmd.Stdin = strings.NewReader(in.String())
	out, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	asked, ours, theirs := strings.Split(in.String(), "\n"), strings.Split(want.String(), "\n"), strings.Split(string(out), "\n")
	for i := range ours {
		if strings.TrimSpace(ours[i]) != strings.TrimSpace(theirs[i]) {
			t.Fatalf("%.300s:\n got  %.300s\n want %.300s", asked[i], ours[i], theirs[i])
		}
	}
}

type thing struct {
	value uint64
	place int
}

// heapQuestion returns a line for the program, and our answer.
func heapQuestion(random *rand.Rand, i int) (line, answer string) {
	n := 1 + random.IntN(40)
	if i%3 == 2 {
		n = 101 + random.IntN(900)
	}
	list := make([]thing, n)
	spread := 1 + random.IntN(12)
	for j := range list {
		list[j] = thing{uint64(random.IntN(spread)), j}
	}
	if i%30 == 2 { // what makes the median of three choose badly
		killer(list)
	}
	less := func(a, b thing) bool { return a.value < b.value }
	words := make([]string, n)
	for j := range list {
		words[j] = fmt.Sprint(list[j].value)
	}
	given := strings.Join(words, " ")
	switch i % 3 {
	case 0:
		ascend(list, less)
		return "sort " + given + "\n", places(list) + "\n"
	case 1:
		var merged []string
		mergeTwo(list, less, func(l, r thing) thing {
			merged = append(merged, fmt.Sprint(l.place, "+", r.place))
			return thing{l.value + r.value, l.place}
		})
		return "merge " + given + "\n", strings.Join(merged, " ") + "\n"
	}
	terms := make([]Expansion, n)
	for j := range list {
		terms[j] = Expansion{Term: fmt.Sprint(j), TermStats: TermStats{TF: uint32(list[j].value)}}
	}
	var top []string
	for _, e := range Frequent(terms, 100) {
		top = append(top, e.Term)
	}
	return "top 100 " + given + "\n", strings.Join(top, " ") + "\n"
}

// killer arranges numbers so that selection has to fall back on a heap (Musser).
func killer(list []thing) {
	k := len(list) / 2
	for i := 1; i <= k; i++ {
		if i%2 == 1 {
			list[i-1].value, list[k-1+i].value = uint64(len(list)-i), uint64(len(list)-2*i)
		} else {
			list[i-1].value, list[k-1+i].value = uint64(len(list)-k-i+1), uint64(len(list)-2*i)
		}
		list[i-1].value, list[k-1+i].value = list[i-1].value&0xffff, list[k-1+i].value&0xffff
	}
}

func places(list []thing) string {
	words := make([]string, len(list))
	for i, e := range list {
		words[i] = fmt.Sprint(e.place)
	}
	return strings.Join(words, " ")
}
