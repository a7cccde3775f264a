package anonymize

import "strings"

// Reason says why a value, a token or a key is refused. Each is an error that
// [errors.Is] finds in what this package returns. None holds data.
type Reason string

const (
	// Malformed: the value is not of the form that the rule wants: no address, a
	// wrong check digit, invalid UTF-8, too short or long, a character too many.
	Malformed Reason = "malformed"
	// OutOfRange: a number or date that the rule can't treat.
	OutOfRange Reason = "out_of_range"
	// EmptyValue: the rule refuses empty values.
	EmptyValue Reason = "empty_value"
	// Tampered: it was not made with this key, for this domain and field, or it was changed since.
	Tampered Reason = "tampered"
	// UnknownKey: it names a key that the ring does not have.
	UnknownKey Reason = "unknown_key"
	// UnknownToken: the vault does not have the token.
	UnknownToken Reason = "unknown_token"
	// UnknownValue: the hierarchy or list does not have the value.
	UnknownValue Reason = "unknown_value"
	// Undeclared: the record has a field that no rule covers.
	Undeclared Reason = "undeclared"
	// Unsupported: the rule can't treat what the field holds.
	Unsupported Reason = "unsupported"
	// NoSubject: the record does not say whom it is about, and the rule must know.
	NoSubject Reason = "no_subject"
	// Shredded: the key of the subject was destroyed.
	Shredded Reason = "shredded"
	// Irreversible: the rule can't be reversed.
	Irreversible Reason = "irreversible"
	// NotPermitted: the capability permits nothing.
	NotPermitted Reason = "not_permitted"
	// NotApproved: the method does not run under GODEBUG=fips140=only.
	NotApproved Reason = "not_approved"
	// Collision: two values would share what must be unique.
	Collision Reason = "collision"
	// TooDeep: the record has too many levels, or contains itself.
	TooDeep Reason = "too_deep"
)

func (r Reason) Error() string { return "anonymize: " + strings.ReplaceAll(string(r), "_", " ") }

// FieldError says which field was refused under which method and why. It never
// holds the value. Path is that of the rule; an index or the key of a map is no part of it.
type FieldError struct {
	Path   string
	Method Method
	// Err is a [Reason], or what a store answered.
	Err error
}

func (e *FieldError) Error() string {
	text := strings.TrimPrefix(e.Err.Error(), "anonymize: ")
	if e.Method != "" {
		text = string(e.Method) + ": " + text
	}
	return "anonymize: " + e.Path + ": " + text
}

func (e *FieldError) Unwrap() error { return e.Err }
