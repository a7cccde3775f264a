package holiday

import (
	"time"

	"github.com/grondslag/grondslag/basis"
)

// PL has the days off of Poland. Easter Sunday and Whit Sunday, which the law also
// names, are Sundays anyway and not in here.
//
// Sources: law of 18 January 1951 on days off was read as of 2011 (Dz.U. 2015, 90) and
// as it now stands (Dz.U. 2025, 296), with Christmas Eve as of 2025. Its changes: law of
// 17 May 1989 (15 August), law of 6 April 1990 (3 May, in force on 28 April 1990), law of
// 24 September 2010 (6 January, as of 2011); that 11 November is in since 1989 is from
// general knowledge. Law of 7 November 2018 for 12 November of that year. The entry in
// the Official Journal was not seen; it had thirteen days in 2019, according to Die
// Presse in January 2019, which are these and the two Sundays.
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
