// Command pseudonymize treats the personal data in CSV and JSON Lines files by a plan.
//
//	pseudonymize                                        shows it on a made-up customer file
//	pseudonymize -new-keys keys.json                    makes a key, never over an existing file
//	pseudonymize -init [-keys keys.json] [-domain mailer] in.csv > plan.json
//	                                                    proposes a plan; what it is not sure of is redacted
//	pseudonymize -plan plan.json -keys keys.json [-domain mailer] in.csv > out.csv
//	pseudonymize -reverse [-reason TEXT] -plan plan.json -keys keys.json out.csv > in.csv
//	pseudonymize -report -plan plan.json [-keys keys.json]
//
// The plan says by column what is done (see package anonymize), for whom, and pins the
// key by its fingerprint: with another key, or none, nothing is done. A file
// that ends in .jsonl or .ndjson has a JSON object on each line; -format says so of
// standard input, which is read when the file is "-". Nothing is written before
// plan, keys and header are found valid, and never a part of a row. Files of any size
// are treated in constant memory.
//
// The exit status is 0 when all is done; 1 when a row can't be treated, or reading or
// writing fails (the rows before it are written); 2 for bad arguments, a bad plan, a
// missing or other key, or a header that does not fit the plan.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"strings"
	"time"
	_ "time/tzdata" // zones on machines that have none
)

func main() {
	os.Exit(run(context.Background(), os.Args[1:], os.Stdin, os.Stdout, os.Stderr))
}

// Exit statuses.
const (
	done     = 0
	failed   = 1
	badUsage = 2
)

// usageError is an error that the caller must mend before anything can be done.
type usageError struct{ error }

func (e usageError) Unwrap() error { return e.error }

func usagef(format string, args ...any) error { return usageError{fmt.Errorf(format, args...)} }

const usage = `usage:
  pseudonymize                                          a demonstration
  pseudonymize -new-keys keys.json
  pseudonymize -init [-keys keys.json] [-domain mailer] in.csv > plan.json
  pseudonymize -plan plan.json -keys keys.json [-domain mailer] in.csv > out.csv
  pseudonymize -reverse [-reason TEXT] -plan plan.json -keys keys.json out.csv > in.csv
  pseudonymize -report -plan plan.json [-keys keys.json]
more:
  -format csv|jsonl       instead of by the file's name; "-" is standard input
  -comma C                the separator of a CSV file (tab, ";" or another); found out when not given
  -on 2026-11-24          the day on which ages are taken; today
  -hierarchy NAME=FILE    a hierarchy of the plan, in ARX's CSV form (may be repeated)
  -list NAME=FILE         a list of surrogates, one on each line (may be repeated)
  -progress               tells on standard error how far it is; the default on a terminal
`

// program is one call of the command.
type program struct {
	stdin          io.Reader
	stdout, stderr io.Writer

	plan, keys, newKeys, domain, format, comma, reason string
	begin, reverse, report, progress                   bool
	on                                                 time.Time
	hierarchies, lists                                 files
	file                                               string // "" when none was given
}

// files are flags of the form NAME=FILE.
type files map[string]string

func (f files) String() string { return "" }

func (f files) Set(text string) error {
	name, file, ok := strings.Cut(text, "=")
	if !ok || name == "" || file == "" {
		return errors.New("want NAME=FILE")
	}
	f[name] = file
	return nil
}

func run(ctx context.Context, args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	p := &program{stdin: stdin, stdout: stdout, stderr: stderr, hierarchies: files{}, lists: files{}}
	err := p.parse(args)
	if err == nil {
		err = p.command()(ctx)
	}
	switch {
	case err == nil:
		return done
	case errors.Is(err, flag.ErrHelp):
		fmt.Fprint(stdout, usage)
		return done
	}
	fmt.Fprintln(stderr, "pseudonymize:", err)
	if _, bad := errors.AsType[usageError](err); bad {
		return badUsage
	}
	return failed
}

func (p *program) parse(args []string) error {
	set := flag.NewFlagSet("pseudonymize", flag.ContinueOnError)
	set.SetOutput(io.Discard)
	set.StringVar(&p.plan, "plan", "", "")
	set.StringVar(&p.keys, "keys", "", "")
	set.StringVar(&p.newKeys, "new-keys", "", "")
	set.StringVar(&p.domain, "domain", "", "")
	set.StringVar(&p.format, "format", "", "")
	set.StringVar(&p.comma, "comma", "", "")
	set.StringVar(&p.reason, "reason", "pseudonymize -reverse", "")
	set.BoolVar(&p.begin, "init", false, "")
	set.BoolVar(&p.reverse, "reverse", false, "")
	set.BoolVar(&p.report, "report", false, "")
	set.BoolVar(&p.progress, "progress", terminal(p.stderr), "")
	set.Var(p.hierarchies, "hierarchy", "")
	set.Var(p.lists, "list", "")
	set.Func("on", "", func(text string) (err error) {
		p.on, err = time.Parse(time.DateOnly, text)
		return err
	})
	if err := set.Parse(args); err != nil {
		if errors.Is(err, flag.ErrHelp) {
			return err
		}
		return usagef("%w\n%s", err, usage)
	}
	if p.on.IsZero() {
		p.on = time.Now()
	}
	if set.NArg() > 1 {
		return usagef("one file at a time; flags stand before it\n%s", usage)
	}
	p.file = set.Arg(0)
	return p.consistent(len(args) == 0)
}

// consistent finds what does not go together.
func (p *program) consistent(bare bool) error {
	modes := 0
	for _, on := range []bool{p.newKeys != "", p.begin, p.reverse, p.report} {
		if on {
			modes++
		}
	}
	switch {
	case bare:
		return nil
	case modes > 1:
		return usagef("-new-keys, -init, -reverse and -report exclude each other")
	case p.newKeys != "":
		if p.file != "" || p.plan != "" || p.keys != "" {
			return usagef("-new-keys takes nothing else")
		}
		return nil
	case p.begin:
		if p.plan != "" {
			return usagef("-init makes a plan and takes none")
		}
	case p.plan == "":
		return usagef("which plan? give -plan, or make one with -init\n%s", usage)
	}
	if p.file == "" && !p.report {
		return usagef("which file? give its name, or - for standard input\n%s", usage)
	}
	if p.format == "" {
		p.format = "csv"
		if strings.HasSuffix(p.file, ".jsonl") || strings.HasSuffix(p.file, ".ndjson") {
			p.format = "jsonl"
		}
	}
	if p.format != "csv" && p.format != "jsonl" {
		return usagef("-format is csv or jsonl")
	}
	return nil
}

func (p *program) command() func(context.Context) error {
	switch {
	case p.newKeys != "":
		return p.makeKeys
	case p.begin:
		return p.propose
	case p.report:
		return p.describe
	case p.plan != "":
		return p.treat
	}
	return p.demonstrate
}

// terminal reports whether w is one.
func terminal(w io.Writer) bool {
	f, ok := w.(*os.File)
	if !ok {
		return false
	}
	info, err := f.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0
}
