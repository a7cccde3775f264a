package basis

// Channel is the way in which a person is reached. ePrivacy rules differ per
// channel, and consent for one proves nothing for another.
type Channel string

const (
	// Email is electronic mail.
	Email Channel = "email"
	// SMS is a text message, also through WhatsApp and its like.
	SMS Channel = "sms"
	// Phone is a live call by a person.
	Phone Channel = "phone"
	// Post is mail on paper.
	Post Channel = "post"
	// NoChannel is a use in which the person is not contacted.
	NoChannel Channel = "none"
)

// Electronic reports whether the channel falls under the rules for unsolicited
// communications of Directive 2002/58/EC Art. 13: e-mail, text message, call.
func (c Channel) Electronic() bool { return c == Email || c == SMS || c == Phone }
