package seal_test

import (
	"context"
	"errors"
	"fmt"

	"github.com/ofitec/chile/storage/seal"
)

// What is sealed for one owner does not open for another.
func ExampleRing() {
	ctx := context.Background()
	ring, err := seal.ParseRing(seal.GenerateKey())
	if err != nil {
		fmt.Println(err)
		return
	}
	sealed, err := ring.Seal(ctx, []byte("TOKEN=…"), "user 42")
	if err != nil {
		fmt.Println(err)
		return
	}
	opened, err := ring.Open(ctx, sealed, "user 42")
	fmt.Println(string(opened), err)
	_, err = ring.Open(ctx, sealed, "user 43")
	fmt.Println(errors.Is(err, seal.ErrWrongOwner))
	// Output:
	// TOKEN=… <nil>
	// true
}
