package dte

import "errors"

// ErrSchema says that a file violates the SII's schema. The SII refuses it
// without reading further.
var ErrSchema = errors.New("dte: against the schema")

var schemaRules = map[Code]rule{
	CodeSchemaRoot: {
		Wrong, ErrSchema,
		"no schema begins with this element in this namespace",
		"ningún esquema comienza con este elemento en este espacio de nombres",
	},
	CodeSchemaUnexpected: {
		Wrong, ErrSchema,
		"the element does not belong here",
		"el elemento no corresponde aquí",
	},
	CodeSchemaMissing: {
		Wrong, ErrSchema,
		"an element is missing at the end",
		"falta un elemento al final",
	},
	CodeSchemaText: {
		Wrong, ErrSchema,
		"text stands where only elements may",
		"hay texto donde solo van elementos",
	},
	CodeSchemaElements: {
		Wrong, ErrSchema,
		"elements stand where only text may",
		"hay elementos donde solo va texto",
	},
	CodeSchemaType: {
		Wrong, ErrSchema,
		"the value is not of its type",
		"el valor no es de su tipo",
	},
	CodeSchemaList: {
		Wrong, ErrSchema,
		"the value is not one of the allowed values",
		"el valor no es ninguno de los permitidos",
	},
	CodeSchemaPattern: {
		Wrong, ErrSchema,
		"the value does not have the required form",
		"el valor tiene otra forma",
	},
	CodeSchemaLength: {
		Wrong, ErrSchema,
		"the text has too many or too few characters",
		"el texto tiene demasiados o muy pocos caracteres",
	},
	CodeSchemaRange: {
		Wrong, ErrSchema,
		"the value is too large or too small",
		"el valor es muy grande o muy pequeño",
	},
	CodeSchemaDigits: {
		Wrong, ErrSchema,
		"the number has too many digits",
		"el número tiene demasiados dígitos",
	},
	CodeSchemaDecimals: {
		Wrong, ErrSchema,
		"the number has too many decimals",
		"el número tiene demasiados decimales",
	},
	CodeSchemaFixed: {
		Wrong, ErrSchema,
		"the schema allows only one value",
		"el esquema permite un solo valor",
	},
	CodeSchemaAttribute: {
		Wrong, ErrSchema,
		"the attribute is missing",
		"falta el atributo",
	},
	CodeSchemaStranger: {
		Wrong, ErrSchema,
		"the schema does not have this attribute",
		"el esquema no tiene este atributo",
	},
	CodeSchemaUnverified: {
		Note, nil,
		"the element is of format 2.5, of which no schema was at hand to check it",
		"el elemento es del formato 2.5, cuyo esquema no se tuvo para revisarlo",
	},
	CodeSchemaTooMany: {
		Wrong, ErrSchema,
		"there are more elements of a kind than allowed",
		"hay más elementos de un tipo que los permitidos",
	},
}
