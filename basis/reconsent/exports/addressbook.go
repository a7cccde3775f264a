package exports

import (
	"bytes"

	"github.com/grondslag/grondslag/basis"
)

// bindGoogle and bindOutlook read address books. They say who someone is and nothing
// of how the data came there: the source is unknown and there is no consent.

func bindGoogle(b *binder) {
	b.onJoin(setEmails, "email1value")
	b.onJoin(setSecondEmail, "email2value")
	b.onJoin(setPhone, "phone1value")
	b.on(setBirthday, "birthday")
	b.addressBook()
}

// setEmails takes the first two of the addresses that Google puts into one field.
func setEmails(r *row, text []byte) error {
	first, rest, _ := bytes.Cut(text, []byte(":::"))
	second, _, _ := bytes.Cut(rest, []byte(":::"))
	r.email, r.email2 = trim(first), trim(second)
	return nil
}

func bindOutlook(b *binder) {
	b.onJoin(setEmail, "emailaddress")
	b.onJoin(setSecondEmail, "email2address")
	b.onJoin(setPhone, "mobilephone", "primaryphone", "homephone", "businessphone")
	b.on(setBirthday, "birthday")
	b.addressBook()
}

func (b *binder) addressBook() {
	b.finish = func(r *row) {
		if r.facts.Source == "" {
			r.facts.Source = basis.UnknownSource
		}
	}
}

// setBirthday takes a full date; birthdays without a year (--03-21) and Outlook's
// 0/0/00 say nothing about age.
func setBirthday(r *row, text []byte) error {
	if w, err := r.file.reading.moments.parse(text); err == nil {
		r.facts.BirthDate = w
	}
	return nil
}
