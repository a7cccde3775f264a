package consent

import (
	"cmp"
	"time"

	"github.com/grondslag/grondslag/basis"
)

// Query asks whether a person consents to a purpose over a channel.
type Query struct {
	Subject basis.Subject
	Purpose basis.PurposeID
	Channel basis.Channel
	// At is the instant asked about, Known the one at which it is asked: events that
	// happened later, or were recorded later, play no part. A zero Known is now: everything recorded.
	At    time.Time
	Known time.Time
}

// State is where a person stands with a purpose over a channel. The zero value is
// that nothing is known, which permits nothing.
type State string

const (
	// StateNone: nothing is recorded.
	StateNone State = "none"
	// StateRequested: asked, and not answered or not confirmed yet.
	StateRequested State = "requested"
	// StateDeferred: put off.
	StateDeferred State = "deferred"
	// StateGiven: valid consent is in force.
	StateGiven State = "given"
	// StateUnproven: a declaration is recorded that does not stand; see [Event.Validate].
	StateUnproven State = "unproven"
	// StateOutdated: it stands, for a notice whose processing has changed since.
	StateOutdated State = "outdated"
	// StateExpired: its time has passed.
	StateExpired State = "expired"
	// StateRefused, StateWithdrawn, StateRevoked, StateInvalidated, StateObjected: ended by that event.
	StateRefused     State = "refused"
	StateWithdrawn   State = "withdrawn"
	StateRevoked     State = "revoked"
	StateInvalidated State = "invalidated"
	StateObjected    State = "objected"
)

// Decision is the answer to a [Query]. The zero value permits nothing.
type Decision struct {
	State State
	// Event decided; none when nothing is recorded.
	Event EventID
	// Against is the refusal, withdrawal or objection in force, also against a use that needs no consent; none if there is none.
	Against EventID
	// Suppressed: an address of the person carries a mark that says no, made under another
	// reference or under one that was erased.
	Suppressed bool
	// Until is the first instant at which what the person consents or objects to may be
	// different, by what is recorded; zero when no end is known.
	Until time.Time
}

// Consented reports whether valid consent is in force.
func (d Decision) Consented() bool { return d.State == StateGiven }

// NotObjected reports whether the person has neither objected nor withdrawn, and so
// what rests on another ground than consent is not barred (Art. 21(2), (3); Art. 7(3)). Only a
// decision that was made says so: the zero value does not.
func (d Decision) NotObjected() bool { return d.State != "" && d.Against.IsZero() && !d.Suppressed }

// entry is an event as the index keeps it.
type entry struct {
	id                        EventID
	of                        EventID
	occurred, recorded, until int64 // nanoseconds since 1970; until 0: none
	purpose                   uint32
	notice                    uint32
	point                     uint64 // keyed hash of the contact point, 0 unknown
	channel                   uint8
	kind                      kind
	valid                     bool
}

// kind is a [Type] as a number, in an order in which of two events at the same
// instant the later one decides: to the restrictive side.
type kind uint8

const (
	kindNone kind = iota
	kindDeferred
	kindRequested
	kindGrant // given, renewed, confirmed, imported
	kindExpired
	kindRevoked
	kindInvalidated
	kindRefused
	kindWithdrawn
	kindObjected
)

func kindOf(t Type) kind {
	switch t {
	case Requested:
		return kindRequested
	case Deferred:
		return kindDeferred
	case Given, Renewed, Confirmed, Imported:
		return kindGrant
	case Expired:
		return kindExpired
	case Revoked:
		return kindRevoked
	case Invalidated:
		return kindInvalidated
	case Refused:
		return kindRefused
	case Withdrawn:
		return kindWithdrawn
	case Objected:
		return kindObjected
	}
	return kindNone
}

// CompareTypes orders types of events that happened at the same instant: the later one decides, which is the one that
// restricts more. Given, renewed, confirmed and imported are equal.
func CompareTypes(a, b Type) int { return cmp.Compare(kindOf(a), kindOf(b)) }

func (k kind) state() State {
	return [...]State{
		StateNone, StateDeferred, StateRequested, StateGiven, StateExpired, StateRevoked,
		StateInvalidated, StateRefused, StateWithdrawn, StateObjected,
	}[k]
}

// personal reports whether it follows the person, whichever reference and contact
// point it was said under: a refusal, a withdrawal, an objection.
func (k kind) personal() bool { return k >= kindRefused }
