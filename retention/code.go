package retention

import "github.com/grondslag/grondslag/basis"

// The codes of findings and testimonies.
const (
	CodeUndeclared     basis.Code = "retention_undeclared"     // no class declares the field
	CodeBeyondGuidance basis.Code = "retention_guidance"       // kept longer, or shorter, than guidance has it
	CodeUnverified     basis.Code = "retention_unverified"     // a rule of confidence C is relied on
	CodeEnded          basis.Code = "retention_ended"          // the purpose's period has ended
	CodeNoAnchor       basis.Code = "retention_anchor_missing" // the day of an event that must have happened is unknown
	CodeHeld           basis.Code = "retention_held"           // kept under a hold alone, which permits no use
	CodeDone           basis.Code = "retention_done"           // the field is disposed of
	CodeErased         basis.Code = "retention_erased"         // the person had it erased for this purpose
	CodeRestricted     basis.Code = "retention_restricted"     // blocked for authorities and claims
	CodeWithin         basis.Code = "retention_within"         // the period runs
	CodeDuty           basis.Code = "retention_duty"           // only duties and claims are left
	CodeNotInForce     basis.Code = "retention_not_in_force"   // no version of the rule is law on the day
	CodeNotBegun       basis.Code = "retention_not_begun"      // the period has not begun
)

// text is the sentence for a code.
func text(c basis.Code) basis.Text {
	switch c {
	case CodeUndeclared:
		return basis.Text{En: "No class says how long the field is kept.", Nl: "Geen klasse zegt hoe lang het veld wordt bewaard."}
	case CodeUnverified:
		return basis.Text{En: "The rule is unverified; it is relied on for the reason on record.", Nl: "De regel is niet geverifieerd; er wordt op vertrouwd om de vastgelegde reden."}
	case CodeEnded:
		return basis.Text{En: "The period for which the purpose may use the data has ended.", Nl: "De termijn waarin het doel de gegevens mag gebruiken is verstreken."}
	case CodeNoAnchor:
		return basis.Text{En: "The day from which the period is counted is not known, so that it can't be shown to run.", Nl: "De dag waarvan de termijn wordt gerekend is niet bekend, zodat niet is aan te tonen dat hij loopt."}
	case CodeHeld:
		return basis.Text{En: "The data are kept under a hold alone, which permits no use.", Nl: "De gegevens worden alleen bewaard wegens een bewaarplicht in een geding of onderzoek, die geen gebruik toestaat."}
	case CodeDone:
		return basis.Text{En: "The data have been disposed of.", Nl: "De gegevens zijn verwijderd of geanonimiseerd."}
	case CodeErased:
		return basis.Text{En: "The person had the data erased for this purpose.", Nl: "De betrokkene heeft de gegevens voor dit doel laten wissen."}
	case CodeRestricted:
		return basis.Text{En: "The data are blocked: for authorities and claims alone.", Nl: "De gegevens zijn geblokkeerd: alleen voor autoriteiten en rechtsvorderingen."}
	case CodeWithin:
		return basis.Text{En: "The period for which the purpose may use the data runs.", Nl: "De termijn waarin het doel de gegevens mag gebruiken loopt."}
	case CodeDuty:
		return basis.Text{En: "Only duties and claims are left; the data stay for them alone.", Nl: "Alleen plichten en vorderingen zijn over; de gegevens blijven daarvoor alleen."}
	case CodeNotInForce:
		return basis.Text{En: "No version of the rule is in force on that day; it keeps what it covers.", Nl: "Geen versie van de regel is die dag van kracht; wat eronder valt blijft bewaard."}
	case CodeNotBegun:
		return basis.Text{En: "The period has not begun: what starts it has not happened.", Nl: "De termijn is niet begonnen: wat hem doet ingaan is niet gebeurd."}
	}
	return basis.Text{}
}
