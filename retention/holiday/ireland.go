package holiday

import (
	"time"

	"github.com/grondslag/grondslag/basis"
)

// IE has the public holidays of Ireland. Good Friday is not one. Since the Act of
// 1997 a holiday on a Saturday or Sunday stays there, and the next working day is
// none in law, however many people have it off; until then one on a Sunday moved.
//
// Sources: Organisation of Working Time Act 1997, Second Schedule, and the regulations
// under it for 31 December 1999 (Irish Times), 18 March 2022 and the February holiday
// as of 2023; Holidays (Employees) Act 1973, Schedule, for the time before; S.I.
// 91/1993 for the first Monday in May as of 1994; October as of 1977. The entry in the
// Official Journal was not seen, nor the regulations of 1974 for 1 January, so that
// 2 January 1995, after a Sunday, may be missing; other years from 1990 on are meant to
// be right too.
func IE() *Calendar {
	bank := func(month, nl string) basis.Text {
		return basis.Text{En: month + " bank holiday", Nl: "Vrije maandag in " + nl}
	}
	patrick := basis.Text{En: "St. Patrick's Day", Nl: "Sint-Patricksdag"}
	return list(Source{
		Law:     "Organisation of Working Time Act 1997, Second Schedule",
		Checked: date(2026, time.November, 24), From: 1996,
	},
		On(time.January, 1, newYear).From(1975),
		// The first Monday in February, unless 1 February is a Friday.
		On(time.February, 1, basis.Text{En: "St. Brigid's Day", Nl: "Sint-Brigidadag"}).From(2023).Moved(Shift{
			time.Tuesday: 6, time.Wednesday: 5, time.Thursday: 4, time.Saturday: 2, time.Sunday: 1,
		}),
		On(time.March, 17, patrick).Until(1996).Moved(Shift{time.Sunday: 1}),
		On(time.March, 17, patrick).From(1997),
		Once(2022, time.March, 18, basis.Text{En: "Day of remembrance and recognition", Nl: "Dag van herdenking en erkenning"}),
		Easter(1, easterMonday),
		Nth(1, time.Monday, time.May, mayDay).From(1994),
		Nth(1, time.Monday, time.June, bank("June", "juni")).From(1974),
		Nth(1, time.Monday, time.August, bank("August", "augustus")),
		Last(time.Monday, time.October, bank("October", "oktober")).From(1977),
		On(time.December, 25, christmas).Until(1996).Moved(Shift{time.Sunday: 2}),
		On(time.December, 25, christmas).From(1997),
		On(time.December, 26, saintStephen).Until(1996).Moved(Shift{time.Sunday: 1}),
		On(time.December, 26, saintStephen).From(1997),
		Once(1999, time.December, 31, millennium),
	)
}
