package main

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/grondslag/grondslag/basis"
	"github.com/grondslag/grondslag/basis/reconsent"
)

// words are the sentences of the report in one language.
type words struct{ lang string }

// in picks the language.
func (w words) in(en, nl string) string { return basis.Text{En: en, Nl: nl}.In(w.lang) }

// number writes n with separators of thousands.
func (w words) number(n int) string {
	digits := strconv.Itoa(n)
	for i := len(digits) - 3; i > 0; i -= 3 {
		digits = digits[:i] + w.in(",", ".") + digits[i:]
	}
	return digits
}

func (w words) plural(n int, one, many string) string {
	if n == 1 {
		return w.number(n) + " " + one
	}
	return w.number(n) + " " + many
}

func (w words) question() string {
	return w.in("Must I ask my whole database for consent again?", "Moet ik mijn hele klantenbestand opnieuw om toestemming vragen?")
}

// answer is the one line that the question deserves.
func (w words) answer(s *summary) string {
	t := s.Totals
	switch {
	case s.Answers == 0:
		return w.in("There was nothing to judge.", "Er was niets te beoordelen.")
	case t.Ask == 0:
		return w.in("No. Nobody needs to be asked.", "Nee. Er hoeft niemand gevraagd te worden.")
	case t.Ask == s.Answers:
		return w.in("Yes: for none of them is there consent that you can prove, or another ground.",
			"Ja: voor niemand is er aantoonbare toestemming of een andere grondslag.")
	case 2*t.Ask > s.Answers:
		return fmt.Sprintf(w.in("Not the whole of it, but most: %s of %s.", "Niet helemaal, wel het grootste deel: %s van %s."), w.number(t.Ask), w.number(s.Answers))
	}
	return fmt.Sprintf(w.in("No. %s of %s need to be asked.", "Nee. %s van de %s moeten gevraagd worden."), w.number(t.Ask), w.number(s.Answers))
}

// scope says what was judged.
func (w words) scope(s *summary) string {
	out := w.plural(s.Records, w.in("contact record", "contactregel"), w.in("contact records", "contactregels"))
	if s.Contacts > 0 {
		out += fmt.Sprintf(w.in(" (%s)", " (%s)"), w.plural(s.Contacts, w.in("different contact", "verschillend contact"), w.in("different contacts", "verschillende contacten")))
	}
	out += w.in(" in ", " in ") + w.plural(len(s.Files), w.in("file", "bestand"), w.in("files", "bestanden"))
	if s.Answers != s.Records {
		out += fmt.Sprintf(w.in(", judged %s: once for each purpose and channel", ", %s beoordeeld: één keer per doel en kanaal"),
			w.plural(s.Answers, w.in("time", "keer"), w.in("times", "keer")))
	}
	out += fmt.Sprintf(w.in(", as of %s", ", per %s"), s.At.Format("2006-01-02"))
	if s.Controller != "" {
		out += w.in(", for ", ", voor ") + s.Controller
	}
	return out + " (" + s.Country + ")."
}

// figure is a number with what it counts.
type figure struct {
	Class string
	Count int
	Label string
}

// figures are the answer in numbers; they add up to the answers.
func (w words) figures(s *summary) []figure {
	t := s.Totals
	ask := w.in("must be asked", "moeten gevraagd worden")
	switch {
	case t.AskElsewhere == t.Ask && t.Ask > 0:
		ask = w.in("must be asked, but not by e-mail, text message or phone: asking there is itself a breach",
			"moeten gevraagd worden, maar niet per e-mail, sms of telefoon: daar vragen is zelf een overtreding")
	case t.AskElsewhere > 0:
		ask = fmt.Sprintf(w.in("must be asked, %s of them not by e-mail, text message or phone: asking there is itself a breach",
			"moeten gevraagd worden, van wie %s niet per e-mail, sms of telefoon: daar vragen is zelf een overtreding"), w.number(t.AskElsewhere))
	}
	stop := w.in("must be stopped", "moeten gestopt worden")
	if t.Erase > 0 {
		stop = fmt.Sprintf(w.in("must be stopped, %s of them erased", "moeten gestopt worden, van wie %s gewist"), w.number(t.Erase))
	}
	return []figure{
		{"keep", t.Keep, w.in("need nothing", "hoeven niets")},
		{"ask", t.Ask, ask},
		{"stop", t.Stop, stop},
		{"assess", t.Assess, w.in("need an assessment of your legitimate interest first", "vragen eerst een afweging van uw gerechtvaardigd belang")},
		{"review", t.Review, w.in("must be looked at by hand", "moeten met de hand bekeken worden")},
	}
}

// duties are what is due on top, whatever the outcome.
func (w words) duties(s *summary) []figure {
	var out []figure
	for _, d := range []struct {
		code   reconsent.Code
		en, nl string
	}{
		{reconsent.InformNow, "need a privacy notice now", "moeten nu een privacyverklaring krijgen"},
		{reconsent.InformBefore, "must be told before the new use starts", "moeten het weten vóór het nieuwe gebruik begint"},
		{reconsent.FindSource, "are of unknown origin", "zijn van onbekende herkomst"},
		{reconsent.Narrow, "rest on a ground that is read narrowly", "rusten op een grond die nauw wordt uitgelegd"},
	} {
		if n := s.code(d.code); n > 0 {
			out = append(out, figure{string(d.code), n, w.in(d.en, d.nl) + " (" + strings.Join(d.code.Cites(), ", ") + ")"})
		}
	}
	for _, f := range s.Fields {
		out = append(out, figure{"erase_field", f.Count, fmt.Sprintf(w.in("hold the field %q, which no purpose needs: erase it (GDPR 5(1)(c), GDPR 17(1)(a))",
			"bevatten het veld %q, dat geen doel nodig heeft: wis het (GDPR 5(1)(c), GDPR 17(1)(a))"), f.Code)})
	}
	return out
}

// next lists what to do, the most urgent first.
func (w words) next(s *summary) []string {
	t := s.Totals
	var out []string
	add := func(n int, en, nl string) {
		if n > 0 {
			out = append(out, fmt.Sprintf(w.in(en, nl), w.number(n)))
		}
	}
	add(t.Stop-t.Erase, "Stop today what has no ground or was refused: %s.", "Stop vandaag wat geen grondslag heeft of geweigerd is: %s.")
	add(t.AskElsewhere, "Ask at the counter, in the web shop, on paper or in your app, never by e-mail, text message or phone: %s.",
		"Vraag aan de balie, in de webwinkel, op papier of in uw app, nooit per e-mail, sms of telefoon: %s.")
	add(t.Ask-t.AskElsewhere, "Ask the others for consent, and keep wording, moment and act: %s.", "Vraag de anderen om toestemming, en bewaar tekst, moment en handeling: %s.")
	add(s.code(reconsent.InformNow), "Send the privacy notice: %s.", "Stuur de privacyverklaring: %s.")
	add(s.code(reconsent.InformBefore), "Tell people about the new purpose before you start: %s.", "Vertel over het nieuwe doel voordat u begint: %s.")
	add(s.code(reconsent.FindSource), "Find out where the data came from, and write it down: %s.", "Zoek uit waar de gegevens vandaan komen, en leg het vast: %s.")
	add(t.Assess, "Assess the legitimate interest that this may rest on: %s.", "Maak de belangenafweging waarop dit kan rusten: %s.")
	add(t.Erase, "Erase or anonymize what has ended, after the retention check: %s.", "Wis of anonimiseer wat afgelopen is, na controle van de bewaartermijn: %s.")
	add(s.overdue(), "Erase or anonymize what is kept beyond its period: %s.", "Wis of anonimiseer wat langer dan zijn termijn bewaard is: %s.")
	add(t.Review, "Look at by hand; the gaps say what is missing: %s.", "Bekijk met de hand; de leemtes zeggen wat ontbreekt: %s.")
	fields := 0
	for _, f := range s.Fields {
		fields += f.Count
	}
	add(fields, "Empty the fields that no purpose needs: %s.", "Maak de velden leeg die geen doel nodig heeft: %s.")
	add(s.BrokenRows, "Repair what could not be read, and audit it again: %s.", "Herstel wat niet gelezen kon worden, en beoordeel het opnieuw: %s.")
	return out
}

func (w words) channel(c basis.Channel) string {
	switch c {
	case basis.SMS:
		return w.in("text message", "sms")
	case basis.Phone:
		return w.in("phone", "telefoon")
	case basis.Post:
		return w.in("post", "post")
	case basis.NoChannel:
		return w.in("no contact", "geen contact")
	}
	return w.in("e-mail", "e-mail")
}

func (w words) purpose(u *useLine) string {
	name := u.Title.In(w.lang)
	if name == "" {
		name = u.Purpose
	}
	if name == "" {
		name = w.in("(no purpose stated)", "(geen doel vermeld)")
	}
	return name + ", " + w.channel(u.Channel)
}

func (w words) grade(code string) string {
	switch reconsent.Grade(code) {
	case reconsent.Complete:
		return w.in("complete", "volledig")
	case reconsent.Partial:
		return w.in("partial", "gedeeltelijk")
	}
	return w.in("none", "geen")
}

// gap says in words what evidence lacks.
func (w words) gap(code string) string {
	switch reconsent.Gap(code) {
	case reconsent.GapTime:
		return w.in("no moment recorded", "geen moment vastgelegd")
	case reconsent.GapTimeOfDay:
		return w.in("a date without a time of day", "een datum zonder tijdstip")
	case reconsent.GapFuture:
		return w.in("a moment in the future", "een moment in de toekomst")
	case reconsent.GapText:
		return w.in("the wording shown was not kept", "de getoonde tekst is niet bewaard")
	case reconsent.GapAction:
		return w.in("how it was given is not known", "onbekend hoe het gegeven is")
	case reconsent.GapPreTicked:
		return w.in("the box was ticked beforehand", "het vakje stond al aangevinkt")
	case reconsent.GapSilence:
		return w.in("silence was taken for consent", "zwijgen gold als toestemming")
	case reconsent.GapBundled:
		return w.in("not shown to stand apart from other terms", "niet aangetoond dat het los stond van andere voorwaarden")
	case reconsent.GapWithdrawalNotTold:
		return w.in("not shown that the right to withdraw was told", "niet aangetoond dat op intrekken is gewezen")
	}
	return code
}

// filled says what the policy stated for everyone in a file.
func (w words) filled(f *fileLine) string {
	if len(f.Filled) == 0 {
		return ""
	}
	return fmt.Sprintf(w.in("The policy states for everyone in %s: %s.", "Het beleid stelt voor iedereen in %s: %s."), f.Name, strings.Join(f.Filled, ", "))
}

// notes are the caveats that the answer must not be read without.
func (w words) notes(s *summary) []string {
	var out []string
	for _, f := range s.Files {
		if t := w.filled(f); t != "" {
			out = append(out, t)
		}
		if f.unmatched {
			out = append(out, fmt.Sprintf(w.in("No entry of the policy fits %s: it was judged for every purpose.",
				"Geen onderdeel van het beleid past op %s: het is voor elk doel beoordeeld."), f.Name))
		}
	}
	for _, n := range s.Notes {
		out = append(out, n.In(w.lang))
	}
	return append(out, w.in("This applies rules to what the files state; it is no legal advice.",
		"Dit past regels toe op wat de bestanden vermelden; het is geen juridisch advies."))
}
