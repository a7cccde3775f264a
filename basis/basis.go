package basis

//go:generate go run github.com/grondslag/grondslag/internal/enumgen Basis Channel Kind Source

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
