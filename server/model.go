package server

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"path"
	"strings"
	"time"

	"github.com/openzim-mcp/openzim-mcp/zim/search"
)

// A localModel is a server of the operator's on this machine that orders passages, or turns texts into vectors. It answers POST
// requests at one address, in the form of the OpenAI-compatible servers: …/rerank and …/embeddings.
type localModel struct {
	client *http.Client
	target string // address with a host for show, when the server is at a socket
	name   string // of the model, for servers that have several; may be empty
}

const (
	modelReply = 8 << 20 // bytes of an answer; twenty vectors of 4,096 numbers take some 2 MiB
	modelIdle  = time.Minute
)

// newModel returns the model at an address: http on a loopback address, or unix:/socket:/path. Nothing is asked yet.
func newModel(address, name string) (search.Reranker, error) {
	network, place, target, err := modelAddress(address)
	if err != nil {
		return nil, err
	}
	m := &localModel{target: target, name: name, client: &http.Client{
		Transport: &http.Transport{
			Proxy: nil, // texts of the library and questions stay on this machine
			DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
				return new(net.Dialer).DialContext(ctx, network, place)
			},
			DisableCompression: true, MaxResponseHeaderBytes: 64 << 10, MaxIdleConnsPerHost: 4, IdleConnTimeout: modelIdle,
		},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}
	if path.Base(target) == "embeddings" {
		return search.ByMeaning(m), nil
	}
	return m, nil
}

// modelAddress takes an address apart into what is dialled and what is asked there.
func modelAddress(s string) (network, place, target string, err error) {
	wrong := func(reason string) error {
		return fmt.Errorf("%q %s; write http://127.0.0.1:port/v1/rerank, …/v1/embeddings, or unix:/socket:/v1/rerank", s, reason)
	}
	if rest, ok := strings.CutPrefix(s, "unix:"); ok {
		socket, at, found := strings.Cut(rest, ":")
		if !found || !path.IsAbs(socket) || !path.IsAbs(at) {
			return "", "", "", wrong("is not a socket and a path")
		}
		network, place, target = "unix", socket, "http://model.invalid"+at
	} else {
		u, err := url.Parse(s)
		if err != nil || u.Scheme != "http" || u.User != nil || u.RawQuery != "" || u.Fragment != "" || u.Port() == "" {
			return "", "", "", wrong("is not an address with a port and no more than a path")
		}
		host := u.Hostname()
		if host == "localhost" {
			host = "127.0.0.1" // not what a resolver makes of it
		}
		ip, err := netip.ParseAddr(host)
		if err != nil || !ip.IsLoopback() {
			return "", "", "", wrong("is not on this machine")
		}
		network, place, target = "tcp", net.JoinHostPort(host, u.Port()), u.String()
	}
	if base := path.Base(target); base != "rerank" && base != "reranking" && base != "embeddings" {
		return "", "", "", wrong("ends in neither rerank nor embeddings")
	}
	return network, place, target, nil
}

// Rerank asks for the order of passages.
func (m *localModel) Rerank(ctx context.Context, query string, passages []string) ([]float64, error) {
	var answer struct {
		Results []struct {
			Index     *int     `json:"index"`
			Relevance *float64 `json:"relevance_score"`
			Score     *float64 `json:"score"` // of some servers
		} `json:"results"`
	}
	err := m.ask(ctx, map[string]any{"query": query, "documents": passages, "top_n": len(passages)}, &answer)
	if err != nil {
		return nil, err
	}
	scores, given := make([]float64, len(passages)), make([]bool, len(passages))
	for _, r := range answer.Results {
		score := r.Relevance
		if score == nil {
			score = r.Score
		}
		if r.Index == nil || score == nil || *r.Index < 0 || *r.Index >= len(passages) || given[*r.Index] {
			return nil, errModelAnswer
		}
		scores[*r.Index], given[*r.Index] = *score, true
	}
	if len(answer.Results) != len(passages) {
		return nil, errModelAnswer
	}
	return scores, nil
}

// Embed asks for the vectors of texts.
func (m *localModel) Embed(ctx context.Context, texts []string) ([][]float32, error) {
	var answer struct {
		Data []struct {
			Index     *int      `json:"index"`
			Embedding []float32 `json:"embedding"`
		} `json:"data"`
	}
	err := m.ask(ctx, map[string]any{"input": texts, "encoding_format": "float"}, &answer)
	if err != nil {
		return nil, err
	}
	vectors := make([][]float32, len(texts))
	for _, d := range answer.Data {
		if d.Index == nil || *d.Index < 0 || *d.Index >= len(texts) || vectors[*d.Index] != nil || len(d.Embedding) == 0 {
			return nil, errModelAnswer
		}
		vectors[*d.Index] = d.Embedding
	}
	if len(answer.Data) != len(texts) {
		return nil, errModelAnswer
	}
	return vectors, nil
}

// errModelAnswer is of an answer that is not what was asked for.
var errModelAnswer = errors.New("the model's answer does not fit what it was asked")

// ask posts a question and reads the answer.
func (m *localModel) ask(ctx context.Context, question map[string]any, answer any) error {
	if m.name != "" {
		question["model"] = m.name
	}
	body, err := json.Marshal(question)
	if err != nil {
		return err
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, m.target, bytes.NewReader(body))
	if err != nil {
		return err
	}
	req.Header.Set("Content-Type", "application/json")
	resp, err := m.client.Do(req)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(io.LimitReader(resp.Body, modelReply+1))
	switch {
	case err != nil:
		return err
	case len(text) > modelReply:
		return fmt.Errorf("the model's answer is longer than %d bytes", modelReply)
	case resp.StatusCode != http.StatusOK: // a redirect, too: nothing leads away from this machine
		return fmt.Errorf("the model answered %d", resp.StatusCode)
	}
	return json.Unmarshal(text, answer)
}
