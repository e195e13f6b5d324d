// Package codec reads elements into structs and writes them, by the tags of
// encoding/xml: a name, attr, chardata, any, and omitempty for what is optional.
// It reads from a parsed document in which signatures can be checked, keeps what
// it does not know, collects what it cannot read, and is several times faster
// than encoding/xml.
package codec
