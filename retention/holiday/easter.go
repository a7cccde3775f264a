package holiday

import (
	"time"

	"github.com/grondslag/grondslag/retention"
)

// easter returns Easter Sunday of the Gregorian calendar, year >= 1, by the method
// "from a New York correspondent", Nature of 20 April 1876, p. 487 (after Butcher and Meeus).
func easter(year int) retention.Date {
	a := year % 19
	b, c := year/100, year%100
	d, e := b/4, b%4
	g := (8*b + 13) / 25
	h := (19*a + b - d - g + 15) % 30 // days from 21 March to the full moon
	i, k := c/4, c%4
	l := (32 + 2*e + 2*i - h - k) % 7
	m := (a + 11*h + 19*l) / 433
	n := h + l - 7*m
	month := (n + 90) / 25
	return date(year, time.Month(month), (n+33*month+19)%32)
}
