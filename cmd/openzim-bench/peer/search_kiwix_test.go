package peer

import (
	"slices"
	"testing"
	"time"
)

func TestKiwixPaths(t *testing.T) {
	k := &kiwix{content: "/content/name"}
	got, err := k.foundPaths([]byte(`<rss><channel><link>/search</link><item><title>x</title><link>/content/name/A/Caf%C3%A9</link></item>` +
		`<item><link>/content/name/a&amp;b</link></item></channel></rss>`))
	if want := []string{"A/Café", "a&b"}; err != nil || !slices.Equal(got, want) {
		t.Errorf("got %q, %v, want %q", got, err, want)
	}
	got, err = suggestedPaths([]byte(`[{"kind":"path","path":"A/it&apos;s"},{"value":"x","kind":"pattern"}]`))
	if want := []string{"A/it's"}; err != nil || !slices.Equal(got, want) {
		t.Errorf("got %q, %v, want %q", got, err, want)
	}
	for name, parse := range map[string]func([]byte) ([]string, error){"full text": k.foundPaths, "suggestions": suggestedPaths} {
		if got, err := parse(nil); err != nil || got != nil {
			t.Errorf("%s: no answer gives %q, %v", name, got, err)
		}
		if _, err := parse([]byte("<rss")); err == nil {
			t.Errorf("%s: half an answer parses", name)
		}
	}
}

func TestCPUOfProcess(t *testing.T) {
	if d, err := cpuOf(1); err != nil || d < 0 || d%(10*time.Millisecond) != 0 {
		t.Errorf("got %v, %v", d, err)
	}
	if _, err := cpuOf(-1); err == nil {
		t.Error("a process that does not exist has run")
	}
}
