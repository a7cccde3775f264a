package reconsent

import "github.com/grondslag/grondslag/basis"

// rule is one row of the decision table. Rows are tried from the top; the first
// whose condition holds decides.
type rule struct {
	id string
	// of limits the row to direct marketing or to all other kinds; zero: every kind.
	of      scope
	when    func(situation) bool
	outcome Outcome
	// balance: the outcome stands only if the legitimate-interests assessment
	// passed; failed or missing assessments have rows of their own below.
	balance bool
	cites   []string
	why     basis.Text
}

type scope uint8

const (
	marketing scope = iota + 1
	other
)

// national stands in cites for the country's own provision, customerCode for the
// code that limits calls to customers.
const (
	national     = "$national"
	customerCode = "$customer"
)

// rules is the law, in the order in which it is asked.
func rules() []rule {
	return []rule{
		{
			id: "marketing.objected", of: marketing, outcome: StopObjected, cites: []string{"GDPR 21(2)", "GDPR 21(3)"},
			when: func(s situation) bool { return s.objected && !s.reconsented(s.f.ObjectedAt) },
			why: basis.Text{
				En: "The person objected to direct marketing; it must stop, on every ground.",
				Nl: "De persoon maakte bezwaar tegen direct marketing; die moet stoppen, op elke grondslag.",
			},
		},
		{
			id: "consent.withdrawn", outcome: StopWithdrawn, cites: []string{"GDPR 7(3)", "GDPR 17(1)(b)"},
			when: func(s situation) bool {
				return s.withdrawn && !s.reconsented(s.f.WithdrawnAt) && (s.marketing || s.f.Basis == basis.Consent || s.f.Basis == "")
			},
			why: basis.Text{
				En: "Consent was withdrawn and can't be replaced by another ground; other uses on other grounds live on.",
				Nl: "De toestemming is ingetrokken en kan niet door een andere grondslag worden vervangen; ander gebruik op een andere grondslag blijft.",
			},
		},
		{
			id: "special.no-condition", outcome: Review, cites: []string{"GDPR 9(1)"},
			when: func(s situation) bool { return s.f.Special == SpecialCategory && s.f.Condition == "" },
			why: basis.Text{
				En: "Special categories of data need a condition of Art. 9(2) beside the ground; none is recorded.",
				Nl: "Bijzondere persoonsgegevens vragen naast de grondslag een uitzondering van art. 9 lid 2; er is er geen vastgelegd.",
			},
		},
		{
			id: "special.no-condition", outcome: Review, cites: []string{"GDPR 10"},
			when: func(s situation) bool { return s.f.Special == CriminalData && s.f.Condition == "" },
			why: basis.Text{
				En: "Data about criminal offences needs official authority or a law that allows it; none is recorded.",
				Nl: "Strafrechtelijke gegevens vragen overheidsgezag of een wet die het toestaat; er is er geen vastgelegd.",
			},
		},
		{
			id: "ground.authority", outcome: InvalidBasis, cites: []string{"GDPR 6(1)"},
			when: func(s situation) bool { return s.f.Basis == basis.LegitimateInterests && s.publicTask() },
			why: basis.Text{
				En: "A public authority can't rely on legitimate interests in the performance of its tasks.",
				Nl: "Een overheidsinstantie kan zich voor haar taken niet op een gerechtvaardigd belang beroepen.",
			},
		},
		{
			id: "ground.no-law", outcome: InvalidBasis, cites: []string{"GDPR 6(3)"},
			when: func(s situation) bool {
				return (s.f.Basis == basis.LegalObligation || s.f.Basis == basis.PublicTask) && s.f.LawRef == ""
			},
			why: basis.Text{
				En: "A legal obligation or public task must be laid down in a law; none is named.",
				Nl: "Een wettelijke plicht of publieke taak moet in een wet staan; er is geen wet genoemd.",
			},
		},
		{
			id: "marketing.ground", of: marketing, outcome: InvalidBasis, cites: []string{"GDPR 6(1)"},
			when: func(s situation) bool {
				return s.f.Basis == basis.LegalObligation || s.f.Basis == basis.VitalInterests || s.f.Basis == basis.PublicTask
			},
			why: basis.Text{
				En: "Direct marketing can't rest on a legal obligation, vital interests or a public task.",
				Nl: "Direct marketing kan niet rusten op een wettelijke plicht, een vitaal belang of een publieke taak.",
			},
		},
		{
			id: "interest.objected", of: other, outcome: Review, cites: []string{"GDPR 21(1)", "GDPR 18(1)(d)"},
			when: func(s situation) bool {
				return s.objected && (s.f.Basis == basis.PublicTask || s.f.Basis == basis.LegitimateInterests)
			},
			why: basis.Text{
				En: "The person objected; the data is restricted until you show compelling grounds.",
				Nl: "De persoon maakte bezwaar; de verwerking is beperkt totdat u dwingende gronden aantoont.",
			},
		},
		{
			id: "consent.child", outcome: ConsentInvalid, cites: []string{"GDPR 8(1)"},
			when: func(s situation) bool { return s.childConsent() },
			why: basis.Text{
				En: "The person was below the age of own consent to an online service, and no parent consented.",
				Nl: "De persoon was te jong om zelf toestemming te geven voor een onlinedienst, en geen ouder stemde in.",
			},
		},
		{
			id: "contract.active", of: other, outcome: KeepContract, cites: []string{"GDPR 6(1)(b)", "GDPR 5(1)(c)"},
			when: func(s situation) bool {
				return (s.f.Kind == basis.ContractPerformance || s.f.Basis == basis.Contract) && s.f.ContractActive == Yes
			},
			why: basis.Text{
				En: "The contract with the person needs it; asking for consent as well would mislead.",
				Nl: "De overeenkomst met de persoon vraagt het; daarnaast toestemming vragen zou misleiden.",
			},
		},
		{
			id: "law.term", of: other, outcome: KeepLaw, cites: []string{"GDPR 6(1)(c)", "GDPR 17(3)(b)"},
			when: func(s situation) bool {
				return s.f.LawRef != "" && (s.untilNotPassed() || s.f.LawUntil.IsZero() && s.f.Basis == basis.LegalObligation)
			},
			why: basis.Text{
				En: "A law orders you to keep it, for that law's purpose only.",
				Nl: "Een wet schrijft het bewaren voor, alleen voor het doel van die wet.",
			},
		},
		{
			id: "vital", of: other, outcome: KeepVital, cites: []string{"GDPR 6(1)(d)"},
			when: func(s situation) bool { return s.f.Basis == basis.VitalInterests },
			why: basis.Text{
				En: "It protects the life or health of someone.",
				Nl: "Het beschermt iemands leven of gezondheid.",
			},
		},
		{
			id: "public-task", of: other, outcome: KeepPublicTask, cites: []string{"GDPR 6(1)(e)"},
			when: func(s situation) bool { return s.f.Basis == basis.PublicTask },
			why: basis.Text{
				En: "A law gives you this task in the public interest.",
				Nl: "Een wet geeft u deze taak van algemeen belang.",
			},
		},
		{
			id: "service.message", of: other, outcome: KeepService, cites: []string{"GDPR 6(1)(b)"},
			when: func(s situation) bool { return s.f.Kind == basis.ServiceMessage && s.f.ContractActive == Yes },
			why: basis.Text{
				En: "A message about a running contract is no marketing.",
				Nl: "Een bericht over een lopende overeenkomst is geen marketing.",
			},
		},
		{
			id: "consent.complete", of: marketing, outcome: KeepConsent, cites: []string{"GDPR 6(1)(a)", "GDPR 7(1)", national},
			when: func(s situation) bool { return s.consented() && s.electronic },
			why:  whyConsent,
		},
		{
			id: "consent.complete", outcome: KeepConsent, cites: []string{"GDPR 6(1)(a)", "GDPR 7(1)"},
			when: func(s situation) bool { return s.consented() },
			why:  whyConsent,
		},
		{
			id: "purpose.changed", of: marketing, outcome: AskOtherChannel, cites: []string{"GDPR 6(4)"},
			when: func(s situation) bool { return s.incompatible() && s.electronic },
			why: basis.Text{
				En: "The purpose changed and does not fit the old one; it needs new consent, which may not be asked over this channel.",
				Nl: "Het doel is veranderd en past niet bij het oude; het vraagt nieuwe toestemming, die niet via dit kanaal gevraagd mag worden.",
			},
		},
		{
			id: "purpose.changed", outcome: AskAgain, cites: []string{"GDPR 6(4)"},
			when: func(s situation) bool { return s.incompatible() },
			why: basis.Text{
				En: "The purpose changed and does not fit the old one; it needs new consent.",
				Nl: "Het doel is veranderd en past niet bij het oude; het vraagt nieuwe toestemming.",
			},
		},
		{
			id: "email.customer", of: marketing, outcome: KeepSoftOptIn, cites: []string{"ePrivacy 13(2)", national, "GDPR 95"},
			when: func(s situation) bool {
				return s.mail && s.customer() && s.f.OptOutInMessages == Yes && s.f.FreeAccount != Yes
			},
			why: basis.Text{
				En: "A customer may be mailed about own similar products, having been told and offered an opt-out each time; do not ask.",
				Nl: "Een klant mag mail krijgen over eigen gelijksoortige producten, mits geïnformeerd en steeds met een afmeldmogelijkheid; vraag niets.",
			},
		},
		{
			id: "email.account", of: marketing, outcome: KeepSoftOptIn, cites: []string{"ePrivacy 13(2)", "C-654/23"},
			when: func(s situation) bool { return s.mail && s.customer() && s.f.OptOutInMessages == Yes },
			why: basis.Text{
				En: "A free account can count as a sale when it is paid for indirectly; the court leaves this narrow.",
				Nl: "Een gratis account kan als verkoop tellen als er indirect voor wordt betaald; het Hof houdt dit smal.",
			},
		},
		{
			id: "email.published", of: marketing, outcome: KeepPublished, cites: []string{national, "GDPR 6(1)(f)"},
			when: func(s situation) bool { return s.published() && s.f.Person == LegalPersonGeneric },
			why: basis.Text{
				En: "The company published this general address for the purpose; it is no personal data.",
				Nl: "Het bedrijf publiceerde dit algemene adres voor dit doel; het is geen persoonsgegeven.",
			},
		},
		{
			id: "email.published", of: marketing, outcome: KeepPublished, balance: true, cites: []string{national, "GDPR 6(1)(f)"},
			when: func(s situation) bool { return s.published() },
			why: basis.Text{
				En: "The address was published for this purpose by someone in business, and the assessment passed.",
				Nl: "Het adres is zakelijk voor dit doel gepubliceerd en de belangenafweging is gehaald.",
			},
		},
		{
			id: "email.company", of: marketing, outcome: KeepInterest, cites: []string{national, "GDPR 6(1)(f)"},
			when: func(s situation) bool {
				return s.mail && s.t.law.EmailGeneric == OptOut && s.f.Person == LegalPersonGeneric
			},
			why: whyCompanyGeneral,
		},
		{
			id: "email.company", of: marketing, outcome: KeepInterest, balance: true, cites: []string{national, "GDPR 6(1)(f)"},
			when: func(s situation) bool {
				return s.mail && s.t.law.EmailCompanies == OptOut && s.f.Person == LegalPersonNamed
			},
			why: whyCompany,
		},
		{
			id: "email.sale-incomplete", of: marketing, outcome: AskOtherChannel, cites: []string{national},
			when: func(s situation) bool { return s.mail && s.sold() },
			why: basis.Text{
				En: "A customer, but the conditions of the customer exception are not all shown; asking by e-mail is itself a breach.",
				Nl: "Een klant, maar niet alle voorwaarden van de klantuitzondering staan vast; per e-mail vragen is zelf een overtreding.",
			},
		},
		{
			id: "email.no-consent", of: marketing, outcome: AskOtherChannel, cites: []string{"GDPR 7(1)", "GDPR 4(11)", national},
			when: func(s situation) bool { return s.mail },
			why: basis.Text{
				En: "There is no provable consent and no customer exception; asking by e-mail is itself a breach.",
				Nl: "Er is geen aantoonbare toestemming en geen klantuitzondering; per e-mail vragen is zelf een overtreding.",
			},
		},
		{
			id: "phone.company", of: marketing, outcome: KeepInterest, cites: []string{national, "GDPR 6(1)(f)"},
			when: func(s situation) bool {
				return s.call && s.t.law.CallCompanies == OptOut && s.f.Person == LegalPersonGeneric
			},
			why: whyCompanyGeneral,
		},
		{
			id: "phone.company", of: marketing, outcome: KeepInterest, balance: true, cites: []string{national, "GDPR 6(1)(f)"},
			when: func(s situation) bool { return s.call && s.t.law.CallCompanies == OptOut && s.company() },
			why:  whyCompany,
		},
		{
			id: "phone.customer", of: marketing, outcome: KeepSoftOptIn, cites: []string{national, customerCode},
			when: func(s situation) bool { return s.call && !s.company() && s.customer() && s.mayCallCustomers() },
			why: basis.Text{
				En: "A customer may be called about own similar products, having been told and offered an opt-out.",
				Nl: "Een klant mag gebeld worden over eigen gelijksoortige producten, mits geïnformeerd en met een afmeldmogelijkheid.",
			},
		},
		{
			id: "phone.opt-out", of: marketing, outcome: KeepInterest, balance: true, cites: []string{national, "GDPR 6(1)(f)"},
			when: func(s situation) bool { return s.call && !s.company() && s.t.law.CallPersons == OptOut },
			why: basis.Text{
				En: "This country lets people be called until they object, and the assessment passed; check its do-not-call register first.",
				Nl: "In dit land mogen mensen gebeld worden tot zij bezwaar maken, en de belangenafweging is gehaald; raadpleeg eerst het bel-me-niet-register.",
			},
		},
		{
			id: "phone.no-consent", of: marketing, outcome: AskOtherChannel, cites: []string{national},
			when: func(s situation) bool { return s.call },
			why: basis.Text{
				En: "Calling for marketing needs consent beforehand; none is proven, and a call may not be used to ask for it.",
				Nl: "Bellen voor marketing vraagt vooraf toestemming; die is niet aangetoond, en een telefoontje mag er niet voor worden gebruikt.",
			},
		},
		{
			id: "post.consent", of: marketing, outcome: AskAgain, cites: []string{"GDPR 7(1)"},
			when: func(s situation) bool { return s.f.Basis == basis.Consent },
			why:  whyAsk,
		},
		{
			id: "post.interest", of: marketing, outcome: KeepInterest, balance: true, cites: []string{"GDPR 6(1)(f)", "GDPR 21(4)", "recital 47"},
			when: func(situation) bool { return true },
			why: basis.Text{
				En: "Marketing on paper may rest on a legitimate interest that was assessed; show the right to object.",
				Nl: "Marketing per post mag rusten op een afgewogen gerechtvaardigd belang; wijs op het recht van bezwaar.",
			},
		},
		{
			id: "consent.incomplete", outcome: AskAgain, cites: []string{"GDPR 7(1)"},
			when: func(s situation) bool { return s.f.Basis == basis.Consent },
			why:  whyAsk,
		},
		{
			id: "interest.passed", outcome: KeepInterest, balance: true, cites: []string{"GDPR 6(1)(f)"},
			when: func(s situation) bool { return s.f.Basis == basis.LegitimateInterests },
			why: basis.Text{
				En: "The legitimate interest was assessed and outweighs.",
				Nl: "Het gerechtvaardigd belang is afgewogen en weegt zwaarder.",
			},
		},
		{
			id: "nothing.left", outcome: Erase, cites: []string{"GDPR 17(1)(a)"},
			when: func(s situation) bool { return s.f.ContractActive == No || s.untilPassed() },
			why: basis.Text{
				En: "The contract or the legal term has ended and nothing else carries the data; erase or anonymize it after the retention check.",
				Nl: "De overeenkomst of de wettelijke termijn is voorbij en niets anders draagt de gegevens; wis of anonimiseer ze na controle van de bewaartermijn.",
			},
		},
		{
			id: "facts.missing", outcome: Review, cites: []string{"GDPR 5(2)"},
			when: func(situation) bool { return true },
			why: basis.Text{
				En: "Too little is known to decide; the gaps say what to find out first.",
				Nl: "Er is te weinig bekend om te beslissen; de leemtes zeggen wat eerst uitgezocht moet worden.",
			},
		},
	}
}

// unbalanced are the rows that take the place of a row with balance: the cites
// stay those of the row, the outcome changes.
func unbalanced(a Assessment) rule {
	if a == FailedAssessment {
		return rule{
			id: "interest.failed", outcome: Stop,
			why: basis.Text{
				En: "The legitimate interest was assessed and the person's interests outweigh it.",
				Nl: "Het gerechtvaardigd belang is afgewogen en de belangen van de persoon wegen zwaarder.",
			},
		}
	}
	return rule{
		id: "interest.assess", outcome: AssessInterest,
		why: basis.Text{
			En: "This may rest on a legitimate interest, but no assessment that passed and is up to date is recorded.",
			Nl: "Dit kan op een gerechtvaardigd belang rusten, maar er is geen gehaalde en actuele belangenafweging vastgelegd.",
		},
	}
}

var (
	whyConsent = basis.Text{
		En: "Consent is proven: moment, wording, act, not bundled, withdrawal told. Its age does not matter.",
		Nl: "De toestemming is aantoonbaar: moment, tekst, handeling, niet gebundeld, op intrekken gewezen. De leeftijd ervan doet er niet toe.",
	}
	whyAsk = basis.Text{
		En: "The use rests on consent, and the record does not prove it.",
		Nl: "Het gebruik rust op toestemming, en het dossier toont die niet aan.",
	}
	whyCompany = basis.Text{
		En: "A company may be approached until it objects, and the assessment passed.",
		Nl: "Een bedrijf mag benaderd worden tot het bezwaar maakt, en de belangenafweging is gehaald.",
	}
	whyCompanyGeneral = basis.Text{
		En: "A company may be approached at its general address until it objects.",
		Nl: "Een bedrijf mag op zijn algemene adres benaderd worden tot het bezwaar maakt.",
	}
)
