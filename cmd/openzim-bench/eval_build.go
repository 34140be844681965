package main

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
)

// repository finds the folder of the product's sources, which this module lies in.
func repository() (string, error) {
	dir, err := os.Getwd()
	if err != nil {
		return "", err
	}
	for {
		if _, err := os.Stat(filepath.Join(dir, "cmd", "openzim-mcp", "main.go")); err == nil {
			return dir, nil
		}
		if dir == filepath.Dir(dir) {
			return "", errors.New("no sources of openzim-mcp here: run inside the repository, or name a program with --binary")
		}
		dir = filepath.Dir(dir)
	}
}

// goBuild compiles the product without cgo, as releases are.
func goBuild(ctx context.Context, repo, name string) ([]byte, error) {
	cmd := exec.CommandContext(ctx, "go", "build", "-trimpath", "-o", name, "./cmd/openzim-mcp")
	cmd.Dir = repo
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
	return cmd.CombinedOutput()
}
