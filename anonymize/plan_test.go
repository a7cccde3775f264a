package anonymize_test

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"math/big"
	"net"
	"net/netip"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/grondslag/grondslag/anonymize"
	"github.com/grondslag/grondslag/anonymize/reidentify"
)

func testRing(t testing.TB, id string) *anonymize.Keyring {
	t.Helper()
	k, err := anonymize.NewKey(anonymize.KeyID(id), time.Time{})
	require.NoError(t, err)
	ring, err := anonymize.NewKeyring(k)
	require.NoError(t, err)
	return ring
}

func testSetting(t testing.TB) anonymize.Setting {
	return anonymize.Setting{Domain: anonymize.Domain{Recipient: "mailer", Purpose: "news"}, Keys: testRing(t, "k1")}
}

type hostileName string

type hostileNames []hostileName

type hostileKey string

type hostileBytes []byte

type hostileBase struct {
	Base   string `anonymize:"token"`
	hidden string
}

type hostilePointerBase struct {
	Deep string `anonymize:"redact"`
}

type hostileNode struct {
	Label string `anonymize:"mask"`
	Next  *hostileNode
	Kids  []hostileNode
	ByKey map[string]*hostileNode `anonymize:"walk;keys=token"`
}

// hostileText encodes itself as text.
type hostileText struct{ local, domain string }

func (h hostileText) MarshalText() ([]byte, error) { return []byte(h.local + "@" + h.domain), nil }

func (h *hostileText) UnmarshalText(b []byte) error {
	local, domain, ok := strings.Cut(string(b), "@")
	if !ok {
		return fmt.Errorf("no address: %s", b) // holds the value
	}
	h.local, h.domain = local, domain
	return nil
}

type hostileStreet struct {
	Street string `anonymize:"mask"`
	City   string `anonymize:"redact"`
}

type hostile struct {
	ID         string                   `anonymize:"token,subject"`
	Named      hostileName              `anonymize:"mask"`
	Names      hostileNames             `anonymize:"token"`
	Strings    []string                 `anonymize:"mask"`
	Array      [2]string                `anonymize:"redact"`
	Pointer    *string                  `anonymize:"token"`
	Double     **string                 `anonymize:"mask"`
	Nil        *string                  `anonymize:"token"`
	Bytes      []byte                   `anonymize:"token"`
	NBytes     hostileBytes             `anonymize:"redact"`
	Map        map[string]string        `anonymize:"mask;keys=token"`
	KeyMap     map[hostileKey][]string  `anonymize:"token;keys=token"`
	IntMap     map[int64]string         `anonymize:"mask;keys=round=10"`
	Structs    map[string]hostileStreet `anonymize:"walk;keys=token"`
	Any        any                      `anonymize:"token;keys=token"`
	AnyNum     any                      `anonymize:"token"`
	Tree       map[string]any           `anonymize:"token;keys=token"`
	Stringer   fmt.Stringer             `anonymize:"redact"`
	Err        error                    `anonymize:"null"`
	Number     int64                    `anonymize:"round=10"`
	Small      uint8                    `anonymize:"round=10"`
	Float      float32                  `anonymize:"round=10"`
	Flag       bool                     `anonymize:"redact"`
	Complex    complex128               `anonymize:"null"`
	Func       func() string            `anonymize:"null"`
	Chan       chan string              `anonymize:"null"`
	Born       time.Time                `anonymize:"date=year"`
	Shifted    *time.Time               `anonymize:"dateshift"`
	Addr       netip.Addr               `anonymize:"ip=24/48"`
	IP         net.IP                   `anonymize:"ip=24/48"`
	Prefix     netip.Prefix             `anonymize:"redact"`
	NullStr    sql.NullString           `anonymize:"token"`
	NullBad    sql.NullString           `anonymize:"token"`
	NullTime   sql.NullTime             `anonymize:"date=year"`
	NullAny    sql.Null[hostileName]    `anonymize:"mask"`
	NullGone   sql.Null[string]         `anonymize:"null"`
	Raw        json.RawMessage          `anonymize:"token;keys=token"`
	RawGone    json.RawMessage          `anonymize:"redact"`
	JNum       json.Number              `anonymize:"round=10"`
	Big        *big.Int                 `anonymize:"redact"`
	Text       hostileText              `anonymize:"redact"`
	secret     string                   `anonymize:"token"`
	undeclared string
	hostileBase
	*hostilePointerBase
	Inner  hostileStreet
	Inners []hostileStreet
	Pinner *hostileStreet `anonymize:"walk"`
	Node   *hostileNode
	Matrix [][]string       `anonymize:"mask"`
	Kept   map[string][]int `anonymize:"keep"`
}

type hostileStringer struct{ s string }

func (h hostileStringer) String() string { return h.s }

func hostileRecord() hostile {
	n := 0
	plain := func() string { n++; return fmt.Sprintf("geheim%02d", n) }
	str := plain()
	str2 := plain()
	pstr2 := &str2
	shifted := time.Date(1987, 6, 5, 4, 3, 2, 0, time.UTC)
	h := hostile{
		ID: plain(), Named: hostileName(plain()), Names: hostileNames{hostileName(plain()), ""}, Strings: []string{plain(), plain()},
		Array: [2]string{plain(), plain()}, Pointer: &str, Double: &pstr2,
		Bytes: []byte(plain()), NBytes: hostileBytes(plain()), Map: map[string]string{plain(): plain()},
		KeyMap: map[hostileKey][]string{hostileKey(plain()): {plain()}}, IntMap: map[int64]string{77712345: plain()},
		Structs: map[string]hostileStreet{plain(): {plain(), plain()}},
		Any:     map[string]any{plain(): []any{plain(), 77754321.0, map[string]any{plain(): plain()}}}, AnyNum: 77798765,
		Tree:     map[string]any{plain(): plain(), plain(): []any{plain()}},
		Stringer: hostileStringer{plain()}, Err: fmt.Errorf("%s", plain()),
		Number: 77711111, Small: 77, Float: 777.5, Flag: true, Complex: 777, Func: func() string { return "x" }, Chan: make(chan string),
		Born: time.Date(1977, 7, 7, 7, 7, 7, 7, time.UTC), Shifted: &shifted,
		Addr: netip.MustParseAddr("77.77.77.77"), IP: net.ParseIP("77.77.77.78"), Prefix: netip.MustParsePrefix("77.77.77.0/24"),
		NullStr: sql.NullString{String: plain(), Valid: true}, NullBad: sql.NullString{String: plain()},
		NullTime: sql.NullTime{Time: time.Date(1977, 7, 7, 7, 7, 7, 7, time.UTC), Valid: true},
		NullAny:  sql.Null[hostileName]{V: hostileName(plain()), Valid: true}, NullGone: sql.Null[string]{V: plain(), Valid: true},
		Raw:     json.RawMessage(`{"` + plain() + `":["` + plain() + `",77712121,null,{"` + plain() + `":"` + plain() + `"}]}`),
		RawGone: json.RawMessage(`{"` + plain() + `":1}`), JNum: "77731313", Big: big.NewInt(7773131399),
		Text: hostileText{plain(), plain()}, secret: plain(), undeclared: plain(),
		hostileBase: hostileBase{plain(), plain()}, hostilePointerBase: &hostilePointerBase{plain()},
		Inner: hostileStreet{plain(), plain()}, Inners: []hostileStreet{{plain(), plain()}}, Pinner: &hostileStreet{plain(), plain()},
		Node:   &hostileNode{Label: plain(), Next: &hostileNode{Label: plain()}, Kids: []hostileNode{{Label: plain(), ByKey: map[string]*hostileNode{plain(): {Label: plain()}}}}},
		Matrix: [][]string{{plain()}, nil, {}}, Kept: map[string][]int{"a": {1}},
	}
	return h
}

// leaks returns what of the record shows in its copy.
func leaks(t testing.TB, copied hostile) string {
	t.Helper()
	j, err := json.Marshal(struct {
		hostile
		Func, Chan, Complex, Err, Stringer *int
	}{hostile: copied})
	require.NoError(t, err)
	var seen strings.Builder
	seen.WriteString(string(j) + fmt.Sprintf("%+v %#v", copied, copied))
	for _, p := range []any{copied.Pointer, *copied.Double, copied.Node, copied.Node.Next, copied.Pinner, copied.hostilePointerBase, copied.Node.Kids[0].ByKey, copied.Big} {
		seen.WriteString(fmt.Sprintf("%+v", reflect.Indirect(reflect.ValueOf(p))))
	}
	for _, plain := range []string{"geheim", "77712345", "77754321", "77798765", "77711111", "77712121", "77731313", "777.5", "77.77.77.7", "1977-07-07", "1987-06-05"} {
		if i := strings.Index(seen.String(), plain); i >= 0 {
			return seen.String()[max(0, i-60):min(len(seen.String()), i+60)]
		}
	}
	return ""
}

func TestHostileStruct(t *testing.T) {
	t.Parallel()
	plan, err := anonymize.Compile[hostile](testSetting(t))
	require.NoError(t, err)
	in := hostileRecord()
	require.NotEmpty(t, leaks(t, in), "the search finds what is there")
	out, err := plan.Apply(t.Context(), in)
	require.NoError(t, err)
	require.Empty(t, leaks(t, out))
	require.Nil(t, out.Nil)
	require.False(t, out.NullBad.Valid)
	require.Empty(t, out.NullBad.String)
	require.Zero(t, out.undeclared)
	require.NotEqual(t, in.secret, out.secret)
	require.NotEmpty(t, out.secret)
	require.Equal(t, in.Kept, out.Kept)
	require.Equal(t, [][]string{{"********"}, nil, {}}, out.Matrix)
	t.Log(plan.Report())

	same := hostileRecord()
	in.Func, same.Func, in.Chan, same.Chan = nil, nil, nil, nil
	require.Equal(t, same, in, "the input is as it was")

	back, err := plan.Reveal(context.Background(), reidentify.Because("test"), out)
	require.ErrorIs(t, err, anonymize.NoSubject)
	require.Zero(t, back.ID)
}
