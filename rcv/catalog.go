package rcv

import (
	"io"

	"github.com/ofitec/chile"
)

// TypeInfo is a type of document in the registers: a row of getDatosInicio
// (seen in three clients).
type TypeInfo struct {
	Type  chile.DocType `json:"dcvCodigoDoc"`
	Name  string        `json:"dcvNombreDoc,omitzero"`   // the SII's name of the type, trimmed
	Entry string        `json:"dcvTipoIngreso,omitzero"` // how its documents enter the register, as SummaryLine.Entry; may be empty
}

// Company is a company for which the logged-in person may act: a row of
// getDcvEmpresasAutorizadas (seen in two clients). The list includes the person.
// It is not the list of companies that may issue documents.
type Company struct {
	RUT  chile.RUT `json:"usrEmpRut"`
	Name string    `json:"razonSocONombreEmp,omitzero"` // empty in most answers seen

	// Null in nearly all rows seen; kept as received.
	User           string `json:"usrUsuarioRut,omitzero"` // with usrUsuarioDv, as 11111111-1
	Privileges     string `json:"usrPrivilegios,omitzero"`
	UserRevoked    string `json:"usrFechaDesautorizacion,omitzero"`
	CompanyRevoked string `json:"empFechaDesautorizacion,omitzero"`
}

// EventKind is a kind of event that a receiver may record for a document: a row
// of getEventosDoc (seen live in one client). The portal offers ERM and ERG.
type EventKind struct {
	Code string `json:"dedCodEvento"`
	Text string `json:"dedDescEvento,omitzero"`
}

// maxCatalog bounds these lists. The SII has some fifty types of document; an
// accountant may act for thousands of companies.
const maxCatalog = 100_000

// DecodeTypes reads an answer of getDatosInicio. The error is a *RowError for
// an unreadable row, an *AnswerError if the SII refuses, ErrNotAnswer if the
// bytes are not an answer, else the error of r.
func DecodeTypes(r io.Reader) ([]TypeInfo, error) {
	return decodeCatalog(r, "data", func(o *object, n int) (info TypeInfo, err error) {
		err = firstError(
			need(o, n, "dcvCodigoDoc", &docTypeKind, &info.Type),
			lineValue(o, n, "dcvNombreDoc", &textKind, &info.Name),
			lineValue(o, n, "dcvTipoIngreso", &textKind, &info.Entry),
		)
		return info, err
	})
}

// DecodeCompanies reads an answer of getDcvEmpresasAutorizadas, with the errors
// of DecodeTypes. If a row has its RUT twice, both must be equal.
func DecodeCompanies(r io.Reader) ([]Company, error) {
	return decodeCatalog(r, "data", func(o *object, n int) (company Company, err error) {
		if company.RUT, err = splitRUT(o, n, "usrEmpRut", "usrEmpDv"); err != nil {
			return company, err
		}
		var whole chile.RUT
		if err := lineValue(o, n, "usrEmpRutDv", &rutKind, &whole); err != nil {
			return company, err
		}
		switch {
		case company.RUT.IsZero():
			company.RUT = whole
		case !whole.IsZero() && whole != company.RUT:
			return company, newRowError(n, "usrEmpRutDv", o.get("usrEmpRutDv"), ErrUnexpected)
		}
		if company.RUT.IsZero() {
			return company, newRowError(n, "usrEmpRut", nil, ErrMissing)
		}
		user, err := splitRUT(o, n, "usrUsuarioRut", "usrUsuarioDv")
		if !user.IsZero() {
			company.User = user.String()
		}
		return company, firstError(err,
			lineValue(o, n, "razonSocONombreEmp", &textKind, &company.Name),
			lineValue(o, n, "usrPrivilegios", &textKind, &company.Privileges),
			lineValue(o, n, "usrFechaDesautorizacion", &textKind, &company.UserRevoked),
			lineValue(o, n, "empFechaDesautorizacion", &textKind, &company.CompanyRevoked),
		)
	})
}

// DecodeEventKinds reads an answer of getEventosDoc, with the errors of
// DecodeTypes.
func DecodeEventKinds(r io.Reader) ([]EventKind, error) {
	return decodeCatalog(r, "dataEventosDocs", func(o *object, n int) (kind EventKind, err error) {
		err = firstError(
			need(o, n, "dedCodEvento", &textKind, &kind.Code),
			lineValue(o, n, "dedDescEvento", &textKind, &kind.Text),
		)
		return kind, err
	})
}

// decodeCatalog reads an answer with its rows under that name.
func decodeCatalog[T any](r io.Reader, name string, decode func(o *object, n int) (T, error)) ([]T, error) {
	var rows []T
	a := newAnswer(r)
	err := a.read(map[string]func() error{name: func() error {
		return a.list(func(n int, raw []byte) error {
			if n > maxCatalog {
				return notAnswer(ErrTooLong)
			}
			if raw[0] != '{' {
				return newRowError(n, "", raw, chile.ErrSyntax)
			}
			row, err := decode(&object{raw: raw}, n)
			if err != nil {
				return rowError(n, err)
			}
			rows = append(rows, row)
			return nil
		})
	}})
	if err != nil {
		return nil, err
	}
	return rows, nil
}

// need reads a required value.
func need[T comparable](o *object, n int, name string, k *kind[T], into *T) error {
	if err := lineValue(o, n, name, k, into); err != nil {
		return err
	}
	var zero T
	if *into == zero {
		return newRowError(n, name, nil, ErrMissing)
	}
	return nil
}

// splitRUT reads a RUT whose number and check digit are separate values; if
// both are absent, there is no RUT.
func splitRUT(o *object, n int, number, dv string) (chile.RUT, error) {
	var parts split
	var err error
	if parts.number, err = parseScalar(o.get(number)); err != nil {
		return chile.RUT{}, newRowError(n, number, o.get(number), err)
	}
	if parts.dv, err = parseScalar(o.get(dv)); err != nil {
		return chile.RUT{}, newRowError(n, dv, o.get(dv), err)
	}
	return parts.rut(n, number)
}

func firstError(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}
