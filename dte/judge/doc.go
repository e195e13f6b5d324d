// Package judge says what the SII would say of an envelope before it is sent: a
// dry run of the upload, and of what comes of each document.
//
// # Flow
//
//	bytes ─size, lines, XML, schema, company─> upload: STATUS
//	      ─resolution, carátula, signature, sender─> envelope: EPR, RCT, RFR
//	      ─each document alone: folio, CAF, stamp, signature, header, sums, references─> DOK, RLV, RPR, RCH
//
// What the SII knows, companies, folios, documents and the clock, is a World. What
// a World does not say is not guessed: the check is told as a Gap, and nothing
// with a gap is accepted.
//
// # Sources
//
// The SII does not publish how it judges. The codes are those of its official
// formats and those that issuers met and reported; Check and Code say what is
// unverified. The package was written from these reports alone: it shares no rule
// and no arithmetic with what issues documents, so that the one is a test of the
// other.
//
// No function reaches the network or asks for the time.
package judge
