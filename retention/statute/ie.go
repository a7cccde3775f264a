package statute

import "github.com/grondslag/grondslag/retention"

// IE returns the rules of Ireland.
func IE() Table {
	return Table{
		{
			ID:         "IE-CA",
			About:      text("accounting records of a company", "boekhouding van een vennootschap"),
			Kind:       retention.Minimum,
			Events:     on(retention.LastEntry, retention.Drafted),
			When:       text("the latest date falls to which the record relates", "de laatste datum valt waarop het stuk betrekking heeft"),
			Terms:      one(years(6), retention.CutFinancialYear),
			Law:        "Companies Act 2014 s285",
			Source:     "irishstatutebook.ie (text of the statute)",
			Confidence: retention.StatuteRead,
			Note: text(
				"Give the latest date to which the record relates as the day of its last entry; without it, the day on which it was drawn up is taken.",
				"Geef de laatste datum waarop het stuk betrekking heeft als dag van de laatste boeking; zonder die dag geldt de dag waarop het is opgemaakt."),
		},
	}.of("IE", "Europe/Dublin")
}
