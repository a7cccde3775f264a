// Package consent records what people consented to, and answers whether they still do.
//
// Events are facts about one person, one purpose and one channel: given, withdrawn,
// objected and so on, added and never changed. An [Index] of them answers a [Query]:
// true at one instant, as known at another. Nothing known permits nothing.
//
//	notices := &consent.Notices{}
//	hash, err := notices.Publish(consent.Notice{
//		Text: form, MediaType: "text/html; charset=utf-8", Language: "en", Version: "3",
//		Controller: "De Gouden Velg", Withdrawal: "the link in each mail", Form: "/sign-up",
//		Purposes: []consent.NoticePurpose{{ID: "newsletter", Categories: []string{"email address"}}},
//	})
//	if err != nil {
//		return err
//	}
//	index := consent.NewIndex(consent.Terms{Notices: notices}, nil)
//	index.Add(&event) // a Given event that quotes hash
//	d := index.Decide(consent.Query{Subject: "c-42", Purpose: "newsletter", Channel: basis.Email, At: now})
//	fmt.Println(d.State, d.Consented())
//
// # Notices
//
// A grant quotes what was shown by the hash of the whole [Notice], so that the wording
// of each declaration can be produced (GDPR Art. 7(1); EDPB Guidelines 05/2020, 108). A
// new version says of each purpose whether it changes the processing, and then earlier
// consent no longer covers it, or only the words.
//
// # What decides
//
// Of the events about the purpose and the channel that had happened and were recorded
// by then, the latest decides; at the same instant what restricts does. A declaration
// that [Event.Validate] finds an error in grants nothing and lifts nothing, and an
// invalidated one neither. A request, or a question put off, changes nothing that is in
// force. What ends consent may be about every purpose or every channel; what grants is
// about one of each.
//
// # Mergers
//
// Merging two references links them and copies nothing, so that undoing it restores
// every answer. A refusal, a withdrawal or an objection follows the person; consent
// follows the contact point at which it was given.
//
// # What is to come
//
// This package has no store yet, no proof, no tokens and no receipts; its API may change
// with them.
package consent

//go:generate go run github.com/grondslag/grondslag/internal/enumgen Action Actor Binding Change Grade IPPolicy State Type YesNo
