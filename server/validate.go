package server

import (
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strings"

	"github.com/openzim-mcp/openzim-mcp/policy"
)

// A ConfigError lists every mistake in a configuration at once.
type ConfigError struct {
	Mistakes []Mistake // never empty
}

// A Mistake is one setting that cannot be used.
type Mistake struct {
	Key    string // "server.listen"
	Origin string // where the value comes from, such as "flag --listen"; "" when it is a default or unknown
	Reason string // what is wrong and what would be right
}

// String names the setting, where its value comes from, and what is wrong, in one line.
func (m Mistake) String() string {
	if m.Origin == "" {
		return m.Key + ": " + m.Reason
	}
	return m.Key + " (" + m.Origin + "): " + m.Reason
}

// Error returns one line for each mistake.
func (e *ConfigError) Error() string {
	lines := make([]string, len(e.Mistakes))
	for i, m := range e.Mistakes {
		lines[i] = m.String()
	}
	return strings.Join(lines, "\n")
}

// Validate checks settings against each other and returns nil or a [*ConfigError] with every
// mistake. Ranges and forms of single values are checked where they are read ([Setting.Set]),
// and again here, since a Config can be made by hand.
func (c Config) Validate() error {
	var found []Mistake
	for _, s := range Settings() {
		if err := s.checkRange(&c); err != nil {
			found = append(found, Mistake{Key: s.Key, Reason: err.Error()})
		}
	}
	check := func(key string, err error) {
		known := slices.ContainsFunc(found, func(m Mistake) bool { return m.Key == key && strings.HasPrefix(key, "mcp.") })
		if err != nil && !known {
			found = append(found, Mistake{Key: key, Reason: err.Error()})
		}
	}
	check("server.listen", checkAddress(c.Server.Listen))
	if c.Server.AdminListen != adminOff {
		check("server.admin_listen", checkAddress(c.Server.AdminListen))
	}
	if c.Server.AdminListen == c.Server.Listen && !strings.HasSuffix(c.Server.Listen, ":0") {
		check("server.admin_listen", fmt.Errorf("is the same as server.listen; give the operator's listener an address of its own, or off"))
	}
	check("server.public_url", checkPublicURL(c.Server.PublicURL))
	if wrong := (*policy.Error)(nil); errors.As(surfaceOptions(c).Validate(), &wrong) {
		check("mcp."+wrong.Field, fmt.Errorf("%s", strings.TrimPrefix(wrong.Error(), wrong.Field+" ")))
	}
	for _, h := range c.Server.AllowedHosts {
		check("server.allowed_hosts", checkHost(h))
	}
	for _, o := range c.Server.AllowedOrigins {
		check("server.allowed_origins", checkOrigin(o))
	}
	for _, p := range c.Library.Paths {
		if p == "" {
			check("library.paths", fmt.Errorf("holds an empty name; name a directory or a .zim file, or leave it out"))
		}
	}
	if _, err := searchOptions(c); err != nil {
		var wrong *ConfigError
		if errors.As(err, &wrong) {
			found = append(found, wrong.Mistakes...)
		}
	}
	if checkAddress(c.Server.Listen) == nil && !onLoopback(c.Server.Listen) && c.Server.PublicURL == "" && len(c.Server.AllowedHosts) == 0 {
		check("server.allowed_hosts", fmt.Errorf("is empty while server.listen is %s, so every request would be refused; "+
			"list the host names clients use, or set server.public_url", c.Server.Listen))
	}
	if len(found) > 0 {
		return &ConfigError{Mistakes: found}
	}
	return nil
}

func checkPublicURL(s string) error {
	if s == "" {
		return nil
	}
	u, err := url.Parse(s)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" || u.User != nil || u.RawQuery != "" || u.Fragment != "" {
		return fmt.Errorf("%q is not an address clients can use; write it as https://host/mcp", s)
	}
	return nil
}

func checkHost(s string) error {
	if s == "" || s != strings.ToLower(s) || strings.ContainsAny(s, "/*@ \t") {
		return fmt.Errorf("%q is not a Host header; write a name in lower case, with :port where clients send one, "+
			"no scheme, no path, no wildcard", s)
	}
	return nil
}

func checkOrigin(s string) error {
	u, err := url.Parse(s)
	if err != nil || u.Scheme == "" || u.Host == "" || u.Scheme+"://"+u.Host != s || s != strings.ToLower(s) {
		return fmt.Errorf("%q is not an Origin; write scheme://host in lower case, with :port unless it is the scheme's own, no path", s)
	}
	return nil
}
