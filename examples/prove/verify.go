package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"
	"unicode"

	"github.com/grondslag/grondslag/consent"
	"github.com/grondslag/grondslag/consent/proof"
)

// verify reads a key and a file, and nothing else.
func (p *program) verify(context.Context) error {
	key := ""
	args, err := p.flags("verify", 1, func(s *flag.FlagSet) { s.StringVar(&key, "key", "", "the public key of the log") })
	if err != nil {
		return err
	}
	if key == "" {
		return usagef("verify needs -key")
	}
	public, err := os.ReadFile(p.path(key))
	if err != nil {
		return unread("the key", err)
	}
	policy, err := proof.NewPolicy(strings.TrimSpace(string(public)))
	if err != nil {
		return fmt.Errorf("the file of -key: %w", err)
	}
	file, err := p.read(args[0])
	if err != nil {
		return err
	}
	proofs, err := check(policy, file)
	if err != nil {
		return fmt.Errorf("NOT PROVEN: %w", err)
	}
	report(p.stdout, proofs)
	return nil
}

func (p *program) path(name string) string {
	if filepath.IsAbs(name) {
		return name
	}
	return filepath.Join(p.folder, name)
}

// read reads a file, or standard input for "-", and no more of it than a bundle can have.
func (p *program) read(name string) ([]byte, error) {
	in := p.stdin
	if name != "-" {
		f, err := os.Open(p.path(name))
		if err != nil {
			return nil, unread("the proof", err)
		}
		defer f.Close()
		in = f
	}
	file, err := io.ReadAll(io.LimitReader(in, proof.MaxBundle+1))
	if err == nil && len(file) > proof.MaxBundle {
		err = errors.New("the file is larger than a proof can be")
	}
	return file, err
}

// unread is the error of a file without its name, which can be that of a person.
func unread(what string, err error) error {
	if e, ok := errors.AsType[*os.PathError](err); ok {
		err = e.Err
	}
	return fmt.Errorf("%s can't be read: %w", what, err)
}

// check verifies a file: one proof, or several under a signed list.
func check(policy proof.Policy, file []byte) ([]proof.Verified, error) {
	if bytes.HasPrefix(file, []byte("c2sp.org/tlog-proof@v1\n")) {
		one, err := policy.Verify(file)
		if err != nil {
			return nil, err
		}
		return []proof.Verified{*one}, content(one)
	}
	bundle, err := policy.VerifyBundle(file)
	if err != nil {
		return nil, err
	}
	for i := range bundle.Proofs {
		if err := content(&bundle.Proofs[i]); err != nil {
			return nil, err
		}
	}
	return bundle.Proofs, nil
}

// content holds a notice to its form: its hash is checked already.
func content(v *proof.Verified) error {
	if v.Notice == nil {
		return nil
	}
	_, err := consent.ParseNotice(v.Notice)
	return err
}

// report says in words what is proven, and what is not.
func report(w io.Writer, proofs []proof.Verified) {
	head := proofs[0].Checkpoint
	fmt.Fprintf(w, "PROVEN: %d event(s) in the log %s, of %d\n", len(proofs), head.Origin, head.Size)
	for i := range proofs {
		v := &proofs[i]
		fmt.Fprintf(w, "\n%x  %s\n", v.Body.ID[:4], sentence(&v.Body))
		if len(v.Fields) == 0 {
			fmt.Fprintln(w, "  whose, when and how: not disclosed, or erased")
		}
		for _, name := range []string{"subject", "with", "point", "occurred", "recorded", "actor", "of", "until", "binding", "action", "session", "terms", "child", "request", "refresh_by", "source", "lost"} {
			if value, ok := v.Fields[name]; ok {
				for j, line := range wrap(plain(value), 84) {
					if j > 0 {
						name = ""
					}
					fmt.Fprintf(w, "  %-10s %s\n", name, line)
				}
			}
		}
		if c := v.Claim; c != nil {
			fmt.Fprintf(w, "  %-10s %s opens it, at %s\n", "claim", printable(c.Address), time.Unix(c.Time, 0).UTC().Format(time.RFC3339))
		}
		if n, err := consent.ParseNotice(v.Notice); err == nil {
			fmt.Fprintf(w, "  shown      version %s, %s, by %s:\n", printable(n.Version), n.Language, printable(n.Controller))
			for line := range strings.Lines(string(n.Text)) {
				for _, l := range wrap(line, 84) {
					fmt.Fprintf(w, "             | %s\n", printable(l))
				}
			}
		}
	}
	fmt.Fprintln(w)
	for _, c := range head.Cosignatures {
		fmt.Fprintf(w, "The witness %s saw this log at %s.\n", c.Name, time.Unix(c.Time, 0).UTC().Format(time.RFC3339))
	}
	if len(head.Cosignatures) == 0 {
		fmt.Fprint(w, "Not proven: when. The owner alone signs this log, and could have written it anew; hold it against an\nolder checkpoint, or ask for one that a witness signed.\n")
	}
	fmt.Fprint(w, "Not proven: that the person did what was recorded, nor, beyond the owner's word, that nothing else was\nrecorded of the person.\n")
}

// plain prints a value as people write it.
func plain(value json.RawMessage) string {
	var s string
	if json.Unmarshal(value, &s) == nil {
		return printable(s)
	}
	var m map[string]any
	if json.Unmarshal(value, &m) == nil {
		var parts []string
		d := json.NewDecoder(bytes.NewReader(value))
		d.Token()
		for d.More() {
			name, err := d.Token()
			if err != nil {
				break
			}
			var v any
			if d.Decode(&v) != nil {
				break
			}
			parts = append(parts, fmt.Sprintf("%v %v", name, v))
		}
		return printable(strings.Join(parts, ", "))
	}
	return printable(string(value))
}

// printable keeps what could steer a terminal out.
func printable(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || unicode.Is(unicode.Cf, r) || r == 0x2028 || r == 0x2029 { // Cf turns the direction of text
			return '?'
		}
		return r
	}, s)
}
