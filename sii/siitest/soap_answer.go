package siitest

// field is a leaf of an answer.
type field struct{ name, text string }

// answer is the document in an answer.
type answer struct {
	header, body []field
}

// noToken is the answer to an unknown token.
var noToken = &answer{header: []field{{"ESTADO", "001"}, {"GLOSA", "TOKEN NO EXISTE"}}}

// namespaced is an answer of the newer services. Its leaves have a namespace.
func namespaced(estado, glosa string) *answer {
	return &answer{header: []field{{"SII:ESTADO", estado}, {"SII:GLOSA", glosa}}}
}
