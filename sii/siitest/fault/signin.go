package fault

import "github.com/ofitec/chile/sii/siitest"

// SeedErrors are the codes of getSeed without a seed (manual of automatic
// authentication 1.9, chapter 4).
func SeedErrors() []siitest.Fault {
	return []siitest.Fault{
		{Name: "getSeed -1", Estado: "-1", Glosa: "Error : (Message Exception)", Shows: seeds},
		{Name: "getSeed -2", Estado: "-2", Glosa: "NO PUEDO CREAR O ACT. TOKEN", Shows: seeds},
	}
}

// ExchangeErrors are the codes of getToken without a token (manual of automatic
// authentication 1.9, 5.2.2). In 2026 every refused signature or certificate gets
// 10, Error Interno. Code -07 means that the holder is not registered with the
// option Certificado Digital.
func ExchangeErrors() []siitest.Fault {
	list := []siitest.Fault{
		{Estado: "01", Glosa: "XML no válido (IOException)"},
		{Estado: "02", Glosa: "XML no válido (SAXException)"},
		{Estado: "03", Glosa: "XML no válido (ParserConfigurationException)"},
		{Estado: "04", Glosa: "No hay elemento Signature"},
		{Estado: "05", Glosa: "Firma no válida"},
		{Estado: "06", Glosa: "No hay elemento Semilla"},
		{Estado: "07", Glosa: "ERROR (MessageException)"},
		{Estado: "08", Glosa: "TIME-OUT DEL SEED"},
		{Estado: "09", Glosa: "ERROR (MessageException)"},
		{Estado: "10", Glosa: "Error Interno"},
		{Estado: "11", Glosa: "No hay elemento Certificate"},
		{Estado: "12", Glosa: "ERROR (12) (MessageException)"},
		{Estado: "21", Glosa: "Firma no válida: la llave pública no corresponde al certificado"},
		{Estado: "-3", Glosa: "Error en Autenticación"},
		{Estado: "-07", Glosa: "ERROR (12): usuario no registrado con la opción Certificado Digital"},
	}
	for i := range list {
		list[i].Name = "getToken " + list[i].Estado
		list[i].Shows = exchanges
	}
	return list
}
