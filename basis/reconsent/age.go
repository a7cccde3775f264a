package reconsent

import "github.com/grondslag/grondslag/internal/civil"

// Confidence says how well a row of a law table is supported.
type Confidence string

const (
	// Confirmed: the sources read agree.
	Confirmed Confidence = "confirmed"
	// SingleSource: one source, or sources of second hand.
	SingleSource Confidence = "single_source"
	// Unverified: sources disagree, or none was read; a result that rests on it says so.
	Unverified Confidence = "unverified"
)

func (c Confidence) unverified() bool { return c != Confirmed && c != SingleSource }

// AgeRow is one row of the table of ages from which a child's own consent to an
// online service counts, Art. 8(1). Days are of the form 2006-01-02; an empty
// From or Until is open. An empty Confidence is Unverified.
type AgeRow struct {
	Country    string // ISO 3166-1 alpha-2
	Age        int    // 13 <= Age <= 18; Art. 8(1) itself allows 13 to 16
	From       string
	Until      string
	Source     string
	Checked    string
	Confidence Confidence
}

// DefaultAge is the age of Art. 8(1) itself, for a country without a row.
const DefaultAge = 16

// Ages returns the table that ships with this package, a fresh copy.
func Ages() []AgeRow {
	const checked = "2026-11-24"
	const tracker = "Bird & Bird GDPR tracker 2018-19"
	const lists = "two public lists of national ages"
	return []AgeRow{
		{"AT", 14, "", "", "DSG § 4(4); " + tracker, checked, Confirmed},
		{"BE", 13, "", "", "Wet van 30 juli 2018, art. 7", checked, Confirmed},
		{"BG", 14, "", "", "Commission staff document 2020; a public list says 16", checked, SingleSource},
		{"CY", 14, "", "", lists, checked, SingleSource},
		{"CZ", 15, "", "", "Act 110/2019, s. 7; " + tracker, checked, Confirmed},
		{"DE", 16, "", "", "no deviation; " + tracker, checked, Confirmed},
		{"DK", 13, "", "2023-12-31", "Databeskyttelsesloven 2018; " + tracker, checked, Confirmed},
		{"DK", 15, "2024-01-01", "", "bill L 79 (13 to 15) and a report of its entry into force", checked, SingleSource},
		{"EE", 13, "", "", lists, checked, SingleSource},
		{"ES", 14, "", "", "LOPDGDD art. 7", checked, Confirmed},
		{"FI", 13, "", "", tracker, checked, Confirmed},
		{"FR", 15, "", "", "joint consent with a parent below 15; " + tracker, checked, Confirmed},
		{"GB", 13, "", "", "Data Protection Act 2018, s. 9; " + tracker, checked, Confirmed},
		{"GR", 15, "", "", lists, checked, SingleSource},
		{"HR", 16, "", "", lists, checked, SingleSource},
		{"HU", 16, "", "", "no provision; " + tracker, checked, Confirmed},
		{"IE", 16, "", "", "Data Protection Act 2018, s. 31", checked, Confirmed},
		{"IT", 14, "", "", "Codice privacy, art. 2-quinquies", checked, Confirmed},
		{"LT", 14, "", "", "Commission staff document 2020; a public list says 16", checked, SingleSource},
		{"LU", 16, "", "", lists, checked, SingleSource},
		{"LV", 13, "", "", lists, checked, SingleSource},
		{"MT", 13, "", "", "Commission staff document 2020", checked, SingleSource},
		{"NL", 16, "", "", "no deviation in the UAVG; " + tracker, checked, Confirmed},
		{"PL", 16, "", "", lists, checked, SingleSource},
		{"PT", 13, "", "", "Lei 58/2019 art. 16; Commission staff document 2020", checked, SingleSource},
		{"RO", 16, "", "", lists, checked, SingleSource},
		{"SE", 13, "", "", tracker, checked, Confirmed},
		{"SI", 15, "", "", "ZVOP-2 (2023); another list says 16", checked, Unverified},
		{"SK", 16, "", "", tracker, checked, Confirmed},
	}
}

// span is the validity of a row of law, both days included.
type span struct{ from, until civil.Date }

// ages is the part of the table for one country, ready to be asked per day.
type ages []struct {
	span
	age int
	row AgeRow
}

func newAges(rows []AgeRow, country string) (ages, error) {
	var a ages
	for _, r := range rows {
		s, err := r.span()
		if err != nil {
			return nil, err
		}
		if iso(r.Country) != country {
			continue
		}
		a = append(a, struct {
			span
			age int
			row AgeRow
		}{s, r.Age, r})
	}
	return a, nil
}

// span checks the row and returns its days.
func (r AgeRow) span() (span, error) {
	const table = "age of consent"
	switch {
	case !alpha2(r.Country):
		return span{}, malformed(table, r.Country, "the country must be two capital letters")
	case r.Age < 13 || r.Age > 18:
		return span{}, malformed(table, r.Country, "the age must be 13 to 18")
	case r.Confidence != "" && !r.Confidence.Valid():
		return span{}, malformed(table, r.Country, "the confidence is outside its list")
	}
	return parseSpan(table, r.Country, r.From, r.Until)
}

// on returns the age in force on day d: the last row that covers it, else DefaultAge.
func (a ages) on(d civil.Date) int {
	if i := a.index(d); i >= 0 {
		return a[i].age
	}
	return DefaultAge
}

// index returns the place of the last row that covers day d, or -1.
func (a ages) index(d civil.Date) int {
	for i := len(a) - 1; i >= 0; i-- {
		if a[i].covers(d) {
			return i
		}
	}
	return -1
}

// AgeOn returns the age from which a child's own consent counts in a country on a day (2006-01-02), and the row that
// says so: the last of the rows that covers it. A country without one has [DefaultAge] and no row. An error is of a
// row, or of the day.
func AgeOn(rows []AgeRow, country, day string) (int, AgeRow, error) {
	d, err := civil.Parse(day)
	if err != nil {
		return 0, AgeRow{}, errWhen
	}
	a, err := newAges(rows, country)
	if err != nil {
		return 0, AgeRow{}, err
	}
	i := a.index(d)
	if i < 0 {
		return DefaultAge, AgeRow{}, nil
	}
	return a[i].age, a[i].row, nil
}
