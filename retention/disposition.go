package retention

// Disposition is what is done with a record whose time has come.
type Disposition string

const (
	// Delete removes it. Nothing that refers to it may be left.
	Delete Disposition = "delete"
	// Anonymize leaves what no longer concerns an identifiable person (GDPR Recital 26), such as a row for statistics.
	Anonymize Disposition = "anonymize"
	// Pseudonymize replaces what identifies; the rest is still personal data (GDPR Art. 4(5)).
	Pseudonymize Disposition = "pseudonymize"
	// Restrict marks it so that it is stored and nothing else (GDPR Art. 4(3), 18(2)).
	Restrict Disposition = "restrict"
	// Transfer hands it to another keeper, such as an archive, and removes it here.
	Transfer Disposition = "transfer"
	// Review puts it before a person, who decides.
	Review Disposition = "review"
	// NotifyThenDelete tells the person first, and deletes when the time to answer has passed.
	NotifyThenDelete Disposition = "notify_then_delete"
)

// removes reports whether the row itself goes, so that nothing may refer to it any
// more. The other dispositions leave a row, and wait for no child.
func (d Disposition) removes() bool {
	return d == Delete || d == Transfer || d == NotifyThenDelete
}
