// Package retention computes how long personal data may and must be kept (GDPR Art.
// 5(1)(e)), says why, and turns it into one comparison that a database index serves.
//
//	rule, err := statute.Find("NL-TAX")
//	if err != nil {
//		return err
//	}
//	drafted, err := retention.ParseDate("2018-03-15")
//	if err != nil {
//		return err
//	}
//	history := retention.History{{Event: retention.Drafted, On: drafted}}
//	lapse := rule.At(history, today, retention.FinancialYear{})
//	fmt.Println(lapse.LastDay)                                  // 2025-12-31
//	fmt.Println(rule.State(lapse, today, false))                // due, from 2026-01-01 on
//	fmt.Println(rule.Why(lapse, retention.FinancialYear{}).En)  // in words, with the cut-off
//	cutoff, ok := rule.Cutoff(today, retention.FinancialYear{}) // drafted <= cutoff is what is due
//
// # Time
//
// Law counts in civil days, so this package does: [Date] is a day without zone, and an
// instant becomes one by [DateIn] in the zone whose law counts. A [Period] is months and days; months
// are added once and clamped once to the end of the month, then days. A [Term] says
// how: from the event, whose day is not counted, or in whole days after a cut-off, such
// as the end of the calendar year. Results are last days, that day included: what may go goes from the
// next day on. The end of a day as an instant is [Date.End], also where there is no midnight.
//
// A [Regime] moves a last day that is no working day: Regulation 1182/71 for periods in
// Union acts, national laws for others, each with the holidays of package holiday or
// your own. A deadline to act is moved as the regime has it, a minimum may be, a
// maximum never is. [Deadlines] has those of GDPR Art. 12, 14, 33 and 34.
//
// # Rules
//
// A [Rule] has a kind, the events that start its period, and the versions of its law
// with the days on which they hold. It is evaluated as things stood on a day: later events
// have not happened, and the law is that day's. The latest event counts, so that a contact of the
// person restarts a period; our own mailing and an opened message can't be such
// events. While none has happened, or the books that hold it are open, the rule is
// pending: never zero and never expired. Package statute has the rules of fourteen
// countries; the [Confidence] of each says how it is known.
//
// # Schedules
//
// A [Policy] puts rules on purposes of retention classes, and struct tags put fields in classes:
//
//	type Customer struct {
//		ID    string `retain:"*"`
//		Email string `retain:"customer"`
//		IBAN  string `retain:"customer,invoice"`
//	}
//
// [NewSchedule] checks the whole, conflicts included, and [Schedule.Decide] gives each field of a
// record its state:
//
//	pending     no period has begun
//	active      some purpose has full use of the field
//	restricted  only duties and claims are left, each for its own purpose alone
//	held        every period has ended, and a hold is in force
//	due         nothing justifies the field any more
//	done        it was disposed of
//
// One purpose's period never carries another purpose: a field kept for tax is
// restricted to tax when its marketing use has ended. [Holds] suspend disposition, not
// the clock, and permit no use. [Schedule.ErasurePlan] answers a request for erasure
// field by field, with the exact ground of Art. 17(3). [Schedule.Witness] is the retention
// witness of a basis.Gate.
//
// # Proof
//
// A [Certificate] states what was disposed of, under which rule, without personal data,
// and whom it was told (GDPR Art. 19). A [Chain] keeps certificates as lines of JSON that bind each
// other by hash, so that [Verify] finds an entry that was changed, removed or moved; the
// form is specified there, byte by byte, and keeps its meaning. An [EraseList] knows
// by keyed hash who was erased, so that a restore from backup does not bring them back; a [Backup] says until
// when it can. Stored forms begin with their version, and every later version of this package reads them.
//
// # Sweeps
//
// The last day never decreases when the event moves to a later day, so it has an exact
// inverse: [Rule.Cutoff], the last event day that is due. [Schedule.Cutoffs] combines them,
// [Cutoffs.Select] writes them as SQL, and a [Sweep] takes what they find through the
// dispositions of the policy: children before parents, past what is held, resumable after each
// record, with a grace when the policy changed. It executes nothing itself. [Compare]
// says beforehand what a new policy would make due.
//
// # What it does not do
//
// It sends nothing and deletes nothing. It knows no financial years that change, and
// has no discretion: whether a claim is expected, or a request founded, is the caller's
// to say. A document whose period had ended before its law changed is shown the day of the new
// law. A class that a record names and the schedule lacks counts for nothing.
//
// # Codes
//
// Findings and testimonies carry these codes:
//
//	retention_undeclared      no class declares the field
//	retention_guidance        a period departs from guidance, for a reason on record
//	retention_unverified      a rule of confidence C is relied on, for a reason on record
//	retention_not_in_force    no version of a rule is law on the day
//	retention_duty            only duties and claims are left (a decision's code)
//	retention_within          the period of the purpose runs (permits)
//	retention_not_begun       it has not begun (permits)
//	retention_ended           it has ended (denies, as do all below)
//	retention_anchor_missing  the day of an event that must have happened is unknown
//	retention_held            the field is kept under a hold alone
//	retention_restricted      it is blocked, for authorities and claims alone
//	retention_erased          the person had it erased for the purpose
//	retention_done            it was disposed of
package retention

//go:generate go run github.com/grondslag/grondslag/internal/enumgen Confidence Count Cut Dialect Disposition ErasureAction HoldReason ImpossibleReason Kind NotificationState Regime State
