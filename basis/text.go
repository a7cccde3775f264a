package basis

// Text is one human sentence or title in the two languages of this module.
// It never contains personal data.
type Text struct {
	En string `json:"en"`
	Nl string `json:"nl"`
}

// In returns the text in lang: Dutch for "nl", English otherwise.
func (t Text) In(lang string) string {
	if lang == "nl" {
		return t.Nl
	}
	return t.En
}
