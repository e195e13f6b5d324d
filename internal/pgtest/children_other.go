//go:build !linux

package pgtest

import "os"

// childrenOf does not know: PostgreSQL's processes end by themselves when they
// find their parent gone.
func childrenOf(int) []*os.Process { return nil }
