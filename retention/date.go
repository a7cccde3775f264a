package retention

import (
	"database/sql/driver"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/grondslag/grondslag/internal/civil"
)

// Date is a civil day of the proleptic Gregorian calendar, without zone or time of
// day: the unit in which law counts. The zero value is no day. Days compare with <
// and subtract; the years are 1 to 9999.
//
// As text, in JSON and in databases it is 2006-01-02; no day is the empty text, or NULL.
type Date int32

const (
	epoch = 719163 // civil counts from 1970-01-01, a Date from 0001-01-01, which is 1

	firstDate Date = 1
	lastDate  Date = 3652059 // 9999-12-31
)

// DateOf returns that day, or an error when the calendar does not have it.
func DateOf(year int, month time.Month, day int) (Date, error) {
	if year < 1 || year > 9999 {
		return 0, fmt.Errorf("retention: year %d is not in 1 to 9999", year)
	}
	if month < 1 || month > 12 {
		return 0, fmt.Errorf("retention: there is no month %d", month)
	}
	if day < 1 || day > civil.DaysIn(year, month) {
		return 0, fmt.Errorf("retention: %s %04d has no day %d", month, year, day)
	}
	return dateOf(year, month, day), nil
}

func dateOf(year int, month time.Month, day int) Date { return fromCivil(civil.Of(year, month, day)) }

func fromCivil(d civil.Date) Date { return Date(d) + epoch }

func (d Date) civil() civil.Date { return civil.Date(d - epoch) }

var errDate = errors.New("retention: want a day that exists, as 2006-01-02, in years 0001 to 9999")

// ParseDate reads 2006-01-02 and nothing else. The error does not repeat the text.
func ParseDate(s string) (Date, error) {
	d, err := civil.Parse(s)
	if err != nil {
		return 0, errDate
	}
	return fromCivil(d), nil
}

// DateIn returns the civil day of instant t in loc, which is the zone whose law
// counts. The zero time is no day.
func DateIn(t time.Time, loc *time.Location) Date {
	if t.IsZero() {
		return 0
	}
	y, m, d := t.In(loc).Date()
	if y < 1 || y > 9999 {
		return 0
	}
	return dateOf(y, m, d)
}

// IsZero reports whether there is no day.
func (d Date) IsZero() bool { return d == 0 }

// Valid reports whether d is a day in years 1 to 9999.
func (d Date) Valid() bool { return d >= firstDate && d <= lastDate }

// Split returns year, month and day of the month; zeros for no day.
func (d Date) Split() (year int, month time.Month, day int) {
	if !d.Valid() {
		return 0, 0, 0
	}
	return d.civil().Split()
}

// Weekday returns the day of the week. There must be a day.
func (d Date) Weekday() time.Weekday { return time.Weekday(d % 7) }

// Start returns the first instant of the day in loc, also where midnight does not
// exist on that day or exists twice. No day has the zero time.
func (d Date) Start(loc *time.Location) time.Time {
	if !d.Valid() {
		return time.Time{}
	}
	return d.civil().Start(loc)
}

// End returns the first instant after the day in loc, which is where the next day
// starts. What may be kept through a day is gone by then.
func (d Date) End(loc *time.Location) time.Time {
	if !d.Valid() {
		return time.Time{}
	}
	return (d.civil() + 1).Start(loc)
}

// String returns the day as 2006-01-02, or the empty string.
func (d Date) String() string {
	b, _ := d.AppendText(nil)
	return string(b)
}

// AppendText implements [encoding.TextAppender].
func (d Date) AppendText(b []byte) ([]byte, error) {
	switch {
	case d == 0:
		return b, nil
	case !d.Valid():
		return b, errDate
	}
	return d.civil().Append(b), nil
}

// MarshalText implements [encoding.TextMarshaler].
func (d Date) MarshalText() ([]byte, error) { return d.AppendText(nil) }

// UnmarshalText implements [encoding.TextUnmarshaler]. On error d is left as it was.
func (d *Date) UnmarshalText(text []byte) error {
	if len(text) == 0 {
		*d = 0
		return nil
	}
	v, err := ParseDate(string(text))
	if err == nil {
		*d = v
	}
	return err
}

// Scan implements [database/sql.Scanner]: a text, or a time of which the date as
// shown in its own zone counts, as drivers return a DATE column. NULL is no day.
// On error d is left as it was.
func (d *Date) Scan(src any) error {
	switch v := src.(type) {
	case nil:
		*d = 0
		return nil
	case string:
		return d.UnmarshalText([]byte(v))
	case []byte:
		return d.UnmarshalText(v)
	case time.Time:
		day := DateIn(v, v.Location())
		if day == 0 {
			return errDate
		}
		*d = day
		return nil
	}
	return fmt.Errorf("retention: a Date can't be read from %T", src)
}

// Value implements [driver.Valuer]: text, or NULL for no day.
func (d Date) Value() (driver.Value, error) {
	if d == 0 {
		return nil, nil
	}
	b, err := d.AppendText(nil)
	return string(b), err
}

// LogValue implements [slog.LogValuer].
func (d Date) LogValue() slog.Value { return slog.StringValue(d.String()) }

// GormDataType names the column type for gorm, without importing it.
func (Date) GormDataType() string { return "date" }
