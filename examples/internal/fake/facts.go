package fake

const instant = "2006-01-02T15:04:05Z"

// The columns of the facts CSV, in its order.
const (
	contact = iota
	whom    // person
	channel
	purpose
	use // kind
	ground
	consentAt
	consentText
	consentAction
	consentBundled
	consentWithdrawalTold
	withdrawnAt
	objectedAt
	saleAt
	saleEntity
	similar
	informed
	optOutAtCollection
	optOutInMessages
	freeAccount
	publishedForPurpose
	lia
	lawRef
	lawUntil
	contractActive
	source
	acquiredAt
	noticeAt
	special
	condition
	publicTask
	birthDate
	parentalConsent
	onlineService
	sector
	purposeChanged
	compatible
	unneededFields
	factCount
)

func factsCSV() layout {
	lot := situations()
	var of []situation
	for _, s := range lot {
		for range s.percent {
			of = append(of, s)
		}
	}
	if len(of) != 100 {
		panic("fake: the situations do not add up to 100")
	}
	f := new(facts)
	return layout{
		header: columns("contact,person,channel,purpose,kind,basis,consent_at,consent_text,consent_action,consent_bundled,consent_withdrawal_told,withdrawn_at,objected_at,sale_at,sale_entity,similar,informed,optout_at_collection,optout_in_messages,free_account,published_for_purpose,lia,law_ref,law_until,contract_active,source,acquired_at,notice_at,special,condition,public_task,birth_date,parental_consent,online_service,sector,purpose_changed,compatible,unneeded_fields"),
		sheet:  sheet{comma: ','},
		row: func(m *maker) {
			*f = facts{maker: m}
			f.common()
			of[m.below(len(of))].set(f)
			for i := range f.fact {
				switch {
				case i == contact:
					m.field(m.email)
				case f.at[i] != 0 && f.dayOnly:
					m.moment(f.at[i], civilDay)
				case f.at[i] != 0 && (i == birthDate || i == lawUntil || i == saleAt):
					m.moment(f.at[i], civilDay)
				case f.at[i] != 0:
					m.moment(f.at[i], instant)
				default:
					m.text(f.fact[i])
				}
			}
		},
	}
}

// facts are a row while it is made up: texts and moments by column.
type facts struct {
	*maker
	fact    [factCount]string
	at      [factCount]int64
	dayOnly bool // whoever kept the record noted no time of day
}

// situation is something a contact can be in.
type situation struct {
	percent int
	set     func(*facts)
}

// common sets what most records say. Situations change it.
func (f *facts) common() {
	f.fact[whom] = string(f.kind)
	f.fact[channel], f.fact[use] = "email", "marketing"
	switch n := f.below(100); {
	case n < 70:
		f.fact[purpose] = "newsletter"
	case n < 90:
		f.fact[purpose] = "offers"
	default:
		f.fact[purpose] = "events"
	}
	if f.percent(6) {
		f.fact[channel] = "sms"
	}
	f.at[acquiredAt] = f.created
	switch n := f.below(100); {
	case n < 70:
		f.fact[source] = "subject"
	case n < 80:
		f.fact[source] = "unknown"
	case n < 90: // not stated
	case n < 94:
		f.fact[source] = "third_party"
	case n < 97:
		f.fact[source] = "public"
	default:
		f.fact[source] = "derived"
	}
	if f.percent(60) {
		f.at[noticeAt] = f.later(f.created, 0, 40*day)
	}
	f.at[birthDate] = f.birthday
	f.set(special, 20, "none")
	f.set(sector, 10, "none")
	f.set(purposeChanged, 8, "no")
	f.set(publicTask, 5, "no")
	f.set(onlineService, 10, "yes", "no")
	f.set(optOutInMessages, 50, "yes", "yes", "yes", "no")
	f.set(unneededFields, 5, "birth_date", "birth_date;gender", "national_id")
}

// set sets the column to one of the texts in so many of 100 records.
func (f *facts) set(column, percent int, of ...string) {
	if text := f.one(of); f.percent(percent) {
		f.fact[column] = text
	}
}

// consent sets a consent that is proven.
func (f *facts) consent() {
	f.fact[ground] = "consent"
	f.at[consentAt] = f.later(f.created, 0, 300*day)
	f.fact[consentText] = f.one([]string{"form-2019-02", "form-2021-07", "Ja, stuur mij de nieuwsbrief.", "form-2024-01"})
	f.fact[consentAction], f.fact[consentBundled], f.fact[consentWithdrawalTold] = "active", "no", "yes"
}

// sale sets a customer who may be mailed about similar products.
func (f *facts) sale() {
	f.at[saleAt] = f.later(f.created, 0, 400*day)
	f.fact[saleEntity], f.fact[similar], f.fact[informed] = "same", "yes", "yes"
	f.fact[optOutAtCollection], f.fact[optOutInMessages], f.fact[freeAccount] = "yes", "yes", "no"
}

// interest sets a legitimate interest and the state of its assessment.
func (f *facts) interest() {
	f.fact[ground] = "legitimate_interests"
	f.set(lia, 90, "passed", "passed", "passed", "failed", "draft", "overdue", "none")
}

// situations are all that the table of decisions tells apart. They add up to 100.
func situations() []situation {
	return []situation{
		{17, func(f *facts) { f.consent() }},
		{7, func(f *facts) { // a date in a spreadsheet
			f.consent()
			f.dayOnly = true
			f.fact[consentText], f.fact[consentAction], f.fact[consentBundled], f.fact[consentWithdrawalTold] = "", "", "", ""
		}},
		{3, func(f *facts) { f.consent(); f.fact[consentAction] = "preticked" }},
		{2, func(f *facts) { f.consent(); f.fact[consentAction] = "silence" }},
		{3, func(f *facts) { f.consent(); f.fact[consentBundled] = "yes" }},
		{3, func(f *facts) {
			f.consent()
			f.fact[consentAction] = "unknown"
			f.set(consentWithdrawalTold, 50, "no")
		}},
		{5, func(*facts) {}}, // nothing is known
		{4, func(f *facts) { f.consent(); f.at[withdrawnAt] = f.later(f.at[consentAt], day, 900*day) }},
		{4, func(f *facts) { f.at[objectedAt] = f.later(f.created, day, 900*day) }},
		{1, func(f *facts) { f.consent(); f.at[objectedAt] = f.at[consentAt] - day }}, // came back
		{9, func(f *facts) { f.sale() }},
		{1, func(f *facts) { f.sale(); f.fact[saleEntity] = "other" }},
		{2, func(f *facts) {
			f.sale()
			f.set(optOutAtCollection, 60, "no")
			f.set(similar, 30, "no")
			f.set(informed, 30, "no")
		}},
		{2, func(f *facts) { f.sale(); f.fact[freeAccount] = "yes" }},
		{3, func(f *facts) { // a business that asks for offers on its site
			f.fact[whom], f.fact[source] = f.one([]string{"sole_trader", "legal_person_named"}), "public"
			f.set(publishedForPurpose, 80, "yes", "yes", "no")
			f.interest()
		}},
		{3, func(f *facts) {
			f.fact[whom] = f.one([]string{"legal_person_named", "legal_person_generic"})
			f.interest()
		}},
		{4, func(f *facts) { f.fact[channel] = "post"; f.interest() }},
		{2, func(f *facts) { f.fact[channel], f.fact[ground] = "post", "consent" }},
		{4, func(f *facts) {
			f.sale()
			f.fact[channel] = "phone"
			f.interest()
			f.set(sector, 60, "charity", "lottery", "press", "none")
		}},
		{4, func(f *facts) {
			f.fact[use], f.fact[ground], f.fact[contractActive] = "contract", "contract", "yes"
			f.set(channel, 50, "none")
		}},
		{2, func(f *facts) {
			f.fact[use], f.fact[ground], f.fact[contractActive], f.fact[channel] = "contract", "contract", "no", "none"
		}},
		{2, func(f *facts) { f.fact[use], f.fact[contractActive] = "service", "yes" }},
		{3, func(f *facts) {
			f.fact[use], f.fact[ground], f.fact[channel] = "other", "legal_obligation", "none"
			f.set(lawRef, 75, "AWR 52", "BW 2:10", "Wwft 33")
			if until := f.created + 7*365*day; f.fact[lawRef] != "" && f.percent(70) {
				f.at[lawUntil] = until
			}
		}},
		{2, func(f *facts) {
			f.fact[use], f.fact[channel], f.fact[publicTask] = "other", "none", "yes"
			f.set(ground, 100, "public_task", "public_task", "legitimate_interests")
			f.set(lawRef, 70, "Wmo 2.3.1", "Jeugdwet 2.3")
		}},
		{1, func(f *facts) { f.fact[use], f.fact[ground], f.fact[channel] = "other", "vital_interests", "none" }},
		{3, func(f *facts) {
			f.consent()
			f.set(special, 100, "special", "special", "criminal")
			f.set(condition, 60, "explicit_consent", "not_for_profit", "health_care")
		}},
		{2, func(f *facts) { // a child of 10 to 15
			f.consent()
			f.fact[whom], f.fact[onlineService] = "consumer", "yes"
			f.at[birthDate] = f.at[consentAt] - f.between(10*365, 15*365)*day
			f.set(parentalConsent, 60, "yes", "no")
		}},
		{1, func(f *facts) {
			f.consent()
			f.fact[purposeChanged] = "yes"
			f.set(compatible, 70, "yes", "no")
		}},
		{1, func(f *facts) {
			f.fact[use] = "other"
			f.interest()
			f.at[objectedAt] = f.later(f.created, day, 500*day)
		}},
	}
}
