// Package consent records what people consented to, answers whether they still do, and
// proves each single declaration, also after the person's data is gone.
//
//	ledger, err := consent.Open(ctx, consent.Config{Store: &consent.Memory{}, Keys: keys, Now: time.Now, Zone: "Europe/Amsterdam"})
//	if err != nil {
//		return err
//	}
//	form, err := ledger.Publish(ctx, notice, time.Time{}) // what the form shows, word for word
//	if err != nil {
//		return err
//	}
//	id, err := ledger.Give(ctx, consent.Event{
//		Subject: "c-42", Purpose: "newsletter", Channel: basis.Email, Notice: form,
//		Evidence: consent.Evidence{Point: "piet@example.com", Binding: consent.LoggedIn, Action: consent.Active, Session: "/sign-up v3",
//			Bundled: consent.No, Conditional: consent.No, WithdrawalTold: consent.Yes, Imbalance: consent.No},
//	})
//	if err != nil {
//		return err
//	}
//	d, err := ledger.Decide(ctx, consent.Query{Subject: "c-42", Purpose: "newsletter", Channel: basis.Email, At: now})
//	if err != nil {
//		return err
//	}
//	fmt.Println(d.State, d.Consented(), d.Event == id)
//
// [Memory] keeps a ledger in memory; package sqlstore keeps it in SQLite or PostgreSQL, in the caller's
// transaction where it must ([Ledger.In]). Package optin asks by mail and takes consent back over HTTP, package receipt
// writes receipts and reads those of others, package proof checks proofs and links none of this.
//
// # Notices
//
// A grant quotes what was shown by the hash of the whole [Notice], so that the wording
// of each declaration can be produced (GDPR Art. 7(1); EDPB Guidelines 05/2020, 108). Only a
// published notice can be quoted: text that a client sends is no notice. A
// new version says of each purpose whether it changes the processing, and then earlier
// consent no longer covers it from its day on, or only the words.
//
// # What decides
//
// Of the events about the purpose and the channel that had happened and were recorded
// by then, the latest decides; at the same instant what restricts does. A declaration
// that [Event.Validate] finds an error in grants nothing and lifts nothing, and an
// invalidated one neither. A request, or a question put off, changes nothing that is in
// force. What ends consent may be about every purpose or every channel; what grants is
// about one of each. [Query] has two times: true at one instant, as known at another.
// Nothing known permits nothing, and an error is never a yes.
//
// # Mergers
//
// Merging two references links them and copies nothing, so that undoing it restores
// every answer. A refusal, a withdrawal or an objection follows the person; consent
// follows the contact point at which it was given.
//
// # Suppression
//
// Who refuses, withdraws or objects leaves a keyed mark on the addresses that are known of
// the person. It survives erasure; a [Suppression] under another reference counts like an objection there,
// and an import of the address is skipped. A later valid act of the person at the address
// lifts it. A complaint about spam is an objection; a message that bounces is neither that nor anything else.
//
// # Erasure
//
// [Ledger.Erase] destroys values, salts and links, of all references that are merged.
// What stays proves that events took place, not whose they were. On request a capsule of each event is
// kept until its end, for the one dispute in which someone shows an address and says that there was no consent:
// [Ledger.Claim] then shows the event. A capsule is personal data, pseudonymised, and kept under Art. 17(3)(e).
// Under an erased reference grants are refused ([ErrErased]), withdrawals accepted.
//
// # Recorded, and provable
//
// An event is recorded, durably, when [Ledger.Record] returns; it is provable when a
// [Sequencer] has taken it into the log: after [Sequencer.Every], a second if not set, and one pass. One sequencer works at a time, by a
// lease; two of them at once harm nothing. What a proof shows and what not, above all that a log
// which its owner alone signs proves nothing about when, package proof says. Have a witness cosign
// ([Ledger.Cosign]), or hand out checkpoints ([Ledger.Head]), to bind yourself. [Ledger.Verify] reads everything and names what was changed.
//
// # Stored form
//
// The body of an event and its disclosures have the forms of package proof. The values, as JSON, are
//
//	subject, with            references
//	point                    the address as given
//	occurred                 {"at": instant, "zone": IANA name}
//	recorded, until,
//	refresh_by               instants: RFC 3339, UTC, to the nanosecond
//	actor, binding, action   words, as the types have them
//	of                       id of the event it is about
//	session                  text
//	terms                    {"bundled", "conditional", "necessary", "withdrawal_told", "imbalance", "explicit", "transfer_told": "yes" or "no"}
//	child                    {"birth_date", "guardian", "verification"}
//	request                  {"ip", "user_agent"}
//	source                   {"grade", "file", "sha256", "row"}
//	lost                     number of events that an erasure took the values of
//
// Empty ones are left out. After the disclosures stands, where there is a point, "capsule ", the salt of the capsule in hexadecimal and
// a newline. A mark is HMAC-SHA256 under a key that is derived by HKDF-SHA256, without salt, with the info
// "grondslag consent address 1" ("person", "once", "request") from the secret, of "mailto:", "tel:" or "text:" and the
// normalized address, of the reference, or of the caller's key. These forms will be read by every later version.
//
// # Speed
//
// On two cores: [Index.Decide] 1.4 microseconds at 200,000 people with eight events, no allocation;
// [Index.Audience] 0.07 to 0.21 seconds over a million people with two to eight events; an index takes 116 MB for a million
// events. [Ledger.Record] takes 22 microseconds with eight disclosures in a [Memory], the log included; [Ledger.Decide] reads the
// history of the person, and takes 250 microseconds there for one with eight events: decide often from an [Index]. The benchmarks are in
// bench_test.go.
//
// # Limits
//
// Where clocks disagree, a withdrawal that happens now is dated after all that is recorded of the person, and
// [Ledger.Decide] about now looks at all of it; a grant is dated by the clock, and counts when that is later. An [Index]
// answers for the instant that it is asked, by the dates as recorded.
//
// Of marks on an address the latest of each kind is kept, so that answers as of an earlier time may miss an earlier
// no of a stranger's reference, and marks have no time of recording. A merger puts no marks on addresses: before erasure the import
// of an address that only the other reference has is not skipped. An objection to everything marks the addresses known then.
//
// Standings of one address under another reference: see [Standing]. An invalidated grant still answers as given for
// times before the event that invalidates it.
package consent

//go:generate go run github.com/grondslag/grondslag/internal/enumgen Action Actor Binding Change Grade IPPolicy Skip State Type YesNo
