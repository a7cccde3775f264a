package exports

import (
	"bytes"
	"encoding/binary"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/grondslag/grondslag/basis/reconsent"
)

// canary stands for text of a record: no error may repeat it.
const canary = "xyzzycanary"

// FuzzMoment: no panic; what is accepted is a date or an instant, and what package time
// reads in the same forms is the same.
func FuzzMoment(f *testing.F) {
	for _, s := range []string{
		"2018-02-12 17:59:31", "2018-02-12", "2018-02-12T17:59:31Z", "2018-02-12T17:59:31.25-05:30", "12-2-2018 9:30", "2018-02-12 17:59:31 +0200 CEST",
		"1518458371000", "0001-01-01T00:00:00Z", "9999-12-31T23:59:59-15:00", "2/12/2018",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		for _, order := range []DateOrder{"", DayFirst, MonthFirst} {
			_, _ = moments{zone: time.UTC, order: order}.parse([]byte(s))
		}
		got, err := moments{zone: time.UTC}.parse([]byte(s))
		if err != nil {
			require.True(t, got.IsZero(), "%q", s)
			require.True(t, s == "" || !strings.Contains(err.Error(), s) || len(s) < 12, "%q", s)
		}
		for layout, whole := range map[string]bool{time.DateOnly: true, time.DateTime: false, time.RFC3339: false} {
			want, e := time.Parse(layout, s)
			if e != nil || err != nil {
				// Each refuses forms that the other takes, but for what every program writes.
				plain := e == nil && want.Nanosecond() == 0 && want.Year() > 0 && s == want.Format(layout)
				require.False(t, plain && near(want), "%q", s)
				continue
			}
			if i := strings.IndexByte(s, '.'); i >= 0 && len(s)-i > 10 {
				continue // finer than a nanosecond
			}
			if whole {
				require.Equal(t, want.Format(time.DateOnly), got.String(), "%q", s)
				continue
			}
			require.Equal(t, reconsent.Instant(want), got, "%q", s)
		}
	})
}

// near reports whether the time is in a zone that exists.
func near(t time.Time) bool {
	_, offset := t.Zone()
	return -16*3600 < offset && offset < 16*3600
}

// FuzzOpen: no file makes a reader of any product panic, or an error repeat what is in
// its records.
func FuzzOpen(f *testing.F) {
	paths, _ := filepath.Glob("testdata/*.csv")
	for i, p := range paths {
		content, err := os.ReadFile(p)
		require.NoError(f, err)
		head, _, _ := strings.Cut(string(content), "\n")
		f.Add([]byte(head), content[len(head):], i%10)
		f.Add([]byte(head), []byte("\n1,"+canary+",3\n\""+canary+"\n,,,\n"+strings.Repeat(canary+",", 30)), 9)
	}
	f.Add([]byte("sep=;\r\nRecord ID;Email"), []byte("\r\n1;\x00\xff;2"), 9)
	f.Add([]byte(encode16("Record ID,Email\n1,a@example.com", binary.LittleEndian, true)), []byte{0}, 9)
	f.Fuzz(func(t *testing.T, head, records []byte, product int) {
		p := Product("")
		if all := p.Values(); product >= 0 && product < len(all) {
			p = Product(all[product])
		}
		content := slices.Concat(head, records)
		open := func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(content)), nil }
		quiet := bytes.HasPrefix(records, []byte("\n")) && !bytes.Contains(head, []byte(canary)) && !bytes.ContainsAny(head, "\"\r\n\x00")
		file, err := Open("x.csv", open, Config{Product: p, Purposes: []Purpose{newsletter}})
		if err != nil {
			require.False(t, quiet && strings.Contains(err.Error(), canary), err)
			return
		}
		tab := table(t)
		for facts, err := range file.All(tab) {
			if err == nil {
				require.True(t, tab.Decide(&facts).Outcome.Valid())
				continue
			}
			require.False(t, quiet && strings.Contains(err.Error(), canary), err)
		}
	})
}

// TestErrorsRepeatNothing puts the canary into each field of each product, alone and all
// together, in every way in which a record can be wrong.
func TestErrorsRepeatNothing(t *testing.T) {
	paths, err := filepath.Glob("testdata/*.csv")
	require.NoError(t, err)
	tab := table(t)
	for _, p := range paths {
		content, err := os.ReadFile(p)
		require.NoError(t, err)
		head, _, _ := strings.Cut(string(content), "\n")
		n := len(strings.Split(head, ","))
		var b strings.Builder
		b.WriteString(head + "\n")
		for i := range n {
			for _, v := range []string{canary, "2020-01-01" + canary, canary + "@example.com", `"` + canary + `,""x"` + `"`} {
				b.WriteString(strings.Repeat(",", i) + v + strings.Repeat(",", n-1-i) + "\n")
			}
		}
		all := strings.TrimSuffix(strings.Repeat(canary+",", n), ",")
		b.WriteString(all + "\n" + all + "," + canary + "\n" + canary + `"` + canary + "\n\"" + canary + "\"" + canary + "\n\"" + canary + "\n")
		errs := 0
		f := open(t, filepath.Base(p), b.String(), Config{})
		for _, err := range f.All(tab) {
			if err != nil {
				errs++
				require.IsType(t, &RowError{}, err)
				require.NotContains(t, err.Error(), canary)
			}
		}
		require.GreaterOrEqual(t, errs, 4, p)
	}
}
