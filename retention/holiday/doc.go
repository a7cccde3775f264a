// Package holiday has the public holidays of thirteen European countries, for terms
// that end on a working day, and a way to make lists of your own.
//
// A [Calendar] is a [retention.Holidays]: it says of a day whether it is a holiday.
// Weekends are not its matter; [retention.Working] adds them.
//
//	nl := holiday.NL() // once: keep it
//	received, _ := retention.DateOf(2026, time.March, 5)
//	lastDay, _ := retention.DateOf(2026, time.April, 5) // Easter Sunday
//	month := retention.Period{Months: 1}
//	answerBy := retention.Regulation1182.Extend(received+1, lastDay, month, nl) // 7 April
//
// The package example is this program, complete.
//
// # Which list
//
// What counts as a holiday depends on the law that sets the term.
//
//   - Acts of the Union, such as the month of GDPR Art. 12(3): Regulation 1182/71,
//     whose Art. 2(1) takes the holidays that each Member State has, as published by
//     the Commission in the Official Journal. The state is the one in which the act is
//     to be done: [AT], [BE], [DE], [DK], [ES], [FR], [IE], [IT], [LU], [NL], [PL] and
//     [SE]. [UK] is there for England and Wales.
//   - Terms in Dutch statutes: [Termijnenwet], which has the days equated by decree
//     too. Those are working days for terms of the Union.
//   - German law (BGB 193, AO 108(3)): [DE] and the days of the Land in which the act
//     is done, added by [Calendar.With].
//
// [For] finds the list of a country by its code, and links them all. A program that
// calls [NL] links that one alone.
//
// # What a list claims
//
// [Calendar.Source] says from which law a list was made, on which day that was last
// checked, and for which years it is meant to be complete: from 1990 on, Ireland
// from 1996, and for the Termijnenwet from 2005 to 2028. Future years follow the law of that day. The comment
// at each function says what was read and what is from general knowledge. The lists of
// the Official Journal themselves were not seen: look there before you rely on the last
// day that a list allows.
//
// Days of regions, towns and churches are not in the lists, nor those on which by
// custom nobody works, nor holidays that are Sundays by nature, such as Easter Sunday.
// A day that is missing makes the end of a term earlier, never later.
//
// A holiday that the law moves is on the day that it moves to: King's Day of 2025 is
// 26 April, and Sunday 27 April is none. Where the law gives a substitute beside the
// holiday, as in England, both days are in the list.
//
// # Lists of your own
//
// A calendar is made of rules, each of which names one day of a year or none:
//
//	On(time.December, 25, name)                   // the same date each year
//	Nth(1, time.Monday, time.May, name)           // the first Monday in May
//	Last(time.Monday, time.August, name)          // the last Monday in August
//	OnOrAfter(time.Saturday, time.June, 20, name) // the Saturday between 20 and 26 June
//	Easter(-2, name)                              // two days before Easter Sunday
//	Once(2026, time.May, 15, name)                // that day alone
//
// and From, Until, Except and Moved say for which years and how it moves. [New] makes
// a calendar of such rules, and [Calendar.With] adds them to one that is there:
//
//	bavaria, err := holiday.DE().With(
//		holiday.On(time.January, 6, basis.Text{En: "Epiphany", Nl: "Driekoningen"}),
//		holiday.Easter(60, basis.Text{En: "Corpus Christi", Nl: "Sacramentsdag"}),
//		holiday.On(time.November, 1, basis.Text{En: "All Saints' Day", Nl: "Allerheiligen"}),
//	)
//
// For days that are holidays in either of two places no third calendar is needed:
//
//	either := retention.HolidayFunc(func(d retention.Date) bool { return nl.Holiday(d) || be.Holiday(d) })
//
// # Errors
//
// Only New, With and For return errors, and none is for a program to tell apart: rules
// that name no day are a mistake of the programmer, an unknown country one of the
// configuration. Asking for a day never fails: what is no day is no holiday.
//
// # Cost
//
// The days from 1950 to 2199 are computed once, when the calendar is made, into a table
// of one bit each: 11 KB, in about a tenth of a millisecond. Looking one up then
// takes about two nanoseconds and no memory. Other years are computed when asked for, in
// a fraction of a microsecond, and without memory as well.
package holiday
