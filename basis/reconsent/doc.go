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
// In this order; the first that matches decides. Rows say "interest" where the outcome
// stands only if the assessment of Art. 6(1)(f) was passed: a failed one gives stop under
// interest.failed, anything else assess_interest under interest.assess.
//
//	marketing.objected     stop_objected      objected to marketing             GDPR 21(2), 21(3)
//	consent.withdrawn      stop_withdrawn     withdrawn, no swap of ground      GDPR 7(3), 17(1)(b)
//	special.no-condition   review             special or criminal data          GDPR 9(1) or 10
//	ground.authority       invalid_basis      authority on interests            GDPR 6(1)
//	ground.no-law          invalid_basis      c or e without a law              GDPR 6(3)
//	marketing.ground       invalid_basis      marketing on c, d, e              GDPR 6(1)
//	interest.objected      review             objected, no marketing            GDPR 21(1), 18(1)(d)
//	consent.child          consent_invalid    too young, no parent              GDPR 8(1)
//	contract.active        keep_contract      running contract                  GDPR 6(1)(b), 5(1)(c)
//	law.term               keep_law           a law's term runs                 GDPR 6(1)(c), 17(3)(b)
//	vital                  keep_vital                                           GDPR 6(1)(d)
//	public-task            keep_public_task                                     GDPR 6(1)(e)
//	service.message        keep_service       about a running contract          GDPR 6(1)(b)
//	consent.complete       keep_consent       proven                            GDPR 6(1)(a), 7(1)
//	purpose.changed        ask_other_channel, ask_again                         GDPR 6(4)
//	email.customer         keep_soft_optin    customer exception                ePrivacy 13(2)
//	email.account          keep_soft_optin    free account, narrow              ePrivacy 13(2), C-654/23
//	email.published        keep_published     interest, but for info@           Tw 11.7
//	email.company          keep_interest      interest; not in NL               national
//	email.sale-incomplete  ask_other_channel                                    Tw 11.7
//	email.no-consent       ask_other_channel                                    GDPR 7(1), 4(11), Tw 11.7
//	phone.company          keep_interest      interest, but for the switchboard Tw 11.7
//	phone.customer         keep_soft_optin    NL: until 2026-06-30, or sector   Tw 11.7
//	phone.opt-out          keep_interest      interest; not in NL               national
//	phone.no-consent       ask_other_channel                                    Tw 11.7
//	post.consent           ask_again          marketing on consent              GDPR 7(1)
//	post.interest          keep_interest      interest                          GDPR 6(1)(f), 21(4)
//	consent.incomplete     ask_again                                            GDPR 7(1)
//	interest.passed        keep_interest      interest                          GDPR 6(1)(f)
//	nothing.left           erase              contract or term ended            GDPR 17(1)(a)
//	facts.missing          review             too little is known               GDPR 5(2)
//
// # Unknown is a third value
//
// An empty kind is marketing, an empty channel e-mail, an empty person a natural one.
// Special, PublicTask, PurposeChanged, FreeAccount, WithdrawnAt and ObjectedAt are no when
// empty. Every other empty fact is unknown: it meets no condition that asks for yes, no or a
// date, and what decides then is a later row, never a friendlier one.
//
// # Evidence
//
// A consent is complete when its instant, wording and active act are recorded, it was not
// bundled and withdrawal was told; how long ago does not matter (recital 171). It is none
// with neither moment nor wording, or where the act is no consent; everything between is
// partial. What is missing is listed as [Gaps], for every set of facts.
//
// # Days
//
// The day of evaluation is a civil day in the controller's zone; an instant counts for its
// day there. What is dated after it has not happened yet. An objection or withdrawal with a
// date alone stands for the end of that day, an undated one for a moment later than every
// consent.
//
// # Countries
//
// What Member States made of Directive 2002/58/EC Art. 13 is a dated table,
// [MarketingLaw], and so are the ages of Art. 8, [Ages]. A country without a row gets the
// directive's own rules, the stricter where it leaves a choice, and [Table.Unverified] says
// so; a report must show it. [Controller] takes other tables.
//
// # Limits
//
// National rows but the Dutch were read at second hand, and the Dutch row from 1 July 2026
// before that day; each says so in its Source and Confidence. National do-not-call registers
// are not consulted. For GB the provisions are cited as those of the GDPR. A consent is
// judged by what is recorded of it: whether it was free and informed is more than a table can tell.
package reconsent
