package receipt

import (
	"strconv"
	"strings"
	"time"
)

// Span is the kind of a [Duration], as the Data Privacy Vocabulary tells them apart.
type Span string

const (
	// SpanPeriod is a length of time, ISO 8601: P6M.
	SpanPeriod Span = "period"
	// SpanUntil ends at an instant of RFC 3339, or with a day 2006-01-02.
	SpanUntil Span = "until"
	// SpanEvent ends with an event, in words, or with a term: dpv:ConsentWithdrawn.
	SpanEvent Span = "event"
	// SpanTimes is a number of uses, from 1.
	SpanTimes Span = "times"
	// SpanEndless has no end that is known.
	SpanEndless Span = "endless"
)

// Duration is how long something lasts. The zero value is not stated, which nothing that
// is complete leaves open.
type Duration struct {
	Span Span
	// Value is the length, the instant, the event or the number; empty for SpanEndless.
	Value string
}

// IsZero reports whether it is not stated.
func (d Duration) IsZero() bool { return d == Duration{} }

// untilWithdrawn is how long consent lasts that has no end of its own.
func untilWithdrawn() Duration { return Duration{SpanEvent, "dpv:ConsentWithdrawn"} }

// valid reports whether the value has the form that the kind asks for.
func (d Duration) valid() bool {
	switch d.Span {
	case SpanPeriod:
		return period(d.Value)
	case SpanUntil:
		_, _, ok := d.until()
		return ok
	case SpanEvent:
		return strings.TrimSpace(d.Value) != ""
	case SpanTimes:
		n, err := strconv.Atoi(d.Value)
		return err == nil && n > 0
	case SpanEndless:
		return d.Value == ""
	}
	return false
}

// until returns the instant of a SpanUntil, and whether it is only a day.
func (d Duration) until() (t time.Time, day, ok bool) {
	if t, err := time.Parse(time.DateOnly, d.Value); err == nil {
		return t, true, true
	}
	t, err := time.Parse(time.RFC3339Nano, d.Value)
	return t, false, err == nil && d.Span == SpanUntil
}

// period reports whether s is a duration of ISO 8601 in whole numbers: P, then years,
// months, weeks and days in that order, then T with hours, minutes and seconds; at least
// one of them, each of 1 to 6 digits.
func period(s string) bool {
	parts, ok := periodParts(s)
	return ok && len(parts) > 0
}

type periodPart struct {
	n    int
	unit string // Y M W D, and with T before it H M S
}

func periodParts(s string) (out []periodPart, ok bool) {
	s, ok = strings.CutPrefix(s, "P")
	if !ok {
		return nil, false
	}
	date, clock, timed := strings.Cut(s, "T")
	if timed && clock == "" {
		return nil, false
	}
	for _, half := range []struct{ text, units, before string }{{date, "YMWD", ""}, {clock, "HMS", "T"}} {
		units := half.units
		for rest := half.text; rest != ""; {
			i := strings.IndexFunc(rest, func(r rune) bool { return r < '0' || r > '9' })
			if i < 1 || i > 6 {
				return nil, false
			}
			at := strings.IndexByte(units, rest[i])
			if at < 0 {
				return nil, false
			}
			n, _ := strconv.Atoi(rest[:i])
			out = append(out, periodPart{n, half.before + rest[i:i+1]})
			rest, units = rest[i+1:], units[at+1:]
		}
	}
	return out, true
}

// after returns the end of a SpanPeriod that begins at t, by the civil calendar of UTC.
func (d Duration) after(t time.Time) (time.Time, bool) {
	parts, ok := periodParts(d.Value)
	if !ok || d.Span != SpanPeriod {
		return time.Time{}, false
	}
	for _, p := range parts {
		switch p.unit {
		case "Y":
			t = addMonths(t, 12*p.n)
		case "M":
			t = addMonths(t, p.n)
		case "W":
			t = t.AddDate(0, 0, 7*p.n)
		case "D":
			t = t.AddDate(0, 0, p.n)
		case "TH":
			t = t.Add(time.Duration(p.n) * time.Hour)
		case "TM":
			t = t.Add(time.Duration(p.n) * time.Minute)
		case "TS":
			t = t.Add(time.Duration(p.n) * time.Second)
		}
	}
	return t, true
}

// addMonths adds months; what would fall beyond the last day of a month is that day.
func addMonths(t time.Time, months int) time.Time {
	first := time.Date(t.Year(), t.Month(), 1, t.Hour(), t.Minute(), t.Second(), t.Nanosecond(), t.Location()).AddDate(0, months, 0)
	last := first.AddDate(0, 1, -1).Day()
	return first.AddDate(0, 0, min(t.Day(), last)-1)
}
