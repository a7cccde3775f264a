package statute

import "github.com/grondslag/grondslag/retention"

// PL returns the rules of Poland.
func PL() Table {
	return Table{
		{
			ID:         "PL-ACC",
			About:      text("approved annual financial statements", "goedgekeurde jaarrekeningen"),
			Kind:       retention.Minimum,
			Events:     on(retention.AccountsApproved),
			Terms:      one(years(5), retention.CutFinancialYear),
			Law:        "Ustawa o rachunkowości 74(1)",
			Source:     "sip.lex.pl (text of the statute)",
			Confidence: retention.StatuteRead,
		},
		{
			ID:         "PL-ACC2",
			About:      text("ledgers and vouchers", "grootboeken en boekingsstukken"),
			Kind:       retention.Minimum,
			Events:     on(retention.Drafted),
			Terms:      one(years(5), retention.CutFinancialYear),
			Law:        "Ustawa o rachunkowości 74(2), (3)",
			Source:     "sip.lex.pl (text of the statute)",
			Confidence: retention.StatuteRead,
			Note: text(
				"For vouchers of loans and of claims in proceedings use the variant claims, which starts later.",
				"Gebruik voor stukken van leningen en van vorderingen in een procedure de variant claims, die later begint."),
		},
		{
			ID: "PL-ACC2", Variant: "claims",
			About:      text("vouchers of loans and of claims in proceedings", "stukken van leningen en van vorderingen in een procedure"),
			Kind:       retention.Minimum,
			Events:     on(retention.MatterClosed),
			Terms:      one(years(5), retention.CutFinancialYear),
			Law:        "Ustawa o rachunkowości 74(2), (3)",
			Source:     "sip.lex.pl (text of the statute)",
			Confidence: retention.StatuteRead,
		},
	}.of("PL", "Europe/Warsaw")
}
