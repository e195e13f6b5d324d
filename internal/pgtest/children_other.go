//go:build !linux

package pgtest

import "os"

// childrenOf returns none: PostgreSQL's processes end by themselves when their parent
// has ended.
func childrenOf(int) []*os.Process { return nil }
