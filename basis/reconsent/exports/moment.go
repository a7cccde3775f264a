package exports

import (
	"bytes"
	"errors"
	"time"

	"github.com/grondslag/grondslag/basis/reconsent"
	"github.com/grondslag/grondslag/internal/civil"
)

// DateOrder says how a date with slashes is meant; they are refused without it.
type DateOrder string

const (
	DayFirst   DateOrder = "dmy"
	MonthFirst DateOrder = "mdy"
)

var (
	errMoment = errors.New("not a date or time")
	errSlash  = errors.New("a date with slashes can be read in two ways; state the date order")
)

// moments reads dates and times as export files have them. A time without zone is
// read in the stated zone; a date stays a date.
type moments struct {
	zone  *time.Location
	order DateOrder
}

// parse accepts, with nothing but white space around:
//
//	2006-01-02, 2006/01/02                       year first
//	2-1-2006, 2.1.2006                           day first, as Dutch and German spreadsheets write it
//	2/1/2006                                     only with a DateOrder
//	followed by nothing, or by [T ]15:04[:05[.999]] (the hour may have one digit) and nothing, Z, UTC, +01:00, +0100 or +0200 CEST
//	1136214245000                                13 digits: Unix milliseconds
func (m moments) parse(s []byte) (reconsent.When, error) {
	s = bytes.TrimSpace(s)
	if len(s) == 13 {
		if ms, ok := number(s); ok {
			return reconsent.Instant(time.UnixMilli(ms)), nil
		}
	}
	day, rest, err := m.date(s)
	if err != nil {
		return reconsent.When{}, err
	}
	y, mon, d := day.Split()
	if len(rest) == 0 {
		return reconsent.Day(y, mon, d), nil
	}
	if rest[0] != ' ' && rest[0] != 'T' {
		return reconsent.When{}, errMoment
	}
	clock, nanos, rest, ok := clock(rest[1:])
	if !ok {
		return reconsent.When{}, errMoment
	}
	if len(rest) == 0 {
		t := time.Date(y, mon, d, clock/3600, clock/60%60, clock%60, nanos, m.zone)
		return reconsent.Instant(t), nil
	}
	offset := 0
	if rest = bytes.TrimPrefix(rest, []byte(" ")); string(rest) != "Z" && string(rest) != "UTC" {
		// Go's own form ends in an abbreviation after the offset: +0200 CEST.
		if i := bytes.IndexByte(rest, ' '); i > 0 && letters(rest[i+1:]) {
			rest = rest[:i]
		}
		if offset, ok = zoneOffset(rest); !ok {
			return reconsent.When{}, errMoment
		}
	}
	return reconsent.Instant(time.Date(y, mon, d, 0, 0, clock-offset, nanos, time.UTC)), nil
}

// date reads the date at the front of s.
func (m moments) date(s []byte) (civil.Date, []byte, error) {
	var part [3]int
	var width [3]int
	var sep byte
	i := 0
	for n := range part {
		start := i
		for i < len(s) && '0' <= s[i] && s[i] <= '9' && i-start < 4 {
			part[n] = part[n]*10 + int(s[i]-'0')
			i++
		}
		width[n] = i - start
		if width[n] == 0 || width[n] == 3 {
			return 0, nil, errMoment
		}
		if n == 2 {
			break
		}
		if i == len(s) || s[i] != '-' && s[i] != '/' && s[i] != '.' || sep != 0 && s[i] != sep {
			return 0, nil, errMoment
		}
		sep = s[i]
		i++
	}
	y, mon, d := part[0], part[1], part[2]
	switch {
	case width[0] == 4 && width[1] <= 2 && width[2] <= 2 && sep != '.':
	case width[2] != 4 || width[0] > 2 || width[1] > 2:
		return 0, nil, errMoment
	case sep == '/' && m.order == "":
		return 0, nil, errSlash
	case sep == '/' && m.order == MonthFirst:
		y, mon, d = part[2], part[0], part[1]
	default:
		y, mon, d = part[2], part[1], part[0]
	}
	if y < 1 || mon < 1 || mon > 12 || d < 1 || d > civil.DaysIn(y, time.Month(mon)) {
		return 0, nil, errMoment
	}
	return civil.Of(y, time.Month(mon), d), s[i:], nil
}

// clock reads 15:04[:05[.999]] at the front of s, as seconds of the day and nanoseconds.
func clock(s []byte) (seconds, nanos int, rest []byte, ok bool) {
	if len(s) > 1 && s[1] == ':' { // 9:30, as spreadsheets write it
		s = append([]byte{'0'}, s...)
	}
	h, s, ok := twoDigits(s, 23)
	if !ok || len(s) == 0 || s[0] != ':' {
		return 0, 0, nil, false
	}
	m, s, ok := twoDigits(s[1:], 59)
	if !ok {
		return 0, 0, nil, false
	}
	seconds = h*3600 + m*60
	if len(s) == 0 || s[0] != ':' {
		return seconds, 0, s, true
	}
	sec, s, ok := twoDigits(s[1:], 59)
	if !ok {
		return 0, 0, nil, false
	}
	seconds += sec
	if len(s) < 2 || s[0] != '.' {
		return seconds, 0, s, true
	}
	s = s[1:]
	unit := 100_000_000
	n := 0
	for n < len(s) && '0' <= s[n] && s[n] <= '9' {
		nanos += int(s[n]-'0') * unit
		unit /= 10
		n++
	}
	return seconds, nanos, s[n:], n > 0
}

// zoneOffset reads +01:00, +0100 or -05 as seconds east of UTC.
func zoneOffset(s []byte) (int, bool) {
	if len(s) < 3 || s[0] != '+' && s[0] != '-' {
		return 0, false
	}
	h, rest, ok := twoDigits(s[1:], 15)
	if !ok {
		return 0, false
	}
	m := 0
	if len(rest) > 0 {
		if rest[0] == ':' {
			rest = rest[1:]
		}
		if m, rest, ok = twoDigits(rest, 59); !ok || len(rest) > 0 {
			return 0, false
		}
	}
	offset := h*3600 + m*60
	if s[0] == '-' {
		offset = -offset
	}
	return offset, true
}

func letters(s []byte) bool {
	for _, c := range s {
		if c < 'A' || c > 'Z' {
			return false
		}
	}
	return len(s) > 0
}

func twoDigits(s []byte, most int) (int, []byte, bool) {
	if len(s) < 2 {
		return 0, nil, false
	}
	n, ok := number(s[:2])
	return int(n), s[2:], ok && int(n) <= most
}

func number(s []byte) (n int64, ok bool) {
	for _, c := range s {
		if c < '0' || c > '9' {
			return 0, false
		}
		n = n*10 + int64(c-'0')
	}
	return n, len(s) > 0
}
