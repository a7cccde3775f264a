package retention

import (
	"slices"

	"github.com/grondslag/grondslag/basis"
)

// The reference: the rules of this package said once more, one at a time, by sets
// and loops that walk day by day. It is slow and shares no computation with the
// package: no month arithmetic, no masks, no order of evaluation.

// mark is where one use of a class stands with one record.
type mark struct {
	use   *Use
	class ClassID
	// last is the last day, with the effect of erasure; without one the mark is open, or pending.
	last Date
	// own is the last day that the rule itself has.
	own Date
	// begun: what starts it has happened.
	begun bool
	// pending: it has not begun, or the law is not in force; unknown: the event that must have happened has no day.
	pending, unknown bool
	// erased: the right to erasure ended it, before or after its own time.
	erased bool
}

func (b *mark) lives(at Date) bool { return b.last == 0 || b.last >= at }

// reference holds what the tables of a policy say.
type reference struct {
	c  *calendar
	p  Policy
	fy FinancialYear
}

// mark computes one rule.
func (ref *reference) mark(class ClassID, u *Use, r *Record, at Date) mark {
	b := mark{use: u, class: class}
	event := Date(0)
	for _, o := range r.History {
		if o.On > 0 && o.On <= at && o.On > event && slices.Contains(u.Rule.Events, o.Event) {
			event = o.On
		}
	}
	if event == 0 {
		b.pending = true
		b.unknown = slices.ContainsFunc(u.Rule.Events, Event.Inherent)
	} else {
		ref.count(&b, event, at)
	}
	b.own, b.begun = b.last, event != 0
	// A duty or claim that may arise one day is no ground of Art. 17(3); a suspension is until its event.
	ground := exemptionOf(u) != "" && event != 0
	if u.Rule.Kind == Suspension {
		ground = exemptionOf(u) != "" && ref.prolongs(class, u.Purpose, r, at)
	}
	if r.Erasure != 0 && r.Erasure <= at && !ground && b.lives(r.Erasure) {
		b.last, b.pending, b.unknown, b.erased = r.Erasure-1, false, false, true
	}
	return b
}

// prolongs: a suspension needs a minimum of its purpose that has begun, if there is one at all.
func (ref *reference) prolongs(class ClassID, purpose basis.PurposeID, r *Record, at Date) bool {
	some := false
	for i := range ref.p.Classes {
		for j := range ref.p.Classes[i].Uses {
			u := &ref.p.Classes[i].Uses[j]
			if ref.p.Classes[i].ID != class || u.Purpose != purpose || u.Rule.Kind != Minimum && u.Rule.Kind != Exact {
				continue
			}
			some = true
			for _, o := range r.History {
				if o.On > 0 && o.On <= at && slices.Contains(u.Rule.Events, o.Event) {
					return true
				}
			}
		}
	}
	return !some
}

func (ref *reference) count(b *mark, event, at Date) {
	for i := range b.use.Rule.Terms {
		t := &b.use.Rule.Terms[i]
		cut := ref.c.cutoff(t.Cut, event, ref.fy)
		on := at
		if t.ByCutoff {
			on = cut
		}
		if t.From != 0 && on < t.From || t.Until != 0 && on > t.Until {
			continue
		}
		switch {
		case (t.Cut == CutFinancialYear || t.Cut == CutYearOfFinancialYear) && ref.c.cutoff(CutFinancialYear, event, ref.fy) >= at:
			b.pending = true
		case !t.Open:
			b.last = ref.c.roll(&b.use.Rule, t, cut, ref.c.lastDay(t, cut))
		}
		return
	}
	b.pending = true // no law that is in force
}

// exemptionOf is the ground on which a use withstands erasure.
func exemptionOf(u *Use) string {
	switch {
	case u.Exemption != "":
		return u.Exemption
	case slices.Contains([]Kind{Minimum, Exact, Suspension, Restriction}, u.Rule.Kind):
		return "GDPR 17(3)(b)"
	case u.Rule.Kind == PurposeLimit:
		return "GDPR 17(3)(e)"
	}
	return ""
}

// life is what keeps and ends one purpose of one class.
type life struct {
	purpose basis.PurposeID
	keeps   []mark // each keeps
	ends    []mark // the earliest ends
	had     bool   // full use, once
}

// lives of the classes, in the order of the policy.
func (ref *reference) lives(classes []ClassID, r *Record, at Date) []life {
	var out []life
	for i := range ref.p.Classes {
		c := &ref.p.Classes[i]
		if !slices.Contains(classes, c.ID) {
			continue
		}
		for _, p := range ref.purposes(c) {
			out = append(out, ref.life(c, p, r, at))
		}
	}
	return out
}

func (ref *reference) purposes(c *Class) (out []basis.PurposeID) {
	for i := range c.Uses {
		if !slices.Contains(out, c.Uses[i].Purpose) {
			out = append(out, c.Uses[i].Purpose)
		}
	}
	return out
}

func (ref *reference) life(c *Class, p basis.PurposeID, r *Record, at Date) life {
	l := life{purpose: p}
	binding := slices.ContainsFunc(c.Uses, func(u Use) bool {
		return u.Purpose == p && (u.Rule.Kind == Maximum || u.Rule.Kind == Exact)
	})
	for i := range c.Uses {
		u := &c.Uses[i]
		if u.Purpose != p {
			continue
		}
		b := ref.mark(c.ID, u, r, at)
		switch k := u.Rule.Kind; k {
		case Minimum, Suspension:
			l.keeps = append(l.keeps, b)
		case Restriction:
			if b.begun { // else there is nothing to block
				l.keeps = append(l.keeps, b)
			}
		case Exact:
			l.keeps, l.ends = append(l.keeps, b), append(l.ends, b)
		case PurposeLimit:
			l.ends = append(l.ends, b)
		case Maximum:
			l.ends, l.had = append(l.ends, b), true
		case MinimumGuidance:
			if !binding {
				l.keeps = append(l.keeps, b)
			}
		case Guidance:
			if !binding {
				l.ends, l.had = append(l.ends, b), true
			}
		}
	}
	return l
}

// earliest is the last day of the earliest of the ends; none while no end is known.
// The uses that withstand erasure are still ended by the others' own last days, so
// that it never prolongs anything.
func (l *life) earliest() Date {
	day := Date(0)
	for _, b := range l.ends {
		last := b.own
		if !slices.ContainsFunc(l.ends, func(b mark) bool { return !b.erased }) {
			last = b.last
		}
		if last != 0 && (day == 0 || last < day) {
			day = last
		}
	}
	return day
}

// ender is the use that ends the purpose: the first to end of those that withstood erasure.
func (l *life) ender() mark {
	stand := slices.DeleteFunc(slices.Clone(l.ends), func(b mark) bool { return b.erased })
	found := stand[0]
	for _, b := range stand {
		if b.last != 0 && (found.last == 0 || b.last < found.last) {
			found = b
		}
	}
	return found
}

func (l *life) endsLive(at Date) bool {
	end := l.earliest()
	return len(l.ends) > 0 && (end == 0 || end >= at)
}

// full: the purpose has full use on the day.
func (l *life) full(at Date) bool {
	return l.endsLive(at) && slices.ContainsFunc(l.ends, func(b mark) bool {
		k := b.use.Rule.Kind
		return (k == Maximum || k == Guidance) && b.lives(at)
	})
}

// living are the bounds that keep the purpose alive: each that keeps, and those that end when none has.
func (l *life) living(at Date) (out []mark) {
	for _, b := range l.keeps {
		if b.lives(at) {
			out = append(out, b)
		}
	}
	if l.endsLive(at) {
		for _, b := range l.ends {
			if !b.erased {
				out = append(out, b)
			}
		}
	}
	return out
}

// end is the last day of the purpose, and whether one is known.
func (l *life) end() (day Date, known bool) {
	known = true
	if len(l.ends) > 0 {
		day = l.earliest()
		known = day != 0
	}
	for _, b := range l.keeps {
		if b.last == 0 {
			known = false
		}
		day = max(day, b.last)
	}
	if !known {
		return 0, false
	}
	return day, true
}

// usable leaves out what blocks: a purpose can't use data that are only blocked.
func (l *life) usable() life {
	u := *l
	u.keeps = slices.DeleteFunc(slices.Clone(l.keeps), func(b mark) bool { return b.use.Rule.Kind == Restriction })
	return u
}

// verdict is what the reference makes of data.
type verdict struct {
	State      State
	KeepUntil  Date
	DeleteFrom Date
	DeleteBy   Date
	Overdue    int
	Purposes   []basis.PurposeID
	Holds      int
}

// decide applies the rules to data in some classes.
func (ref *reference) decide(classes []ClassID, r *Record, at Date, holds int, done bool) verdict {
	v := verdict{Holds: holds}
	lives := ref.lives(classes, r, at)
	alive, had, full, blocked, pending, known := false, false, false, true, true, true
	counted := false // something says how long
	for i := range lives {
		l := &lives[i]
		had = had || l.had
		counted = counted || len(l.keeps)+len(l.ends) > 0
		full = full || l.full(at)
		for _, b := range l.living(at) {
			alive = true
			blocked = blocked && b.use.Rule.Kind == Restriction
			pending = pending && b.pending
		}
		end, ok := l.end()
		if !ok && len(l.living(at)) > 0 {
			known = false
		}
		v.KeepUntil = max(v.KeepUntil, end)
	}
	switch {
	case done:
		v.State = Done
	case !counted && (r.Erasure == 0 || r.Erasure > at):
		v.State = Pending
	case !alive && holds > 0:
		v.State = Held
	case !alive:
		v.State = Due
	case blocked || had && !full:
		v.State = Restricted
	case pending:
		v.State = Pending
	default:
		v.State = Active
	}
	if !known {
		v.KeepUntil = 0
	}
	if !counted && v.State != Pending {
		v.KeepUntil = r.Erasure - 1 // what has nothing but blocks that have not begun ends by erasure
	}
	if v.KeepUntil != 0 {
		v.DeleteFrom, v.DeleteBy = v.KeepUntil+1, v.KeepUntil+1
		minimum := false // what must be kept through the day can't be gone on it
		for i := range lives {
			for _, b := range lives[i].keeps {
				minimum = minimum || b.last == v.KeepUntil
			}
			// What erasure ends goes on its first day.
			erased := len(lives[i].ends) > 0
			for _, b := range lives[i].ends {
				erased = erased && b.erased
			}
			minimum = minimum || erased && v.KeepUntil == r.Erasure-1
		}
		minimum = minimum || !counted
		if !minimum {
			v.DeleteBy = v.KeepUntil
		}
		if v.State == Held {
			v.DeleteFrom = 0
		}
		if v.State == Due {
			v.Overdue = max(0, int(at-v.DeleteBy))
		}
	}
	if v.State == Due || v.State == Held || v.State == Done {
		return v
	}
	for _, p := range ref.order() {
		for i := range lives {
			if u := lives[i].usable(); u.purpose == p && len(u.living(at)) > 0 && !slices.Contains(v.Purposes, p) {
				v.Purposes = append(v.Purposes, p)
			}
		}
	}
	return v
}

// order is that in which the policy names its purposes.
func (ref *reference) order() (out []basis.PurposeID) {
	for i := range ref.p.Classes {
		for _, p := range ref.purposes(&ref.p.Classes[i]) {
			if !slices.Contains(out, p) {
				out = append(out, p)
			}
		}
	}
	return out
}

// classesOf are those that a field is in and the record has.
func classesOf(field []ClassID, r *Record) (out []ClassID) {
	for _, c := range field {
		if r.Classes == nil || slices.Contains(r.Classes, c) {
			out = append(out, c)
		}
	}
	return out
}

// standing is where a purpose stands with data in some classes; ok is false when it has no part in them.
func (ref *reference) standing(classes []ClassID, p basis.PurposeID, r *Record, at Date) (code basis.Code, last Date, ok bool) {
	const denied, waits, runs = 1, 2, 3
	rank := 0
	for _, l := range ref.lives(classes, r, at) {
		if l.purpose != p {
			continue
		}
		u := l.usable()
		living := u.living(at)
		end, _ := u.end()
		c, n := CodeEnded, denied
		switch {
		case slices.ContainsFunc(living, func(b mark) bool { return b.unknown }):
			c = CodeNoAnchor
		case slices.ContainsFunc(living, func(b mark) bool { return !b.pending }):
			c, n = CodeWithin, runs
		case len(living) > 0:
			c, n = CodeNotBegun, waits
		case len(l.living(at)) > 0 || len(u.keeps)+len(u.ends) == 0: // or has nothing but a block to come
			c = CodeRestricted
		case r.Erasure != 0 && r.Erasure <= at && end == r.Erasure-1:
			c = CodeErased
		}
		// The class that lets the purpose use the field longest counts.
		if n > rank || n == rank && last != 0 && (end == 0 || end > last) {
			code, last, rank = c, end, n
		}
	}
	return code, last, rank > 0
}

// item is what the reference makes of a field in a plan of erasure.
type item struct {
	Action   ErasureAction
	Until    Date
	Purposes []basis.PurposeID // of the reasons
	Holds    int               // among the reasons
	reasons  []Date
}

// erase draws up the plan for data in some classes: the record as of the day from
// which the right took effect, without the uses that end by it.
func (ref *reference) erase(classes []ClassID, r *Record, at Date, holds []Hold, done bool) item {
	if done {
		return item{Action: Gone}
	}
	it := item{Action: Erase}
	e := *r
	if e.Erasure == 0 || e.Erasure > at {
		e.Erasure = at
	}
	known := true
	for _, l := range ref.lives(classes, &e, at) {
		living := l.living(at)
		if len(living) == 0 {
			continue
		}
		reasons := slices.DeleteFunc(slices.Clone(l.keeps), func(b mark) bool { return !b.lives(at) })
		if l.endsLive(at) {
			b := l.ender()
			b.last = l.earliest()
			if !slices.ContainsFunc(reasons, func(k mark) bool { return k.use == b.use }) {
				reasons = append(reasons, b)
			}
		}
		for _, b := range reasons {
			if exemptionOf(b.use) != "GDPR 17(3)(e)" && b.use.Rule.Kind != Restriction {
				it.Action = Keep
			} else if it.Action == Erase {
				it.Action = RestrictUntil
			}
			known = known && b.last != 0
			it.Until = max(it.Until, b.last)
			it.reasons = append(it.reasons, b.last)
		}
		if !slices.Contains(it.Purposes, l.purpose) {
			it.Purposes = append(it.Purposes, l.purpose)
		}
	}
	if it.Action == Erase {
		for _, h := range holds {
			it.Action = RestrictUntil
			it.Holds++
			known = known && h.Until != 0
			it.Until = max(it.Until, h.Until)
			it.reasons = append(it.reasons, h.Until)
		}
	}
	if !known {
		it.Until = 0
	}
	return it
}
