package exports

import (
	"fmt"
	"strings"
	"unicode"
)

// header finds columns by name. Names compare by their letters and digits alone,
// in lower case: "OPTIN_TIME", "Opt-in time" and "optintime" are one.
type header struct {
	names []string
	at    map[string][]int // key to column numbers
}

func newHeader(names []string) *header {
	h := &header{names: names, at: map[string][]int{}}
	for i, n := range names {
		k := key(n)
		h.at[k] = append(h.at[k], i)
	}
	return h
}

func key(name string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return unicode.ToLower(r)
		}
		return -1
	}, name)
}

func (h *header) has(key string) bool { return len(h.at[key]) > 0 }

// binder ties the columns of one file to what reads them.
type binder struct {
	*header
	cfg     *Config
	file    *File
	columns []column
	err     error
	// finish, when set, draws a product's conclusions from a row's columns.
	finish func(*row)
}

// column reads one column into a row.
type column struct {
	index int
	name  string
	set   func(*row, []byte) error
	// join: the first pass over the files reads it too, since it says who the
	// contact is or that the contact refused.
	join bool
}

// col returns the number of the first of the keyed columns that the file has, or -1.
// A column that is read must not occur twice.
func (b *binder) col(keys ...string) int {
	for _, k := range keys {
		at := b.at[k]
		if len(at) == 0 {
			continue
		}
		if len(at) > 1 && b.err == nil {
			b.err = fmt.Errorf("column %q occurs %d times", b.names[at[0]], len(at))
		}
		return at[0]
	}
	return -1
}

// on reads the first of the keyed columns that the file has with set.
func (b *binder) on(set func(*row, []byte) error, keys ...string) bool {
	return b.bind(b.col(keys...), false, set)
}

// onJoin is on for columns that the first pass needs.
func (b *binder) onJoin(set func(*row, []byte) error, keys ...string) bool {
	return b.bind(b.col(keys...), true, set)
}

func (b *binder) bind(index int, join bool, set func(*row, []byte) error) bool {
	if index < 0 {
		return false
	}
	b.columns = append(b.columns, column{index: index, name: b.names[index], set: set, join: join})
	return true
}
