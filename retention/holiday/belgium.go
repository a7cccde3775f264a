package holiday

import (
	"time"

	"github.com/grondslag/grondslag/basis"
)

// BE has the ten legal holidays of Belgium. When one falls on a Sunday, each
// employer gives another day instead; no such day is in here.
//
// Sources: royal decree of 18 April 1974 Art. 1, under the law of 4 January 1974; royal
// decree of 3 June 2007, by which 2 May 2008 took the place of Ascension Day, which was
// on 1 May (branches could choose another day). The list of 1974 is from general
// knowledge and a second list. The entry of Belgium in the Official Journal is longer
// (20 days in 2019, according to Die Presse in January 2019) and was not seen. A
// deadline of Union law that falls on one of those other days is therefore given as
// earlier than it may be, never as later; add the days with [Calendar.With].
func BE() *Calendar {
	return list(Source{
		Law:     "Royal decree of 18 April 1974 Art. 1",
		Checked: date(2026, time.November, 24), From: 1990,
	},
		On(time.January, 1, newYear),
		Easter(1, easterMonday),
		On(time.May, 1, laborDay),
		Easter(39, ascension),
		Once(2008, time.May, 2, basis.Text{En: "In place of Ascension Day", Nl: "In plaats van Hemelvaartsdag"}),
		Easter(50, whitMonday),
		On(time.July, 21, nationalDay),
		On(time.August, 15, assumption),
		On(time.November, 1, allSaints),
		On(time.November, 11, armistice),
		On(time.December, 25, christmas),
	)
}
