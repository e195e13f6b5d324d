package rcv

import (
	"time"

	"github.com/ofitec/chile"
)

// SummaryLine is the SII's total of one type of document in one state of a
// register: a row of getResumen. Amounts are whole pesos, positive also for
// credit notes.
type SummaryLine struct {
	State    State         `json:"estadoContab"`
	Type     chile.DocType `json:"rsmnTipoDocInteger"`
	TypeName string        `json:"dcvNombreTipoDoc,omitzero"` // the SII's name of the type, trimmed

	// Entry is how documents of the type come into the register: DET_ELE
	// electronic with detail, DET_PAP on paper with detail, other words for totals.
	Entry string `json:"dcvTipoIngresoDoc,omitzero"`

	// HasDetail says that the SII gives the single documents of the line. Lines
	// without detail (monthly totals of boletas and the like) have no rows. The mark
	// alone does not decide: see HasRows.
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

	// What was null in every answer that was seen: kept as it came, if it comes.
	RawBook     string `json:"dcvOperacion,omitzero"`
	RawModified string `json:"rsmnFechModificacion,omitzero"`
	RawState    string `json:"rsmnEstadoContab,omitzero"`
	RawIssuers  string `json:"rsmnTotalRutEmisor,omitzero"`
}

// HasRows reports whether the documents of the line are in the register one by
// one. Of a line that counts documents of a type that has rows, such as facturas,
// this holds also if HasDetail is false: a mark that came wrong must not let
// documents vanish.
func (l *SummaryLine) HasRows() bool {
	return l.HasDetail || l.Documents > 0 && !l.Type.Summary() && !onlyInBooks[l.Type] && l.Type.Known()
}

// MayHaveRows reports whether the documents of the line may be in the register
// one by one: those of HasRows, and those of types of which this is not known, such
// as a new one. If the SII gives rows of them, they are all there; if it gives none,
// the line is a total.
func (l *SummaryLine) MayHaveRows() bool {
	return l.HasDetail || l.Documents > 0 && !l.Type.Summary()
}

// onlyInBooks are types of which no register was seen, with rows or without. The
// books that came before the registers had them, 906 and 907 as totals.
var onlyInBooks = map[chile.DocType]bool{
	53: true, 175: true, 180: true, 185: true, 500: true, 501: true, 900: true,
	chile.BoletaZonaFranca: true, chile.FacturaZonaFranca: true,
}

// Summary is the SII's summary of one book in one state: the answer of
// getResumen. The zero value is the summary of a month without movements.
type Summary struct {
	Lines []SummaryLine

	Documents        int64 // totDocRes, the SII's count over all lines; 0 if it gave none
	AggressiveIssuer bool  // tieneEmisorAgresivo: some supplier is on the SII's list of aggressive issuers
	ShowsF29         bool  // verF29, a switch of the portal's page
	ShowsDatabase    bool  // pDB, a switch of the portal's page; what it shows is not known

	// Whose register it is, as the answer says (dataCabecera). Zero for a month
	// without movements, and where the SII writes it in an unknown form.
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
