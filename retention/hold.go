package retention

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/grondslag/grondslag/basis"
)

// HoldReason is why disposition is suspended.
type HoldReason string

const (
	// Litigation: claims are brought or expected (GDPR Art. 17(3)(e)).
	Litigation HoldReason = "litigation"
	// Investigation: an authority has ordered or asked to preserve it (GDPR Art. 17(3)(b)).
	Investigation HoldReason = "investigation"
	// Audit: a check of the books is under way.
	Audit HoldReason = "audit"
	// OpenRequest: the person has asked for access or the like, and the answer is not out (GDPR Art. 12, 15 to 22).
	OpenRequest HoldReason = "request"
	// Contested: accuracy or an objection is being checked, or the person needs it for a claim (GDPR Art. 18(1)).
	Contested HoldReason = "contested"
)

// article returns the provision under which the data stay.
func (r HoldReason) article() string {
	switch r {
	case Investigation:
		return "GDPR 17(3)(b)"
	case OpenRequest:
		return "GDPR 12(3)"
	case Contested:
		return "GDPR 18(1)"
	}
	return "GDPR 17(3)(e)"
}

// Hold suspends the disposition of what it covers, and nothing else: clocks run on,
// and no use becomes allowed. It covers a record that matches each of its scopes
// that is not empty.
type Hold struct {
	// ID names the hold, in the form of a class; it is no personal data.
	ID     string     `json:"id"`
	Reason HoldReason `json:"reason"`
	// Owner answers for it: a role or department.
	Owner string `json:"owner"`
	// From is the first day and Until the last on which it is in force; without an
	// Until it is in force until released.
	From  Date `json:"from"`
	Until Date `json:"until,omitzero"`
	// Review is the day by which the owner looks whether it is still needed.
	Review   Date            `json:"review,omitzero"`
	Subjects []basis.Subject `json:"subjects,omitzero"`
	Classes  []ClassID       `json:"classes,omitzero"`
	Fields   []basis.Field   `json:"fields,omitzero"`
}

// InForce reports whether the hold is in force on the day.
func (h *Hold) InForce(on Date) bool { return on >= h.From && (h.Until == 0 || on <= h.Until) }

// Release returns the hold as ended: it is not in force from the day on, and what
// is overdue by then is due at once. A hold that had ended earlier stays so, and one
// released before it began never was. No day releases nothing.
func (h Hold) Release(on Date) Hold {
	if on.Valid() && (h.Until == 0 || h.Until >= on) {
		h.Until = max(on, h.From) - 1
	}
	return h
}

func (h *Hold) check() error {
	switch {
	case !wellFormed(h.ID, "_-."):
		return errors.New("retention: a hold needs an ID of lower case letters, digits, underscores, hyphens and dots")
	case !h.Reason.Valid():
		return fmt.Errorf("retention: hold %s has no known reason", h.ID)
	case strings.TrimSpace(h.Owner) == "":
		return fmt.Errorf("retention: hold %s has no owner", h.ID)
	case !h.From.Valid():
		return fmt.Errorf("retention: hold %s has no first day", h.ID)
	case h.Until != 0 && h.Until < h.From-1:
		return fmt.Errorf("retention: hold %s ends before it begins", h.ID)
	case h.Until == 0 && !h.Review.Valid():
		return fmt.Errorf("retention: hold %s has neither an end nor a day of review", h.ID)
	case slices.Contains(h.Subjects, ""):
		return fmt.Errorf("retention: hold %s names a subject that is empty", h.ID)
	}
	for _, f := range h.Fields {
		if f == "" || basis.FieldOf(string(f)) != f {
			return fmt.Errorf("retention: hold %s: field %q has the canonical name %q", h.ID, f, basis.FieldOf(string(f)))
		}
	}
	return nil
}

// CheckHolds returns an error for each hold on a class or a field that the schedule
// does not have: misspelt, it would hold nothing. A [Sweep] asks this before it begins.
func (s *Schedule) CheckHolds(holds *Holds) error {
	if holds == nil {
		return nil
	}
	var errs []error
	for i := range holds.all {
		h := &holds.all[i]
		for _, id := range h.Classes {
			if !s.hasClass(id) {
				errs = append(errs, fmt.Errorf("retention: hold %s is on the unknown class %q", h.ID, id))
			}
		}
		for _, f := range h.Fields {
			if len(s.fields) > 0 && !slices.ContainsFunc(s.fields, func(p fieldPlan) bool { return (&Hold{Fields: []basis.Field{f}}).coversField(p.name) }) {
				errs = append(errs, fmt.Errorf("retention: hold %s is on the unknown field %q", h.ID, f))
			}
		}
	}
	return errors.Join(errs...)
}

// RequestHold is the hold that an open request of the person puts on all of that
// person's records, from receipt until it is answered; see [Hold.Release]. It is
// reviewed on the day by which the answer is due.
func RequestHold(id string, subject basis.Subject, received, due Date) Hold {
	return Hold{
		ID: id, Reason: OpenRequest, Owner: "privacy", From: received, Review: due,
		Subjects: []basis.Subject{subject},
	}
}

// Holds is a set of holds, of any number and overlapping at will. Nil and the zero
// value hold nothing. It does not change after [NewHolds], and is safe for concurrent use.
type Holds struct {
	all       []Hold
	bySubject map[basis.Subject][]int32
	rest      []int32 // of those without subjects
}

// NewHolds checks the holds: each has an ID of its own, a reason, an owner, a first
// day, and an end or a day of review. The error joins everything that is wrong.
func NewHolds(list ...Hold) (*Holds, error) {
	hs := &Holds{all: slices.Clone(list), bySubject: map[basis.Subject][]int32{}}
	var errs []error
	seen := map[string]bool{}
	for i := range hs.all {
		h := &hs.all[i]
		h.Subjects, h.Classes, h.Fields = slices.Clone(h.Subjects), slices.Clone(h.Classes), slices.Clone(h.Fields)
		if err := h.check(); err != nil {
			errs = append(errs, err)
		} else if seen[h.ID] {
			errs = append(errs, fmt.Errorf("retention: hold %s is there twice", h.ID))
		}
		seen[h.ID] = true
		if len(h.Subjects) == 0 {
			hs.rest = append(hs.rest, int32(i))
			continue
		}
		slices.Sort(h.Subjects)
		for _, s := range slices.Compact(h.Subjects) {
			hs.bySubject[s] = append(hs.bySubject[s], int32(i))
		}
	}
	if err := errors.Join(errs...); err != nil {
		return nil, err
	}
	return hs, nil
}

// On returns the holds in force on the day over a field of one of the classes of
// the subject's record, in the order of [NewHolds].
func (hs *Holds) On(on Date, subject basis.Subject, classes []ClassID, field basis.Field) []Hold {
	var out []Hold
	hs.each(on, subject, func(h *Hold) bool {
		if len(h.Classes) > 0 && !slices.ContainsFunc(h.Classes, func(c ClassID) bool { return slices.Contains(classes, c) }) {
			return true
		}
		if h.coversField(field) {
			out = append(out, *h)
		}
		return true
	})
	slices.SortStableFunc(out, func(a, b Hold) int { return hs.index(a.ID) - hs.index(b.ID) })
	return out
}

func (hs *Holds) index(id string) int {
	return slices.IndexFunc(hs.all, func(h Hold) bool { return h.ID == id })
}

// Reviews returns the holds in force whose review is due by the day.
func (hs *Holds) Reviews(on Date) []Hold {
	var out []Hold
	if hs == nil {
		return nil
	}
	for i := range hs.all {
		if h := &hs.all[i]; h.InForce(on) && h.Review != 0 && h.Review <= on {
			out = append(out, *h)
		}
	}
	return out
}

// each calls yield for the holds in force that concern the subject, until it returns false.
func (hs *Holds) each(on Date, subject basis.Subject, yield func(*Hold) bool) {
	if hs == nil {
		return
	}
	for _, list := range [2][]int32{hs.bySubject[subject], hs.rest} {
		for _, i := range list {
			if h := &hs.all[i]; h.InForce(on) && !yield(h) {
				return
			}
		}
	}
}

// coversClass reports whether the hold covers one of the schedule's classes in the set.
func (h *Hold) coversClass(s *Schedule, set uint64) bool {
	for _, id := range h.Classes {
		if i, ok := s.byClass[id]; ok && set&(1<<i) != 0 {
			return true
		}
	}
	return len(h.Classes) == 0
}

// coversField reports whether the hold covers the field: a field within a held one is
// held, and so is one that a held field lies in.
func (h *Hold) coversField(field basis.Field) bool {
	if len(h.Fields) == 0 {
		return true
	}
	for _, f := range h.Fields {
		if f == field || within(field, f) || within(f, field) {
			return true
		}
	}
	return false
}

func within(f, parent basis.Field) bool {
	return len(f) > len(parent) && f[len(parent)] == '.' && f[:len(parent)] == parent
}
