package holiday

import "time"

// AT has the thirteen holidays of Austria. Good Friday is not one: it was for some
// churches only until 2018, and since then each employee may choose a day of their
// own. The patron saints' days of the Länder are not in here either.
//
// Sources: Feiertagsruhegesetz 1957 § 1(1), as in force since 26 July 1967 (BGBl.
// 264/1967, which added 26 October), was read; Arbeitsruhegesetz § 7(2) has the same
// days, from general knowledge and a second list. The entry in the Official Journal was
// not seen; it had thirteen days in 2019, according to Die Presse in January 2019.
func AT() *Calendar {
	return list(Source{
		Law:     "Arbeitsruhegesetz § 7(2); Feiertagsruhegesetz 1957 § 1(1)",
		Checked: date(2026, time.November, 24), From: 1990,
	},
		On(time.January, 1, newYear),
		On(time.January, 6, epiphany),
		Easter(1, easterMonday),
		On(time.May, 1, laborDay),
		Easter(39, ascension),
		Easter(50, whitMonday),
		Easter(60, corpusChristi),
		On(time.August, 15, assumption),
		On(time.October, 26, nationalDay).From(1967),
		On(time.November, 1, allSaints),
		On(time.December, 8, conception),
		On(time.December, 25, christmas),
		On(time.December, 26, saintStephen),
	)
}
