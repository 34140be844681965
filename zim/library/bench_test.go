package library

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"
)

// thousand writes a thousand archives of a few kilobytes.
func thousand(b *testing.B) (dir string) {
	dir = b.TempDir()
	for i := range 1000 {
		name := fmt.Sprintf("a%04d", i)
		if err := os.WriteFile(filepath.Join(dir, name+".zim"), edition(name, "2026-02-01"), 0o644); err != nil {
			b.Fatal(err)
		}
	}
	return dir
}

func BenchmarkOpenThousand(b *testing.B) {
	dir := thousand(b)
	b.ReportAllocs()
	for b.Loop() {
		l, err := Open(b.Context(), []string{dir}, nil)
		if err != nil {
			b.Fatal(err)
		}
		l.Close()
	}
}

func BenchmarkReloadThousandUnchanged(b *testing.B) {
	l, err := Open(b.Context(), []string{thousand(b)}, nil)
	if err != nil {
		b.Fatal(err)
	}
	defer l.Close()
	b.ReportAllocs()
	for b.Loop() {
		if _, err := l.Reload(b.Context()); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkAcquire(b *testing.B) {
	l, err := Open(b.Context(), []string{thousand(b)}, nil)
	if err != nil {
		b.Fatal(err)
	}
	defer l.Close()
	b.ReportAllocs()
	for b.Loop() {
		_, release, err := l.Acquire("a0500")
		if err != nil {
			b.Fatal(err)
		}
		release()
	}
}
