package basis

// Necessity is how a purpose stands to a field. The zero value permits nothing.
type Necessity string

const (
	// Needed: the purpose cannot be reached without the field (GDPR Art. 5(1)(c)).
	Needed Necessity = "needed"
	// Optional: the purpose can do without; the field may be used with consent for it (Art. 6(1)(a)).
	Optional Necessity = "optional"
	// NotPersonal: the field was declared to hold no personal data (recital 26, Art. 4(1)).
	NotPersonal Necessity = "not_personal"
	// NotAllowed: the purpose may not use the field.
	NotAllowed Necessity = "not_allowed"
)

// Verdict says whether a purpose may use a field, and why.
type Verdict struct {
	Field     Field     `json:"field"`
	Necessity Necessity `json:"necessity"`
	// Code is the text of Necessity, or for NotAllowed the reason: [CodeOtherPurpose],
	// [CodeUndeclared] or [CodeUnknownPurpose].
	Code    Code   `json:"code"`
	Article string `json:"article"`
	Text    Text   `json:"text"`
}

// verdict builds the verdict of a code; all its texts are constant.
func verdict(f Field, n Necessity, c Code) Verdict {
	return Verdict{Field: f, Necessity: n, Code: c, Article: c.article(), Text: c.text()}
}

// article returns the provision behind a code of this package, "" for other codes.
func (c Code) article() string {
	switch c {
	case Code(Needed), CodeUndeclared, CodeNoFields:
		return "GDPR 5(1)(c)"
	case Code(Optional):
		return "GDPR 6(1)(a)"
	case Code(NotPersonal):
		return "GDPR 4(1)"
	case CodeOtherPurpose, CodeUnknownPurpose, CodeChannel:
		return "GDPR 5(1)(b)"
	case CodeRecipient:
		return "GDPR 13(1)(e)"
	case CodeNoSubject, CodeNoInstant, CodeNotAsked, CodeNotRecorded:
		return "GDPR 5(2)"
	}
	return ""
}

// text returns the sentence for a code of this package, the zero Text for other codes.
func (c Code) text() Text {
	switch c {
	case Code(Needed):
		return Text{"The purpose needs this field.", "Het doel heeft dit veld nodig."}
	case Code(Optional):
		return Text{"The purpose can do without this field and may use it only with consent.",
			"Het doel kan zonder dit veld en mag het alleen met toestemming gebruiken."}
	case Code(NotPersonal):
		return Text{"This field was declared to hold no personal data.", "Van dit veld is verklaard dat het geen persoonsgegeven bevat."}
	case CodeOtherPurpose:
		return Text{"This field is kept for other purposes, and this one does not need it.",
			"Dit veld wordt voor andere doelen bewaard en dit doel heeft het niet nodig."}
	case CodeUndeclared:
		return Text{"No purpose says that it needs this field: name one, or do not keep it.",
			"Geen enkel doel zegt dit veld nodig te hebben: noem er een, of bewaar het niet."}
	case CodeUnknownPurpose:
		return Text{"This purpose is not among the declared ones.", "Dit doel staat niet bij de vastgelegde doelen."}
	case CodeNoSubject:
		return Text{"The question does not say about whom it is.", "De vraag zegt niet over wie het gaat."}
	case CodeNoInstant:
		return Text{"The question does not say when the data is used.", "De vraag zegt niet wanneer de gegevens worden gebruikt."}
	case CodeNoFields:
		return Text{"The question names no field.", "De vraag noemt geen enkel veld."}
	case CodeChannel:
		return Text{"The purpose does not use this channel.", "Het doel gebruikt dit kanaal niet."}
	case CodeRecipient:
		return Text{"The purpose does not name this recipient.", "Het doel noemt deze ontvanger niet."}
	case CodeMissing:
		return Text{"Nobody was there to show that this use is permitted.", "Er was niemand om aan te tonen dat dit gebruik mag."}
	case CodeSilent:
		return Text{"Nothing shows that this use is permitted.", "Niets toont aan dat dit gebruik mag."}
	case CodeWrongTestimony:
		return Text{"What was said does not answer the question.", "Wat er is gezegd beantwoordt de vraag niet."}
	case CodeNoConsent:
		return Text{"This use needs consent, and consent was not shown.", "Dit gebruik vraagt toestemming en die is niet aangetoond."}
	case CodeExpired:
		return Text{"What permitted this use has ended.", "Wat dit gebruik toestond is afgelopen."}
	case CodeDenied:
		return Text{"This use was refused.", "Dit gebruik is geweigerd."}
	case CodeFailed:
		return Text{"It could not be found out whether this use is permitted.", "Er was niet te achterhalen of dit gebruik mag."}
	case CodeNotRecorded:
		return Text{"The decision could not be recorded, so the use cannot be shown later.",
			"De beslissing kon niet worden vastgelegd, dus het gebruik is later niet aan te tonen."}
	case CodeNotAsked:
		return Text{"Nothing was asked, so nothing is permitted.", "Er is niets gevraagd, dus er mag niets."}
	}
	return Text{}
}
