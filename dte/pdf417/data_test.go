package pdf417_test

import (
	"encoding/base64"
	"fmt"
	"math/rand/v2"
)

// ted makes what looks like a stamp: XML without spaces between elements, ISO-8859-1,
// names and goods with any printable letter of it.
func ted(random *rand.Rand) []byte {
	text := func(least, most int) []byte {
		letters := make([]byte, least+random.IntN(most-least+1))
		for i := range letters {
			letters[i] = latin[random.IntN(len(latin))]
		}
		return letters
	}
	encoded := func(bytes int) string {
		b := make([]byte, bytes)
		for i := range b {
			b[i] = byte(random.Uint32())
		}
		return base64.StdEncoding.EncodeToString(b)
	}
	rut := func() string {
		return fmt.Sprintf("%d-%c", 50_000_000+random.IntN(50_000_000), "0123456789K"[random.IntN(11)])
	}
	day := func() string {
		return fmt.Sprintf("20%02d-%02d-%02d", random.IntN(30), 1+random.IntN(12), 1+random.IntN(28))
	}
	return fmt.Appendf(nil, `<TED version="1.0"><DD><RE>%s</RE><TD>%d</TD><F>%d</F><FE>%s</FE><RR>%s</RR><RSR>%s</RSR><MNT>%d</MNT><IT1>%s</IT1>`+
		`<CAF version="1.0"><DA><RE>%s</RE><RS>%s</RS><TD>33</TD><RNG><D>1</D><H>100</H></RNG><FA>%s</FA><RSAPK><M>%s</M><E>Aw==</E></RSAPK><IDK>100</IDK></DA>`+
		`<FRMA algoritmo="SHA1withRSA">%s</FRMA></CAF><TSTED>%sT12:00:00</TSTED></DD><FRMT algoritmo="SHA1withRSA">%s</FRMT></TED>`,
		rut(), 33, random.IntN(1_000_000), day(), rut(), text(1, 40), random.IntN(1_000_000_000), text(1, 40),
		rut(), text(1, 40), day(), encoded(64), encoded(64), day(), encoded(64))
}

// latin is each letter and sign that ISO-8859-1 has, twice those of Spanish.
var latin = func() (letters []byte) {
	for b := 0x20; b <= 0xFF; b++ {
		if b < 0x7F || b >= 0xA0 {
			letters = append(letters, byte(b))
		}
	}
	return append(letters, "\xc1\xc9\xcd\xd1\xd3\xda\xdc\xe1\xe9\xed\xf1\xf3\xfa\xfc"...)
}()

// noise is bytes of any value.
func noise(random *rand.Rand, n int) []byte {
	b := make([]byte, n)
	for i := range b {
		b[i] = byte(random.Uint32())
	}
	return b
}
