package retention

import (
	"strconv"

	"github.com/grondslag/grondslag/basis"
)

// State is the state of data under this rule alone, of which the lapse is one, on day
// at: active up to and including the last day, then due, or held while held. A
// minimum alone is due too once it has passed, since nothing else justifies the data.
func (r *Rule) State(l Lapse, at Date, held bool) State {
	switch {
	case l.Pending:
		return Pending
	case l.Ended(at) && held:
		return Held
	case l.Ended(at):
		return Due
	case r.Kind == Restriction:
		return Restricted
	}
	return Active
}

// Why puts a lapse in words: what started the period, where the cut-off lies, and
// how it was counted. It allocates, and takes about a microsecond.
func (r *Rule) Why(l Lapse, fy FinancialYear) basis.Text {
	switch {
	case l.Start.On == 0:
		return basis.Text{
			En: "Pending: nothing that starts the period has happened (" + r.Trigger().En + ").",
			Nl: "In afwachting: niets wat de termijn doet ingaan is gebeurd (" + r.Trigger().Nl + ").",
		}
	case l.Term <= 0 || l.Term > len(r.Terms):
		on := l.Start.On.String()
		return basis.Text{
			En: "Pending: no version of the law covers an event of " + on + " on that day.",
			Nl: "In afwachting: geen versie van de wet geldt op die dag voor een gebeurtenis van " + on + ".",
		}
	}
	t := &r.Terms[l.Term-1]
	text := r.started(l, t, fy)
	switch {
	case l.Pending:
		text.En += " Pending: the books are open until then."
		text.Nl += " In afwachting: tot dan zijn de boeken open."
	case l.LastDay == 0 && !t.Open:
		text.En += " The period ends after the year 9999."
		text.Nl += " De termijn eindigt na het jaar 9999."
	case l.LastDay == 0:
		text.En += " The period has no end of its own."
		text.Nl += " De termijn heeft geen eigen einde."
	default:
		p, last := t.Period.Words(), l.LastDay.String()
		text.En += " The period of " + p.En + ", " + t.counted().En + ", ends on " + last + "."
		text.Nl += " De termijn van " + p.Nl + ", " + t.counted().Nl + ", eindigt op " + last + "."
		if r.Regime.moves() && t.after(l.Cutoff) != l.LastDay {
			text.En += " That day is the first working day on which it may end (" + r.Regime.Article() + ")."
			text.Nl += " Dat is de eerste werkdag waarop hij kan eindigen (" + r.Regime.Article() + ")."
		}
	}
	if len(r.Terms) > 1 {
		v := strconv.Itoa(l.Term)
		text.En += " Version " + v + " of the law" + t.validity("from", "through", "applies") + "."
		text.Nl += " Versie " + v + " van de wet" + t.validity("vanaf", "tot en met", "geldt") + "."
	}
	return text
}

// started says what started the period, and where the cut-off lies.
func (r *Rule) started(l Lapse, t *Term, fy FinancialYear) basis.Text {
	on, cut := l.Start.On.String(), l.Cutoff.String()
	clause := r.Trigger()
	if l.Start.Event != "" && l.Start.Event != r.Events[0] {
		clause = l.Start.Event.Text()
	}
	text := basis.Text{En: "The day on which " + clause.En + " is " + on, Nl: "De dag waarop " + clause.Nl + " is " + on}
	switch t.cut() {
	case CutMonth:
		text.En += "; the month ended on " + cut
		text.Nl += "; de maand eindigde op " + cut
	case CutQuarter:
		text.En += "; the quarter ended on " + cut
		text.Nl += "; het kwartaal eindigde op " + cut
	case CutYear:
		text.En += "; the calendar year ended on " + cut
		text.Nl += "; het kalenderjaar eindigde op " + cut
	case CutFinancialYear:
		text.En += "; the financial year (to " + fy.String() + ") ended on " + cut
		text.Nl += "; het boekjaar (tot en met " + fy.String() + ") eindigde op " + cut
	case CutYearOfFinancialYear:
		text.En += "; the calendar year in which its financial year (to " + fy.String() + ") closes ended on " + cut
		text.Nl += "; het kalenderjaar waarin het boekjaar (tot en met " + fy.String() + ") sluit, eindigde op " + cut
	}
	text.En, text.Nl = text.En+".", text.Nl+"."
	return text
}

// counted says how the days are counted.
func (t *Term) counted() basis.Text {
	switch {
	case t.cut() != CutNone:
		return basis.Text{En: "counted in whole days from the day after", Nl: "in hele dagen geteld vanaf de dag erna"}
	case t.Count == WholeDay:
		return basis.Text{En: "that day counted", Nl: "die dag meegerekend"}
	}
	return basis.Text{En: "that day not counted", Nl: "die dag niet meegerekend"}
}

// validity is the bounds of a version, " (from 2025-01-01)", with the given words.
func (t *Term) validity(from, until, applies string) string {
	s := ""
	if t.From != 0 {
		s += " " + from + " " + t.From.String()
	}
	if t.Until != 0 {
		s += " " + until + " " + t.Until.String()
	}
	if s == "" {
		return " " + applies
	}
	return " " + applies + s
}

// moves reports whether the regime moves a last day at all.
func (r Regime) moves() bool { return r != "" && r != Plain }
