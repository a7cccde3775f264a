package optin

import (
	"context"
	"fmt"
	"time"

	"github.com/grondslag/grondslag/basis"
	"github.com/grondslag/grondslag/consent"
)

// Feedback is what mail servers say of a message.
type Feedback string

const (
	// Complaint: the person called it spam (RFC 5965), which objects to direct marketing (Art. 21(2)).
	Complaint Feedback = "complaint"
	// HardBounce: there is no such mailbox. SoftBounce: it can't be reached for now. Neither
	// says anything of what the person wants.
	HardBounce Feedback = "hard_bounce"
	SoftBounce Feedback = "soft_bounce"
)

// Feedback records what a report on a message means for consent: an Objected event for
// a complaint, nothing for a bounce, which is a reason to send no more and neither a
// withdrawal nor an objection. The link is what [Keys.Open] returns for the
// List-Unsubscribe header of the message that the report is about; who calls one message
// spam hardly means one purpose of it, so leave its Purposes out to record it for all
// over the channel. at is when the person complained, and the id that of the last event, if any.
func (k *Kit) Feedback(ctx context.Context, f Feedback, l Link, at time.Time) (consent.EventID, error) {
	if err := k.ready(); err != nil {
		return consent.EventID{}, err
	}
	switch f {
	case HardBounce, SoftBounce:
		return consent.EventID{}, nil
	case Complaint:
	default:
		return consent.EventID{}, fmt.Errorf("optin: unknown feedback")
	}
	if err := l.check(); err != nil {
		return consent.EventID{}, err
	}
	e := consent.Event{
		Type: consent.Objected, Subject: l.Subject, Channel: l.Channel, Actor: consent.Person, Occurred: at, Zone: k.zone(),
		Evidence: consent.Evidence{Binding: consent.Mailbox, Action: consent.Active, Session: "spam complaint"},
	}
	purposes := l.Purposes
	if len(purposes) == 0 {
		purposes = []basis.PurposeID{""}
	}
	var id consent.EventID
	for _, e.Purpose = range purposes {
		var err error
		if id, err = k.Ledger.Record(ctx, e); err != nil {
			return consent.EventID{}, fmt.Errorf("optin: the complaint was not recorded: %w", err)
		}
	}
	return id, nil
}
