package holiday

import (
	"time"

	"github.com/grondslag/grondslag/basis"
)

// ES has the national holidays of Spain: the nine that autonomous communities can't
// replace, and Epiphany, which they may but don't. Maundy Thursday, 19 March and 25
// July, which some do replace, and the days of communities and towns are not in
// here. Nor is the Monday after a holiday on a Sunday: communities may give another
// day for it.
//
// Sources: Real Decreto 2001/1983 Art. 45.1, as changed by Real Decreto 1346/1989. That
// Epiphany is kept everywhere was seen for 2015 and 2020, not for every year. The entry
// in the Official Journal was not seen; it had eight days in 2019, according to Die
// Presse in January 2019, which are those of this list that were not on a Sunday.
func ES() *Calendar {
	return list(Source{
		Law:     "Real Decreto 2001/1983 Art. 45.1",
		Checked: date(2026, time.November, 24), From: 1990,
	},
		On(time.January, 1, newYear),
		On(time.January, 6, epiphany),
		Easter(-2, goodFriday),
		On(time.May, 1, laborDay),
		On(time.August, 15, assumption),
		On(time.October, 12, nationalDay),
		On(time.November, 1, allSaints),
		On(time.December, 6, basis.Text{En: "Constitution Day", Nl: "Dag van de Grondwet"}),
		On(time.December, 8, conception),
		On(time.December, 25, christmas),
	)
}
