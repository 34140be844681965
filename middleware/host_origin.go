package middleware

import (
	"net"
	"net/http"
	"net/netip"
	"slices"
	"strings"
)

// Reasons that HostOrigin reports. They are a closed set, fit to be metric labels.
const (
	ReasonHost   = "host"
	ReasonOrigin = "origin"
)

// HostOriginOptions names who may be asked for. The zero value refuses everything.
type HostOriginOptions struct {
	// Hosts are the Host values served, in lower case, with the port where clients send one.
	Hosts []string
	// Origins are the Origin values served, as browsers send them: scheme, host, and port
	// unless it is the scheme's own.
	Origins []string
	// AnyAddress also serves every Host that is an IP address. A rebound name cannot be one, so
	// this suits a listener that is addressed by number, such as a pod's.
	AnyAddress bool
	// Refused is told of every refusal, if not nil, for logs and counters.
	Refused func(r *http.Request, reason string)
}

// HostOrigin refuses requests, whatever their method, that are addressed to a Host not listed
// (a name that someone else's DNS points here) or come from a page of an Origin not listed. A
// request without Origin comes from no browser and passes; "null" and two Origins do not.
// The answer is 403, and says nothing about what would pass.
func HostOrigin(o HostOriginOptions) Func {
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			reason, message := o.verdict(r)
			if reason == "" {
				next.ServeHTTP(w, r)
				return
			}
			if o.Refused != nil {
				o.Refused(r, reason)
			}
			Refuse(w, http.StatusForbidden, nil, CodeForbidden, message)
		})
	}
}

func (o HostOriginOptions) verdict(r *http.Request) (reason, message string) {
	host := strings.ToLower(r.Host)
	if !slices.Contains(o.Hosts, host) && !(o.AnyAddress && isAddress(host)) {
		return ReasonHost, "this Host is not served here"
	}
	origins := r.Header.Values("Origin")
	if len(origins) > 1 || len(origins) == 1 && !slices.Contains(o.Origins, origins[0]) {
		return ReasonOrigin, "this Origin is not allowed"
	}
	return "", ""
}

// isAddress reports whether host is an IP address, with or without a port.
func isAddress(host string) bool {
	if h, _, err := net.SplitHostPort(host); err == nil {
		host = h
	}
	_, err := netip.ParseAddr(strings.Trim(host, "[]"))
	return err == nil
}
