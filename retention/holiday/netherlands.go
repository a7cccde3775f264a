package holiday

import (
	"slices"
	"time"

	"github.com/grondslag/grondslag/basis"
)

// NL has the holidays of the Netherlands as they count under Regulation 1182/71.
// Good Friday is one, and 5 May every year. King's Day is 27 April, or the day
// before when that is a Sunday; until 2013 it was Queen's Day, 30 April.
//
// Days that a decree equates with holidays for the Algemene termijnenwet are working
// days under Union law, so they are not among these: see [Termijnenwet].
//
// Sources: Algemene termijnenwet (BWBR0002448) Art. 3(1) and (2); the royal decree of
// 30 January 2013 (BWBR0032908) for King's Day. The entry in the Official Journal was
// not seen; it has Easter Sunday too, according to Die Presse in January 2019.
// Before 1990 5 May is not right for every year, before 1949 Queen's Day is missing.
func NL() *Calendar {
	return list(Source{
		Law:     "Algemene termijnenwet Art. 3(1) and (2)",
		Checked: date(2026, time.November, 24), From: 1990,
	}, dutch()...)
}

// Termijnenwet has the days on which no term ends under the Dutch Algemene
// termijnenwet: the holidays of [NL], and the days that royal decrees under Art. 3(3)
// equate with them. Those are known for 2005 to 2028: the decree for later years is
// made at the end of that time, and those before 2005 were not looked up.
//
// The text of the decrees of 2003 to 2016 was read. For those of 2019 and later the
// days were taken from others who quote them.
func Termijnenwet() *Calendar {
	equated := func(year int, month time.Month, days ...int) (rules []Rule) {
		for _, day := range days {
			rules = append(rules, Once(year, month, day, basis.Text{En: "Day equated with a holiday", Nl: "Gelijkgestelde dag"}))
		}
		return rules
	}
	return list(Source{
		Law:     "Algemene termijnenwet Art. 3, and the decrees under Art. 3(3)",
		Checked: date(2026, time.November, 24), From: 2005, Until: 2028,
	}, slices.Concat(dutch(),
		// Decree of 26 November 2003, no. 03.004876 (BWBR0015963).
		equated(2005, time.May, 6),
		equated(2006, time.May, 26),
		equated(2007, time.May, 18),
		equated(2007, time.December, 27, 28, 31),
		// Decree of 27 September 2007, no. 07.003139 (BWBR0022669).
		equated(2007, time.December, 24),
		equated(2008, time.May, 2),
		equated(2009, time.January, 2),
		equated(2009, time.May, 1, 4, 22),
		equated(2010, time.May, 14),
		// Decree of 7 June 2010, no. 10.001566 (BWBR0027755).
		equated(2011, time.May, 6),
		equated(2011, time.June, 3),
		equated(2012, time.May, 18),
		equated(2012, time.December, 24, 31),
		equated(2013, time.April, 29),
		equated(2013, time.May, 10),
		equated(2013, time.December, 27),
		// Decree of 17 June 2013, no. 13.001210 (BWBR0033679).
		equated(2014, time.May, 30),
		equated(2015, time.January, 2),
		equated(2015, time.May, 4, 15),
		equated(2016, time.May, 6),
		// Decree of 24 October 2016, no. 2016001827 (BWBR0038666; Stcrt. 2016, 58653).
		equated(2017, time.April, 28),
		equated(2017, time.May, 26),
		equated(2018, time.May, 11),
		equated(2018, time.December, 24, 31),
		equated(2019, time.May, 31),
		equated(2019, time.December, 27),
		// Decree of 20 September 2019.
		equated(2020, time.May, 22),
		equated(2021, time.May, 14),
		equated(2022, time.May, 27),
		// Decree for 2023 to 2025, known by its title.
		equated(2023, time.April, 28),
		equated(2023, time.May, 19),
		equated(2024, time.May, 10),
		equated(2024, time.December, 27),
		equated(2025, time.May, 30),
		// Decree for 2026 to 2028 (BWBR0051300), known by its title.
		equated(2026, time.January, 2),
		equated(2026, time.May, 15),
		equated(2027, time.May, 7),
		equated(2028, time.April, 28),
		equated(2028, time.May, 26),
	)...)
}

func dutch() []Rule {
	queensDay := basis.Text{En: "Queen's Day", Nl: "Koninginnedag"}
	return []Rule{
		On(time.January, 1, newYear),
		Easter(-2, goodFriday),
		Easter(1, easterMonday),
		On(time.April, 30, queensDay).From(1949).Until(1979).Moved(Shift{time.Sunday: 1}),
		On(time.April, 30, queensDay).From(1980).Until(2013).Moved(Shift{time.Sunday: -1}),
		On(time.April, 27, basis.Text{En: "King's Day", Nl: "Koningsdag"}).From(2014).Moved(Shift{time.Sunday: -1}),
		On(time.May, 5, basis.Text{En: "Liberation Day", Nl: "Bevrijdingsdag"}),
		Easter(39, ascension),
		Easter(50, whitMonday),
		On(time.December, 25, christmas),
		On(time.December, 26, secondChristmas),
	}
}
