package holiday

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"time"

	"github.com/grondslag/grondslag/basis"
	"github.com/grondslag/grondslag/internal/civil"
	"github.com/grondslag/grondslag/retention"
)

// A Rule says on which day of a year a holiday falls, if on any: [On], [Nth], [Last],
// [OnOrAfter], [Easter] and [Once] make one, and its methods say for which years it holds
// and whether it moves. The zero value is no rule. What is wrong with a rule is told
// by [New] and [Calendar.With].
type Rule struct {
	name        basis.Text
	kind        kind
	month       time.Month
	weekday     time.Weekday
	n           int // the day of the month, the nth weekday, or days from Easter Sunday
	from, until int
	except      []int
	shift       Shift
}

// kind is how the arguments of a rule name a day.
type kind uint8

const (
	_ kind = iota
	onDay
	nthWeekday
	lastWeekday
	weekdayAfter
	fromEaster
)

// Easter Sunday is 22 March to 25 April, so that with these bounds a holiday stays in its year.
const minEaster, maxEaster = -80, 250

// On is the day of that number in the month; 29 February falls in leap years only.
func On(month time.Month, day int, name basis.Text) Rule {
	return Rule{kind: onDay, month: month, n: day, name: name}
}

// Nth is the nth such weekday of the month: 1 for the first, 1 <= n <= 4.
func Nth(n int, w time.Weekday, month time.Month, name basis.Text) Rule {
	return Rule{kind: nthWeekday, n: n, weekday: w, month: month, name: name}
}

// Last is the last such weekday of the month.
func Last(w time.Weekday, month time.Month, name basis.Text) Rule {
	return Rule{kind: lastWeekday, weekday: w, month: month, name: name}
}

// OnOrAfter is the first such weekday on or after the day, and so one of seven days:
// OnOrAfter(time.Saturday, time.June, 20, name) is the Saturday between 20 and 26 June.
func OnOrAfter(w time.Weekday, month time.Month, day int, name basis.Text) Rule {
	return Rule{kind: weekdayAfter, weekday: w, month: month, n: day, name: name}
}

// Easter is so many days after Easter Sunday of the Western church, or before it:
// -2 is Good Friday, 1 Easter Monday, 39 Ascension Day, 50 Whit Monday.
// -80 <= days <= 250.
func Easter(days int, name basis.Text) Rule {
	return Rule{kind: fromEaster, n: days, name: name}
}

// Once is one day of one year.
func Once(year int, month time.Month, day int, name basis.Text) Rule {
	if year == 0 {
		year = math.MinInt // no year, and not "without bound"
	}
	return On(month, day, name).From(year).Until(year)
}

// From lets the rule hold from that year on, 1 <= year <= 9999. A day that a shift
// takes into another year still belongs to the year it came from.
func (r Rule) From(year int) Rule { r.from = year; return r }

// Until lets the rule hold up to and including that year, 1 <= year <= 9999.
func (r Rule) Until(year int) Rule { r.until = year; return r }

// Except takes years out, 1 <= year <= 9999. Later calls add to earlier ones.
func (r Rule) Except(years ...int) Rule {
	r.except = slices.Concat(r.except, years)
	return r
}

// Moved lets the holiday move, by the weekday on which it falls.
func (r Rule) Moved(s Shift) Rule { r.shift = s; return r }

// A Shift says by how many days a holiday moves that falls on a certain weekday, at
// most six either way; 0 leaves it where it is.
//
//	Shift{time.Sunday: -1}                   // King's Day: to the Saturday before
//	Shift{time.Saturday: 2, time.Sunday: 1}  // to the Monday after the weekend
//	Shift{time.Saturday: 2, time.Sunday: 2}  // the British 25 and 26 December
type Shift [7]int

// err names all that is wrong with the rule.
func (r *Rule) err() error {
	var errs []error
	fail := func(format string, args ...any) { errs = append(errs, fmt.Errorf(format, args...)) }
	if r.kind == 0 {
		return errors.New("the zero Rule names no day")
	}
	if r.name.En == "" || r.name.Nl == "" {
		fail("a holiday needs an English and a Dutch name")
	}
	month := r.month >= time.January && r.month <= time.December
	if r.kind != fromEaster && !month {
		fail("there is no month %d", r.month)
	}
	switch r.kind {
	case onDay, weekdayAfter:
		if year := r.from; month && (r.n < 1 || r.n > civil.DaysIn(2000, r.month) ||
			r.kind == onDay && year == r.until && year > 0 && year <= 9999 && r.n > civil.DaysIn(year, r.month)) {
			fail("%s has no day %d", r.month, r.n)
		}
	case nthWeekday:
		if r.n < 1 || r.n > 4 {
			fail("want the first to the fourth weekday of the month, or Last, found %d", r.n)
		}
	case fromEaster:
		if r.n < minEaster || r.n > maxEaster {
			fail("%d days from Easter are not within %d to %d", r.n, minEaster, maxEaster)
		}
	}
	if r.weekday < time.Sunday || r.weekday > time.Saturday {
		fail("there is no weekday %d", r.weekday)
	}
	years := slices.Clone(r.except)
	for _, bound := range [...]int{r.from, r.until} {
		if bound != 0 {
			years = append(years, bound)
		}
	}
	if slices.ContainsFunc(years, func(y int) bool { return y < 1 || y > 9999 }) {
		fail("a year is not in 1 to 9999")
	} else if r.until != 0 && r.until < r.from {
		fail("it holds until %d, before it does from %d", r.until, r.from)
	}
	for w, days := range r.shift {
		if days < -6 || days > 6 {
			fail("from a %s it moves by %d days, more than six", time.Weekday(w), days)
		}
	}
	return errors.Join(errs...)
}

// falls returns the day of the rule in that year, no day when there is none.
func (r *Rule) falls(year int) retention.Date {
	if year < 1 || year > 9999 || r.from != 0 && year < r.from || r.until != 0 && year > r.until ||
		slices.Contains(r.except, year) {
		return 0
	}
	var d retention.Date
	switch r.kind {
	case onDay:
		if r.n > civil.DaysIn(year, r.month) {
			return 0
		}
		d = date(year, r.month, r.n)
	case nthWeekday:
		d = weekdayFrom(date(year, r.month, 1), r.weekday) + retention.Date(r.n-1)*7
	case lastWeekday:
		d = weekdayFrom(date(year, r.month, civil.DaysIn(year, r.month))-6, r.weekday)
	case weekdayAfter:
		day := min(r.n, civil.DaysIn(year, r.month))
		d = weekdayFrom(date(year, r.month, day)+retention.Date(r.n-day), r.weekday)
	case fromEaster:
		d = easter(year) + retention.Date(r.n)
	}
	if !d.Valid() {
		return 0
	}
	if d += retention.Date(r.shift[d.Weekday()]); !d.Valid() {
		return 0
	}
	return d
}

// weekdayFrom returns the first such weekday, d itself included.
func weekdayFrom(d retention.Date, w time.Weekday) retention.Date {
	return d + retention.Date(w-d.Weekday()+7)%7
}

// date returns a day that is known to exist.
func date(year int, month time.Month, day int) retention.Date {
	d, _ := retention.DateOf(year, month, day)
	return d
}
