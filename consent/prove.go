package consent

import (
	"context"
	"errors"
	"fmt"

	"github.com/grondslag/grondslag/basis"
	"github.com/grondslag/grondslag/consent/proof"
	"golang.org/x/mod/sumdb/tlog"
)

// ErrPending: the event is recorded, and not in the log yet: after the next pass of the sequencer it can be proven.
var ErrPending = errors.New("consent: the event is recorded, and not provable yet")

// Prove returns the proof of one event as a file that anyone checks offline with
// [proof.Policy.Verify]: all that is still disclosed of it, and the notice that it quotes. Of an
// erased event it proves that it took place, without whose it was.
func (l *Ledger) Prove(ctx context.Context, id EventID) ([]byte, error) {
	head, checkpoint, err := l.Head(ctx)
	if errors.Is(err, ErrUnknown) {
		err = ErrPending
	}
	if err != nil {
		return nil, err
	}
	return l.proveAt(ctx, id, head, checkpoint, nil)
}

func (l *Ledger) proveAt(ctx context.Context, id EventID, head proof.Head, checkpoint []byte, claim *proof.Claim) ([]byte, error) {
	s, err := l.store.Find(ctx, id)
	if err != nil {
		return nil, err
	}
	at, err := l.store.Position(ctx, id)
	if errors.Is(err, ErrUnknown) || err == nil && at >= head.Size {
		return nil, ErrPending
	}
	if err != nil {
		return nil, err
	}
	p := proof.Proof{Index: at, Checkpoint: checkpoint}
	if p.Body, err = proof.ParseBody(s.Body); err != nil {
		return nil, err
	}
	disclosed, _, err := splitCapsule(s.Disclosures)
	if err != nil {
		return nil, err
	}
	p.Disclosures = append(proof.Disclosures(disclosed), proof.Disclosures(s.Short)...)
	if n := l.notices.Load().get(p.Body.Notice); n != nil {
		p.Notice = n.AppendCanonical(nil)
	}
	p.Claim = claim
	if p.Hashes, err = proof.Prove(head, at, tileReader{ctx, l.store}); err != nil {
		return nil, err
	}
	return proof.FormatProof(&p)
}

// ProvePerson returns the proofs of all events of a person, and of who is linked with the
// person, in one file under a signed list; see [proof.Policy.VerifyBundle]. The first signer has
// the key in force.
func (l *Ledger) ProvePerson(ctx context.Context, subject basis.Subject) ([]byte, error) {
	if len(l.cfg.Signers) == 0 {
		return nil, errors.New("consent: the list of a person's events needs a signer")
	}
	events, err := l.History(ctx, subject)
	if err != nil {
		return nil, err
	}
	if len(events) == 0 {
		return nil, ErrUnknown
	}
	head, checkpoint, err := l.Head(ctx)
	if errors.Is(err, ErrUnknown) {
		err = ErrPending
	}
	if err != nil {
		return nil, err
	}
	var files [][]byte
	for i := range events {
		f, err := l.proveAt(ctx, events[i].ID, head, checkpoint, nil)
		if err != nil {
			return nil, err
		}
		files = append(files, f)
	}
	return proof.FormatBundle(files, l.cfg.Policy.Transitions, l.cfg.Signers[0])
}

// Claimed is an event that someone who showed an address can be shown.
type Claimed struct {
	Event Event // what stays in clear
	Proof []byte
}

// Claim settles the one dispute that survives erasure: given the address, it finds the
// erased events at it whose capsules are kept, and proves each, opening its capsule and that one alone. It
// tries every capsule: some microseconds for each.
func (l *Ledger) Claim(ctx context.Context, address string) ([]Claimed, error) {
	head, checkpoint, err := l.Head(ctx)
	if errors.Is(err, ErrUnknown) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	form := addressForm(address)
	var found []proof.Claim
	var ids []EventID
	for c, err := range l.store.Capsules(ctx) {
		if err != nil {
			return nil, err
		}
		b, err := proof.ParseBody(c.Body)
		if err != nil {
			return nil, fmt.Errorf("consent: event %s: %w", c.ID, err)
		}
		for _, d := range l.cfg.Keys.ring {
			claim := proof.Claim{Key: d.pepper.Key(b.ID), Address: form, Capsule: proof.Capsule{Salt: c.Salt, Time: c.Time.Unix()}}
			if claim.Check(&b) == nil {
				found, ids = append(found, claim), append(ids, c.ID)
				break
			}
		}
	}
	var out []Claimed
	for i, id := range ids {
		e, err := l.Event(ctx, id)
		if err != nil {
			return nil, err
		}
		e.Occurred = timeOf(found[i].Time)
		file, err := l.proveAt(ctx, id, head, checkpoint, &found[i])
		if err != nil {
			return nil, err
		}
		out = append(out, Claimed{Event: e, Proof: file})
	}
	return out, nil
}

// Head returns the newest head of the log and its checkpoint, for others to keep: a copy that
// was handed out is what a rewritten log can be held against. It returns [ErrUnknown] while there is none.
func (l *Ledger) Head(ctx context.Context) (proof.Head, []byte, error) {
	msg, _, err := l.store.Checkpoint(ctx, -1)
	if err != nil {
		return proof.Head{}, nil, err
	}
	c, err := l.cfg.Policy.Open(msg)
	if err != nil {
		return proof.Head{}, nil, err
	}
	return c.Head, msg, nil
}

// Consistency proves that the log begins with an older head: nothing was dropped, reordered or
// changed since. Check it with [proof.CheckConsistency].
func (l *Ledger) Consistency(ctx context.Context, older int64) (tlog.TreeProof, proof.Head, error) {
	head, _, err := l.Head(ctx)
	if err != nil {
		return nil, proof.Head{}, err
	}
	p, err := proof.ProveConsistency(head, older, tileReader{ctx, l.store})
	return p, head, err
}

// Cosign has a witness sign the newest checkpoint, and keeps the signature.
func (l *Ledger) Cosign(ctx context.Context, w *proof.Witness) error {
	head, checkpoint, err := l.Head(ctx)
	if err != nil {
		return err
	}
	older := w.Head(l.cfg.Policy.Log.Name()).Size
	p, err := proof.ProveConsistency(head, older, tileReader{ctx, l.store})
	if err != nil {
		return err
	}
	line, err := w.Add(older, p, checkpoint)
	if err != nil {
		return err
	}
	return l.store.Cosign(ctx, head.Size, checkpoint, append(append([]byte{}, checkpoint...), line...))
}
