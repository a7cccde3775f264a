package statute

import (
	"time"

	"github.com/grondslag/grondslag/retention"
)

// BE returns the rules of Belgium.
func BE() Table {
	return Table{
		{
			ID:     "BE-TAX",
			About:  text("books and documents for income tax", "boeken en stukken voor de inkomstenbelasting"),
			Kind:   retention.Minimum,
			Events: on(retention.Drafted),
			Terms: []retention.Term{
				// Assessment year 2023 begins with the taxable periods that ended on 31 December 2022.
				{Period: years(7), Cut: retention.CutFinancialYear, Until: day(2022, time.December, 30), ByCutoff: true},
				{Period: years(10), Cut: retention.CutFinancialYear, From: day(2022, time.December, 31), ByCutoff: true},
			},
			Law:        "WIB92 315 (law of 20 November 2022)",
			Source:     "blog.forumforthefuture.be; acerta.be (worked example)",
			Confidence: retention.SecondarySource,
			Note: text(
				"Ten years from assessment year 2023 on; older taxable periods keep seven years.",
				"Tien jaar vanaf aanslagjaar 2023; oudere belastbare tijdperken houden zeven jaar."),
		},
		{
			ID:         "BE-VAT",
			About:      text("invoices and books for VAT", "facturen en boeken voor de btw"),
			Kind:       retention.Minimum,
			Events:     on(retention.Drafted),
			Terms:      one(years(10), retention.CutYear),
			Law:        "WBTW 60",
			Source:     "wordscope.be (amended text); dedeckerenco.be (the seven years before)",
			Confidence: retention.SecondarySource,
			Note: text(
				"Of VAT that fell due before 2023 a source has seven years; ten are counted here for all.",
				"Voor btw die vóór 2023 opeisbaar werd noemt een bron zeven jaar; hier is voor alles tien geteld."),
		},
		{
			ID:         "BE-WER",
			About:      text("accounting books and their vouchers", "boekhouding en verantwoordingsstukken"),
			Kind:       retention.Minimum,
			Events:     on(retention.Drafted),
			Terms:      one(years(7), retention.CutYearOfFinancialYear),
			Law:        "WER III.86, III.88",
			Source:     "cnc-cbn.be (text of the statute)",
			Confidence: retention.StatuteRead,
			Note: text(
				"The closing of the books is taken to be the end of the financial year; the law names a start for the books alone, and the vouchers are counted with them.",
				"Als afsluiting van de boeken geldt het einde van het boekjaar; de wet noemt alleen voor de boeken een begin, en de stukken tellen daarmee mee."),
		},
		{
			ID:         "BE-VAT-RE",
			About:      text("buildings let under the option for VAT: records for the adjustment of VAT", "gebouwen verhuurd met optie voor btw: gegevens voor de herziening"),
			Kind:       retention.Minimum,
			Events:     on(retention.UseStarted),
			Terms:      one(years(25), retention.CutNone),
			Law:        "KB nr. 3 art. 11",
			Source:     "dedeckerenco.be",
			Confidence: retention.SecondarySource,
			Note: text(
				"The source gives the period without its start, which was not read.",
				"De bron geeft de termijn zonder het begin ervan, dat niet is gelezen."),
		},
		{
			ID: "BE-VAT-RE", Variant: "ordinary",
			About:      text("other buildings: records for the adjustment of VAT", "andere gebouwen: gegevens voor de herziening van btw"),
			Kind:       retention.Minimum,
			Events:     on(retention.UseStarted),
			Terms:      one(years(15), retention.CutNone),
			Law:        "KB nr. 3 art. 11",
			Source:     "dedeckerenco.be",
			Confidence: retention.SecondarySource,
			Note: text(
				"The source gives the period without its start, which was not read.",
				"De bron geeft de termijn zonder het begin ervan, dat niet is gelezen."),
		},
		{
			ID:         "BE-CCTV",
			About:      text("images of a surveillance camera", "beelden van een bewakingscamera"),
			Kind:       retention.Maximum,
			Events:     on(retention.Recorded),
			Terms:      one(months(1), retention.CutNone),
			Law:        "Camerawet (law of 21 March 2007)",
			Source:     "korteantwoorden.com",
			Confidence: retention.SecondarySource,
			Note: text(
				"Images that can prove an offense or damage, or identify who is involved, may stay longer: place a hold on them.",
				"Beelden die een misdrijf of schade kunnen bewijzen, of een betrokkene kunnen identificeren, mogen langer blijven: houd ze daarvoor vast."),
		},
	}.of("BE", "Europe/Brussels")
}
