package statute

import (
	"time"

	"github.com/grondslag/grondslag/retention"
)

// DE returns the rules of Germany.
func DE() Table {
	return Table{
		{
			ID:         "DE-BOOK",
			About:      text("books, inventories and annual accounts", "boeken, inventarissen en jaarrekeningen"),
			Kind:       retention.Minimum,
			Events:     on(retention.LastEntry, retention.Drafted),
			When:       text("the last entry was made in the book, or the accounts were drawn up", "de laatste boeking in het boek is gedaan, of de jaarstukken zijn opgemaakt"),
			Terms:      one(years(10), retention.CutYear),
			Law:        "HGB 257(4), AO 147(3)",
			Source:     "muchowitsch.de; haufe.de",
			Confidence: retention.SecondarySource,
			Note: text(
				"A book that is still in use needs the day of its last entry, or the day on which it was begun is taken.",
				"Een boek dat nog in gebruik is heeft de dag van de laatste boeking nodig, anders geldt de dag waarop het is begonnen."),
		},
		{
			ID:     "DE-VOUCHER",
			About:  text("accounting vouchers and invoices", "boekingsstukken en facturen"),
			Kind:   retention.Minimum,
			Events: on(retention.Drafted),
			Terms: []retention.Term{
				{Period: years(10), Cut: retention.CutYear, Until: day(2024, time.December, 31)},
				{Period: years(8), Cut: retention.CutYear, From: day(2025, time.January, 1)},
			},
			Law:        "AO 147(3), HGB 257(4), UStG 14b(1)",
			Source:     "haufe.de; akanthus-wpg.de; bdo.de (BEG IV, BGBl. 2024 I Nr. 323)",
			Confidence: retention.SecondarySource,
			Note: text(
				"Eight years hold for every document whose ten years had not ended before 2025; of one whose ten years had, the day shown is that of the law of today.",
				"Acht jaar geldt voor elk stuk waarvan de tien jaar vóór 2025 niet waren verstreken; van een stuk waarvan dat wel zo was, is de getoonde dag die van het recht van vandaag."),
		},
		{
			ID:     "DE-VOUCHER-BAFIN",
			About:  text("accounting vouchers and invoices of those whom BaFin supervises", "boekingsstukken en facturen van wie onder toezicht van BaFin staat"),
			Kind:   retention.Minimum,
			Events: on(retention.Drafted),
			Terms: []retention.Term{
				{Period: years(10), Cut: retention.CutYear, Until: day(2025, time.December, 31)},
				{Period: years(8), Cut: retention.CutYear, From: day(2026, time.January, 1)},
			},
			Law:        "AO 147(3), HGB 257(4), UStG 14b(1); BEG IV",
			Source:     "akanthus-wpg.de; bdo.de",
			Confidence: retention.SecondarySource,
			Note: text(
				"Verify before relying on eight years: a bill of 2025 would bring back ten years for banks, insurers and investment firms, and whether it became law was not read.",
				"Ga dit na voordat u op acht jaar rekent: een wetsontwerp van 2025 zou voor banken, verzekeraars en beleggingsondernemingen tien jaar terugbrengen, en of het wet is geworden is niet gelezen."),
		},
		{
			ID:         "DE-LETTER",
			About:      text("commercial letters and other documents that matter to tax", "handelsbrieven en andere stukken die voor de belasting van belang zijn"),
			Kind:       retention.Minimum,
			Events:     on(retention.Dispatched),
			Terms:      one(years(6), retention.CutYear),
			Law:        "AO 147(3), HGB 257(4)",
			Source:     "muchowitsch.de",
			Confidence: retention.SecondarySource,
		},
		{
			ID:         "DE-STAY",
			About:      text("records under AO 147 that still matter to a tax", "stukken onder AO 147 die voor een belasting nog van belang zijn"),
			Kind:       retention.Suspension,
			Events:     on(retention.AssessmentClosed),
			Terms:      one(retention.Period{}, retention.CutNone),
			Law:        "AO 147(3) sentence 5",
			Source:     "haufe.de; muchowitsch.de",
			Confidence: retention.SecondarySource,
			Note: text(
				"It keeps what it is applied to for as long as the day on which the assessment period ended is unknown.",
				"Zolang de dag waarop de aanslagtermijn verstreek niet bekend is, houdt dit vast waarop het is toegepast."),
		},
		{
			ID:         "DE-APPL",
			About:      text("data of applicants who were not hired", "gegevens van sollicitanten die niet zijn aangenomen"),
			Kind:       retention.Guidance,
			Events:     on(retention.RejectionReceived),
			Terms:      one(months(6), retention.CutNone),
			Law:        "AGG 15(4), ArbGG 61b; BfDI (guidance)",
			Source:     "haufe.de; ds123.de (quoting BfDI)",
			Confidence: retention.SecondarySource,
			Note: text(
				"The law itself gives two months to claim and three to sue; the rest is a margin that BfDI accepts.",
				"De wet zelf geeft twee maanden om te vorderen en drie om te procederen; de rest is een marge die de BfDI aanvaardt."),
		},
		{
			ID:         "DE-UWG7A",
			About:      text("proof of consent to telephone advertising", "bewijs van toestemming voor telefonische reclame"),
			Kind:       retention.Minimum,
			Events:     on(retention.ConsentGiven, retention.ConsentUsed),
			When:       text("consent was given or last used", "de toestemming is gegeven of voor het laatst is gebruikt"),
			Terms:      one(years(5), retention.CutNone),
			Law:        "UWG 7a(2)",
			Source:     "datenbank.nwb.de (text of the statute)",
			Confidence: retention.StatuteRead,
			Note: text(
				"In force since 1 October 2021; each call that relies on the consent starts the five years again.",
				"Van kracht sinds 1 oktober 2021; elk gesprek dat op de toestemming steunt, laat de vijf jaar opnieuw beginnen."),
		},
	}.of("DE", "Europe/Berlin")
}
