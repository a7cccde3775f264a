// Package reidentify holds the capability to turn pseudonymised data back into
// personal data, and to take secrets out of a key ring. Only code that imports it
// can do either, so one search for the import finds every place to review.
//
// Turning data back is processing of personal data of its own (GDPR Art. 4(2),
// 4(5)): it needs a ground, and the additional information that makes it possible
// is to be kept apart from the data.
package reidentify

import "strings"

// Capability permits what only those who confess may do. The zero value permits nothing.
type Capability struct{ reason string }

// Because makes a capability for the reason given, such as "access request,
// GDPR 15" or a ticket. The reason is a confession for the reader of the code and
// of the audit trail: it must not be blank and holds no personal data.
func Because(reason string) Capability {
	return Capability{reason: strings.TrimSpace(reason)}
}

// Reason returns the reason, "" when nothing is permitted.
func (c Capability) Reason() string { return c.reason }

// Permits reports whether a reason was given.
func (c Capability) Permits() bool { return c.reason != "" }
