package statute

import "github.com/grondslag/grondslag/retention"

// LU returns the rules of Luxembourg.
func LU() Table {
	return Table{
		{
			ID:         "LU-ACC",
			About:      text("accounting documents", "boekhoudstukken"),
			Kind:       retention.Minimum,
			Events:     on(retention.Drafted),
			Terms:      one(years(10), retention.CutFinancialYear),
			Law:        "Code de commerce 16",
			Source:     "streff.lu (guide); invoice-portal.de",
			Confidence: retention.SecondarySource,
		},
	}.of("LU", "Europe/Luxembourg")
}
