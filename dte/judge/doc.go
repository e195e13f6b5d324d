// Package judge predicts the SII's answer to an envelope before it is sent: a dry
// run of the upload and of the verdict on each document.
//
// # Flow
//
//	bytes ─size, lines, XML, schema, company─> upload: STATUS
//	      ─resolution, carátula, signature, sender─> envelope: EPR, RCT, RFR
//	      ─each document alone: folio, CAF, stamp, signature, header, sums, references─> DOK, RLV, RPR, RCH
//
// A World holds what the SII knows: companies, folios, documents and the clock. If it
// lacks what a check needs, nothing is guessed: the check is reported as a Gap, and
// nothing with a gap is accepted.
//
// # Sources
//
// The SII does not publish how it judges. The codes come from its official formats
// and from issuers' reports; Check and Code say what is unverified. The package was
// written only from these sources. It shares no rule and no arithmetic with the code
// that issues documents, so each tests the other.
//
// No function reaches the network or asks for the time.
package judge
