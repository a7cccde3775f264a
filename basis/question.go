package basis

import "time"

// Question asks whether fields of one person may be used. It names things and
// holds no personal data.
type Question struct {
	Subject Subject   `json:"subject"`
	Purpose PurposeID `json:"purpose"`
	// Fields by canonical name; at least one.
	Fields []Field `json:"fields"`
	// Channel through which the person is reached, [NoChannel] when not.
	Channel Channel `json:"channel"`
	// Recipient outside the organization, empty when the data stays within.
	Recipient Recipient `json:"recipient,omitzero"`
	// At is the instant of the use; not zero.
	At time.Time `json:"at"`
}
