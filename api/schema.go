package api

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/openzim-mcp/openzim-mcp/policy"
	"github.com/openzim-mcp/openzim-mcp/zim/article"
)

// A schema is the part of JSON Schema that our tools use: flat properties that are strings, integers, or lists of strings.
type schema struct {
	Properties map[string]property `json:"properties"`
	Required   []string            `json:"required"`
	names      []string            // in the order in which they are written
}

type property struct {
	Type    string          `json:"type"`
	Enum    []string        `json:"enum"`
	Minimum *int            `json:"minimum"`
	Maximum *int            `json:"maximum"`
	Default json.RawMessage `json:"default"`

	MaxItems *int `json:"maxItems"` // of a list
}

// parseSchema reads one of our own schemas; a mistake in it is found by the first test that makes a Surface.
func parseSchema(text string) *schema {
	s := &schema{}
	if err := json.Unmarshal([]byte(text), s); err != nil {
		panic("api: schema: " + err.Error())
	}
	for name := range s.Properties {
		s.names = append(s.names, name)
	}
	slices.SortFunc(s.names, func(a, b string) int {
		return strings.Index(text, `"`+a+`":`) - strings.Index(text, `"`+b+`":`)
	})
	return s
}

// validate checks the arguments of a call of t and returns them with defaults filled in, numbers for digits in quotes,
// and nothing else.
func (s *schema) validate(t tool, raw json.RawMessage) ([]byte, *Error) {
	args := map[string]json.RawMessage{}
	if len(bytes.TrimSpace(raw)) > 0 {
		if err := json.Unmarshal(raw, &args); err != nil {
			return nil, s.refuse(t, nil, "arguments", "must be a JSON object", s.names, nil)
		}
	}
	for _, name := range sortedKeys(args) {
		if _, ok := s.Properties[name]; !ok {
			return nil, s.unknown(t, args, name)
		}
	}
	out := map[string]json.RawMessage{}
	for _, name := range s.names {
		value, ok := args[name]
		if !ok || isNull(value) {
			if slices.Contains(s.Required, name) {
				return nil, s.refuse(t, args, name, "is missing", nil, nil)
			}
			if p := s.Properties[name]; p.Default != nil && p.Enum == nil { // of a choice, the tool must know whether it was made
				out[name] = p.Default
			}
			continue
		}
		v, err := s.Properties[name].read(name, bytes.TrimSpace(value))
		if err != nil {
			return nil, s.repair(t, args, err)
		}
		out[name] = v
	}
	text, err := json.Marshal(out)
	if err != nil {
		return nil, s.refuse(t, nil, "arguments", "must be a JSON object", s.names, nil)
	}
	return text, nil
}

// isNull reports the value that many clients send for an argument they leave out.
func isNull(value json.RawMessage) bool { return string(bytes.TrimSpace(value)) == "null" }

// sortedKeys gives maps an order: of several mistakes the same one is named on every call and every replica.
func sortedKeys(m map[string]json.RawMessage) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}

// read checks one value. What it returns is valid JSON of the property's type.
func (p property) read(name string, value []byte) (json.RawMessage, error) {
	if p.Type == "integer" {
		n, err := integer(name, value)
		if err != nil {
			return nil, err
		}
		low, high := math.MinInt32, math.MaxInt32
		if p.Minimum != nil {
			low = *p.Minimum
		}
		if p.Maximum != nil {
			high = *p.Maximum
		}
		if n < low || n > high {
			return nil, &policy.Error{Field: name, Reason: "is out of range", Allowed: []string{fmt.Sprintf("%d to %d", low, high)},
				Limit: min(max(n, low), high), Got: n}
		}
		return json.RawMessage(strconv.Itoa(n)), nil
	}
	if p.Type == "array" {
		return p.list(name, value)
	}
	text, err := stringValue(name, value)
	if err != nil {
		return nil, err
	}
	if p.Enum != nil {
		if text, err = policy.ParseChoice(name, text, p.Enum...); err != nil {
			return nil, err
		}
	}
	return json.Marshal(text)
}

// list reads strings; a single one stands for a list of it.
func (p property) list(name string, value []byte) (json.RawMessage, error) {
	var raw []json.RawMessage
	if json.Unmarshal(value, &raw) != nil {
		raw = []json.RawMessage{value}
	}
	if p.MaxItems != nil && len(raw) > *p.MaxItems {
		return nil, &policy.Error{Field: name, Reason: "has too many items", Limit: *p.MaxItems, Got: len(raw)}
	}
	items := make([]string, len(raw))
	for i, item := range raw {
		text, err := stringValue(name, bytes.TrimSpace(item))
		if err != nil {
			return nil, &policy.Error{Field: name, Reason: "must be a list of strings", Allowed: []string{"a list of strings"}}
		}
		items[i] = text
	}
	return json.Marshal(items)
}

// integer reads a number, also in quotes or with a fraction of zero, as models write it.
func integer(name string, value []byte) (int, error) {
	bad := &policy.Error{Field: name, Reason: "must be a whole number", Allowed: []string{"a whole number"}}
	text := string(value)
	if len(text) > 0 && text[0] == '"' {
		if json.Unmarshal(value, &text) != nil {
			return 0, bad
		}
		text = strings.TrimSpace(text)
	}
	if len(text) > 20 {
		return 0, bad
	}
	if n, err := strconv.Atoi(text); err == nil {
		return n, nil
	}
	f, err := strconv.ParseFloat(text, 64)
	if err != nil || f != math.Trunc(f) || math.Abs(f) > math.MaxInt32 {
		return 0, bad
	}
	return int(f), nil
}

// stringValue reads a string; a number stands for its digits, as in the title "1984".
func stringValue(name string, value []byte) (string, error) {
	var text string
	if err := json.Unmarshal(value, &text); err == nil {
		return text, nil
	}
	if len(value) <= 40 && json.Valid(value) && strings.IndexByte("-0123456789", value[0]) >= 0 {
		return string(value), nil
	}
	return "", &policy.Error{Field: name, Reason: "must be a string", Allowed: []string{"a string"}}
}

// unknown refuses an argument that the tool does not have, with the nearest name it has.
func (s *schema) unknown(t tool, args map[string]json.RawMessage, name string) *Error {
	near := policy.Nearest(name, s.names, 1)
	fixed := map[string]json.RawMessage{}
	for k, v := range args {
		if _, ok := s.Properties[k]; ok {
			fixed[k] = v
		} else if k == name && len(near) > 0 {
			if _, taken := args[near[0]]; !taken {
				fixed[near[0]] = v
			}
		}
	}
	if !utf8.ValidString(name) {
		name = strings.ToValidUTF8(name, "\uFFFD")
	}
	return s.refuse(t, fixed, article.Clean(name, 40), "is not an argument of "+t.name, s.names, near)
}

// repair turns a refused value into an error with a call that would pass.
func (s *schema) repair(t tool, args map[string]json.RawMessage, err error) *Error {
	var p *policy.Error
	if !errors.As(err, &p) {
		return toError(err)
	}
	fixed := map[string]json.RawMessage{}
	for k, v := range args {
		fixed[k] = v
	}
	delete(fixed, p.Field)
	switch {
	case len(p.DidYouMean) > 0:
		fixed[p.Field], _ = json.Marshal(p.DidYouMean[0])
	case p.Limit != 0 && s.Properties[p.Field].Type == "integer": // of a text it is the greatest length
		fixed[p.Field] = json.RawMessage(strconv.Itoa(p.Limit))
	}
	e := toError(err)
	e.Next = s.call(t, fixed)
	return e
}

// teach turns the failure of a call into an error. A value that only the tool itself could refuse gets a call that would
// pass, as those get that validate refuses.
func (s *schema) teach(t tool, raw []byte, err error) *Error {
	var p *policy.Error
	args := map[string]json.RawMessage{}
	if errors.As(err, &p) && json.Unmarshal(raw, &args) == nil {
		return s.repair(t, args, err)
	}
	return toError(err)
}

// refuse makes an error whose next call passes validation, whatever was sent.
func (s *schema) refuse(t tool, args map[string]json.RawMessage, field, reason string, allowed, near []string) *Error {
	return &Error{Code: InvalidArgument, Field: field, Reason: reason, Allowed: allowed, DidYouMean: near, Next: s.call(t, args)}
}

// call makes a call that passes validation: args where they pass it, else the tool's example.
func (s *schema) call(t tool, args map[string]json.RawMessage) *Call {
	args = maps.Clone(args)
	maps.DeleteFunc(args, func(_ string, v json.RawMessage) bool { return isNull(v) }) // what was left out stays left out
	text, err := json.Marshal(args)
	if err == nil && len(text) <= maxNextCall && len(args) > 0 && s.passes(args) {
		return &Call{Tool: t.name, Arguments: text}
	}
	return &Call{Tool: t.name, Arguments: json.RawMessage(t.example)}
}

// maxNextCall bounds the arguments that an error repeats, in bytes.
const maxNextCall = 512

// passes reports arguments that validate would take. It is asked about calls we offer, never about calls we get.
func (s *schema) passes(args map[string]json.RawMessage) bool {
	for _, name := range s.Required {
		if _, ok := args[name]; !ok {
			return false
		}
	}
	for name, v := range args {
		p, ok := s.Properties[name]
		if !ok {
			return false
		}
		if _, err := p.read(name, bytes.TrimSpace(v)); err != nil {
			return false
		}
	}
	return true
}
