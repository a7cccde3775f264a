package statute

import "github.com/grondslag/grondslag/retention"

// FR returns the rules of France, and what CNIL recommends.
func FR() Table {
	return Table{
		{
			ID:         "FR-ACC",
			About:      text("accounting documents and vouchers", "boekhoudstukken en boekingsbewijzen"),
			Kind:       retention.Minimum,
			Events:     on(retention.Drafted),
			Terms:      one(years(10), retention.CutFinancialYear),
			Law:        "C. com. L123-22",
			Source:     "doctrine.fr (text of the statute); legavox.fr and bebusinessfocus (the start)",
			Confidence: retention.SecondarySource,
			Note: text(
				"The law does not say where the ten years start; commentators count from the close of the financial year.",
				"De wet zegt niet waar de tien jaar beginnen; de literatuur telt vanaf de sluiting van het boekjaar."),
		},
		{
			ID:         "FR-TAX",
			About:      text("books and documents that the tax authority may ask for", "boeken en stukken die de belastingdienst kan opvragen"),
			Kind:       retention.Minimum,
			Events:     on(retention.LastEntry, retention.Drafted),
			When:       text("the last operation was entered in the book, or the document was drawn up", "de laatste verrichting in het boek is ingeschreven, of het stuk is opgemaakt"),
			Terms:      one(years(6), retention.CutNone),
			Law:        "LPF L102 B",
			Source:     "legal.tricoteuses.fr (text of the statute)",
			Confidence: retention.StatuteRead,
			Note: text(
				"A book that is still in use needs the day of its last entry, or the day on which it was begun is taken.",
				"Een boek dat nog in gebruik is heeft de dag van de laatste boeking nodig, anders geldt de dag waarop het is begonnen."),
		},
		{
			ID:         "FR-PROSPECT",
			About:      text("prospects who never became customers", "prospects die nooit klant zijn geworden"),
			Kind:       retention.Guidance,
			Events:     on(retention.Collected, retention.Contacted, retention.Clicked, retention.Replied, retention.Ordered),
			When:       text("the data were collected or, if later, the person last made contact", "de gegevens zijn verkregen of, als dat later is, de betrokkene voor het laatst contact heeft opgenomen"),
			Terms:      one(years(3), retention.CutNone),
			Law:        "CNIL, référentiel gestion commerciale",
			Source:     "olympe.legal; ewatchers.org",
			Confidence: retention.SecondarySource,
			Note: text(
				"A click on a link in a message is contact; that a message was opened is not.",
				"Een klik op een link in een bericht is contact; dat een bericht is geopend niet."),
		},
		{
			ID:         "FR-CLIENT",
			About:      text("customers, for prospecting", "klanten, voor reclame"),
			Kind:       retention.Guidance,
			Events:     on(retention.RelationshipEnded),
			Terms:      one(years(3), retention.CutNone),
			Law:        "CNIL, référentiel gestion commerciale",
			Source:     "juribot.fr; modeles.biz",
			Confidence: retention.SecondarySource,
			Note: text(
				"Some sources count from the last contact after the relationship instead; the end of the relationship comes first.",
				"Sommige bronnen tellen vanaf het laatste contact na de relatie; het einde van de relatie komt eerder."),
		},
		{
			ID:         "FR-ACCOUNT",
			About:      text("online accounts that are no longer used", "onlineaccounts die niet meer worden gebruikt"),
			Kind:       retention.Guidance,
			Events:     on(retention.LoggedIn, retention.Ordered, retention.Collected),
			When:       text("the account was last used or, if it never was, created", "het account voor het laatst is gebruikt of, als dat nooit is gebeurd, is aangemaakt"),
			Terms:      one(years(2), retention.CutNone),
			Law:        "CNIL (guidance)",
			Source:     "modeles.biz",
			Confidence: retention.SecondarySource,
			Note: text(
				"Warn the person before the account is deleted.",
				"Waarschuw de betrokkene voordat het account wordt verwijderd."),
		},
		{
			ID:         "FR-OPPOSE",
			About:      text("the list of those who object to advertising", "de lijst van wie bezwaar heeft tegen reclame"),
			Kind:       retention.MinimumGuidance,
			Events:     on(retention.Objected),
			Terms:      one(years(3), retention.CutNone),
			Law:        "CNIL, liste repoussoir (2022); MED-2023-040",
			Source:     "cnil.fr; portail-rgpd.com; olympe.legal",
			Confidence: retention.SecondarySource,
			Note: text(
				"Keep no more than the address or number in hashed form, and longer than three years as long as there is anything to suppress.",
				"Bewaar niet meer dan het adres of nummer in gehashte vorm, en langer dan drie jaar zolang er iets te blokkeren is."),
		},
		{
			ID:         "FR-APPL",
			About:      text("candidates who were not hired", "kandidaten die niet zijn aangenomen"),
			Kind:       retention.Guidance,
			Events:     on(retention.Contacted, retention.Replied, retention.Applied),
			When:       text("the candidate was last in contact", "het laatste contact met de kandidaat plaatsvond"),
			Terms:      one(years(2), retention.CutNone),
			Law:        "CNIL (guidance)",
			Source:     "cnil.fr; ogletree.fr; lexing.be",
			Confidence: retention.StatuteRead,
			Note: text(
				"For a pool of candidates who were told of it and can object.",
				"Voor een bestand van kandidaten die ervan weten en bezwaar kunnen maken."),
		},
		{
			ID: "FR-APPL", Variant: "feedback",
			About:      text("candidates who were not hired: what is needed to explain why", "kandidaten die niet zijn aangenomen: wat nodig is om uit te leggen waarom"),
			Kind:       retention.Guidance,
			Events:     on(retention.Contacted, retention.Replied, retention.Applied),
			When:       text("the candidate was last in contact", "het laatste contact met de kandidaat plaatsvond"),
			Terms:      one(months(3), retention.CutNone),
			Law:        "CNIL (guidance)",
			Source:     "cnil.fr; ogletree.fr; lexing.be",
			Confidence: retention.StatuteRead,
		},
	}.of("FR", "Europe/Paris")
}
