package basis

import "github.com/grondslag/grondslag/internal/model"

// Subject refers to a person: the key of the record, never an e-mail address or
// another piece of personal data.
type Subject string

// Recipient refers to a party outside the organization that receives data.
type Recipient string

// PurposeID names a purpose: ASCII letters, digits, "_", "-", "." and ":".
type PurposeID string

func (id PurposeID) valid() bool {
	for _, c := range []byte(id) {
		switch {
		case 'a' <= c && c <= 'z', 'A' <= c && c <= 'Z', '0' <= c && c <= '9', c == '_', c == '-', c == '.', c == ':':
		default:
			return false
		}
	}
	return id != "" && id != "-"
}

// Field is the canonical name of a field: snake_case, with a dot between the name
// of a record within the record and its field, "address.city".
type Field string

// FieldOf returns the canonical name for a Go field, a JSON or database name, or
// a column header: FirstName, firstName, first_name and "First name" are all
// first_name; ID is id and IPAddress ip_address. A dot separates levels. It is
// idempotent; a name without letters or digits becomes "_".
func FieldOf(name string) Field { return Field(model.Canonical(name)) }

// parent returns the field that f lies in, "" for one at the top.
func (f Field) parent() Field { return Field(model.Parent(string(f))) }
