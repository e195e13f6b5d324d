package main

import (
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/dte/judge"
	"github.com/ofitec/chile/examples/internal/cli"
	"github.com/ofitec/chile/sii/siitest"
)

// issuing is how the fake takes uploads of the company.
type issuing struct {
	siitest.UploadSettings
	company    judge.Company
	annulled   []caf
	notSending bool
	caf        cli.Files
	toldAlone  bool
	boletas    string
	mail       string
	documents  string
}

func (i *issuing) flags(flags *cli.Flags) {
	flags.Func("resolution", "`DATE/NUMBER` of the resolution that lets the company issue, as 2014-08-22/80; not checked if empty", i.setResolution)
	flags.Func("activities", "`codes` of the company's activities, as 107100,561000; not checked if empty", i.setActivities)
	flags.BoolVar(&i.notSending, "not-sending", false, "the holder is enrolled for the company, without the right to send documents")
	flags.Func("annul", "`TYPE:FROM-TO` of folios that were annulled, as 33:10-12. May be given more than once", i.setAnnulled)
	flags.Var(&i.caf, "add-caf", "`files` of folios that the SII gave, or another fake")
	flags.BoolVar(&i.toldAlone, "strict-caf", false, "take folios of -caf and -add-caf alone; otherwise also those that another fake gave")
	flags.DurationVar(&i.Step, "step", i.Step, "`time` that each state of an upload lasts, from REC to PDR; 100ms if 0")
	flags.DurationVar(&i.Unseen, "unseen", 0, "`time` for which QueryEstUp does not find an upload")
	flags.DurationVar(&i.Forget, "forget", 0, "`time` after which the same bytes are taken again, as 900s; 0 is never")
	flags.BoolVar(&i.HideTrackID, "hide-track-id", false, "do not tell the track id of the same bytes (STATUS 99)")
	flags.BoolVar(&i.RefuseWhole, "refuse-whole", false, "refuse the whole upload for a folio that was received before (RFR)")
	flags.BoolVar(&i.KeepRejected, "keep-rejected", false, "a rejected document keeps its folio")
	flags.BoolVar(&i.Unregistered, "unregistered", false, "keep accepted documents out of the registers")
	flags.IntVar(&i.MaxBytes, "max-bytes", 0, "`bytes` that an upload may have (STATUS 2); 64 MiB if 0")
	flags.Func("uncounted", "`types` of documents that QueryEstUp leaves out, as 61", i.setUncounted)
	flags.StringVar(&i.boletas, "boletas-again", "taken", "what the same boletas again are: `taken`, refused or same")
	flags.StringVar(&i.mail, "mail", "", "`folder` to write the mails with results to (RESULTADO_ENVIO)")
	flags.StringVar(&i.documents, "documents", "", "`file` to write what became of each folio to, at the end, one JSON object a line")
}

func (i *issuing) setResolution(text string) error {
	date, number, _ := strings.Cut(text, "/")
	var errs [2]error
	i.company.Resolution.Date, errs[0] = chile.ParseDate(date)
	i.company.Resolution.Number, errs[1] = strconv.Atoi(number)
	if errors.Join(errs[:]...) != nil {
		return errors.New("want DATE/NUMBER, as 2014-08-22/80")
	}
	return nil
}

func (i *issuing) setActivities(text string) error {
	for part := range strings.SplitSeq(text, ",") {
		code, err := strconv.Atoi(part)
		if err != nil {
			return errors.New("want codes, as 107100,561000")
		}
		i.company.Activities = append(i.company.Activities, code)
	}
	return nil
}

func (i *issuing) setAnnulled(text string) error {
	folios, ok := parseFolios(text)
	if !ok {
		return errors.New("want TYPE:FROM-TO, as 33:10-12")
	}
	i.annulled = append(i.annulled, folios)
	return nil
}

func (i *issuing) setUncounted(text string) error {
	for part := range strings.SplitSeq(text, ",") {
		of, err := chile.ParseDocType(part)
		if err != nil {
			return errors.New("want types, as 61,56")
		}
		i.Uncounted = append(i.Uncounted, of)
	}
	return nil
}

// boletasAgain are what the same boletas may be.
var boletasAgain = map[string]siitest.BoletaAgain{"taken": siitest.BoletaTaken, "refused": siitest.BoletaRefused, "same": siitest.BoletaSame}

// tell tells the fake of the company and its folios.
func (i *issuing) tell(fake *siitest.Server, owner, holder chile.RUT) error {
	again, ok := boletasAgain[i.boletas]
	if !ok {
		return cli.Usagef("-boletas-again: want taken, refused or same")
	}
	i.Boletas, i.AnyCAF = again, !i.toldAlone
	if i.mail != "" {
		i.Mail = siitest.MailFolder(i.mail)
	}
	if err := fake.SetUploads(i.UploadSettings); err != nil {
		return cli.Usagef("%v", err)
	}
	if i.notSending {
		i.company.Users = map[chile.RUT]judge.Right{holder: judge.Enrolled}
	}
	fake.AddIssuer(owner, i.company)
	for _, folios := range i.annulled {
		if err := fake.AnnulFolios(owner, folios.of, folios.from, folios.to); err != nil {
			return fmt.Errorf("-annul: %w", err)
		}
	}
	for _, path := range i.caf {
		file, err := readSmall(path)
		if err == nil {
			err = fake.AddCAF(file)
		}
		if err != nil {
			return fmt.Errorf("-add-caf %s: %w", path, err)
		}
	}
	return nil
}
