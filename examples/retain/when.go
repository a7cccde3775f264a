package main

import (
	"errors"
	"strings"
	"time"

	"github.com/grondslag/grondslag/retention"
)

// defaultZone is the zone of a question that names neither a zone nor a country.
const defaultZone = "Europe/Amsterdam"

// location returns the zone of -zone, else the fallback.
func (a *arguments) location(fallback string) (*time.Location, error) {
	name := fallback
	if a.has("zone") {
		name = a.value("zone")
	}
	loc, err := zone(name)
	if err != nil {
		return nil, usagef("-zone %q: %w", name, err)
	}
	return loc, nil
}

// zone finds a zone of the IANA database. What time.LoadLocation takes beyond those
// names, such as "", Local, and files that systems keep beside the zones, is refused.
func zone(name string) (*time.Location, error) {
	unknown := errors.New("not a zone of the IANA database, such as Europe/Amsterdam")
	for _, c := range []byte(name) {
		if (c < 'a' || c > 'z') && (c < 'A' || c > 'Z') && (c < '0' || c > '9') && !strings.ContainsRune("/_+-", rune(c)) {
			return nil, unknown
		}
	}
	switch first, _, _ := strings.Cut(name, "/"); first {
	case "", "Local", "localtime", "posixrules", "posix", "right":
		return nil, unknown
	}
	if strings.Contains(name, "//") || strings.HasSuffix(name, "/") {
		return nil, unknown
	}
	loc, err := time.LoadLocation(name)
	if err != nil {
		return nil, unknown
	}
	return loc, nil
}

// day is the value of a flag as a civil day in the zone; no day when it was not given.
func (a *arguments) day(name string, loc *time.Location) (retention.Date, error) {
	if !a.has(name) {
		return 0, nil
	}
	d, err := civilDay(a.value(name), loc)
	if err != nil {
		return 0, usagef("-%s %q: %w", name, a.value(name), err)
	}
	return d, nil
}

// today is -at, else the day of the clock in the zone.
func (p *program) today(loc *time.Location) (retention.Date, error) {
	if p.has("at") {
		return p.day("at", loc)
	}
	return dayIn(p.now, loc)
}

// financialYear is -fy-end, or the calendar year.
func (a *arguments) financialYear() (retention.FinancialYear, error) {
	if !a.has("fy-end") {
		return retention.FinancialYear{}, nil
	}
	fy, err := retention.ParseFinancialYear(a.value("fy-end"))
	if err != nil {
		return fy, usagef("-fy-end %q: %w", a.value("fy-end"), err)
	}
	return fy, nil
}

// span is a run of days; without an end it goes on.
type span struct{ from, until retention.Date }

// holds reports whether the day is in the span.
func (s span) holds(d retention.Date) bool { return d >= s.from && (s.until == 0 || d <= s.until) }

// spans are the values of a flag of the form FROM..UNTIL or FROM.. .
func (a *arguments) spans(name string) (out []span, err error) {
	for _, text := range a.given[name] {
		from, until, ok := strings.Cut(text, "..")
		var s span
		if !ok {
			return nil, usagef("-%s %q: want two days, as 2026-02-01..2027-03-10", name, text)
		}
		if s.from, err = retention.ParseDate(from); err != nil {
			return nil, usagef("-%s %q: first day: %w", name, text, err)
		}
		if until != "" {
			if s.until, err = retention.ParseDate(until); err != nil {
				return nil, usagef("-%s %q: last day: %w", name, text, err)
			}
			if s.until < s.from {
				return nil, usagef("-%s %q ends before it begins", name, text)
			}
		}
		out = append(out, s)
	}
	return out, nil
}

// civilDay reads a day, or an instant as the day that it falls on in the zone.
func civilDay(s string, loc *time.Location) (retention.Date, error) {
	if !strings.Contains(s, "T") {
		d, err := retention.ParseDate(s)
		if err != nil {
			return 0, errors.New("want a day that exists, as 2006-01-02, or an instant, as 2006-01-02T15:04:05+01:00")
		}
		return d, nil
	}
	t, err := instant(s)
	if err != nil {
		return 0, err
	}
	return dayIn(t, loc)
}

// dayIn is the civil day of an instant.
func dayIn(t time.Time, loc *time.Location) (retention.Date, error) {
	d, err := retention.DateOf(t.In(loc).Date())
	if err != nil {
		return 0, errors.New("the instant lies outside the years 1 to 9999 in the zone " + loc.String())
	}
	return d, nil
}

var errInstant = errors.New("want an instant of RFC 3339, as 2006-01-02T15:04:05Z or 2006-01-02T15:04:05+01:00")

// instant reads RFC 3339 by its grammar, in capitals; time.Parse also takes a comma and an
// hour of one digit. There is no 24:00 and no second 60. A fraction is dropped, since neither a day nor
// an hour depends on it. The result is in a zone of that offset.
func instant(s string) (time.Time, error) {
	const shortest = len("2006-01-02T15:04:05Z")
	if len(s) < shortest || s[10] != 'T' || s[13] != ':' || s[16] != ':' {
		return time.Time{}, errInstant
	}
	day, err := retention.ParseDate(s[:10])
	hour, okHour := below(s[11:13], 24)
	minute, okMinute := below(s[14:16], 60)
	second, okSecond := below(s[17:19], 60)
	if err != nil || !okHour || !okMinute || !okSecond {
		return time.Time{}, errInstant
	}
	rest := s[19:]
	if rest[0] == '.' {
		fraction := 1
		for fraction < len(rest) && rest[fraction] >= '0' && rest[fraction] <= '9' {
			fraction++
		}
		if fraction == 1 {
			return time.Time{}, errInstant
		}
		rest = rest[fraction:]
	}
	offset := 0
	if rest != "Z" {
		if len(rest) != len("+01:00") || rest[0] != '+' && rest[0] != '-' || rest[3] != ':' {
			return time.Time{}, errInstant
		}
		h, okHour := below(rest[1:3], 24)
		m, okMinute := below(rest[4:6], 60)
		if !okHour || !okMinute {
			return time.Time{}, errInstant
		}
		if offset = h*3600 + m*60; rest[0] == '-' {
			offset = -offset
		}
	}
	year, month, number := day.Split()
	return time.Date(year, month, number, hour, minute, second, 0, time.FixedZone("", offset)), nil
}

// below reads a number of two digits that is below the limit.
func below(s string, limit int) (int, bool) {
	if s[0] < '0' || s[0] > '9' || s[1] < '0' || s[1] > '9' {
		return 0, false
	}
	n := int(s[0]-'0')*10 + int(s[1]-'0')
	return n, n < limit
}
