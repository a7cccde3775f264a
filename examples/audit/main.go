// Command audit answers the question that every firm with customer data meets:
// must I ask my whole database for consent again? (No, mostly.)
//
// It reads exports of CRM and mail programs and says, for each contact, purpose
// and channel, whether the use may go on as it is, must be asked for (and how),
// or must stop; which rule of law decided; and what else is due. Run it without
// arguments to see it answer for the exports of a made-up webshop that it ships.
//
//	audit [-policy policy.json] [-from auto|hubspot|mailchimp|salesforce|brevo|listmonk|google|outlook|substack|facts]
//	      [-purpose newsletter] [-at 2026-11-24] [-zone Europe/Amsterdam] [-source-zone ZONE] [-token-key FILE] [-exit-code]
//	      [-ledger prove.db] [-ledger-key prove.key]
//	      [-lang en|nl] [-format text|json|jsonl|csv] [-html report.html] [-progress auto|on|off] FILE...
//	audit -policy-init > policy.json
//
// With -ledger alone it audits a consent ledger, such as the program prove keeps; with files it
// adds to their contacts, by id or address, the consent that the ledger proves and the refusals that it
// holds. A ledger that does not hold as a whole ([consent.Ledger.Verify]) is refused.
//
// Nothing it prints holds a name, address or number: a contact is its id, and
// where the id is an address, a keyed token.
//
// The exit status is 0 when the audit was completed, also with some broken rows;
// 2 for bad usage or a file that can't be read; 1 for any other failure; and with
// -exit-code 3 when something must be done.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"runtime/debug"
	"time"
	_ "time/tzdata" // zones on machines that have none
)

func main() {
	// What lives long is small, and so is what each row leaves behind: collecting it
	// more often costs little and keeps memory down.
	debug.SetGCPercent(40)
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	status := run(ctx, os.Args[1:], time.Now(), os.Stdout, os.Stderr)
	stop()
	os.Exit(status)
}

// Exit statuses.
const (
	done         = 0
	failed       = 1
	badUsage     = 2
	actionNeeded = 3
)

// usageError is an error of the caller: exit status 2.
type usageError struct{ error }

func (e usageError) Unwrap() error { return e.error }

func usagef(format string, args ...any) error { return usageError{fmt.Errorf(format, args...)} }

// run is the program; now gives the default day of evaluation.
func run(ctx context.Context, args []string, now time.Time, stdout, stderr io.Writer) int {
	o, err := parseFlags(args, stderr)
	if errors.Is(err, errHelp) {
		return done
	}
	if err == nil && o.policyInit {
		_, err = stdout.Write(initialPolicy)
		return status(err, stderr)
	}
	var s *summary
	if err == nil {
		s, err = audit(ctx, o, now, stdout, stderr)
	}
	if err != nil {
		return status(err, stderr)
	}
	if o.exitCode && s.actionNeeded() {
		return actionNeeded
	}
	return done
}

func status(err error, stderr io.Writer) int {
	if err == nil {
		return done
	}
	if errors.Is(err, context.Canceled) {
		err = errors.New("interrupted; no report was written")
	}
	fmt.Fprintln(stderr, "audit:", err)
	if _, ok := errors.AsType[usageError](err); ok {
		return badUsage
	}
	return failed
}
