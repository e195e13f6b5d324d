package dte

import "github.com/ofitec/chile"

// Transport (Transporte) says how goods move.
//
// Unverified: names and places of the fields of format 2.5 (2026), which three
// programs agree on; its schema is not available. Encode writes them only
// WithFormat25.
type Transport struct {
	Plate         string     `xml:"Patente,omitempty"`                  // of the vehicle
	TrailerPlate  string     `xml:"PatenteCarro,omitempty" since:"2.5"` // of the trailer
	CarrierRUT    chile.RUT  `xml:"RUTTrans,omitempty"`                 // of the carrier
	Driver        *Driver    `xml:"Chofer,omitempty"`                   // of the vehicle
	Address       string     `xml:"DirDest,omitempty"`                  // of destination
	Commune       string     `xml:"CmnaDest,omitempty"`                 // of destination
	City          string     `xml:"CiudadDest,omitempty"`               // of destination
	Customs       *Customs   `xml:"Aduana,omitempty"`                   // what Customs require for exports
	DepartureDate chile.Date `xml:"FchSalida,omitempty" since:"2.5"`    // when the goods leave
	DepartureTime string     `xml:"HraSalida,omitempty" since:"2.5"`    // HH:MM:SS
	ArrivalDate   chile.Date `xml:"FchLlegada,omitempty" since:"2.5"`   // when the goods arrive
	Unknown       []Unknown  `xml:",any"`
}

// Driver (Chofer) is the driver.
type Driver struct {
	RUT     chile.RUT `xml:"RUTChofer"`    // of the driver
	Name    string    `xml:"NombreChofer"` // of the driver
	Unknown []Unknown `xml:",any"`
}

// Customs (Aduana) is what Customs require for exports. Codes are those of
// Customs.
type Customs struct {
	SaleMode           int        `xml:"CodModVenta,omitempty"`      // Customs' code
	SaleClause         int        `xml:"CodClauVenta,omitempty"`     // Customs' code of the Incoterm
	ClauseTotal        Decimal    `xml:"TotClauVenta,omitempty"`     // total of the clause
	Route              int        `xml:"CodViaTransp,omitempty"`     // Customs' code of the means of transport
	Vessel             string     `xml:"NombreTransp,omitempty"`     // name of the ship or vehicle
	CarrierRUT         chile.RUT  `xml:"RUTCiaTransp,omitempty"`     // of the company
	CarrierName        string     `xml:"NomCiaTransp,omitempty"`     // of the company
	CarrierExtra       string     `xml:"IdAdicTransp,omitempty"`     // additional identification
	Booking            string     `xml:"Booking,omitempty"`          // number of the reservation
	Operator           string     `xml:"Operador,omitempty"`         // code of the operator
	LoadingPort        int        `xml:"CodPtoEmbarque,omitempty"`   // Customs' code
	LoadingPortExtra   string     `xml:"IdAdicPtoEmb,omitempty"`     // additional identification
	UnloadingPort      int        `xml:"CodPtoDesemb,omitempty"`     // Customs' code
	UnloadingPortExtra string     `xml:"IdAdicPtoDesemb,omitempty"`  // additional identification
	Tare               int        `xml:"Tara,omitempty"`             // weight of the container
	TareUnit           int        `xml:"CodUnidMedTara,omitempty"`   // Customs' code
	GrossWeight        Decimal    `xml:"PesoBruto,omitempty"`        // of the goods
	GrossWeightUnit    int        `xml:"CodUnidPesoBruto,omitempty"` // Customs' code
	NetWeight          Decimal    `xml:"PesoNeto,omitempty"`         // of the goods
	NetWeightUnit      int        `xml:"CodUnidPesoNeto,omitempty"`  // Customs' code
	Items              int        `xml:"TotItems,omitempty"`         // number of items
	PackageCount       int        `xml:"TotBultos,omitempty"`        // number of packages
	Packages           []Packages `xml:"TipoBultos,omitempty"`       // by kind
	Freight            Decimal    `xml:"MntFlete,omitempty"`         // in the document's currency
	Insurance          Decimal    `xml:"MntSeguro,omitempty"`        // in the document's currency
	ReceiverCountry    int        `xml:"CodPaisRecep,omitempty"`     // Customs' code
	DestinationCountry int        `xml:"CodPaisDestin,omitempty"`    // Customs' code
	Unknown            []Unknown  `xml:",any"`
}

// Packages (TipoBultos) are packages of one kind.
type Packages struct {
	Kind       int       `xml:"CodTpoBultos,omitempty"` // Customs' code
	Count      int       `xml:"CantBultos,omitempty"`   // number of packages
	Marks      string    `xml:"Marcas,omitempty"`       // identification of the packages
	Container  string    `xml:"IdContainer,omitempty"`  // number
	Seal       string    `xml:"Sello,omitempty"`        // number
	SealIssuer string    `xml:"EmisorSello,omitempty"`  // who sealed
	Unknown    []Unknown `xml:",any"`
}
