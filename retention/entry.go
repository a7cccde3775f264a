package retention

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/grondslag/grondslag/basis"
	"github.com/grondslag/grondslag/internal/civil"
)

// Entry is what a log holds: a [Certificate] or a [FollowUp].
type Entry interface {
	// Check returns every error in the entry, joined, or nil.
	Check() error

	number() int64
	appendTo(b []byte) []byte
}

var (
	_ Entry = Certificate{}
	_ Entry = FollowUp{}
)

func (c Certificate) number() int64 { return c.Number }
func (f FollowUp) number() int64    { return f.Number }

const (
	version  = 1
	maxEntry = 128 << 10 // bytes of a line, above what the limits of Check can add up to

	tailSize = len(`,"hash":""}`) + 2*sha256.Size // of a line, after what is hashed
)

// appendBody appends the line of an entry up to what its hash covers, which is all of it.
func appendBody(b []byte, n int64, prev [sha256.Size]byte, e Entry) []byte {
	b = append(b, `{"v":`...)
	b = strconv.AppendInt(b, version, 10)
	b = append(b, `,"n":`...)
	b = strconv.AppendInt(b, n, 10)
	b = append(b, `,"prev":"`...)
	b = hex.AppendEncode(b, prev[:])
	b = append(b, '"')
	return e.appendTo(b)
}

// appendTail appends the hash and ends the line.
func appendTail(b []byte, sum [sha256.Size]byte) []byte {
	b = append(b, `,"hash":"`...)
	b = hex.AppendEncode(b, sum[:])
	return append(b, "\"}\n"...)
}

func (c Certificate) appendTo(b []byte) []byte {
	b = appendString(b, `,"type":`, "certificate")
	b = appendString(b, `,"rule":`, c.Rule)
	if c.Term != 0 {
		b = appendNumber(b, `,"term":`, int64(c.Term))
	}
	if c.Law != "" {
		b = appendString(b, `,"law":`, c.Law)
	}
	b = appendString(b, `,"class":`, c.Class)
	if len(c.Fields) > 0 {
		fields := c.Fields
		if !slices.IsSorted(fields) {
			fields = slices.Sorted(slices.Values(fields))
		}
		b = append(b, `,"fields":[`...)
		for i, f := range fields {
			if i > 0 {
				b = append(b, ',')
			}
			b = appendString(b, "", string(f))
		}
		b = append(b, ']')
	}
	if c.Start.Event != "" {
		b = appendString(b, `,"event":`, string(c.Start.Event))
		b = appendDay(b, `,"on":`, c.Start.On)
	}
	b = appendDay(b, `,"last_day":`, c.LastDay)
	b = appendDay(b, `,"due_by":`, c.DueBy)
	b = appendInstant(b, `,"decided":`, c.Decided)
	b = appendDay(b, `,"done":`, c.Done)
	b = appendString(b, `,"action":`, string(c.Action))
	b = appendNumber(b, `,"count":`, c.Count)
	if !c.Subject.IsZero() {
		b = append(b, `,"subject":"`...)
		b = hex.AppendEncode(b, c.Subject[:])
		b = append(b, '"')
	}
	b = appendString(b, `,"by":`, c.Executor)
	b = appendDay(b, `,"backups_until":`, c.BackupsUntil)
	list := c.Recipients
	if !slices.IsSortedFunc(list, byRecipient) {
		list = slices.SortedFunc(slices.Values(list), byRecipient)
	}
	b = append(b, `,"recipients":[`...)
	for i, n := range list {
		if i > 0 {
			b = append(b, ',')
		}
		b = n.appendTo(append(b, '{'), `"recipient":`)
		b = append(b, '}')
	}
	return append(b, ']')
}

func byRecipient(a, b Notification) int {
	return strings.Compare(string(a.Recipient), string(b.Recipient))
}

func (f FollowUp) appendTo(b []byte) []byte {
	b = appendString(b, `,"type":`, "follow_up")
	b = appendNumber(b, `,"of":`, f.Of)
	b = f.Notification.appendTo(b, `,"recipient":`)
	b = appendInstant(b, `,"at":`, f.At)
	return appendString(b, `,"by":`, f.Executor)
}

func (n Notification) appendTo(b []byte, key string) []byte {
	b = appendString(b, key, string(n.Recipient))
	b = appendString(b, `,"state":`, string(n.State))
	if n.Reason != "" {
		b = appendString(b, `,"reason":`, string(n.Reason))
	}
	return b
}

// appendString writes text that needs no escape, which Check saw to.
func appendString(b []byte, key, s string) []byte {
	b = append(b, key...)
	b = append(b, '"')
	b = append(b, s...)
	return append(b, '"')
}

func appendNumber(b []byte, key string, n int64) []byte {
	return strconv.AppendInt(append(b, key...), n, 10)
}

// appendDay writes nothing for no day.
func appendDay(b []byte, key string, d Date) []byte {
	if d == 0 {
		return b
	}
	b = append(append(b, key...), '"')
	return append(d.civil().Append(b), '"')
}

const instantForm = "2006-01-02T15:04:05Z"

func appendInstant(b []byte, key string, t time.Time) []byte {
	b = append(append(b, key...), '"')
	b = t.UTC().AppendFormat(b, instantForm)
	return append(b, '"')
}

// logLine is what a line of the log says.
type logLine struct {
	n          int64
	prev, hash [sha256.Size]byte
	entry      Entry
}

var (
	errHash    = errors.New("the hash is not that of the content: something in the entry was changed")
	errVersion = errors.New("the entry is of a version that this library does not know")
	errForm    = errors.New("the entry is not in its one form, or is cut off")
)

// parseLine reads a line without its line feed. What it accepts is, byte for byte,
// what Append writes for the same entry.
func parseLine(text []byte) (l logLine, err error) {
	if !bytes.HasPrefix(text, []byte(`{"v":1,`)) {
		if r := (reader{rest: text}); r.has(`{"v":`) && r.number() > version && !r.bad {
			return logLine{}, errVersion
		}
		return logLine{}, errForm
	}
	if len(text) < tailSize {
		return logLine{}, errForm
	}
	body := text[:len(text)-tailSize]
	tail := reader{rest: text[len(body):]}
	tail.must(`,"hash":"`)
	l.hash = tail.hash()
	tail.must(`}`)
	if tail.bad {
		return logLine{}, errForm
	}
	if sha256.Sum256(body) != l.hash {
		return logLine{}, errHash
	}
	r := reader{rest: body}
	r.must(`{"v":1,"n":`)
	l.n = r.number()
	r.must(`,"prev":"`)
	l.prev = r.hash()
	switch {
	case r.has(`,"type":"certificate"`):
		l.entry = r.certificate(l.n)
	case r.has(`,"type":"follow_up"`):
		l.entry = r.followUp(l.n)
	default:
		r.bad = true
	}
	if r.bad || len(r.rest) > 0 {
		return logLine{}, fmt.Errorf("%w (byte %d)", errForm, len(body)-len(r.rest)+1)
	}
	if err := l.entry.Check(); err != nil {
		return logLine{}, fmt.Errorf("the entry is not a valid one: %w", err)
	}
	return l, nil
}

// reader reads the one form of an entry from left to right; bad stays set once
// something else is found.
type reader struct {
	rest []byte
	bad  bool
}

func (r *reader) has(s string) bool {
	if r.bad || len(r.rest) < len(s) || string(r.rest[:len(s)]) != s {
		return false
	}
	r.rest = r.rest[len(s):]
	return true
}

func (r *reader) must(s string) {
	if !r.has(s) {
		r.bad = true
	}
}

// raw reads up to a quotation mark, and over it. Backslashes are refused by Check
// in what may hold one, and no other text has one.
func (r *reader) raw() []byte {
	i := bytes.IndexByte(r.rest, '"')
	if r.bad || i < 0 {
		r.bad = true
		return nil
	}
	s := r.rest[:i]
	r.rest = r.rest[i+1:]
	return s
}

// text reads text that is not empty.
func (r *reader) text(key string) string {
	r.must(key)
	r.must(`"`)
	s := r.raw()
	if len(s) == 0 {
		r.bad = true
	}
	return string(s)
}

// optional is text behind a key that may be absent.
func (r *reader) optional(key string) string {
	if len(r.rest) < len(key) || string(r.rest[:len(key)]) != key {
		return ""
	}
	return r.text(key)
}

// number reads a positive integer without leading zeros, up to maxNumber.
func (r *reader) number() (n int64) {
	i := 0
	for i < len(r.rest) && i < 16 && r.rest[i] >= '0' && r.rest[i] <= '9' {
		n = n*10 + int64(r.rest[i]-'0')
		i++
	}
	if r.bad || i == 0 || r.rest[0] == '0' || n > maxNumber {
		r.bad = true
		return 0
	}
	r.rest = r.rest[i:]
	return n
}

// hash reads the rest of a text of hexadecimal digits.
func (r *reader) hash() [sha256.Size]byte {
	sum, ok := parseHash(r.raw())
	if !ok {
		r.bad = true
	}
	return sum
}

// day reads a day behind a key that may be absent.
func (r *reader) day(key string) Date {
	if !r.has(key) {
		return 0
	}
	r.must(`"`)
	d, err := civil.Parse(r.raw())
	if err != nil {
		r.bad = true
		return 0
	}
	return fromCivil(d)
}

func (r *reader) instant(key string) time.Time {
	r.must(key)
	r.must(`"`)
	s := r.raw()
	t, err := time.Parse(instantForm, string(s))
	// Parse lets more than one text through for an instant.
	var buf [len(instantForm)]byte
	if err != nil || !bytes.Equal(t.AppendFormat(buf[:0], instantForm), s) {
		r.bad = true
	}
	return t
}

func (r *reader) certificate(n int64) Entry {
	c := Certificate{Number: n, Rule: r.text(`,"rule":`)}
	if r.has(`,"term":`) {
		c.Term = int(r.number())
	}
	c.Law = r.optional(`,"law":`)
	c.Class = r.text(`,"class":`)
	if r.has(`,"fields":[`) {
		for {
			c.Fields = append(c.Fields, basis.Field(r.text("")))
			if !r.has(`,`) {
				break
			}
		}
		r.must(`]`)
	}
	if !slices.IsSorted(c.Fields) {
		r.bad = true
	}
	if c.Start.Event = Event(r.optional(`,"event":`)); c.Start.Event != "" {
		c.Start.On = r.day(`,"on":`)
	}
	c.LastDay = r.day(`,"last_day":`)
	c.DueBy = r.day(`,"due_by":`)
	c.Decided = r.instant(`,"decided":`)
	c.Done = r.day(`,"done":`)
	c.Action = Disposition(r.text(`,"action":`))
	r.must(`,"count":`)
	c.Count = r.number()
	if r.has(`,"subject":"`) {
		if c.Subject = r.hash(); c.Subject.IsZero() {
			r.bad = true
		}
	}
	c.Executor = r.text(`,"by":`)
	c.BackupsUntil = r.day(`,"backups_until":`)
	r.must(`,"recipients":[`)
	if c.NoRecipients = r.has(`]`); !c.NoRecipients {
		for {
			r.must(`{`)
			c.Recipients = append(c.Recipients, r.notification(`"recipient":`))
			r.must(`}`)
			if !r.has(`,`) {
				break
			}
		}
		r.must(`]`)
	}
	if !slices.IsSortedFunc(c.Recipients, byRecipient) {
		r.bad = true
	}
	return c
}

func (r *reader) followUp(n int64) Entry {
	r.must(`,"of":`)
	f := FollowUp{Number: n, Of: r.number(), Notification: r.notification(`,"recipient":`)}
	f.At = r.instant(`,"at":`)
	f.Executor = r.text(`,"by":`)
	return f
}

func (r *reader) notification(key string) Notification {
	return Notification{
		Recipient: basis.Recipient(r.text(key)),
		State:     NotificationState(r.text(`,"state":`)),
		Reason:    ImpossibleReason(r.optional(`,"reason":`)),
	}
}
