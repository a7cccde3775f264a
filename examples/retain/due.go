package main

import (
	"strconv"
	"strings"
	"time"

	"github.com/grondslag/grondslag/retention"
	"github.com/grondslag/grondslag/retention/holiday"
	"github.com/grondslag/grondslag/retention/statute"
)

// place is where a controller acts.
type place struct {
	loc      *time.Location
	calendar *holiday.Calendar
	country  string
}

// place is that of -country; its zone is that of the country's law.
func (p *program) place() (place, error) {
	country := p.value("country")
	calendar, err := holiday.For(country)
	if err != nil {
		return place{}, usagef("-country %q: %w", country, err)
	}
	name := defaultZone
	for _, r := range rulesOf(country) {
		name = r.Zone
	}
	loc, err := p.location(name)
	return place{loc, calendar, country}, err
}

// rulesOf are the rules of a country, all of them for "".
func rulesOf(country string) []retention.Rule {
	if country == "GB" {
		country = "UK"
	}
	var out []retention.Rule
	for _, r := range statute.All() {
		if country == "" || r.Country == country {
			out = append(out, r)
		}
	}
	return out
}

// request answers by when a request of the person must be answered.
func (p *program) request() error {
	where, err := p.place()
	if err != nil {
		return err
	}
	d := retention.SubjectRequest()
	regime, err := p.oneOf("regime", string(retention.Regulation1182), string(retention.Termijnenwet))
	if err != nil {
		return err
	}
	if d.Regime = retention.Regime(regime); d.Regime == retention.Termijnenwet {
		if where.country != "NL" {
			return usagef("-regime atw is Dutch law, and -country is %s", where.country)
		}
		where.calendar = holiday.Termijnenwet()
	}
	received, err := p.day("received", where.loc)
	if err != nil {
		return err
	}
	waits, err := p.spans("identity")
	if err != nil {
		return err
	}
	var pauses []retention.Pause
	for _, s := range waits {
		pauses = append(pauses, retention.Pause{From: s.from, Until: s.until})
	}
	counted, err := retention.ReceiptAfter(received, pauses...)
	if err != nil {
		return usagef("-received %s and -identity: %w", received, err)
	}
	a := answer{Law: d.Article}
	why := []string{p.in("The request was received on "+received.String()+".", "Het verzoek is ontvangen op "+received.String()+".")}
	if counted == 0 {
		a.State = retention.Pending
		a.Why = strings.Join(append(why, p.in("The person has not said yet who asks, or what: the period begins when the answer comes.",
			"De betrokkene heeft nog niet laten weten wie het vraagt, of wat: de termijn begint bij dat antwoord.")), " ")
		return p.reply(a)
	}
	if counted != received {
		why = append(why, p.in("The answer to who asks, or what, came on "+counted.String()+", from which the period runs.",
			"Het antwoord op de vraag wie het vraagt, of wat, kwam op "+counted.String()+"; vanaf dan loopt de termijn."))
	}
	last, err := d.LastDay(counted, where.calendar)
	length := d.Period
	if err == nil && p.has("extended") {
		why = append(why, p.in("The person must be told of the extension, with the reasons, by "+last.String()+".",
			"De verlenging moet met redenen uiterlijk "+last.String()+" zijn gemeld."))
		length = d.Extended
		last, err = d.LastDayExtended(counted, where.calendar)
	}
	if err != nil {
		return usagef("-received %s: %w", received, err)
	}
	how, moved := p.counted(counted, last, length, d.Regime, where.calendar)
	if a.Due = last.String(); moved {
		a.Law += "; " + d.Regime.Article()
	}
	why = append(why, how)
	a.Why = strings.Join(append(why, p.limits(d, received, last, where)...), " ")
	return p.reply(a)
}

// notice answers by when a person must be told of data that came from elsewhere.
func (p *program) notice() error {
	where, err := p.place()
	if err != nil {
		return err
	}
	obtained, err := p.day("obtained", where.loc)
	if err != nil {
		return err
	}
	contacted, err := p.day("contacted", where.loc)
	if err != nil {
		return err
	}
	disclosed, err := p.day("disclosed", where.loc)
	if err != nil {
		return err
	}
	d := retention.IndirectNotice()
	last, err := retention.NoticeDay(obtained, contacted, disclosed, where.calendar)
	if err != nil {
		return usagef("-obtained %s: %w", obtained, err)
	}
	month, err := d.LastDay(obtained, where.calendar)
	if err != nil {
		return usagef("-obtained %s: %w", obtained, err)
	}
	how, moved := p.counted(obtained, month, d.Period, d.Regime, where.calendar)
	why := []string{p.in("The data were obtained on "+obtained.String()+".", "De gegevens zijn verkregen op "+obtained.String()+"."), how}
	a := answer{Due: last.String(), Law: d.Article + "(a)"}
	switch {
	case last == month && moved:
		a.Law += "; " + d.Regime.Article()
	case last == month:
	case last == max(contacted, obtained):
		a.Law = d.Article + "(b)"
		why = append(why, p.in("The first message to the person, on "+contacted.String()+", comes before that.",
			"Het eerste bericht aan de betrokkene, op "+contacted.String()+", is eerder."))
	default:
		a.Law = d.Article + "(c)"
		why = append(why, p.in("The first disclosure to another, on "+disclosed.String()+", comes before that.",
			"De eerste verstrekking aan een ander, op "+disclosed.String()+", is eerder."))
	}
	a.Why = strings.Join(append(why, p.limits(d, obtained, last, where)...), " ")
	return p.reply(a)
}

// counted says how a deadline of days was computed, and whether its last day moved.
func (p *program) counted(from, last retention.Date, length retention.Period, regime retention.Regime, c *holiday.Calendar) (string, bool) {
	raw := (&retention.Term{Period: length}).LastDay(from, retention.FinancialYear{})
	words := length.Words().In(p.lang)
	why := p.in("That day not counted, "+words+" from it is "+raw.String(), "Die dag niet meegerekend is "+words+" daarna "+raw.String())
	if raw == last {
		return why + p.in(", a working day.", ", een werkdag."), false
	}
	var off []string
	for d := raw; d < last; d++ {
		name := p.weekday(d.Weekday())
		if holiday, ok := c.Name(d); ok {
			name = holiday.In(p.lang)
		}
		off = append(off, d.String()+p.in(" is ", " is ")+name)
	}
	return why + ". " + strings.Join(off, ", ") + p.in(": the last day is the next working day, "+last.String()+" ("+regime.Article()+").",
		": de laatste dag is de eerstvolgende werkdag, "+last.String()+" ("+regime.Article()+")."), true
}

// limits say where a deadline is beyond what the law or the calendar covers.
func (p *program) limits(d retention.Deadline, received, last retention.Date, where place) (out []string) {
	if received < d.From {
		out = append(out, p.in("The GDPR applies since "+d.From.String()+".", "De AVG is van toepassing sinds "+d.From.String()+"."))
	}
	source := where.calendar.Source()
	if year, _, _ := last.Split(); source.From != 0 && year < source.From || source.Until != 0 && year > source.Until {
		known := p.in("known from ", "bekend vanaf ") + strconv.Itoa(source.From)
		if source.Until != 0 {
			known = p.in("known for ", "bekend voor ") + strconv.Itoa(source.From) + p.in(" to ", " tot en met ") + strconv.Itoa(source.Until)
		}
		out = append(out, p.in("The holidays are "+known+" alone: check the day.", "De feestdagen zijn alleen "+known+": controleer de dag."))
	}
	if d.Regime == retention.Termijnenwet {
		out = append(out, p.in("The Termijnenwet does not govern periods of Union law, which this one is: without -regime atw Regulation 1182/71 counts.",
			"De Termijnenwet geldt niet voor termijnen van Unierecht, zoals deze: zonder -regime atw telt Verordening 1182/71."))
	}
	if where.country == "UK" || where.country == "GB" {
		out = append(out, p.in("In the United Kingdom the UK GDPR applies; its authority counts alike.",
			"In het Verenigd Koninkrijk geldt de UK GDPR; de toezichthouder rekent daar op dezelfde manier."))
	}
	return out
}

// breach answers by when the authority must be notified of a breach.
func (p *program) breach() error {
	aware, err := instant(p.value("aware"))
	if err != nil {
		return usagef("-aware %q: %w", p.value("aware"), err)
	}
	if p.has("zone") {
		loc, err := p.location("")
		if err != nil {
			return err
		}
		aware = aware.In(loc)
	}
	d := retention.BreachNotification()
	due := d.Hours.After(aware)
	start := due.Add(-time.Duration(d.Hours) * time.Hour)
	if year := due.Year(); year < 1 || year > 9999 {
		return usagef("-aware %q: the deadline lies outside the years 1 to 9999", p.value("aware"))
	}
	text := due.Format(time.RFC3339)
	return p.reply(answer{Due: text, Law: d.Article, Why: p.in(
		"The hour in which the controller became aware is not counted: 72 hours run from "+start.Format(time.RFC3339)+" to "+text+", weekends and holidays included.",
		"Het uur van kennisneming telt niet mee: 72 uur lopen van "+start.Format(time.RFC3339)+" tot "+text+", weekenden en feestdagen inbegrepen.")})
}

// breachPersons answers by when the persons must be told of a breach: no calculator
// can put a day on it.
func (p *program) breachPersons() error {
	d := retention.BreachCommunication()
	return p.reply(answer{Law: d.Article, Why: d.Text.In(p.lang)})
}
