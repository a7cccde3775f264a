package consent

import (
	"database/sql/driver"
	"encoding/hex"
	"errors"
	"fmt"
	"log/slog"
	"strings"
)

// Mark is a keyed hash: of a reference, an address or an idempotency key. As text it
// is 64 hexadecimal digits in lower case; the zero value marks nothing.
type Mark [32]byte

var errMark = errors.New("consent: want a mark, 64 hexadecimal digits in lower case")

// ParseMark reads 64 hexadecimal digits in lower case.
func ParseMark(s string) (m Mark, err error) {
	if len(s) != 2*len(m) || strings.ToLower(s) != s {
		return Mark{}, errMark
	}
	if _, err := hex.Decode(m[:], []byte(s)); err != nil {
		return Mark{}, errMark
	}
	return m, nil
}

// IsZero reports whether it marks nothing.
func (m Mark) IsZero() bool { return m == Mark{} }

// String returns the text, empty for the zero mark.
func (m Mark) String() string {
	if m.IsZero() {
		return ""
	}
	return hex.EncodeToString(m[:])
}

// AppendText implements [encoding.TextAppender].
func (m Mark) AppendText(b []byte) ([]byte, error) { return append(b, m.String()...), nil }

// MarshalText implements [encoding.TextMarshaler].
func (m Mark) MarshalText() ([]byte, error) { return m.AppendText(nil) }

// UnmarshalText implements [encoding.TextUnmarshaler]. On error m is left as it was.
func (m *Mark) UnmarshalText(text []byte) error {
	if len(text) == 0 {
		*m = Mark{}
		return nil
	}
	v, err := ParseMark(string(text))
	if err == nil {
		*m = v
	}
	return err
}

// Scan implements [database/sql.Scanner]: a text; NULL marks nothing. On error m is left as it was.
func (m *Mark) Scan(src any) error {
	switch v := src.(type) {
	case nil:
		*m = Mark{}
		return nil
	case string:
		return m.UnmarshalText([]byte(v))
	case []byte:
		return m.UnmarshalText(v)
	}
	return fmt.Errorf("consent: a Mark can't be read from %T", src)
}

// Value implements [driver.Valuer]: text, or NULL for the zero mark.
func (m Mark) Value() (driver.Value, error) {
	if m.IsZero() {
		return nil, nil
	}
	return m.String(), nil
}

// LogValue implements [slog.LogValuer].
func (m Mark) LogValue() slog.Value { return slog.StringValue(m.String()) }

// GormDataType names the column type for gorm, without importing it.
func (Mark) GormDataType() string { return "string" }
