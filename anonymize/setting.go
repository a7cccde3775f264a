package anonymize

import (
	"io"
	"time"
)

// Setting holds what the rules of a plan need besides the record, and what must be
// kept apart from the data. What no rule needs may be left zero; what one needs and
// is missing is an error when the plan is made.
type Setting struct {
	// Domain for which the copy is made. Keyed rules need it.
	Domain Domain
	// Keys of the keyed rules.
	Keys *Keyring
	// Vault of the rules tokenize.
	Vault Vault
	// Subjects holds the keys of the rules seal,shred.
	Subjects *SubjectKeys
	// Lists of the rules surrogate, by name, besides those inside.
	Lists map[string][]string
	// Hierarchies of the rules hierarchy, by name.
	Hierarchies map[string]*Hierarchy
	// Phones reads telephone numbers; nil knows the regions inside.
	Phones PhoneParser
	// On is the day at which ages are taken, in its location.
	On time.Time
	// Random is the source of noise; nil is crypto/rand. Keys and nonces never come from it.
	Random io.Reader
}
