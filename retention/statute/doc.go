// Package statute is a catalogue of retention periods in the law of thirteen
// European countries and of the Union, and in the guidance of supervisory authorities, for
// what a CRM holds: invoices and books, payroll, applicants, cameras, prospects, claims,
// due diligence.
//
// Each country is a function that returns its rules:
//
//	rules := statute.NL().Default()
//	tax, ok := statute.NL().Get("NL-TAX")
//
// A program contains only the countries whose functions it calls. [All] and [Find]
// reach every country, and bring them all in.
//
// # What a rule says
//
//   - ID is the country and the subject, and never changes its meaning. Variant tells
//     apart the cases of one provision; [retention.Rule.Key] is ID or ID/variant.
//   - About says which records the rule is for. It is no more than a title: whether a
//     record falls under the law is for its keeper to decide.
//   - Kind says whether the law orders keeping (min, exact), forbids it (max, exact), or
//     an authority advises the one or the other (min-guidance, max-guidance), whether
//     keeping for a claim may be justified (purpose-limit), or what ends later or is blocked (suspension, restrict).
//   - Events start the period, each anew. A rule that a period of inactivity ends has every
//     event that counts as activity: a click does, an opened message never does.
//   - Terms are the versions of the law. A law that came with its own date of
//     entry is applied by the day of evaluation, or, where old records stay under old law, by
//     the day of the cut-off (BE-TAX, EU-PLD).
//   - Law cites the provision, or the guidance. Source says where it was read, which is
//     seldom an official journal, and Checked when.
//   - Confidence is A where the text of the law, or of the authority, was read, B where a
//     professional source was, C where the rule has still to be verified. Where the parts of a
//     rule differ, the lowest counts: a period that was read with a start that was not is B.
//   - Zone is where days begin. Country is UK for the United Kingdom, EU for the Union.
//   - Note is what the user must know: a start that the law does not name, a case that
//     ends later, a doubt.
//
// # Defaults and variants
//
// Where one provision has several periods, the rule without a variant is the one that
// is safe to assume: of a minimum the longest, of a maximum or of guidance the shortest,
// of a purpose limit the ordinary one, which the law names first. A period for a special
// case, or from another event, is always a variant. [Table.Default] has
// neither the variants nor what has confidence C; both are there for [Table.Get].
//
// Do not give a record every rule of its country. A rule is chosen for what the record
// is; two rules for the same record, such as tax and company law, are
// combined by package retention.
//
// # Limits
//
// The catalogue was compiled from public statutes and from the sources that each rule
// names: facts, in words of our own, under the license of this module. It is neither complete
// nor legal advice. Periods change, as those of Germany did in 2025 and those of Belgium in
// 2023; proceedings, audits and disputes prolong them, for which package retention has
// holds; collective agreements and permits add to them. Checked is the day of the
// last look at a rule: what the law has become since is not in it.
//
// The rules carry no regime on holidays. Whether AO 108(3) moves the end of a German
// retention period is not settled: a longer minimum is safe, so set Regime and Holidays
// on the rule to have it so. EU-AMLR is under Regulation 1182/71, but as it orders
// deletion too, its last day stays where it is.
//
// # Compatibility
//
// IDs and variants stay. A change in the law becomes another term of the same rule, so
// that what held on an earlier day can be computed again; a correction of an error
// replaces the term, and is named in the changelog.
package statute
