package glass_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"fmt"
	"io"
	"os"

	"github.com/openzim-mcp/openzim-mcp/zim/internal/glass"
)

// Look a term up and walk the documents that hold it.
func Example() {
	ctx := context.Background()
	index, err := readExample()
	if err != nil {
		fmt.Println(err)
		return
	}
	x, err := glass.New(ctx, bytes.NewReader(index), int64(len(index)), nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	defer x.Close()
	p, err := x.Postings(ctx, []byte("cat"), nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	lengths, titles := x.Lengths(ctx), x.Values(ctx, 0, nil)
	fmt.Printf("%d of %d documents\n", p.Stats().TF, x.DocCount())
	for p.Next() {
		path, _ := x.Data(ctx, p.DocID(), nil)
		fmt.Printf("%s %q: %d of %d\n", path, titles.Value(p.DocID()), p.WDF(), lengths.Length(p.DocID()))
	}
	fmt.Println(p.Err(), lengths.Err(), titles.Err())
	// Output:
	// 3 of 3 documents
	// C/a "alpha": 2 of 6
	// C/b "beta": 1 of 2
	// C/c "gamma": 130 of 133
	// <nil> <nil> <nil>
}

func readExample() ([]byte, error) {
	f, err := os.Open("testdata/example.glass.gz")
	if err != nil {
		return nil, err
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		return nil, err
	}
	return io.ReadAll(z)
}
