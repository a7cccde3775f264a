package consent

import (
	"context"
	"errors"
	"iter"
	"time"

	"github.com/grondslag/grondslag/basis"
	"github.com/grondslag/grondslag/consent/proof"
	"golang.org/x/mod/sumdb/tlog"
)

// Store keeps a ledger of one tenant. What is stored falls into four kinds, which a
// store keeps apart:
//
//   - bodies of events: digests and random ids, added and never changed or deleted;
//   - disclosures and links to people: added, and deleted by erasure, never changed;
//   - the log: positions are added, tiles and the checkpoint grow;
//   - what passes: pending leaves, standings, suppressions, outbox, lease, tokens.
//
// Every method that writes does all of it or nothing, and has it durable when it
// returns nil. A store is safe for concurrent use, by several processes too, unless it is
// bound to a caller's transaction. Errors hold no personal data. Package consenttest has
// the tests that every store passes.
type Store interface {
	EventStore
	NoticeStore
	LogStore
	SuppressionStore
	OutboxStore
	StandingStore
}

// EventStore keeps events.
type EventStore interface {
	// Append adds entries. One whose Key is known already is not added, and its place in
	// the result has the id of the event that has the key. It returns [ErrErased], and adds
	// nothing, when an entry that grants is of an erased reference. It adds the
	// suppressions and messages of the entries that are added, makes their leaves pending,
	// and deletes the standings of their people and of all who are merged with them.
	Append(ctx context.Context, entries []Entry) ([]EventID, error)
	// History returns the events of a person and of everyone whom a merger, undone or
	// not, links with that reference, directly or through others; in no particular order.
	History(ctx context.Context, subject basis.Subject) ([]Stored, error)
	// Find returns one event; it returns [ErrUnknown] when there is none.
	Find(ctx context.Context, id EventID) (Stored, error)
	// All yields every event once, in no particular order. Events that are added meanwhile may be missed.
	All(ctx context.Context) iter.Seq2[Stored, error]
	// Erase calls plan with the events that are linked to the references themselves (not to
	// others merged with them), and then, in the same transaction, deletes their disclosures
	// and links, marks the references as erased, and adds what the plan has. An event that
	// links two people, a merger, loses its link and disclosures when one of them is erased. No
	// event can be added to the references in between. Their standings, and those of who is
	// merged with them, are deleted. An error of plan is returned as it is, and nothing
	// changes. Plan must not use the store, and may be called again when the transaction is tried again.
	Erase(ctx context.Context, people []basis.Subject, plan func([]Stored) (Erasure, error)) error
	// Capsules yields the capsules that are kept, each with the body of its event.
	Capsules(ctx context.Context) iter.Seq2[KeptCapsule, error]
	// Expire deletes short-lived disclosures and capsules whose Until is at or before the
	// instant, and returns how many of each.
	Expire(ctx context.Context, at time.Time) (Expiry, error)
}

// Stored is an event as a store keeps it.
type Stored struct {
	ID EventID
	// Body is the text of the leaf: see package proof.
	Body []byte
	// Subject and With are whom it is linked to; both empty when it is not: after erasure, or
	// for an event of nobody.
	Subject, With basis.Subject
	// Disclosures are the values and their salts, a line for each; nil after erasure.
	Disclosures []byte
	// Short are those that go earlier, from ShortUntil on; nil when there are none.
	Short      []byte
	ShortUntil time.Time
}

// Entry is an event to be added, with what is added along with it.
type Entry struct {
	Stored
	// Leaf is the hash of the body as a leaf of the log.
	Leaf tlog.Hash
	// Key is the mark of the caller's idempotency key; zero: none.
	Key Mark
	// People are the marks of the reference, and of the other one of a merger, under
	// every key of the ring, the present key's first for each of them.
	People [][]Mark
	// Grants: it is refused when one of the people is erased.
	Grants bool
	// Suppress are marks on addresses, Messages go to the outbox.
	Suppress []Suppression
	Messages []Message
}

// Erasure is what goes with the deletion of a person's events.
type Erasure struct {
	// People are the marks of each reference under every key of the ring, the present key's first.
	People   [][]Mark
	At       time.Time
	Capsules []KeptCapsule // Body is not looked at
	Suppress []Suppression
	Messages []Message
	// Event records that an erasure took place; it is linked to nobody.
	Event Entry
}

// KeptCapsule is what remains of an erased event so that one dispute about it can be
// settled: pseudonymised data, kept under Art. 17(3)(e) until its end.
type KeptCapsule struct {
	ID    EventID
	Salt  proof.Salt
	Time  time.Time // of the event, to the second
	Until time.Time // not zero
	Body  []byte
}

// Expiry counts what [EventStore.Expire] deleted.
type Expiry struct {
	Disclosures, Capsules int
}

// Published is a notice, and from when it is in force.
type Published struct {
	Hash   NoticeHash
	Notice []byte // its canonical form, see [Notice.Hash]
	From   time.Time
}

// NoticeStore keeps notices.
type NoticeStore interface {
	// PutNotice keeps a notice; one that is there already stays as it was first put.
	PutNotice(ctx context.Context, n Published) error
	// Notices returns all of them, those in force first in front.
	Notices(ctx context.Context) ([]Published, error)
}

// PendingLeaf is an event that is recorded and not in the log yet.
type PendingLeaf struct {
	ID   EventID
	Hash tlog.Hash
}

// Growth is an extension of the log.
type Growth struct {
	// From is the size that it extends.
	From int64
	// Leaves get the positions From, From+1 and so on.
	Leaves []PendingLeaf
	// Tiles are those that are new or longer, complete.
	Tiles []proof.Tile
	// Checkpoint is the signed note of the new head, of size From+len(Leaves), made at At.
	Checkpoint []byte
	At         time.Time
}

// LogStore keeps the log. Positions are given by one sequencer at a time; [LogStore.Grow]
// compares the size and swaps, so that two of them harm nothing.
type LogStore interface {
	// Pending returns at most limit leaves that are not in the log, oldest first as far as the store can tell.
	Pending(ctx context.Context, limit int) ([]PendingLeaf, error)
	// Grow extends the log, if its size is still g.From, and takes the leaves from the
	// pending ones; else it returns [ErrConflict]. Leaves that are in the log already or were
	// never pending, and a second checkpoint of one size, are an error.
	Grow(ctx context.Context, g Growth) error
	// Checkpoint returns the smallest one of at least the size, or the largest of all when
	// size is below 0, with the size that it is of; [ErrUnknown] when there is none. There is
	// one for each size that Grow led to.
	Checkpoint(ctx context.Context, size int64) (note []byte, of int64, err error)
	// Cosign replaces the checkpoint of that size by one with more signatures, if it is still old; else [ErrConflict].
	Cosign(ctx context.Context, size int64, old, signed []byte) error
	// Checkpoints yields all of them in order of size.
	Checkpoints(ctx context.Context) iter.Seq2[[]byte, error]
	// Tile returns the newest data of a tile, nil when there is none.
	Tile(ctx context.Context, level int, index int64) ([]byte, error)
	// Position returns where an event is in the log; [ErrUnknown] when it is not.
	Position(ctx context.Context, id EventID) (int64, error)
	// Leaves yields the ids of the events in the log, in order, from a position on.
	Leaves(ctx context.Context, from int64) iter.Seq2[EventID, error]
	// Lease makes holder the sequencer until the instant, and reports whether it is: not
	// when another one holds a lease that ends after at. One that ends later than a lease as long as
	// this one after until was taken by a clock that was ahead, and is held by no one.
	Lease(ctx context.Context, holder string, at, until time.Time) (bool, error)
}

// Suppression is a mark on an address: do not use it for the purpose over the channel, or,
// when the reason is [Given], do again. Both empty: for any. The latest mark on an address that is
// about the purpose and the channel decides; at the same instant one that is not [Given].
type Suppression struct {
	Address Mark
	Purpose basis.PurposeID
	Channel basis.Channel
	// Reason is what happened: [Refused], [Withdrawn], [Objected], [Erased], or [Given].
	Reason Type
	At     time.Time
}

// SuppressionStore keeps marks on addresses.
type SuppressionStore interface {
	// Suppress adds marks. Of the marks with the same address, purpose, channel and reason the
	// latest stays. One that is [Given], on an address that has no other mark, is not kept.
	Suppress(ctx context.Context, marks []Suppression) error
	// Suppressions returns the marks on any of the addresses.
	Suppressions(ctx context.Context, addresses []Mark) ([]Suppression, error)
	// AllSuppressions yields every mark.
	AllSuppressions(ctx context.Context) iter.Seq2[Suppression, error]
}

// Message tells a recipient of a withdrawal, an objection or an erasure (Art. 7(3), 19).
// It holds the reference, which the recipient needs, until it is acknowledged.
type Message struct {
	ID        EventID // of the message, random
	Event     EventID // what it tells of
	Type      Type
	Recipient basis.Recipient
	Subject   basis.Subject
	Purpose   basis.PurposeID
	Channel   basis.Channel
	At        time.Time
	// Attempts were made to deliver it, the last one at Tried.
	Attempts int
	Tried    time.Time
}

// OutboxStore keeps messages until they are acknowledged.
type OutboxStore interface {
	// Messages returns at most limit messages that are not acknowledged, oldest first.
	Messages(ctx context.Context, limit int) ([]Message, error)
	// Tried counts an attempt; [ErrUnknown] when there is no such message.
	Tried(ctx context.Context, id EventID, at time.Time) error
	// Acknowledge deletes the reference of the message, keeps who acknowledged what and when,
	// and takes the message out of Messages. Again is no error.
	Acknowledge(ctx context.Context, id EventID, at time.Time) error
	// Acknowledged returns how many messages about the event there are, and how many are acknowledged.
	Acknowledged(ctx context.Context, event EventID) (all, acknowledged int, err error)
}

// Standing is where a person stands, for those who select in SQL: it is there for
// valid consent, and until Until at most; Until zero: no end is known. It is derived from the
// events and can be made again from them. It goes at once with each event of the person or of who is merged with
// the person. A mark that a stranger's reference leaves on the same address reaches it later: with the person's next
// event, or [Ledger.Rebuild], which belongs in each night; [Ledger.Decide] and [Index] know it at once.
type Standing struct {
	Subject basis.Subject
	Purpose basis.PurposeID
	Channel basis.Channel
	Event   EventID
	Until   time.Time
}

// StandingStore keeps standings.
type StandingStore interface {
	// Stand replaces the standings of the people by these, if exactly that many events are linked
	// with them in all; else it changes nothing and returns [ErrConflict].
	Stand(ctx context.Context, people []basis.Subject, events int, standings []Standing) error
	// Standings yields those for a purpose over a channel that have not ended at the instant.
	Standings(ctx context.Context, purpose basis.PurposeID, channel basis.Channel, at time.Time) iter.Seq2[Standing, error]
}

// What callers of a [Store] and a [Ledger] may act on.
var (
	// ErrErased: what grants is refused under a reference that was erased.
	ErrErased = errors.New("consent: the reference was erased, a grant needs a new one")
	// ErrUnknown: there is no such event, notice, checkpoint or message.
	ErrUnknown = errors.New("consent: not found")
	// ErrConflict: someone else was first; look again.
	ErrConflict = errors.New("consent: changed meanwhile")
)
