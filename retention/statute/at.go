package statute

import "github.com/grondslag/grondslag/retention"

// AT returns the rules of Austria.
func AT() Table {
	return Table{
		{
			ID:         "AT-BAO",
			About:      text("books, records and vouchers for tax", "boeken, aantekeningen en stukken voor de belasting"),
			Kind:       retention.Minimum,
			Events:     on(retention.Drafted),
			Terms:      one(years(7), retention.CutYearOfFinancialYear),
			Law:        "BAO 132(1)",
			Source:     "gesetzefinden.at (text of the statute)",
			Confidence: retention.StatuteRead,
			Note: text(
				"The year is that to which the entry or voucher belongs, which may not be the one in which it was drawn up; what matters to pending proceedings stays longer: place a hold on it.",
				"Het gaat om het jaar waarbij de boeking of het stuk hoort, niet altijd het jaar waarin het is opgemaakt; wat voor een lopende procedure van belang is blijft langer: houd het vast."),
		},
		{
			ID:         "AT-APPL",
			About:      text("data of applicants who were not hired", "gegevens van sollicitanten die niet zijn aangenomen"),
			Kind:       retention.Guidance,
			Events:     on(retention.Applied),
			Terms:      one(months(7), retention.CutNone),
			Law:        "GlBG 15, 29; DSB-D123.085/0003-DSB/2018",
			Source:     "360.lexisnexis.at (ARD 2018/6624)",
			Confidence: retention.SecondarySource,
			Note: text(
				"The authority accepted seven months from receipt of the application, although the six months to sue run from the rejection.",
				"De toezichthouder aanvaardde zeven maanden na ontvangst van de sollicitatie, al lopen de zes maanden om te procederen vanaf de afwijzing."),
		},
	}.of("AT", "Europe/Vienna")
}
