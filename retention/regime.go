package retention

import "time"

// Holidays tells which days are public holidays under some list: see the calendars
// of package holiday, or plug in your own. Weekends are not asked for.
type Holidays interface {
	Holiday(d Date) bool
}

// HolidayFunc is a function as [Holidays].
type HolidayFunc func(Date) bool

// Holiday calls f; a nil f knows no holidays.
func (f HolidayFunc) Holiday(d Date) bool { return f != nil && f(d) }

// Working reports whether the day is neither Saturday, Sunday nor a holiday. Nil
// holidays are none.
func Working(d Date, h Holidays) bool {
	w := d.Weekday()
	return w != time.Saturday && w != time.Sunday && (h == nil || !h.Holiday(d))
}

// Regime is a law on the computation of time, as far as it moves the last day of a
// period. Which holidays count under it is the caller's to give.
type Regime string

const (
	// Plain moves nothing: retention periods under national tax and company law.
	Plain Regime = "none"
	// Regulation1182 is Regulation (EEC, Euratom) 1182/71, for periods in Union acts
	// such as GDPR Art. 12(3): Art. 3(4) moves a last day on a holiday, Sunday or
	// Saturday to the next working day; Art. 3(5) has at least two working days in a
	// period of two days or more.
	Regulation1182 Regime = "eu"
	// Termijnenwet is the Dutch Algemene termijnenwet: Art. 1(1) and, for at least
	// two working days in a period of three days or more, Art. 2. Periods above 90
	// days, 12 weeks or three months, of a year or more, are left alone (Art. 4).
	Termijnenwet Regime = "atw"
	// BGB193 is Sec. 193 BGB: for declarations and performance, no minimum of working days.
	BGB193 Regime = "bgb"
	// AO108 is Sec. 108(3) AO: as BGB193, for every period of German tax law.
	AO108 Regime = "ao"
)

// Article returns the provision that moves a last day, or the empty string.
func (r Regime) Article() string {
	switch r {
	case Regulation1182:
		return "Reg. 1182/71 3(4)"
	case Termijnenwet:
		return "Atw 1(1)"
	case BGB193:
		return "BGB 193"
	case AO108:
		return "AO 108(3)"
	}
	return ""
}

// Extend returns the last day of a period of that length, of which first is the
// first counted day and last the last one before any move: that day, or a later one
// when the regime moves it. It takes about three holiday look-ups and does not allocate. A
// search that leaves the calendar, or finds no working day in a year, leaves last where it is.
func (r Regime) Extend(first, last Date, p Period, h Holidays) Date {
	least := 0 // days of work that there must be, when the period is long enough
	switch r {
	case Regulation1182:
		if p.Months > 0 || p.Days >= 2 {
			least = 2
		}
	case Termijnenwet:
		if p.Months > 3 || p.Months == 3 && p.Days > 0 || p.Days > 90 {
			return last
		}
		if p.Months > 0 || p.Days >= 3 {
			least = 2
		}
	case BGB193, AO108:
	default:
		return last
	}
	moved := nextWorking(last, h)
	if moved == 0 {
		return last
	}
	for ; least > 0; least-- {
		if first = nextWorking(first, h); first == 0 {
			return last
		}
		moved = max(moved, first)
		first++
	}
	return moved
}

// nextWorking returns d or the first working day after it; no day when there is
// none within a year.
func nextWorking(d Date, h Holidays) Date {
	for range 366 {
		if !d.Valid() {
			return 0
		}
		if Working(d, h) {
			return d
		}
		d++
	}
	return 0
}
