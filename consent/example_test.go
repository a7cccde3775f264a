package consent_test

import (
	"context"
	"fmt"
	"io"
	"log"
	"strings"
	"time"

	"golang.org/x/mod/sumdb/note"

	"github.com/grondslag/grondslag/basis"
	"github.com/grondslag/grondslag/basis/reconsent"
	"github.com/grondslag/grondslag/basis/reconsent/exports"
	"github.com/grondslag/grondslag/consent"
	"github.com/grondslag/grondslag/consent/proof"
)

// clockOf returns a clock on which each look is a second later.
func clockOf(start time.Time) func() time.Time {
	return func() time.Time {
		start = start.Add(time.Second)
		return start
	}
}

var (
	noon = time.Date(2026, 11, 24, 12, 0, 0, 0, time.UTC)

	form = consent.Notice{
		Text: []byte("Yes, mail me the newsletter. You can stop with the link in each mail."), MediaType: "text/plain; charset=utf-8",
		Language: "en", Version: "3", Controller: "De Gouden Velg", Withdrawal: "the link in each mail", Form: "shop.example/sign-up",
		Purposes: []consent.NoticePurpose{{ID: "newsletter", Categories: []string{"email address"}}},
	}

	ticked = consent.Evidence{
		Point: "piet@example.com", Binding: consent.LoggedIn, Action: consent.Active, Session: "shop.example/sign-up v3",
		Bundled: consent.No, Conditional: consent.No, WithdrawalTold: consent.Yes, Imbalance: consent.No,
	}
)

// shop opens a ledger in memory and publishes the form.
func shop(ctx context.Context) (*consent.Ledger, consent.NoticeHash, proof.Policy) {
	keys, err := consent.NewKeys([]byte(strings.Repeat("k", 32))) // 32 random bytes, kept apart from the database
	check(err)
	private, public, err := proof.GenerateKey("shop.example/consent")
	check(err)
	signer, err := note.NewSigner(private)
	check(err)
	policy, err := proof.NewPolicy(public)
	check(err)
	ledger, err := consent.Open(ctx, consent.Config{
		Store: &consent.Memory{}, Keys: keys, Now: clockOf(noon), Zone: "Europe/Amsterdam", Policy: policy, Signers: []note.Signer{signer},
	})
	check(err)
	hash, err := ledger.Publish(ctx, form, noon)
	check(err)
	return ledger, hash, policy
}

func check(err error) {
	if err != nil {
		log.Fatal(err)
	}
}

func ExampleLedger_Give() {
	ctx := context.Background()
	ledger, hash, _ := shop(ctx)
	q := consent.Query{Subject: "c-42", Purpose: "newsletter", Channel: basis.Email, At: noon.Add(time.Hour)}
	show := func() {
		d, err := ledger.Decide(ctx, q)
		check(err)
		fmt.Println(d.State, d.Consented(), d.NotObjected(), d.Why().Text.En)
	}
	show()
	_, err := ledger.Give(ctx, consent.Event{
		Subject: "c-42", Purpose: "newsletter", Channel: basis.Email, Notice: hash, Evidence: ticked,
	})
	check(err)
	show()
	_, err = ledger.Withdraw(ctx, consent.Event{Subject: "c-42"}) // from everything
	check(err)
	show()
	// Output:
	// none false true Nothing is recorded for this purpose over this channel.
	// given true true Valid consent is in force.
	// withdrawn false false The person withdrew the consent.
}

func ExampleLedger_Prove() {
	ctx := context.Background()
	ledger, hash, policy := shop(ctx)
	id, err := ledger.Give(ctx, consent.Event{
		Subject: "c-42", Purpose: "newsletter", Channel: basis.Email, Notice: hash, Evidence: ticked,
	})
	check(err)
	_, err = ledger.Prove(ctx, id)
	fmt.Println(err)
	_, err = ledger.Sequence(ctx) // a Sequencer does it each second
	check(err)
	file, err := ledger.Prove(ctx, id)
	check(err)

	// Anyone, years later, with the public key alone:
	v, err := policy.Verify(file)
	check(err)
	text, err := consent.ParseNotice(v.Notice)
	check(err)
	fmt.Printf("%s %s %s: %s\n", v.Fields["subject"], v.Body.Type, v.Body.Purpose, text.Text)
	// Output:
	// consent: the event is recorded, and not provable yet
	// "c-42" given newsletter: Yes, mail me the newsletter. You can stop with the link in each mail.
}

func ExampleLedger_Erase() {
	ctx := context.Background()
	ledger, hash, policy := shop(ctx)
	e := consent.Event{Subject: "c-42", Purpose: "newsletter", Channel: basis.Email, Notice: hash, Evidence: ticked}
	id, err := ledger.Give(ctx, e)
	check(err)
	done, err := ledger.Erase(ctx, "c-42", consent.Erasing{Actor: consent.Person, CapsulesUntil: noon.AddDate(5, 0, 0)})
	check(err)
	fmt.Println("events", done.Events, "capsules", done.Capsules)
	_, err = ledger.Sequence(ctx)
	check(err)

	// What is left proves that someone consented, and says nothing of whom.
	file, err := ledger.Prove(ctx, id)
	check(err)
	v, err := policy.Verify(file)
	check(err)
	fmt.Println(v.Body.Type, v.Body.Purpose, len(v.Fields))

	// "I never signed up": the claimant shows the address, we show the event.
	claims, err := ledger.Claim(ctx, "Piet@Example.com")
	check(err)
	fmt.Println(len(claims), claims[0].Event.ID == id, claims[0].Event.Occurred.Format(time.DateOnly))

	_, err = ledger.Give(ctx, e)
	fmt.Println(err)
	// Output:
	// events 1 capsules 1
	// given newsletter 0
	// 1 true 2026-11-24
	// consent: the reference was erased, a grant needs a new one
}

// What an export of another system says is recorded, and counts for what it proves.
func ExampleLedger_Import() {
	ctx := context.Background()
	ledger, _, _ := shop(ctx)
	table, err := reconsent.NewTable(reconsent.Controller{Country: "NL"}, noon)
	check(err)
	const csv = "Email Address,OPTIN_TIME,OPTIN_IP,CONFIRM_TIME,CONFIRM_IP\n" +
		"jan@example.com,2024-01-02 10:00:00,192.0.2.1,2024-01-02 10:05:00,192.0.2.1\n" +
		"piet@example.com,2024-01-03 10:00:00,192.0.2.7,2024-01-03 10:05:00,192.0.2.7\n"
	open := func() (io.ReadCloser, error) { return io.NopCloser(strings.NewReader(csv)), nil }
	file, err := exports.Open("subscribed.csv", open, exports.Config{
		Purposes: []exports.Purpose{{ID: "newsletter", Kind: basis.DirectMarketing, Channels: []basis.Channel{basis.Email}}},
	})
	check(err)
	// Piet objected long ago, and was erased since: his address is on the suppression list.
	check(ledger.Suppress(ctx, "Piet@example.com", "", "", consent.Objected, noon.AddDate(-1, 0, 0)))
	how := consent.Importing{
		Table: table, Zone: "UTC",
		Who: func(f *reconsent.Facts) (basis.Subject, string) {
			return basis.Subject(fmt.Sprintf("mc-%d", f.Origin.Row)), f.Contact
		},
	}
	report, err := ledger.Import(ctx, file.All(table), how)
	check(err)
	fmt.Println(report.Rows, "rows,", report.Events[consent.Imported], "recorded")
	for _, s := range report.Skipped {
		fmt.Println(s.File, "row", s.Row, s.Why, s.Said)
	}
	d, err := ledger.Decide(ctx, consent.Query{Subject: "mc-1", Purpose: "newsletter", Channel: basis.Email, At: noon.Add(time.Hour)})
	check(err)
	fmt.Println(d.State) // no wording: it proves nothing
	report, err = ledger.Import(ctx, file.All(table), how)
	check(err)
	fmt.Println("again:", report.Events[consent.Imported], "recorded,", report.Known, "known")
	// Output:
	// 2 rows, 1 recorded
	// subscribed.csv row 2 suppressed objected
	// unproven
	// again: 0 recorded, 1 known
}
