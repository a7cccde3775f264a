// Command prove keeps a consent ledger in a file, and proves what is in it.
//
//	prove show [-json] [-lang en|nl]           the subjects, their events and where they stand
//	prove export SUBJECT > proof.txt           proofs of a subject's events
//	prove verify -key prove.pub proof.txt      checks them, and reads nothing else
//	prove erase [-keep YEARS] SUBJECT          destroys a person's data; the proofs stay
//	prove claim ADDRESS > claim.txt            the events of an erased person, for who shows the address
//	prove tamper SUBJECT                       changes proofs and database, and shows that it is found
//
// The ledger is prove.db (SQLite), its secrets are prove.key (mode 0600), its public key is prove.pub, in the
// current folder; the first use makes them and fills them with the story of a few customers.
//
// The exit status is 0 when all holds; 1 when something does not, or can't be read; 2 for bad arguments.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"slices"
	"strconv"
	"time"
	_ "time/tzdata" // zones on machines that have none

	"github.com/grondslag/grondslag/basis"
	"github.com/grondslag/grondslag/consent"
)

func main() {
	os.Exit(run(os.Args[1:], ".", os.Stdin, os.Stdout, os.Stderr))
}

// Exit statuses.
const (
	done     = 0
	failed   = 1
	badUsage = 2
)

// usageError is an error of the caller.
type usageError struct{ error }

func usagef(format string, args ...any) error { return usageError{fmt.Errorf(format, args...)} }

const usage = `usage:
  prove show [-json] [-lang en|nl]
  prove export SUBJECT > proof.txt
  prove verify -key prove.pub proof.txt
  prove erase [-keep YEARS] SUBJECT
  prove claim ADDRESS > claim.txt
  prove tamper SUBJECT
`

// program is one call of the command.
type program struct {
	folder         string
	stdin          io.Reader
	stdout, stderr io.Writer
	args           []string
}

// run is the program, with its files in the folder.
func run(args []string, folder string, stdin io.Reader, stdout, stderr io.Writer) int {
	commands := map[string]func(*program, context.Context) error{
		"show": (*program).show, "export": (*program).export, "verify": (*program).verify,
		"erase": (*program).erase, "claim": (*program).claim, "tamper": (*program).tamper,
	}
	if len(args) > 0 && slices.Contains([]string{"help", "-h", "-help", "--help"}, args[0]) {
		fmt.Fprint(stdout, usage)
		return done
	}
	var command func(*program, context.Context) error
	if len(args) > 0 {
		command = commands[args[0]]
	}
	if command == nil {
		fmt.Fprint(stderr, usage)
		return badUsage
	}
	p := &program{folder: folder, stdin: stdin, stdout: stdout, stderr: stderr, args: args[1:]}
	err := command(p, context.Background())
	switch {
	case err == nil:
		return done
	case errors.Is(err, flag.ErrHelp):
		fmt.Fprint(stdout, usage)
		return done
	}
	fmt.Fprintln(stderr, "prove:", err)
	if _, bad := errors.AsType[usageError](err); bad {
		fmt.Fprint(stderr, usage)
		return badUsage
	}
	return failed
}

// flags parses the flags of a command, which may stand on either side of its one argument, if it has one.
func (p *program) flags(name string, arguments int, define func(*flag.FlagSet)) ([]string, error) {
	set := flag.NewFlagSet(name, flag.ContinueOnError)
	set.SetOutput(io.Discard)
	define(set)
	var rest []string
	for args := p.args; ; {
		if err := set.Parse(args); err != nil {
			if errors.Is(err, flag.ErrHelp) {
				return nil, err
			}
			return nil, usagef("%s: a flag that it does not have, or a value that the flag does not take", name) // what was typed can be an address
		}
		if set.NArg() == 0 {
			break
		}
		rest = append(rest, set.Arg(0))
		args = set.Args()[1:]
	}
	if len(rest) != arguments {
		return nil, usagef("%s takes %d argument(s), and got %d", name, arguments, len(rest))
	}
	return rest, nil
}

func noFlags(*flag.FlagSet) {}

// with runs a command that takes one argument and works on the ledger.
func (p *program) with(ctx context.Context, name string, define func(*flag.FlagSet), do func(l *ledger, argument string) error) error {
	args, err := p.flags(name, 1, define)
	if err != nil {
		return err
	}
	l, err := p.open(ctx)
	if err != nil {
		return err
	}
	defer l.close()
	return do(l, args[0])
}

// prove returns the proofs of a subject.
func (l *ledger) prove(ctx context.Context, subject basis.Subject) ([]byte, error) {
	file, err := l.ProvePerson(ctx, subject)
	if errors.Is(err, consent.ErrUnknown) {
		err = errors.New("nothing is recorded of this subject: it was never there, or it was erased (see: prove show)")
	}
	return file, err
}

func (p *program) export(ctx context.Context) error {
	return p.with(ctx, "export", noFlags, func(l *ledger, subject string) error {
		file, err := l.prove(ctx, basis.Subject(subject))
		if err != nil {
			return err
		}
		_, err = p.stdout.Write(file)
		return err
	})
}

func (p *program) erase(ctx context.Context) error {
	keep := 5
	define := func(s *flag.FlagSet) {
		s.Func("keep", "years that a capsule is kept", func(text string) error {
			years, err := strconv.Atoi(text)
			if err != nil || years < 0 || years > 100 {
				return errors.New("want 0 to 100 years")
			}
			keep = years
			return nil
		})
	}
	return p.with(ctx, "erase", define, func(l *ledger, subject string) error {
		return p.eraseOne(ctx, l, basis.Subject(subject), keep)
	})
}

func (p *program) eraseOne(ctx context.Context, l *ledger, subject basis.Subject, keep int) error {
	how := consent.Erasing{Actor: consent.Person}
	if keep > 0 {
		how.CapsulesUntil = time.Now().UTC().AddDate(keep, 0, 0)
	}
	values, err := l.values(ctx, subject)
	if err != nil {
		return err
	}
	gone, err := l.Erase(ctx, subject, how)
	if err != nil {
		return err
	}
	if err := l.sequence(ctx); err != nil {
		return err
	}
	if gone.Events == 0 {
		fmt.Fprintln(p.stdout, "nothing was recorded of this subject; it is marked as erased all the same, so that no import brings it")
		return nil
	}
	if err := p.search(values); err != nil {
		return err
	}
	fmt.Fprintf(p.stdout, "erased: the values, salts and links of %d events, under %d reference(s); none of the %d values is left in\n        the bytes of prove.db, and its write-ahead log was emptied\n", gone.Events, gone.References, len(values))
	fmt.Fprintf(p.stdout, "kept:   the proof that they took place, which says nothing of anyone, and keyed marks that keep imports out\n")
	if gone.Capsules > 0 {
		fmt.Fprintf(p.stdout, "        until %s a capsule of %d events, for who shows the address (prove claim): personal data still,\n        kept for legal claims under Art. 17(3)(e) GDPR\n", how.CapsulesUntil.Format(time.DateOnly), gone.Capsules)
	}
	if gone.Recipients > 0 {
		fmt.Fprintf(p.stdout, "to do:  %d message(s) to recipients in the outbox (Art. 19), which have the reference until they confirm\n", gone.Recipients)
	}
	fmt.Fprintf(p.stdout, "beyond: backups and copies of prove.db, and proofs that were handed out, are out of reach\n")
	return nil
}

func (p *program) claim(ctx context.Context) error {
	return p.with(ctx, "claim", noFlags, func(l *ledger, address string) error {
		claims, err := l.Claim(ctx, address)
		if err != nil {
			return err
		}
		if len(claims) == 0 {
			return errors.New("no capsule opens with this address: it is none of an erased person's, or its time has passed")
		}
		var files [][]byte
		for _, c := range claims {
			files = append(files, c.Proof)
		}
		bundle, err := l.bundle(files)
		if err != nil {
			return err
		}
		_, err = p.stdout.Write(bundle)
		return err
	})
}
