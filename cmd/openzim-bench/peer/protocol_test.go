package peer

import (
	"errors"
	"testing"
	"time"
)

func TestCommandRoundTrip(t *testing.T) {
	for _, c := range []Command{
		{}, {Name: "md5"}, {Name: "open", Number: 5, File: "/tmp/a b.zim"}, {Name: "scan", Number: -1},
	} {
		if got, err := ParseCommand(c.String()); err != nil || got != c {
			t.Errorf("got %+v, %v, want %+v", got, err, c)
		}
	}
	if got, err := ParseCommand("close"); err != nil || got != (Command{Name: "close"}) {
		t.Errorf("a command alone: got %+v, %v", got, err)
	}
	if _, err := ParseCommand("read\tmany"); err == nil {
		t.Error("a number that is none is taken")
	}
}

func TestAnswerRoundTrip(t *testing.T) {
	want := Answer{Wall: time.Second, CPU: 3 * time.Nanosecond, Count: 7, Check: 1<<64 - 1}
	if got, err := parseAnswer(want.String()); err != nil || got != want {
		t.Errorf("got %+v, %v, want %+v", got, err, want)
	}
}

func TestAnswerErrors(t *testing.T) {
	if _, err := parseAnswer("err unsupported"); !errors.Is(err, ErrUnsupported) {
		t.Errorf("got %v, want %v", err, ErrUnsupported)
	}
	if _, err := parseAnswer("err no such file"); err == nil || err.Error() != "no such file" {
		t.Errorf("got %v, want the reason", err)
	}
	for _, line := range []string{"", "ok", "ok 1 2 3", "ok a b c d"} {
		if _, err := parseAnswer(line); err == nil {
			t.Errorf("%q is taken for an answer", line)
		}
	}
}
