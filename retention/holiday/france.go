package holiday

import (
	"time"

	"github.com/grondslag/grondslag/basis"
)

// FR has the eleven holidays of France. Good Friday and 26 December in Alsace and
// Moselle, and the days of the overseas departments, are not among them. Whit Monday
// remained a holiday when it was the day of solidarity on which people worked, 2005 to 2007.
//
// Sources: Code du travail Art. L3133-1; law 81-893 of 2 October 1981 for 8 May, which
// is a holiday since 1982 and was one in some earlier years that are not in here. The
// entry in the Official Journal was not seen.
func FR() *Calendar {
	return list(Source{
		Law:     "Code du travail Art. L3133-1",
		Checked: date(2026, time.November, 24), From: 1990,
	},
		On(time.January, 1, newYear),
		Easter(1, easterMonday),
		On(time.May, 1, laborDay),
		On(time.May, 8, basis.Text{En: "Victory Day 1945", Nl: "Dag van de overwinning 1945"}).From(1982),
		Easter(39, ascension),
		Easter(50, whitMonday),
		On(time.July, 14, nationalDay),
		On(time.August, 15, assumption),
		On(time.November, 1, allSaints),
		On(time.November, 11, armistice),
		On(time.December, 25, christmas),
	)
}
