package main

import (
	"bufio"
	"fmt"
	"os"
	"strconv"
	"strings"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/examples/internal/cli"
	"github.com/ofitec/chile/rcv"
)

// readProposal reads a file of codes and values; no file is no proposal.
func readProposal(path string) (map[int]chile.CLP, error) {
	if path == "" {
		return nil, nil
	}
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	proposal := map[int]chile.CLP{}
	lines := bufio.NewScanner(file)
	for n := 1; lines.Scan(); n++ {
		fields := strings.Fields(lines.Text())
		if len(fields) == 0 {
			continue
		}
		if len(fields) != 2 {
			return nil, fmt.Errorf("%s: line %d: not a code and a value", path, n)
		}
		code, err := strconv.Atoi(fields[0])
		if err != nil {
			return nil, fmt.Errorf("%s: line %d: %w", path, n, err)
		}
		if proposal[code], err = chile.ParseCLP(fields[1]); err != nil {
			return nil, fmt.Errorf("%s: line %d: %w", path, n, err)
		}
	}
	return proposal, lines.Err()
}

// report prints the form, and the differences to a proposal if there is one.
func report(out *cli.Output, form *rcv.F29, proposal map[int]chile.CLP) error {
	codes, err := form.Codes()
	if err != nil {
		return err
	}
	for _, l := range form.Lines() {
		out.Event(map[string]any{"event": "line", "line": l.Line, "name": l.Name, "count_code": l.CountCode, "count": l.Count, "code": l.AmountCode, "amount": int64(l.Amount)})
		count := ""
		if l.CountCode != 0 {
			count = fmt.Sprintf("[%d] %6d", l.CountCode, l.Count)
		}
		out.Text("%3d  %-58s %12s  [%d] %15s", l.Line, l.Name, count, l.AmountCode, l.Amount.Format())
	}
	out.Text("     debits [%d] %s, credits without the remainder of other months [%d] %s", rcv.F29TotalDebits, codes[rcv.F29TotalDebits].Format(),
		rcv.F29TotalCredits, codes[rcv.F29TotalCredits].Format())
	withheld, err := form.Withheld()
	if err != nil {
		return err
	}
	if withheld != 0 {
		out.Text("     VAT withheld from sellers, to be paid besides: %s", withheld.Format())
	}
	for _, o := range form.Other() {
		out.Event(map[string]any{
			"event": "other", "book": o.Book, "type": int(o.Type), "kind": o.Kind.String(), "reason": o.Reason, "count": o.Count, "vat": int64(o.VAT),
			"exempt": int64(o.Exempt), "common_use_vat": int64(o.CommonUseVAT), "withheld": int64(o.Withheld), "total": int64(o.Total),
		})
		out.Text("on no line: %s, %d documents of type %d%s: %s: %s", o.Book, o.Count, int(o.Type), kindOf(o.Kind), o.Reason, amountsOf(&o))
	}
	var differences []rcv.F29Difference
	if proposal != nil {
		if differences, err = form.Compare(proposal); err != nil {
			return err
		}
	}
	for _, d := range differences {
		out.Event(map[string]any{"event": "difference", "code": d.Code, "registers": int64(d.Registers), "proposal": int64(d.Proposal)})
		out.Text("code %d: the registers make %s, the proposal has %s", d.Code, d.Registers.Format(), d.Proposal.Format())
	}
	out.Event(map[string]any{"event": "done", "codes": codes, "withheld": int64(withheld), "differences": len(differences)})
	if len(differences) > 0 {
		return fmt.Errorf("%d codes differ from the proposal", len(differences))
	}
	return out.Err()
}

func kindOf(kind rcv.TransactionKind) string {
	if kind.String() == "" {
		return ""
	}
	return ", " + kind.String()
}

// amountsOf tells the amounts that there are.
func amountsOf(o *rcv.F29Other) string {
	var parts []string
	for _, amount := range []struct {
		name string
		of   chile.CLP
	}{{"VAT", o.VAT}, {"exempt", o.Exempt}, {"VAT of common use", o.CommonUseVAT}, {"VAT withheld", o.Withheld}, {"total", o.Total}} {
		if amount.of != 0 {
			parts = append(parts, amount.name+" "+amount.of.Format())
		}
	}
	if len(parts) == 0 {
		return "no amount"
	}
	return strings.Join(parts, ", ")
}
