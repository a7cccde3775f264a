package retention

import (
	"errors"
	"fmt"
	"time"

	"github.com/grondslag/grondslag/basis"
)

// Deadline is a time limit within which the GDPR has a controller act. It is a
// value: a regime other than Regulation 1182/71 is set by assignment.
type Deadline struct {
	// Code is a stable name.
	Code    basis.Code `json:"code"`
	Article string     `json:"article"`
	// Period from receipt, or Hours from the next full hour; both zero when the law
	// says "without undue delay" and no number.
	Period Period `json:"period,omitzero"`
	Hours  Hours  `json:"hours,omitzero"`
	// Extended is the longest period with an extension, also from receipt: three
	// months, never one and then two. Zero when there is none.
	Extended Period     `json:"extended,omitzero"`
	Regime   Regime     `json:"regime"`
	From     Date       `json:"from"` // applicable since
	Text     basis.Text `json:"text"`
}

// Deadlines are the time limits that this package knows, in the order of their articles.
func Deadlines() []Deadline {
	return []Deadline{SubjectRequest(), IndirectNotice(), BreachNotification(), BreachCommunication()}
}

// gdprApplies is 2018-05-25 (GDPR Art. 99(2)).
const gdprApplies Date = 736839

// SubjectRequest is the answer to a request of the person (GDPR Art. 12(3)).
func SubjectRequest() Deadline {
	return Deadline{
		Code: "request", Article: "GDPR 12(3)", Period: Period{Months: 1}, Extended: Period{Months: 3},
		Regime: Regulation1182, From: gdprApplies,
		Text: basis.Text{
			En: "Answer the request within one month of receipt; with a complex request and a notice within that month, within three months of receipt.",
			Nl: "Beantwoord het verzoek binnen één maand na ontvangst; bij een complex verzoek, en na bericht binnen die maand, binnen drie maanden na ontvangst.",
		},
	}
}

// IndirectNotice is the information about data that were not obtained from the
// person (GDPR Art. 14(3)(a)); see [NoticeDay] for its other two limits.
func IndirectNotice() Deadline {
	return Deadline{
		Code: "notice", Article: "GDPR 14(3)", Period: Period{Months: 1}, Regime: Regulation1182, From: gdprApplies,
		Text: basis.Text{
			En: "Inform the person within one month of obtaining the data, and no later than the first message to the person or the first disclosure to another.",
			Nl: "Informeer de betrokkene binnen één maand na de verkrijging van de gegevens, en uiterlijk bij het eerste bericht aan de betrokkene of de eerste verstrekking aan een ander.",
		},
	}
}

// BreachNotification is the notice of a breach to the authority (GDPR Art. 33(1)).
func BreachNotification() Deadline {
	return Deadline{
		Code: "breach", Article: "GDPR 33(1)", Hours: 72, Regime: Regulation1182, From: gdprApplies,
		Text: basis.Text{
			En: "Notify the authority within 72 hours of becoming aware of the breach, weekends and holidays included.",
			Nl: "Meld het datalek binnen 72 uur na kennisneming bij de toezichthouder, weekenden en feestdagen inbegrepen.",
		},
	}
}

// BreachCommunication is the notice of a breach to the persons (GDPR Art. 34(1)):
// without undue delay, which no calculator can put a day on.
func BreachCommunication() Deadline {
	return Deadline{
		Code: "breach_persons", Article: "GDPR 34(1)", Regime: Regulation1182, From: gdprApplies,
		Text: basis.Text{
			En: "Tell the persons of a breach that is likely to be a high risk to them without undue delay.",
			Nl: "Deel een datalek met waarschijnlijk een hoog risico onverwijld mee aan de betrokkenen.",
		},
	}
}

// LastDay returns the last day to act on what was received on that day. The day of
// receipt is not counted; a last day that is no working day moves to the next one,
// by the holidays of the Member State where the controller acts. It fails without
// holidays, and for a deadline that is not one of days.
func (d Deadline) LastDay(received Date, h Holidays) (Date, error) {
	return d.lastDay(received, d.Period, h)
}

// LastDayExtended is LastDay with the extension of GDPR Art. 12(3), which the person
// must be told of, with the reasons, by the day of LastDay.
func (d Deadline) LastDayExtended(received Date, h Holidays) (Date, error) {
	if d.Extended.IsZero() {
		return 0, fmt.Errorf("retention: %s knows no extension", d.Article)
	}
	return d.lastDay(received, d.Extended, h)
}

func (d Deadline) lastDay(received Date, p Period, h Holidays) (Date, error) {
	switch {
	case p.IsZero():
		return 0, fmt.Errorf("retention: %s is no deadline of days", d.Article)
	case !received.Valid():
		return 0, errors.New("retention: no day of receipt")
	case h == nil && d.Regime != Plain:
		return 0, errors.New("retention: a deadline needs the holidays of the country where the controller acts")
	}
	t := Term{Period: p}
	last := t.LastDay(received, FinancialYear{})
	if last == 0 || received == lastDate {
		return 0, errors.New("retention: the deadline lies after the year 9999")
	}
	return d.Regime.Extend(received+1, last, p, h), nil
}

// Instant returns the instant at which a deadline of hours ends, in the zone of aware:
// the hour in which the controller became aware is not counted, and no holiday
// prolongs it. Whether Regulation 1182/71 Art. 3(5) adds working days is disputed;
// here it does not, as the Bavarian and North Rhine-Westphalian authorities hold.
func (d Deadline) Instant(aware time.Time) (time.Time, error) {
	if d.Hours <= 0 {
		return time.Time{}, fmt.Errorf("retention: %s is no deadline of hours", d.Article)
	}
	if aware.IsZero() {
		return time.Time{}, errors.New("retention: no instant of becoming aware")
	}
	return d.Hours.After(aware), nil
}

// Pause is a time in which the controller could not act because it awaited the
// person: to confirm who asks (GDPR Art. 12(6)), or what is asked (Recital 63).
type Pause struct {
	// From is the day on which the controller asked, Until the one on which the answer
	// came; no day when it has not.
	From  Date `json:"from"`
	Until Date `json:"until,omitzero"`
}

// ReceiptAfter returns the day that counts as the one of receipt: the period starts
// anew when the last answer came. It is no day while an answer is awaited: there is
// no deadline then, but also no licence to wait, since the controller must have
// asked without delay. A pause that begins before receipt, or ends before it begins, is an error.
func ReceiptAfter(received Date, pauses ...Pause) (Date, error) {
	if !received.Valid() {
		return 0, errors.New("retention: no day of receipt")
	}
	counts, open := received, false
	for _, p := range pauses {
		switch {
		case !p.From.Valid() || p.From < received:
			return 0, errors.New("retention: a pause begins on or after the day of receipt")
		case p.Until == 0:
			open = true
		case !p.Until.Valid() || p.Until < p.From:
			return 0, errors.New("retention: a pause ends on or after the day it begins")
		}
		counts = max(counts, p.Until)
	}
	if open {
		return 0, nil
	}
	return counts, nil
}

// NoticeDay returns the last day for the information of GDPR Art. 14(3): the
// earliest of (a) one month after the data were obtained, (b) the first message to
// the person and (c) the first disclosure to another. The latter two may be no day.
func NoticeDay(obtained, contacted, disclosed Date, h Holidays) (Date, error) {
	last, err := IndirectNotice().LastDay(obtained, h)
	if err != nil {
		return 0, err
	}
	for _, d := range [...]Date{contacted, disclosed} {
		if d == 0 {
			continue
		}
		if !d.Valid() {
			return 0, errDate
		}
		last = min(last, max(d, obtained))
	}
	return last, nil
}
