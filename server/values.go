package server

import (
	"fmt"
	"log/slog"
	"math"
	"strconv"
	"strings"
	"time"

	"github.com/openzim-mcp/openzim-mcp/zim"
)

// A Size is a number of bytes.
type Size int64

// String returns the size with the largest unit that divides it.
func (s Size) String() string {
	for _, u := range sizeUnits {
		if s != 0 && s%u.bytes == 0 {
			return strconv.FormatInt(int64(s/u.bytes), 10) + u.name
		}
	}
	return strconv.FormatInt(int64(s), 10)
}

var sizeUnits = []struct {
	name  string
	bytes Size
}{{"TiB", 1 << 40}, {"GiB", 1 << 30}, {"MiB", 1 << 20}, {"KiB", 1 << 10}}

// A Level is the lowest level of a log line that is written. Its zero value is INFO.
type Level slog.Level

// String returns DEBUG, INFO, WARN or ERROR.
func (l Level) String() string { return slog.Level(l).String() }

func parseSize(s string) (Size, error) {
	number, unit := s, Size(1)
	for _, u := range sizeUnits {
		if head, ok := strings.CutSuffix(s, u.name); ok {
			number, unit = strings.TrimSpace(head), u.bytes
			break
		}
	}
	n, err := strconv.ParseUint(number, 10, 63)
	if err != nil || Size(n) > math.MaxInt64/unit {
		return 0, fmt.Errorf("%q is not a size; write bytes, or a number with KiB, MiB, GiB or TiB", s)
	}
	return Size(n) * unit, nil
}

func parseBool(s string) (bool, error) {
	switch strings.ToLower(s) {
	case "true", "1", "yes", "on":
		return true, nil
	case "false", "0", "no", "off":
		return false, nil
	}
	return false, fmt.Errorf("%q is not true or false", s)
}

func parseInt(s string) (int, error) {
	n, err := strconv.ParseUint(s, 10, 31)
	if err != nil {
		return 0, fmt.Errorf("%q is not a whole number", s)
	}
	return int(n), nil
}

// parseDuration reads a bare number as seconds.
func parseDuration(s string) (time.Duration, error) {
	if n, err := strconv.ParseUint(s, 10, 32); err == nil {
		return time.Duration(n) * time.Second, nil
	}
	d, err := time.ParseDuration(s)
	if err != nil || d < 0 {
		return 0, fmt.Errorf("%q is not a duration; write seconds, or a form such as 30s, 2m or 1h", s)
	}
	return d, nil
}

func parseLevel(s string) (Level, error) {
	switch strings.ToUpper(s) {
	case "DEBUG":
		return Level(slog.LevelDebug), nil
	case "INFO":
		return Level(slog.LevelInfo), nil
	case "WARN", "WARNING":
		return Level(slog.LevelWarn), nil
	case "ERROR", "CRITICAL":
		return Level(slog.LevelError), nil
	}
	return 0, fmt.Errorf("%q is not a level; choose DEBUG, INFO, WARN or ERROR", s)
}

// A Verification is the checks that run in the background. Its zero value is off.
type Verification zim.Checks

// String returns off, quick or full.
func (v Verification) String() string {
	switch zim.Checks(v) {
	case 0:
		return "off"
	case zim.CheckQuick:
		return "quick"
	}
	return "full"
}

func parseVerification(s string) (Verification, error) {
	switch strings.ToLower(s) {
	case "off", "false", "no", "0": // YAML reads a bare off as false
		return 0, nil
	case "quick":
		return Verification(zim.CheckQuick), nil
	case "full":
		return Verification(zim.CheckAll), nil
	}
	return 0, fmt.Errorf("%q is no verification; choose off, quick or full", s)
}

// parseList splits at commas; spaces around items do not count, and neither does an empty list.
func parseList(s string) []string {
	if strings.TrimSpace(s) == "" {
		return nil
	}
	items := strings.Split(s, ",")
	for i := range items {
		items[i] = strings.TrimSpace(items[i])
	}
	return items
}
