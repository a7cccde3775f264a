package consent

import (
	"context"
	"slices"

	"github.com/grondslag/grondslag/basis"
)

// messages tell the recipients of the data of what happened, under each reference that the
// person has.
func (l *Ledger) messages(e *Event, people []basis.Subject) (out []Message) {
	var recipients []basis.Recipient
	for purpose, list := range l.cfg.Recipients {
		if e.Purpose == "" || purpose == e.Purpose {
			recipients = append(recipients, list...)
		}
	}
	slices.Sort(recipients)
	for _, r := range slices.Compact(recipients) {
		for _, p := range people {
			out = append(out, Message{
				ID: NewEventID(), Event: e.ID, Type: e.Type, Recipient: r, Subject: p,
				Purpose: e.Purpose, Channel: e.Channel, At: e.Recorded.UTC(),
			})
		}
	}
	return out
}

// Outbox returns at most limit messages that are to be delivered, oldest first.
func (l *Ledger) Outbox(ctx context.Context, limit int) ([]Message, error) {
	return l.store.Messages(ctx, limit)
}

// Tried notes that a message was sent, and not acknowledged yet.
func (l *Ledger) Tried(ctx context.Context, message EventID) error {
	return l.store.Tried(ctx, message, l.clock())
}

// Acknowledge notes that the recipient confirmed a message, and forgets whom it was about.
func (l *Ledger) Acknowledge(ctx context.Context, message EventID) error {
	return l.store.Acknowledge(ctx, message, l.clock())
}

// Told returns how many recipients were to be told of an event, and how many have
// confirmed: the answer to Art. 19's last sentence.
func (l *Ledger) Told(ctx context.Context, event EventID) (all, acknowledged int, err error) {
	return l.store.Acknowledged(ctx, event)
}
