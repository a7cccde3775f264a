package retention

import (
	"strconv"

	"github.com/grondslag/grondslag/basis"
)

// Describe returns how long, in words that go into a sentence of a notice under GDPR
// Art. 13(2)(a) or 14(2)(a):
//
//	7 years after the end of the calendar year in which the document was drawn up
//	7 jaar na het einde van het kalenderjaar waarin het stuk is opgemaakt
//
// A suspension reads "in any case until ...", to follow the words of the rule that it
// prolongs. The version of the law is the one for an event on day at; where the
// financial year decides that, it is taken to end on 31 December. Without such a version, or
// without a day, both texts are empty. A last day that a regime moves is not spoken of.
func (r *Rule) Describe(at Date) basis.Text {
	if !at.Valid() {
		return basis.Text{}
	}
	for i := range r.Terms {
		t := &r.Terms[i]
		day := at
		if t.ByCutoff {
			day = t.Cut.of(at, FinancialYear{})
		}
		if day == 0 || !t.holds(day) {
			continue
		}
		text := t.words(r.Trigger())
		if r.Kind == Suspension && !t.Open {
			if !t.Period.IsZero() {
				text = basis.Text{En: "until " + text.En, Nl: "tot " + text.Nl}
			}
			text = basis.Text{En: "in any case " + text.En, Nl: "in elk geval " + text.Nl}
		}
		return text
	}
	return basis.Text{}
}

// Trigger is what starts the period, as a clause: When, or what the events say of
// themselves. It follows "the day on which" in English, "de dag waarop" in Dutch.
func (r *Rule) Trigger() basis.Text {
	if r.When != (basis.Text{}) {
		return r.When
	}
	var text basis.Text
	for i, e := range r.Events {
		c := e.Text()
		switch {
		case i == 0:
			text = c
		case i < len(r.Events)-1:
			text = basis.Text{En: text.En + ", " + c.En, Nl: text.Nl + ", " + c.Nl}
		default:
			text = basis.Text{En: text.En + " or " + c.En + ", whichever came last", Nl: text.Nl + " of " + c.Nl + ", gerekend vanaf het laatste daarvan"}
		}
	}
	return text
}

// words says when the term ends, for what starts it.
func (t *Term) words(clause basis.Text) basis.Text {
	after, until, open := t.lead()
	var text basis.Text
	switch {
	case t.Open:
		text = open
	case t.Period.IsZero():
		text = until
	default:
		p := t.Period.Words()
		text = basis.Text{En: p.En + " " + after.En, Nl: p.Nl + " " + after.Nl}
	}
	return basis.Text{En: text.En + " " + clause.En, Nl: text.Nl + " " + clause.Nl}
}

// lead returns what stands before the clause: following a period, alone for P0D, and
// for a term that is open.
func (t *Term) lead() (after, until, open basis.Text) {
	end := t.Cut.end()
	switch {
	case end != basis.Text{}:
		after = basis.Text{En: "after " + end.En, Nl: "na " + end.Nl}
		until = basis.Text{En: "until " + end.En, Nl: "tot " + end.Nl}
		open = basis.Text{En: "with no fixed end, from " + end.En, Nl: "zonder vast einde, vanaf " + end.Nl}
	case t.Cut == CutDay:
		after = basis.Text{En: "from the start of the day after", Nl: "vanaf het begin van de dag nadat"}
		until = basis.Text{En: "until the end of the day on which", Nl: "tot het einde van de dag waarop"}
		open = basis.Text{En: "with no fixed end, from the day after", Nl: "zonder vast einde, vanaf de dag nadat"}
	case t.Count == WholeDay:
		after = basis.Text{En: "from the start of the day on which", Nl: "vanaf het begin van de dag waarop"}
		until = basis.Text{En: "until the start of the day on which", Nl: "tot het begin van de dag waarop"}
		open = basis.Text{En: "with no fixed end, from the day on which", Nl: "zonder vast einde, vanaf de dag waarop"}
	default:
		after = basis.Text{En: "after", Nl: "nadat"}
		until = basis.Text{En: "until", Nl: "totdat"}
		open = basis.Text{En: "with no fixed end, from the day on which", Nl: "zonder vast einde, vanaf de dag waarop"}
	}
	return after, until, open
}

// end names the end of the unit that the clause follows; empty for a cut-off within the day.
func (c Cut) end() basis.Text {
	switch c {
	case CutMonth:
		return basis.Text{En: "the end of the month in which", Nl: "het einde van de maand waarin"}
	case CutQuarter:
		return basis.Text{En: "the end of the calendar quarter in which", Nl: "het einde van het kalenderkwartaal waarin"}
	case CutYear:
		return basis.Text{En: "the end of the calendar year in which", Nl: "het einde van het kalenderjaar waarin"}
	case CutFinancialYear:
		return basis.Text{En: "the end of the financial year in which", Nl: "het einde van het boekjaar waarin"}
	case CutYearOfFinancialYear:
		return basis.Text{
			En: "the end of the calendar year that contains the last day of the financial year in which",
			Nl: "het einde van het kalenderjaar met daarin de laatste dag van het boekjaar waarin",
		}
	}
	return basis.Text{}
}

// Words returns the period as people say it: 7 years, 1 year and 1 month, 4 weeks, 90
// days; 7 jaar, 1 jaar en 1 maand, 4 weken, 90 dagen. Quarters of a year below two
// years are months (18 months), and days that are whole weeks are weeks, unless months come before
// them. The period must be valid.
func (p Period) Words() basis.Text {
	years, months, days, weeks := p.Months/12, p.Months%12, p.Days, int32(0)
	if years == 1 && months%3 == 0 && months > 0 {
		years, months = 0, p.Months
	}
	if p.Months == 0 && days%7 == 0 {
		weeks, days = days/7, 0
	}
	var parts []basis.Text
	add := func(n int32, one, many basis.Text) {
		if n == 0 {
			return
		}
		unit := many
		if n == 1 {
			unit = one
		}
		number := strconv.Itoa(int(n))
		parts = append(parts, basis.Text{En: number + " " + unit.En, Nl: number + " " + unit.Nl})
	}
	add(years, basis.Text{En: "year", Nl: "jaar"}, basis.Text{En: "years", Nl: "jaar"})
	add(months, basis.Text{En: "month", Nl: "maand"}, basis.Text{En: "months", Nl: "maanden"})
	add(weeks, basis.Text{En: "week", Nl: "week"}, basis.Text{En: "weeks", Nl: "weken"})
	add(days, basis.Text{En: "day", Nl: "dag"}, basis.Text{En: "days", Nl: "dagen"})
	switch len(parts) {
	case 0:
		return basis.Text{En: "0 days", Nl: "0 dagen"}
	case 1:
		return parts[0]
	}
	last := parts[len(parts)-1]
	text := parts[0]
	for _, p := range parts[1 : len(parts)-1] {
		text = basis.Text{En: text.En + ", " + p.En, Nl: text.Nl + ", " + p.Nl}
	}
	return basis.Text{En: text.En + " and " + last.En, Nl: text.Nl + " en " + last.Nl}
}
