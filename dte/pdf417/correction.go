package pdf417

// Reed-Solomon codes over the numbers modulo 929, of which 3 is a primitive root.
const (
	field     = 929
	primitive = 3
)

// corrections returns how many codewords of correction a level has.
func corrections(level int) int {
	return 2 << level
}

// correction returns the k codewords that complete the data to a polynomial divisible by
// the generator of degree k. The first codeword is the highest coefficient.
func correction(data []uint16, k int) []uint16 {
	g := generator(k)
	rest := make([]uint32, k) // of the division, the highest coefficient first
	for _, word := range data {
		lead := (uint32(word) + rest[0]) % field
		for i := range k - 1 {
			rest[i] = (rest[i+1] + (field-lead)*g[i]) % field
		}
		rest[k-1] = (field - lead) * g[k-1] % field
	}
	words := make([]uint16, k)
	for i, r := range rest {
		words[i] = uint16((field - r) % field)
	}
	return words
}

// generator returns the product of (x - 3^i) for i from 1 to k, the highest coefficient
// first, without the first one, which is 1.
func generator(k int) []uint32 {
	g := make([]uint32, k+1)
	g[0] = 1
	root := uint32(1)
	for i := range k {
		root = root * primitive % field
		for j := i + 1; j > 0; j-- {
			g[j] = (g[j] + (field-root)*g[j-1]) % field
		}
	}
	return g[1:]
}
