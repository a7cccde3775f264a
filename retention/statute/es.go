package statute

import (
	"time"

	"github.com/grondslag/grondslag/retention"
)

// ES returns the rules of Spain.
func ES() Table {
	return Table{
		{
			ID:         "ES-COM",
			About:      text("books, correspondence and vouchers of a business", "boeken, correspondentie en bewijsstukken van een onderneming"),
			Kind:       retention.Minimum,
			Events:     on(retention.LastEntry),
			Terms:      one(years(6), retention.CutNone),
			Law:        "C. de Comercio 30(1)",
			Source:     "escura.com; dtyasesores.com",
			Confidence: retention.SecondarySource,
			Note: text(
				"That the last entry starts the period was not read in the source.",
				"Dat de laatste boeking de termijn doet beginnen is niet in de bron gelezen."),
		},
		{
			ID:         "ES-TAX",
			About:      text("what supports a tax return", "wat een belastingaangifte onderbouwt"),
			Kind:       retention.Minimum,
			Events:     on(retention.ReturnDue),
			Terms:      one(years(4), retention.CutNone),
			Law:        "LGT 66-70",
			Source:     "dtyasesores.com",
			Confidence: retention.SecondarySource,
			Note: text(
				"The source gives the period without its start, which is that of LGT 67(1) and was not read there; what interrupts the limitation starts it anew.",
				"De bron geeft de termijn zonder het begin, dat van LGT 67(1) is en daar niet is gelezen; stuiting laat de termijn opnieuw beginnen."),
		},
		{
			ID:         "ES-BLOCK",
			About:      text("data that were rectified or whose purpose has ended, blocked for authorities and courts", "gegevens die zijn gerectificeerd of waarvan het doel is vervallen, geblokkeerd voor overheid en rechter"),
			Kind:       retention.Restriction,
			Events:     on(retention.ProcessingEnded),
			Terms:      []retention.Term{{Open: true}},
			Law:        "LOPDGDD 32",
			Source:     "protecciondata.es (text of the statute)",
			Confidence: retention.SecondarySource,
			Note: text(
				"Blocked until the claims that may arise from the processing are time-barred, which another rule or a person must say.",
				"Geblokkeerd totdat de vorderingen die uit de verwerking kunnen voortvloeien zijn verjaard, wat een andere regel of een mens moet zeggen."),
		},
		{
			ID:         "ES-CCTV",
			About:      text("images of video surveillance", "beelden van videobewaking"),
			Kind:       retention.Maximum,
			Events:     on(retention.Recorded),
			Terms:      one(months(1), retention.CutNone),
			Law:        "LOPDGDD 22(3)",
			Source:     "escura.com",
			Confidence: retention.SecondarySource,
			Note: text(
				"Images that prove an act against persons, goods or premises may stay: place a hold on them.",
				"Beelden die een daad tegen personen, goederen of gebouwen bewijzen mogen blijven: houd ze daarvoor vast."),
		},
		{
			ID:         "ES-AML",
			About:      text("documents against money laundering", "stukken tegen witwassen"),
			Kind:       retention.Exact,
			Events:     on(retention.RelationshipEnded),
			Terms:      []retention.Term{{Period: years(10), Until: day(2027, time.July, 9)}},
			Law:        "Ley 10/2010 art. 25",
			Source:     "escura.com",
			Confidence: retention.SecondarySource,
			Note: text(
				"The start was not read in the statute; from 10 July 2027 EU-AMLR takes its place.",
				"Het begin is niet in de wet gelezen; vanaf 10 juli 2027 komt EU-AMLR ervoor in de plaats."),
		},
		{
			ID: "ES-AML", Variant: "transaction",
			About:      text("documents against money laundering for an occasional transaction", "stukken tegen witwassen bij een incidentele transactie"),
			Kind:       retention.Exact,
			Events:     on(retention.Transacted),
			Terms:      []retention.Term{{Period: years(10), Until: day(2027, time.July, 9)}},
			Law:        "Ley 10/2010 art. 25",
			Source:     "escura.com",
			Confidence: retention.SecondarySource,
			Note: text(
				"The start was not read in the statute; from 10 July 2027 EU-AMLR/transaction takes its place.",
				"Het begin is niet in de wet gelezen; vanaf 10 juli 2027 komt EU-AMLR/transaction ervoor in de plaats."),
		},
	}.of("ES", "Europe/Madrid")
}
