package server

import (
	_ "embed" // the comments of config.go are the help texts
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"reflect"
	"slices"
	"strings"
	"sync"
	"time"
	"unicode"
)

// A Setting is one field of a section of [Config].
type Setting struct {
	Key     string   // "server.listen"
	Doc     string   // its comment, in one line
	Default string   // as it would be written; "" for an empty text or list
	Range   string   // "low..high", or "" where every value of the type is allowed
	Choices []string // values of a text, the default among them; nil where any text is allowed

	section, field int    // indexes in Config and in the section
	flag           string // name of the flag when it is not derived from the key
}

// EnvPrefix begins the environment variables that are settings.
const EnvPrefix = "OPENZIM_MCP_"

// Env returns the environment variable of the setting: OPENZIM_MCP_SERVER__LISTEN.
func (s Setting) Env() string {
	return EnvPrefix + strings.ToUpper(strings.Replace(s.Key, ".", "__", 1))
}

// Flag returns the name of the flag without dashes: "server-allowed-hosts", or a shorter one.
func (s Setting) Flag() string {
	if s.flag != "" {
		return s.flag
	}
	return s.LongFlag()
}

// LongFlag returns the name that every setting has as a flag: "server-listen".
func (s Setting) LongFlag() string { return strings.NewReplacer(".", "-", "_", "-").Replace(s.Key) }

// Set reads raw into the setting's field of c: a text, or what a YAML file can hold (a text, a
// number, a boolean, or a list of them). The error says what would be right.
func (s Setting) Set(c *Config, raw any) error {
	v := s.value(c)
	if list, ok := raw.([]any); ok {
		return setList(v, list)
	}
	text, err := scalar(raw)
	if err != nil {
		return err
	}
	parsed, err := parseAs(v.Interface(), text)
	if err != nil {
		return err
	}
	if text, ok := parsed.(string); ok && text == "false" && slices.Contains(s.Choices, "off") {
		parsed = "off" // YAML reads a bare off as false
	}
	old := v.Interface()
	v.Set(reflect.ValueOf(parsed))
	if err := s.checkRange(c); err != nil {
		v.Set(reflect.ValueOf(old))
		return err
	}
	return nil
}

// Text returns the setting's value in c as it would be written.
func (s Setting) Text(c Config) string {
	v := s.value(&c).Interface()
	if list, ok := v.([]string); ok {
		return strings.Join(list, ",")
	}
	return fmt.Sprint(v)
}

func (s Setting) value(c *Config) reflect.Value {
	return reflect.ValueOf(c).Elem().Field(s.section).Field(s.field)
}

// parseAs reads text as a value of the type of like.
func parseAs(like any, text string) (any, error) {
	text = strings.TrimSpace(text)
	switch like.(type) {
	case string:
		return text, nil
	case []string:
		return parseList(text), nil
	case bool:
		return parseBool(text)
	case int:
		return parseInt(text)
	case Size:
		return parseSize(text)
	case time.Duration:
		return parseDuration(text)
	case Level:
		return parseLevel(text)
	case Verification:
		return parseVerification(text)
	}
	return nil, fmt.Errorf("settings of type %T cannot be read", like)
}

func scalar(raw any) (string, error) {
	switch raw.(type) {
	case nil:
		return "", fmt.Errorf("has no value; leave the key out for the default")
	case string, bool, int, int64, uint64, float64:
		return fmt.Sprint(raw), nil
	}
	return "", fmt.Errorf("holds a %T where a single value belongs", raw)
}

func setList(v reflect.Value, list []any) error {
	if _, ok := v.Interface().([]string); !ok {
		return fmt.Errorf("holds a list where a single value belongs")
	}
	items := make([]string, len(list))
	for i, raw := range list {
		text, err := scalar(raw)
		if err != nil {
			return fmt.Errorf("item %d %w", i+1, err)
		}
		items[i] = text
	}
	v.Set(reflect.ValueOf(items))
	return nil
}

// checkRange compares a number with the range tag of its field, and a text with its choices.
func (s Setting) checkRange(c *Config) error {
	if text := s.value(c); len(s.Choices) > 0 && !slices.Contains(s.Choices, text.String()) {
		return fmt.Errorf("%q is not known; choose %s", text.String(), strings.Join(s.Choices, ", "))
	}
	lowText, highText, ok := strings.Cut(s.Range, "..")
	if !ok {
		return nil
	}
	v := s.value(c)
	low, err := parseAs(v.Interface(), lowText)
	if err != nil {
		return err
	}
	high, err := parseAs(v.Interface(), highText)
	if err != nil {
		return err
	}
	if n := v.Int(); n < reflect.ValueOf(low).Int() || n > reflect.ValueOf(high).Int() {
		return fmt.Errorf("%v is out of range; choose %s to %s", v.Interface(), lowText, highText)
	}
	return nil
}

// Settings returns every setting, in the order of [Config].
func Settings() []Setting { return allSettings() }

var allSettings = sync.OnceValue(func() []Setting {
	docs := fieldComments()
	defaults := DefaultConfig()
	var all []Setting
	sections := reflect.TypeFor[Config]()
	for i := range sections.NumField() {
		section := sections.Field(i)
		for j := range section.Type.NumField() {
			f := section.Type.Field(j)
			s := Setting{
				Key:   snake(section.Name) + "." + snake(f.Name),
				Doc:   docs[section.Type.Name()+"."+f.Name],
				Range: f.Tag.Get("range"),
				flag:  f.Tag.Get("flag"), section: i, field: j,
			}
			if list, ok := f.Tag.Lookup("choice"); ok {
				s.Choices = strings.Split(list, ",")
			}
			s.Default = s.Text(defaults)
			all = append(all, s)
		}
	}
	return all
})

// snake turns PublicURL into public_url.
func snake(name string) string {
	var b strings.Builder
	runes := []rune(name)
	for i, r := range runes {
		if i > 0 && unicode.IsUpper(r) && (unicode.IsLower(runes[i-1]) || i+1 < len(runes) && unicode.IsLower(runes[i+1])) {
			b.WriteByte('_')
		}
		b.WriteRune(unicode.ToLower(r))
	}
	return b.String()
}

//go:embed config.go
var configSource string

// fieldComments returns the comments of config.go by Type.Field, each in one line and without
// the field's name. They come from the source itself, so that help cannot differ from it.
func fieldComments() map[string]string {
	docs := map[string]string{}
	file, err := parser.ParseFile(token.NewFileSet(), "config.go", configSource, parser.ParseComments)
	if err != nil {
		return docs // the same source was compiled, so this cannot be; help texts would be empty
	}
	ast.Inspect(file, func(n ast.Node) bool {
		spec, ok := n.(*ast.TypeSpec)
		if !ok {
			return true
		}
		if st, ok := spec.Type.(*ast.StructType); ok {
			for _, f := range st.Fields.List {
				for _, name := range f.Names {
					docs[spec.Name.Name+"."+name.Name] = helpText(name.Name, f.Doc.Text())
				}
			}
		}
		return false
	})
	return docs
}

// helpText turns "Listen is where …" into "Where …".
func helpText(name, comment string) string {
	text := strings.Join(strings.Fields(comment), " ")
	for _, lead := range []string{name + " is ", name + " are ", name + " "} {
		if rest, ok := strings.CutPrefix(text, lead); ok {
			first, size := []rune(rest)[0], len(string([]rune(rest)[0]))
			return string(unicode.ToUpper(first)) + rest[size:]
		}
	}
	return text
}
