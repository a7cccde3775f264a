// Package civil computes with civil days: dates of the proleptic Gregorian
// calendar without zone or time of day, the unit in which law counts.
//
// A [Date] is a number of days, so that comparing two is comparing integers.
// Months and years are added once and clamped once to the last day of the month
// (31 January + 1 month = 28 or 29 February), as Regulation 1182/71 Art. 3(2)(c)
// has it.
package civil

import (
	"errors"
	"time"
)

// Date is a civil day, as days since 1970-01-01. The zero value is that day,
// so a Date that may be absent needs a flag beside it.
type Date int32

const secondsPerDay = 24 * 60 * 60

// shift is the number of days from 1 March of the year -400 to 1970-01-01.
const shift = 719468 + 146097

// Of returns the day of that year, month and day of the month. The month and day
// must exist in the calendar: 1 <= month <= 12, 1 <= day <= DaysIn(year, month); years 1 to 9999.
func Of(year int, month time.Month, day int) Date {
	// As Split, the other way round.
	y, m := uint32(year+400), uint32(month)
	if m <= 2 {
		y--
		m += 12
	}
	century := y / 100
	return Date(1461*y/4-century+century/4+(979*m-2919)/32+uint32(day)-1) - shift
}

// Split returns the year, month and day of the month.
func (d Date) Split() (year int, month time.Month, day int) {
	// Years that begin on 1 March, so that the odd day comes last, and multiplications
	// instead of divisions: Neri and Schneider, Euclidean affine functions and their
	// application to calendar algorithms, Software: Practice and Experience 53 (2023).
	n := 4*uint32(d+shift) + 3
	century := n / 146097
	p := 2939745 * uint64(n%146097|3)
	yearOfCentury, dayOfYear := uint32(p>>32), uint32(p)/2939745/4
	n = 2141*dayOfYear + 197913
	year, month, day = int(100*century+yearOfCentury)-400, time.Month(n>>16), int((n&0xffff)/2141)+1
	if dayOfYear >= 306 {
		year++
		month -= 12
	}
	return year, month, day
}

// In returns the civil day of instant t in loc.
func In(t time.Time, loc *time.Location) Date {
	y, m, d := t.In(loc).Date()
	return Of(y, m, d)
}

// Start returns the first instant of the day in loc. Where midnight does not
// exist (a clock change at 00:00) that is the first instant after the gap; where
// it happens twice, the earlier one. A day that the zone skipped altogether starts
// where the next one does.
func (d Date) Start(loc *time.Location) time.Time {
	y, m, day := d.Split()
	t := time.Date(y, m, day, 0, 0, 0, 0, loc)
	if In(t, loc) < d {
		// In the gap, and resolved to before it: the day starts when the zone changes.
		_, end := t.ZoneBounds()
		return end
	}
	if start, _ := t.ZoneBounds(); !start.IsZero() {
		// The zone changed since this day began: either midnight was skipped and t
		// lies past the gap, or midnight came twice and t may be the second.
		if In(start, loc) == d && start.Before(t) {
			t = start
		}
		before := start.Add(-time.Nanosecond)
		if In(before, loc) == d {
			_, offset := before.Zone()
			t = time.Unix(int64(d)*secondsPerDay-int64(offset), 0).In(loc)
		}
	}
	return t
}

// DaysIn returns the number of days of the month.
func DaysIn(year int, month time.Month) int {
	switch month {
	case time.April, time.June, time.September, time.November:
		return 30
	case time.February:
		if year%4 == 0 && (year%100 != 0 || year%400 == 0) {
			return 29
		}
		return 28
	}
	return 31
}

// AddMonths returns the same day of the month n months later (or earlier, n < 0),
// clamped to the last day of that month. The result must lie in years 1 to 9999.
func (d Date) AddMonths(n int) Date {
	y, m, day := d.Split()
	months := y*12 + int(m) - 1 + n
	y, m = months/12, time.Month(months%12+1)
	if last := DaysIn(y, m); day > last {
		day = last
	}
	return Of(y, m, day)
}

// YearsUntil returns the full years between birth date d and day at: the person's
// age. Someone born on 29 February ages on 1 March in a year without one.
func (d Date) YearsUntil(at Date) int {
	by, bm, bd := d.Split()
	y, m, day := at.Split()
	age := y - by
	if m < bm || m == bm && day < bd {
		age--
	}
	return age
}

var errDate = errors.New("civil: not a date of the form 2006-01-02")

// Parse reads a date of the form 2006-01-02 with year 1 to 9999; nothing else.
// It does not allocate. The error never contains the text.
func Parse[T ~string | ~[]byte](s T) (Date, error) {
	if len(s) != 10 || s[4] != '-' || s[7] != '-' {
		return 0, errDate
	}
	year, ok1 := digits(s[0:4])
	month, ok2 := digits(s[5:7])
	day, ok3 := digits(s[8:10])
	if !ok1 || !ok2 || !ok3 || year < 1 || month < 1 || month > 12 || day < 1 || day > DaysIn(year, time.Month(month)) {
		return 0, errDate
	}
	return Of(year, time.Month(month), day), nil
}

func digits[T ~string | ~[]byte](s T) (n int, ok bool) {
	for i := range len(s) {
		c := s[i]
		if c < '0' || c > '9' {
			return 0, false
		}
		n = n*10 + int(c-'0')
	}
	return n, true
}

// String returns the date as 2006-01-02.
func (d Date) String() string { return string(d.Append(nil)) }

// Append appends the date as 2006-01-02 to b.
func (d Date) Append(b []byte) []byte {
	y, m, day := d.Split()
	return append(b, byte('0'+y/1000%10), byte('0'+y/100%10), byte('0'+y/10%10), byte('0'+y%10), '-',
		byte('0'+int(m)/10), byte('0'+int(m)%10), '-', byte('0'+day/10), byte('0'+day%10))
}
