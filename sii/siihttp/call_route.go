package siihttp

// route is a call of the interface.
type route struct {
	method, path string
	operation    Operation
	query        []string // its known parameters
	serve        func(*Handler, *call) error
}

func (r *route) pattern() string { return r.method + " " + r.path }
