package consent

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"github.com/grondslag/grondslag/basis"
	"github.com/grondslag/grondslag/consent/proof"
	"golang.org/x/mod/sumdb/note"
)

// Config is what a ledger is made of. Store, Keys and Now are required.
type Config struct {
	Store Store
	Keys  Keys
	// Now is the clock. What a ledger records is never dated before what it recorded earlier, also when the clock jumps back.
	Now func() time.Time
	// Zone is the IANA name of the zone of events that do not name one. A grant without any proves nothing.
	Zone string
	// Requirements are what purposes require beyond the general.
	Requirements map[basis.PurposeID]Requirements
	// IP says what is kept of the address of a request; the zero value is [IPTruncated]. With
	// [IPFull] it is kept for IPFor, which is then above 0.
	IP    IPPolicy
	IPFor time.Duration
	// Recipients of the data of each purpose, who are told of withdrawals, objections and erasures.
	Recipients map[basis.PurposeID][]basis.Recipient
	// Standings: the sequencer keeps [StandingStore] for those who select in SQL. It costs a reading of each person's history.
	Standings bool
	// Policy says which key signs the log, with the transitions since. Signers has the key in force; who
	// only records and decides needs neither, who proves and verifies the policy alone.
	Policy  proof.Policy
	Signers []note.Signer
}

// Ledger records events and answers from them. It is safe for concurrent use.
type Ledger struct {
	*shared
	notices *atomic.Pointer[Notices]
	store   Store
	// bound: it works in a transaction of the caller.
	bound bool
}

// shared is what a ledger has in common with those that [Ledger.In] makes of it.
type shared struct {
	cfg     Config
	read    atomic.Int64 // when the notices were read, in nanoseconds of the clock
	group   group
	sealing sync.Pool // of *sealing

	mu    sync.Mutex
	last  time.Time
	zones map[string]*time.Location
}

// Open returns the ledger that is kept in the store, and reads its notices.
func Open(ctx context.Context, cfg Config) (*Ledger, error) {
	switch {
	case cfg.Store == nil || cfg.Keys.IsZero() || cfg.Now == nil:
		return nil, errors.New("consent: a ledger needs a store, keys and a clock")
	case cfg.IP != "" && !cfg.IP.Valid():
		return nil, errors.New("consent: unknown policy for addresses of requests")
	case cfg.IP == IPFull && cfg.IPFor <= 0:
		return nil, errors.New("consent: full addresses of requests need a time for which they are kept")
	}
	l := &Ledger{shared: &shared{cfg: cfg, zones: map[string]*time.Location{}}, notices: &atomic.Pointer[Notices]{}, store: cfg.Store}
	if cfg.Zone != "" {
		if _, err := l.zone(cfg.Zone); err != nil {
			return nil, err
		}
	}
	if err := l.reload(ctx); err != nil {
		return nil, err
	}
	return l, nil
}

// In returns the ledger bound to a store, usually one in a transaction of the caller, so
// that an event commits together with the caller's own change.
func (l *Ledger) In(store Store) *Ledger {
	in := &Ledger{shared: l.shared, notices: &atomic.Pointer[Notices]{}, store: store, bound: true}
	in.notices.Store(l.notices.Load()) // a notice that the transaction publishes is its own until then
	return in
}

// clock returns the time, later than any time that it returned before.
func (l *shared) clock() time.Time {
	now := l.cfg.Now().UTC().Round(0)
	l.mu.Lock()
	defer l.mu.Unlock()
	if !now.After(l.last) {
		now = l.last.Add(1)
	}
	l.last = now
	return now
}

// zone returns a zone by name, which is looked up once.
func (l *shared) zone(name string) (*time.Location, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if loc := l.zones[name]; loc != nil {
		return loc, nil
	}
	loc, err := loadZone(name)
	if err == nil {
		l.zones[name] = loc
	}
	return loc, err
}

func loadZone(name string) (*time.Location, error) {
	loc, err := time.LoadLocation(name)
	if err != nil || name == "" || name == "Local" {
		return nil, errors.New("consent: unknown zone, want a name such as Europe/Amsterdam")
	}
	return loc, nil
}

// Publish puts a notice in force from the instant; a zero one is now. See [Notices.Publish]. One that
// supersedes another has all standings made again.
func (l *Ledger) Publish(ctx context.Context, n Notice, from time.Time) (NoticeHash, error) {
	if from.IsZero() {
		from = l.clock()
	}
	if err := l.reload(ctx); err != nil {
		return NoticeHash{}, err
	}
	trial, err := l.published(ctx)
	if err != nil {
		return NoticeHash{}, err
	}
	h, err := trial.Publish(n, from)
	if err != nil {
		return NoticeHash{}, err
	}
	if err := l.store.PutNotice(ctx, Published{Hash: h, Notice: n.AppendCanonical(nil), From: from.UTC()}); err != nil {
		return NoticeHash{}, err
	}
	if err := l.reload(ctx); err != nil || n.Supersedes.IsZero() || !l.cfg.Standings {
		return h, err
	}
	return h, l.Rebuild(ctx)
}

// Notices returns the published notices. Do not change them.
func (l *Ledger) Notices() *Notices { return l.notices.Load() }

// published reads the notices of the store.
func (l *Ledger) published(ctx context.Context) (*Notices, error) {
	list, err := l.store.Notices(ctx)
	if err != nil {
		return nil, err
	}
	ns := &Notices{}
	for len(list) > 0 { // one can come after the one that it supersedes, whatever their instants
		var later []Published
		for _, p := range list {
			n, err := ParseNotice(p.Notice)
			if err != nil || n.Hash() != p.Hash {
				return nil, fmt.Errorf("consent: notice %s was changed in the store", p.Hash)
			}
			if !n.Supersedes.IsZero() && ns.get(n.Supersedes) == nil {
				later = append(later, p)
				continue
			}
			if _, err := ns.Publish(n, p.From); err != nil {
				return nil, err
			}
		}
		if len(later) == len(list) {
			return nil, fmt.Errorf("consent: notice %s supersedes one that is gone from the store", later[0].Hash)
		}
		list = later
	}
	return ns, nil
}

func (l *Ledger) reload(ctx context.Context) error {
	ns, err := l.published(ctx)
	if err == nil {
		l.notices.Store(ns)
		if !l.bound {
			l.read.Store(l.cfg.Now().UnixNano())
		}
	}
	return err
}

// refresh reads the notices again when that was a second ago: another process may have published one that
// changes the processing, after which this one must not permit what rests on the old one.
func (l *Ledger) refresh(ctx context.Context) error {
	if since := l.cfg.Now().UnixNano() - l.read.Load(); since >= 0 && since < int64(time.Second) {
		return nil
	}
	return l.reload(ctx)
}

// terms are those of the moment.
func (l *Ledger) terms() Terms {
	return Terms{Notices: l.notices.Load(), Requirements: l.cfg.Requirements}
}
