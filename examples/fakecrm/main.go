// Command fakecrm writes made-up exports of customer systems to its standard output:
// any number of contacts, in the form of HubSpot, Mailchimp, Salesforce and others.
// The same flags give the same bytes on every machine.
//
//	fakecrm -n 1000000 -format hubspot -seed 1 > contacts.csv
//
// The flags:
//
//	-format name   what to write; hubspot unless given, -h lists all
//	-n rows        how many contacts; 1000 unless given
//	-seed number   which contacts; 1 unless given
//
// Contact k of a seed is one person, with one e-mail address, in all formats: files
// of the same seed are about the same people. The manual of package
// examples/internal/fake says what is in the files. No address or number in them
// can reach anyone.
//
// The exit status is 0, 1 when the output can't be written (such as to a closed
// pipe), or 2 for flags that make no sense. All messages go to the standard error.
package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"slices"
	"syscall"

	"github.com/grondslag/grondslag/examples/internal/fake"
)

func main() {
	// A closed pipe is an error to report and not the end by a signal.
	signal.Ignore(syscall.SIGPIPE)
	os.Exit(run(os.Args[1:], os.Stdout, os.Stderr))
}

func run(args []string, stdout, stderr io.Writer) int {
	flags := flag.NewFlagSet("fakecrm", flag.ContinueOnError)
	flags.SetOutput(stderr)
	format := flags.String("format", string(fake.HubSpot), "`name` of the format")
	n := flags.Int("n", 1000, "how many `rows`")
	seed := flags.Uint64("seed", 1, "`number` that chooses the contacts")
	flags.Usage = func() { usage(stderr, flags) }
	switch err := flags.Parse(args); {
	case errors.Is(err, flag.ErrHelp):
		return 0
	case err != nil:
		return 2
	}
	bad := func(format string, args ...any) int {
		fmt.Fprintf(stderr, "fakecrm: "+format+"; see fakecrm -h\n", args...)
		return 2
	}
	switch {
	case flags.NArg() > 0:
		return bad("unexpected %q", flags.Arg(0))
	case *n < 0:
		return bad("-n %d is below 0", *n)
	case !slices.Contains(fake.Formats(), fake.Format(*format)):
		return bad("no format is called %q", *format)
	}
	if err := fake.Write(stdout, fake.Format(*format), *n, *seed); err != nil {
		fmt.Fprintln(stderr, "fakecrm:", err)
		return 1
	}
	return 0
}

func usage(stderr io.Writer, flags *flag.FlagSet) {
	fmt.Fprint(stderr, `fakecrm writes a made-up export of a customer system to standard output.

	fakecrm -n 1000000 -format hubspot -seed 1 > contacts.csv

`)
	flags.PrintDefaults()
	fmt.Fprint(stderr, "\nThe formats:\n\n")
	for _, f := range fake.Formats() {
		fmt.Fprintf(stderr, "  %s\n", f)
	}
}
