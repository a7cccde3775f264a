// Package reconsent answers, for a contact, a purpose and a channel: must I ask for
// consent again? Mostly not: a contract, a law, a proven consent of any age, or a sale
// with an opt-out carry most uses, and asking without need misleads.
//
// It is a decision table: a pure function from [Facts] and a day to one [Answer] with a
// stable outcome, the rule that decided, its provisions, and a sentence in English and
// Dutch. It uses the standard library alone.
//
//	table, err := reconsent.NewTable(reconsent.Controller{Country: "NL"}, now)
//	if err != nil {
//		return err
//	}
//	answer := table.Decide(&reconsent.Facts{
//		Kind: basis.DirectMarketing, Channel: basis.Email, Source: basis.FromSubject,
//	})
//	fmt.Println(answer.Outcome, answer.Rule) // ask_other_channel email.no-consent
//
// # The rules
//
// In this order; the first that matches decides. "Balanced" rows stand only if the
// assessment of Art. 6(1)(f) was passed: a failed one gives stop under interest.failed,
// anything else (none, a draft, overdue, unknown) assess_interest under interest.assess,
// with the row's own provisions. National stands for the country's provision, in the
// Netherlands Tw 11.7; mail is e-mail and text messages, paper is post and no channel.
//
//	rule                   outcome            when                                            provisions
//
//	marketing.objected     stop_objected      marketing; objected, no complete consent since  GDPR 21(2), 21(3)
//	consent.withdrawn      stop_withdrawn     withdrawn, no complete consent since;           GDPR 7(3), 17(1)(b)
//	                                          marketing, or on consent or no stated basis
//	special.no-condition   review             special or criminal data, no condition for it   GDPR 9(1) or GDPR 10
//	ground.authority       invalid_basis      on f, in the task of a public authority         GDPR 6(1)
//	ground.no-law          invalid_basis      on c or e, no law named                         GDPR 6(3)
//	marketing.ground       invalid_basis      marketing on c, d or e                          GDPR 6(1)
//	interest.objected      review             no marketing; on e or f, objected               GDPR 21(1), 18(1)(d)
//	consent.child          consent_invalid    too young on the day of consent, no parent      GDPR 8(1)
//	contract.active        keep_contract      no marketing; for or on a running contract      GDPR 6(1)(b), 5(1)(c)
//	law.term               keep_law           no marketing; a law, until a day not passed;    GDPR 6(1)(c), 17(3)(b)
//	                                          on c also without a last day
//	vital                  keep_vital         no marketing, on d                              GDPR 6(1)(d)
//	public-task            keep_public_task   no marketing, on e                              GDPR 6(1)(e)
//	service.message        keep_service       a message about a running contract              GDPR 6(1)(b)
//	consent.complete       keep_consent       evidence complete, purpose not changed          GDPR 6(1)(a), 7(1); mail, phone: national
//	purpose.changed        ask_other_channel  purpose changed and not compatible, or on a     GDPR 6(4)
//	                       ask_again          or c; the first for marketing by mail or phone
//	email.customer         keep_soft_optin    the customer exception, all of it               ePrivacy 13(2), national, GDPR 95
//	email.account          keep_soft_optin    the same, for a free account; narrow            ePrivacy 13(2), C-654/23
//	email.published        keep_published     published for this, by someone in business;     national, GDPR 6(1)(f)
//	                                          balanced, but for info@
//	email.company          keep_interest      the country lets companies be mailed; balanced, national, GDPR 6(1)(f)
//	                                          but for info@
//	email.sale-incomplete  ask_other_channel  a customer, not all of the exception shown      national
//	email.no-consent       ask_other_channel  all other marketing by mail                     GDPR 7(1), 4(11), national
//	phone.company          keep_interest      the country lets companies be called; balanced, national, GDPR 6(1)(f)
//	                                          but for a general number
//	phone.customer         keep_soft_optin    a customer, where the country lets them be      national, Code Telemarketing
//	                                          called; Netherlands: until 2026-06-30, or
//	                                          charity, lottery, press
//	phone.opt-out          keep_interest      the country lets people be called; balanced     national, GDPR 6(1)(f)
//	phone.no-consent       ask_other_channel  all other marketing by phone                    national
//	post.consent           ask_again          marketing on paper, on consent                  GDPR 7(1)
//	post.interest          keep_interest      all other marketing on paper; balanced          GDPR 6(1)(f), 21(4), recital 47
//	consent.incomplete     ask_again          on consent                                      GDPR 7(1)
//	interest.passed        keep_interest      on f; balanced                                  GDPR 6(1)(f)
//	nothing.left           erase              the contract or the law's term has ended        GDPR 17(1)(a)
//	facts.missing          review             all else, and facts that can't be judged        GDPR 5(2)
//
// The customer exception asks for a sale by the same legal entity, own similar products, and
// an opt-out that was told and offered then and, by mail, in every message. Where it holds no
// ground of Art. 6 comes on top. The rules email.company and phone.opt-out never decide
// under Dutch law, which asks for consent in their place.
//
// # Unknown is a third value
//
// An empty kind is marketing, an empty channel e-mail, an empty person a natural one.
// Special, PublicTask, PurposeChanged, FreeAccount, WithdrawnAt and ObjectedAt are no when
// empty; [Controller] can presume the public task, and gives the sector of facts without one.
// Every other empty fact is unknown: it meets no condition that asks for yes, no or a date, and
// what decides then is a later row.
//
// Less knowledge does not make a stop into a keep, nor does one more denial. Besides the facts
// that are no when empty, and kind and channel, which make another question of it, these are all
// the exceptions to the first:
//
//	BirthDate   without it nobody is a child
//	ConsentAt   without it a child's marketing is not judged as consent; another ground may carry it
//	LawUntil    on c, a law without a last day goes on; many duties have none
//	Basis       an empty one claims nothing that could be forbidden or lack proof; what keeps
//	            then has a ground of its own in the facts
//	Person      where customers may be called, a company is called as the customer it may be
//	Sector      an empty one takes the controller's, even where "none" was meant
//
// A value outside its list goes to review where an empty one would be friendlier, and counts as
// unknown elsewhere; [Facts.Validate] names it, and [Table.All] refuses it.
//
// # Evidence
//
// A consent is complete when its instant, wording and active act are recorded, it was not
// bundled and withdrawal was told; how long ago does not matter (recital 171). It is none
// with neither moment nor wording, or where the act is no consent (a pre-ticked box, silence,
// bundled, dated in the future); everything between is partial. What is missing is listed as
// [Gaps], for every set of facts, in this order: time, time_of_day, future, text, action,
// preticked, silence, bundled, withdrawal_not_told. An undated consent lacks its time.
//
// # Duties beside the outcome
//
// [Answer.AppendAlso] lists, whatever the outcome:
//
//	erase_field:NAME   no purpose needs the field                           GDPR 5(1)(c), 17(1)(a)
//	find_source        nobody knows where the data came from                GDPR 5(2), 14(2)(f)
//	inform_before      a compatible new purpose, before it starts           GDPR 6(4), 13(3)
//	inform_now         a notice is due                                      GDPR 13(1), 14(3)
//	narrow             under email.account; under phone.customer when the
//	                   sale lies further back than the country's term       C-654/23, Code Telemarketing
//
// A notice is due to whoever gave the data themselves and had none; where it came from a third
// party or a public source, after one month (31 January: after 28 or 29 February), at once if the
// day of acquisition is unknown, and before the first message where marketing goes on. A
// general address of a company (info@) is no personal data: find_source and inform_now pass it over.
//
// # Days
//
// The day of evaluation is a civil day in the controller's zone; an instant counts for its
// day there. What is dated after it has not happened yet. A day begins where the zone says so,
// which is not always midnight. An objection or withdrawal with a date alone stands for the end
// of that day, an undated one for a moment later than every consent; a consent at the same
// instant is not later. Months are calendar months, clamped to the last day. Someone born on 29
// February comes of age on 1 March in a year without that day. Sundays and holidays move no term.
//
// # Countries
//
// The country is that of the controller, not of the contact. What Member States made of Directive
// 2002/58/EC Art. 13 is a dated table, [MarketingLaw], and so are the ages of Art. 8, [Ages]. A
// country without a row gets the directive's own rules, the stricter where it leaves a choice, and
// the age of Art. 8 itself, 16. [Table.Unverified] says so in sentences that a report must show.
// [Controller] takes other tables; appending a row to a copy of ours replaces the country's own.
// A row that is malformed is an error of [NewTable], of whatever country it is.
//
// # Errors
//
// All are messages for a reader: of [NewTable] for a country, sector, year or row outside its
// bounds, of [ParseWhen] for other texts than a date or an instant, of [Facts.Validate] for a value
// outside its list. None repeats what it read of a person. [Table.Decide] has no errors: what it
// can't judge goes to review, and so does everything under the zero Table.
//
// # Compatibility
//
// The texts of the enums, the rule ids and the codes stay as they are; new ones may come. A
// change of law is a new row. Sentences may be improved at any time: do not parse them.
//
// # Limits
//
// Rows of confidence single_source were read at second hand, or before the day on which they
// apply (the Dutch and French ones of 2026); [Table.Unverified] does not name these, the Source of
// the row does. National do-not-call registers are not consulted. For GB the provisions are cited
// as those of the GDPR. A consent is judged by what is recorded of it: whether it was free and
// informed is more than a table can tell. One withdrawal and one objection are looked at, the ones
// given: the latest of several is for the caller to find. Whether the contact's own country
// protects more is not asked.
package reconsent
