package api

import (
	"context"
	"net/url"
	"strings"
	"time"

	"github.com/modelcontextprotocol/go-sdk/mcp"

	"github.com/openzim-mcp/openzim-mcp/policy"
	"github.com/openzim-mcp/openzim-mcp/zim/library"
)

// Templates of the addresses of resources. Resources are listed for archives only: an archive holds millions of entries.
const (
	archiveTemplate = "zim://{archive}"
	entryTemplate   = "zim://{archive}/{+path}"
)

// addResources offers every archive as a resource, and entries by their address. The list follows the library from then
// on, and clients that listen are told of it.
func (s *Surface) addResources() {
	s.server.AddResourceTemplate(&mcp.ResourceTemplate{Name: "archive", Title: "About an archive", URITemplate: archiveTemplate, MIMEType: plainText,
		Description: "What an archive holds: title, language, date, licence, counts, indexes."}, s.readResource)
	s.server.AddResourceTemplate(&mcp.ResourceTemplate{Name: "entry", Title: "Entry of an archive", URITemplate: entryTemplate,
		Description: "An article, picture or file in its own type. ~M/Title is metadata; an empty path the main page."}, s.readResource)
	s.lib.Changes(s.follow)
	s.follow(library.Changes{})
}

// follow brings the list of resources up to date, and tells who listens to an archive or to something in it that it was
// replaced.
func (s *Surface) follow(c library.Changes) {
	s.listing.Lock()
	defer s.listing.Unlock()
	now := map[string]bool{}
	for _, st := range s.archives() {
		if !st.Served {
			continue
		}
		r := archiveResource(st)
		now[r.URI] = true
		s.server.AddResource(r, s.readResource)
	}
	var gone []string
	for uri := range s.listed {
		if !now[uri] {
			gone = append(gone, uri)
		}
	}
	s.server.RemoveResources(gone...)
	s.listed = now
	for _, ref := range c.Replaced {
		s.listeners.replaced(context.Background(), s.server, ref)
	}
}

// archiveResource is what resources/list says of an archive.
func archiveResource(st library.Status) *mcp.Resource {
	r := &mcp.Resource{Name: st.Ref(), Title: short(st.Meta.Title), Description: short(st.Meta.Description), URI: archiveURI(st.Ref()), MIMEType: plainText}
	if r.Title == "" {
		r.Title = st.Ref()
	}
	if r.Description == "" {
		r.Description = "Archive " + st.Ref()
	}
	if day, err := time.Parse(time.DateOnly, st.Meta.Date); err == nil {
		r.Annotations = &mcp.Annotations{LastModified: day.Format(time.RFC3339)}
	}
	return r
}

// archiveURI is the address of an archive by name or name and edition, which hold ASCII letters that stand for themselves.
func archiveURI(ref string) string { return "zim://" + ref }

// archiveOfURI returns the archive that an address is for, whole when it names no entry in it.
func archiveOfURI(uri string) (name policy.ArchiveName, edition string, whole bool, err error) {
	rest, ok := strings.CutPrefix(uri, "zim://")
	if !ok {
		return "", "", false, &policy.Error{Field: "uri", Reason: "is not an address of an archive", Allowed: []string{archiveTemplate, entryTemplate}}
	}
	ref, _, inside := strings.Cut(rest, "/")
	name, edition, err = policy.ParseArchiveRef(ref)
	return name, edition, !inside, err
}

// asciiURI percent-encodes what is not ASCII in the addresses of resources, and the '@' before an edition: the SDK matches
// its templates with text that is encoded only. [editionURI] undoes the latter.
func asciiURI(next mcp.MethodHandler) mcp.MethodHandler {
	return func(ctx context.Context, method string, req mcp.Request) (mcp.Result, error) {
		if r, ok := req.(*mcp.ReadResourceRequest); ok && r.Params != nil {
			r.Params.URI = encodeRaw(r.Params.URI)
			if before, after, ok := strings.Cut(r.Params.URI, "@"); ok && !strings.Contains(strings.TrimPrefix(before, "zim://"), "/") {
				r.Params.URI = before + "%40" + after
			}
		}
		return next(ctx, method, req)
	}
}

// editionURI returns an address as replies hold it, with '@' before the edition.
func editionURI(uri string) string {
	before, after, ok := strings.Cut(uri, "%40")
	if !ok || strings.Contains(strings.TrimPrefix(before, "zim://"), "/") {
		return uri
	}
	return before + "@" + after
}

// encodeRaw percent-encodes the bytes of s that stand in no address as they are.
func encodeRaw(s string) string {
	const hex = "0123456789ABCDEF"
	var b strings.Builder
	for i := range len(s) {
		if c := s[i]; c <= ' ' || c >= 0x7f || strings.IndexByte("\"<>\\^`{|}", c) >= 0 {
			b.Write([]byte{'%', hex[c>>4], hex[c&15]})
			continue
		}
		b.WriteByte(s[i])
	}
	if u := b.String(); len(u) != len(s) {
		return u
	}
	return s
}

// pinned reports whether an address names one edition, whose bytes never change.
func pinned(uri string) bool {
	u, err := url.Parse(editionURI(uri))
	return err == nil && (strings.Contains(u.Host, "@") || u.User != nil || u.Query().Get("v") != "")
}
