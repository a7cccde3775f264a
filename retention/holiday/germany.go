package holiday

import (
	"time"

	"github.com/grondslag/grondslag/basis"
)

// DE has the holidays that all Länder of Germany have. The other days of a Land,
// such as Corpus Christi or All Saints' Day, are not among them; the example of
// [Calendar.With] adds those of Bavaria.
//
// Sources: the nine days of all Länder; Einigungsvertrag Art. 2(2) for 3 October,
// which replaced 17 June in 1990. The Day of Prayer and Repentance was a holiday in
// the whole Federal Republic from 1981 to 1994 (Mitteldeutscher Rundfunk, November
// 2019), in the eastern Länder from 1990. 31 October 2017, 500 years Reformation, was
// a holiday in all Länder, that once (Westdeutscher Rundfunk, December 2016). The laws of
// the Länder and the entry in the Official Journal were not seen.
func DE() *Calendar {
	return list(Source{
		Law:     "Laws of the Länder as far as they agree; Einigungsvertrag Art. 2(2)",
		Checked: date(2026, time.November, 24), From: 1990,
	},
		On(time.January, 1, newYear),
		Easter(-2, goodFriday),
		Easter(1, easterMonday),
		On(time.May, 1, laborDay),
		Easter(39, ascension),
		Easter(50, whitMonday),
		On(time.June, 17, basis.Text{En: "Day of German Unity", Nl: "Dag van de Duitse Eenheid"}).From(1954).Until(1990),
		On(time.October, 3, basis.Text{En: "Day of German Unity", Nl: "Dag van de Duitse Eenheid"}).From(1990),
		Once(2017, time.October, 31, basis.Text{En: "Reformation Day", Nl: "Hervormingsdag"}),
		OnOrAfter(time.Wednesday, time.November, 16,
			basis.Text{En: "Day of Prayer and Repentance", Nl: "Boete- en Biddag"}).From(1981).Until(1994),
		On(time.December, 25, christmas),
		On(time.December, 26, secondChristmas),
	)
}
