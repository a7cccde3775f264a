package statute

import "github.com/grondslag/grondslag/retention"

// UK returns the rules of the United Kingdom.
func UK() Table {
	return Table{
		{
			ID:         "UK-CT",
			About:      text("company tax records", "stukken voor de vennootschapsbelasting"),
			Kind:       retention.Minimum,
			Events:     on(retention.Drafted),
			Terms:      one(years(6), retention.CutFinancialYear),
			Law:        "FA 1998 Sch 18 para 21",
			Source:     "hollandandcompany.co.uk (quoting HMRC CH14600)",
			Confidence: retention.SecondarySource,
			Note: text(
				"Longer while an enquiry runs or one may still be opened: place a hold; the accounting period is taken to be the financial year.",
				"Langer zolang een onderzoek loopt of nog kan worden geopend: houd de stukken vast; als tijdvak geldt het boekjaar."),
		},
		{
			ID:         "UK-VAT",
			About:      text("VAT records", "stukken voor de btw"),
			Kind:       retention.Minimum,
			Events:     on(retention.Drafted, retention.LastEntry),
			When:       text("the document was issued, or the last entry in the book was made", "het stuk is uitgegeven, of de laatste boeking in het boek is gedaan"),
			Terms:      one(years(6), retention.CutNone),
			Law:        "VATA 1994 Sch 11 para 6(3)",
			Source:     "ellis-uk.com; warnersca.co.uk; gov.uk (HMRC CH15200)",
			Confidence: retention.SecondarySource,
			Note: text(
				"The start is that of HMRC's manual: the law itself gives at most six years, and HMRC may grant fewer.",
				"Het begin is dat van het handboek van HMRC: de wet zelf geeft ten hoogste zes jaar, en HMRC kan minder toestaan."),
		},
		{
			ID:         "UK-CA",
			About:      text("accounting records of a public company", "boekhouding van een public company"),
			Kind:       retention.Minimum,
			Events:     on(retention.Drafted),
			Terms:      one(years(6), retention.CutNone),
			Law:        "Companies Act 2006 s388(4)",
			Source:     "conciseaccountancy.com; wmtllp.com",
			Confidence: retention.SecondarySource,
		},
		{
			ID: "UK-CA", Variant: "private",
			About:      text("accounting records of a private company", "boekhouding van een private company"),
			Kind:       retention.Minimum,
			Events:     on(retention.Drafted),
			Terms:      one(years(3), retention.CutNone),
			Law:        "Companies Act 2006 s388(4)",
			Source:     "conciseaccountancy.com; wmtllp.com",
			Confidence: retention.SecondarySource,
			Note: text(
				"The tax rules for the same records ask for six years.",
				"De fiscale regels voor dezelfde stukken vragen zes jaar."),
		},
		{
			ID:         "UK-LIM",
			About:      text("what is needed for claims from a simple contract", "wat nodig is voor vorderingen uit een gewone overeenkomst"),
			Kind:       retention.PurposeLimit,
			Events:     on(retention.ContractBroken),
			Terms:      one(years(6), retention.CutNone),
			Law:        "Limitation Act 1980 s5",
			Source:     "warnersca.co.uk",
			Confidence: retention.SecondarySource,
			Note: text(
				"For England and Wales; Scotland has limitation periods of its own.",
				"Voor Engeland en Wales; Schotland kent eigen verjaringstermijnen."),
		},
		{
			ID: "UK-LIM", Variant: "deed",
			About:      text("what is needed for claims from a deed", "wat nodig is voor vorderingen uit een akte (deed)"),
			Kind:       retention.PurposeLimit,
			Events:     on(retention.ContractBroken),
			Terms:      one(years(12), retention.CutNone),
			Law:        "Limitation Act 1980 s8",
			Source:     "warnersca.co.uk",
			Confidence: retention.SecondarySource,
			Note: text(
				"For England and Wales; Scotland has limitation periods of its own.",
				"Voor Engeland en Wales; Schotland kent eigen verjaringstermijnen."),
		},
	}.of("UK", "Europe/London")
}
