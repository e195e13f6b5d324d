package judge

import "slices"

// Check names a check that the judge makes.
type Check string

// The checks of the upload and of the envelope.
const (
	CheckSize       Check = "size"        // the file is neither empty nor too large
	CheckAgain      Check = "again"       // the same bytes were not uploaded before
	CheckLines      Check = "lines"       // no line is too long
	CheckXML        Check = "xml"         // well-formed
	CheckSchemaName Check = "schema name" // root, schemaLocation, XML declaration
	CheckSchema     Check = "schema"      // of the whole file
	CheckCompany    Check = "company"     // the company is known
	CheckUploader   Check = "uploader"    // the uploader is enrolled for the company
	CheckResolution Check = "resolution"  // of the carátula
	CheckCover      Check = "cover"       // the carátula agrees with the documents
	CheckSetSigned  Check = "envelope signature"
	CheckSender     Check = "sender" // RutEnvia: certificate, uploader, right to send
)

// The checks of a document.
const (
	CheckRepeated        Check = "repeated"         // once in the envelope
	CheckReceived        Check = "received"         // the folio was not received before
	CheckAnnulled        Check = "annulled"         // the folio was not annulled
	CheckExpired         Check = "expired"          // the CAF
	CheckAuthorized      Check = "authorized"       // the folio, by the CAF
	CheckStamp           Check = "stamp"            // FRMT
	CheckStampDate       Check = "stamp date"       // not before the CAF
	CheckStampData       Check = "stamp data"       // of this document
	CheckStampTotal      Check = "stamp total"      // as the document writes it
	CheckSigned          Check = "signature"        // of the document alone
	CheckIssueDate       Check = "issue date"       // not before the CAF
	CheckLate            Check = "late"             // received within three days
	CheckActivity        Check = "activity"         // registered
	CheckExemptInvoice   Check = "exempt invoice"   // 34 without net and VAT
	CheckBoletaReference Check = "boleta reference" // of the certification set
	CheckLineSums        Check = "line sums"
	CheckNet             Check = "net"
	CheckExempt          Check = "exempt"
	CheckVAT             Check = "vat"
	CheckTaxes           Check = "taxes"       // additional taxes and retentions
	CheckRetention       Check = "retention"   // code 15 names its rate
	CheckCommissions     Check = "commissions" // of settlements and purchases
	CheckTotal           Check = "total"
	CheckPeriod          Check = "period"     // amounts shown beside the total
	CheckCurrency        Check = "currency"   // OtraMoneda of exports
	CheckNoPayment       Check = "no payment" // exports without payment
	CheckPackages        Check = "packages"   // of exports
	CheckReference       Check = "reference"  // a note's references are allowed
	CheckReferenceCode   Check = "reference code"
	CheckUnreceived      Check = "unreceived" // the document of a note was received
	CheckAnnulment       Check = "annulment"  // has the document's total
	CheckTextCorrection  Check = "text correction"
)

// rule makes a check, either of the envelope or of each document.
type rule struct {
	check    Check
	envelope func(*envelope)
	document func(*document)
	codes    []Code // that it may find

	// The rest is for envelope rules.
	reads     bool  // it needs the file read
	alone     bool  // it is also made for a single DTE
	status    int   // STATUS, if the gateway makes it; 0 if it cannot
	state     State // of the envelope
	stateless bool  // the gateway refuses without a state
}

// rules are all checks, in the order of the SII, as observed: a received folio hides an
// expired CAF, which hides the stamp, which hides the signature. Unverified: the order
// of the others, and of carátula and signature.
var rules = slices.Concat(uploadRules, coverRules, folioRules, stampRules, headerRules, sumRules, exportRules, referenceRules)

// DefaultChecks returns the checks in the order of a World that names none.
func DefaultChecks() []Check {
	list := make([]Check, len(rules))
	for i := range rules {
		list[i] = rules[i].check
	}
	return list
}

// DefaultGateway returns the checks that an upload makes before it gives a track id, if
// a World names none. REST uploads of boletas are known not to check the schema.
func DefaultGateway() []Check {
	return []Check{CheckSize, CheckAgain, CheckLines, CheckXML, CheckSchemaName, CheckSchema, CheckCompany, CheckUploader}
}

// Codes returns the codes that a check may find.
func (c Check) Codes() []Code {
	if r := ruleOf(c); r != nil {
		return slices.Clone(r.codes)
	}
	return nil
}

func ruleOf(c Check) *rule {
	for i := range rules {
		if rules[i].check == c {
			return &rules[i]
		}
	}
	return nil
}
