package holiday

import (
	"time"

	"github.com/grondslag/grondslag/basis"
)

// UK has the bank holidays of England and Wales; Scotland and Northern Ireland have
// others. When New Year's Day, Christmas Day or Boxing Day falls on a weekend, both
// that day and its substitute are in here.
//
// Sources: Banking and Financial Dealings Act 1971, Schedule 1, para. 1, was read. What
// it doesn't name is proclaimed each year: New Year's Day since 1974, the first Monday
// in May since 1978 (Practical Law Dictionary 2010), substitutes for Saturdays, and the
// single days, which are from general knowledge and second lists. The usual eight days
// are confirmed for 2026 and 2027 (press, June 2026). The entries in the Official
// Journal, for the years of membership, were not seen.
func UK() *Calendar {
	var (
		spring     = basis.Text{En: "Spring bank holiday", Nl: "Vrije maandag in het voorjaar"}
		boxing     = basis.Text{En: "Boxing Day", Nl: "Tweede kerstdag (Boxing Day)"}
		substitute = func(t basis.Text) basis.Text {
			return basis.Text{En: t.En + " (substitute day)", Nl: t.Nl + " (vervangende dag)"}
		}
		jubilee = func(en, nl string) basis.Text { return basis.Text{En: en + " Jubilee", Nl: nl + " jubileum"} }
	)
	return list(Source{
		Law:     "Banking and Financial Dealings Act 1971, Schedule 1, and royal proclamations",
		Checked: date(2026, time.November, 24), From: 1990,
	},
		On(time.January, 1, newYear).From(1974),
		On(time.January, 1, substitute(newYear)).From(1974).Moved(Shift{time.Saturday: 2, time.Sunday: 1}),
		Easter(-2, goodFriday),
		Easter(1, easterMonday),

		// Moved to the anniversary of VE Day, 50 and 75 years on.
		Nth(1, time.Monday, time.May, mayDay).From(1978).Except(1995, 2020),
		Once(1995, time.May, 8, mayDay),
		Once(2020, time.May, 8, mayDay),

		// Moved to stand beside the jubilee.
		Last(time.Monday, time.May, spring).From(1971).Except(2002, 2012, 2022),
		Once(2002, time.June, 4, spring),
		Once(2012, time.June, 4, spring),
		Once(2022, time.June, 2, spring),

		Last(time.Monday, time.August, basis.Text{En: "Summer bank holiday", Nl: "Vrije maandag in de zomer"}).From(1971),
		On(time.December, 25, christmas),
		On(time.December, 26, boxing),
		On(time.December, 25, substitute(christmas)).Moved(Shift{time.Saturday: 2, time.Sunday: 2}),
		On(time.December, 26, substitute(boxing)).Moved(Shift{time.Saturday: 2, time.Sunday: 2}),

		Once(1981, time.July, 29, basis.Text{En: "Wedding of Charles and Diana", Nl: "Huwelijk van Charles en Diana"}),
		Once(1999, time.December, 31, millennium),
		Once(2002, time.June, 3, jubilee("Golden", "Gouden")),
		Once(2011, time.April, 29, basis.Text{En: "Wedding of William and Catherine", Nl: "Huwelijk van William en Catherine"}),
		Once(2012, time.June, 5, jubilee("Diamond", "Diamanten")),
		Once(2022, time.June, 3, jubilee("Platinum", "Platina")),
		Once(2022, time.September, 19, basis.Text{En: "Funeral of Queen Elizabeth II", Nl: "Begrafenis van koningin Elizabeth II"}),
		Once(2023, time.May, 8, basis.Text{En: "Coronation of King Charles III", Nl: "Kroning van koning Charles III"}),
	)
}
