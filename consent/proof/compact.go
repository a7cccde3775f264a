package proof

import (
	"encoding/json"
	"errors"
	"slices"
	"unicode/utf16"
	"unicode/utf8"
)

// maxDepth bounds the nesting of arrays and objects in a disclosed value, and with it the stack of the check.
const maxDepth = 32

var errCompact = errors.New("value is not compact JSON with unique keys in valid UTF-8")

// compact is a one-pass check. encoding/json is no help: it keeps the last of two equal keys, replaces
// bytes that are not UTF-8, and half a surrogate pair, without a word; a second reader may decide otherwise.
type compact struct {
	text []byte
	pos  int
}

// checkCompact returns nil for one JSON value without space between its tokens, at most 32 deep, in valid UTF-8,
// without half surrogate pairs, and with no key twice in one object.
func checkCompact(text []byte) error {
	c := compact{text: text}
	if !c.value(0) || c.pos != len(text) {
		return errCompact
	}
	return nil
}

// take consumes b when it is next.
func (c *compact) take(b byte) bool {
	if c.pos < len(c.text) && c.text[c.pos] == b {
		c.pos++
		return true
	}
	return false
}

func (c *compact) word(w string) bool {
	if len(c.text)-c.pos >= len(w) && string(c.text[c.pos:c.pos+len(w)]) == w {
		c.pos += len(w)
		return true
	}
	return false
}

func (c *compact) value(depth int) bool {
	if c.pos >= len(c.text) || depth > maxDepth {
		return false
	}
	switch c.text[c.pos] {
	case '"':
		_, ok := c.str()
		return ok
	case '{':
		return c.object(depth)
	case '[':
		return c.array(depth)
	case 't':
		return c.word("true")
	case 'f':
		return c.word("false")
	case 'n':
		return c.word("null")
	}
	return c.number()
}

func (c *compact) array(depth int) bool {
	c.pos++
	if c.take(']') {
		return true
	}
	for {
		if !c.value(depth + 1) {
			return false
		}
		if c.take(']') {
			return true
		}
		if !c.take(',') {
			return false
		}
	}
}

func (c *compact) object(depth int) bool {
	c.pos++
	if c.take('}') {
		return true
	}
	var few [8]string
	seen := few[:0]
	var many map[string]bool // from the ninth key on, so that a large object stays linear
	for {
		key, ok := c.key()
		if !ok || !c.take(':') {
			return false
		}
		if slices.Contains(seen, key) {
			return false
		}
		switch {
		case many[key]:
			return false
		case len(seen) < len(few):
			seen = append(seen, key)
		default:
			if many == nil {
				many = make(map[string]bool)
			}
			many[key] = true
		}
		if !c.value(depth + 1) {
			return false
		}
		if c.take('}') {
			return true
		}
		if !c.take(',') {
			return false
		}
	}
}

// key consumes a string and returns what it means: "a" and "\u0061" are one key.
func (c *compact) key() (string, bool) {
	start := c.pos
	escaped, ok := c.str()
	if !ok {
		return "", false
	}
	if !escaped {
		return string(c.text[start+1 : c.pos-1]), true
	}
	var s string
	err := json.Unmarshal(c.text[start:c.pos], &s)
	return s, err == nil
}

// str consumes a string and reports whether there are escapes in it.
func (c *compact) str() (escaped, ok bool) {
	if !c.take('"') {
		return false, false
	}
	for c.pos < len(c.text) {
		b := c.text[c.pos]
		switch {
		case b == '"':
			c.pos++
			return escaped, true
		case b < 0x20:
			return false, false
		case b == '\\':
			escaped = true
			c.pos++
			if !c.escape() {
				return false, false
			}
		case b < utf8.RuneSelf:
			c.pos++
		default:
			r, n := utf8.DecodeRune(c.text[c.pos:])
			if r == utf8.RuneError && n == 1 {
				return false, false
			}
			c.pos += n
		}
	}
	return false, false
}

// escape consumes what follows a backslash.
func (c *compact) escape() bool {
	if c.pos >= len(c.text) {
		return false
	}
	b := c.text[c.pos]
	c.pos++
	switch b {
	case '"', '\\', '/', 'b', 'f', 'n', 'r', 't':
		return true
	case 'u':
		r, ok := c.hex4()
		if !ok || !utf16.IsSurrogate(r) {
			return ok
		}
		if !c.word(`\u`) {
			return false
		}
		low, ok := c.hex4()
		return ok && utf16.DecodeRune(r, low) != utf8.RuneError
	}
	return false
}

func (c *compact) hex4() (rune, bool) {
	if len(c.text)-c.pos < 4 {
		return 0, false
	}
	var r rune
	for _, b := range c.text[c.pos : c.pos+4] {
		switch {
		case '0' <= b && b <= '9':
			r = r<<4 | rune(b-'0')
		case 'a' <= b && b <= 'f':
			r = r<<4 | rune(b-'a'+10)
		case 'A' <= b && b <= 'F':
			r = r<<4 | rune(b-'A'+10)
		default:
			return 0, false
		}
	}
	c.pos += 4
	return r, true
}

func (c *compact) digits() bool {
	start := c.pos
	for c.pos < len(c.text) && '0' <= c.text[c.pos] && c.text[c.pos] <= '9' {
		c.pos++
	}
	return c.pos > start
}

func (c *compact) number() bool {
	c.take('-')
	if !c.take('0') && !c.digits() {
		return false
	}
	if c.take('.') && !c.digits() {
		return false
	}
	if c.take('e') || c.take('E') {
		if !c.take('+') {
			c.take('-')
		}
		return c.digits()
	}
	return true
}
