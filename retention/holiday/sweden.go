package holiday

import (
	"time"

	"github.com/grondslag/grondslag/basis"
)

// SE has the general holidays of Sweden. Midsummer Day and All Saints' Day are always
// Saturdays. Midsummer Eve, Christmas Eve and New Year's Eve, which count as Sundays
// for terms under Swedish law, are not among them; nor are Easter Sunday and Whit
// Sunday, which the law names but which are Sundays anyway.
//
// Source: law 1989:253, in force since 1990, and its change 2004:1320, by which 6 June
// took the place of Whit Monday in 2005; both were read. The entry in the Official
// Journal was not seen; it had thirteen days in 2019, according to Die Presse in
// January 2019, which are these and the two Sundays.
func SE() *Calendar {
	return list(Source{
		Law:     "Law 1989:253 on general holidays",
		Checked: date(2026, time.November, 24), From: 1990,
	},
		On(time.January, 1, newYear),
		On(time.January, 6, epiphany),
		Easter(-2, goodFriday),
		Easter(1, easterMonday),
		On(time.May, 1, laborDay),
		Easter(39, ascension),
		Easter(50, whitMonday).Until(2004),
		On(time.June, 6, nationalDay).From(2005),
		OnOrAfter(time.Saturday, time.June, 20, basis.Text{En: "Midsummer Day", Nl: "Midzomerdag"}),
		OnOrAfter(time.Saturday, time.October, 31, allSaints),
		On(time.December, 25, christmas),
		On(time.December, 26, secondChristmas),
	)
}
