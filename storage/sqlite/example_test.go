package sqlite_test

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log"
	"os"
	"path/filepath"

	_ "modernc.org/sqlite"

	"github.com/ofitec/chile/storage/sqlite"
)

// A program that only reads makes no file.
func ExampleOpen() {
	ctx := context.Background()
	folder, err := os.MkdirTemp("", "example")
	if err != nil {
		log.Fatal(err)
	}
	defer os.RemoveAll(folder)
	path := filepath.Join(folder, "chile.db")
	_, err = sqlite.Open(ctx, "sqlite", path, sqlite.ReadOnly())
	fmt.Println(errors.Is(err, fs.ErrNotExist))

	store, err := sqlite.Open(ctx, "sqlite", path)
	if err != nil {
		log.Fatal(err)
	}
	defer store.Close()
	reader, err := sqlite.Open(ctx, "sqlite", path, sqlite.ReadOnly())
	if err != nil {
		log.Fatal(err)
	}
	defer reader.Close()
	fmt.Println(reader.CheckVersion(ctx))
	// Output:
	// true
	// <nil>
}
