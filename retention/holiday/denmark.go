package holiday

import (
	"time"

	"github.com/grondslag/grondslag/basis"
)

// DK has the holidays of Denmark. 1 May, 5 June, 24 and 31 December and the day after
// Ascension, on which much is closed, are no holidays in law and not in here; nor are
// Easter Sunday and Whit Sunday, which are Sundays anyway. Great Prayer Day, the fourth
// Friday after Easter, was a holiday until 2023.
//
// Sources: the holidays of the national church as named in the preparation of the law
// on closing hours (answer of the minister to Parliament, KIU 19, 2022-23); law L 13 of
// 2023 on Great Prayer Day, in force on 1 January 2024. The entry in the Official
// Journal was not seen.
func DK() *Calendar {
	return list(Source{
		Law:     "Holidays of the national church; law of 2023 on Great Prayer Day",
		Checked: date(2026, time.November, 24), From: 1990,
	},
		On(time.January, 1, newYear),
		Easter(-3, maundyThursday),
		Easter(-2, goodFriday),
		Easter(1, easterMonday),
		Easter(26, basis.Text{En: "Great Prayer Day", Nl: "Grote Biddag"}).Until(2023),
		Easter(39, ascension),
		Easter(50, whitMonday),
		On(time.December, 25, christmas),
		On(time.December, 26, secondChristmas),
	)
}
