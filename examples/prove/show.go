package main

import (
	"cmp"
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"slices"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/grondslag/grondslag/basis"
	"github.com/grondslag/grondslag/consent"
)

// shown is a subject as -json prints it.
type shown struct {
	Subject basis.Subject   `json:"subject"`
	Stands  []standing      `json:"stands"`
	Events  []consent.Event `json:"events"`
}

type standing struct {
	Purpose basis.PurposeID `json:"purpose"`
	Channel basis.Channel   `json:"channel"`
	State   consent.State   `json:"state"`
	Allowed bool            `json:"allowed"`
	Why     string          `json:"why"`
	Article string          `json:"article"`
}

func (p *program) show(ctx context.Context) error {
	var asJSON bool
	var lang string
	if _, err := p.flags("show", 0, func(s *flag.FlagSet) {
		s.BoolVar(&asJSON, "json", false, "one object for each subject")
		s.StringVar(&lang, "lang", "en", "en or nl")
	}); err != nil {
		return err
	}
	if lang != "en" && lang != "nl" {
		return usagef("-lang is en or nl")
	}
	l, err := p.open(ctx)
	if err != nil {
		return err
	}
	defer l.close()
	head, _, err := l.Head(ctx)
	if err != nil {
		return err
	}
	for i, s := range subjects {
		one, err := l.look(ctx, s, lang)
		if err != nil {
			return err
		}
		if asJSON {
			if err := json.NewEncoder(p.stdout).Encode(one); err != nil {
				return err
			}
			continue
		}
		if i > 0 {
			fmt.Fprintln(p.stdout)
		}
		one.print(p.stdout, lang)
	}
	if !asJSON {
		fmt.Fprintf(p.stdout, "\n%s %d. prove export c-1 > proof.txt; prove verify -key prove.pub proof.txt\n", pick(lang, "Events in the log:", "Gebeurtenissen in het logboek:"), head.Size)
	}
	return nil
}

func pick(lang, en, nl string) string {
	if lang == "nl" {
		return nl
	}
	return en
}

// look collects what is known of a subject, and of who is merged with it.
func (l *ledger) look(ctx context.Context, s basis.Subject, lang string) (shown, error) {
	events, err := l.History(ctx, s)
	if err != nil {
		return shown{}, err
	}
	out := shown{Subject: s, Events: events}
	seen := map[string]bool{}
	for _, e := range events {
		if e.Subject != s || e.Purpose == "" || seen[string(e.Purpose)+" "+string(e.Channel)] {
			continue
		}
		seen[string(e.Purpose)+" "+string(e.Channel)] = true
		x, err := l.Explain(ctx, consent.Query{Subject: s, Purpose: e.Purpose, Channel: e.Channel, At: time.Now()})
		if err != nil {
			return shown{}, err
		}
		why := pick(lang, x.Reason.Text.En, x.Reason.Text.Nl)
		if i := slices.IndexFunc(x.Findings, func(f basis.Finding) bool { return f.Severity == basis.SeverityError }); i >= 0 {
			why += " " + pick(lang, x.Findings[i].Text.En, x.Findings[i].Text.Nl)
		}
		out.Stands = append(out.Stands, standing{e.Purpose, e.Channel, x.Decision.State, x.Decision.Consented(), why, x.Reason.Article})
	}
	slices.SortFunc(out.Stands, func(a, b standing) int { return cmp.Compare(a.Purpose, b.Purpose) })
	return out, nil
}

func (s *shown) print(w io.Writer, lang string) {
	fmt.Fprintln(w, s.Subject)
	if len(s.Events) == 0 {
		fmt.Fprintln(w, pick(lang, "  nothing is recorded: erased", "  er is niets vastgelegd: gewist"))
		return
	}
	for _, one := range s.Stands {
		fmt.Fprintf(w, "  %s %s: %s\n", one.Purpose, one.Channel, strings.ToUpper(string(one.State)))
		for _, line := range wrap(one.Why+" ("+one.Article+")", 92) {
			fmt.Fprintf(w, "      %s\n", line)
		}
	}
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	for i := range s.Events {
		e := &s.Events[i]
		about := strings.TrimSpace(string(e.Purpose) + " " + string(e.Channel))
		switch {
		case e.Type == consent.Merged:
			about = string(e.Subject + " = " + e.With)
		case about == "":
			about = pick(lang, "everything", "alles")
		}
		if e.Subject != s.Subject && e.Type != consent.Merged {
			about += " (" + string(e.Subject) + ")"
		}
		fmt.Fprintf(t, "    %s\t%s\t%s\t%s\t%s\n", e.Occurred.In(zone(e.Zone)).Format("2006-01-02 15:04 MST"), e.Type, about, e.Actor, e.ID.String()[:8])
	}
	t.Flush()
}

func zone(name string) *time.Location {
	if loc, err := time.LoadLocation(name); err == nil {
		return loc
	}
	return time.UTC
}

// wrap breaks text at spaces into lines of at most width letters.
func wrap(text string, width int) (lines []string) {
	line := ""
	for word := range strings.FieldsSeq(text) {
		for r := []rune(word); len(r) > width; r = []rune(word) { // a long address or hash
			if line != "" {
				lines, line = append(lines, line), ""
			}
			lines, word = append(lines, string(r[:width])), string(r[width:])
		}
		if line != "" && len([]rune(line))+1+len([]rune(word)) > width {
			lines, line = append(lines, line), ""
		}
		line = strings.TrimSpace(line + " " + word)
	}
	if line == "" && len(lines) > 0 {
		return lines
	}
	return append(lines, line)
}
