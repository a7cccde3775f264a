package basis

// Condition is one of the ten conditions of GDPR Art. 9(2) that lift the
// prohibition on special categories of data. It is needed in addition to a
// [Basis] and replaces none; a contract or a legitimate interest is no such
// condition. The zero value lifts nothing.
type Condition string

const (
	// ExplicitConsent of the person, Art. 9(2)(a); asked for and stored apart from consent under Art. 6.
	ExplicitConsent Condition = "explicit_consent"
	// EmploymentLaw and law of social security or protection, Art. 9(2)(b).
	EmploymentLaw Condition = "employment_law"
	// VitalIncapable: vital interests of someone while the person is incapable of consenting, Art. 9(2)(c).
	VitalIncapable Condition = "vital_incapable"
	// NotForProfit bodies with a political, philosophical, religious or trade union aim, for their members, Art. 9(2)(d).
	NotForProfit Condition = "not_for_profit"
	// ManifestlyPublic: the person made the data public, Art. 9(2)(e).
	ManifestlyPublic Condition = "manifestly_public"
	// LegalClaims, or courts in their judicial capacity, Art. 9(2)(f).
	LegalClaims Condition = "legal_claims"
	// SubstantialPublicInterest laid down in law, Art. 9(2)(g).
	SubstantialPublicInterest Condition = "substantial_public_interest"
	// HealthCare under law or a contract with a professional bound to secrecy, Art. 9(2)(h), 9(3).
	HealthCare Condition = "health_care"
	// PublicHealth laid down in law, Art. 9(2)(i).
	PublicHealth Condition = "public_health"
	// Research, archiving in the public interest and statistics laid down in law, Art. 9(2)(j), 89(1).
	Research Condition = "research"
)

// Criminal is what GDPR Art. 10 requires, in addition to a [Basis], for data on
// criminal convictions and offences. The zero value permits nothing.
type Criminal string

const (
	// OfficialControl: the processing is under the control of official authority.
	OfficialControl Criminal = "official_control"
	// AuthorizedByLaw of the Union or a Member State that provides safeguards.
	AuthorizedByLaw Criminal = "authorized_by_law"
)

// letter returns the letter of Art. 9(2), or "".
func (c Condition) letter() string {
	switch c {
	case ExplicitConsent:
		return "a"
	case EmploymentLaw:
		return "b"
	case VitalIncapable:
		return "c"
	case NotForProfit:
		return "d"
	case ManifestlyPublic:
		return "e"
	case LegalClaims:
		return "f"
	case SubstantialPublicInterest:
		return "g"
	case HealthCare:
		return "h"
	case PublicHealth:
		return "i"
	case Research:
		return "j"
	}
	return ""
}

// Article returns the provision, "GDPR 9(2)(a)" to "GDPR 9(2)(j)", or "" outside the list.
func (c Condition) Article() string {
	if l := c.letter(); l != "" {
		return "GDPR 9(2)(" + l + ")"
	}
	return ""
}

// IRI returns the term of the W3C Data Privacy Vocabulary 2.3, or "" outside the list.
func (c Condition) IRI() string {
	if l := c.letter(); l != "" {
		return dpvGDPR + "A9-2-" + l
	}
	return ""
}

// Title returns the name a reader knows it by.
func (c Condition) Title() Text {
	switch c {
	case ExplicitConsent:
		return Text{"explicit consent", "uitdrukkelijke toestemming"}
	case EmploymentLaw:
		return Text{"employment and social security law", "arbeidsrecht en sociale zekerheid"}
	case VitalIncapable:
		return Text{"vital interests of someone who cannot consent", "vitaal belang van wie niet kan toestemmen"}
	case NotForProfit:
		return Text{"members of a not-for-profit body", "leden van een instelling zonder winstoogmerk"}
	case ManifestlyPublic:
		return Text{"made public by the person", "door de betrokkene openbaar gemaakt"}
	case LegalClaims:
		return Text{"legal claims", "rechtsvordering"}
	case SubstantialPublicInterest:
		return Text{"substantial public interest", "zwaarwegend algemeen belang"}
	case HealthCare:
		return Text{"health care", "gezondheidszorg"}
	case PublicHealth:
		return Text{"public health", "volksgezondheid"}
	case Research:
		return Text{"archiving, research and statistics", "archivering, onderzoek en statistiek"}
	}
	return Text{}
}

// Explanation says in one plain sentence what the condition asks for.
func (c Condition) Explanation() Text {
	switch c {
	case ExplicitConsent:
		return Text{
			"The person said yes to this use of this sensitive data in so many words.",
			"De betrokkene heeft met zoveel woorden ja gezegd tegen dit gebruik van deze gevoelige gegevens.",
		}
	case EmploymentLaw:
		return Text{
			"Labour or social security law, or a collective agreement under it, gives the duty or the right for which the data is needed.",
			"Het arbeids- of socialezekerheidsrecht, of een cao op grond daarvan, geeft de plicht of het recht waarvoor de gegevens nodig zijn.",
		}
	case VitalIncapable:
		return Text{
			"Someone's life or health is in danger and the person cannot give consent.",
			"Iemands leven of gezondheid loopt gevaar en de betrokkene kan geen toestemming geven.",
		}
	case NotForProfit:
		return Text{
			"A church, party, union or similar body uses data of its own members and regular contacts, and passes nothing on without their consent.",
			"Een kerk, partij, bond of soortgelijke instelling gebruikt gegevens van eigen leden en vaste contacten en geeft niets door zonder hun toestemming.",
		}
	case ManifestlyPublic:
		return Text{
			"The person clearly chose to make the data public.",
			"De betrokkene heeft er duidelijk voor gekozen de gegevens openbaar te maken.",
		}
	case LegalClaims:
		return Text{
			"The data is needed to bring, prove or defend a claim, or a court needs it to do justice.",
			"De gegevens zijn nodig om een vordering in te stellen, te onderbouwen of af te weren, of een rechter heeft ze nodig om recht te spreken.",
		}
	case SubstantialPublicInterest:
		return Text{
			"A law names a weighty public interest, keeps the use in proportion and protects the person.",
			"Een wet noemt een zwaarwegend algemeen belang, houdt het gebruik evenredig en beschermt de betrokkene.",
		}
	case HealthCare:
		return Text{
			"The data is needed for care, treatment or fitness for work, under a law or a care contract, by someone bound to secrecy.",
			"De gegevens zijn nodig voor zorg, behandeling of arbeidsgeschiktheid, volgens een wet of zorgcontract, door iemand met een geheimhoudingsplicht.",
		}
	case PublicHealth:
		return Text{
			"A law on public health, such as the fight against an epidemic, asks for the data and protects the person.",
			"Een wet voor de volksgezondheid, zoals bij een epidemie, vraagt om de gegevens en beschermt de betrokkene.",
		}
	case Research:
		return Text{
			"A law allows the data to be used for archives, research or statistics, with safeguards.",
			"Een wet staat toe de gegevens te gebruiken voor archief, onderzoek of statistiek, met waarborgen.",
		}
	}
	return Text{}
}

// needsRef reports whether the condition only exists by virtue of a law or
// contract that must be named: b, g, h, i and j.
func (c Condition) needsRef() bool {
	switch c {
	case EmploymentLaw, SubstantialPublicInterest, HealthCare, PublicHealth, Research:
		return true
	}
	return false
}

// Article returns "GDPR 10", or "" outside the list.
func (c Criminal) Article() string {
	if c.Valid() {
		return "GDPR 10"
	}
	return ""
}

// IRI returns "": the W3C Data Privacy Vocabulary 2.3 has no term for Art. 10.
func (c Criminal) IRI() string { return "" }

// Title returns the name a reader knows it by.
func (c Criminal) Title() Text {
	switch c {
	case OfficialControl:
		return Text{"control of official authority", "onder toezicht van de overheid"}
	case AuthorizedByLaw:
		return Text{"authorized by law", "toegestaan bij wet"}
	}
	return Text{}
}

// Explanation says in one plain sentence what Art. 10 asks for.
func (c Criminal) Explanation() Text {
	switch c {
	case OfficialControl:
		return Text{
			"A public authority controls this use of data on convictions and offences.",
			"Een overheidsinstantie houdt toezicht op dit gebruik van gegevens over veroordelingen en strafbare feiten.",
		}
	case AuthorizedByLaw:
		return Text{
			"A law allows this use of data on convictions and offences and says how the person is protected.",
			"Een wet staat dit gebruik van gegevens over veroordelingen en strafbare feiten toe en zegt hoe de betrokkene is beschermd.",
		}
	}
	return Text{}
}
