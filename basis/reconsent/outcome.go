package reconsent

import (
	"iter"
	"math/bits"

	"github.com/grondslag/grondslag/basis"
)

// Outcome is what to do with the contact for this purpose and channel.
// The codes are stable.
type Outcome string

const (
	KeepContract    Outcome = "keep_contract"
	KeepLaw         Outcome = "keep_law"
	KeepVital       Outcome = "keep_vital"
	KeepPublicTask  Outcome = "keep_public_task"
	KeepService     Outcome = "keep_service"
	KeepConsent     Outcome = "keep_consent"
	KeepSoftOptIn   Outcome = "keep_soft_optin"
	KeepPublished   Outcome = "keep_published"
	KeepInterest    Outcome = "keep_interest"
	AskAgain        Outcome = "ask_again"
	AskOtherChannel Outcome = "ask_other_channel"
	StopObjected    Outcome = "stop_objected"
	StopWithdrawn   Outcome = "stop_withdrawn"
	Stop            Outcome = "stop"
	AssessInterest  Outcome = "assess_interest"
	Review          Outcome = "review"
	InvalidBasis    Outcome = "invalid_basis"
	ConsentInvalid  Outcome = "consent_invalid"
	Erase           Outcome = "erase"
)

// Keeps reports whether the outcome lets the use go on as it is.
func (o Outcome) Keeps() bool {
	switch o {
	case KeepContract, KeepLaw, KeepVital, KeepPublicTask, KeepService, KeepConsent, KeepSoftOptIn, KeepPublished, KeepInterest:
		return true
	}
	return false
}

// Asks reports whether the person must be asked before the use goes on.
func (o Outcome) Asks() bool { return o == AskAgain || o == AskOtherChannel }

// Stops reports whether the use must end now.
func (o Outcome) Stops() bool {
	switch o {
	case StopObjected, StopWithdrawn, Stop, InvalidBasis, ConsentInvalid, Erase:
		return true
	}
	return false
}

// Title returns the outcome in a few words.
func (o Outcome) Title() basis.Text {
	switch o {
	case KeepContract:
		return basis.Text{En: "keep: contract", Nl: "houden: overeenkomst"}
	case KeepLaw:
		return basis.Text{En: "keep: the law orders it", Nl: "houden: de wet schrijft het voor"}
	case KeepVital:
		return basis.Text{En: "keep: vital interests", Nl: "houden: vitaal belang"}
	case KeepPublicTask:
		return basis.Text{En: "keep: public task", Nl: "houden: publieke taak"}
	case KeepService:
		return basis.Text{En: "keep: service message", Nl: "houden: servicebericht"}
	case KeepConsent:
		return basis.Text{En: "keep: proven consent", Nl: "houden: aantoonbare toestemming"}
	case KeepSoftOptIn:
		return basis.Text{En: "keep: customer exception", Nl: "houden: klantuitzondering"}
	case KeepPublished:
		return basis.Text{En: "keep: address published for this", Nl: "houden: adres hiervoor gepubliceerd"}
	case KeepInterest:
		return basis.Text{En: "keep: legitimate interest", Nl: "houden: gerechtvaardigd belang"}
	case AskAgain:
		return basis.Text{En: "ask for consent", Nl: "toestemming vragen"}
	case AskOtherChannel:
		return basis.Text{En: "ask for consent, not over this channel", Nl: "toestemming vragen, niet via dit kanaal"}
	case StopObjected:
		return basis.Text{En: "stop: the person objected", Nl: "stoppen: bezwaar gemaakt"}
	case StopWithdrawn:
		return basis.Text{En: "stop: consent withdrawn", Nl: "stoppen: toestemming ingetrokken"}
	case Stop:
		return basis.Text{En: "stop: assessment failed", Nl: "stoppen: belangenafweging niet gehaald"}
	case AssessInterest:
		return basis.Text{En: "assess the legitimate interest first", Nl: "eerst het gerechtvaardigd belang afwegen"}
	case Review:
		return basis.Text{En: "review by hand", Nl: "zelf beoordelen"}
	case InvalidBasis:
		return basis.Text{En: "stop: this ground can't carry it", Nl: "stoppen: deze grondslag kan dit niet dragen"}
	case ConsentInvalid:
		return basis.Text{En: "stop: a child's own consent does not count", Nl: "stoppen: eigen toestemming van een kind telt niet"}
	case Erase:
		return basis.Text{En: "erase, after the retention check", Nl: "wissen, na controle van de bewaartermijn"}
	}
	return basis.Text{}
}

// Code is a duty that comes on top of the outcome, whatever that is.
type Code string

const (
	// FindSource: nobody knows where the data came from, Art. 5(2), 14(2)(f).
	FindSource Code = "find_source"
	// InformBefore: tell the person before the new use starts, Art. 6(4), 13(3).
	InformBefore Code = "inform_before"
	// InformNow: a notice of Art. 13 or 14 is due.
	InformNow Code = "inform_now"
	// Narrow: the outcome rests on a ground that courts or codes read narrowly.
	Narrow Code = "narrow"
)

// Title returns the duty in a few words.
func (c Code) Title() basis.Text {
	switch c {
	case FindSource:
		return basis.Text{En: "find out where the data came from", Nl: "uitzoeken waar de gegevens vandaan komen"}
	case InformBefore:
		return basis.Text{En: "inform before the new use starts", Nl: "informeren vóór het nieuwe gebruik begint"}
	case InformNow:
		return basis.Text{En: "send the privacy notice", Nl: "de privacyverklaring sturen"}
	case Narrow:
		return basis.Text{En: "rests on a narrow ground", Nl: "rust op een smalle grond"}
	}
	return basis.Text{}
}

// Cites returns the provisions that the duty rests on.
func (c Code) Cites() []string {
	switch c {
	case FindSource:
		return []string{"GDPR 5(2)", "GDPR 14(2)(f)"}
	case InformBefore:
		return []string{"GDPR 6(4)", "GDPR 13(3)"}
	case InformNow:
		return []string{"GDPR 13(1)", "GDPR 14(3)"}
	case Narrow:
		return []string{"C-654/23", "Code Telemarketing"}
	}
	return nil
}

// Codes is a set of codes. The zero value is the empty set.
type Codes uint8

// codeOrder is alphabetical; the index is the bit in Codes.
var codeOrder = [...]Code{FindSource, InformBefore, InformNow, Narrow}

const (
	codeFindSource Codes = 1 << iota
	codeInformBefore
	codeInformNow
	codeNarrow
)

// All yields the codes in alphabetical order.
func (c Codes) All() iter.Seq[Code] {
	return func(yield func(Code) bool) {
		for rest := c; rest != 0; rest &= rest - 1 {
			if !yield(codeOrder[bits.TrailingZeros8(uint8(rest))]) {
				return
			}
		}
	}
}

// Has reports whether the code is in the set.
func (c Codes) Has(code Code) bool {
	for have := range c.All() {
		if have == code {
			return true
		}
	}
	return false
}

// eraseField is the prefix of the code of a field that no purpose needs.
const eraseField = "erase_field:"

// Answer is what the decision table says of one set of facts.
type Answer struct {
	Outcome  Outcome
	Rule     string // stable id of the rule that decided
	Evidence Grade
	Gaps     Gaps
	Codes    Codes
	// Unneeded are the fields that no purpose needs; each is the code
	// "erase_field:NAME" (Art. 5(1)(c), 17(1)(a)). Shared with the facts: do not change it.
	Unneeded []string
	// Cites are the provisions the rule rests on. Shared: do not change it.
	Cites []string
	// Why is one sentence.
	Why basis.Text
}

// AppendAlso appends the additive codes, sorted: erase_field:NAME for each
// unneeded field (which sort before the others when Unneeded is sorted), then Codes.
func (a Answer) AppendAlso(dst []string) []string {
	for _, f := range a.Unneeded {
		dst = append(dst, eraseField+f)
	}
	for c := range a.Codes.All() {
		dst = append(dst, string(c))
	}
	return dst
}
