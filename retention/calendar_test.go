package retention

// calendar is every day from 1990 on, counted up by one.
type calendar struct {
	first Date
	days  []civilDay
}

type civilDay struct{ year, month, day int }

func newCalendar() *calendar {
	first, err := ParseDate("1990-01-01")
	if err != nil {
		panic(err)
	}
	c := &calendar{first: first}
	y, m, d := 1990, 1, 1
	for y < 2120 {
		c.days = append(c.days, civilDay{y, m, d})
		d++
		length := [...]int{31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31}[m-1]
		if m == 2 && (y%4 == 0 && y%100 != 0 || y%400 == 0) {
			length = 29
		}
		if d > length {
			m, d = m+1, 1
		}
		if m > 12 {
			y, m = y+1, 1
		}
	}
	return c
}

func (c *calendar) at(d Date) civilDay { return c.days[d-c.first] }

// cutoff walks to the last day of the unit that holds the event.
func (c *calendar) cutoff(cut Cut, event Date, fy FinancialYear) Date {
	d := event
	next := func() civilDay { return c.at(d + 1) }
	financial := func() {
		for !c.closes(d, fy) {
			d++
		}
	}
	switch cut {
	case CutMonth:
		for next().month == c.at(d).month {
			d++
		}
	case CutQuarter:
		for (next().month-1)/3 == (c.at(d).month-1)/3 {
			d++
		}
	case CutFinancialYear:
		financial()
	case CutYear, CutYearOfFinancialYear:
		if cut == CutYearOfFinancialYear {
			financial()
		}
		for next().year == c.at(d).year {
			d++
		}
	}
	return d
}

// closes reports whether the books close on the day; the last day of February is
// 28 or 29 February, whichever is written.
func (c *calendar) closes(d Date, fy FinancialYear) bool {
	at := c.at(d)
	switch {
	case fy == FinancialYear{}:
		return at.month == 12 && at.day == 31
	case fy.Month == 2 && fy.Day >= 28:
		return at.month == 2 && c.at(d+1).month == 3
	}
	return at.month == int(fy.Month) && at.day == fy.Day
}

// lastDay counts the months one after the other, then the days.
func (c *calendar) lastDay(t *Term, cut Date) Date {
	whole := t.Cut != "" && t.Cut != CutNone || t.Count == WholeDay
	d := cut
	if t.Cut != "" && t.Cut != CutNone {
		d++ // the first day that counts
	}
	missing := false
	if t.Period.Months > 0 {
		number := c.at(d).day
		for range t.Period.Months {
			for d++; c.at(d).day != 1; d++ {
			}
		}
		for c.at(d).day != number && c.at(d+1).day != 1 {
			d++
		}
		missing = c.at(d).day != number
	}
	for range t.Period.Days {
		d++
	}
	if whole && !missing {
		d-- // the day before the one of the same number (BGB 188(2))
	}
	return d
}

// roll moves the last day off days that are not worked, as the regime has it.
func (c *calendar) roll(r *Rule, t *Term, cut, last Date) Date {
	if r.Regime == "" || r.Regime == Plain {
		return last
	}
	working := func(d Date) bool {
		monday, _ := ParseDate("2024-01-01")
		weekday := ((d-monday)%7 + 7) % 7
		return weekday < 5 && !r.Holidays.Holiday(d)
	}
	for !working(last) {
		last++
	}
	if r.Regime != Regulation1182 || t.Period.Months == 0 && t.Period.Days < 2 {
		return last
	}
	first := cut + 1
	if (t.Cut == "" || t.Cut == CutNone) && t.Count == WholeDay {
		first = cut
	}
	for {
		n := 0
		for d := first; d <= last; d++ {
			if working(d) {
				n++
			}
		}
		if n >= 2 {
			return last
		}
		for last++; !working(last); last++ {
		}
	}
}
