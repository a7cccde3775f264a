package statute

import "github.com/grondslag/grondslag/retention"

// DK returns the rules of Denmark.
func DK() Table {
	return Table{
		{
			ID:         "DK-BFL",
			About:      text("accounting material", "boekhoudmateriaal"),
			Kind:       retention.Minimum,
			Events:     on(retention.Drafted),
			Terms:      one(years(5), retention.CutFinancialYear),
			Law:        "Bogføringsloven (2022)",
			Source:     "danskelove.dk (Sec. 10 of the former act); uni-it.dk; rydoo.com",
			Confidence: retention.SecondarySource,
			Note: text(
				"The text that was read is that of the former act, which the act of 2022 carries over; the year is that to which the material relates.",
				"Gelezen is de tekst van de vorige wet, die in de wet van 2022 is overgenomen; het gaat om het jaar waarop het materiaal betrekking heeft."),
		},
	}.of("DK", "Europe/Copenhagen")
}
