package rcv

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/ofitec/chile"
)

// Check counts and sums documents by state and type, to compare them with the
// SII's summary. Amounts are summed as received: a credit note counts with its
// positive amounts, as in the summary. The zero value is ready for use. It is
// not safe for concurrent use.
type Check struct {
	groups map[group]*sums
}

// group identifies a line of the summary.
type group struct {
	state State
	typ   chile.DocType
}

// sums are the sums of a group in a summary, in the order of sumNames.
type sums [7]chile.CLP

// sumNames are the SII's names of the sums.
var sumNames = [7]string{
	"rsmnTotDoc", "rsmnMntExe", "rsmnMntNeto", "rsmnMntIVA", "rsmnMntIVANoRec", "rsmnIVAUsoComun", "rsmnMntTotal",
}

// sums returns the sums of the line.
func (l *SummaryLine) sums() *sums {
	return &sums{chile.CLP(l.Documents), l.Exempt, l.Net, l.VAT, l.NonRecoverableVAT, l.CommonUseVAT, l.Total}
}

func (s *sums) add(other sums) error {
	total := *s
	for i := range total {
		var err error
		if total[i], err = total[i].Add(other[i]); err != nil {
			return err
		}
	}
	*s = total
	return nil
}

// Add counts a document. If a sum does not fit, it returns chile.ErrOverflow and
// counts nothing.
func (c *Check) Add(d *Document) error {
	if c.groups == nil {
		c.groups = make(map[group]*sums)
	}
	g := group{d.State, d.Type}
	if c.groups[g] == nil {
		c.groups[g] = new(sums)
	}
	return c.groups[g].add(sums{1, d.Exempt, d.Net, d.VAT, d.NonRecoverableVAT, d.CommonUseVAT, d.Total})
}

// Compare returns where the documents differ from the lines, ordered by state and
// type. Several lines of one state and type are added up. Lines without rows (see
// SummaryLine.HasRows) are not compared, nor are lines that may have rows if no
// document came. Documents of a state and type without a line are a mismatch too.
//
// The error is chile.ErrOverflow if the sums of several lines of one state and
// type do not fit.
func (c *Check) Compare(lines []SummaryLine) ([]Mismatch, error) {
	promised := make(map[group]*sums)
	for i := range lines {
		line := &lines[i]
		g := group{line.State, line.Type}
		if !line.HasRows() && (!line.MayHaveRows() || c.groups[g] == nil) {
			continue
		}
		if promised[g] == nil {
			promised[g] = new(sums)
		}
		err := promised[g].add(*line.sums())
		if err != nil {
			return nil, fmt.Errorf("rcv: summary of type %d: %w", line.Type, err)
		}
	}
	var found []Mismatch
	for g, want := range promised {
		found = append(found, g.compare(want, c.groups[g])...)
	}
	for g, got := range c.groups {
		if promised[g] == nil {
			found = append(found, g.compare(nil, got)...)
		}
	}
	slices.SortStableFunc(found, func(a, b Mismatch) int {
		return cmp.Or(cmp.Compare(a.State, b.State), cmp.Compare(a.Type, b.Type))
	})
	return found, nil
}

func (g group) compare(want, got *sums) []Mismatch {
	if want == nil {
		want = new(sums)
	}
	if got == nil {
		got = new(sums)
	}
	var found []Mismatch
	for i, name := range sumNames {
		if want[i] != got[i] {
			found = append(found, Mismatch{State: g.state, Type: g.typ, Field: name, Promised: int64(want[i]), Got: int64(got[i])})
		}
	}
	return found
}

// Mismatch is a count or sum of the rows of a register that differs from the
// SII's summary.
type Mismatch struct {
	State    State
	Type     chile.DocType
	Field    string // the SII's name: rsmnTotDoc, rsmnMntNeto …
	Promised int64  // documents or whole pesos
	Got      int64
}

// String returns the mismatch, such as REGISTRO 33 rsmnTotDoc: promised 3, got
// 2.
func (m Mismatch) String() string {
	return fmt.Sprintf("%s %d %s: promised %d, got %d", m.State, int(m.Type), m.Field, m.Promised, m.Got)
}
