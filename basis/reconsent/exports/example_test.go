package exports_test

import (
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/grondslag/grondslag/basis"
	"github.com/grondslag/grondslag/basis/reconsent"
	"github.com/grondslag/grondslag/basis/reconsent/exports"
)

func Example() {
	// Two files of one shop: its CRM, and those who left its newsletter.
	read := func(text string) func() (io.ReadCloser, error) {
		return func() (io.ReadCloser, error) { return io.NopCloser(strings.NewReader(text)), nil }
	}
	cfg := exports.Config{Purposes: []exports.Purpose{{
		ID: "newsletter", Kind: basis.DirectMarketing, Channels: []basis.Channel{basis.Email},
	}}}
	crm, err := exports.Open("contacts.csv", read("Record ID,Email\n1,jan@example.com\n2,els@example.com\n"), cfg)
	if err != nil {
		fmt.Println(err)
		return
	}
	mail, err := exports.Open("unsubscribed.csv", read("Email Address,OPTIN_TIME,LEID,UNSUB_TIME,UNSUB_REASON\nEls@example.com,,,2025-03-01 10:00:00,SPAM\n"), cfg)
	if err != nil {
		fmt.Println(err)
		return
	}
	table, err := reconsent.NewTable(reconsent.Controller{Country: "NL"}, time.Date(2026, 11, 24, 0, 0, 0, 0, time.UTC))
	if err != nil {
		fmt.Println(err)
		return
	}
	set := exports.Set{Table: table, Files: []*exports.File{crm, mail}}
	for facts, err := range set.All() {
		if err != nil {
			fmt.Println(err)
			continue
		}
		fmt.Println(facts.Origin.File, facts.Origin.Row, table.Decide(&facts).Outcome)
	}
	// Output:
	// contacts.csv 1 ask_other_channel
	// contacts.csv 2 stop_objected
	// unsubscribed.csv 1 stop_objected
}

func ExampleDetect() {
	product, err := exports.Detect([]string{"uuid", "email", "name", "attributes", "status"})
	fmt.Println(product, err)
	// Output: listmonk <nil>
}

func ExampleFactColumns() {
	fmt.Println(exports.FactColumns()[:4])
	// Output: [contact person channel purpose]
}
