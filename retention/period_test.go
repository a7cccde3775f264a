package retention

import (
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestParsePeriod(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]Period{
		"P7Y":      {Months: 84},
		"P18M":     {Months: 18},
		"P1Y6M":    {Months: 18},
		"P4W":      {Days: 28},
		"P90D":     {Days: 90},
		"P0D":      {},
		"P0Y":      {},
		"P0W":      {},
		"P1Y1M1D":  {Months: 13, Days: 1},
		"P1Y5D":    {Months: 12, Days: 5},
		"P007Y":    {Months: 84},
		"P9999Y":   {Months: 119988},
		"P119988M": {Months: 119988},
		"P3652059D": {
			Days: 3652059,
		},
	} {
		got, err := ParsePeriod(in)
		require.NoError(t, err, in)
		require.Equal(t, want, got, in)
	}
}

// What peers accept, and more: see the defects of sosodev/duration and
// channelmeter/iso8601duration.
func TestParsePeriodRefuses(t *testing.T) {
	t.Parallel()
	for _, in := range []string{
		"", "P", "PT", "PP1Y", "P1Y1Y", "P1M1Y", "P1D1M", "P0.5Y", "P0,5Y", "-P1Y", "+P1Y", "P-1Y", "P+1Y", "p7y", "P7y", "P1Y ", " P1Y", "P 1Y",
		"P1", "P1Y1", "PY", "P1YT", "PT1H", "PT72H", "P1DT1H", "P1S", "P6", "P1W1D", "P1Y1W", "P1W1Y", "P1W1W", "P1W ", "1Y", "P1Q", "P1Y\n", "P1Y\x00",
		"P\u0661Y", "P\uff11Y", "P1\u2019Y", "P10000Y", "P119989M", "P9999Y1M", "P3652060D", "P521723W", "P99999999999999999999Y", "P100000000000000000000D",
	} {
		p, err := ParsePeriod(in)
		require.Error(t, err, "%q", in)
		require.Equal(t, Period{}, p, "%q", in)
	}
}

func TestPeriodText(t *testing.T) {
	t.Parallel()
	for want, p := range map[string]Period{
		"P0D": {}, "P7Y": {Months: 84}, "P1Y6M": {Months: 18}, "P11M": {Months: 11}, "P4W": {Days: 28}, "P1Y28D": {Months: 12, Days: 28},
		"P90D": {Days: 90}, "P1M1D": {Months: 1, Days: 1}, "P1Y1M1D": {Months: 13, Days: 1},
	} {
		require.Equal(t, want, p.String())
		back, err := ParsePeriod(want)
		require.NoError(t, err)
		require.Equal(t, p, back)
	}
	for _, p := range []Period{{Months: -1}, {Days: -1}, {Months: maxMonths + 1}, {Days: maxDays + 1}} {
		require.False(t, p.Valid())
		_, err := p.MarshalText()
		require.Error(t, err)
		require.Equal(t, "invalid period", p.String())
	}
}

// FuzzParsePeriod compares with a regular expression, and goes back and forth.
func FuzzParsePeriod(f *testing.F) {
	for _, s := range []string{"P7Y", "P1Y1M1D", "P4W", "P", "PT1H", "P0D", "P00M", "P1W1D"} {
		f.Add(s)
	}
	shape := regexp.MustCompile(`^P(?:([0-9]+)W|(?:([0-9]+)Y)?(?:([0-9]+)M)?(?:([0-9]+)D)?)$`)
	f.Fuzz(func(t *testing.T, s string) {
		p, err := ParsePeriod(s)
		m := shape.FindStringSubmatch(s)
		if m == nil || s == "P" {
			require.Error(t, err)
			return
		}
		var n [4]float64 // far from exact, and far from the limits that matter
		for i, digits := range m[1:] {
			if digits != "" {
				n[i], _ = strconv.ParseFloat(digits, 64)
			}
		}
		months, days := n[1]*12+n[2], n[0]*7+n[3]
		if months > maxMonths || days > float64(maxDays) {
			require.Error(t, err)
			return
		}
		require.NoError(t, err)
		require.Equal(t, Period{Months: int32(months), Days: int32(days)}, p)
		back, err := ParsePeriod(p.String())
		require.NoError(t, err)
		require.Equal(t, p, back)
	})
}

func TestParsePeriodAllocates(t *testing.T) {
	require.Zero(t, testing.AllocsPerRun(100, func() {
		_, _ = ParsePeriod("P1Y6M")
		_, _ = ParsePeriod("P1.5Y")
	}))
}

func TestHours(t *testing.T) {
	t.Parallel()
	h, err := ParseHours("PT72H")
	require.NoError(t, err)
	require.Equal(t, Hours(72), h)
	require.Equal(t, "PT72H", h.String())
	for _, in := range []string{"", "PT", "PTH", "P72H", "PT72", "PT72M", "PT1.5H", "PT-1H", "pt72h", "PT72H ", "PT72HH", "PT1H1H", "PT\u0661H", "PT239977H", "PT99999999999999999999H"} {
		_, err := ParseHours(in)
		require.Error(t, err, in)
	}
}

// The first from Regulation 1182/71 as applied by mkm.legal: 22 December 2020 12:17
// runs from 13:00 and ends 25 December 13:00, holidays or not.
func TestHoursAfter(t *testing.T) {
	t.Parallel()
	amsterdam := location(t, "Europe/Amsterdam")
	for _, tc := range []struct{ aware, want string }{
		{"2020-12-22T12:17:00+01:00", "2020-12-25T13:00:00+01:00"},
		{"2020-12-22T13:00:00+01:00", "2020-12-25T14:00:00+01:00"}, // falls in the hour that begins then
		{"2020-12-22T12:59:59.999999999+01:00", "2020-12-25T13:00:00+01:00"},
		{"2026-03-27T14:18:30+01:00", "2026-03-30T16:00:00+02:00"}, // 72 elapsed hours over the change of the clock
		{"2026-10-23T14:18:30+02:00", "2026-10-26T14:00:00+01:00"},
		{"1969-12-31T23:30:00+01:00", "1970-01-04T00:00:00+01:00"},
	} {
		aware, err := time.Parse(time.RFC3339Nano, tc.aware)
		require.NoError(t, err)
		require.Equal(t, tc.want, Hours(72).After(aware.In(amsterdam)).Format(time.RFC3339), tc.aware)
	}
	// Zones whose clocks are off by half an hour have their own full hours.
	aware := time.Date(2026, 3, 1, 10, 10, 0, 0, time.FixedZone("", 5*3600+1800))
	require.Equal(t, "2026-03-04T11:00:00+05:30", Hours(72).After(aware).Format(time.RFC3339))
}

func location(t testing.TB, name string) *time.Location {
	t.Helper()
	loc, err := time.LoadLocation(name)
	require.NoError(t, err)
	return loc
}

func TestWords(t *testing.T) {
	t.Parallel()
	for p, want := range map[string]string{
		"P7Y": "7 years|7 jaar", "P1Y": "1 year|1 jaar", "P18M": "18 months|18 maanden", "P1M": "1 month|1 maand",
		"P1Y1M": "1 year and 1 month|1 jaar en 1 maand", "P4W": "4 weeks|4 weken", "P1W": "1 week|1 week", "P90D": "90 days|90 dagen", "P1D": "1 day|1 dag",
	} {
		w := period(t, p).Words()
		en, nl, _ := strings.Cut(want, "|")
		require.Equal(t, en, w.En)
		require.Equal(t, nl, w.Nl)
	}
}

func period(t testing.TB, s string) Period {
	t.Helper()
	p, err := ParsePeriod(s)
	require.NoError(t, err)
	return p
}

func FuzzParseHours(f *testing.F) {
	f.Add("PT72H")
	f.Add("PT0H")
	shape := regexp.MustCompile(`^PT([0-9]+)H$`)
	f.Fuzz(func(t *testing.T, s string) {
		h, err := ParseHours(s)
		m := shape.FindStringSubmatch(s)
		if m == nil {
			require.Error(t, err)
			return
		}
		n, _ := strconv.ParseFloat(m[1], 64)
		require.Equal(t, n > maxHours, err != nil)
		if err == nil {
			require.Equal(t, n, float64(h))
			back, err := ParseHours(h.String())
			require.NoError(t, err)
			require.Equal(t, h, back)
		}
	})
}
