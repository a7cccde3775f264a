// Package fake writes exports of customer systems that never existed: of any size,
// the same for everyone, about nobody. Tests, benchmarks and demonstrations read
// them instead of the data of people.
//
//	err := fake.Write(os.Stdout, fake.HubSpot, 1_000_000, 1)
//
// # Formats
//
//	hubspot                 contacts: 20 columns by their labels, every field quoted
//	hubspot-history         changes of subscriptions, one per row
//	mailchimp               the subscribed audience: 21 columns
//	mailchimp-unsubscribed  the same with the five UNSUB columns
//	mailchimp-cleaned       the same with the three CLEAN columns
//	salesforce              Contact
//	salesforce-individual   Individual, the record of a person's privacy choices
//	salesforce-consent      ContactPointTypeConsent
//	brevo                   contacts: separated by semicolons, dates day first
//	listmonk                subscribers, with attributes in JSON
//	google                  Google Contacts, with three e-mail and two phone groups
//	outlook                 Outlook.com: byte order mark, CRLF, month first
//	substack                subscribers: 41 columns
//	facts                   the facts CSV of reconsent/exports: 38 columns
//
// Names and forms of columns are those of real exports as far as public sources
// show them. A file of mailchimp-unsubscribed or mailchimp-cleaned should say so in
// its name, as Mailchimp's own do: the readers go by it.
//
// # What is the same
//
// The bytes depend on the format, n and the seed alone: not on the clock, the
// platform or the version of Go. Each row is drawn from a [rand.PCG] of its own,
// seeded with the seed and the row's number, so the first k rows are the same for
// every n >= k.
//
// Contact k of a seed is one person in all formats: same name, same e-mail address,
// same country. So the exports overlap, and a small one marks the first contacts of
// a large one: 1,000 rows of mailchimp-unsubscribed are about the first 1,000
// contacts of hubspot. Row k, counted from 1, is about contact k. In hubspot-history
// and salesforce-consent every fourth row is a later act of the contact of the row
// before, so contacts 4, 8, 12 have no row there. E-mail addresses are unique.
// salesforce-individual and salesforce-consent have none; the Id of the one and the
// PartyId of the other are the IndividualId of salesforce, which three in four
// contacts have.
//
// # What is made up
//
// Names are combined from lists of common ones. What could reach someone can't:
//
//   - e-mail addresses are at example.com, example.org, example.net or under the
//     top-level domain example, all reserved by RFC 2606;
//   - IP addresses are of RFC 5737 and RFC 3849, for documentation;
//   - phone numbers are of the ranges that Ofcom (07700 900xxx), BNetzA (030 23125
//     xxx) and ARCEP (06 39 98 xx xx) keep for fiction; the Netherlands and Belgium
//     keep none, so theirs are of blocks that are not in use (06 0000, 0400); other
//     countries have no number;
//   - Dutch postcodes end in SS, which is never given out.
//
// No person is described, so nothing here is personal data; a name may still be
// someone's.
//
// # Shares
//
// In hubspot about 6 % unsubscribed from all e-mail, 4 % opted out of the
// newsletter, 30 % have no legal basis and 8 % have two, with a hyphen or an en dash
// in the names. In mailchimp about 10 % came by imports: 500 contacts share the
// second and the address of their confirmation; another 5 % have a confirmation
// alone. Three in 20 who left did so with a complaint about spam. facts holds every
// value of every column, and facts that lead to each outcome of reconsent.
//
// Three purposes occur. HubSpot calls them Newsletter, One to One and Marketing
// Information; Salesforce has the ids 0ZW5g000000N001GAC, 0ZW5g000000N002GAC and
// 0ZW5g000000N003GAC; facts has newsletter, offers and events.
//
// # Cost
//
// Memory is constant, some 200 KiB. A row takes 0.4 to 1.6 microseconds of one core
// and does not allocate, see BenchmarkWrite; beginning a file takes some 3,000
// allocations.
package fake
