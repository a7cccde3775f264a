package basis

// Source says from whom personal data was obtained. The zero value means that
// nobody recorded it.
type Source string

const (
	// FromSubject: the person gave it; the notice of Art. 13 is due at collection.
	FromSubject Source = "subject"
	// FromThirdParty: someone else gave it; the notice of Art. 14 is due.
	FromThirdParty Source = "third_party"
	// FromPublic: taken from a public source; the notice of Art. 14 is due and names the source.
	FromPublic Source = "public"
	// Derived: computed or inferred by the controller.
	Derived Source = "derived"
	// UnknownSource: it was looked for and not found; Art. 14(2)(f) can't be met.
	UnknownSource Source = "unknown"
)
