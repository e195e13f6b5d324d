package rcv

import (
	"time"

	"github.com/ofitec/chile"
)

// SummaryLine is the SII's total of one type of document in one state of a
// register: a row of getResumen. Amounts are whole pesos, positive even for
// credit notes.
type SummaryLine struct {
	State    State         `json:"estadoContab"`
	Type     chile.DocType `json:"rsmnTipoDocInteger"`
	TypeName string        `json:"dcvNombreTipoDoc,omitzero"` // the SII's name of the type, trimmed

	// Entry is how documents of the type enter the register: DET_ELE electronic
	// with detail, DET_PAP on paper with detail, other words for totals.
	Entry string `json:"dcvTipoIngresoDoc,omitzero"`

	// HasDetail says that the SII has the single documents of the line. The mark
	// alone is not decisive: see HasRows.
	HasDetail bool `json:"rsmnLink,omitzero"`

	Documents         int64     `json:"rsmnTotDoc"`
	Exempt            chile.CLP `json:"rsmnMntExe,omitzero"`
	Net               chile.CLP `json:"rsmnMntNeto,omitzero"`
	VAT               chile.CLP `json:"rsmnMntIVA,omitzero"` // recoverable part in purchases
	NonRecoverableVAT chile.CLP `json:"rsmnMntIVANoRec,omitzero"`
	CommonUseVAT      chile.CLP `json:"rsmnIVAUsoComun,omitzero"`
	Total             chile.CLP `json:"rsmnMntTotal,omitzero"`

	RegisterID int64 `json:"dcvCodigo,omitzero"`
	LineID     int64 `json:"rsmnCodigo,omitzero"`

	// Null in every answer seen; kept as received.
	RawBook     string `json:"dcvOperacion,omitzero"`
	RawModified string `json:"rsmnFechModificacion,omitzero"`
	RawState    string `json:"rsmnEstadoContab,omitzero"`
	RawIssuers  string `json:"rsmnTotalRutEmisor,omitzero"`
}

// HasRows reports whether the register has the documents of the line one by one.
// If a line counts documents of a type with rows, such as facturas, it is true
// even if HasDetail is false: a wrong mark must not hide documents.
func (l *SummaryLine) HasRows() bool {
	return l.HasDetail || l.Documents > 0 && !l.Type.Summary() && !onlyInBooks[l.Type] && l.Type.Known()
}

// MayHaveRows reports whether the register may have the documents of the line one by
// one: those of HasRows, and those of types for which this is unknown, such as a new
// one. If the SII gives rows for them, the rows are complete; if it gives none, the
// line is a total.
func (l *SummaryLine) MayHaveRows() bool {
	return l.HasDetail || l.Documents > 0 && !l.Type.Summary()
}

// onlyInBooks are types that were seen in no register, with or without rows. The
// books before the registers had them, with 906 and 907 as totals.
var onlyInBooks = map[chile.DocType]bool{
	53: true, 175: true, 180: true, 185: true, 500: true, 501: true, 900: true,
	chile.BoletaZonaFranca: true, chile.FacturaZonaFranca: true,
}

// Summary is the SII's summary of one book in one state: the answer of
// getResumen. The zero value is the summary of a month without movements.
type Summary struct {
	Lines []SummaryLine

	Documents        int64 // totDocRes, the SII's count over all lines; 0 if absent
	AggressiveIssuer bool  // tieneEmisorAgresivo: a supplier is on the SII's list of aggressive issuers
	ShowsF29         bool  // verF29, a switch of the portal's page
	ShowsDatabase    bool  // pDB, a switch of the portal's page with unknown effect

	// The register that the answer names (dataCabecera). Zero for a month without
	// movements, and if the SII writes it in an unknown form.
	Owner      chile.RUT
	Period     chile.Period // dcvPtributario
	Loaded     chile.Period // dcvPcarga
	Book       Book         // dcvOperacion
	RegisterID int64        // dcvCodigo

	// Factor is the VAT proportionality factor as the SII writes it, trimmed
	// (1,0000). Created and Modified are when the SII made and last changed the
	// register. They are empty for a month without movements.
	Factor            Rate
	Created, Modified time.Time
}
