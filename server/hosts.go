package server

import (
	"net"
	"net/url"
	"slices"
	"strings"
)

// hostsOf returns the Host values that a listener at bound answers: what is configured, the
// public URL's own, and, where only this machine can connect and no public URL is set, the
// loopback names with the bound port and without.
func (c ServerConfig) hostsOf(bound string) []string {
	hosts := slices.Clone(c.AllowedHosts)
	if u, err := url.Parse(c.PublicURL); err == nil && u.Host != "" {
		hosts = append(hosts, strings.ToLower(u.Host))
	}
	if onLoopback(bound) && c.PublicURL == "" {
		hosts = append(hosts, loopbackHosts(bound)...)
	}
	return hosts
}

// origins returns the Origin values that are answered.
func (c ServerConfig) origins() []string {
	origins := slices.Clone(c.AllowedOrigins)
	if u, err := url.Parse(c.PublicURL); err == nil && u.Host != "" {
		origins = append(origins, u.Scheme+"://"+strings.ToLower(u.Host))
	}
	return origins
}

// loopbackHosts returns the names of this machine as clients write them.
func loopbackHosts(bound string) []string {
	hosts := []string{"localhost", "127.0.0.1", "[::1]"}
	host, port, err := net.SplitHostPort(bound)
	if err != nil || strings.HasPrefix(bound, unixPrefix) {
		return hosts // a Unix socket has no port
	}
	if strings.HasPrefix(host, "127.") && host != "127.0.0.1" {
		hosts = append(hosts, host)
	}
	for _, h := range slices.Clone(hosts) {
		hosts = append(hosts, h+":"+port)
	}
	return hosts
}
