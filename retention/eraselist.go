package retention

import (
	"bytes"
	"crypto/hmac"
	"errors"
	"fmt"
	"iter"
	"log/slog"
	"slices"
	"sync"

	"github.com/grondslag/grondslag/basis"
)

// EraseList remembers who was erased, for as long as a backup may still hold them,
// so that a restore does not bring them back: [EraseList.Replay] says whom to erase
// again. It keeps pseudonyms under a key ([PseudonymKey]) and days, no references.
// It is safe for concurrent use. The zero value has no key: it takes nothing in, and
// says of no subject that it may stay.
//
// Keep the list, and the key, where a restore does not take them back with the data.
// A list under another key is an error, [ErrWrongKey], never an empty list. Pseudonyms
// can't be moved to another key: after a change of key, replay the old list too until
// Prune has emptied it.
//
// This is no list of those who object to marketing: that is another purpose, for
// which the address itself is hashed and kept for years.
//
// # Stored format, version 1
//
// The list is ASCII text of lines that end in a line feed (0A), fields being
// separated by one space:
//
//	grondslag-erase-list 1
//	window P5W
//	check H
//	H 2024-03-01 2024-04-05
//	end N H
//
// Line 2 is the window of [Backup] as [Period.String] writes it. Line 3 has the HMAC
// of the label grondslag/retention/key-check/1, alone, as in [PseudonymKey]. Then
// there is a line for each entry: the pseudonym, the day of erasure and the last day
// on which a backup may hold the subject, not before the former or what the window
// makes of it; sorted by pseudonym, without duplicates. The last line has the number
// of entries, in decimal without leading zeros, and the HMAC-SHA256 under the key of:
// the label grondslag/retention/erase-list-file/1 with its length before it, and all
// bytes of the lines before. Each H is 64 digits of lower case hexadecimal.
//
// So a list has one form, a list that was cut off or changed by someone without the
// key is refused, and an older list put in its place is not noticed. What this
// version writes will be read by every later one.
type EraseList struct {
	key PseudonymKey

	mu      sync.RWMutex
	backup  Backup
	entries map[Pseudonym]erasure
}

// erasure is when a subject was erased, and until when a backup may hold it.
type erasure struct{ on, until Date }

// ErrWrongKey is the error of [ParseEraseList] when the list is under another key.
var ErrWrongKey = errors.New("retention: the erase list is under another key")

// NewEraseList returns an empty list for a system with those backups.
func NewEraseList(k PseudonymKey, b Backup) (*EraseList, error) {
	if k.IsZero() {
		return nil, errNoKey
	}
	if !b.Window.Valid() {
		return nil, errBackup
	}
	return &EraseList{key: k, backup: b, entries: map[Pseudonym]erasure{}}, nil
}

// Add puts down that the data of that class about the subject were erased that day.
// Add before the data go, since a crash in between must not lose the entry. When the
// subject is listed already the later day stays. The reference must be the same, byte
// for byte, as the one given after a restore.
func (l *EraseList) Add(class string, s basis.Subject, erased Date) error {
	p, err := l.key.ForEraseList(class, s)
	if err != nil {
		return err
	}
	return l.AddPseudonym(p, erased)
}

// AddPseudonym is Add for a subject that was hashed elsewhere under the same key,
// with [PseudonymKey.ForEraseList]. That it was that key can't be seen.
func (l *EraseList) AddPseudonym(p Pseudonym, erased Date) error {
	if l.key.IsZero() {
		return errNoKey
	}
	if p.IsZero() {
		return errPseudonym
	}
	if !erased.Valid() {
		return errors.New("retention: an erasure needs its day")
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	until := l.backup.LastCopy(erased)
	if until == 0 {
		return errBackup
	}
	was := l.entries[p]
	l.entries[p] = erasure{on: max(was.on, erased), until: max(was.until, until)}
	return nil
}

// Contains reports whether data of that class about the subject were erased, and on
// which day last. It is true without a day when it can't tell, for want of a class, a
// subject or a key. It takes about 1 µs, and does not allocate for class and subject
// of up to 200 bytes together.
func (l *EraseList) Contains(class string, s basis.Subject) (erased Date, ok bool) {
	p, err := l.key.ForEraseList(class, s)
	if err != nil {
		return 0, true
	}
	l.mu.RLock()
	defer l.mu.RUnlock()
	e, ok := l.entries[p]
	return e.on, ok
}

// Restored is what a restored backup holds of one class about one subject.
type Restored struct {
	Class   string
	Subject basis.Subject
	// Since is the day on which the record began, such as that of collection; no day when
	// unknown. One that began after the erasure is of a person who came back.
	Since Date
}

// Replay yields what must be erased again, with the day on which it was erased
// before. It yields with no day what can't be matched, for want of a class or a
// subject: a person must look at it. What began on the very day of the erasure is
// yielded, since its time is unknown. Erase through the normal way, so that
// recipients are told and a certificate is made.
func (l *EraseList) Replay(restored iter.Seq[Restored]) iter.Seq2[Restored, Date] {
	return func(yield func(Restored, Date) bool) {
		for r := range restored {
			erased, ok := l.Contains(r.Class, r.Subject)
			cameBack := erased != 0 && r.Since > erased
			if ok && !cameBack && !yield(r, erased) {
				return
			}
		}
	}
}

// Len returns the number of entries.
func (l *EraseList) Len() int {
	l.mu.RLock()
	defer l.mu.RUnlock()
	return len(l.entries)
}

// Backup returns the backups that the list reckons with.
func (l *EraseList) Backup() Backup {
	l.mu.RLock()
	defer l.mu.RUnlock()
	return l.backup
}

// SetBackup changes the window, for entries from then on, and makes those already
// there last longer where the new window asks it. It never shortens one. Shorten the
// window only when the last backup made under the longer one is gone. Nothing is
// changed on error.
func (l *EraseList) SetBackup(b Backup) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, e := range l.entries {
		if b.LastCopy(e.on) == 0 {
			return errBackup
		}
	}
	if !b.Window.Valid() {
		return errBackup
	}
	l.backup = b
	for p, e := range l.entries {
		e.until = max(e.until, b.LastCopy(e.on))
		l.entries[p] = e
	}
	return nil
}

// Prune drops the entries that no backup can hold any more, whose window ended
// before today, and returns how many. One dropped earlier would let a restore bring
// the person back; one kept longer has no purpose left. No day drops none.
func (l *EraseList) Prune(today Date) (dropped int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for p, e := range l.entries {
		if e.until < today {
			delete(l.entries, p)
			dropped++
		}
	}
	return dropped
}

// AppendText implements [encoding.TextAppender]: the stored format.
func (l *EraseList) AppendText(b []byte) ([]byte, error) {
	if l.key.IsZero() {
		return b, errNoKey
	}
	l.mu.RLock()
	defer l.mu.RUnlock()
	begin := len(b)
	b = slices.Grow(b, 256+len(l.entries)*entrySize)
	b = append(b, eraseHead...)
	b = append(b, "window "...)
	b, err := l.backup.Window.AppendText(b)
	if err != nil {
		return b[:begin], err
	}
	k := l.key.hidden()
	b = append(b, "\ncheck "...)
	b = append(b, k.of(labelKeyCheck).String()...)
	b = append(b, '\n')
	sorted := make([]Pseudonym, 0, len(l.entries))
	for p := range l.entries {
		sorted = append(sorted, p)
	}
	slices.SortFunc(sorted, comparePseudonyms)
	for _, p := range sorted {
		b = appendErasure(b, p, l.entries[p])
	}
	return appendEnd(b, b[begin:], len(sorted), k), nil
}

const (
	eraseHead = "grondslag-erase-list 1\n"
	entrySize = 2*len(Pseudonym{}) + 2*len(" 2006-01-02") + 1
)

func comparePseudonyms(a, b Pseudonym) int { return bytes.Compare(a[:], b[:]) }

func appendErasure(b []byte, p Pseudonym, e erasure) []byte {
	b, _ = p.AppendText(b)
	b = e.on.civil().Append(append(b, ' '))
	b = e.until.civil().Append(append(b, ' '))
	return append(b, '\n')
}

// appendEnd appends the last line, for a list of which lines are the ones before.
func appendEnd(b, lines []byte, entries int, k *keyed) []byte {
	mac := k.stream(labelEraseFile)
	mac.Write(lines)
	b = fmt.Appendf(b, "end %d ", entries)
	sum := Pseudonym(mac.Sum(nil))
	b = append(b, sum.String()...)
	return append(b, '\n')
}

// MarshalText implements [encoding.TextMarshaler].
func (l *EraseList) MarshalText() ([]byte, error) { return l.AppendText(nil) }

// ParseEraseList reads the stored format and nothing else. The list is under another
// key, changed or cut off: an error, which is or wraps [ErrWrongKey] in the first
// case. Other errors say the line. They hold no content.
func ParseEraseList(text []byte, k PseudonymKey) (*EraseList, error) {
	if k.IsZero() {
		return nil, errNoKey
	}
	n := 0
	rest := text
	next := func() (line []byte, ok bool) {
		n++
		line, rest, ok = bytes.Cut(rest, []byte{'\n'})
		return line, ok
	}
	fail := func(reason string) error { return fmt.Errorf("retention: erase list line %d: %s", n, reason) }

	if line, ok := next(); !ok || string(line)+"\n" != eraseHead {
		return nil, fail("want grondslag-erase-list 1")
	}
	line, ok := next()
	window, found := bytes.CutPrefix(line, []byte("window "))
	period, err := ParsePeriod(string(window))
	if !ok || !found || err != nil || period.String() != string(window) {
		return nil, fail("want the window, as in window P5W")
	}
	list, err := NewEraseList(k, Backup{Window: period})
	if err != nil {
		return nil, err
	}
	line, ok = next()
	check, found := bytes.CutPrefix(line, []byte("check "))
	sum, hexadecimal := parseHash(check)
	if !ok || !found || !hexadecimal {
		return nil, fail("want the check of the key")
	}
	if sum != k.hidden().of(labelKeyCheck) {
		return nil, ErrWrongKey
	}
	list.entries = make(map[Pseudonym]erasure, len(rest)/entrySize)
	var last Pseudonym
	for {
		begin := len(text) - len(rest)
		line, ok := next()
		if !ok {
			return nil, fail("the list is cut off")
		}
		if bytes.HasPrefix(line, []byte("end ")) {
			if want := appendEnd(nil, text[:begin], len(list.entries), k.hidden()); !hmac.Equal(want, text[begin:]) {
				return nil, fail("the list was changed or is cut off: number of entries or authentication code differ")
			}
			return list, nil
		}
		p, e, ok := parseErasure(line)
		if !ok {
			return nil, fail("want a pseudonym and two days")
		}
		if until := list.backup.LastCopy(e.on); until == 0 || e.until < until {
			return nil, fail("the entry ends before the backup window does")
		}
		if comparePseudonyms(p, last) <= 0 {
			return nil, fail("the entries are not sorted, or one is there twice")
		}
		list.entries[p], last = e, p
	}
}

func parseErasure(line []byte) (p Pseudonym, e erasure, ok bool) {
	if len(line) != entrySize-1 {
		return p, e, false
	}
	sum, ok := parseHash(line[:2*len(p)])
	days := line[2*len(p):]
	if !ok || days[0] != ' ' || days[11] != ' ' {
		return p, e, false
	}
	on, err := ParseDate(string(days[1:11]))
	until, err2 := ParseDate(string(days[12:]))
	return sum, erasure{on: on, until: until}, err == nil && err2 == nil
}

// String returns how many entries there are.
func (l *EraseList) String() string { return fmt.Sprintf("erase list of %d entries", l.Len()) }

// GoString implements [fmt.GoStringer] as String.
func (l *EraseList) GoString() string { return l.String() }

// LogValue implements [slog.LogValuer] as String.
func (l *EraseList) LogValue() slog.Value { return slog.StringValue(l.String()) }
