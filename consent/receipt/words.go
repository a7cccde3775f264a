package receipt

import (
	"fmt"
	"strings"
	"time"

	"github.com/grondslag/grondslag/basis"
	"github.com/grondslag/grondslag/consent"
)

// stateWords say what an event, or where things stand, is.
func stateWords(t Term) basis.Text {
	switch t {
	case "dpv:ConsentRequested":
		return basis.Text{En: "Asked, not answered", Nl: "Gevraagd, niet beantwoord"}
	case "dpv:ConsentGiven":
		return basis.Text{En: "Given", Nl: "Gegeven"}
	case "dpv:RenewedConsentGiven":
		return basis.Text{En: "Given again", Nl: "Opnieuw gegeven"}
	case "dpv:ConsentRefused":
		return basis.Text{En: "Refused", Nl: "Geweigerd"}
	case "dpv:ConsentRequestDeferred":
		return basis.Text{En: "Put off", Nl: "Uitgesteld"}
	case "dpv:ConsentWithdrawn":
		return basis.Text{En: "Withdrawn", Nl: "Ingetrokken"}
	case "dpv:ConsentRevoked":
		return basis.Text{En: "Ended by another", Nl: "Door een ander beëindigd"}
	case "dpv:ConsentExpired":
		return basis.Text{En: "Expired", Nl: "Verlopen"}
	case "dpv:ConsentInvalidated":
		return basis.Text{En: "Declared invalid", Nl: "Ongeldig verklaard"}
	case stateObjected:
		return basis.Text{En: "Objected", Nl: "Bezwaar gemaakt"}
	}
	return basis.Text{En: "Not known", Nl: "Onbekend"}
}

// kindWords say how consent was expressed, when it was not explicit too.
func kindWords(t Term) basis.Text {
	switch t {
	case "dpv:ExplicitlyExpressedConsent":
		return basis.Text{En: "Explicit", Nl: "Uitdrukkelijk"}
	case "dpv:ExpressedConsent":
		return basis.Text{En: "Expressed by a clear act", Nl: "Met een duidelijke handeling gegeven"}
	case "dpv:ImpliedConsent":
		return basis.Text{En: "Implied, without an act", Nl: "Stilzwijgend, zonder handeling"}
	}
	return basis.Text{En: "How it was given is not recorded", Nl: "Hoe zij is gegeven is niet vastgelegd"}
}

func actionWords(a consent.Action) basis.Text {
	switch a {
	case consent.Active:
		return basis.Text{En: "a box ticked, a button pressed or a setting chosen", Nl: "een vakje aangekruist, een knop ingedrukt of een instelling gekozen"}
	case consent.Statement:
		return basis.Text{En: "said or written", Nl: "gezegd of geschreven"}
	case consent.PreTicked:
		return basis.Text{En: "a box left ticked", Nl: "een vakje aangevinkt gelaten"}
	case consent.Silence:
		return basis.Text{En: "nothing done", Nl: "niets gedaan"}
	}
	return basis.Text{}
}

func bindingWords(b consent.Binding) basis.Text {
	switch b {
	case consent.Typed:
		return basis.Text{En: "an address that was typed in", Nl: "een ingetypt adres"}
	case consent.LoggedIn:
		return basis.Text{En: "while logged in", Nl: "ingelogd"}
	case consent.Mailbox:
		return basis.Text{En: "answered from the mailbox", Nl: "vanuit de mailbox beantwoord"}
	case consent.Signed:
		return basis.Text{En: "signed", Nl: "ondertekend"}
	case consent.InPerson:
		return basis.Text{En: "in person", Nl: "in persoon"}
	}
	return basis.Text{}
}

func actorWords(a consent.Actor) basis.Text {
	switch a {
	case consent.Person:
		return basis.Text{En: "you", Nl: "u"}
	case consent.Guardian:
		return basis.Text{En: "who has parental responsibility for you", Nl: "wie het ouderlijk gezag over u heeft"}
	case consent.Agent:
		return basis.Text{En: "someone on your behalf", Nl: "iemand namens u"}
	case consent.Operator:
		return basis.Text{En: "staff of the organization", Nl: "een medewerker van de organisatie"}
	case consent.System:
		return basis.Text{En: "a program of the organization", Nl: "een programma van de organisatie"}
	}
	return basis.Text{En: "not known", Nl: "onbekend"}
}

func channelWords(c basis.Channel) basis.Text {
	switch c {
	case basis.Email:
		return basis.Text{En: "E-mail", Nl: "E-mail"}
	case basis.SMS:
		return basis.Text{En: "Text message", Nl: "Sms of ander tekstbericht"}
	case basis.Phone:
		return basis.Text{En: "Telephone", Nl: "Telefoon"}
	case basis.Post:
		return basis.Text{En: "Post", Nl: "Post"}
	case basis.NoChannel:
		return basis.Text{En: "Without contact", Nl: "Zonder contact"}
	}
	return basis.Text{En: "Every channel", Nl: "Elk kanaal"}
}

// rightWords name the rights of the GDPR; of others only the article is known.
func rightWords(t Term) basis.Text {
	switch t {
	case "eu-gdpr:A7-3":
		return basis.Text{En: "To withdraw your consent", Nl: "Uw toestemming intrekken"}
	case "eu-gdpr:A13", "eu-gdpr:A14":
		return basis.Text{En: "To be told what happens with your data", Nl: "Weten wat er met uw gegevens gebeurt"}
	case "eu-gdpr:A15":
		return basis.Text{En: "To see your data", Nl: "Uw gegevens inzien"}
	case "eu-gdpr:A16":
		return basis.Text{En: "To have your data corrected", Nl: "Uw gegevens laten verbeteren"}
	case "eu-gdpr:A17":
		return basis.Text{En: "To have your data erased", Nl: "Uw gegevens laten wissen"}
	case "eu-gdpr:A18":
		return basis.Text{En: "To have the use of your data restricted", Nl: "Het gebruik van uw gegevens laten beperken"}
	case "eu-gdpr:A19":
		return basis.Text{En: "To be told to whom a correction was passed on", Nl: "Weten aan wie een verbetering is doorgegeven"}
	case "eu-gdpr:A20":
		return basis.Text{En: "To take your data with you", Nl: "Uw gegevens meenemen"}
	case "eu-gdpr:A21":
		return basis.Text{En: "To object", Nl: "Bezwaar maken"}
	case "eu-gdpr:A22":
		return basis.Text{En: "Not to be subject to a decision by a computer alone", Nl: "Geen besluit van alleen een computer"}
	case "eu-gdpr:A77":
		return basis.Text{En: "To lodge a complaint with the supervisory authority", Nl: "Een klacht indienen bij de toezichthouder"}
	case "eu-gdpr:A78", "eu-gdpr:A79":
		return basis.Text{En: "To go to court", Nl: "Naar de rechter gaan"}
	}
	return basis.Text{}
}

// article writes A7-3 as Art. 7(3) GDPR, in Dutch art. 7(3) AVG; empty for other terms.
func article(t Term, lang string) string {
	name, ok := strings.CutPrefix(string(t), "eu-gdpr:A")
	if !ok {
		return ""
	}
	parts := strings.Split(name, "-")
	for i := range parts[1:] {
		parts[i+1] = "(" + parts[i+1] + ")"
	}
	if lang == "nl" {
		return "art. " + strings.Join(parts, "") + " AVG"
	}
	return "Art. " + strings.Join(parts, "") + " GDPR"
}

// moment writes an instant in full, with its zone and the difference from UTC.
func moment(t time.Time, zone, lang string) string {
	e := Event{Time: t, Zone: zone}
	local := e.local()
	at, name := " at ", zone
	if lang == "nl" {
		at = " om "
	}
	offset := local.Format("-07:00")
	if offset == "+00:00" {
		offset = ""
	}
	switch {
	case name == "" || local.Location() == time.UTC:
		name = "UTC" + offset
	default:
		name += ", UTC" + offset
	}
	return civil(local, lang) + at + local.Format("15:04:05") + " (" + name + ")"
}

// civil writes a day in full.
func civil(t time.Time, lang string) string {
	month := t.Month().String()
	if lang == "nl" {
		month = [...]string{"januari", "februari", "maart", "april", "mei", "juni", "juli", "augustus", "september", "oktober", "november", "december"}[t.Month()-1]
	}
	return fmt.Sprintf("%d %s %d", t.Day(), month, t.Year())
}

// durationWords writes a duration. The words for an event are the caller's.
func durationWords(d Duration, lang string) string {
	text := func(en, nl string) string { return basis.Text{En: en, Nl: nl}.In(lang) }
	switch d.Span {
	case SpanPeriod:
		return periodWords(d.Value, lang)
	case SpanUntil:
		t, day, ok := d.until()
		switch {
		case !ok:
			return d.Value
		case day:
			return text("through ", "tot en met ") + civil(t, lang)
		}
		zone := "UTC" + t.Format("-07:00")
		if _, offset := t.Zone(); offset == 0 {
			zone = "UTC"
		}
		return text("until ", "tot ") + civil(t, lang) + text(" at ", " om ") + t.Format("15:04:05") + " (" + zone + ")"
	case SpanEvent:
		if d == untilWithdrawn() {
			return text("until you withdraw it", "totdat u haar intrekt")
		}
		return text("until: ", "tot: ") + d.Value
	case SpanTimes:
		if d.Value == "1" {
			return text("one time", "één keer")
		}
		return d.Value + text(" times", " keer")
	}
	return text("no end stated", "geen einde genoemd")
}

func periodWords(s, lang string) string {
	parts, ok := periodParts(s)
	if !ok {
		return s
	}
	var out []string
	for _, p := range parts {
		var one, many basis.Text
		switch p.unit {
		case "Y":
			one, many = basis.Text{En: "year", Nl: "jaar"}, basis.Text{En: "years", Nl: "jaar"}
		case "M":
			one, many = basis.Text{En: "month", Nl: "maand"}, basis.Text{En: "months", Nl: "maanden"}
		case "W":
			one, many = basis.Text{En: "week", Nl: "week"}, basis.Text{En: "weeks", Nl: "weken"}
		case "D":
			one, many = basis.Text{En: "day", Nl: "dag"}, basis.Text{En: "days", Nl: "dagen"}
		case "TH":
			one, many = basis.Text{En: "hour", Nl: "uur"}, basis.Text{En: "hours", Nl: "uur"}
		case "TM":
			one, many = basis.Text{En: "minute", Nl: "minuut"}, basis.Text{En: "minutes", Nl: "minuten"}
		case "TS":
			one, many = basis.Text{En: "second", Nl: "seconde"}, basis.Text{En: "seconds", Nl: "seconden"}
		}
		if p.n != 1 {
			one = many
		}
		out = append(out, fmt.Sprintf("%d %s", p.n, one.In(lang)))
	}
	return strings.Join(out, ", ")
}
