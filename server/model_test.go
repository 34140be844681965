package server

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"math"
	"net"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// modelServer answers as llama.cpp's server and others do: rerank by the length of the common words, embeddings by letters.
func modelServer(t *testing.T, seen *map[string]any) http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("POST /v1/rerank", func(w http.ResponseWriter, r *http.Request) {
		var in struct {
			Model, Query string
			Documents    []string
			TopN         int `json:"top_n"`
		}
		readQuestion(t, r, &in, seen)
		var results []string
		for i := len(in.Documents) - 1; i >= 0; i-- { // in any order
			results = append(results, fmt.Sprintf(`{"index":%d,"relevance_score":%d}`, i, strings.Count(in.Documents[i], in.Query)))
		}
		fmt.Fprintf(w, `{"model":"m","object":"list","usage":{"prompt_tokens":3},"results":[%s]}`, strings.Join(results, ","))
	})
	mux.HandleFunc("POST /v1/embeddings", func(w http.ResponseWriter, r *http.Request) {
		var in struct{ Input []string }
		readQuestion(t, r, &in, seen)
		var data []string
		for i, s := range in.Input {
			data = append(data, fmt.Sprintf(`{"object":"embedding","index":%d,"embedding":[%d,%d]}`, i, strings.Count(s, "a"), strings.Count(s, "b")))
		}
		fmt.Fprintf(w, `{"object":"list","data":[%s]}`, strings.Join(data, ","))
	})
	return mux
}

func readQuestion(t *testing.T, r *http.Request, into any, seen *map[string]any) {
	body, err := io.ReadAll(r.Body)
	if err == nil {
		err = json.Unmarshal(body, into)
	}
	if err != nil {
		t.Error(err)
	}
	*seen = map[string]any{}
	if err := json.Unmarshal(body, seen); err != nil {
		t.Error(err)
	}
}

func TestModelOrdersPassages(t *testing.T) {
	var seen map[string]any
	srv := httptest.NewServer(modelServer(t, &seen))
	defer srv.Close()
	socket := filepath.Join(t.TempDir(), "m.sock")
	l, err := net.Listen("unix", socket)
	if err != nil {
		t.Skip(err)
	}
	local := &http.Server{Handler: modelServer(t, &seen)}
	go local.Serve(l)
	defer local.Close()
	port := srv.URL[strings.LastIndex(srv.URL, ":"):]
	for _, tt := range []struct {
		address, name string
		want          []float64
	}{
		{srv.URL + "/v1/rerank", "", []float64{1, 0, 3}},
		{srv.URL + "/v1/rerank", "bge", []float64{1, 0, 3}},
		{"http://localhost" + port + "/v1/rerank", "", []float64{1, 0, 3}},
		{srv.URL + "/v1/embeddings", "", []float64{1, 0, 1}},
		{"unix:" + socket + ":/v1/rerank", "", []float64{1, 0, 3}},
		{"unix:" + socket + ":/v1/embeddings", "", []float64{1, 0, 1}},
	} {
		m, err := newModel(tt.address, tt.name)
		if err != nil {
			t.Errorf("%s: %v", tt.address, err)
			continue
		}
		got, err := m.Rerank(t.Context(), "a", []string{"a", "b", "aaa"})
		if !cmp.Equal(got, tt.want, cmp.Comparer(func(a, b float64) bool { return math.Abs(a-b) < 1e-9 })) || err != nil {
			t.Errorf("%s: got %v, %v; want %v", tt.address, got, err, tt.want)
		}
		if name, _ := seen["model"].(string); name != tt.name {
			t.Errorf("%s: asked for model %q", tt.address, name)
		}
	}
}

// Only what is on this machine is a model: questions and texts go nowhere else.
func TestModelAddresses(t *testing.T) {
	for _, address := range []string{"", "x", "https://127.0.0.1:1/v1/rerank", "http://127.0.0.1/v1/rerank", "http://10.0.0.1:80/v1/rerank", "http://example.org:80/v1/rerank",
		"http://127.0.0.1.example.org:80/v1/rerank", "http://[::ffff:8.8.8.8]:80/v1/rerank", "http://0.0.0.0:80/v1/rerank", "http://u:p@127.0.0.1:80/v1/rerank",
		"http://127.0.0.1:80/v1/rerank?x=1", "http://127.0.0.1:80/v1/chat", "http://127.0.0.1:80", "unix:/m.sock", "unix:m.sock:/v1/rerank", "unix:/m.sock:v1/rerank", "ftp://127.0.0.1:80/rerank"} {
		if _, err := newModel(address, ""); err == nil || !strings.Contains(err.Error(), "http://127.0.0.1:port/v1/rerank") {
			t.Errorf("%s: %v", address, err)
		}
	}
	for _, address := range []string{"http://[::1]:80/rerank", "http://127.9.9.9:80/v1/reranking", "http://localhost:80/v1/embeddings", "unix:/run/m.sock:/v1/rerank"} {
		if _, err := newModel(address, ""); err != nil {
			t.Errorf("%s: %v", address, err)
		}
	}
	c := DefaultConfig()
	c.Search.ModelURL = "http://example.org:80/v1/rerank"
	if err := c.Validate(); err == nil || !strings.Contains(err.Error(), "search.model_url") || !strings.Contains(err.Error(), "is not on this machine") {
		t.Errorf("got %v", err)
	}
}

// What is no answer is an error, whatever a server sends.
func TestModelThatFails(t *testing.T) {
	for _, tt := range []struct{ name, path, reply string }{
		{"no JSON", "rerank", "hello"}, {"nothing", "rerank", "{}"}, {"too few", "rerank", `{"results":[{"index":0,"relevance_score":1}]}`},
		{"one twice", "rerank", `{"results":[{"index":0,"relevance_score":1},{"index":0,"relevance_score":1}]}`},
		{"out of range", "rerank", `{"results":[{"index":0,"relevance_score":1},{"index":2,"relevance_score":1}]}`},
		{"below zero", "rerank", `{"results":[{"index":0,"relevance_score":1},{"index":-1,"relevance_score":1}]}`},
		{"without a score", "rerank", `{"results":[{"index":0,"relevance_score":1},{"index":1}]}`},
		{"no vectors", "embeddings", `{"data":[]}`}, {"vectors of no length", "embeddings", `{"data":[{"index":0,"embedding":[]},{"index":1,"embedding":[]},{"index":2,"embedding":[]}]}`},
		{"vectors of other lengths", "embeddings", `{"data":[{"index":0,"embedding":[1]},{"index":1,"embedding":[1,2]},{"index":2,"embedding":[1]}]}`},
		{"too long", "rerank", `{"results":[` + strings.Repeat(" ", modelReply) + `]}`},
	} {
		srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { io.WriteString(w, tt.reply) }))
		m, err := newModel(srv.URL+"/v1/"+tt.path, "")
		if err != nil {
			t.Fatal(err)
		}
		if got, err := m.Rerank(t.Context(), "q", []string{"a", "b"}); err == nil {
			t.Errorf("%s: got %v", tt.name, got)
		}
		srv.Close()
	}
}

// A model that leads elsewhere is not followed, and one that does not answer is left when the time is up.
func TestModelLeadsNowhere(t *testing.T) {
	followed := false
	other := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { followed = true }))
	defer other.Close()
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.HasPrefix(r.URL.Path, "/slow") {
			io.Copy(io.Discard, r.Body) // a server notices that a client has gone once the body is read
			<-r.Context().Done()
			return
		}
		http.Redirect(w, r, other.URL, http.StatusTemporaryRedirect)
	}))
	defer srv.Close()
	m, _ := newModel(srv.URL+"/rerank", "")
	if _, err := m.Rerank(t.Context(), "q", []string{"a"}); err == nil || followed {
		t.Errorf("followed %v, %v", followed, err)
	}
	m, _ = newModel(srv.URL+"/slow/rerank", "")
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
	defer cancel()
	if _, err := m.Rerank(ctx, "q", []string{"a"}); err == nil {
		t.Error("a model that never answers has answered")
	}
}
