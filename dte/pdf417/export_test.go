package pdf417

// Codewords are those of the symbol that Encode makes.
func Codewords(data []byte, o *Options) ([]uint16, error) {
	s, err := shapeOf(len(data), o)
	if err != nil {
		return nil, err
	}
	return codewords(data, s), nil
}

// Clusters are the bar patterns.
func Clusters() [3][929]uint32 { return clusters }
