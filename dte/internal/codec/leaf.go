package codec

import (
	"bytes"
	"encoding"
	"encoding/base64"
	"errors"
	"fmt"
	"reflect"
	"strconv"

	"github.com/ofitec/chile"
)

// errNumber says that a text is not a whole number.
var errNumber = errors.New("not a whole number")

func readText(v reflect.Value, text []byte) error {
	return v.Addr().Interface().(encoding.TextUnmarshaler).UnmarshalText(text) //nolint:errcheck,forcetypeassert // leafOf has looked
}

// readRUT requires the hyphen of RUTType in SiiTypes_v10.xsd: without it, a RUT
// that lost its check digit could be read as another RUT.
func readRUT(v reflect.Value, text []byte) error {
	if len(text) == 0 {
		return readText(v, text)
	}
	rut, err := chile.ParseHyphenatedRUT(string(text))
	if err == nil {
		v.Set(reflect.ValueOf(rut))
	}
	return err
}

func writeText(b []byte, v reflect.Value) []byte {
	if v.CanAddr() {
		v = v.Addr() // which need not be copied to be an interface
	}
	text, err := v.Interface().(encoding.TextMarshaler).MarshalText() //nolint:errcheck,forcetypeassert // as above
	if err != nil {
		return b // none of them fails
	}
	return append(b, text...)
}

func readString(v reflect.Value, text []byte) error {
	v.SetString(string(text))
	return nil
}

func writeString(b []byte, v reflect.Value) []byte { return append(b, v.String()...) }

// readInt reads a whole number. Zero decimals are accepted: some programs write
// amounts as 230992.00.
func readInt(v reflect.Value, text []byte) error {
	whole, decimals, _ := bytes.Cut(text, []byte("."))
	n, err := strconv.ParseInt(string(whole), 10, 64)
	if err != nil || len(bytes.Trim(decimals, "0")) > 0 || v.OverflowInt(n) {
		return fmt.Errorf("%w: %.40q", errNumber, text)
	}
	v.SetInt(n)
	return nil
}

func writeInt(b []byte, v reflect.Value) []byte { return strconv.AppendInt(b, v.Int(), 10) }

// readBase64 reads binary data with white space anywhere in it.
func readBase64(v reflect.Value, text []byte) error {
	data := make([]byte, base64.StdEncoding.DecodedLen(len(text)))
	n, err := base64.StdEncoding.Decode(data, bytes.Join(bytes.Fields(text), nil))
	if err != nil {
		return fmt.Errorf("base64: %w", err)
	}
	v.SetBytes(data[:n])
	return nil
}

func writeBase64(b []byte, v reflect.Value) []byte {
	return base64.StdEncoding.AppendEncode(b, v.Bytes())
}
