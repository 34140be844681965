package server

import (
	"time"
)

// Config is everything a person can set. Each field of a section is one setting: its key is
// section.field in snake case, its environment variable and flag follow from the key, and its
// comment is the help text. [DefaultConfig] gives the defaults; the zero value is not usable.
// It is passed by value and never changed after [Config.Validate].
type Config struct {
	Server  ServerConfig
	MCP     MCPConfig
	Library LibraryConfig
	Search  SearchConfig
	Cache   CacheConfig
	Limits  LimitsConfig
	Logging LoggingConfig
}

// ServerConfig is how the process is reached.
type ServerConfig struct {
	// Listen is where MCP clients connect: host:port, or unix:/path for a Unix socket.
	Listen string `flag:"listen"`

	// AdminListen is where metrics and probes are answered: host:port, unix:/path, or off. Keep
	// it away from clients.
	AdminListen string `flag:"admin-listen"`

	// PublicURL is the address clients use when a proxy stands in front, such as
	// https://zim.example.org/mcp. Its host and its origin are allowed.
	PublicURL string

	// AllowedHosts are further Host headers to answer, with the port where clients send one.
	// Without a list and a public URL, only the loopback names are answered.
	AllowedHosts []string

	// AllowedOrigins are further web pages that may call: scheme://host, with the port unless it
	// is the scheme's own.
	AllowedOrigins []string

	// DrainGrace is how long the end is announced before connections close. Set it to at least
	// the interval at which a load balancer asks whether the server is ready.
	DrainGrace time.Duration `range:"0s..5m"`

	// RequestTimeout is the longest a request may take, from its last byte to its answer.
	RequestTimeout time.Duration `range:"1s..5m"`

	// StateDir is a directory for the key that signs cursors, shared by replicas. Without it the
	// key of an archive's cursors is made of what its file is: they stay valid all the same, but
	// whoever has the file can make one, and so choose where in an entry to read on.
	StateDir string
}

// MCPConfig is what clients see.
type MCPConfig struct {
	// Profile is which tools there are: default is search, fetch and library; extended adds related,
	// browse and further arguments; chatgpt is search and fetch as its connectors know them.
	Profile string `choice:"default,extended,chatgpt"`

	// Instructions are what a client tells its model about the server: default, library (a line on
	// what is served is added), or a text of your own of at most 1,500 characters.
	Instructions string

	// ToolPrefix is put before the names of the tools, for clients that merge servers: zim_ makes
	// zim_search.
	ToolPrefix string

	// Structured is how much of a reply is repeated as data for programs: lean leaves the text of
	// articles to the text, full has all of it in both, off leaves the data out.
	Structured string `choice:"lean,full,off"`

	// OutputSchema is whether the list of tools describes their replies. It costs tokens in every
	// conversation.
	OutputSchema bool

	// ResourceLinks is whether each hit of a search comes with a link that clients can open.
	ResourceLinks bool

	// Subscriptions is whether clients may listen for changes of the archives.
	Subscriptions bool

	// CacheTTL is how long clients may keep lists and entries before they ask again. What names an
	// edition may be kept for a day.
	CacheTTL time.Duration `range:"0s..24h"`
}

// LibraryConfig is which archives are served.
type LibraryConfig struct {
	// Paths are the directories and files to serve. Without any, the built-in manual is served.
	Paths []string

	// Rescan is how often directories are looked at beside file events, which network file
	// systems do not send; 0 turns it off.
	Rescan time.Duration `range:"0s..24h"`

	// Verify is how each archive is checked in the background once it is open: off, quick, or
	// full with its checksum, which reads the whole file. The library tool tells the outcome.
	Verify Verification

	// Links is whether symbolic links to files inside a directory are followed.
	Links bool

	// SidecarDir is the directory of what was built of archives to search them better, such as the
	// indexes of openzim-mcp index. Without it, that lies beside each archive.
	SidecarDir string

	// Collections are archives that go by one name, each written NAME=PART PART: names of
	// archives, lang:fr for those in a language, kind:wikipedia for those of a kind. Clients
	// search them as collection:NAME.
	Collections []string

	// MaxDepth is how many directories deep archives are looked for, the file's own name counted.
	MaxDepth int `range:"1..50"`

	// MaxArchives is how many archives are served at most; the rest is left out and logged. Each
	// needs a file descriptor.
	MaxArchives int `range:"1..100000"`
}

// SearchConfig is how questions are answered.
type SearchConfig struct {
	// ModelURL is a model of yours that orders the best passages: a server on this machine that
	// answers as OpenAI-compatible ones do, at http://127.0.0.1:port/v1/rerank or
	// …/v1/embeddings, or unix:/socket:/v1/rerank. Without it, the words of passages decide.
	// Nothing is ever downloaded, and no other machine is asked.
	ModelURL string

	// ModelName is the model to ask for, where the server has several.
	ModelName string

	// ModelTimeout is how long a search waits for the model; then the words decide.
	ModelTimeout time.Duration `range:"10ms..10s"`
}

// CacheConfig bounds what is kept in memory of the archives.
type CacheConfig struct {
	// Bytes is how much decompressed data is kept in memory, for all archives together.
	Bytes Size `range:"1MiB..1TiB"`

	// IndexBytes is how much of the search indexes is kept in memory, for all archives together.
	IndexBytes Size `range:"1MiB..1TiB"`

	// ArticleBytes is how much of articles that were searched is kept in memory, as words and as
	// documents, so that they need not be read again.
	ArticleBytes Size `range:"1MiB..1TiB"`
}

// LimitsConfig bounds what strangers can take.
type LimitsConfig struct {
	// BodyBytes is the longest request body.
	BodyBytes Size `range:"1KiB..16MiB"`

	// Connections is how many connections are open at once; further ones wait.
	Connections int `range:"1..65536"`

	// BlobBytes is the largest picture or file whose bytes a reply carries; 0 lets none out.
	BlobBytes Size `range:"0..16MiB"`
}

// LoggingConfig is what is written to standard error.
type LoggingConfig struct {
	// Level is the lowest level written: DEBUG, INFO, WARN or ERROR.
	Level Level

	// JSON writes one JSON object a line; false writes text for people.
	JSON bool
}

// DefaultConfig returns the settings of a server that nobody has configured.
func DefaultConfig() Config {
	return Config{
		Server: ServerConfig{
			Listen:         "127.0.0.1:8000",
			AdminListen:    "127.0.0.1:9464",
			DrainGrace:     5 * time.Second,
			RequestTimeout: 30 * time.Second,
		},
		Library: LibraryConfig{Rescan: 5 * time.Minute, MaxDepth: 10, MaxArchives: 10_000},
		Search:  SearchConfig{ModelTimeout: 300 * time.Millisecond},
		MCP:     MCPConfig{Profile: "default", Instructions: "default", Structured: "lean", Subscriptions: true, CacheTTL: 5 * time.Minute},
		Cache:   CacheConfig{Bytes: 64 << 20, IndexBytes: 64 << 20, ArticleBytes: 64 << 20},
		Limits:  LimitsConfig{BodyBytes: 256 << 10, Connections: 4096, BlobBytes: 1 << 20},
		Logging: LoggingConfig{JSON: true},
	}
}
