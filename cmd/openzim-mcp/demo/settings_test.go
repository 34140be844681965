package demo_test

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/openzim-mcp/openzim-mcp/server"
)

// TestSettingsAreDocumented keeps the settings in the manual and in the README in step with
// the program: every setting with its default, and none that does not exist.
func TestSettingsAreDocumented(t *testing.T) {
	manual := read(t, "../../../docs/configuration.md")
	readme := read(t, "../../../README.md")
	for _, s := range server.Settings() {
		row := fmt.Sprintf("| `%s` | %s| %s|", s.Key, cell(s.Default), cell(s.Range+strings.Join(s.Choices, ",")))
		if !strings.Contains(manual, "\n"+row+"\n") {
			t.Errorf("docs/configuration.md lacks the row %s", row)
		}
		if heading := "\n### " + s.Key + "\n"; !strings.Contains(manual, heading) {
			t.Errorf("docs/configuration.md does not explain %s under a heading of its own", s.Key)
		}
		if row := fmt.Sprintf("\n| `%s` | %s| ", s.Key, cell(s.Default)); !strings.Contains(readme, row) {
			t.Errorf("README.md lacks a row that begins %s", row[1:])
		}
	}
	for _, doc := range []string{manual, readme} {
		if got, want := strings.Count(tableOf(doc), "\n| `"), len(server.Settings()); got != want {
			t.Errorf("a table of settings has %d rows, want %d:\n%s", got, want, tableOf(doc))
		}
	}
}

func read(t *testing.T, name string) string {
	t.Helper()
	text, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return strings.ReplaceAll(string(text), "\r\n", "\n")
}

// cell renders a value as a table shows it.
func cell(value string) string {
	if value == "" {
		return ""
	}
	return "`" + value + "` "
}

// tableOf returns the part of doc from its table of settings to the next heading.
func tableOf(doc string) string {
	_, table, _ := strings.Cut(doc, "\n| setting | default |")
	table, _, _ = strings.Cut(table, "\n#")
	return table
}
