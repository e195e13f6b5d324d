package chile

// Environment says which SII data belong to. The zero value is never taken for the
// SII itself: see Known.
type Environment string

// The environments.
const (
	Production       Environment = "prod"  // the SII itself
	Certification    Environment = "cert"  // the SII's system for tests
	OtherEnvironment Environment = "other" // neither: a fake, a recording, your own address
)

// Known returns the environment, or OtherEnvironment for the zero value.
func (e Environment) Known() Environment {
	if e == "" {
		return OtherEnvironment
	}
	return e
}

// Valid reports whether it is one of the environments.
func (e Environment) Valid() bool {
	return e == Production || e == Certification || e == OtherEnvironment
}
