package session_test

import (
	"context"
	"errors"
	"fmt"
	"log"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/rcv"
	"github.com/ofitec/chile/session"
	"github.com/ofitec/chile/session/pull"
	"github.com/ofitec/chile/sii"
	"github.com/ofitec/chile/sii/siitest"
	"github.com/ofitec/chile/storage/memory"
	"github.com/ofitec/chile/storage/seal"
)

// A person logs in with RUT and clave; the session is what the registers are read
// with.
func Example() {
	ctx := context.Background()
	person, company, month := chile.MustParseRUT("11111111-1"), chile.MustParseRUT("76192083-9"), chile.MustParsePeriod("2026-10")
	fake := siitest.NewServer()
	defer fake.Close()
	fake.AddUser(person, siitest.User{Clave: "prueba-2026", Name: "Juana Prueba Soto"})
	fake.Authorize(person, company)

	s, err := session.New(session.WithHTTPClient(fake.Client()))
	if err != nil {
		log.Fatal(err)
	}
	clave := []byte("prueba-2026") // of a terminal or a form, never of a file
	err = s.Login(ctx, person, clave)
	clear(clave)
	switch {
	case errors.Is(err, session.ErrWrongClave):
		log.Fatal("ask the person: it is not tried again")
	case err != nil:
		log.Fatal(err)
	}
	defer s.Logout(ctx)
	who, err := s.WhoAmI(ctx)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(who.Name, who.RUT)

	client, err := sii.NewClient(fake.Environment(), sii.WithHTTPClient(fake.Client()), sii.WithTokenSource(sii.TokenFunc(s.Token)))
	if err != nil {
		log.Fatal(err)
	}
	summary, err := client.RCV.Summary(ctx, rcv.Key{Owner: company, Period: month, Book: rcv.Purchases}, rcv.Registro)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(len(summary.Lines), "lines in the summary")
	boletas, err := pull.BHE(ctx, s, month, pull.Received)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(len(boletas.BHE()), "boletas de honorarios")
	// Output:
	// Juana Prueba Soto 11111111-1
	// 0 lines in the summary
	// 0 boletas de honorarios
}

// A Keeper keeps a session for other processes, sealed with the key in
// FERNET_KEY, in the table that a back end in Python shares.
func ExampleKeeper() {
	ctx := context.Background()
	person := chile.MustParseRUT("11111111-1")
	fake := siitest.NewServer()
	defer fake.Close()
	fake.AddUser(person, siitest.User{Clave: "prueba-2026"})
	ring, err := seal.ParseRing(seal.GenerateKey())
	if err != nil {
		log.Fatal(err)
	}
	keeper, err := session.NewKeeper(memory.New(), ring)
	if err != nil {
		log.Fatal(err)
	}
	s, err := session.New(session.WithHTTPClient(fake.Client()))
	if err != nil {
		log.Fatal(err)
	}
	if err := s.Login(ctx, person, []byte("prueba-2026")); err != nil {
		log.Fatal(err)
	}
	const user = 42 // of the service
	id, _, err := keeper.Save(ctx, user, s)
	if err != nil {
		log.Fatal(err)
	}

	later, err := session.New(session.WithHTTPClient(fake.Client()))
	if err != nil {
		log.Fatal(err)
	}
	if err := keeper.Resume(ctx, user, id, person, later); err != nil {
		log.Fatal(err) // it is the session of somebody else, or has ended
	}
	fmt.Println(later.Holder())
	// Output: 11111111-1
}
