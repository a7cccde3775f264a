package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/grondslag/grondslag/basis/reconsent/exports"
)

// options are the command line.
type options struct {
	policy, purpose, at, zone, sourceZone, tokenKey string
	ledger, ledgerKey                               string
	lang, format, html, progress                    string
	from                                            exports.Product
	exitCode, policyInit                            bool
	files                                           []string
}

var errHelp = flag.ErrHelp

// parseFlags reads the command line; flags may stand between and after files.
func parseFlags(args []string, stderr io.Writer) (*options, error) {
	o := &options{}
	var from string
	fs := flag.NewFlagSet("audit", flag.ContinueOnError)
	fs.SetOutput(stderr)
	fs.StringVar(&o.policy, "policy", "", "the `file` that describes controller, purposes and columns; see -policy-init")
	fs.StringVar(&from, "from", "auto", "the `format` of the files: auto, "+strings.Join(exports.Product("").Values(), ", "))
	fs.StringVar(&o.purpose, "purpose", "", "judge for this `purpose` alone")
	fs.StringVar(&o.at, "at", "", "the `day` of evaluation, such as 2026-11-24 (default today)")
	fs.StringVar(&o.zone, "zone", "", "the controller's time `zone` (default the policy's, else Europe/Amsterdam)")
	fs.StringVar(&o.sourceZone, "source-zone", "", "the `zone` of times without one in the files (default -zone)")
	fs.StringVar(&o.tokenKey, "token-key", "", "a `file` with the key of the tokens that stand for addresses (default a key of this run)")
	fs.StringVar(&o.ledger, "ledger", "", "a consent ledger, the `file` of SQLite that prove keeps: alone it is audited, with FILE it adds what it proves of their contacts")
	fs.StringVar(&o.ledgerKey, "ledger-key", "", "the `file` with the secret of the ledger (default that of -ledger with the extension key); its public key is beside it")
	fs.BoolVar(&o.exitCode, "exit-code", false, "exit with 3 when something must be done")
	fs.StringVar(&o.lang, "lang", "en", "the `language` of the answer: en or nl")
	fs.StringVar(&o.format, "format", "text", "the `form` of the answer: text, json, jsonl (a line per contact) or csv")
	fs.StringVar(&o.html, "html", "", "also write a report as one HTML `file`")
	fs.StringVar(&o.progress, "progress", "auto", "show progress on standard error: auto, on or off")
	fs.BoolVar(&o.policyInit, "policy-init", false, "print a commented policy to start from")
	fs.Usage = func() {
		fmt.Fprintln(stderr, "Must I ask my whole database for consent again? audit [flags] FILE...")
		fmt.Fprintln(stderr, "Without FILE and -ledger it audits the exports of a made-up webshop.")
		fs.PrintDefaults()
	}
	for {
		if err := fs.Parse(args); err != nil {
			if errors.Is(err, flag.ErrHelp) {
				return nil, errHelp
			}
			return nil, usageError{err}
		}
		if fs.NArg() == 0 {
			break
		}
		o.files = append(o.files, fs.Arg(0))
		args = fs.Args()[1:]
	}
	if from != "auto" {
		if o.from = exports.Product(from); !o.from.Valid() {
			return nil, usagef("-from %q is not a format: auto, %s", from, strings.Join(o.from.Values(), ", "))
		}
	}
	for _, c := range []struct {
		name, value string
		list        []string
	}{
		{"-lang", o.lang, []string{"en", "nl"}},
		{"-format", o.format, []string{"text", "json", "jsonl", "csv"}},
		{"-progress", o.progress, []string{"auto", "on", "off"}},
	} {
		if !slices.Contains(c.list, c.value) {
			return nil, usagef("%s %q is not one of %s", c.name, c.value, strings.Join(c.list, ", "))
		}
	}
	if o.ledgerKey != "" && o.ledger == "" {
		return nil, usagef("-ledger-key needs -ledger")
	}
	return o, nil
}
