package statute

import "github.com/grondslag/grondslag/retention"

// IT returns the rules of Italy.
func IT() Table {
	return Table{
		{
			ID:         "IT-CC",
			About:      text("accounting records, invoices and letters", "boekhouding, facturen en brieven"),
			Kind:       retention.Minimum,
			Events:     on(retention.LastEntry),
			Terms:      one(years(10), retention.CutNone),
			Law:        "C.C. 2220",
			Source:     "doctrine.it; giuffre.it (text of the statute)",
			Confidence: retention.StatuteRead,
		},
		{
			ID:         "IT-MKT",
			About:      text("details of purchases under a loyalty scheme, for profiling", "aankoopgegevens uit een loyaliteitsprogramma, voor profilering"),
			Kind:       retention.Guidance,
			Events:     on(retention.Collected),
			Terms:      one(months(12), retention.CutNone),
			Law:        "Garante, 24 February 2005",
			Confidence: retention.Unverified,
			Note: text(
				"Nothing was read, and whether the authority still holds to these periods under the GDPR is not known.",
				"Er is niets gelezen, en of de toezichthouder onder de AVG nog aan deze termijnen vasthoudt is niet bekend."),
		},
		{
			ID: "IT-MKT", Variant: "marketing",
			About:      text("details of purchases under a loyalty scheme, for marketing", "aankoopgegevens uit een loyaliteitsprogramma, voor reclame"),
			Kind:       retention.Guidance,
			Events:     on(retention.Collected),
			Terms:      one(months(24), retention.CutNone),
			Law:        "Garante, 24 February 2005",
			Confidence: retention.Unverified,
			Note: text(
				"Nothing was read, and whether the authority still holds to these periods under the GDPR is not known.",
				"Er is niets gelezen, en of de toezichthouder onder de AVG nog aan deze termijnen vasthoudt is niet bekend."),
		},
	}.of("IT", "Europe/Rome")
}
