package consent

import (
	"database/sql/driver"
	"encoding"
	"encoding/json"
	"fmt"
	"log/slog"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// dropIn is what every value type of the package does, so that it goes into any field, column or log.
type dropIn interface {
	encoding.TextMarshaler
	encoding.TextAppender
	driver.Valuer
	fmt.Stringer
	GormDataType() string
	IsZero() bool
}

// reader is what its pointer does.
type reader interface {
	encoding.TextUnmarshaler
	Scan(any) error
}

func testDropIn[T interface {
	comparable
	dropIn
}, P interface {
	*T
	reader
}](t *testing.T, values ...T) {
	t.Helper()
	var zero T
	require.True(t, zero.IsZero())
	none, err := zero.Value()
	require.NoError(t, err)
	require.True(t, none == nil || none == "")
	for _, v := range append(values, zero) {
		text, err := v.MarshalText()
		require.NoError(t, err)
		appended, err := v.AppendText([]byte("x"))
		require.NoError(t, err)
		require.Equal(t, "x"+string(text), string(appended))
		require.Equal(t, v.String(), string(text))
		require.NotEmpty(t, v.GormDataType())

		var back T
		require.NoError(t, P(&back).UnmarshalText(text))
		require.Equal(t, v, back)
		doc, err := json.Marshal(map[string]T{"v": v})
		require.NoError(t, err)
		var read map[string]T
		require.NoError(t, json.Unmarshal(doc, &read))
		require.Equal(t, v, read["v"])
		column, err := v.Value()
		require.NoError(t, err)
		back = zero
		require.NoError(t, P(&back).Scan(column))
		require.Equal(t, v, back)
		if s, ok := column.(string); ok {
			back = zero
			require.NoError(t, P(&back).Scan([]byte(s)))
			require.Equal(t, v, back)
		}
		for _, bad := range []any{3.5, "piet@example.com", strings.ToUpper(v.String()) + "!"} {
			keep := v
			err := P(&keep).Scan(bad)
			require.Error(t, err)
			require.NotContains(t, err.Error(), "piet", "an error shows no value")
			require.Equal(t, v, keep, "what can't be read changes nothing")
		}
	}
}

func TestTypesDropIn(t *testing.T) {
	t.Parallel()
	n := Notice{Version: "1"}
	keys, err := NewKeys(secret(1))
	require.NoError(t, err)
	testDropIn(t, NewEventID())
	testDropIn(t, n.Hash())
	testDropIn(t, keys.Person("c-1")[0])
	testDropIn(t, Given, Erased, Imported)
	testDropIn(t, Person, System)
	testDropIn(t, StateNone, StateObjected)
	testDropIn(t, Yes, No)
	testDropIn(t, Typed, InPerson)
	testDropIn(t, Active, Silence)
	testDropIn(t, Complete, NoEvidence)
	testDropIn(t, IPTruncated, IPFull)
	testDropIn(t, WordsOnly, Processing)
	testDropIn(t, SkipSuppressed, SkipBroken)
}

// No error, log or printed value of the ledger's own shows a secret, a reference or an address.
func TestNothingPersonalIsShown(t *testing.T) {
	t.Parallel()
	b := newLedger(t)
	const who, address = "subject-4711", "piet.pietersen@example.com"
	var errs []error
	try := func(change func(*Event)) {
		e := b.yes(who, address)
		change(&e)
		_, err := b.Record(t.Context(), e)
		require.Error(t, err)
		errs = append(errs, err)
	}
	try(func(e *Event) { e.Zone = address })
	try(func(e *Event) { e.Channel = address })
	try(func(e *Event) { e.Type = address })
	try(func(e *Event) { e.Actor = address })
	try(func(e *Event) { e.Purpose = address })
	try(func(e *Event) { e.Evidence.Action = address })
	try(func(e *Event) { e.Evidence.Point += "\x00" })
	try(func(e *Event) { e.Evidence.Session = strings.Repeat(address, 1000) })
	try(func(e *Event) { e.Type, e.Of = Confirmed, NewEventID() })
	id := b.record(t, b.yes(who, address))
	try(func(e *Event) { e.ID = id })
	try(func(e *Event) { e.Type, e.Of, e.Purpose = Confirmed, id, "offers" })
	_, err := b.Erase(t.Context(), who, Erasing{Actor: Person})
	require.NoError(t, err)
	try(func(*Event) {})
	errs = append(errs, b.Suppress(t.Context(), address, "", address, Objected, epoch), b.Suppress(t.Context(), address, "", "", address, epoch))

	var log strings.Builder
	logger := slog.New(slog.NewJSONHandler(&log, nil))
	for _, err := range errs {
		require.Error(t, err)
		logger.Info("failed", "err", err)
	}
	logger.Info("made of", "keys", b.cfg.Keys)
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x"} {
		fmt.Fprintf(&log, verb, b.cfg.Keys)
		fmt.Fprintf(&log, verb, &b.cfg.Keys)
		fmt.Fprintf(&log, verb, b.cfg)
		fmt.Fprintf(&log, verb, b.Ledger)
		fmt.Fprintf(&log, verb, *b.Ledger)
	}
	doc, err := json.Marshal(b.cfg.Keys)
	require.NoError(t, err)
	log.Write(doc)
	for _, private := range []string{
		who, address, "piet", string(secret(1)), "0101010101", "1, 0x1, 0x1", "1 1 1 1",
		fmt.Sprintf("%x", b.cfg.Keys.ring[0].address.key), fmt.Sprint(b.cfg.Keys.ring[0].address.key),
	} {
		require.NotContains(t, log.String(), private)
	}
	require.Contains(t, log.String(), "[redacted]")
}

func FuzzParseIDs(f *testing.F) {
	f.Add(strings.Repeat("0a", 16))
	f.Add(strings.Repeat("0a", 32))
	f.Add(strings.Repeat("0A", 32))
	f.Add("")
	f.Fuzz(func(t *testing.T, s string) {
		if m, err := ParseMark(s); err == nil && !m.IsZero() {
			require.Equal(t, s, m.String())
		}
		if id, err := ParseEventID(s); err == nil && !id.IsZero() {
			require.Equal(t, s, id.String())
		}
		if h, err := ParseNoticeHash(s); err == nil && !h.IsZero() {
			require.Equal(t, s, h.String())
		}
	})
}
