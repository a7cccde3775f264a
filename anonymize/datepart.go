package anonymize

import (
	"errors"
	"strconv"
	"time"

	"github.com/grondslag/grondslag/internal/civil"
)

// DatePart cuts dates to a calendar period (ISO/IEC 20889: generalization).
type DatePart string

const (
	// Month is 2024-05.
	Month DatePart = "month"
	// Quarter is 2024-Q2.
	Quarter DatePart = "quarter"
	// Year is 2024.
	Year DatePart = "year"
	// Decade is 2020s.
	Decade DatePart = "decade"
)

// Start returns the first instant of the period that t lies in, in the location of t;
// where a clock change skips midnight, the one after it.
// The years are 1 to 9999, or the error is [OutOfRange].
func (p DatePart) Start(t time.Time) (time.Time, error) {
	y, m, _ := t.Date()
	if y < 1 || y > 9999 {
		return time.Time{}, OutOfRange
	}
	switch p {
	case Month:
	case Quarter:
		m -= (m - 1) % 3
	case Year:
		m = 1
	case Decade:
		y, m = max(y-y%10, 1), 1
	default:
		return time.Time{}, Unsupported
	}
	return civil.Of(y, m, 1).Start(t.Location()), nil
}

// Append appends the period that t lies in as text: 2024-05, 2024-Q2, 2024 or 2020s.
func (p DatePart) Append(dst []byte, t time.Time) ([]byte, error) {
	if _, err := p.Start(t); err != nil {
		return dst, err
	}
	y, m, _ := t.Date()
	if p == Decade {
		return append(appendPadded(dst, y-y%10, 4), 's'), nil
	}
	dst = appendPadded(dst, y, 4)
	switch p {
	case Month:
		dst = appendPadded(append(dst, '-'), int(m), 2)
	case Quarter:
		dst = append(dst, '-', 'Q', '0'+byte(m+2)/3)
	}
	return dst, nil
}

// appendPadded appends the digits of n with zeros in front: fmt takes ten times as long.
func appendPadded(dst []byte, n, digits int) []byte {
	for i := range digits {
		power := 1
		for range digits - 1 - i {
			power *= 10
		}
		dst = append(dst, '0'+byte(n/power%10))
	}
	return dst
}

// AgeBand replaces dates of birth by bands of ages such as "35-39" (ISO/IEC 20889:
// generalization with top coding). The zero value has bands of 5 years and 90 at the top.
type AgeBand struct {
	Width int // years, 1 to 50; 0 is 5
	Top   int // from this age all are "90+"; a multiple of Width; 0 is the multiple of Width at or below 90
}

func (b AgeBand) bounds() (width, top int, err error) {
	width = b.Width
	if width == 0 {
		width = 5
	}
	if width < 1 || width > 50 {
		return 0, 0, errors.New("anonymize: a band of ages has 1 to 50 years")
	}
	top = b.Top
	if top == 0 {
		top = 90 - 90%width
	}
	if top < width || top > 120 || top%width != 0 {
		return 0, 0, errors.New("anonymize: the top age is no multiple of the width of a band, or not between it and 120")
	}
	return width, top, nil
}

// Append appends the band of who was born at born, at the age reached on the day of
// on in its location. Who was born on 29 February turns a year older on 1 March of a
// common year. Born after that day, or more than 130 years before, is [OutOfRange].
func (b AgeBand) Append(dst []byte, born, on time.Time) ([]byte, error) {
	width, top, err := b.bounds()
	if err != nil {
		return dst, err
	}
	birth, day := civil.In(born, born.Location()), civil.In(on, on.Location())
	if birth > day || born.Year() < 1 || on.Year() > 9999 {
		return dst, OutOfRange
	}
	age := birth.YearsUntil(day)
	if age > 130 {
		return dst, OutOfRange
	}
	if age >= top {
		return append(strconv.AppendInt(dst, int64(top), 10), '+'), nil
	}
	age -= age % width
	dst = strconv.AppendInt(dst, int64(age), 10)
	if width > 1 {
		dst = strconv.AppendInt(append(dst, '-'), int64(age+width-1), 10)
	}
	return dst, nil
}

// dateTreatment: date=month|quarter|year|decade[,layout=...]
func (r Rule) dateTreatment() (*treatment, error) {
	p := DatePart(r.Argument)
	if !p.Valid() {
		return nil, errors.New("anonymize: want month, quarter, year or decade")
	}
	if _, top := r.Option("top"); top {
		return nil, optionError("top")
	}
	layouts, err := r.layouts()
	if err != nil {
		return nil, err
	}
	return &treatment{
		instant: func(_ *scope, in time.Time) (time.Time, error) { return p.Start(in) },
		text: func(_ *scope, dst []byte, in string) ([]byte, error) {
			t, _, err := parseInstant(in, layouts)
			if err != nil {
				return dst, err
			}
			return p.Append(dst, t)
		},
	}, nil
}

// ageTreatment: age[=width][,top=n][,layout=...]
func (r Rule) ageTreatment(set *Setting) (*treatment, error) {
	var b AgeBand
	var err error
	if b.Width, err = integerArgument(r.Argument, 0); err != nil {
		return nil, err
	}
	if b.Top, err = r.number("top", 0); err != nil {
		return nil, err
	}
	if _, _, err := b.bounds(); err != nil {
		return nil, err
	}
	if set.On.IsZero() {
		return nil, settingError("the day on which ages are taken")
	}
	layouts, err := r.layouts()
	if err != nil {
		return nil, err
	}
	return &treatment{text: func(_ *scope, dst []byte, in string) ([]byte, error) {
		t, _, err := parseInstant(in, layouts)
		if err != nil {
			return dst, err
		}
		return b.Append(dst, t, set.On)
	}}, nil
}
