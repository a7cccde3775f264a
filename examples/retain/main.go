// Command retain answers how long data about people must or may be kept, and by when
// a request must be answered or a breach notified.
//
//	retain -rule NL-TAX -event 2018-03-15 [-at 2026-01-01] [-fy-end 06-30] [-zone Europe/Amsterdam] [-hold 2026-02-01..2027-03-10]
//	retain -period P1Y1M -from 2024-02-29 [-count event|whole] [-cut none|month|quarter|year|fy] [-fy-end 06-30] [-zone ZONE]
//	retain -cutoff -rule NL-TAX [-at 2025-12-31] [-fy-end 06-30] [-zone ZONE]
//	retain -due request -received 2026-03-05 -country NL [-regime eu|atw] [-extended] [-identity 2026-03-06..2026-03-10] [-zone ZONE]
//	retain -due notice -obtained 2026-03-05 -country NL [-contacted DAY] [-disclosed DAY] [-zone ZONE]
//	retain -due breach -aware 2026-03-27T14:18:30+01:00 [-zone ZONE]
//	retain -due breach_persons
//	retain -list [-country NL] [-at DAY] [-zone ZONE]
//	retain -plan schedule.json [-at DAY] [-html report.html] contacts.csv
//
// Each form also takes -json, one object per line, and -lang en or nl.
//
// A day is 2006-01-02, or an instant of RFC 3339, which becomes the civil day in -zone,
// else in the legal zone of the country of the rule, else in Europe/Amsterdam. The rules are those of package
// statute, by ID or ID/variant; -list has them all. An answer in JSON has these keys, each only where it has a value:
//
//	state        pending, active, restricted, held, due or done
//	last_day     the last day of the period, that day included
//	delete_from  the day after it, on which the data may go; absent while pending or held
//	cutoff       the last day of an event that is due; spans when that takes more than one
//	due          the last day, or instant, to act
//	rule, law    what decides
//	why          how it was computed, in words
//
// The exit status is 0 for an answer; 2 for bad arguments, with nothing on standard
// output; 1 for any other failure, such as a file that can't be read.
//
// Of a plan it prints references to subjects and no other personal data.
package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"time"
	_ "time/tzdata" // zones on machines that have none
)

func main() {
	os.Exit(run(os.Args[1:], time.Now(), os.Stdout, os.Stderr))
}

// Exit statuses.
const (
	done     = 0
	failed   = 1
	badUsage = 2
)

// usageError is an error of the caller: exit status 2.
type usageError struct{ error }

func (e usageError) Unwrap() error { return e.error }

func usagef(format string, args ...any) error { return usageError{fmt.Errorf(format, args...)} }

// program is what a form of the command works with.
type program struct {
	arguments
	words
	now            time.Time // gives the default of -at
	stdout, stderr io.Writer
}

// run is the program; now gives the default day of evaluation.
func run(args []string, now time.Time, stdout, stderr io.Writer) int {
	p := &program{now: now, stdout: stdout, stderr: stderr}
	form, err := p.parse(args)
	if errors.Is(err, errHelp) {
		_, err = io.WriteString(stdout, usage())
		form = nil
	}
	if err == nil && form != nil {
		err = form.run(p)
	}
	if err == nil {
		return done
	}
	fmt.Fprintln(stderr, "retain:", err)
	if _, ok := errors.AsType[usageError](err); ok {
		fmt.Fprintln(stderr, "Run retain -h for the forms.")
		return badUsage
	}
	return failed
}
