package anonymize

import (
	"encoding/binary"
	"math"
	"strings"
	"time"

	"github.com/grondslag/grondslag/internal/civil"
)

// DateShifter moves all dates of one person by the same secret number of days, so
// that the intervals between them stay and the dates are no longer those of the
// calendar. The number is drawn evenly from -Max to Max without 0, by HMAC-SHA-256 of
// the subject. Day of the week and season are hidden only as far as Max goes. Safe for concurrent use.
type DateShifter struct {
	macs []*mac
	max  int
}

// DateShifter makes the shifts for one domain, of at most max days: 1 to 3,650. The
// field is the name under which the shifts are derived: fields that share it are
// shifted alike, which keeps the intervals between them.
func (r *Keyring) DateShifter(d Domain, field string, max int) (*DateShifter, error) {
	if max < 1 || max > 3650 {
		return nil, OutOfRange
	}
	macs, err := r.macs(MethodDateShift, d, field)
	if err != nil {
		return nil, err
	}
	return &DateShifter{macs: macs, max: max}, nil
}

// days returns the shift of the subject under the primary key.
func (d *DateShifter) days(subject string) (int, error) {
	if subject == "" {
		return 0, NoSubject
	}
	n := d.macs[0].below(subject, uint64(2*d.max))
	days := int(n) - d.max
	if days >= 0 {
		days++ // never 0
	}
	return days, nil
}

// Shift returns t moved by the days of the subject, as so many times 24 hours. The
// result lies in the years 1 to 9999, or the error is [OutOfRange].
func (d *DateShifter) Shift(subject string, t time.Time) (time.Time, error) {
	return d.move(subject, t, 1)
}

func (d *DateShifter) move(subject string, t time.Time, sign int) (time.Time, error) {
	days, err := d.days(subject)
	if err != nil {
		return time.Time{}, err
	}
	out := t.Round(0).Add(time.Duration(sign*days) * 24 * time.Hour)
	if y := out.Year(); y < 1 || y > 9999 {
		return time.Time{}, OutOfRange
	}
	return out, nil
}

// below returns an even choice of 0 <= n < limit that depends on text alone: 64 bits
// of the mac of text after a counter; draws above the largest multiple of limit are repeated.
func (m *mac) below(text string, limit uint64) uint64 {
	s := m.state()
	defer m.pool.Put(s)
	for counter := uint32(0); ; counter++ {
		s.in = append(binary.BigEndian.AppendUint32(s.in[:0], counter), text...)
		n := binary.BigEndian.Uint64(s.sum(s.in))
		if n <= math.MaxUint64-(-limit)%limit { // below the largest multiple of limit that 2^64 holds
			return n % limit
		}
	}
}

// dateShiftTreatment: dateshift[=days][,layout=...]; 182 days unless said otherwise,
// and one shift for all fields of a domain.
func (r Rule) dateShiftTreatment(set *Setting) (*treatment, error) {
	max, err := integerArgument(r.Argument, 182)
	if err != nil {
		return nil, err
	}
	field := "dates"
	if f, ok := r.Option("field"); ok {
		field = f
	}
	d, err := set.Keys.DateShifter(set.Domain, field, max)
	if err != nil {
		return nil, err
	}
	layouts, err := r.layouts()
	if err != nil {
		return nil, err
	}
	one := func(sign int) *treatment {
		return &treatment{
			needsSubject: true,
			instant:      func(s *scope, in time.Time) (time.Time, error) { return d.move(s.subject, in, sign) },
			text: func(s *scope, dst []byte, in string) ([]byte, error) {
				t, layout, err := parseInstant(in, layouts)
				if err != nil {
					return dst, err
				}
				out, err := d.move(s.subject, t, sign)
				if err != nil {
					return dst, err
				}
				return out.AppendFormat(dst, layout), nil
			},
		}
	}
	t := one(1)
	t.back = one(-1)
	return t, nil
}

// layouts are those in which a date may be written: option layout=, or else a civil
// day and an instant of RFC 3339. A layout can hold no comma.
func (r Rule) layouts() ([]string, error) {
	layout, ok := r.Option("layout")
	if !ok {
		return []string{time.DateOnly, time.RFC3339Nano}, nil
	}
	day := time.Date(2031, 10, 29, 23, 58, 59, 0, time.UTC)
	if back, err := time.Parse(layout, day.Format(layout)); err != nil || !sameDay(back, day) {
		return nil, optionError("layout")
	}
	return []string{layout}, nil
}

func sameDay(a, b time.Time) bool {
	return a.Year() == b.Year() && a.YearDay() == b.YearDay()
}

// strictRFC3339 refuses what time.Parse takes for RFC 3339 and is not: an hour of one
// digit, a comma before the fraction, an offset of 24 hours (go.dev/issue/54580).
func strictRFC3339(parsed string) bool {
	if parsed[13] != ':' || strings.Contains(parsed, ",") {
		return false
	}
	offset := parsed[len(parsed)-6:]
	return parsed[len(parsed)-1] == 'Z' || offset[1:3] < "24" && offset[4:] < "60"
}

// parseInstant reads exactly what one of the layouts writes.
func parseInstant(in string, layouts []string) (time.Time, string, error) {
	for _, layout := range layouts {
		if layout == time.DateOnly { // by far the commonest, without an allocation
			if d, err := civil.Parse(in); err == nil {
				return d.Start(time.UTC), layout, nil
			}
			continue
		}
		t, err := time.Parse(layout, in)
		if err != nil {
			continue
		}
		if layout == time.RFC3339Nano {
			if t.Year() >= 1 && strictRFC3339(in) {
				return t, layout, nil
			}
			continue
		}
		var buf [64]byte
		if string(t.AppendFormat(buf[:0], layout)) == in {
			return t, layout, nil
		}
	}
	return time.Time{}, "", Malformed
}
