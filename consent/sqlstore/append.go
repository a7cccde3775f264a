package sqlstore

import (
	"cmp"
	"context"
	"database/sql"
	"slices"
	"strconv"
	"strings"

	"github.com/grondslag/grondslag/basis"
	"github.com/grondslag/grondslag/consent"
)

// Append implements [consent.EventStore].
func (s *Store) Append(ctx context.Context, entries []consent.Entry) ([]consent.EventID, error) {
	ids := make([]consent.EventID, len(entries))
	if len(entries) == 0 {
		return ids, ctx.Err()
	}
	for i := range entries {
		if err := check(&entries[i]); err != nil {
			return nil, err
		}
	}
	careful := false
	err := s.write(ctx, "append", func(ctx context.Context, w *work) error {
		return w.append(ctx, entries, ids, &careful)
	})
	if err != nil {
		return nil, err
	}
	return ids, nil
}

// check refuses what the tables can't hold.
func check(e *consent.Entry) error {
	if e.Subject == "" && e.With != "" {
		return refusal("an event of nobody has another reference")
	}
	if e.Short != nil && e.ShortUntil.IsZero() {
		return refusal("short-lived disclosures have no end")
	}
	instants := []error{representable(e.ShortUntil)}
	for _, m := range e.Suppress {
		instants = append(instants, representable(m.At))
	}
	for _, m := range e.Messages {
		instants = append(instants, representable(m.At, m.Tried))
	}
	for _, err := range instants {
		if err != nil {
			return err
		}
	}
	return nil
}

// append adds the entries that are new and sets the id of each. It is tried as if nothing were known;
// only when a row is missing then, the transaction is tried again, careful, and looks for the reason first.
func (w *work) append(ctx context.Context, entries []consent.Entry, ids []consent.EventID, careful *bool) error {
	fresh, same, err := distinct(entries)
	if err != nil {
		return err
	}
	if err := w.lock(ctx, people(fresh)); err != nil {
		return err
	}
	if w.dialect == PostgreSQL {
		// Who adds keys that another adds waits for it; nobody waits in a circle when all add them in one order.
		slices.SortStableFunc(fresh, func(a, b *consent.Entry) int { return slices.Compare(a.Key[:], b.Key[:]) })
	}
	known := map[consent.Mark]consent.EventID{}
	keyed := slices.ContainsFunc(fresh, func(e *consent.Entry) bool { return !e.Key.IsZero() })
	if *careful || keyed && len(fresh) > 1 {
		if fresh, err = w.unknown(ctx, fresh, known); err != nil {
			return err
		}
	}
	if len(fresh) > 0 {
		add := w.addOneByOne
		if w.dialect == PostgreSQL {
			add = w.addAtOnce
		}
		all, err := add(ctx, fresh)
		if err == nil && !all || duplicate(err) {
			*careful = true
			return errAgain
		}
		if err != nil {
			return err
		}
	}
	if err := w.along(ctx, fresh); err != nil {
		return err
	}
	for i := range entries {
		ids[i] = entries[i].ID
		if id, ok := known[entries[i].Key]; ok && !entries[i].Key.IsZero() {
			ids[i] = id
		} else if first, ok := same[i]; ok {
			ids[i] = entries[first].ID
		}
	}
	return nil
}

// distinct returns the entries without those whose key an earlier one has, and for these which one.
func distinct(entries []consent.Entry) (fresh []*consent.Entry, same map[int]int, err error) {
	fresh = make([]*consent.Entry, 0, len(entries))
	if len(entries) == 1 {
		return append(fresh, &entries[0]), nil, nil
	}
	same = map[int]int{}
	keys := map[consent.Mark]int{}
	seen := make(map[consent.EventID]bool, len(entries))
	for i := range entries {
		e := &entries[i]
		if !e.Key.IsZero() {
			if first, ok := keys[e.Key]; ok {
				same[i] = first
				continue
			}
			keys[e.Key] = i
		}
		if seen[e.ID] {
			return nil, nil, errRecorded
		}
		seen[e.ID] = true
		fresh = append(fresh, e)
	}
	return fresh, same, nil
}

const errRecorded = refusal("an event with this id is recorded already")

// people returns the references of the entries, sorted, each once.
func people(entries []*consent.Entry) []string {
	var out []string
	for _, e := range entries {
		for _, p := range [2]basis.Subject{e.Subject, e.With} {
			if p != "" {
				out = append(out, string(p))
			}
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// unknown returns the entries whose key is not known, and puts those that are in known. It returns the
// error that is the reason why an entry can't be added.
func (w *work) unknown(ctx context.Context, entries []*consent.Entry, known map[consent.Mark]consent.EventID) ([]*consent.Entry, error) {
	var keys blobs
	for _, e := range entries {
		if !e.Key.IsZero() {
			keys = append(keys, e.Key[:])
		}
	}
	for list := range slices.Chunk(keys, listed) {
		err := rows(ctx, w.Store, w.q, "find keys", "SELECT key, id FROM @events WHERE tenant = ? AND key IN ?", []any{w.tenant, list}, func(r *sql.Rows) error {
			var key, id []byte
			if err := r.Scan(&key, &id); err != nil {
				return err
			}
			return keep(key, id, known)
		})
		if err != nil {
			return nil, err
		}
	}
	fresh := make([]*consent.Entry, 0, len(entries))
	var ids, marks blobs
	for _, e := range entries {
		if _, ok := known[e.Key]; ok && !e.Key.IsZero() {
			continue
		}
		fresh = append(fresh, e)
		ids = append(ids, e.ID[:])
		marks = grantMarks(marks, e)
	}
	for list := range slices.Chunk(ids, listed) {
		var n int
		if err := row(ctx, w.Store, w.q, "find events", "SELECT COUNT(*) FROM @events WHERE tenant = ? AND id IN ?", []any{w.tenant, list}, &n); err != nil {
			return nil, err
		}
		if n > 0 {
			return nil, errRecorded
		}
	}
	erased, err := w.erased(ctx, marks)
	if err == nil && erased {
		err = consent.ErrErased
	}
	return fresh, err
}

// keep puts a key and the id of its event in known.
func keep(key, id []byte, known map[consent.Mark]consent.EventID) error {
	var k consent.Mark
	var i consent.EventID
	if err := cmp.Or(scanMark(key, (*[32]byte)(&k)), scanID(id, &i)); err != nil {
		return err
	}
	known[k] = i
	return nil
}

// grantMarks appends the marks under which an entry that grants would be refused.
func grantMarks(marks blobs, e *consent.Entry) blobs {
	if e.Grants {
		for i := range e.People {
			for j := range e.People[i] {
				marks = append(marks, e.People[i][j][:])
			}
		}
	}
	return marks
}

// erased reports whether one of the marks is in the erase-list.
func (w *work) erased(ctx context.Context, marks blobs) (bool, error) {
	for list := range slices.Chunk(marks, listed) {
		var n int
		if err := row(ctx, w.Store, w.q, "look at the erase-list", "SELECT COUNT(*) FROM @erased WHERE tenant = ? AND mark IN ?", []any{w.tenant, list}, &n); err != nil || n > 0 {
			return n > 0, err
		}
	}
	return false, nil
}

// addOneByOne adds the events with what is personal of them, makes them pending and deletes the
// standings of their people. It reports false when not every one was added. It is for SQLite,
// where a statement costs no round trip: a statement for each table.
func (w *work) addOneByOne(ctx context.Context, entries []*consent.Entry) (bool, error) {
	var marks blobs
	for _, e := range entries {
		marks = grantMarks(marks, e)
	}
	if erased, err := w.erased(ctx, marks); err != nil || erased {
		return false, err
	}
	if err := w.unstand(ctx, people(entries)); err != nil {
		return false, err
	}
	n, err := w.insert(ctx, "events", "id,body,key", " ON CONFLICT DO NOTHING", len(entries), func(i int, args []any) []any {
		e := entries[i]
		return append(args, e.ID[:], filled(e.Body), markOrNil(&e.Key))
	})
	if err != nil || n != len(entries) {
		return false, err
	}
	personal := entries
	if slices.ContainsFunc(entries, func(e *consent.Entry) bool { return !isPersonal(e) }) {
		personal = slices.DeleteFunc(slices.Clone(entries), func(e *consent.Entry) bool { return !isPersonal(e) })
	}
	_, err = w.insert(ctx, "personal", "event,subject,other,lines", "", len(personal), func(i int, args []any) []any {
		e := personal[i]
		return append(args, e.ID[:], textOrNil(string(e.Subject)), textOrNil(string(e.With)), orNil(e.Disclosures))
	})
	if err != nil {
		return false, err
	}
	_, err = w.insert(ctx, "pending", "event,leaf", "", len(entries), func(i int, args []any) []any {
		return append(args, entries[i].ID[:], entries[i].Leaf[:])
	})
	return err == nil, err
}

func isPersonal(e *consent.Entry) bool { return e.Subject != "" || e.Disclosures != nil }

// The columns of an entry in [Store.appending], with their types.
var entryColumns = [...]string{"bytea", "bytea", "bytea", "text", "text", "bytea", "bytea"}

// addAtOnce is for PostgreSQL: one statement, in which what is one by one above are parts. Its text
// is for a power of two of entries; what is above their number is NULL.
func (w *work) addAtOnce(ctx context.Context, entries []*consent.Entry) (bool, error) {
	for part := range slices.Chunk(entries, 256) {
		size := powerOfTwo(2*len(part) - 1)
		args := make([]any, 2, 2+size*len(entryColumns))
		var marks blobs
		for _, e := range part {
			marks = grantMarks(marks, e)
			args = append(args, e.ID[:], filled(e.Body), markOrNil(&e.Key), textOrNil(string(e.Subject)), textOrNil(string(e.With)), orNil(e.Disclosures), e.Leaf[:])
		}
		args = args[:cap(args)]
		args[0], args[1] = w.tenant, byteaArray(marks)
		var n int
		if err := w.q.QueryRowContext(ctx, w.appending(size), args...).Scan(&n); err != nil {
			return false, fail("append", err)
		}
		if n != len(part) {
			return false, nil
		}
	}
	return true, nil
}

// appending is the text of the statement that adds that many entries.
func (w *work) appending(size int) string {
	var b strings.Builder
	b.WriteString("WITH RECURSIVE v(id, body, key, subject, other, lines, leaf) AS (VALUES ")
	for i := range size {
		if i > 0 {
			b.WriteByte(',')
		}
		for j, kind := range entryColumns {
			b.WriteByte([]byte{'(', ','}[min(j, 1)])
			b.WriteByte('$')
			b.WriteString(strconv.Itoa(3 + i*len(entryColumns) + j))
			if i == 0 {
				b.WriteString("::" + kind)
			}
		}
		b.WriteByte(')')
	}
	b.WriteString(`),
people(subject) AS (
	SELECT x.subject FROM (SELECT subject FROM v UNION SELECT other FROM v) x
	WHERE x.subject IS NOT NULL AND EXISTS (SELECT 1 FROM @standings WHERE tenant = $1)
	UNION
	SELECT n.subject FROM people c CROSS JOIN LATERAL (` + mergedWith + `) n),
e AS (INSERT INTO @events (tenant, id, body, key)
	SELECT $1, id, body, key FROM v
	WHERE id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM @erased WHERE tenant = $1 AND mark = ANY($2::bytea[]))
	ON CONFLICT DO NOTHING RETURNING 1),
p AS (INSERT INTO @personal (tenant, event, subject, other, lines)
	SELECT $1, id, subject, other, lines FROM v WHERE subject IS NOT NULL OR lines IS NOT NULL),
q AS (INSERT INTO @pending (tenant, event, leaf) SELECT $1, id, leaf FROM v WHERE id IS NOT NULL),
d AS (DELETE FROM @standings WHERE tenant = $1 AND subject IN (SELECT subject FROM people))
SELECT COUNT(*) FROM e`)
	return w.numbered(b.String())
}

// along adds what comes along with entries that were added.
func (w *work) along(ctx context.Context, entries []*consent.Entry) error {
	var short []*consent.Entry
	var marks []consent.Suppression
	var messages []consent.Message
	for _, e := range entries {
		if e.Short != nil {
			short = append(short, e)
		}
		marks = append(marks, e.Suppress...)
		messages = append(messages, e.Messages...)
	}
	_, err := w.insert(ctx, "short", "event,lines,until", "", len(short), func(i int, args []any) []any {
		return append(args, short[i].ID[:], short[i].Short, stamp(short[i].ShortUntil))
	})
	if err != nil {
		return err
	}
	if err := w.suppress(ctx, marks); err != nil {
		return err
	}
	return w.post(ctx, messages)
}

func filled(b []byte) []byte {
	if b == nil {
		return []byte{}
	}
	return b
}

func orNil(b []byte) any {
	if b == nil {
		return nil
	}
	return b
}

func textOrNil(s string) any {
	if s == "" {
		return nil
	}
	return s
}

func markOrNil(m *consent.Mark) any {
	if m.IsZero() {
		return nil
	}
	return m[:]
}

// scanID reads an id.
func scanID(b []byte, id *consent.EventID) error {
	if len(b) != len(id) {
		return refusal("an id of the wrong length")
	}
	copy(id[:], b)
	return nil
}

// scanMark reads 32 bytes.
func scanMark(b []byte, m *[32]byte) error {
	if len(b) != len(m) {
		return refusal("a hash of the wrong length")
	}
	copy(m[:], b)
	return nil
}
