package main

import (
	"context"
	"errors"
	"time"

	"github.com/grondslag/grondslag/basis"
	"github.com/grondslag/grondslag/consent"
)

// storyClock tells the time of the story while it is written, and real time afterwards.
type storyClock struct{ at time.Time }

func (c *storyClock) now() time.Time {
	if c.at.IsZero() {
		return time.Now()
	}
	c.at = c.at.Add(time.Second)
	return c.at
}

// subjects are those of the story, in order.
var subjects = []basis.Subject{"c-1", "c-2", "c-3", "c-4", "c-5", "c-6"}

func form(version string, supersedes consent.NoticeHash, change consent.Change, text string) consent.Notice {
	return consent.Notice{
		Text: []byte(text), MediaType: "text/plain; charset=utf-8", Language: "en", Version: version, Controller: "De Gouden Velg",
		Withdrawal: "the link in each mail", Form: "goudenvelg.example/sign-up", Supersedes: supersedes,
		Recipients: []basis.Recipient{"mail-tool"},
		Purposes: []consent.NoticePurpose{
			{ID: "newsletter", Categories: []string{"e-mail address"}, Change: change},
			{ID: "offers", Categories: []string{"e-mail address"}, Change: change},
		},
	}
}

// begin writes the story into an empty ledger. It goes on where an interrupted one stopped.
func (l *ledger) begin(ctx context.Context, clock *storyClock) error {
	_, _, err := l.Head(ctx)
	if err == nil || !errors.Is(err, consent.ErrUnknown) {
		return err // the story is sealed with the first head
	}
	defer func() { clock.at = time.Time{} }()
	day := func(month time.Month, d, hour int) { clock.at = time.Date(2026, month, d, hour, 0, 0, 0, time.UTC) }
	day(time.January, 5, 9)
	first, err := l.Publish(ctx, form("1", consent.NoticeHash{}, "", "[ ] Yes, mail me the newsletter of De Gouden Velg. [ ] Yes, mail me offers.\nYou can stop at any time with the link in each mail."), clock.at)
	if err != nil {
		return err
	}
	s := story{l: l, ctx: ctx, first: first}

	day(time.February, 3, 10)
	asked := s.record("c-1 asked", consent.Event{Type: consent.Requested, Subject: "c-1", Evidence: typed("piet@example.com")})
	day(time.February, 3, 11)
	s.record("c-1 confirmed", consent.Event{Type: consent.Confirmed, Subject: "c-1", Of: asked, Evidence: mailbox("piet@example.com")})
	day(time.February, 10, 14)
	s.record("c-2 given", consent.Event{Type: consent.Given, Subject: "c-2", Evidence: mailbox("els@example.com")})
	day(time.March, 1, 16)
	s.record("c-3 given", consent.Event{Type: consent.Given, Subject: "c-3", Evidence: mailbox("mo@example.org")})
	day(time.March, 12, 12)
	s.record("c-4 given", consent.Event{Type: consent.Given, Subject: "c-4", Evidence: mailbox("ans@example.net")})
	day(time.March, 15, 10)
	s.record("c-6 given", consent.Event{Type: consent.Given, Subject: "c-6", Evidence: mailbox("mo@work.example")})

	// A paper form, filled in on 9 March and typed in three weeks later.
	day(time.March, 30, 9)
	paper := mailbox("ans@example.net")
	paper.Binding, paper.Action, paper.Session, paper.IP = consent.Signed, consent.Statement, "paper form 2026-117", ""
	s.record("c-4 paper", consent.Event{
		Type: consent.Given, Subject: "c-4", Purpose: "offers", Occurred: time.Date(2026, time.March, 9, 15, 30, 0, 0, time.UTC), Evidence: paper,
	})

	// A complaint about spam is an objection, to everything.
	day(time.April, 2, 7)
	s.record("c-3 complained", consent.Event{Type: consent.Objected, Subject: "c-3", Purpose: "-", Channel: "-", Evidence: consent.Evidence{Point: "mo@example.org"}})

	// An import that proves nothing: nobody kept what was shown.
	day(time.April, 20, 18)
	s.record("c-5 imported", consent.Event{
		Type: consent.Imported, Subject: "c-5", Actor: consent.System, Notice: none,
		Evidence: consent.Evidence{Point: "kim@example.com", Action: consent.Active, Grade: consent.Partial, File: "old-tool.csv", Row: 17},
	})
	day(time.May, 20, 8)
	s.record("c-2 withdrawn", consent.Event{Type: consent.Withdrawn, Subject: "c-2", Evidence: consent.Evidence{Point: "els@example.com", Binding: consent.Mailbox}})

	// The same person twice: the objection of one reference is the person's.
	day(time.June, 1, 10)
	s.record("c-6 merged", consent.Event{Type: consent.Merged, Subject: "c-6", With: "c-3", Purpose: "-", Channel: "-", Actor: consent.Operator})

	if s.err != nil {
		return s.err
	}
	day(time.September, 1, 9)
	second := form("2", first, consent.WordsOnly, "[ ] Yes, mail me the newsletter of De Gouden Velg. [ ] Yes, mail me offers, also of our partners.\nYou can stop at any time with the link in each mail.")
	second.Purposes[1].Change = consent.Processing // partners: who said yes to offers before did not say yes to this
	if _, err := l.Publish(ctx, second, clock.at); err != nil {
		return err
	}
	return l.sequence(ctx)
}

// none stands for no notice where the story would fill in the form.
var none = consent.NoticeHash{1}

// story records events once, however often it is begun.
type story struct {
	l     *ledger
	ctx   context.Context
	first consent.NoticeHash
	err   error
}

func (s *story) record(key string, e consent.Event) consent.EventID {
	if s.err != nil {
		return consent.EventID{}
	}
	e.Key = "story: " + key
	if e.Actor == "" {
		e.Actor = consent.Person
	}
	switch e.Purpose {
	case "":
		e.Purpose = "newsletter"
	case "-":
		e.Purpose = ""
	}
	switch e.Channel {
	case "":
		e.Channel = basis.Email
	case "-":
		e.Channel = ""
	}
	switch {
	case e.Notice == none:
		e.Notice = consent.NoticeHash{}
	case e.Type == consent.Requested || e.Type == consent.Given || e.Type == consent.Confirmed:
		e.Notice = s.first
	}
	id, err := s.l.Record(s.ctx, e)
	s.err = err
	return id
}

func mailbox(address string) consent.Evidence {
	return consent.Evidence{
		Point: address, Binding: consent.Mailbox, Action: consent.Active, Session: "goudenvelg.example/confirm", IP: "192.0.2.44",
		Bundled: consent.No, Conditional: consent.No, WithdrawalTold: consent.Yes, Imbalance: consent.No,
	}
}

func typed(address string) consent.Evidence {
	e := mailbox(address)
	e.Binding, e.Session = consent.Typed, "goudenvelg.example/sign-up"
	return e
}
