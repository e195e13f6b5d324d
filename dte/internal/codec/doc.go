// Package codec reads elements into structs and writes them, by the tags of
// encoding/xml: a name, attr, chardata, any, and omitempty for optional fields.
// It reads from a parsed document whose signatures can be checked. It keeps
// unknown elements, collects values that it cannot read, and is several times
// faster than encoding/xml.
package codec
