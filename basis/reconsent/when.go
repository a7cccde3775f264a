package reconsent

import (
	"errors"
	"time"

	"github.com/grondslag/grondslag/internal/civil"
)

// When is the moment of a fact, as precisely as the record states it: not at
// all (the zero value), a civil day, an instant, or "it happened, nobody wrote
// down when". A day is read in the controller's zone, given to [NewTable].
type When struct {
	sec  int64 // Unix seconds of an instant, day number of a day
	nsec int32
	kind precision
}

type precision uint8

const (
	unknown precision = iota
	dayOnly
	instant
	undated
)

// Undated is a moment that has passed but was not recorded. A denial without a
// moment counts as later than every grant.
func Undated() When { return When{kind: undated} }

// Instant is the moment t, to the nanosecond. The zero time is the zero When: it
// stands for "not set" in Go, not for a moment long ago. So is a year after 9999
// (in UTC), which no table reaches; one before year 1 is Undated.
func Instant(t time.Time) When {
	const year1, year10000 = -62135596800, 253402300800 // Unix seconds
	switch sec := t.Unix(); {
	case t.IsZero(), sec >= year10000:
		return When{}
	case sec < year1:
		return Undated()
	default:
		return When{kind: instant, sec: sec, nsec: int32(t.Nanosecond())}
	}
}

// Day is the civil day of that year, month and day of the month; a day that the
// calendar does not have gives the zero When. Years 1 to 9999.
func Day(year int, month time.Month, day int) When {
	if year < 1 || year > 9999 || month < 1 || month > 12 || day < 1 || day > civil.DaysIn(year, month) {
		return When{}
	}
	return dayOf(civil.Of(year, month, day))
}

func dayOf(d civil.Date) When { return When{kind: dayOnly, sec: int64(d)} }

var errWhen = errors.New("reconsent: not a date (2006-01-02) or an RFC 3339 instant")

// ParseWhen reads a date "2006-01-02" or an RFC 3339 instant
// "2006-01-02T15:04:05Z"; "" is the zero When. Nothing else is accepted: years 1
// to 9999, for an instant in UTC, and not Go's zero time. The error does not
// repeat the text. No allocation on success.
func ParseWhen[T ~string | ~[]byte](text T) (When, error) {
	switch {
	case len(text) == 0:
		return When{}, nil
	case len(text) == 10:
		d, err := civil.Parse(text)
		if err != nil {
			return When{}, errWhen
		}
		return dayOf(d), nil
	case len(text) < 20 || len(text) > 64:
		return When{}, errWhen
	}
	var t time.Time
	if err := t.UnmarshalText([]byte(text)); err != nil || text[len("2006-01-02T15:04:05")] == ',' || badOffset(text) {
		return When{}, errWhen // package time takes a comma and 24 hours of offset too
	}
	w := Instant(t)
	if w.kind != instant {
		return When{}, errWhen
	}
	return w, nil
}

// badOffset reports an offset of 24 hours, which RFC 3339 does not have.
func badOffset[T ~string | ~[]byte](text T) bool {
	sign := text[len(text)-6]
	return (sign == '+' || sign == '-') && text[len(text)-5] == '2' && text[len(text)-4] == '4'
}

// IsZero reports whether nothing is known of the moment.
func (w When) IsZero() bool { return w.kind == unknown }

// HasTime reports whether the time of day is known.
func (w When) HasTime() bool { return w.kind == instant }

// Time returns the instant, and whether w is one.
func (w When) Time() (time.Time, bool) {
	if w.kind != instant {
		return time.Time{}, false
	}
	return time.Unix(w.sec, int64(w.nsec)).UTC(), true
}

// Latest returns the last instant that w can stand for: itself, or the end of the
// day in loc. It is false for an unknown or undated moment.
func (w When) Latest(loc *time.Location) (time.Time, bool) {
	if w.kind == dayOnly {
		return (civil.Date(w.sec) + 1).Start(loc).Add(-time.Nanosecond), true
	}
	return w.Time()
}

// String returns the date or the RFC 3339 instant in UTC, "undated", or "".
func (w When) String() string {
	switch w.kind {
	case dayOnly:
		return civil.Date(w.sec).String()
	case instant:
		return time.Unix(w.sec, int64(w.nsec)).UTC().Format(time.RFC3339Nano)
	case undated:
		return "undated"
	}
	return ""
}

// MarshalText implements [encoding.TextMarshaler] with the form of String.
func (w When) MarshalText() ([]byte, error) { return []byte(w.String()), nil }

// UnmarshalText reads the form that MarshalText writes. On error w is left as it was.
func (w *When) UnmarshalText(text []byte) error {
	if string(text) == "undated" {
		*w = Undated()
		return nil
	}
	v, err := ParseWhen(text)
	if err == nil {
		*w = v
	}
	return err
}

// day returns the civil day in loc. Only for a day or an instant.
func (w When) day(loc *time.Location) civil.Date {
	if w.kind == dayOnly {
		return civil.Date(w.sec)
	}
	return civil.In(time.Unix(w.sec, int64(w.nsec)), loc)
}

// After reports whether both are instants and w is later than o.
func (w When) After(o When) bool {
	return w.kind == instant && o.kind == instant && moment{o.sec, o.nsec}.before(moment{w.sec, w.nsec})
}

// days returns the days since 1970-01-01, in UTC for an instant: within a day of those
// of any zone. Only for a day or an instant.
func (w When) days() int64 {
	if w.kind == dayOnly {
		return w.sec
	}
	return w.sec / (24 * 60 * 60)
}

// moment is an instant that compares without a zone look-up.
type moment struct {
	sec  int64
	nsec int32
}

func momentOf(t time.Time) moment { return moment{t.Unix(), int32(t.Nanosecond())} }

func (m moment) before(o moment) bool {
	return m.sec < o.sec || m.sec == o.sec && m.nsec < o.nsec
}

// dayLimit answers "is this on or before day D?" for days and instants, with the
// zone's part worked out once.
type dayLimit struct {
	day  civil.Date
	next moment // the first instant after the day
}

func newDayLimit(d civil.Date, loc *time.Location) dayLimit {
	return dayLimit{day: d, next: momentOf((d + 1).Start(loc))}
}

// reached reports whether w lies on or before the day. What is unknown does not;
// what happened undated does.
func (l dayLimit) reached(w When) bool {
	switch w.kind {
	case dayOnly:
		return civil.Date(w.sec) <= l.day
	case instant:
		return moment{w.sec, w.nsec}.before(l.next)
	}
	return w.kind == undated
}

// laterThan reports whether the instant w is later than the denial d: a day
// stands for its end, an undated denial is later than everything.
func (w When) laterThan(d When, loc *time.Location) bool {
	if w.kind != instant {
		return false
	}
	at := moment{w.sec, w.nsec}
	switch d.kind {
	case instant:
		return moment{d.sec, d.nsec}.before(at)
	case dayOnly:
		// Midnight lies within a day of midnight UTC, in every zone; only near it the zone counts.
		const day = 24 * 60 * 60
		if gap := w.sec - (d.sec+1)*day; gap >= day || gap < -day {
			return gap > 0
		}
		return !at.before(momentOf((civil.Date(d.sec) + 1).Start(loc)))
	}
	return false
}
