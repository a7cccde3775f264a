package basis

// Code is a stable name for a reason, for programs to branch on. Each package
// lists its own; a [Witness] may have its own too. It never holds personal data.
type Code string

// The codes of this package. The manual lists them with their articles.
const (
	CodeUndeclared     Code = "undeclared"             // no purpose declares the field
	CodeOtherPurpose   Code = "other_purpose"          // only other purposes declare the field
	CodeUnknownPurpose Code = "unknown_purpose"        // the catalogue lacks the purpose
	CodeNoSubject      Code = "no_subject"             // Question.Subject is empty
	CodeNoInstant      Code = "no_instant"             // Question.At is zero
	CodeNoFields       Code = "no_fields"              // Question.Fields is empty
	CodeChannel        Code = "channel_not_declared"   // the purpose lacks Question.Channel
	CodeRecipient      Code = "recipient_not_declared" // the purpose lacks Question.Recipient
	CodeMissing        Code = "witness_missing"        // a required witness is nil
	CodeSilent         Code = "witness_silent"         // a required witness said nothing
	CodeWrongTestimony Code = "wrong_testimony"        // a witness said what its role cannot say
	CodeNoConsent      Code = "no_consent"             // no objection is not enough here
	CodeExpired        Code = "expired"                // Testimony.Until is not after Question.At
	CodeDenied         Code = "denied"                 // a witness denied, without a code of its own
	CodeFailed         Code = "witness_failed"         // a witness returned an error
	CodeNotRecorded    Code = "not_recorded"           // the recorder returned an error
	CodeNotAsked       Code = "not_asked"              // the zero Decision
)

// Severity ranks findings.
type Severity string

const (
	// SeverityError: the law is not complied with.
	SeverityError Severity = "error"
	// SeverityWarning: it cannot be shown that the law is complied with, or soon will not be.
	SeverityWarning Severity = "warning"
	// SeverityInfo: worth knowing.
	SeverityInfo Severity = "info"
)

// Finding is one result of checking a declaration, a model or a record. It holds
// names, never values.
type Finding struct {
	Code     Code     `json:"code"`
	Severity Severity `json:"severity"`
	// Path says where: a [Field], or a path in what was checked.
	Path    string `json:"path,omitzero"`
	Article string `json:"article,omitzero"`
	Text    Text   `json:"text"`
}

// String returns the finding in one line of English.
func (f Finding) String() string {
	s := string(f.Severity) + ": "
	if f.Path != "" {
		s += f.Path + ": "
	}
	s += f.Text.En
	if f.Article != "" {
		s += " (" + f.Article + ")"
	}
	return s + " [" + string(f.Code) + "]"
}
