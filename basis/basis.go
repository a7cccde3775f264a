package basis

//go:generate go run github.com/grondslag/grondslag/internal/enumgen Basis Channel Condition Criminal Kind Necessity Role Says Severity Source

// Basis is one of the six legal bases of GDPR Art. 6(1), plus the one ground
// outside them that a CRM meets. The list is closed. The zero value means that
// no basis is stated and permits nothing.
//
// "Withdrawn" is no basis: a withdrawal is an event that ends one.
type Basis string

const (
	// Consent of the person for one or more specific purposes, Art. 6(1)(a).
	Consent Basis = "consent"
	// Contract to which the person is a party, or steps before one at the person's request, Art. 6(1)(b).
	Contract Basis = "contract"
	// LegalObligation to which the controller is subject, laid down in Union or Member State law, Art. 6(1)(c), 6(3).
	LegalObligation Basis = "legal_obligation"
	// VitalInterests of the person or of another natural person, Art. 6(1)(d).
	VitalInterests Basis = "vital_interests"
	// PublicTask in the public interest or in official authority, laid down in law, Art. 6(1)(e), 6(3).
	PublicTask Basis = "public_task"
	// LegitimateInterests of the controller or a third party that are not overridden by the person's, Art. 6(1)(f).
	LegitimateInterests Basis = "legitimate_interests"
	// SoftOptIn is the customer exception for own similar products of Directive
	// 2002/58/EC Art. 13(2) (NL: Tw 11.7). It stands outside the six: where its
	// conditions are met Art. 6(1) does not apply in addition (GDPR Art. 95,
	// CJEU C-654/23).
	SoftOptIn Basis = "soft_opt_in"
)

// Article returns the provision: "GDPR 6(1)(a)" to "GDPR 6(1)(f)", "ePrivacy 13(2)"
// for the soft opt-in, "" for a value outside the list.
func (b Basis) Article() string {
	switch b {
	case Consent:
		return "GDPR 6(1)(a)"
	case Contract:
		return "GDPR 6(1)(b)"
	case LegalObligation:
		return "GDPR 6(1)(c)"
	case VitalInterests:
		return "GDPR 6(1)(d)"
	case PublicTask:
		return "GDPR 6(1)(e)"
	case LegitimateInterests:
		return "GDPR 6(1)(f)"
	case SoftOptIn:
		return "ePrivacy 13(2)"
	}
	return ""
}

// IRI returns the term of the W3C Data Privacy Vocabulary 2.3. It is "" for the
// soft opt-in, for which that vocabulary has no term, and outside the list.
func (b Basis) IRI() string {
	switch b {
	case Consent:
		return dpvGDPR + "A6-1-a"
	case Contract:
		return dpvGDPR + "A6-1-b"
	case LegalObligation:
		return dpvGDPR + "A6-1-c"
	case VitalInterests:
		return dpvGDPR + "A6-1-d"
	case PublicTask:
		return dpvGDPR + "A6-1-e"
	case LegitimateInterests:
		return dpvGDPR + "A6-1-f"
	}
	return ""
}

// Title returns the name a reader knows it by.
func (b Basis) Title() Text {
	switch b {
	case Consent:
		return Text{"consent", "toestemming"}
	case Contract:
		return Text{"contract", "overeenkomst"}
	case LegalObligation:
		return Text{"legal obligation", "wettelijke verplichting"}
	case VitalInterests:
		return Text{"vital interests", "vitale belangen"}
	case PublicTask:
		return Text{"public task", "publieke taak"}
	case LegitimateInterests:
		return Text{"legitimate interests", "gerechtvaardigd belang"}
	case SoftOptIn:
		return Text{"soft opt-in", "klantuitzondering"}
	}
	return Text{}
}

// Explanation says in one plain sentence what the basis asks for.
func (b Basis) Explanation() Text {
	switch b {
	case Consent:
		return Text{
			"The person said yes, freely and knowing what for, and can take it back at any time.",
			"De betrokkene heeft vrij en geïnformeerd ja gezegd en kan dat altijd weer intrekken.",
		}
	case Contract:
		return Text{
			"The data is needed to carry out a contract with the person, or for steps the person asked for before signing one.",
			"De gegevens zijn nodig om een overeenkomst met de betrokkene uit te voeren, of voor wat die daarvoor zelf vroeg.",
		}
	case LegalObligation:
		return Text{
			"A law orders the organization to use the data, as the tax laws do for invoices.",
			"Een wet draagt de organisatie op de gegevens te gebruiken, zoals de belastingwet dat doet voor facturen.",
		}
	case VitalInterests:
		return Text{
			"Someone's life or health is in danger and the data is needed to help.",
			"Iemands leven of gezondheid loopt gevaar en de gegevens zijn nodig om te helpen.",
		}
	case PublicTask:
		return Text{
			"The data is needed for a task in the public interest that a law gave to the organization.",
			"De gegevens zijn nodig voor een taak van algemeen belang die de wet aan de organisatie heeft gegeven.",
		}
	case LegitimateInterests:
		return Text{
			"The organization or someone else has a real interest, needs the data for it, and weighed that the person's interests do not come first.",
			"De organisatie of een ander heeft een echt belang, heeft de gegevens daarvoor nodig en heeft afgewogen dat het belang van de betrokkene niet voorgaat.",
		}
	case SoftOptIn:
		return Text{
			"A customer gets messages about similar products of the same seller, was told so at the sale and can refuse in each message.",
			"Een klant krijgt berichten over soortgelijke producten van dezelfde verkoper, wist dat bij de koop en kan zich in elk bericht afmelden.",
		}
	}
	return Text{}
}
