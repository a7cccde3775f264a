package consent

import (
	"errors"
	"fmt"
	"time"

	"github.com/grondslag/grondslag/basis"
)

// Notices is a set of published notices. The zero value is empty. It is not safe for
// concurrent use while notices are published.
type Notices struct {
	byHash     map[NoticeHash]*edition
	successors map[NoticeHash][]*edition
}

// edition is a notice that was published.
type edition struct {
	Notice
	hash NoticeHash
	from time.Time
}

// Publish checks a notice and adds it, in force from the instant. One that supersedes
// another names a published one, and says of each purpose of it that it asks for again
// what changes. Publishing the same notice again changes nothing, its instant neither.
func (ns *Notices) Publish(n Notice, from time.Time) (NoticeHash, error) {
	if err := n.Check(); err != nil {
		return NoticeHash{}, err
	}
	if from.IsZero() {
		return NoticeHash{}, errors.New("consent: notice: it is not said from when it is in force")
	}
	h := n.Hash()
	if ns.byHash[h] != nil {
		return h, nil
	}
	if !n.Supersedes.IsZero() {
		old := ns.byHash[n.Supersedes]
		if old == nil {
			return NoticeHash{}, errors.New("consent: notice: it supersedes one that is not published")
		}
		for _, p := range n.Purposes {
			if _, was := old.Purpose(p.ID); was != (p.Change != "") {
				return NoticeHash{}, fmt.Errorf("consent: notice: purpose %q must say what changes if the superseded notice has it, and only then", p.ID)
			}
		}
	}
	if ns.byHash == nil {
		ns.byHash, ns.successors = map[NoticeHash]*edition{}, map[NoticeHash][]*edition{}
	}
	pub := &edition{n.clone(), h, from}
	ns.byHash[h] = pub
	if !n.Supersedes.IsZero() {
		ns.successors[n.Supersedes] = append(ns.successors[n.Supersedes], pub)
	}
	return h, nil
}

// Get returns a published notice, and from when it is in force.
func (ns *Notices) Get(h NoticeHash) (n Notice, from time.Time, ok bool) {
	p := ns.get(h)
	if p == nil {
		return Notice{}, time.Time{}, false
	}
	return p.clone(), p.from, true
}

func (ns *Notices) get(h NoticeHash) *edition {
	if ns == nil {
		return nil
	}
	return ns.byHash[h]
}

// text returns the notice itself, nil when it is not published.
func (ns *Notices) text(h NoticeHash) *Notice {
	if p := ns.get(h); p != nil {
		return &p.Notice
	}
	return nil
}

// Covers reports whether consent under the notice covers the purpose at the instant: no
// notice that superseded it by then, directly or through others, changes the processing or
// leaves the purpose out. A notice in another language supersedes its own predecessor
// alone. Unknown notices cover nothing.
func (ns *Notices) Covers(given NoticeHash, purpose basis.PurposeID, at time.Time) bool {
	p := ns.get(given)
	if p == nil {
		return false
	}
	if _, asks := p.Purpose(purpose); !asks {
		return false
	}
	end := ns.ends(given, purpose)
	return end == 0 || nanos(at) < end
}

// ends returns the instant from which consent under a notice no longer covers the purpose, 0 for never.
func (ns *Notices) ends(given NoticeHash, purpose basis.PurposeID) (end int64) {
	for _, s := range ns.successors[given] {
		at := nanos(s.from)
		if p, asks := s.Purpose(purpose); asks && p.Change == WordsOnly {
			at = ns.ends(s.hash, purpose)
		}
		if at != 0 && (end == 0 || at < end) {
			end = at
		}
	}
	return end
}
