package siidoctor_test

import (
	"context"
	"fmt"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/sii"
	"github.com/ofitec/chile/sii/siidoctor"
	"github.com/ofitec/chile/sii/siitest"
)

// Failures come with advice, and the text may be pasted anywhere.
func ExampleDiagnose() {
	fake := siitest.NewServer()
	defer fake.Close()
	fake.Fail(siitest.OpToken, siitest.Fault{Estado: "10", Glosa: "Error Interno"})
	diagnosis := siidoctor.Diagnose(context.Background(), fake.Environment(), &siidoctor.Options{Language: siidoctor.Spanish},
		sii.WithIdentity(fake.NewIdentity(chile.MustParseRUT("11111111-1"))), sii.WithHTTPClient(fake.Client()))
	for _, f := range diagnosis.Findings {
		if f.Status == siidoctor.CheckFail {
			fmt.Println(f.Code, "-", f.Detail)
			fmt.Println(f.Advice)
		}
	}
	// Output:
	// token_rejected - Certificado no aceptado o firma inválida (glosa «Error Interno»). [estado 10, "Error Interno"]
	// Revisar el certificado: vigencia, emisor acreditado en Chile, RUT del titular; si persiste, obtener otro.
}
