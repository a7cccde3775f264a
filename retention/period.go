package retention

import (
	"database/sql/driver"
	"errors"
	"fmt"
	"log/slog"
	"time"
)

// Period is a length of time in law: months and days, since a month has no fixed
// number of days. The zero value is P0D.
//
// A period is not a [time.Duration]: seven years after 29 February end on another
// day than 7 x 365 days.
type Period struct {
	// Months, years included (12 each), and Days, weeks included (7 each).
	// 0 <= Months <= 119988, 0 <= Days <= 3652059: no more than 9,999 years.
	Months, Days int32
}

const (
	maxMonths = 9999 * 12
	maxDays   = int32(lastDate)
)

// ParsePeriod reads an ISO 8601 duration of whole years, months and days, in that
// order (P7Y, P18M, P1Y6M, P90D), or of weeks alone (P4W). It refuses everything
// else: signs, fractions, a time part, repeated or misplaced parts, spaces, lower
// case, digits that are not ASCII, and lengths beyond 9,999 years. It does not
// allocate, and its error does not repeat the text.
func ParsePeriod(s string) (Period, error) {
	if len(s) < 3 || s[0] != 'P' {
		return Period{}, errPeriod
	}
	var p Period
	unit := -1 // the position in "YMWD" of the last designator
	for i := 1; i < len(s); {
		if s[i] == 'T' {
			return Period{}, errTimePart
		}
		n, next, ok := number(s, i)
		if !ok || next == len(s) {
			return Period{}, errPeriod
		}
		at := -1
		switch s[next] {
		case 'Y':
			at, n = 0, n*12
		case 'M':
			at = 1
		case 'W':
			at, n = 2, n*7
			if i != 1 || next+1 != len(s) {
				return Period{}, errWeeks
			}
		case 'D':
			at = 3
		}
		if at < 0 || at <= unit {
			return Period{}, errPeriod
		}
		unit = at
		if at <= 1 {
			n += int64(p.Months)
			if n > maxMonths {
				return Period{}, errTooLong
			}
			p.Months = int32(n)
		} else {
			if n > int64(maxDays) {
				return Period{}, errTooLong
			}
			p.Days = int32(n)
		}
		i = next + 1
	}
	return p, nil
}

var (
	errPeriod   = errors.New("retention: want a period like P7Y, P18M, P1Y6M, P4W or P90D: whole numbers, each unit once, in the order Y M D")
	errWeeks    = errors.New("retention: weeks stand alone in a period: P4W")
	errTimePart = errors.New("retention: a period is made of days; hours are apart, as in PT72H")
	errTooLong  = errors.New("retention: longer than 9,999 years")
)

// number reads ASCII digits of s from i on; next is where they end. Values stop
// growing far above every limit.
func number(s string, i int) (n int64, next int, ok bool) {
	next = i
	for next < len(s) && s[next] >= '0' && s[next] <= '9' {
		if n < 1e9 {
			n = n*10 + int64(s[next]-'0')
		}
		next++
	}
	return n, next, next > i
}

// Valid reports whether the numbers are within their bounds.
func (p Period) Valid() bool {
	return p.Months >= 0 && p.Months <= maxMonths && p.Days >= 0 && p.Days <= maxDays
}

// IsZero reports whether the period is P0D.
func (p Period) IsZero() bool { return p == Period{} }

// String returns the ISO 8601 text: P7Y, P1Y6M, P4W for whole weeks, P0D for the zero value.
func (p Period) String() string {
	b, err := p.AppendText(nil)
	if err != nil {
		return "invalid period"
	}
	return string(b)
}

// AppendText implements [encoding.TextAppender].
func (p Period) AppendText(b []byte) ([]byte, error) {
	if !p.Valid() {
		return b, fmt.Errorf("retention: period of %d months and %d days is out of bounds", p.Months, p.Days)
	}
	b = append(b, 'P')
	if y := p.Months / 12; y > 0 {
		b = append(appendInt(b, y), 'Y')
	}
	if m := p.Months % 12; m > 0 {
		b = append(appendInt(b, m), 'M')
	}
	switch {
	case p.Months == 0 && p.Days > 0 && p.Days%7 == 0:
		b = append(appendInt(b, p.Days/7), 'W')
	case p.Days > 0 || p.Months == 0:
		b = append(appendInt(b, p.Days), 'D')
	}
	return b, nil
}

func appendInt(b []byte, n int32) []byte {
	if n >= 10 {
		b = appendInt(b, n/10)
	}
	return append(b, byte('0'+n%10))
}

// MarshalText implements [encoding.TextMarshaler].
func (p Period) MarshalText() ([]byte, error) { return p.AppendText(nil) }

// UnmarshalText implements [encoding.TextUnmarshaler]. On error p is left as it was.
func (p *Period) UnmarshalText(text []byte) error {
	v, err := ParsePeriod(string(text))
	if err == nil {
		*p = v
	}
	return err
}

// Scan implements [database/sql.Scanner]: a text; NULL is P0D. On error p is left as it was.
func (p *Period) Scan(src any) error {
	switch v := src.(type) {
	case nil:
		*p = Period{}
		return nil
	case string:
		return p.UnmarshalText([]byte(v))
	case []byte:
		return p.UnmarshalText(v)
	}
	return fmt.Errorf("retention: a Period can't be read from %T", src)
}

// Value implements [driver.Valuer] as a text.
func (p Period) Value() (driver.Value, error) {
	b, err := p.AppendText(nil)
	if err != nil {
		return nil, err
	}
	return string(b), nil
}

// LogValue implements [slog.LogValuer].
func (p Period) LogValue() slog.Value { return slog.StringValue(p.String()) }

// GormDataType names the column type for gorm, without importing it.
func (Period) GormDataType() string { return "string" }

// Hours is a period of hours, which law counts from the next full hour (Regulation
// 1182/71 Art. 3(1) and (2)(a)), and which no holiday prolongs.
type Hours int32

const maxHours = 9999 * 24

// ParseHours reads an ISO 8601 duration of whole hours, PT72H, and nothing else;
// at most 9,999 days. The error does not repeat the text.
func ParseHours(s string) (Hours, error) {
	if len(s) < 4 || s[:2] != "PT" || s[len(s)-1] != 'H' {
		return 0, errHours
	}
	n, next, ok := number(s, 2)
	if !ok || next != len(s)-1 {
		return 0, errHours
	}
	if n > maxHours {
		return 0, errors.New("retention: longer than 9,999 days of hours")
	}
	return Hours(n), nil
}

var errHours = errors.New("retention: want hours like PT72H")

// IsZero reports whether there are no hours.
func (h Hours) IsZero() bool { return h == 0 }

// String returns the ISO 8601 text, PT72H.
func (h Hours) String() string { return fmt.Sprintf("PT%dH", int32(h)) }

// MarshalText implements [encoding.TextMarshaler].
func (h Hours) MarshalText() ([]byte, error) {
	if h < 0 || h > maxHours {
		return nil, errHours
	}
	return []byte(h.String()), nil
}

// UnmarshalText implements [encoding.TextUnmarshaler]. On error h is left as it was.
func (h *Hours) UnmarshalText(text []byte) error {
	v, err := ParseHours(string(text))
	if err == nil {
		*h = v
	}
	return err
}

// LogValue implements [slog.LogValuer].
func (h Hours) LogValue() slog.Value { return slog.StringValue(h.String()) }

// After returns the instant at which h hours after the event end. The hour in which
// the event falls is not counted: an event at 12:17 and one at 12:00 both count from
// 13:00, on the clock of t's own zone. The hours are elapsed ones: a change of that
// clock within them neither adds nor takes any. The result is in the zone of t.
func (h Hours) After(t time.Time) time.Time {
	_, offset := t.Zone()
	local := t.Unix() + int64(offset)
	full := local - floorMod(local, 3600) + 3600 - int64(offset)
	return time.Unix(full+int64(h)*3600, 0).In(t.Location())
}

func floorMod(a, b int64) int64 { return ((a % b) + b) % b }
