package eval

import (
	"bytes"
	"context"
	"crypto/sha256"
	_ "embed"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

//go:embed src/make_zim.py
var makeZIM []byte

// DebianPython is where Debian's python3-libzim can be imported.
const DebianPython = "/usr/bin/python3"

// A Maker makes archives with libzim's writer and keeps them. What it was given before, it does not make again. One
// goroutine at a time.
type Maker struct {
	Dir    string           // where archives are kept, as NAME.zim with NAME.key beside it
	Python string           // an interpreter with the package libzim; "" means [DebianPython]
	Log    func(msg string) // told what is made; nil says nothing

	version string // of libzim, once it was asked
}

// An Archive is one to make.
type Archive struct {
	Name  string // of the file and in ids
	Title string
	Lang  string // three letters, as scrapers give it
	Pages []Document
}

// threeLetters are the codes that scrapers put into archives; the index's stemmer follows from them.
var threeLetters = map[string]string{"ar": "ara", "de": "deu", "el": "ell", "en": "eng", "es": "spa", "hi": "hin", "ro": "ron",
	"ru": "rus", "th": "tha", "tr": "tur", "vi": "vie", "zh": "zho"}

// PathOf is the path that a document has in its archive: its id without the language of a question set. Documents of other
// origins keep theirs, so that paths of one archive differ.
func PathOf(id string) string {
	origin, rest, ok := strings.Cut(id, "/")
	if _, isLang := threeLetters[origin]; ok && isLang {
		return rest
	}
	return id
}

// File returns the name of the archive's file.
func (m *Maker) File(a Archive) string { return filepath.Join(m.Dir, a.Name+".zim") }

// Make returns the name of the archive's file, which it makes unless it is there from the same input.
func (m *Maker) Make(ctx context.Context, a Archive) (string, error) {
	if err := m.check(ctx); err != nil {
		return "", err
	}
	input, err := a.input()
	if err != nil {
		return "", err
	}
	sum := sha256.New()
	fmt.Fprintln(sum, m.version, len(makeZIM))
	sum.Write(makeZIM)
	sum.Write(input)
	key := hex.EncodeToString(sum.Sum(nil))
	name, keyFile := m.File(a), filepath.Join(m.Dir, a.Name+".key")
	have, err := os.ReadFile(keyFile)
	if _, statErr := os.Stat(name); err == nil && statErr == nil && string(have) == key {
		return name, nil
	}
	m.log(fmt.Sprintf("making %s: %d entries", name, len(a.Pages)))
	if err := m.run(ctx, a, name, input); err != nil {
		return "", err
	}
	return name, os.WriteFile(keyFile, []byte(key), 0o644)
}

// run has the writer make the archive under another name first: what lies at name is always whole.
func (m *Maker) run(ctx context.Context, a Archive, name string, input []byte) error {
	part := filepath.Join(m.Dir, a.Name+".part.zim")
	os.Remove(part) // the writer refuses to overwrite what a broken run left
	cmd := exec.CommandContext(ctx, m.python(), "-c", string(makeZIM), part)
	cmd.Stdin = bytes.NewReader(input)
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("making %s: %w: %s", name, err, lastLine(out))
	}
	return os.Rename(part, name)
}

// input is what the writer reads.
func (a Archive) input() ([]byte, error) {
	if len(a.Pages) == 0 {
		return nil, fmt.Errorf("archive %s has no pages", a.Name)
	}
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	err := enc.Encode(map[string]string{"main": PathOf(a.Pages[0].ID), "Name": a.Name, "Title": a.Title, "Language": a.Lang,
		"Creator": "openzim-bench", "Publisher": "openzim-bench", "Description": a.Title, "Date": "2026-01-01"})
	for _, d := range a.Pages {
		row := map[string]string{"path": PathOf(d.ID), "title": d.Title, "html": d.HTML}
		if d.Redirect != "" {
			row = map[string]string{"path": PathOf(d.ID), "title": d.Title, "redirect": d.Redirect}
		}
		err = errors.Join(err, enc.Encode(row))
	}
	return b.Bytes(), err
}

// check asks once for the version of libzim.
func (m *Maker) check(ctx context.Context) error {
	if m.version != "" {
		return nil
	}
	if err := os.MkdirAll(m.Dir, 0o755); err != nil {
		return err
	}
	out, err := exec.CommandContext(ctx, m.python(), "-c", versionProgram).CombinedOutput()
	if err != nil {
		return fmt.Errorf("%s cannot import libzim.writer (Debian: apt-get install python3-libzim; elsewhere: pip install libzim): %s",
			m.python(), lastLine(out))
	}
	m.version = lastLine(out)
	return nil
}

// Version names the libzim that makes the archives, once one was made.
func (m *Maker) Version() string { return m.version }

// versionProgram prints the version of libzim; old packages of Python know only their own.
const versionProgram = `
import libzim.writer
try:
    from libzim.version import get_libzim_version
    print("libzim", get_libzim_version())
except Exception:
    import glob
    found = glob.glob("/usr/lib/*/libzim.so.?.*")
    print("libzim", found[0].rsplit(".so.", 1)[1] if found else "of an unknown version")
`

func (m *Maker) python() string {
	if m.Python != "" {
		return m.Python
	}
	return DebianPython
}

func (m *Maker) log(msg string) {
	if m.Log != nil {
		m.Log(msg)
	}
}

// lastLine is where Python says what went wrong.
func lastLine(out []byte) string {
	s := strings.TrimSpace(string(out))
	return s[strings.LastIndexByte(s, '\n')+1:]
}
