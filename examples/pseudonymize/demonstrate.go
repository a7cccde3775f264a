package main

import (
	"bytes"
	"context"
	_ "embed"
	"encoding/csv"
	"fmt"
	"text/tabwriter"

	"github.com/grondslag/grondslag/anonymize"
	"github.com/grondslag/grondslag/anonymize/reidentify"
)

//go:embed sample/customers.csv
var sampleCustomers []byte

//go:embed sample/plan.json
var samplePlan []byte

// demonstrate treats the sample for two recipients, with a key that is forgotten at the end.
func (p *program) demonstrate(ctx context.Context) error {
	key, err := anonymize.NewKey("demo", p.on)
	if err != nil {
		return err
	}
	ring, err := anonymize.NewKeyring(key)
	if err != nil {
		return err
	}
	policy, err := anonymize.ParsePolicy(samplePlan)
	if err != nil {
		return err
	}
	copies := map[string][][]string{}
	var forMailer bytes.Buffer
	var report anonymize.Report
	for _, recipient := range []string{"mailer", "analyst"} {
		set := anonymize.Setting{Keys: ring, On: p.on}
		if set.Domain, err = anonymize.ParseDomain(recipient); err != nil {
			return err
		}
		var out bytes.Buffer
		if _, err := (anonymize.CSV{Policy: policy, Setting: set}).Apply(ctx, &out, bytes.NewReader(sampleCustomers)); err != nil {
			return err
		}
		if copies[recipient], err = csv.NewReader(bytes.NewReader(out.Bytes())).ReadAll(); err != nil {
			return err
		}
		if recipient == "mailer" {
			forMailer = out
			if report, err = reportOf(policy, set); err != nil {
				return err
			}
		}
	}
	original, err := csv.NewReader(bytes.NewReader(sampleCustomers)).ReadAll()
	if err != nil {
		return err
	}
	fmt.Fprintf(p.stdout, "A made-up webshop sends its %d customers to a mailer and to an analyst. The first of them,\nas the shop has it and as each of them gets it:\n\n", len(original)-1)
	table := tabwriter.NewWriter(p.stdout, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "COLUMN\tTHE SHOP\tTHE MAILER\tTHE ANALYST")
	for i, name := range original[0] {
		fmt.Fprintf(table, "%s\t%s\t%s\t%s\n", name, original[1][i], copies["mailer"][1][i], copies["analyst"][1][i])
	}
	table.Flush()
	fmt.Fprint(p.stdout, "\nThe two copies can't be joined: each recipient has tokens of its own. What the mailer's plan does:\n\n")
	if _, err := report.WriteTo(p.stdout); err != nil {
		return err
	}
	var back bytes.Buffer
	set := anonymize.Setting{Keys: ring, On: p.on, Domain: anonymize.Domain{Recipient: "mailer"}}
	if _, err := (anonymize.CSV{Policy: policy, Setting: set}).Reveal(ctx, reidentify.Because("demonstration on made-up data"), &back, &forMailer); err != nil {
		return err
	}
	revealed, err := csv.NewReader(&back).ReadAll()
	if err != nil {
		return err
	}
	same := 0
	for i := range original[0] {
		if original[1][i] == revealed[1][i] {
			same++
		}
	}
	fmt.Fprintf(p.stdout, "\nWith the key, %d of %d columns can be had back; the rest is gone from the copy. The key was made for this\nrun and is forgotten now. On a file of your own:\n\n", same, len(original[0]))
	fmt.Fprint(p.stdout, "  pseudonymize -new-keys keys.json\n  pseudonymize -init -keys keys.json -domain mailer in.csv > plan.json\n  pseudonymize -plan plan.json -keys keys.json in.csv > out.csv\n")
	return nil
}
