package retention_test

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/grondslag/grondslag/retention"
)

func exampleKey() retention.PseudonymKey {
	k, err := retention.NewPseudonymKey([]byte("32 bytes: take them from a vault"))
	if err != nil {
		panic(err)
	}
	return k
}

// A job deleted twelve invoices, and says so in a log that goes on for years.
func ExampleChain_Append() {
	day := func(s string) retention.Date { d, _ := retention.ParseDate(s); return d }
	backup := retention.Backup{Window: retention.Period{Days: 35}}
	rule := &retention.Rule{
		ID: "NL-TAX", Law: "AWR 52(4)", Kind: retention.Minimum, Events: []retention.Event{retention.Drafted},
		Terms: []retention.Term{{Period: retention.Period{Months: 7 * 12}, Cut: retention.CutYear}},
	}
	today := day("2024-03-01")
	lapse := rule.At(retention.History{{Event: retention.Drafted, On: day("2016-05-04")}}, today, retention.FinancialYear{})

	c := retention.NewCertificate(rule, lapse)
	c.Class, c.Executor = "invoice", "nightly-sweep"
	c.Decided, c.Done = time.Date(2024, 3, 1, 2, 30, 0, 0, time.UTC), today
	c.Action, c.Count = retention.Delete, 12
	c.BackupsUntil = backup.LastCopy(today)
	c.Recipients = []retention.Notification{{Recipient: "bookkeeper", State: retention.Told}}

	var file bytes.Buffer // opened for appending
	var chain retention.Chain
	number, err := chain.Append(&file, c)
	fmt.Println(number, err)
	fmt.Println(c)

	// Weeks later the bookkeeper answers.
	_, err = chain.Append(&file, retention.FollowUp{
		Of:           number,
		Notification: retention.Notification{Recipient: "bookkeeper", State: retention.Acknowledged},
		At:           time.Date(2024, 3, 20, 9, 0, 0, 0, time.UTC), Executor: "privacy-desk",
	})
	fmt.Println(err)
	fmt.Print(file.String())
	// Output:
	// 1 <nil>
	// Records of class invoice (12) were deleted on 2024-03-01 under rule NL-TAX (AWR 52(4)), whose last day was 2023-12-31; backups may hold copies through 2024-04-05; recipients that must still confirm: 1 of 1 (GDPR 19).
	// <nil>
	// {"v":1,"n":1,"prev":"0000000000000000000000000000000000000000000000000000000000000000","type":"certificate","rule":"NL-TAX","term":1,"law":"AWR 52(4)","class":"invoice","event":"drafted","on":"2016-05-04","last_day":"2023-12-31","decided":"2024-03-01T02:30:00Z","done":"2024-03-01","action":"delete","count":12,"by":"nightly-sweep","backups_until":"2024-04-05","recipients":[{"recipient":"bookkeeper","state":"told"}],"hash":"18e651d31fcf0fc37dcd367566c72656e99be8a85d1d97b8a0876453f82b75e1"}
	// {"v":1,"n":2,"prev":"18e651d31fcf0fc37dcd367566c72656e99be8a85d1d97b8a0876453f82b75e1","type":"follow_up","of":1,"recipient":"bookkeeper","state":"acknowledged","at":"2024-03-20T09:00:00Z","by":"privacy-desk","hash":"1f9a22ea963c767d8f401f4da014f79a6b1c9e7bde990ac238b1a17212b4c5e1"}
}

// exampleLog has one certificate and what followed.
func exampleLog() (log string, head retention.Head) {
	var file strings.Builder
	var chain retention.Chain
	done, _ := retention.ParseDate("2024-03-01")
	c := retention.Certificate{
		Rule: "SHOP-CUSTOMER", Class: "customer", Decided: time.Date(2024, 3, 1, 2, 30, 0, 0, time.UTC), Done: done,
		Action: retention.Anonymize, Count: 3, Executor: "nightly-sweep",
		Recipients: []retention.Notification{{Recipient: "mailer", State: retention.Told}, {Recipient: "printer", State: retention.Told}},
	}
	for _, e := range []retention.Entry{c, retention.FollowUp{
		Of: 1, Notification: retention.Notification{Recipient: "mailer", State: retention.Acknowledged}, At: c.Decided, Executor: "mailer-webhook",
	}} {
		if _, err := chain.Append(&file, e); err != nil {
			panic(err)
		}
	}
	return file.String(), chain.Head()
}

// Whoever kept the head finds out that the end of the log was removed.
func ExampleVerify() {
	log, known := exampleLog()
	fmt.Println(known)

	head, err := retention.Verify(strings.NewReader(log), retention.Head{}, known)
	fmt.Println(head == known, err)

	first, _, _ := strings.Cut(log, "\n")
	_, err = retention.Verify(strings.NewReader(first+"\n"), retention.Head{}) // in order in itself
	fmt.Println(err)
	_, err = retention.Verify(strings.NewReader(first+"\n"), retention.Head{}, known)
	fmt.Println(err)
	_, err = retention.Verify(strings.NewReader(strings.Replace(log, `"count":3`, `"count":2`, 1)), retention.Head{})
	fmt.Println(err)
	// Output:
	// grondslag-head 1 2 bbaaae18a21b829c782b539571b0ebac446e4b47cac6d69f3b1be02aa1419124
	// true <nil>
	// <nil>
	// retention: log line 2: the log ends after entry 1, and a known head is of entry 2: the end was removed
	// retention: log line 1: the hash is not that of the content: something in the entry was changed
}

// Which recipients have not confirmed yet that the data are gone?
func ExampleOutstanding() {
	log, known := exampleLog()
	var out retention.Outstanding
	for e, err := range retention.Entries(strings.NewReader(log), retention.Head{}, known) {
		if err != nil {
			fmt.Println(err)
			return
		}
		out.Add(e)
	}
	for _, c := range out.Certificates() {
		for _, n := range c.Recipients {
			fmt.Println(c.Number, n.Recipient, n.State)
		}
	}
	// Output:
	// 1 mailer acknowledged
	// 1 printer told
}

// After a restore, those who were erased since the backup are erased again.
func ExampleEraseList_Replay() {
	backup := retention.Backup{Window: retention.Period{Days: 35}}
	list, err := retention.NewEraseList(exampleKey(), backup)
	if err != nil {
		fmt.Println(err)
		return
	}
	erased, _ := retention.ParseDate("2024-03-01")
	if err := list.Add("customer", "c-42", erased); err != nil {
		fmt.Println(err)
		return
	}

	restored := slices.Values([]retention.Restored{{Class: "customer", Subject: "c-41"}, {Class: "customer", Subject: "c-42"}})
	for r, day := range list.Replay(restored) {
		fmt.Printf("erase %s %s again: gone since %s\n", r.Class, r.Subject, day)
	}

	last := backup.LastCopy(erased)
	fmt.Println("kept through", last, "dropped:", list.Prune(last), "then:", list.Prune(last+1))
	// Output:
	// erase customer c-42 again: gone since 2024-03-01
	// kept through 2024-04-05 dropped: 0 then: 1
}

func ExampleParseEraseList() {
	list, err := retention.NewEraseList(exampleKey(), retention.Backup{Window: retention.Period{Months: 1}})
	if err != nil {
		fmt.Println(err)
		return
	}
	text, err := list.MarshalText()
	fmt.Println(strings.Count(string(text), "\n"), "lines", err)

	list, err = retention.ParseEraseList(text, exampleKey())
	fmt.Println(list, err)
	other, _ := retention.NewPseudonymKey(bytes.Repeat([]byte{7}, 32))
	_, err = retention.ParseEraseList(text, other)
	fmt.Println(err)
	fmt.Println(exampleKey())
	// Output:
	// 4 lines <nil>
	// erase list of 0 entries <nil>
	// retention: the erase list is under another key
	// redacted
}

func ExampleBackup_LastCopy() {
	erased, _ := retention.ParseDate("2024-03-01")
	last := retention.Backup{Window: retention.Period{Days: 35}}.LastCopy(erased)
	fmt.Println("erased", erased, "- in backups through", last, "- fully erased on", last+1)
	// Output: erased 2024-03-01 - in backups through 2024-04-05 - fully erased on 2024-04-06
}

func ExampleCertificate_Check() {
	c := retention.Certificate{Rule: "SHOP-CUSTOMER", Class: "customer", Action: "purge"}
	fmt.Println(c.Check())
	// Output:
	// retention: certificate: no instant of the decision, or one outside years 1 to 9999
	// no day on which it was done
	// unknown action
	// nothing was done: want a count of 1 or more
	// the executor is no name of a role or job: ASCII letters, digits and _-.:/
	// the recipients are not stated, nor that there are none
}
