package retention

import (
	"crypto/sha256"
	"database/sql/driver"
	"encoding/hex"
	"errors"
	"fmt"
	"log/slog"
)

// Head says where a log stands: it has Count entries, the last of which has that
// hash. Keep it, or have it kept, apart from the log: it fixes every byte up to
// there. The zero value is an empty log.
//
// As text, in JSON and in databases it is one line without line feed, for any other
// system to store or sign:
//
//	grondslag-head 1 COUNT HASH
//
// with the version of the form, the number of entries in decimal and 64 digits of
// lower case hexadecimal; all 0 for an empty log.
type Head struct {
	Count int64
	Hash  [sha256.Size]byte
}

var errHead = errors.New("retention: want a head as grondslag-head 1 COUNT HASH")

const headPrefix = "grondslag-head 1 "

// Valid reports whether a log can stand there: 0 <= Count < 1<<53, and a hash if and
// only if there are entries.
func (h Head) Valid() bool {
	return h.Count >= 0 && h.Count <= maxNumber && (h.Count == 0) == (h.Hash == [sha256.Size]byte{})
}

// IsZero reports whether the log is empty.
func (h Head) IsZero() bool { return h == Head{} }

// ParseHead reads the text of a head and nothing else. The error does not repeat
// the text.
func ParseHead(s string) (Head, error) {
	r := reader{rest: []byte(s)}
	r.must(headPrefix)
	var h Head
	if !r.has("0") {
		h.Count = r.number()
	}
	r.must(" ")
	sum, ok := parseHash(r.rest)
	h.Hash = sum
	if r.bad || !ok || !h.Valid() {
		return Head{}, errHead
	}
	return h, nil
}

// String returns the text, or "invalid head".
func (h Head) String() string {
	b, err := h.AppendText(nil)
	if err != nil {
		return "invalid head"
	}
	return string(b)
}

// AppendText implements [encoding.TextAppender].
func (h Head) AppendText(b []byte) ([]byte, error) {
	if !h.Valid() {
		return b, errHead
	}
	b = appendNumber(b, headPrefix, h.Count)
	b = append(b, ' ')
	return hex.AppendEncode(b, h.Hash[:]), nil
}

// MarshalText implements [encoding.TextMarshaler].
func (h Head) MarshalText() ([]byte, error) { return h.AppendText(nil) }

// UnmarshalText implements [encoding.TextUnmarshaler]. On error h is left as it was.
func (h *Head) UnmarshalText(text []byte) error {
	v, err := ParseHead(string(text))
	if err == nil {
		*h = v
	}
	return err
}

// Scan implements [database/sql.Scanner]: the text, as string or []byte. NULL is an
// error, since a head that is missing is no empty log. On error h is left as it was.
func (h *Head) Scan(src any) error {
	switch v := src.(type) {
	case string:
		return h.UnmarshalText([]byte(v))
	case []byte:
		return h.UnmarshalText(v)
	}
	return fmt.Errorf("retention: a Head can't be read from %T", src)
}

// Value implements [driver.Valuer]: the text.
func (h Head) Value() (driver.Value, error) {
	b, err := h.AppendText(nil)
	if err != nil {
		return nil, err
	}
	return string(b), nil
}

// LogValue implements [slog.LogValuer].
func (h Head) LogValue() slog.Value { return slog.StringValue(h.String()) }

// GormDataType names the column type for gorm, without importing it.
func (Head) GormDataType() string { return "string" }
