package proof

import (
	"bytes"
	"slices"

	"golang.org/x/mod/sumdb/note"
)

// Policy is what a verifier trusts. The log key is pinned: it is the copy that was handed out when there was no dispute.
// The zero Policy trusts nothing and refuses everything.
type Policy struct {
	// Log is the pinned key; its name is the origin of the log.
	Log note.Verifier
	// Transitions are the hand-overs since that key, oldest first, from [SignTransition].
	Transitions [][]byte
	// Witnesses are the cosigners the verifier knows, Quorum how many of them must have signed.
	Witnesses []note.Verifier
	Quorum    int
	// AllowUnknown skips signature lines of keys that are in none of the fields above, as C2SP signed-note asks of
	// its clients. Then a changed bit inside such a line, or in the name or hash of a line that is not needed for the
	// quorum, goes unnoticed. Without it a file holds nothing that was not checked.
	AllowUnknown bool
}

// NewPolicy pins a log key and asks for no witness.
func NewPolicy(vkey string) (Policy, error) {
	v, err := note.NewVerifier(vkey)
	if err != nil {
		return Policy{}, fault(PartKey, "verifier key is malformed")
	}
	return Policy{Log: v}, nil
}

// Open checks a checkpoint: its form, its origin, the signature of the key in force at its size, every other line, and
// the quorum.
func (p Policy) Open(msg []byte) (Checkpoint, error) {
	keys, err := p.keys(nil)
	if err != nil {
		return Checkpoint{}, err
	}
	return p.open(msg, keys)
}

// reign is a log key and the head at which it took over; the head of the pinned key is empty.
type reign struct {
	key  note.Verifier
	from Head
	size int64 // from.Size, and 0 for the pinned key
}

// keys follows the transitions of the policy and then those of a bundle.
func (p *Policy) keys(more [][]byte) ([]reign, error) {
	if p.Log == nil {
		return nil, fault(PartKey, "the policy has no log key")
	}
	if p.Quorum < 0 || p.Quorum > len(p.Witnesses) {
		return nil, fault(PartKey, "the quorum is not between 0 and the number of witnesses")
	}
	keys := []reign{{key: p.Log}}
	add := func(msg []byte) error {
		next, err := follow(keys, msg)
		if err == nil {
			keys = append(keys, next)
		}
		return err
	}
	for _, msg := range p.Transitions {
		if err := add(msg); err != nil {
			return nil, err
		}
	}
	// A bundle may repeat the end of what the policy has; from there on it must go the same way.
	known := len(p.Transitions)
	if len(more) > 0 {
		if i := slices.IndexFunc(p.Transitions, func(t []byte) bool { return bytes.Equal(t, more[0]) }); i >= 0 {
			known = i
		}
	}
	for i, msg := range more {
		if at := known + i; at < len(p.Transitions) {
			if !bytes.Equal(msg, p.Transitions[at]) {
				return nil, fault(PartKey, "transition is not the next one of the policy")
			}
			continue
		}
		if err := add(msg); err != nil {
			return nil, err
		}
	}
	for i, w := range p.Witnesses {
		for _, k := range keys {
			if sameKey(k.key, w) {
				return nil, fault(PartKey, "a witness key is also a log key")
			}
		}
		for _, other := range p.Witnesses[:i] {
			if sameKey(other, w) {
				return nil, fault(PartKey, "a witness is there twice")
			}
		}
	}
	return keys, nil
}

// follow checks one hand-over from the last key.
func follow(keys []reign, msg []byte) (reign, error) {
	s, v, h, err := parseTransition(msg)
	if err != nil {
		return reign{}, err
	}
	last := keys[len(keys)-1]
	if v.Name() != last.key.Name() {
		return reign{}, fault(PartKey, "transition is of another origin")
	}
	for _, k := range keys {
		if sameKey(k.key, v) {
			return reign{}, fault(PartKey, "transition to a key that was in force before")
		}
	}
	if h.Size < last.size || h.Size == last.size && len(keys) > 1 && h != last.from {
		return reign{}, fault(PartKey, "transition at a head that contradicts the one before")
	}
	if s.lines[0].hash != last.key.KeyHash() || s.lines[0].name != last.key.Name() || s.check(last.key) != valid {
		return reign{}, fault(PartKey, "transition is not signed by the key before it")
	}
	if s.check(v) != valid {
		return reign{}, fault(PartKey, "transition is not signed by the new key")
	}
	return reign{v, h, h.Size}, nil
}

// inForce reports whether key i may sign head h. At the very head of a transition both keys may.
func inForce(keys []reign, i int, h Head) bool {
	return h.Size >= keys[i].size && (i+1 == len(keys) || h.Size <= keys[i+1].size)
}

// signedInForce checks the lines of all log keys on a note about head h.
func signedInForce(keys []reign, s *signed, h Head) error {
	for _, k := range keys[1:] {
		if h.Size == k.size && h != k.from {
			return fault(PartKey, "head contradicts a key transition of the same size")
		}
	}
	found := false
	for i, k := range keys {
		switch s.check(k.key) {
		case invalid:
			return fault(PartSignature, "the signature of the log is false")
		case valid:
			found = found || inForce(keys, i, h)
		}
	}
	if !found {
		return fault(PartSignature, "no signature of the log key in force at this size")
	}
	return nil
}

func (p *Policy) open(msg []byte, keys []reign) (Checkpoint, error) {
	s, c, err := parseCheckpoint(msg)
	if err != nil {
		return Checkpoint{}, err
	}
	if c.Origin != p.Log.Name() {
		return Checkpoint{}, fault(PartCheckpoint, "of another origin than the log key")
	}
	if err := signedInForce(keys, &s, c.Head); err != nil {
		return Checkpoint{}, err
	}
	for i := range s.lines {
		line := &s.lines[i]
		v := p.witness(line)
		switch {
		case v != nil:
			at, ok := cosignatureTime(line.sig)
			if !ok || !v.Verify(s.text, line.sig) {
				return Checkpoint{}, fault(PartCosignature, "a cosignature is false")
			}
			c.Cosignatures = append(c.Cosignatures, Cosignature{line.name, at})
		case !p.AllowUnknown && !isLogLine(keys, line):
			return Checkpoint{}, fault(PartCosignature, "a signature line of a key that the policy does not know")
		}
	}
	if len(c.Cosignatures) < p.Quorum {
		return Checkpoint{}, fault(PartCosignature, "fewer witnesses than the quorum")
	}
	return c, nil
}

func (p *Policy) witness(line *signature) note.Verifier {
	for _, w := range p.Witnesses {
		if w.KeyHash() == line.hash && w.Name() == line.name {
			return w
		}
	}
	return nil
}

func isLogLine(keys []reign, line *signature) bool {
	for _, k := range keys {
		if k.key.KeyHash() == line.hash && k.key.Name() == line.name {
			return true
		}
	}
	return false
}
