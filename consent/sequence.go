package consent

import (
	"context"
	"errors"
	"iter"
	"slices"
	"time"

	"github.com/grondslag/grondslag/basis"
	"github.com/grondslag/grondslag/consent/proof"
	"golang.org/x/mod/sumdb/tlog"
)

// Sequenced tells what one pass of the sequencer did.
type Sequenced struct {
	// Leaves were added; Size is that of the log afterwards.
	Leaves int
	Size   int64
	// Standings were made again, of this many people.
	People int
}

// maxBatch bounds how many leaves one pass adds.
const maxBatch = 4096

// Sequence takes what is recorded and not in the log yet, at most 4096 events, into it,
// signs the new head and, with [Config.Standings], makes those of their people again. Then these events are
// provable. Several processes may call it: the one that is late gets [ErrConflict], and nothing is lost.
func (l *Ledger) Sequence(ctx context.Context) (Sequenced, error) {
	if len(l.cfg.Signers) == 0 || l.cfg.Policy.Log == nil {
		return Sequenced{}, errors.New("consent: a log needs a policy and a signer")
	}
	head, _, err := l.Head(ctx)
	if err != nil && !errors.Is(err, ErrUnknown) {
		return Sequenced{}, err
	}
	out := Sequenced{Size: head.Size}
	pending, err := l.store.Pending(ctx, maxBatch)
	if err != nil || len(pending) == 0 {
		return out, err
	}
	if l.cfg.Standings {
		// Before the leaves stop being pending: after a crash in between both are done again.
		if out.People, err = l.stand(ctx, pending); err != nil {
			return out, err
		}
	}
	leaves := make([]tlog.Hash, len(pending))
	for i, p := range pending {
		leaves[i] = p.Hash
	}
	next, tiles, err := proof.Grow(head, tileReader{ctx, l.store}, leaves)
	if err != nil {
		return out, err
	}
	checkpoint, err := proof.Sign(l.cfg.Policy.Log.Name(), next, l.cfg.Signers...)
	if err != nil {
		return out, err
	}
	if c, err := l.cfg.Policy.Open(checkpoint); err != nil || c.Head != next {
		return out, errors.New("consent: the signer is not the one that the policy has in force")
	}
	g := Growth{From: head.Size, Leaves: pending, Tiles: tiles, Checkpoint: checkpoint, At: l.clock()}
	if err := l.store.Grow(ctx, g); err != nil {
		return out, err
	}
	out.Leaves, out.Size = len(leaves), next.Size
	return out, nil
}

// Sequencer keeps a log growing while it runs. In one tenant one of them works at a time; another
// takes over when its lease ends.
type Sequencer struct {
	Ledger *Ledger
	// Holder names this process among others.
	Holder string
	// Every is the most that an event waits, plus the time of a pass; 0 is a second. A lease lasts ten times as long.
	Every time.Duration
	// Failed is told of a pass that failed; the next one tries again. Nil: Run returns the error.
	Failed func(error)
}

// Run works until the context ends. It starts no goroutine: call it in one.
func (s *Sequencer) Run(ctx context.Context) error {
	every := s.Every
	if every <= 0 {
		every = time.Second
	}
	tick := time.NewTicker(every)
	defer tick.Stop()
	for {
		if err := s.pass(ctx, every); err != nil && ctx.Err() == nil {
			if s.Failed == nil {
				return err
			}
			s.Failed(err)
		}
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
		}
	}
}

func (s *Sequencer) pass(ctx context.Context, every time.Duration) error {
	for {
		now := s.Ledger.clock()
		mine, err := s.Ledger.store.Lease(ctx, s.Holder, now, now.Add(10*every))
		if err != nil || !mine {
			return err
		}
		done, err := s.Ledger.Sequence(ctx)
		if errors.Is(err, ErrConflict) {
			return nil
		}
		if err != nil || done.Leaves < maxBatch {
			return err
		}
	}
}

// tileReader reads the tiles of a store.
type tileReader struct {
	ctx   context.Context
	store Store
}

// ReadTiles implements [proof.TileReader].
func (r tileReader) ReadTiles(ids []proof.TileID) ([][]byte, error) {
	data := make([][]byte, len(ids))
	for i, id := range ids {
		var err error
		if data[i], err = r.store.Tile(r.ctx, id.Level, id.Index); err != nil {
			return nil, err
		}
	}
	return data, nil
}

// standBatch bounds how many people one transaction makes the standings of.
const standBatch = 200

// stand makes the standings of the people of these events again.
func (l *Ledger) stand(ctx context.Context, pending []PendingLeaf) (people int, err error) {
	subjects := func(yield func(basis.Subject, error) bool) {
		for _, p := range pending {
			s, err := l.store.Find(ctx, p.ID)
			if s.Subject != "" || err != nil {
				if !yield(s.Subject, err) {
					return
				}
			}
		}
	}
	return l.restand(ctx, subjects)
}

// circle is a person with all who are linked with it, and where each of them stands.
type circle struct {
	people    []basis.Subject
	events    int
	standings []Standing
}

// restand makes the standings of people, and of all linked with them, again, and returns how many.
func (l *Ledger) restand(ctx context.Context, subjects iter.Seq2[basis.Subject, error]) (people int, err error) {
	done := map[basis.Subject]bool{}
	var batch []circle
	flush := func() error {
		var all circle
		for _, c := range batch {
			all.people = append(all.people, c.people...)
			all.events += c.events
			all.standings = append(all.standings, c.standings...)
		}
		err := l.store.Stand(ctx, all.people, all.events, all.standings)
		for i := 0; errors.Is(err, ErrConflict) && i < len(batch); i++ {
			// Someone recorded meanwhile: that event is pending, and comes round.
			if one := l.store.Stand(ctx, batch[i].people, batch[i].events, batch[i].standings); !errors.Is(one, ErrConflict) && one != nil {
				return one
			}
		}
		people += len(all.people)
		batch = batch[:0]
		if errors.Is(err, ErrConflict) {
			return nil
		}
		return err
	}
	for s, err := range subjects {
		if err != nil {
			return people, err
		}
		if done[s] {
			continue
		}
		c, err := l.circle(ctx, s)
		if err != nil {
			return people, err
		}
		for _, p := range c.people {
			done[p] = true
		}
		if batch = append(batch, c); len(batch) == standBatch {
			if err := flush(); err != nil {
				return people, err
			}
		}
	}
	if len(batch) == 0 {
		return people, nil
	}
	return people, flush()
}

// circle reads the history of a person.
func (l *Ledger) circle(ctx context.Context, subject basis.Subject) (circle, error) {
	events, err := l.linked(ctx, subject)
	if err != nil {
		return circle{}, err
	}
	x, err := l.indexEvents(ctx, events)
	if err != nil {
		return circle{}, err
	}
	c := circle{people: []basis.Subject{subject}, events: len(events)}
	for i := range events {
		for _, s := range [...]basis.Subject{events[i].Subject, events[i].With} {
			if s != "" && !slices.Contains(c.people, s) {
				c.people = append(c.people, s)
			}
		}
	}
	at := l.clock()
	if last := lastOf(events, c.people); at.Before(last) {
		at = last
	}
	for _, s := range c.people {
		c.standings = append(c.standings, x.standings(s, at)...)
	}
	return c, nil
}

// standings are those of one reference: of every purpose and channel that was ever granted.
func (x *Index) standings(s basis.Subject, at time.Time) (out []Standing) {
	p := x.people[s]
	if p == nil {
		return nil
	}
	entries := p.entries
	if len(p.mergers) > 0 {
		entries, _ = x.cluster(p, nanos(at))
	}
	type about struct {
		purpose uint32
		channel uint8
	}
	seen := map[about]bool{}
	for i := range entries {
		e := &entries[i]
		a := about{e.purpose, e.channel}
		if e.kind != kindGrant || seen[a] {
			continue
		}
		seen[a] = true
		q := Query{Subject: s, Purpose: x.purposes.list[e.purpose-1], Channel: channelOf(e.channel), At: at}
		if d := x.Decide(q); d.Consented() {
			out = append(out, Standing{Subject: s, Purpose: q.Purpose, Channel: q.Channel, Event: d.Event, Until: d.Until})
		}
	}
	return out
}

// Rebuild makes all standings again: after [Config.Requirements] changed or a notice that changes the processing came
// into force, or when in doubt.
func (l *Ledger) Rebuild(ctx context.Context) error {
	seen := map[basis.Subject]bool{}
	_, err := l.restand(ctx, func(yield func(basis.Subject, error) bool) {
		for s, err := range l.store.All(ctx) {
			if err != nil {
				yield("", err)
				return
			}
			for _, p := range s.linked() {
				if !seen[p] && !yield(p, nil) {
					return
				}
				seen[p] = true
			}
		}
	})
	return err
}
