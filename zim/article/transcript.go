package article

import (
	"strconv"
	"strings"

	"golang.org/x/net/html"
)

// FromTranscript makes a document of subtitles: WebVTT, SubRip or SBV, told apart by what the text holds. Cues become
// paragraphs that end where a sentence does or the speaker pauses; each begins with its time, "[12:34]". Tags,
// positions and notes are left out, and lines that rolling captions repeat are said once. Times cost tokens, so only
// paragraphs have them.
func FromTranscript(text string) *Document {
	d := blank("transcript")
	t := transcript{doc: d}
	for _, c := range cues(VisibleText(text)) {
		t.add(c)
	}
	t.flush()
	bound(d)
	return d
}

// A cue is what is shown from one time on.
type cue struct {
	start, end int // seconds; end is at least start
	lines      []string
}

// cues reads the blocks of a file: lines up to a blank one, of which one has the times. What stands before that line is a
// number or a name, what stands behind it is text. Blocks without times are headers, styles and notes.
func cues(text string) []cue {
	var out []cue
	var c *cue
	for line := range strings.SplitSeq(text, "\n") {
		line = strings.TrimSpace(line)
		start, end, ok := times(line)
		switch {
		case ok && len(out) < maxCues:
			out = append(out, cue{start: start, end: max(end, start)})
			c = &out[len(out)-1]
		case line == "" || ok:
			c = nil
		case c != nil:
			if len(c.lines) == maxCueLines && len(out) < maxCues { // goes on in another of the same time
				out = append(out, cue{start: c.start, end: c.end})
				c = &out[len(out)-1]
			}
			if l := cueText(line); l != "" && len(c.lines) < maxCueLines {
				c.lines = append(c.lines, l)
			}
		}
	}
	return out
}

// Bounds of what is read: a day of a cue in each second, and more lines at once than a screen has.
const (
	maxCues     = 100_000
	maxCueLines = 50
)

// times reads "00:01:02.500 --> 00:01:04.000 position:50%", SubRip's "00:01:02,500 --> …" and SBV's "0:01:02.500,0:01:04.000".
func times(line string) (start, end int, ok bool) {
	from, to, ok := strings.Cut(line, "-->")
	if !ok {
		from, to, ok = sbvTimes(line)
	}
	if !ok {
		return 0, 0, false
	}
	start, ok = seconds(strings.TrimSpace(from))
	if !ok {
		return 0, 0, false
	}
	to, _, _ = strings.Cut(strings.TrimSpace(to), " ") // settings follow
	end, ok = seconds(to)
	return start, end, ok
}

// sbvTimes splits at the comma between two times. A comma elsewhere in a line of text does not have digits on both sides and
// nothing else.
func sbvTimes(line string) (from, to string, ok bool) {
	if len(line) < 15 || len(line) > 30 || strings.Trim(line, "0123456789:.,") != "" || strings.Count(line, ",") != 1 {
		return "", "", false
	}
	return strings.Cut(line, ",")
}

// seconds reads [hh:]mm:ss with a fraction behind a point or a comma.
func seconds(s string) (int, bool) {
	if i := strings.LastIndexAny(s, ".,"); i >= 0 {
		s = s[:i]
	}
	sum, parts := 0, 0
	for p := range strings.SplitSeq(s, ":") {
		n, err := strconv.ParseUint(p, 10, 16)
		if parts++; err != nil || parts > 3 {
			return 0, false
		}
		sum = sum*60 + int(n)
	}
	return sum, parts >= 2
}

// cueText is a line without tags, with its character references decoded. A voice tag's name stays: who speaks is content.
func cueText(line string) string {
	if strings.ContainsAny(line, "<{") {
		line = withoutTags(line)
	}
	if strings.Contains(line, "&") {
		line = html.UnescapeString(line)
	}
	return PlainLine(line)
}

// withoutTags drops "<i>", "<00:01:02.000>", "<c.yellow>" and SubRip's "{\an8}". "<v Anna>" becomes "Anna: ".
func withoutTags(line string) string {
	var b strings.Builder
	for line != "" {
		i := strings.IndexAny(line, "<{")
		if i < 0 {
			break
		}
		b.WriteString(line[:i])
		if !tagStart(line[i:]) {
			b.WriteByte(line[i])
			line = line[i+1:]
			continue
		}
		end := strings.IndexAny(line[i:], ">}")
		if end < 0 {
			line = line[i:]
			break
		}
		if name := voice(line[i : i+end]); name != "" {
			b.WriteString(name + ": ")
		}
		line = line[i+end+1:]
	}
	b.WriteString(line)
	return b.String()
}

// tagStart tells a tag from a smaller-than sign: a letter, a digit or a slash follows, a backslash behind a brace.
func tagStart(s string) bool {
	if len(s) < 2 {
		return false
	}
	if s[0] == '{' {
		return s[1] == '\\'
	}
	return s[1] == '/' || wordByte(s[1])
}

// voice is the name in "<v.loud Anna".
func voice(tag string) string {
	head, name, ok := strings.Cut(tag, " ")
	if !ok || head != "<v" && !strings.HasPrefix(head, "<v.") {
		return ""
	}
	return strings.TrimSpace(name)
}

// A transcript joins cues to paragraphs.
type transcript struct {
	doc   *Document
	text  strings.Builder // of the paragraph
	start int             // of the paragraph, in seconds
	end   int             // of the latest cue
	last  []string        // lines of the latest cue
}

// Bounds of a paragraph: it ends with a sentence after paragraphText, at a pause, and at the latest at paragraphMax.
const (
	paragraphText  = 400 // bytes
	paragraphMax   = 1500
	paragraphPause = 4 // seconds without words
)

// add takes the next cue in. Lines that the cue before ended with, or of which it was the beginning, were said already.
func (t *transcript) add(c cue) {
	fresh := c.lines[overlap(t.last, c.lines):]
	if len(fresh) == 0 {
		t.end = max(t.end, c.end)
		return
	}
	if grown := grows(t.last, fresh[0]); grown != "" {
		fresh = append([]string{grown}, fresh[1:]...)
	}
	n := t.text.Len()
	if n > 0 && (c.start-t.end >= paragraphPause || n > paragraphMax || n > paragraphText && endsSentence(t.text.String())) {
		t.flush()
	}
	if t.text.Len() == 0 {
		t.start = c.start
	}
	for _, l := range fresh {
		if t.text.Len() > 0 {
			t.text.WriteByte(' ')
		}
		t.text.WriteString(l)
	}
	t.end, t.last = max(t.end, c.end), c.lines
}

// overlap is the number of lines at the beginning of next that the cue before ended with.
func overlap(last, next []string) int {
	for n := min(len(last), len(next)); n > 0; n-- {
		same := true
		for i := range n {
			same = same && last[len(last)-n+i] == next[i]
		}
		if same {
			return n
		}
	}
	return 0
}

// grows returns the rest of line when the latest cue showed its beginning, as captions do that appear word by word.
func grows(last []string, line string) string {
	if len(last) == 0 {
		return ""
	}
	rest, ok := strings.CutPrefix(line, last[len(last)-1]+" ")
	if !ok {
		return ""
	}
	return rest
}

// endsSentence reports a text that closes a sentence, quotes behind it included.
func endsSentence(s string) bool {
	s = strings.TrimRight(s, `"')]»”’`)
	for _, end := range []string{".", "!", "?", "…", "。", "！", "？", "।", "؟", "۔"} {
		if strings.HasSuffix(s, end) {
			return true
		}
	}
	return false
}

// flush ends the paragraph.
func (t *transcript) flush() {
	if t.text.Len() == 0 {
		return
	}
	t.doc.Blocks = append(t.doc.Blocks, Block{Kind: Paragraph, Text: Guard(clock(t.start) + " " + escapeHidden(t.text.String()))})
	t.text.Reset()
}

// clock writes seconds as "[1:02:03]" or "[2:03]".
func clock(s int) string {
	pad := func(n int) string { return strconv.Itoa(n/10) + strconv.Itoa(n%10) }
	if s < 3600 {
		return "[" + strconv.Itoa(s/60) + ":" + pad(s%60) + "]"
	}
	return "[" + strconv.Itoa(s/3600) + ":" + pad(s/60%60) + ":" + pad(s%60) + "]"
}
