package proof

import (
	"errors"
	"sync"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

// ErrConflict is returned by [Witness.Add] when the old size is not that of the last head it cosigned, or the same size
// now has another root. Ask [Witness.Head] and prove from there (C2SP tlog-witness: 409 Conflict).
var ErrConflict = errors.New("proof: not the last head this witness cosigned")

// Witness cosigns checkpoints by the rules of C2SP tlog-witness, without the network: run it where the owner of the log
// has no say, or it witnesses nothing. It is safe for concurrent use; set the fields before the first call.
type Witness struct {
	// Cosigner is from [NewCosigner].
	Cosigner note.Signer
	// Logs are the logs it serves, one policy for each origin. Their Witnesses and Quorum do not matter here,
	// and lines of other keys are skipped.
	Logs []Policy
	// Save writes a head to disk, durably, before the cosignature leaves; when it fails there is no cosignature.
	// Nil keeps heads in memory: after a restart such a witness can be made to cosign a fork.
	Save func(origin string, h Head) error

	mu    sync.Mutex
	heads map[string]Head
}

// Restore sets the last head of an origin, from what Save wrote.
func (w *Witness) Restore(origin string, h Head) error {
	h, err := h.check()
	if err != nil {
		return err
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.set(origin, h)
	return nil
}

func (w *Witness) set(origin string, h Head) {
	if w.heads == nil {
		w.heads = make(map[string]Head)
	}
	w.heads[origin] = h
}

// Head is the last head it cosigned for an origin, the zero Head when there is none.
func (w *Witness) Head(origin string) Head {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.heads[origin]
}

// Add checks that the checkpoint is signed by the log, that oldSize is the size it cosigned last (0 at first), and that p
// proves the checkpoint to begin with that head. It remembers the new head and returns one signature line, to be appended
// to the checkpoint.
func (w *Witness) Add(oldSize int64, p tlog.TreeProof, checkpoint []byte) (line []byte, err error) {
	if w.Cosigner == nil {
		return nil, fault(PartKey, "the witness has no key")
	}
	s, c, err := parseCheckpoint(checkpoint)
	if err != nil {
		return nil, err
	}
	if c, err = w.open(c.Origin, checkpoint); err != nil {
		return nil, err
	}
	if oldSize < 0 || oldSize > c.Size {
		return nil, fault(PartConsistency, "the old size is larger than the new")
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	last := w.heads[c.Origin]
	if last.Size != oldSize || last.Size == c.Size && c.Size > 0 && last.Hash != c.Hash {
		return nil, ErrConflict
	}
	if err := CheckConsistency(p, c.Head, last); err != nil {
		return nil, err
	}
	sig, err := cosignLine(&s, w.Cosigner)
	if err != nil {
		return nil, err
	}
	if w.Save != nil {
		if err := w.Save(c.Origin, c.Head); err != nil {
			return nil, err
		}
	}
	w.set(c.Origin, c.Head)
	return sig.appendTo(nil), nil
}

func (w *Witness) open(origin string, checkpoint []byte) (Checkpoint, error) {
	for _, p := range w.Logs {
		if p.Log == nil || p.Log.Name() != origin {
			continue
		}
		p.Witnesses, p.Quorum, p.AllowUnknown = nil, 0, true
		return p.Open(checkpoint)
	}
	return Checkpoint{}, fault(PartKey, "the witness does not know this origin")
}
