package holiday

import (
	"time"

	"github.com/grondslag/grondslag/basis"
)

// IT has the national holidays of Italy. The day of a town's patron is not among
// them. The feast of the Republic was on a Sunday from 1977 to 2000, and Unity Day
// still is; being Sundays they are not in here.
//
// Sources: law 260 of 27 May 1949 Art. 2, as changed by law 54 of 1977, which took
// Epiphany out, decree 792 of 1985, which put it back as of 1986, law 336 of 2000 for
// 2 June as of 2001, and law 151 of 8 October 2025 for 4 October as of 2026; decree-law
// 5 of 22 February 2011 for 17 March of that year. The law of 2025 and the decree-law
// were read, the others are from general knowledge and a second list. The entry in the
// Official Journal was not seen.
func IT() *Calendar {
	return list(Source{
		Law:     "Law 260 of 27 May 1949 Art. 2",
		Checked: date(2026, time.November, 24), From: 1990,
	},
		On(time.January, 1, newYear),
		On(time.January, 6, epiphany).From(1986),
		Once(2011, time.March, 17, basis.Text{En: "150 years of Italian unity", Nl: "150 jaar Italiaanse eenheid"}),
		Easter(1, easterMonday),
		On(time.April, 25, basis.Text{En: "Liberation Day", Nl: "Bevrijdingsdag"}),
		On(time.May, 1, laborDay),
		On(time.June, 2, basis.Text{En: "Feast of the Republic", Nl: "Dag van de Republiek"}).From(2001),
		On(time.August, 15, assumption),
		On(time.October, 4, basis.Text{En: "St. Francis' Day", Nl: "Sint-Franciscusdag"}).From(2026),
		On(time.November, 1, allSaints),
		On(time.December, 8, conception),
		On(time.December, 25, christmas),
		On(time.December, 26, saintStephen),
	)
}
