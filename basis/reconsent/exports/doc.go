// Package exports reads what customer systems export, and draws from each row the facts
// that package reconsent judges: what the row proves, and no more.
//
//	file, err := exports.Open("contacts.csv", open, exports.Config{Purposes: purposes})
//	if err != nil {
//		return err
//	}
//	for facts, err := range file.All(table) {
//		if err != nil {
//			log.Print(err) // a broken row: reported, and the rest goes on
//			continue
//		}
//		answer := table.Decide(&facts)
//		fmt.Println(facts.Origin.Row, answer.Outcome)
//	}
//
// A [Set] reads several files together.
//
// # What is taken from which product
//
//	hubspot     Record ID, Email; Unsubscribed from all email: objection; Opted out of email: X: withdrawal
//	            (also in Dutch, German and French);
//	            legal basis; Create Date, Became a Customer Date, Record source. The history of
//	            subscriptions gives dated consents and withdrawals.
//	mailchimp   OPTIN_TIME with its IP, CONFIRM_TIME: consent; UNSUB_TIME: withdrawal, or an objection
//	            when the reason is a complaint about spam; cleaned (hard bounce): no act of the person.
//	salesforce  HasOptedOutOfEmail, -Solicit, -Processing, ShouldForget: objection; DoNotCall: objection
//	            to calls; ContactPointTypeConsent: consent or withdrawal per purpose and channel.
//	brevo       blocklisted: objection; unsubscribed: withdrawal over the channel. Opt-in flags prove nothing.
//	listmonk    blocklisted: objection. There is no evidence in the export.
//	google, outlook  an address book: who someone is. The source is unknown.
//	substack    Subscription date: consent, unless imported; first payment: sale; Cancel date.
//	facts       one column per fact, held to its form; see [FactColumns].
//
// No export keeps the wording that a person saw, so none proves a consent by itself. A
// [Config] can state what was true of everyone in a file (Fill), and can map columns that
// the products do not have (Columns). It can't fill in what each person did. Whoever was
// imported in bulk, or entered by an administrator, gets none of the filled-in consent.
//
// # Several rows, several files
//
// The same contact is found by the product's id and by the e-mail addresses, and by the
// phone number where a row has neither. An objection to marketing on one row reaches every
// marketing row of the contact; a withdrawal reaches its purpose over its channel. The
// latest act decides: a complete consent that is later than a refusal stands, on all rows.
// An undated refusal is later than every consent, and one after the day of evaluation has
// not happened. A refusal counts also when something else on its row can't be read. Rows of
// a facts file are judged as they stand and take part in none of this.
//
// Refusals are kept as keyed hashes: 8 bytes for each key of the contact when undated, as the
// flags of most programs are, and 16 when dated. A set of files is
// read two times or more, and memory does not grow with it otherwise.
//
// # Form
//
// Headers compare by letters and digits alone, in any case and order; columns may be missing
// or unknown. Separators are comma, semicolon, tab or bar, also announced by a "sep=;" line.
// Text is UTF-8 with or without a mark, UTF-16, or Windows-1252 where it is not UTF-8. A
// record with an unclosed quote, with more fields than columns, or with a value that a column
// can't have is a [*RowError], which holds no text of the record. Fewer fields than columns
// are empty ones: spreadsheets drop them.
//
// # Limits
//
// A time that a clock change skipped or repeated is read as package time reads it. National
// and international writings of one phone number are two. Acts are carried over at most eight
// steps of shared ids. A column that is read must not occur twice. The audience of a Mailchimp
// file is known from its name, its columns, or Config.Status. That many contacts share a moment
// of confirmation is found by a filter that errs in about one of 1,500 cases at a million
// contacts, and then takes two for three. A cancelled Substack subscription counts as a withdrawal when no letter is received
// any more.
package exports
