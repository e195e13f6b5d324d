package judge_test

import (
	"fmt"
	"os"
	"time"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/dte/judge"
)

// A company asks before it uploads an envelope. What it cannot know of the SII it
// leaves out: then the answer says what was not judged, and is not good.
func ExampleEnvelope() {
	b, err := os.ReadFile("../testdata/envelope.xml")
	if err != nil {
		fmt.Println(err)
		return
	}
	sender := chile.MustParseRUT("11111111-1")
	resolution, _ := chile.ParseDate("2014-08-22")
	answer := judge.Envelope(b, judge.World{
		Environment: chile.Production,
		Now:         time.Date(2026, 11, 21, 9, 0, 0, 0, chile.Santiago()),
		Uploader:    sender,
		Company: func(r chile.RUT) (judge.Company, bool) {
			return judge.Company{
				Resolution: judge.Resolution{Date: resolution, Number: 80},
				Users:      map[chile.RUT]judge.Right{sender: judge.MaySend},
			}, r.String() == "76111111-6"
		},
		Thorough: true,
	})
	fmt.Println("accepted:", answer.Accepted())
	for i := range answer.Findings {
		fmt.Println(answer.Findings[i].Text())
	}
	first := &answer.Documents[0]
	for i := range first.Findings {
		fmt.Println(first.ID, first.Findings[i].Text(), first.Findings[i].English())
	}
	for _, gap := range first.Gaps {
		fmt.Println(first.ID, "not judged:", gap.Check)
	}
	// Output:
	// accepted: false
	// SCH-00001: Invalid Schema Name
	// 76111111-6/33/1 not judged: received
	// 76111111-6/33/1 not judged: annulled
	// 76111111-6/33/1 not judged: authorized
	// 76111111-6/33/1 not judged: activity
}
