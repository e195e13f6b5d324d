package siitest

// The paths of the pages' methods.
const (
	facadePath = "/consdcvinternetui/services/data/facadeService/"
	boletaPath = "/complementoscvui/services/data/facadeServiceBoletasDiarias/"
)

// registerPages are the pages with registers, by the path of their methods.
func registerPages(rs *registers, exports *deferredExports) map[string]*facadePage {
	return map[string]*facadePage{
		facadePath: {
			namespace: "cl.sii.sdi.lob.diii.consdcv.data.api.interfaces.FacadeService/",
			methods: map[string]facadeMethod{
				"getResumen":                {op: OpSummary, answer: rs.answerRegister},
				"getResumenExport":          {op: OpSummaryExport, answer: rs.answerRegister},
				"getCtrlAsync":              {op: OpDeferred, opOf: deferOp, answer: exports.answerDeferred},
				"getDetalleCompra":          {op: OpDetail, answer: rs.answerRegister},
				"getDetalleVenta":           {op: OpDetail, answer: rs.answerRegister},
				"getDetalleCompraExport":    {op: OpExport, answer: rs.answerRegister},
				"getDetalleVentaExport":     {op: OpExport, answer: rs.answerRegister},
				"getDatosInicio":            {op: OpTypes, answer: rs.answerTypes},
				"getDcvEmpresasAutorizadas": {op: OpCompanies, answer: rs.answerCompanies},
				"getEventosDoc":             {op: OpEvents, answer: rs.answerEvents},
			},
		},
		boletaPath: {
			namespace: "cl.sii.sdi.lob.diii.dcv.data.impl.boletasdiarias.FacadeSettingApplicationService/",
			methods:   map[string]facadeMethod{"obtieneListaBoletasMes": {op: OpBoletas, answer: rs.answerBoletas}},
			paged:     true,
		},
	}
}
