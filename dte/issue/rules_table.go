package issue

import (
	"slices"
	"strings"
	"sync"

	"github.com/ofitec/chile"
)

// columnTypes are the types in the order of the table.
var columnTypes = [columns]chile.DocType{33, 34, 52, 61, 56, 46, 43, 110, 112, 111, 39, 41}

const columns = 12

// columnOf returns the column of a type, and its plan; nil if the type cannot be
// issued.
func columnOf(t chile.DocType) (int, *scope) {
	i := slices.Index(columnTypes[:], t)
	if i < 0 {
		return 0, nil
	}
	return i, scopes()[i]
}

// obligation is a row of the table.
type obligation struct {
	path    string
	starred bool
	of      string // one digit for each column
}

// obligations reads the table.
var obligations = sync.OnceValue(func() (rows []obligation) {
	for line := range strings.Lines(obligatoriness) {
		fields := strings.Fields(line)
		if len(fields) == 0 {
			continue
		}
		path, starred := strings.CutSuffix(fields[0], "*")
		rows = append(rows, obligation{path: path, starred: starred, of: strings.Join(fields[1:], "")})
	}
	return rows
})

// obligatoriness is the SII's table (format of the DTE 2.2.y of 2019, zones A and
// B; of boletas, 4.2 of 2025): 0 must not be there, 1 always, 2 if its condition
// holds, 3 free, and . where it says nothing. With * the SII rejects a document
// without it. In an optional area, a 1 applies if the area is present.
//
// The rules for a 2 are in the other files; elements that have only 0 and 3 are
// omitted.
//
//	33 34 52  61 56 46  43  110 112 111  39 41
const obligatoriness = `
Encabezado/IdDoc/TipoDTE*                    1 1 1 1 1 1 1 1 1 1 1 1
Encabezado/IdDoc/FchEmis*                    1 1 1 1 1 1 1 1 1 1 1 1
Encabezado/IdDoc/IndNoRebaja                 0 0 0 2 0 0 0 0 0 0 . .
Encabezado/IdDoc/TipoDespacho                2 2 2 0 0 2 0 2 0 0 . .
Encabezado/IdDoc/IndTraslado                 0 0 1 0 0 0 0 0 0 0 . .
Encabezado/IdDoc/TpoImpresion                0 0 2 0 0 0 0 0 0 0 . .
Encabezado/IdDoc/IndServicio                 2 2 0 2 2 2 2 2 2 2 1 1
Encabezado/IdDoc/IndMntNeto                  . . . . . . . . . . 3 0
Encabezado/IdDoc/MntBruto                    2 2 0 2 2 2 2 0 0 0 . .
Encabezado/IdDoc/FmaPago                     2 2 3 2 2 2 2 3 3 3 . .
Encabezado/IdDoc/FchCancel                   3 3 3 3 3 3 3 2 3 3 . .
Encabezado/IdDoc/MntPagos/FchPago            1 1 1 1 1 1 1 1 1 1 . .
Encabezado/IdDoc/MntPagos/MntPago            1 1 1 1 1 1 1 1 1 1 . .
Encabezado/IdDoc/MntPagos/GlosaPagos         3 3 3 3 3 3 3 2 3 3 . .
Encabezado/IdDoc/PeriodoDesde                3 3 0 3 3 3 3 3 3 3 2 2
Encabezado/IdDoc/PeriodoHasta                3 3 0 3 3 3 3 3 3 3 2 2
Encabezado/IdDoc/MedioPago                   . . . . . . . . . . 2 2
Encabezado/IdDoc/TermPagoGlosa               3 3 3 3 3 3 3 2 2 2 . .
Encabezado/IdDoc/FchVenc                     2 2 0 3 3 3 3 2 3 3 2 2
Encabezado/Emisor/RUTEmisor*                 1 1 1 1 1 1 1 1 1 1 1 1
Encabezado/Emisor/RznSoc                     1 1 1 1 1 1 1 1 1 1 . .
Encabezado/Emisor/GiroEmis                   1 1 1 1 1 1 1 1 1 1 . .
Encabezado/Emisor/Acteco                     1 1 1 1 1 1 1 1 1 1 . .
Encabezado/Emisor/GuiaExport/CdgTraslado     0 0 2 0 0 0 0 0 0 0 . .
Encabezado/Emisor/GuiaExport/FolioAut        0 0 2 0 0 0 0 0 0 0 . .
Encabezado/Emisor/GuiaExport/FchAut          0 0 2 0 0 0 0 0 0 0 . .
Encabezado/Emisor/CdgSIISucur                2 2 2 2 2 2 2 2 2 2 2 2
Encabezado/Emisor/DirOrigen                  1 1 1 3 3 1 1 1 3 3 . .
Encabezado/Emisor/CmnaOrigen                 1 1 1 3 3 3 3 3 3 3 . .
Encabezado/Emisor/CiudadOrigen               3 3 3 3 3 3 3 1 3 3 . .
Encabezado/RUTMandante                       2 2 2 2 2 0 0 0 0 0 . .
Encabezado/Receptor/RUTRecep*                1 1 1 1 1 1 1 1 1 1 1 1
Encabezado/Receptor/CdgIntRecep              . . . . . . . . . . 2 2
Encabezado/Receptor/RznSocRecep              1 1 1 1 1 1 1 1 1 1 2 2
Encabezado/Receptor/GiroRecep                1 1 1 3 3 1 1 3 3 3 . .
Encabezado/Receptor/DirRecep                 1 1 1 3 3 1 1 1 3 3 2 2
Encabezado/Receptor/CmnaRecep                1 1 1 3 3 1 1 3 3 3 2 2
Encabezado/Receptor/CiudadRecep              3 3 3 3 3 3 3 1 3 3 . .
Encabezado/RUTSolicita                       2 2 0 2 2 2 0 0 0 0 . .
Encabezado/RUTProvSW                         . . . . . . . . . . 2 2
Encabezado/Transporte                        2 2 2 2 2 2 0 2 2 2 . .
Encabezado/Transporte/Patente                2 2 2 0 0 2 0 3 0 0 . .
Encabezado/Transporte/RUTTrans               2 2 2 0 0 2 0 3 0 0 . .
Encabezado/Transporte/Chofer/RUTChofer       3 3 2 3 3 3 0 3 3 3 . .
Encabezado/Transporte/Chofer/NombreChofer    2 2 2 2 2 2 0 3 3 3 . .
Encabezado/Transporte/DirDest                2 2 2 3 3 2 0 2 3 3 . .
Encabezado/Transporte/CmnaDest               2 2 1 3 3 2 0 3 3 3 . .
Encabezado/Transporte/CiudadDest             3 3 3 3 3 3 0 2 3 3 . .
Encabezado/Transporte/Aduana                 0 0 2 0 0 0 0 2 3 3 . .
Encabezado/Transporte/Aduana/CodModVenta     0 0 3 0 0 0 0 2 3 3 . .
Encabezado/Transporte/Aduana/CodClauVenta    0 0 3 0 0 0 0 2 3 3 . .
Encabezado/Transporte/Aduana/TotClauVenta    0 0 3 0 0 0 0 2 3 3 . .
Encabezado/Transporte/Aduana/CodViaTransp    0 0 3 0 0 0 0 2 3 3 . .
Encabezado/Transporte/Aduana/CodPtoEmbarque  0 0 2 0 0 0 0 3 3 3 . .
Encabezado/Transporte/Aduana/CodPtoDesemb    0 0 2 0 0 0 0 3 3 3 . .
Encabezado/Transporte/Aduana/CodUnidMedTara  0 0 2 0 0 0 0 2 3 3 . .
Encabezado/Transporte/Aduana/PesoBruto       0 0 2 0 0 0 0 3 3 3 . .
Encabezado/Transporte/Aduana/CodUnidPesoBruto 0 0 2 0 0 0 0 2 3 3 . .
Encabezado/Transporte/Aduana/CodUnidPesoNeto 0 0 2 0 0 0 0 2 3 3 . .
Encabezado/Transporte/Aduana/TotBultos       0 0 2 0 0 0 0 1 3 3 . .
Encabezado/Transporte/Aduana/TipoBultos      0 0 2 0 0 0 0 3 3 3 . .
Encabezado/Transporte/Aduana/TipoBultos/CodTpoBultos 0 0 2 0 0 0 0 3 3 3 . .
Encabezado/Transporte/Aduana/TipoBultos/Marcas 0 0 2 0 0 0 0 2 3 3 . .
Encabezado/Transporte/Aduana/TipoBultos/CantBultos 0 0 2 0 0 0 0 2 3 3 . .
Encabezado/Transporte/Aduana/CodPaisRecep    0 0 3 0 0 0 0 1 3 3 . .
Encabezado/Transporte/Aduana/CodPaisDestin   0 0 3 0 0 0 0 2 3 3 . .
Encabezado/Totales/TpoMoneda                 0 0 0 0 0 0 0 1 1 1 . .
Encabezado/Totales/MntNeto                   2 0 3 2 2 2 2 0 0 0 1 0
Encabezado/Totales/MntExe                    2 1 3 2 2 2 2 1 1 1 2 2
Encabezado/Totales/MntBase                   2 0 3 2 2 0 0 0 0 0 . .
Encabezado/Totales/MntMargenCom              2 0 3 2 2 0 0 0 0 0 . .
Encabezado/Totales/TasaIVA                   2 2 3 2 2 2 2 0 0 0 . .
Encabezado/Totales/IVA                       2 2 3 2 2 2 2 0 0 0 1 0
Encabezado/Totales/ImptoReten                2 2 3 2 2 2 2 0 0 0 . .
Encabezado/Totales/ImptoReten/TipoImp        2 2 2 2 2 2 2 0 0 0 . .
Encabezado/Totales/ImptoReten/TasaImp        2 2 2 2 2 2 2 0 0 0 . .
Encabezado/Totales/ImptoReten/MontoImp       2 2 2 2 2 2 2 0 0 0 . .
Encabezado/Totales/IVANoRet                  0 0 0 2 2 2 0 0 0 0 . .
Encabezado/Totales/CredEC                    2 0 3 2 2 0 0 0 0 0 . .
Encabezado/Totales/GrntDep                   2 2 0 2 2 0 0 0 0 0 . .
Encabezado/Totales/Comisiones/ValComNeto     0 0 0 2 2 2 2 0 0 0 . .
Encabezado/Totales/Comisiones/ValComExe      0 0 0 2 2 2 2 0 0 0 . .
Encabezado/Totales/Comisiones/ValComIVA      0 0 0 2 2 2 2 0 0 0 . .
Encabezado/Totales/MntTotal*                 1 1 1 1 1 1 1 1 1 1 1 1
Encabezado/Totales/MontoNF                   2 2 2 2 2 2 0 0 0 0 2 2
Encabezado/Totales/TotalPeriodo              . . . . . . . . . . 2 2
Encabezado/OtraMoneda/TpoMoneda              2 2 2 2 2 2 2 2 2 2 . .
Encabezado/OtraMoneda/TpoCambio              3 3 2 3 3 3 3 3 3 3 . .
Encabezado/OtraMoneda/MntMargComOtrMnda      2 0 3 2 2 0 0 0 0 0 . .
Encabezado/OtraMoneda/IVAOtrMnda             2 2 3 2 2 2 2 0 0 0 . .
Encabezado/OtraMoneda/ImpRetOtrMnda          2 2 3 2 2 2 2 0 0 0 . .
Encabezado/OtraMoneda/ImpRetOtrMnda/TipoImpOtrMnda 2 2 2 2 2 2 2 0 0 0 . .
Encabezado/OtraMoneda/ImpRetOtrMnda/TasaImpOtrMnda 2 2 2 2 2 2 2 0 0 0 . .
Encabezado/OtraMoneda/ImpRetOtrMnda/VlrImpOtrMnda 2 2 2 2 2 2 2 0 0 0 . .
Encabezado/OtraMoneda/MntTotOtrMnda          2 2 2 2 2 2 2 2 2 2 . .
Detalle/NroLinDet*                           1 1 1 1 1 1 1 1 1 1 1 1
Detalle/TpoDocLiq                            0 0 0 0 0 0 1 0 0 0 . .
Detalle/IndExe                               2 2 3 2 2 2 2 2 2 2 2 2
Detalle/ItemEspectaculo                      . . . . . . . . . . 2 2
Detalle/Retenedor/IndAgente                  2 0 3 2 2 2 0 0 0 0 . .
Detalle/Retenedor/MntBaseFaena               2 0 3 2 2 2 0 0 0 0 . .
Detalle/Retenedor/MntMargComer               2 0 3 2 2 2 0 0 0 0 . .
Detalle/Retenedor/PrcConsFinal               2 0 3 2 2 0 0 0 0 0 . .
Detalle/NmbItem*                             1 1 1 1 1 1 1 1 1 1 1 1
Detalle/QtyRef                               2 3 2 2 2 2 3 3 3 3 . .
Detalle/UnmdRef                              2 3 2 2 2 2 3 3 3 3 . .
Detalle/PrcRef                               2 3 3 2 2 2 3 3 3 3 . .
Detalle/QtyItem                              2 3 1 2 2 2 3 2 2 2 2 2
Detalle/UnmdItem                             2 3 2 2 2 2 3 2 2 2 . .
Detalle/PrcItem                              2 2 2 2 2 2 3 3 3 3 2 2
Detalle/OtrMnda/PrcOtrMon                    2 2 2 2 2 2 0 2 2 2 . .
Detalle/OtrMnda/Moneda                       2 2 2 2 2 2 0 2 2 2 . .
Detalle/OtrMnda/FctConv                      2 2 2 2 2 2 0 2 2 2 . .
Detalle/OtrMnda/MontoItemOtrMnda             2 2 2 2 2 2 0 2 2 2 . .
Detalle/DescuentoMonto                       2 2 3 2 2 2 0 3 3 3 2 2
Detalle/RecargoPct                           2 2 3 3 3 2 0 3 3 3 . .
Detalle/RecargoMonto                         2 2 3 2 2 2 0 3 3 3 2 2
Detalle/CodImpAdic                           2 2 3 2 2 2 0 0 0 0 . .
Detalle/MontoItem*                           1 1 1 1 1 1 1 1 1 1 1 1
SubTotInfo/NroSTI                            1 1 1 1 1 1 1 1 1 1 . .
SubTotInfo/GlosaSTI                          1 1 1 1 1 1 1 1 1 1 . .
SubTotInfo/SubTotAdicSTI                     . . . . . . . . . . 2 3
DscRcgGlobal/NroLinDR                        1 1 1 1 1 1 0 1 1 1 1 1
DscRcgGlobal/TpoMov                          1 1 1 1 1 1 0 1 1 1 1 1
DscRcgGlobal/TpoValor                        1 1 1 1 1 1 0 1 1 1 1 1
DscRcgGlobal/ValorDR                         1 1 1 1 1 1 0 3 3 3 1 1
DscRcgGlobal/ValorDROtrMnda                  3 3 3 3 3 3 0 1 1 1 . .
DscRcgGlobal/IndExeDR                        2 2 2 2 2 2 0 2 2 2 2 2
Referencia/NroLinRef                         1 1 1 1 1 1 1 1 1 1 1 1
Referencia/TpoDocRef                         1 1 1 1 1 1 1 1 1 1 2 2
Referencia/IndGlobal                         2 2 2 2 2 2 2 2 2 2 . .
Referencia/FolioRef                          1 1 1 1 1 1 1 1 1 1 2 2
Referencia/RUTOtr                            0 0 0 2 2 2 0 3 3 3 . .
Referencia/FchRef                            1 1 1 1 1 1 1 1 1 1 . .
Referencia/CodRef                            3 3 3 1 1 3 3 3 1 1 3 3
`
