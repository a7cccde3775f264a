package reconsent

import (
	"fmt"

	"github.com/grondslag/grondslag/basis"
)

//go:generate go run github.com/grondslag/grondslag/internal/enumgen Person Action Entity Assessment Special Sector YesNo Grade Gap Outcome Code Regime Confidence

// Facts is what is known of one contact for one purpose over one channel. The
// zero value of every field means "unknown"; [Table.Decide] says what follows.
type Facts struct {
	// Contact is the record's id: a reference, or an address where the system has no
	// other id; Address says that it is one, which must not be shown.
	Contact string
	Address bool
	Person  Person
	Channel basis.Channel // zero is e-mail
	Purpose string
	Kind    basis.Kind // zero is direct marketing
	Basis   basis.Basis

	ConsentAt             When
	ConsentText           string // the wording shown, or a reference to it; never invented
	ConsentAction         Action
	ConsentBundled        YesNo // one tick for several things, or tied to a contract: Art. 7(2), 7(4)
	ConsentWithdrawalTold YesNo // the right of Art. 7(3) was told before
	WithdrawnAt           When
	ObjectedAt            When

	// The customer exception of Directive 2002/58/EC Art. 13(2).
	SaleAt             When
	SaleEntity         Entity
	Similar            YesNo // own similar products or services
	Informed           YesNo // of this use, when the address was obtained
	OptOutAtCollection YesNo
	OptOutInMessages   YesNo
	FreeAccount        YesNo // no price was paid; CJEU C-654/23

	PublishedForPurpose YesNo // the person published the address for this purpose
	LIA                 Assessment
	LawRef              string // the law that orders the processing, Art. 6(3)
	LawUntil            When
	ContractActive      YesNo

	Source     basis.Source
	AcquiredAt When
	NoticeAt   When // the Art. 13 or 14 notice

	Special         Special
	Condition       string // Art. 9(2) condition, or the law of Art. 10
	PublicTask      YesNo  // a public authority, in the performance of its tasks
	BirthDate       When
	ParentalConsent YesNo
	OnlineService   YesNo // an information society service offered to the person
	Sector          Sector

	PurposeChanged YesNo // used for another purpose than collected for
	Compatible     YesNo // the test of Art. 6(4) was passed
	UnneededFields []string

	// Origin is where the facts were read; it decides nothing.
	Origin Origin
}

// Origin points at the record that facts were read from, without copying it.
type Origin struct {
	File   string // base name
	SHA256 string // of the whole file, lower-case hex; empty while it is still being read
	Row    int    // data record, from 1
	// Columns are the columns that were read. Shared between records: do not change it.
	Columns []string
}

// Person is the kind of contact.
type Person string

const (
	Consumer           Person = "consumer"
	SoleTrader         Person = "sole_trader"
	LegalPersonNamed   Person = "legal_person_named"   // someone@company
	LegalPersonGeneric Person = "legal_person_generic" // info@company: no personal data, recital 14
)

// Action is the act by which consent was given, Art. 4(11).
type Action string

const (
	ActiveAction  Action = "active"
	PreTicked     Action = "preticked" // no consent: CJEU C-673/17
	Silence       Action = "silence"   // no consent: recital 32
	UnknownAction Action = "unknown"
)

// Entity says which legal entity made the sale.
type Entity string

const (
	SameEntity  Entity = "same"
	OtherEntity Entity = "other"
)

// Assessment is the state of the legitimate-interests assessment, Art. 6(1)(f).
type Assessment string

const (
	NotAssessed       Assessment = "none"
	DraftAssessment   Assessment = "draft"
	PassedAssessment  Assessment = "passed"
	FailedAssessment  Assessment = "failed"
	OverdueAssessment Assessment = "overdue"
)

// Special says whether the data is of a special category (Art. 9) or about crime (Art. 10).
type Special string

const (
	NotSpecial      Special = "none"
	SpecialCategory Special = "special"
	CriminalData    Special = "criminal"
)

// Sector of the controller, as far as the law on calls tells sectors apart.
type Sector string

const (
	NoSector      Sector = "none"
	CharitySector Sector = "charity"
	LotterySector Sector = "lottery"
	PressSector   Sector = "press"
)

// YesNo is a fact with three values; the zero value is "unknown" and meets no
// condition that asks for yes or for no.
type YesNo string

const (
	Yes YesNo = "yes"
	No  YesNo = "no"
)

// Validate reports the first field whose value is outside its closed list.
// The error names the field, never the value.
func (f *Facts) Validate() error {
	for _, c := range []struct {
		field string
		ok    bool
	}{
		{"person", f.Person == "" || f.Person.Valid()},
		{"channel", f.Channel == "" || f.Channel.Valid()},
		{"kind", f.Kind == "" || f.Kind.Valid()},
		{"basis", f.Basis == "" || f.Basis.Valid()},
		{"consent_action", f.ConsentAction == "" || f.ConsentAction.Valid()},
		{"consent_bundled", f.ConsentBundled == "" || f.ConsentBundled.Valid()},
		{"consent_withdrawal_told", f.ConsentWithdrawalTold == "" || f.ConsentWithdrawalTold.Valid()},
		{"sale_entity", f.SaleEntity == "" || f.SaleEntity.Valid()},
		{"similar", f.Similar == "" || f.Similar.Valid()},
		{"informed", f.Informed == "" || f.Informed.Valid()},
		{"optout_at_collection", f.OptOutAtCollection == "" || f.OptOutAtCollection.Valid()},
		{"optout_in_messages", f.OptOutInMessages == "" || f.OptOutInMessages.Valid()},
		{"free_account", f.FreeAccount == "" || f.FreeAccount.Valid()},
		{"published_for_purpose", f.PublishedForPurpose == "" || f.PublishedForPurpose.Valid()},
		{"lia", f.LIA == "" || f.LIA.Valid()},
		{"contract_active", f.ContractActive == "" || f.ContractActive.Valid()},
		{"source", f.Source == "" || f.Source.Valid()},
		{"special", f.Special == "" || f.Special.Valid()},
		{"public_task", f.PublicTask == "" || f.PublicTask.Valid()},
		{"parental_consent", f.ParentalConsent == "" || f.ParentalConsent.Valid()},
		{"online_service", f.OnlineService == "" || f.OnlineService.Valid()},
		{"sector", f.Sector == "" || f.Sector.Valid()},
		{"purpose_changed", f.PurposeChanged == "" || f.PurposeChanged.Valid()},
		{"compatible", f.Compatible == "" || f.Compatible.Valid()},
	} {
		if !c.ok {
			return fmt.Errorf("reconsent: %s has a value outside its list", c.field)
		}
	}
	return nil
}
