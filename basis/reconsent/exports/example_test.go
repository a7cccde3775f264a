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

func ExampleOpen() {
	// A consent without its wording is partial; the policy knows what everyone saw.
	const content = "Email Address;OPTIN_TIME;OPTIN_IP;CONFIRM_TIME;CONFIRM_IP\r\n" +
		"jan@example.com;2024-01-02 10:00:00;192.0.2.1;2024-01-02 10:05:00;192.0.2.1\r\n" +
		"els@example.com;;;2024-01-02 10:05:00;192.0.2.1\r\n" +
		"mo@example.com;yesterday;;;\r\n"
	file, err := exports.Open("subscribed.csv", func() (io.ReadCloser, error) {
		return io.NopCloser(strings.NewReader(content)), nil
	}, exports.Config{
		Purposes: []exports.Purpose{{ID: "newsletter", Kind: basis.DirectMarketing, Channels: []basis.Channel{basis.Email}}},
		Fill:     map[string]string{"consent_text": "form v3", "consent_bundled": "no", "consent_withdrawal_told": "yes"},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	table, err := reconsent.NewTable(reconsent.Controller{Country: "NL"}, time.Date(2026, 11, 24, 0, 0, 0, 0, time.UTC))
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(file.Product)
	for facts, err := range file.All(table) {
		if err != nil {
			fmt.Println(err)
			continue
		}
		answer := table.Decide(&facts)
		fmt.Println(facts.Origin.Row, answer.Outcome, answer.Evidence)
	}
	// Output:
	// mailchimp
	// 1 keep_consent complete
	// 2 ask_other_channel none
	// subscribed.csv: row 3, column "OPTIN_TIME": not a date or time
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
