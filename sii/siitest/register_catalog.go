package siitest

import (
	"encoding/json"
	"slices"

	"github.com/ofitec/chile"
)

// registerTypes are the document types of the registers, in order of their codes.
var registerTypes = []chile.DocType{
	29, 30, 32, 33, 34, 35, 38, 39, 40, 41, 43, 45, 46, 47, 48, 55, 56, 60, 61, 101, 102, 103, 104, 105, 106, 108, 109, 110, 111, 112,
	901, 902, 903, 904, 905, 906, 907, 909, 910, 911, 914, 919, 920, 922, 924,
}

// answerTypes answers getDatosInicio.
func (rs *registers) answerTypes(_ chile.RUT, _ string, data json.RawMessage) (*facadeAnswer, error) {
	if err := readData(data, &struct{}{}); err != nil {
		return nil, err
	}
	rows := make([]map[string]any, len(registerTypes))
	for i, typ := range registerTypes {
		entry := any(nil)
		switch {
		case typ.Electronic():
			entry = "DET_ELE"
		case !typ.Summary():
			entry = "DET_PAP"
		}
		rows[i] = map[string]any{"dcvCodigoDoc": int(typ), "dcvNombreDoc": typ.String() + " ", "dcvTipoIngreso": entry}
	}
	return &facadeAnswer{data: rows}, nil
}

// answerCompanies answers getDcvEmpresasAutorizadas: the holder, and the companies
// that authorised it.
func (rs *registers) answerCompanies(holder chile.RUT, _ string, data json.RawMessage) (*facadeAnswer, error) {
	var p struct {
		Number string `json:"rutAutenticado"`
		DV     string `json:"dvAutenticado"`
	}
	if err := readData(data, &p); err != nil {
		return nil, err
	}
	companies := rs.desk.access.companies(holder)
	if !slices.Contains(companies, holder) {
		companies = slices.Insert(companies, 0, holder)
	}
	rows := make([]map[string]any, len(companies))
	for i, company := range companies {
		rows[i] = map[string]any{
			"usrEmpRut": company.Number(), "usrEmpDv": string(company.DV()), "usrUsuarioRut": nil, "usrUsuarioDv": nil, "usrPrivilegios": nil,
			"usrFechaDesautorizacion": nil, "empFechaDesautorizacion": nil, "usrEmpRutDv": company.String(),
			"razonSocONombreEmp": nilIfEmpty(rs.desk.access.name(company)),
		}
	}
	return &facadeAnswer{data: rows}, nil
}

// answerEvents answers getEventosDoc.
func (rs *registers) answerEvents(_ chile.RUT, _ string, data json.RawMessage) (*facadeAnswer, error) {
	if err := readData(data, &struct{}{}); err != nil {
		return nil, err
	}
	return &facadeAnswer{extra: map[string]any{"dataEventosDocs": []map[string]any{
		{"dedCodEvento": "ERM", "dedDescEvento": "Acuse de  Recibo de Mercaderías y Servicios Ley 19.983"},
		{"dedCodEvento": "ERG", "dedDescEvento": "Acuse de Recibo Mercaderías en Guía"},
	}}}, nil
}
