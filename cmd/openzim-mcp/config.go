package main

import (
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"github.com/alecthomas/kong"
	"github.com/knadh/koanf/parsers/yaml"
	"github.com/knadh/koanf/v2"

	"github.com/openzim-mcp/openzim-mcp/policy"
	"github.com/openzim-mcp/openzim-mcp/server"
)

// configEnv names the configuration file; it is no setting.
const configEnv = server.EnvPrefix + "CONFIG"

// settingFlags returns a pointer to a struct with one flag for each setting, for kong to embed.
// A flag is a pointer: nil when it was not given.
func settingFlags() kong.Plugins {
	var fields []reflect.StructField
	for i, s := range server.Settings() {
		tag := fmt.Sprintf(`name:%q help:%q placeholder:"VALUE" group:"Settings"`, s.Flag(), flagHelp(s))
		if s.Flag() != s.LongFlag() {
			tag += fmt.Sprintf(` aliases:%q`, s.LongFlag())
		}
		fields = append(fields, reflect.StructField{
			Name: "F" + strconv.Itoa(i), Type: reflect.TypeFor[*string](), Tag: reflect.StructTag(tag)})
	}
	return kong.Plugins{reflect.New(reflect.StructOf(fields)).Interface()}
}

func flagHelp(s server.Setting) string {
	if s.Default == "" {
		return s.Doc
	}
	return s.Doc + " Default: " + s.Default + "."
}

// layers makes a configuration: defaults < file < environment < flags < arguments.
type layers struct {
	config  server.Config
	wrong   []server.Mistake
	byKey   map[string]server.Setting
	keys    []string
	fromEnv []string // every variable that is a setting
}

// configure reads every layer, and reports the mistakes of all of them at once.
func (p *program) configure(file string, flags kong.Plugins, paths []string) (server.Config, error) {
	l := layers{config: server.DefaultConfig(), byKey: map[string]server.Setting{}}
	for _, s := range server.Settings() {
		l.byKey[s.Key] = s
		l.keys = append(l.keys, s.Key)
		l.fromEnv = append(l.fromEnv, s.Env())
	}
	env := settingsIn(p.env)
	if file == "" {
		file = env[configEnv]
	}
	delete(env, configEnv)
	if file != "" {
		l.file(file)
	}
	l.environment(env)
	l.flags(flags)
	if len(paths) > 0 {
		l.config.Library.Paths = paths
	}
	err := l.config.Validate()
	if e, ok := err.(*server.ConfigError); ok {
		l.wrong = append(l.wrong, e.Mistakes...)
	}
	if len(l.wrong) > 0 {
		return l.config, &server.ConfigError{Mistakes: l.wrong}
	}
	return l.config, err
}

func (l *layers) mistake(key, origin, format string, args ...any) {
	l.wrong = append(l.wrong, server.Mistake{Key: key, Origin: origin, Reason: fmt.Sprintf(format, args...)})
}

// set reads one value, and notes what is wrong with it.
func (l *layers) set(s server.Setting, raw any, origin string) {
	if err := s.Set(&l.config, raw); err != nil {
		l.mistake(s.Key, origin, "%s", err)
	}
}

// file reads a YAML file of sections and keys.
func (l *layers) file(name string) {
	origin := "file " + name
	source, err := os.ReadFile(name)
	if err != nil {
		l.mistake("config", "", "%v", err)
		return
	}
	k := koanf.New(".")
	if err := k.Load(bytesProvider(source), yaml.Parser()); err != nil {
		l.mistake("config", origin, "is not YAML: %v", err)
		return
	}
	values := k.All()
	for _, key := range k.Keys() { // sorted, so that mistakes come in one order
		s, known := l.byKey[key]
		switch {
		case known:
			l.set(s, values[key], origin)
		case isSection(l.keys, key) && isEmpty(values[key]):
			// a section whose keys are all commented out
		default:
			l.mistake(key, origin, "is no setting%s", nearest(key, l.keys))
		}
	}
}

func isSection(keys []string, name string) bool {
	return slices.ContainsFunc(keys, func(k string) bool { return strings.HasPrefix(k, name+".") })
}

func isEmpty(v any) bool {
	m, ok := v.(map[string]any)
	return v == nil || ok && len(m) == 0
}

// bytesProvider hands a file that has been read to koanf.
type bytesProvider []byte

// ReadBytes returns the file.
func (b bytesProvider) ReadBytes() ([]byte, error) { return b, nil }

// Read is for providers without a parser.
func (b bytesProvider) Read() (map[string]any, error) {
	return nil, fmt.Errorf("configuration file: needs a parser")
}

// settingsIn returns the variables that begin like a setting.
func settingsIn(environ []string) map[string]string {
	env := map[string]string{}
	for _, e := range environ {
		name, value, _ := strings.Cut(e, "=")
		if strings.HasPrefix(name, server.EnvPrefix) {
			env[name] = value
		}
	}
	return env
}

func (l *layers) environment(env map[string]string) {
	for _, key := range l.keys {
		s := l.byKey[key]
		if value, ok := env[s.Env()]; ok {
			l.set(s, value, "environment "+s.Env())
			delete(env, s.Env())
		}
	}
	unknown := make([]string, 0, len(env))
	for name := range env {
		unknown = append(unknown, name)
	}
	slices.Sort(unknown)
	for _, name := range unknown {
		l.mistake(name, "environment", "is no setting%s", nearest(name, l.fromEnv))
	}
}

func (l *layers) flags(flags kong.Plugins) {
	for _, f := range flags {
		values := reflect.ValueOf(f).Elem()
		for i, s := range server.Settings() {
			if given, _ := values.Field(i).Interface().(*string); given != nil {
				l.set(s, *given, "flag --"+s.Flag())
			}
		}
	}
}

func nearest(name string, have []string) string {
	if near := policy.Nearest(name, have, 1); len(near) > 0 {
		return "; did you mean " + near[0] + "?"
	}
	return ""
}

// absolute makes the paths of a command line independent of the working directory.
func absolute(paths []string) ([]string, error) {
	all := make([]string, len(paths))
	for i, name := range paths {
		abs, err := filepath.Abs(name)
		if err != nil {
			return nil, err
		}
		all[i] = abs
	}
	return all, nil
}
