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
//	product     columns                                       read as
//	hubspot     Record ID, Email                              the contact; the phone number where there is neither
//	            Unsubscribed from all email, Do not contact   objection, undated (labels in English, Dutch, German, French)
//	            Opted out of email: LIST                      withdrawal of the purpose with that name, undated
//	            Legal basis for processing contact's data     bases; "withdrawn" is a withdrawal
//	            Create Date, Became a Customer Date           acquired_at, sale_at
//	            Record source                                 source, when it is a form
//	            subscription, newStatus, created              of the history: dated consents and withdrawals
//	mailchimp   Email Address, in any language                the contact
//	            OPTIN_TIME with OPTIN_IP, CONFIRM_TIME        consent by an act of the person
//	            UNSUB_TIME                                    withdrawal over e-mail
//	            UNSUB_REASON, UNSUB_REASON_OTHER              a complaint about spam or abuse: objection
//	salesforce  Id, Email, IndividualId                       the contact
//	            HasOptedOutOfEmail, -Solicit, -Processing,
//	            ShouldForget                                  objection, undated
//	            DoNotCall                                     objection to calls, undated
//	            PrivacyConsentStatus, CaptureDate,
//	            DataUsePurposeId, ContactPointType            consent or withdrawal per purpose and channel
//	            EffectiveTo                                   the end of that consent
//	brevo       EMAIL, EXT_ID                                 the contact; the number where there is neither
//	            DOUBLE_OPT-IN                                 an active act that is claimed, without a time
//	            email_marketing, sms_marketing                blocklisted: objection; unsubscribed: withdrawal over the channel
//	listmonk    uuid, email                                   the contact
//	            status                                        blocklisted: objection, undated
//	            created_at                                    acquired_at
//	google      E-mail 1 and 2, Phone 1, Birthday             the contact; source unknown
//	outlook     E-mail, E-mail 2, a phone, Birthday           the contact; source unknown
//	substack    Email, Subscription date                      consent, unless imported
//	            First payment at                              sale_at
//	            Cancel date                                   end of the contract; withdrawal where no letter is received
//	facts       the columns of [FactColumns]                  the fact of that name, held to its form
//
// Of Mailchimp's three files, the one with UNSUB_TIME, or with "unsubscribed" in its name,
// holds withdrawals, dated or not; the "cleaned" one holds hard bounces, which are no act of
// the person. Config.Status says which it is where the name does not.
//
// # Evidence
//
// Evidence is derived from what the file records, and never invented. No export keeps the
// wording that a person saw, so none proves a consent by itself. A moment of confirmation
// without an opt-in from an address was entered by an administrator, and three contacts or
// more that confirmed in the same second from the same address are an import: they have no
// consent, whatever else is said of the file.
//
// A [Config] can state what was true of everyone in a file (Fill: "all saw wording v3, it was
// not bundled, the right to withdraw was told"), for all purposes or for one, and can map
// columns that the products do not have (Columns, with a translation of their values). It
// can't fill in what each person did: consent_at, withdrawn_at, objected_at, sale_at and
// birth_date have to stand in the row. A mapped column counts for more than a product's own,
// and a row's own for more than a filled one.
//
// # Several rows, several files
//
// The same contact is found by the product's id and by the e-mail addresses, and by the
// phone number where a row has neither. An objection to marketing on one row reaches every
// marketing row of the contact, and no other; a withdrawal reaches its purpose over its
// channel. The latest act decides: a complete consent that is later than a refusal stands, on
// all rows; at the same moment the refusal does. A refusal on a day stands for its end, an
// undated one is later than every consent, and one after the day of evaluation has not
// happened. A refusal counts also when something else on its row can't be read, and when its
// own moment can't: then it is undated. A status that the product does not have breaks its
// row, and counts as a refusal. A withdrawal in a mapped column reaches marketing and what
// else rests on consent. Rows of a facts file are judged as they stand and
// neither give nor take any of this. Set.Select limits what is yielded, not what is read.
//
// Acts are kept as keyed 64-bit hashes: at most 16 bytes for each key of a contact that
// refused something or gave a complete consent, 8 for an undated refusal, as the flags of
// most programs are. A set of files is read two times or more, and memory does not grow with
// it otherwise.
//
// # Form
//
// Headers compare by letters and digits alone, in any case and order; columns may be missing
// or unknown. Separators are comma, semicolon, tab or bar, whichever the header has most of,
// or the one that a "sep=;" line announces. Text is UTF-8 with or without a mark, UTF-16 with
// or without one, or Windows-1252, field by field, where it is not UTF-8. Lines end in LF or
// CRLF; blank lines and lines of separators are no records.
//
// # Dates and times
//
//	2006-01-02, 2006/01/02                 year first
//	2-1-2006, 2.1.2006                     day first
//	2/1/2006                               only with a DateOrder
//	... 15:04, 15:04:05, 15:04:05.999      after a space or T, in Config.SourceZone
//	... Z, UTC, +01:00, +0100, +0200 CEST  in the zone stated
//	1136214245000                          Unix milliseconds
//
// A date stays a date: as the moment of a consent it lacks the time of day. A facts file
// takes 2006-01-02 and RFC 3339 alone. A time that a clock change skipped or repeated is read
// as package time reads it: 02:30 on the last Sunday of October is the second of the two, in
// Amsterdam.
//
// # Broken rows
//
// A record with an unclosed quote, with more fields than columns, or with a value that a
// column can't have is a [*RowError] of file, row, column and reason, which holds no text of
// the record; the records after it are read. Fewer fields than columns are empty ones, as
// spreadsheets drop them. A file that can't be read, or that changes between passes, ends the
// stream with another error.
//
// # Limits
//
//   - Phone numbers join rows that have neither id nor address, and national and international
//     writings of one number are two.
//   - Between files acts are carried over at most eight steps of shared ids; within a single
//     file over one, so that two rows are joined by what both have.
//   - A column that is read must not occur twice.
//   - Mailchimp's audience is known from a file's name, its columns or Config.Status alone.
//   - That many contacts share a confirmation is found by a filter that errs in about one of
//     1,500 cases at a million contacts, and then takes two for three.
//   - An export of ContactPointConsent does not say which channel a contact point is: a consent
//     in it counts for each channel of the purpose, unless Columns map one to channel.
//   - Contacts of an import stay without consent also where Columns map its time.
//   - A consent of a row that names no purpose, as in Mailchimp, counts for each purpose whose
//     channel it fits; Columns can map a column to purpose.
package exports
