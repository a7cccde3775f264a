package holiday

import (
	"time"

	"github.com/grondslag/grondslag/basis"
)

// LU has the eleven holidays of Luxembourg, ten before 2019. When one falls on a
// Sunday, or two on one day, each employee has another day instead; no such day is in here.
//
// Sources: Code du travail Art. L. 232-2, in the words of the law of 25 April 2019,
// which added 9 May as of 1 January 2019. The entry in the Official Journal was not seen.
func LU() *Calendar {
	return list(Source{
		Law:     "Code du travail Art. L. 232-2",
		Checked: date(2026, time.November, 24), From: 1990,
	},
		On(time.January, 1, newYear),
		Easter(1, easterMonday),
		On(time.May, 1, laborDay),
		On(time.May, 9, basis.Text{En: "Europe Day", Nl: "Europadag"}).From(2019),
		Easter(39, ascension),
		Easter(50, whitMonday),
		On(time.June, 23, nationalDay),
		On(time.August, 15, assumption),
		On(time.November, 1, allSaints),
		On(time.December, 25, christmas),
		On(time.December, 26, secondChristmas),
	)
}
