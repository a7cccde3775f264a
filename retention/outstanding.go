package retention

import (
	"maps"
	"slices"
)

// Outstanding collects, from the entries of a log in order, the certificates that
// recipients still keep from being complete (GDPR Art. 19). The zero value is ready.
// It holds those certificates, and a few bits per entry.
type Outstanding struct {
	open   map[int64]Certificate
	seen   map[int64]uint64 // bit n%64 of n/64: entry n is a certificate
	strays []FollowUp
}

// Add takes the next entry, as [Entries] yields it.
func (o *Outstanding) Add(e Entry) {
	switch e := e.(type) {
	case Certificate:
		o.mark(e.Number)
		if e.Complete() {
			return
		}
		if o.open == nil {
			o.open = map[int64]Certificate{}
		}
		o.open[e.Number] = e
	case FollowUp:
		c, open := o.open[e.Of]
		switch {
		case open:
			if c.Follow(e) != nil {
				o.strays = append(o.strays, e)
				return
			}
			o.open[e.Of] = c
			if c.Complete() {
				delete(o.open, e.Of)
			}
		case !o.marked(e.Of) || !e.Settled():
			o.strays = append(o.strays, e)
		}
	}
}

func (o *Outstanding) mark(n int64) {
	if o.seen == nil {
		o.seen = map[int64]uint64{}
	}
	o.seen[n/64] |= 1 << uint64(n%64)
}

func (o *Outstanding) marked(n int64) bool { return o.seen[n/64]>>uint64(n%64)&1 == 1 }

// Certificates returns those that are not complete, by number, with what the
// follow-ups said of their recipients.
func (o *Outstanding) Certificates() []Certificate {
	var out []Certificate
	for _, n := range slices.Sorted(maps.Keys(o.open)) {
		out = append(out, o.open[n])
	}
	return out
}

// Strays returns the follow-ups that fit no certificate for a person to look at:
// they are of an entry that is none or was not given to Add, or they tell of a
// recipient that must still confirm for a certificate that was complete.
func (o *Outstanding) Strays() []FollowUp { return slices.Clone(o.strays) }
