package siihttp

// Route is a route, for tests.
type Route struct {
	Method, Path string
	Query        []string
}

// Routes returns all routes.
func Routes() (list []Route) {
	for _, r := range routes {
		list = append(list, Route{r.method, r.path, r.query})
	}
	return list
}

// KindNames returns the kinds of problems, in their order, with their status.
func KindNames() (names []string, status map[string]int) {
	status = map[string]int{}
	for _, k := range kinds {
		names, status[k.name] = append(names, k.name), k.status
	}
	return names, status
}
