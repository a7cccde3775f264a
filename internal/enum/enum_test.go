package enum

import (
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// signal is an enum written by hand, with what the generic functions need.
type signal string

const (
	red   signal = "red"
	green signal = "green"
)

func (signal) Values() []string { return []string{string(red), string(green)} }

func (s signal) Valid() bool { return slices.Contains(s.Values(), string(s)) }

const unknown = "test.signal: unknown value, want one of red, green"

func TestParse(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]signal{"": "", "red": red, "green": green} {
		got, err := Parse[signal]("test.signal", text)
		require.NoError(t, err)
		require.Equal(t, want, got)
	}
	for _, text := range []string{"Red", " red", "red ", "re", "redgreen", "red, green", "\x00", "jan@example.nl"} {
		got, err := Parse[signal]("test.signal", text)
		require.EqualError(t, err, unknown, "%q", text) // and so without the text
		require.Empty(t, got)
	}
}

func TestScan(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		src  any
		want signal
	}{
		{nil, ""}, {"", ""}, {[]byte(nil), ""}, {[]byte{}, ""}, {"green", green}, {[]byte("red"), red},
	} {
		got, err := Scan[signal]("test.signal", tc.src)
		require.NoError(t, err)
		require.Equal(t, tc.want, got)
	}
	for _, tc := range []struct {
		src  any
		want string
	}{
		{"blue", unknown},
		{[]byte("blue"), unknown},
		{int64(1), "test.signal: cannot scan int64"},
		{true, "test.signal: cannot scan bool"},
		{time.Time{}, "test.signal: cannot scan time.Time"},
		{red, "test.signal: cannot scan enum.signal"}, // a driver hands over no type of ours
	} {
		got, err := Scan[signal]("test.signal", tc.src)
		require.EqualError(t, err, tc.want)
		require.Empty(t, got)
	}
}

// A driver may use its buffer again.
func TestScanCopies(t *testing.T) {
	t.Parallel()
	buf := []byte("red")
	got, err := Scan[signal]("test.signal", buf)
	require.NoError(t, err)
	copy(buf, "xxx")
	require.Equal(t, red, got)
}

func TestAppend(t *testing.T) {
	t.Parallel()
	b, err := Append("test.signal", []byte("is "), green)
	require.NoError(t, err)
	require.Equal(t, "is green", string(b))
	b, err = Append("test.signal", []byte("is "), signal(""))
	require.NoError(t, err)
	require.Equal(t, "is ", string(b))
	b, err = Append("test.signal", []byte("is "), signal("blue"))
	require.EqualError(t, err, unknown)
	require.Nil(t, b)
}

func FuzzParse(f *testing.F) {
	for _, s := range []string{"", "red", "green", "RED", "red\n"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		got, err := Parse[signal]("test.signal", s)
		if want := s == "" || s == "red" || s == "green"; want != (err == nil) {
			t.Fatalf("%q: %v", s, err)
		}
		if err == nil && string(got) != s || err != nil && got != "" {
			t.Fatalf("%q: %q", s, got)
		}
		scanned, scanErr := Scan[signal]("test.signal", []byte(s))
		if scanned != got || (scanErr == nil) != (err == nil) {
			t.Fatalf("%q: Scan %q, %v", s, scanned, scanErr)
		}
	})
}

func BenchmarkParse(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		_, _ = Parse[signal]("test.signal", "")
	}
}
