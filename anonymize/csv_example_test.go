package anonymize_test

import (
	"context"
	"fmt"
	"os"
	"strings"
	"sync"
	"time"

	"github.com/grondslag/grondslag/anonymize"
	"github.com/grondslag/grondslag/anonymize/reidentify"
)

func ExampleCSV_Apply() {
	policy, err := anonymize.ParsePolicy([]byte(`{
		"version": 1,
		"unknown": "drop",
		"fields": {
			"segment": "keep",
			"e_mail": "redact",
			"born": "date=year",
			"ip": "ip=24/48"
		}
	}`))
	if err != nil {
		fmt.Println(err)
		return
	}
	const in = `E-mail,Segment,IP,Born,Notes
jan@example.nl,"new, trial",192.0.2.17,1980-02-29,calls on Fridays
,old,2001:db8:1:2::3,1975-12-01,
`
	var group sync.WaitGroup // rows are treated on GOMAXPROCS goroutines
	c := anonymize.CSV{Policy: policy, Go: group.Go}
	rows, err := c.Apply(context.Background(), os.Stdout, strings.NewReader(in))
	fmt.Println(rows, err)
	// Output:
	// E-mail,Segment,IP,Born
	// [redacted],"new, trial",192.0.2.0,1980
	// ,old,2001:db8:1::,1975
	// 2 <nil>
}

func ExampleCSV_Reveal() {
	key, err := anonymize.NewKey("2026", time.Date(2026, time.January, 1, 0, 0, 0, 0, time.UTC))
	if err != nil {
		fmt.Println(err)
		return
	}
	keys, err := anonymize.NewKeyring(key)
	if err != nil {
		fmt.Println(err)
		return
	}
	c := anonymize.CSV{
		Policy: anonymize.Policy{
			Domain: anonymize.Domain{Recipient: "mailer"},
			Fields: map[string]anonymize.Rule{
				"name":  {Method: anonymize.MethodSeal},
				"notes": {Method: anonymize.MethodNull},
			},
		},
		Setting: anonymize.Setting{Keys: keys},
	}
	var sealed strings.Builder
	if _, err := c.Apply(context.Background(), &sealed, strings.NewReader("name,notes\nJan,calls on Fridays\n")); err != nil {
		fmt.Println(err)
		return
	}
	why := reidentify.Because("access request 2026-114")
	rows, err := c.Reveal(context.Background(), why, os.Stdout, strings.NewReader(sealed.String()))
	fmt.Println(rows, err)
	// Output:
	// name,notes
	// Jan,
	// 1 <nil>
}

func ExampleRowError() {
	policy := anonymize.Policy{Fields: map[string]anonymize.Rule{"born": {Method: anonymize.MethodDate, Argument: "year"}}}
	_, err := anonymize.CSV{Policy: policy}.Apply(context.Background(), os.Stdout, strings.NewReader("born\n1980-02-29\n29/2/1980\n"))
	fmt.Println(err)
	// Output:
	// born
	// 1980
	// anonymize: row 2, column born: malformed
}
