package holiday

import (
	"errors"
	"fmt"
	"iter"
	"slices"
	"time"

	"github.com/grondslag/grondslag/basis"
	"github.com/grondslag/grondslag/retention"
)

// A Calendar is a list of holidays, for use as [retention.Holidays]. It never
// changes and is safe for concurrent use. Making one takes about a tenth of a
// millisecond, and it holds about 16 KB, so make it once and keep it. The zero value,
// and nil, have no holidays.
type Calendar struct {
	rules  []Rule
	source Source
	days   [words]uint64 // a bit for each day from first on
}

var _ retention.Holidays = (*Calendar)(nil)

const (
	firstYear, lastYear = 1950, 2199

	first retention.Date = 711858 // 1950-01-01
	span                 = 91311  // days to 2199-12-31
	words                = (span + 63) / 64
)

// Source says what a calendar was made from.
type Source struct {
	// Law names the statute or publication.
	Law string
	// Checked is the day on which the list was last compared with what it names.
	Checked retention.Date
	// From and Until are the first and last year for which the list is meant to have
	// all that Law has; 0 is without bound. In other years holidays may be missing or wrong.
	From, Until int
}

// New makes a calendar of your own, without a source. When two holidays fall on one
// day, that of the earlier rule gives the name. The error holds all that is wrong
// with the rules, and unwraps to one error for each of them.
func New(rules ...Rule) (*Calendar, error) { return checked(Source{}, rules) }

// With returns a calendar that has the holidays of c and of the rules: those of a
// region or a company. The source stays that of c, which is left as it was.
func (c *Calendar) With(rules ...Rule) (*Calendar, error) {
	if c == nil {
		return New(rules...)
	}
	return checked(c.source, slices.Concat(c.rules, rules))
}

func checked(s Source, rules []Rule) (*Calendar, error) {
	var errs []error
	for i := range rules {
		if err := rules[i].err(); err != nil {
			errs = append(errs, fmt.Errorf("holiday: rule %d (%s): %w", i+1, rules[i].name.En, err))
		}
	}
	if errs != nil {
		return nil, errors.Join(errs...)
	}
	return list(s, rules...), nil
}

// list makes a calendar of rules that have no error.
func list(s Source, rules ...Rule) *Calendar {
	c := &Calendar{rules: slices.Clone(rules), source: s}
	for i := range c.rules {
		// A rule reaches at most twelve days into the next year, six into the one before.
		for year := firstYear - 1; year <= lastYear+1; year++ {
			if d := c.rules[i].falls(year); d >= first && d < first+span {
				c.days[(d-first)/64] |= 1 << ((d - first) % 64)
			}
		}
	}
	return c
}

// Holiday reports whether the day is a holiday. From 1950 to 2199 that is one look-up
// in a table; before and after, every rule is computed. It does not allocate. What
// is no day is no holiday.
func (c *Calendar) Holiday(d retention.Date) bool {
	if c == nil {
		return false
	}
	if i := uint32(d - first); i < span {
		return c.days[i/64]>>(i%64)&1 != 0
	}
	return c.rule(d) != nil
}

// Name returns what is celebrated on the day, and whether it is a holiday. It
// computes the rules, up to the one that gives the name, and does not allocate.
func (c *Calendar) Name(d retention.Date) (basis.Text, bool) {
	if !c.Holiday(d) {
		return basis.Text{}, false
	}
	return c.rule(d).name, true
}

// Days returns the holidays of a year in order, each day once, with their names.
// A year out of 1 to 9999 has none.
func (c *Calendar) Days(year int) iter.Seq2[retention.Date, basis.Text] {
	return func(yield func(retention.Date, basis.Text) bool) {
		if year < 1 || year > 9999 {
			return
		}
		last := date(year, time.December, 31)
		for d := date(year, time.January, 1); d <= last; d++ {
			if name, ok := c.Name(d); ok && !yield(d, name) {
				return
			}
		}
	}
}

// Source returns what the calendar was made from; the zero value for one of your own.
func (c *Calendar) Source() Source {
	if c == nil {
		return Source{}
	}
	return c.source
}

// rule returns the first rule that falls on the day.
func (c *Calendar) rule(d retention.Date) *Rule {
	year, month, _ := d.Split()
	if year == 0 {
		return nil
	}
	for i := range c.rules {
		r := &c.rules[i]
		if r.falls(year) == d ||
			month == time.January && r.falls(year-1) == d ||
			month == time.December && r.falls(year+1) == d {
			return r
		}
	}
	return nil
}
