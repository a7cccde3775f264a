package statute

import (
	"time"

	"github.com/grondslag/grondslag/retention"
)

// EU returns the rules of acts of the Union that apply in every Member State. A
// directive binds through national law, which may differ in the details.
func EU() Table {
	return Table{
		{
			ID:     "EU-PLD",
			About:  text("what is needed for claims from a defective product", "wat nodig is voor vorderingen wegens een gebrekkig product"),
			Kind:   retention.PurposeLimit,
			Events: on(retention.DamageKnown),
			When:   text("the injured person knew, or should have known, of the damage, the defect and who is liable", "de benadeelde op de hoogte was, of had moeten zijn, van de schade, het gebrek en wie aansprakelijk is"),
			Terms: []retention.Term{
				{Period: years(3), From: day(2026, time.December, 9), ByCutoff: true},
			},
			Law:        "Directive (EU) 2024/2853 16(1)",
			Source:     "twobirds.com; arthurcox.com; cms.law",
			Confidence: retention.SecondarySource,
			Note: text(
				"For products placed on the market from 9 December 2026 on alone; for a product of before that date do not use this rule, whenever the damage became known.",
				"Alleen voor producten die vanaf 9 december 2026 in de handel zijn gebracht; gebruik deze regel niet voor een ouder product, wanneer de schade ook bekend werd."),
		},
		{
			ID: "EU-PLD", Variant: "placing",
			About:  text("what is needed for claims from a defective product, at the latest", "wat nodig is voor vorderingen wegens een gebrekkig product, uiterlijk"),
			Kind:   retention.PurposeLimit,
			Events: on(retention.PlacedOnMarket),
			Terms: []retention.Term{
				{Period: years(10), From: day(2026, time.December, 9), ByCutoff: true},
			},
			Law:        "Directive (EU) 2024/2853 17(1)",
			Source:     "twobirds.com; arthurcox.com; cms.law",
			Confidence: retention.SecondarySource,
			Note: text(
				"A claim that is brought within the ten years runs on: place a hold.",
				"Een vordering die binnen de tien jaar is ingesteld loopt door: houd de gegevens vast."),
		},
		{
			ID: "EU-PLD", Variant: "latent",
			About:  text("what is needed for claims from an injury that shows itself late", "wat nodig is voor vorderingen wegens letsel dat zich pas later openbaart"),
			Kind:   retention.PurposeLimit,
			Events: on(retention.PlacedOnMarket),
			Terms: []retention.Term{
				{Period: years(25), From: day(2026, time.December, 9), ByCutoff: true},
			},
			Law:        "Directive (EU) 2024/2853 17(2)",
			Source:     "twobirds.com; arthurcox.com; cms.law",
			Confidence: retention.Unverified,
			Note: text(
				"The provision itself was not read.",
				"De bepaling zelf is niet gelezen."),
		},
		{
			ID:         "EU-AMLR",
			About:      text("records against money laundering", "stukken tegen witwassen"),
			Kind:       retention.Exact,
			Events:     on(retention.RelationshipEnded),
			Terms:      []retention.Term{{Period: years(5), From: day(2027, time.July, 10)}},
			Law:        "Regulation (EU) 2024/1624 77",
			Source:     "springlex.eu; anti-money-laundering.eu; betterregulation.com (text of the regulation)",
			Confidence: retention.StatuteRead,
			Note: text(
				"An authority may ask for up to five years more in a given case: place a hold; the records may not be redacted.",
				"Een autoriteit kan in een bepaald geval tot vijf jaar langer vragen: houd de stukken dan vast; er mag niets in onleesbaar zijn gemaakt."),
		},
		{
			ID: "EU-AMLR", Variant: "transaction",
			About:      text("records against money laundering for an occasional transaction", "stukken tegen witwassen bij een incidentele transactie"),
			Kind:       retention.Exact,
			Events:     on(retention.Transacted),
			Terms:      []retention.Term{{Period: years(5), From: day(2027, time.July, 10)}},
			Law:        "Regulation (EU) 2024/1624 77",
			Source:     "springlex.eu; anti-money-laundering.eu; betterregulation.com (text of the regulation)",
			Confidence: retention.StatuteRead,
			Note: text(
				"An authority may ask for up to five years more in a given case: place a hold; the records may not be redacted.",
				"Een autoriteit kan in een bepaald geval tot vijf jaar langer vragen: houd de stukken dan vast; er mag niets in onleesbaar zijn gemaakt."),
		},
	}.of("EU", "Europe/Brussels")
}
