package storagetest

import (
	"errors"
	"sync"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/rcv"
	"github.com/ofitec/chile/storage"
)

func environments() []sentence {
	return []sentence{
		{text: "the environment of an empty store is absent", test: environmentAbsent},
		{text: "it is that of the first import or submission", test: environmentOfFirst},
		{text: "each of them is recorded with its own", test: environmentRecorded},
		{text: "one that does not say is of chile.OtherEnvironment", test: environmentUnsaid},
		{text: "one of no environment is ErrInvalid", test: environmentInvalid},
		{text: "an import of another environment is an EnvironmentError, and nothing is written", test: environmentsApart},
		{text: "the rows of such an import are not asked for", test: environmentBeforeRows},
		{text: "a submission of another environment is an EnvironmentError, and nothing is written", test: submissionsApart},
		{text: "of imports of two environments at once the first decides", test: environmentsAtOnce},
		{text: "the first import of production or of certification adopts older rows, and says so", test: environmentAdopts, needs: anUnrecord},
		{text: "a submission of the environment leaves older rows to the import", test: submissionBeforeAdoption, needs: anUnrecord},
		{text: "an import of chile.OtherEnvironment never adopts", test: otherNeverAdopts, needs: anUnrecord},
		{text: "the environment outlives the process", test: environmentReopened, needs: aReopen},
	}
}

var allEnvironments = []chile.Environment{chile.Production, chile.Certification, chile.OtherEnvironment}

// importFrom imports three documents with that net into the owner's purchases.
func (c *check) importFrom(of chile.Environment, net chile.CLP) (*storage.ImportResult, error) {
	return c.store.ImportRegister(c.ctx, storage.Snapshot{
		Key: purchases, TakenAt: noon, Environment: of, Rows: rows(invoices(3, net)...),
		Lines: func() []rcv.SummaryLine {
			return []rcv.SummaryLine{{State: rcv.Registro, Type: 33, Documents: int64(net)}}
		},
	})
}

func (c *check) putFrom(of chile.Environment, glosa string) error {
	_, err := c.store.PutSubmission(c.ctx, storage.Submission{Issuer: owner, TrackID: "1", State: storage.Accepted, Glosa: glosa, Environment: of})
	return err
}

// apart checks that the error names the environments that do not match.
func (c *check) apart(what string, err error, of, other chile.Environment) {
	c.Helper()
	var apart *storage.EnvironmentError
	if !errors.Is(err, storage.ErrEnvironment) || !errors.As(err, &apart) || *apart != (storage.EnvironmentError{Store: of, Other: other}) {
		c.Errorf("%s: %v, not of %q in a store of %q", what, err, other, of)
	}
}

func (c *check) belongs(want chile.Environment) {
	c.Helper()
	got, err := c.store.Environment(c.ctx)
	c.ok(err)
	c.equal("environment", got, want)
}

// storedThings is everything that imports and submissions write.
type storedThings struct {
	Documents   []storage.StoredDocument
	Lines       []rcv.SummaryLine
	Imports     []storage.Import
	Changes     []storage.StoredChange
	Events      []storage.Event
	Submissions []storage.Submission
}

func (c *check) allStored() storedThings {
	c.Helper()
	lines, err := c.store.SummaryLines(c.ctx, purchases)
	c.ok(err)
	return storedThings{
		c.stored(purchases), lines, c.imports(storage.ImportQuery{}), collect(c, c.store.Changes(c.ctx, storage.ChangeQuery{})),
		collect(c, c.store.Events(c.ctx, storage.EventQuery{})), collect(c, c.store.Submissions(c.ctx, storage.SubmissionQuery{Issuer: owner})),
	}
}

func environmentAbsent(c *check) {
	_, err := c.store.Environment(c.ctx)
	c.absent("environment", err)
	c.appendEvent(storage.Event{Kind: "consulta"}) // belongs to no SII
	_, err = c.store.Environment(c.ctx)
	c.absent("environment", err)
}

func environmentOfFirst(c *check) {
	for i, of := range allEnvironments {
		another := *c
		another.store = c.harness.New(c.T)
		if i%2 == 0 {
			_, err := another.importFrom(of, 1000)
			c.ok(err)
		} else {
			c.ok(another.putFrom(of, ""))
		}
		another.belongs(of)
		_, err := another.importFrom(of, 2000)
		c.ok(err)
		c.ok(another.putFrom(of, ""))
		another.belongs(of)
	}
}

func environmentRecorded(c *check) {
	for net := range 3 {
		result, err := c.importFrom(chile.Certification, chile.CLP(net))
		c.ok(err)
		c.equal("environment of the result", result.Environment, chile.Certification)
		c.equal("adopted", result.Adopted, false)
	}
	for _, i := range c.imports(storage.ImportQuery{}) {
		c.equal("environment of the import", i.Environment, chile.Certification)
	}
	last, err := c.store.LastImport(c.ctx, purchases)
	c.ok(err)
	c.equal("environment of the last import", last.Environment, chile.Certification)
	for range 2 { // also for a stored one
		c.ok(c.putFrom(chile.Certification, ""))
		submission, err := c.store.Submission(c.ctx, owner, "1")
		c.ok(err)
		c.equal("environment of the submission", submission.Environment, chile.Certification)
	}
}

func environmentUnsaid(c *check) {
	result, err := c.importFrom("", 1000)
	c.ok(err)
	c.equal("environment", result.Environment, chile.OtherEnvironment)
	c.ok(c.putFrom("", ""))
	c.belongs(chile.OtherEnvironment)
	_, err = c.importFrom(chile.OtherEnvironment, 2000)
	c.ok(err)
	_, err = c.importFrom(chile.Production, 3000)
	c.apart("import", err, chile.OtherEnvironment, chile.Production)
}

func environmentInvalid(c *check) {
	for range 2 { // in an empty store, and in one that has an environment
		_, err := c.importFrom("PROD", 1000)
		c.fails("import", err, storage.ErrInvalid)
		c.fails("submission", c.putFrom("fake", ""), storage.ErrInvalid)
		_, err = c.importFrom(chile.Production, 1000)
		c.ok(err)
	}
}

func environmentsApart(c *check) {
	for _, of := range allEnvironments {
		another := *c
		another.store = c.harness.New(c.T)
		_, err := another.importFrom(of, 1000)
		c.ok(err)
		c.ok(another.putFrom(of, ""))
		before := another.allStored()
		for _, other := range allEnvironments {
			if other == of {
				continue
			}
			_, err := another.importFrom(other, 2000)
			c.apart("import", err, of, other)
			_, err = another.store.ImportRegister(c.ctx, storage.Snapshot{Key: sales, Environment: other, Rows: rows(invoices(2, 1000)...)})
			c.apart("import of another register", err, of, other)
		}
		c.equal("all that is stored", another.allStored(), before)
		another.holds(sales)
		another.belongs(of)
	}
}

func environmentBeforeRows(c *check) {
	_, err := c.importFrom(chile.Production, 1000)
	c.ok(err)
	_, err = c.store.ImportRegister(c.ctx, storage.Snapshot{Key: sales, Rows: func(func(rcv.Document, error) bool) { c.Error("the rows were asked for") }})
	c.apart("import", err, chile.Production, chile.OtherEnvironment)
}

func submissionsApart(c *check) {
	_, err := c.importFrom(chile.Production, 1000)
	c.ok(err)
	c.ok(c.putFrom(chile.Production, "said by the SII"))
	before := c.allStored()
	c.apart("submission", c.putFrom(chile.OtherEnvironment, "invented"), chile.Production, chile.OtherEnvironment)
	c.apart("submission", c.putFrom("", "invented"), chile.Production, chile.OtherEnvironment)
	_, err = c.store.PutSubmission(c.ctx, storage.Submission{Issuer: owner, TrackID: "2", Environment: chile.Certification})
	c.apart("new submission", err, chile.Production, chile.Certification)
	c.equal("all that is stored", c.allStored(), before)
}

// environmentsAtOnce imports two environments at once into an empty store, each
// with rows that wait until all were called.
func environmentsAtOnce(c *check) {
	const each = 4
	var arrived, ended sync.WaitGroup
	arrived.Add(2 * each)
	errs := make([]error, 2*each)
	for i := range errs {
		ended.Go(func() {
			_, errs[i] = c.store.ImportRegister(c.ctx, storage.Snapshot{
				Key: rcv.Key{Owner: owner, Period: october.Add(i), Book: rcv.Purchases}, Environment: allEnvironments[i%2],
				Rows: func(yield func(rcv.Document, error) bool) {
					arrived.Done()
					arrived.Wait()
					rows(invoices(2, 1000)...)(yield)
				},
			})
		})
	}
	ended.Wait()
	of, err := c.store.Environment(c.ctx)
	c.ok(err)
	for i, err := range errs {
		if allEnvironments[i%2] == of {
			c.ok(err)
		} else {
			c.apart("import", err, of, allEnvironments[i%2])
		}
	}
	imports := c.imports(storage.ImportQuery{})
	c.equal("imports", len(imports), each)
	for _, i := range imports {
		c.equal("environment of the import", i.Environment, of)
	}
}

func environmentAdopts(c *check) {
	for _, of := range allEnvironments[:2] {
		another := *c
		another.store = c.harness.New(c.T)
		_, err := another.importFrom(chile.OtherEnvironment, 1000)
		c.ok(err)
		c.ok(another.putFrom(chile.OtherEnvironment, ""))
		c.harness.Unrecord(c.T, another.store)
		another.belongs("")
		result, err := another.importFrom(of, 1000)
		c.ok(err)
		c.equal("adopted", result.Adopted, true)
		c.equal("counts", result.Counts, storage.Counts{Unchanged: 3})
		events := collect(&another, another.store.Events(c.ctx, storage.EventQuery{Newest: true, Limit: 1}))
		want, err := storage.ImportEvent(result)
		c.ok(err)
		c.equal("event", events[0].Detail, want.Detail)
		another.belongs(of)
		all := another.allStored()
		for _, i := range all.Imports {
			c.equal("environment of the import", i.Environment, of)
		}
		c.equal("environment of the submission", all.Submissions[0].Environment, of)
		result, err = another.importFrom(of, 2000)
		c.ok(err)
		c.equal("adopted by the second", result.Adopted, false)
	}
}

func submissionBeforeAdoption(c *check) {
	_, err := c.importFrom(chile.OtherEnvironment, 1000)
	c.ok(err)
	c.harness.Unrecord(c.T, c.store)
	c.ok(c.putFrom(chile.Production, ""))
	c.belongs(chile.Production)
	_, err = c.importFrom(chile.Certification, 1000)
	c.apart("import", err, chile.Production, chile.Certification)
	result, err := c.importFrom(chile.Production, 1000)
	c.ok(err)
	c.equal("adopted", result.Adopted, true)
}

func otherNeverAdopts(c *check) {
	_, err := c.importFrom(chile.OtherEnvironment, 1000)
	c.ok(err)
	c.ok(c.putFrom(chile.OtherEnvironment, ""))
	c.harness.Unrecord(c.T, c.store)
	before := c.allStored()
	for range 2 {
		_, err = c.importFrom(chile.OtherEnvironment, 2000)
		c.apart("import", err, "", chile.OtherEnvironment)
		_, err = c.importFrom("", 2000)
		c.apart("import", err, "", chile.OtherEnvironment)
		c.apart("submission", c.putFrom("", "invented"), "", chile.OtherEnvironment)
	}
	c.equal("all that is stored", c.allStored(), before)
	c.belongs("")
}

func environmentReopened(c *check) {
	_, err := c.importFrom(chile.Production, 1000)
	c.ok(err)
	c.store = c.harness.Reopen(c.T, c.store)
	c.belongs(chile.Production)
	_, err = c.importFrom(chile.Certification, 1000)
	c.apart("import", err, chile.Production, chile.Certification)
}
