package main

import (
	"github.com/grondslag/grondslag/basis"
	"github.com/grondslag/grondslag/retention"
)

// period answers when a period ends that starts with an event.
func (p *program) period() error {
	length, err := retention.ParsePeriod(p.value("period"))
	if err != nil {
		return usagef("-period %q: %w", p.value("period"), err)
	}
	loc, err := p.location(defaultZone)
	if err != nil {
		return err
	}
	fy, err := p.financialYear()
	if err != nil {
		return err
	}
	from, err := p.day("from", loc)
	if err != nil {
		return err
	}
	count, err := p.oneOf("count", string(retention.EventDay), string(retention.WholeDay))
	if err != nil {
		return err
	}
	cut, err := p.oneOf("cut", string(retention.CutNone), string(retention.CutMonth), string(retention.CutQuarter),
		string(retention.CutYear), string(retention.CutFinancialYear))
	if err != nil {
		return err
	}
	t := retention.Term{Period: length, Cut: retention.Cut(cut)}
	if t.Cut == retention.CutNone {
		t.Count = retention.Count(count) // after a cut-off whole days are counted, whatever was asked
	}
	last := t.LastDay(from, fy)
	if last == 0 || !(last + 1).Valid() {
		return usagef("-period %s from %s ends outside the years 1 to 9999", length, from)
	}
	// A rule that is nothing but the period has the words for it.
	const event retention.Event = "event"
	r := retention.Rule{
		ID: "period", Kind: retention.Minimum, Events: []retention.Event{event}, Terms: []retention.Term{t},
		When: basis.Text{En: "the event took place", Nl: "de gebeurtenis vond plaats"},
	}
	end, err := retention.DateOf(9999, 12, 31)
	if err != nil {
		return err
	}
	l := r.At(retention.History{{Event: event, On: from}}, end, fy)
	return p.reply(answer{LastDay: last, DeleteFrom: last + 1, Why: r.Why(l, fy).In(p.lang)})
}
