package holiday_test

import (
	"fmt"
	"time"

	"github.com/grondslag/grondslag/retention/holiday"
)

// name prints the holiday of a day, in English.
func name(c *holiday.Calendar, year int, month time.Month, day int) {
	if t, ok := c.Name(on(year, month, day)); ok {
		fmt.Println(t.En)
		return
	}
	fmt.Println("no holiday")
}

func ExampleNL() {
	name(holiday.NL(), 2026, time.May, 5)
	name(holiday.NL(), 2026, time.May, 15) // a working day under Union law
	// Output:
	// Liberation Day
	// no holiday
}

func ExampleTermijnenwet() {
	name(holiday.Termijnenwet(), 2026, time.May, 15)
	name(holiday.Termijnenwet(), 2026, time.May, 14)
	// Output:
	// Day equated with a holiday
	// Ascension Day
}

func ExampleDE() {
	name(holiday.DE(), 1990, time.June, 17)
	name(holiday.DE(), 1991, time.June, 17)
	name(holiday.DE(), 2017, time.October, 31)
	// Output:
	// Day of German Unity
	// no holiday
	// Reformation Day
}

func ExampleBE() {
	name(holiday.BE(), 2026, time.July, 21)
	// Output: National Day
}

func ExampleFR() {
	name(holiday.FR(), 2026, time.May, 8)
	// Output: Victory Day 1945
}

func ExampleAT() {
	name(holiday.AT(), 2026, time.December, 8)
	// Output: Immaculate Conception
}

func ExampleLU() {
	name(holiday.LU(), 2018, time.May, 9)
	name(holiday.LU(), 2019, time.May, 9)
	// Output:
	// no holiday
	// Europe Day
}

func ExampleIE() {
	name(holiday.IE(), 2026, time.February, 2) // the first Monday
	name(holiday.IE(), 2030, time.February, 1) // a Friday
	name(holiday.IE(), 2030, time.February, 4)
	// Output:
	// St. Brigid's Day
	// St. Brigid's Day
	// no holiday
}

func ExampleUK() {
	name(holiday.UK(), 2026, time.December, 26) // a Saturday
	name(holiday.UK(), 2026, time.December, 28)
	// Output:
	// Boxing Day
	// Boxing Day (substitute day)
}

func ExampleES() {
	name(holiday.ES(), 2026, time.October, 12)
	// Output: National Day
}

func ExampleIT() {
	name(holiday.IT(), 2025, time.October, 4)
	name(holiday.IT(), 2027, time.October, 4)
	// Output:
	// no holiday
	// St. Francis' Day
}

func ExamplePL() {
	name(holiday.PL(), 2024, time.December, 24)
	name(holiday.PL(), 2025, time.December, 24)
	// Output:
	// no holiday
	// Christmas Eve
}

func ExampleSE() {
	name(holiday.SE(), 2004, time.May, 31)
	name(holiday.SE(), 2005, time.June, 6)
	// Output:
	// Whit Monday
	// National Day
}

func ExampleDK() {
	name(holiday.DK(), 2023, time.May, 5)
	name(holiday.DK(), 2024, time.April, 26)
	// Output:
	// Great Prayer Day
	// no holiday
}
