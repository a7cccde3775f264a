package holiday

import (
	"time"

	"github.com/grondslag/grondslag/basis"
)

// PL has the days off of Poland. Easter Sunday and Whit Sunday, which the law also
// names, are Sundays anyway and not in here.
//
// Sources: law of 18 January 1951 on days off, as it now stands, with 6 January as of
// 2011, and Christmas Eve as of 2025 (law of December 2024); law of 7 November 2018 for
// 12 November of that year. 3 May as of 1990 and 15 August and 11 November as of 1989
// are from general knowledge. The entry in the Official Journal was not seen; it had
// thirteen days in 2019, according to Die Presse, which are these and the two Sundays.
func PL() *Calendar {
	return list(Source{
		Law:     "Law of 18 January 1951 on days off",
		Checked: date(2026, time.November, 24), From: 1990,
	},
		On(time.January, 1, newYear),
		On(time.January, 6, epiphany).From(2011),
		Easter(1, easterMonday),
		On(time.May, 1, laborDay),
		On(time.May, 3, basis.Text{En: "Constitution Day", Nl: "Dag van de Grondwet"}).From(1990),
		Easter(60, corpusChristi),
		On(time.August, 15, assumption).From(1989),
		On(time.November, 1, allSaints),
		On(time.November, 11, basis.Text{En: "Independence Day", Nl: "Onafhankelijkheidsdag"}).From(1989),
		Once(2018, time.November, 12, basis.Text{En: "Centenary of independence", Nl: "Honderd jaar onafhankelijkheid"}),
		On(time.December, 24, christmasEve).From(2025),
		On(time.December, 25, christmas),
		On(time.December, 26, secondChristmas),
	)
}
