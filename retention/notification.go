package retention

import (
	"errors"
	"time"

	"github.com/grondslag/grondslag/basis"
)

// NotificationState is how far a recipient has been told of an erasure or a
// restriction (GDPR Art. 19).
type NotificationState string

const (
	// NotTold: the recipient holds the data, and has not been told yet.
	NotTold NotificationState = "not_told"
	// Told: the message went out, and nothing came back.
	Told NotificationState = "told"
	// Acknowledged: the recipient confirmed it.
	Acknowledged NotificationState = "acknowledged"
	// Impossible: telling proved impossible or would take disproportionate effort, for a reason on record.
	Impossible NotificationState = "impossible"
)

// ImpossibleReason is why a recipient can't be told.
type ImpossibleReason string

const (
	// RecipientGone: it no longer exists, and has no successor.
	RecipientGone ImpossibleReason = "recipient_gone"
	// RecipientUnknown: it can no longer be found out who received the data.
	RecipientUnknown ImpossibleReason = "recipient_unknown"
	// MadePublic: the data were made public; those who took them are unknown (see GDPR Art. 17(2)).
	MadePublic ImpossibleReason = "made_public"
	// DisproportionateEffort: the reasoning is kept elsewhere.
	DisproportionateEffort ImpossibleReason = "disproportionate_effort"
	// ForbiddenByLaw: a law forbids telling.
	ForbiddenByLaw ImpossibleReason = "forbidden_by_law"
)

// Notification is one recipient to whom the data were disclosed, and whether it was
// told that they are gone.
type Notification struct {
	// Recipient is the name of an organization or a reference, never a person's name.
	Recipient basis.Recipient   `json:"recipient"`
	State     NotificationState `json:"state"`
	// Reason is given when the state is [Impossible], and only then.
	Reason ImpossibleReason `json:"reason,omitzero"`
}

// Settled reports whether nothing is left to do: acknowledged, or impossible with a
// reason.
func (n Notification) Settled() bool {
	return n.State == Acknowledged || n.State == Impossible && n.Reason.Valid()
}

// errors names what is wrong with it, without its content.
func (n Notification) errors() (errs []error) {
	if !plain(string(n.Recipient), maxName) {
		errs = append(errs, errors.New("a recipient is not a plain name"))
	}
	switch {
	case !n.State.Valid():
		errs = append(errs, errors.New("a notification has an unknown state"))
	case n.State == Impossible && !n.Reason.Valid():
		errs = append(errs, errors.New("an impossible notification needs a known reason"))
	case n.State != Impossible && n.Reason != "":
		errs = append(errs, errors.New("a reason is for impossible notifications only"))
	}
	return errs
}

// rank orders the states: what an entry written late says never undoes a later state.
func (n Notification) rank() int {
	switch n.State {
	case Told:
		return 1
	case Impossible:
		return 2
	case Acknowledged:
		return 3
	}
	return 0
}

// FollowUp is a log entry for what became of a notification after its certificate
// was written, since a log is only added to.
type FollowUp struct {
	// Number is its place in the log, which [Chain.Append] gives.
	Number int64 `json:"number,omitzero"`
	// Of is the number of the certificate, 0 < Of < Number.
	Of int64 `json:"of"`
	Notification
	// At is when it came about, to the second.
	At time.Time `json:"at"`
	// Executor is as in [Certificate].
	Executor string `json:"executor"`
}

// Check returns every error in the entry, joined, or nil. Errors hold no content.
func (f FollowUp) Check() error {
	errs := f.Notification.errors()
	if f.State == NotTold {
		errs = append(errs, errors.New("there is nothing to follow up while the recipient is not told"))
	}
	if f.Of < 1 || f.Of > maxNumber {
		errs = append(errs, errors.New("no certificate is referred to"))
	}
	if !instant(f.At) {
		errs = append(errs, errors.New("no instant, or one outside years 1 to 9999"))
	}
	if !roleName(f.Executor) {
		errs = append(errs, errExecutor)
	}
	return joined("follow-up", errs)
}
