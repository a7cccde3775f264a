package statute

import "github.com/grondslag/grondslag/retention"

// SE returns the rules of Sweden.
func SE() Table {
	return Table{
		{
			ID:         "SE-BFL",
			About:      text("accounting information", "boekhoudgegevens"),
			Kind:       retention.Minimum,
			Events:     on(retention.Drafted),
			Terms:      one(years(7), retention.CutYearOfFinancialYear),
			Law:        "BFL 7:2",
			Source:     "zentralen.se; faronline.se (text of the statute)",
			Confidence: retention.StatuteRead,
		},
	}.of("SE", "Europe/Stockholm")
}
