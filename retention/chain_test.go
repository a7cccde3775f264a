package retention_test

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/iotest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/grondslag/grondslag/retention"
)

// someEntries are certificates and follow-ups of every shape, in an order in which a
// log can have them.
func someEntries(t testing.TB) []retention.Entry {
	told := leastCertificate(t)
	told.NoRecipients, told.Recipients = false, []retention.Notification{{Recipient: "printer", State: retention.Told}}
	restricted := leastCertificate(t)
	restricted.Action, restricted.Law = retention.Restrict, "GDPR 18(1)(c)"
	restricted.NoRecipients, restricted.Recipients = false, []retention.Notification{{Recipient: "mailer", State: retention.NotTold}}
	elsewhere := leastCertificate(t)
	elsewhere.Decided = time.Date(2024, 3, 1, 23, 59, 59, 999, time.FixedZone("", 3600))
	return []retention.Entry{
		fullCertificate(t),
		leastCertificate(t),
		aFollowUp(1, "mailer", retention.Acknowledged),
		told,
		restricted,
		aFollowUp(5, "mailer", retention.Impossible),
		elsewhere,
	}
}

// aLog returns a log of someEntries, and where it stands.
func aLog(t testing.TB) (string, retention.Head) {
	t.Helper()
	var c retention.Chain
	var out strings.Builder
	for i, e := range someEntries(t) {
		n, err := c.Append(&out, e)
		require.NoError(t, err)
		require.EqualValues(t, i+1, n)
	}
	return out.String(), c.Head()
}

func verify(log string, want ...retention.Head) (retention.Head, error) {
	return retention.Verify(strings.NewReader(log), retention.Head{}, want...)
}

func TestChainIsTheReference(t *testing.T) {
	t.Parallel()
	var want strings.Builder
	var hash [32]byte
	for i, e := range someEntries(t) {
		var line string
		line, hash = referenceLine(int64(i+1), hash, e)
		want.WriteString(line)
	}
	log, head := aLog(t)
	require.Equal(t, want.String(), log)
	require.Equal(t, retention.Head{Count: 7, Hash: hash}, head)
	got, err := verify(log, head)
	require.NoError(t, err)
	require.Equal(t, head, got)
}

// What version 1 wrote verifies for ever. This file and this head never change.
func TestStoredLogOfVersion1(t *testing.T) {
	t.Parallel()
	stored, err := os.ReadFile("testdata/log-v1.jsonl")
	require.NoError(t, err)
	head, err := retention.ParseHead("grondslag-head 1 7 fcf1e79f24258480f8b1e72bf37df03967862da0d7e57831223f3f7dda529c55")
	require.NoError(t, err)
	got, err := verify(string(stored), head)
	require.NoError(t, err)
	require.Equal(t, head, got)
	log, _ := aLog(t)
	require.Equal(t, string(stored), log, "the same entries are written in the same way")
}

func TestEntriesAreWhatWasAppended(t *testing.T) {
	t.Parallel()
	log, head := aLog(t)
	want := someEntries(t)
	i := 0
	for e, err := range retention.Entries(strings.NewReader(log), retention.Head{}, head) {
		require.NoError(t, err)
		switch w := want[i].(type) {
		case retention.Certificate:
			w.Number = int64(i + 1)
			w.Decided = w.Decided.UTC().Truncate(time.Second)
			slices.Sort(w.Fields)
			slices.SortFunc(w.Recipients, func(a, b retention.Notification) int {
				return strings.Compare(string(a.Recipient), string(b.Recipient))
			})
			require.Equal(t, w, e)
		case retention.FollowUp:
			w.Number = int64(i + 1)
			require.Equal(t, w, e)
		}
		i++
	}
	require.Len(t, want, i)
	for e, err := range retention.Entries(strings.NewReader(log), retention.Head{}) {
		require.NoError(t, err)
		require.NotNil(t, e)
		break // early stop
	}
}

func TestAppendLeavesListsAlone(t *testing.T) {
	t.Parallel()
	c := fullCertificate(t)
	var chain retention.Chain
	_, err := chain.Append(io.Discard, c)
	require.NoError(t, err)
	require.Equal(t, fullCertificate(t), c)
}

// Each byte of the log, changed in each of its bits, breaks it.
func TestEveryBitCounts(t *testing.T) {
	t.Parallel()
	log, head := aLog(t)
	changed := []byte(log)
	for i := range changed {
		for bit := range 8 {
			changed[i] ^= 1 << bit
			got, err := retention.Verify(bytes.NewReader(changed), retention.Head{})
			changed[i] ^= 1 << bit
			broken, ok := errors.AsType[*retention.ChainError](err)
			if !ok {
				t.Fatalf("byte %d, bit %d: %v", i, bit, err)
			}
			line := strings.Count(log[:i], "\n") + 1
			// Also where a line feed comes or goes, the first line that is not as it was is named.
			if broken.Line != int64(line) || got.Count != int64(line)-1 || int(broken.Offset) != strings.LastIndexByte(log[:i], '\n')+1 {
				t.Fatalf("byte %d of line %d, bit %d: %v, head of %d, offset %d", i, line, bit, err, got.Count, broken.Offset)
			}
		}
	}
	require.Equal(t, log, string(changed))
	_, err := verify(log, head)
	require.NoError(t, err)
}

// Each cut, also at the end of a line, is found out by someone who has the head.
func TestEveryCutCounts(t *testing.T) {
	t.Parallel()
	log, head := aLog(t)
	for i := range len(log) {
		_, err := verify(log[:i], head)
		require.Error(t, err, i)
		whole := i == 0 || log[i-1] == '\n'
		got, err := verify(log[:i])
		require.Equal(t, whole, err == nil, "a whole line less shows with the head only")
		require.EqualValues(t, strings.Count(log[:i], "\n"), got.Count)
		if !whole {
			require.ErrorIs(t, err, io.ErrUnexpectedEOF)
			broken, _ := errors.AsType[*retention.ChainError](err)
			_, err = verify(log[:broken.Offset])
			require.NoError(t, err, "cut to the offset, it is in order")
		}
		_, err = verify(log[i:], head)
		require.Equal(t, i == 0, err == nil, "cut at the front")
	}
}

func TestEveryLineCounts(t *testing.T) {
	t.Parallel()
	log, head := aLog(t)
	lines := slices.Collect(strings.Lines(log))
	other := strings.Builder{}
	var c retention.Chain
	for range lines {
		_, err := c.Append(&other, leastCertificate(t))
		require.NoError(t, err)
	}
	foreign := slices.Collect(strings.Lines(other.String()))
	try := func(name string, lines []string) {
		t.Helper()
		_, err := verify(strings.Join(lines, ""), head)
		_, ok := errors.AsType[*retention.ChainError](err)
		require.True(t, ok, "%s: %v", name, err)
	}
	for i := range lines {
		try(fmt.Sprintf("remove %d", i), slices.Delete(slices.Clone(lines), i, i+1))
		try(fmt.Sprintf("replace %d", i), slices.Replace(slices.Clone(lines), i, i+1, foreign[i]))
		for j := range lines {
			try(fmt.Sprintf("repeat %d at %d", i, j), slices.Insert(slices.Clone(lines), j, lines[i]))
			try(fmt.Sprintf("insert %d at %d", i, j), slices.Insert(slices.Clone(lines), j, foreign[i]))
			if i != j {
				swapped := slices.Clone(lines)
				swapped[i], swapped[j] = swapped[j], swapped[i]
				try(fmt.Sprintf("swap %d and %d", i, j), swapped)
			}
		}
	}
	for i := 1; i < len(lines); i++ {
		try(fmt.Sprintf("graft at %d", i), append(slices.Clone(lines[:i]), foreign[i:]...))
	}
	// Repeated or added at the end, it is longer than the head, and still breaks.
	_, err := verify(log + lines[len(lines)-1])
	require.EqualError(t, err, "retention: log line 8: the number is not the next one: an entry was removed, inserted, repeated or moved")
	_, err = verify(log + "\n")
	require.ErrorContains(t, err, "retention: log line 8: ")
	// A log that was written anew from the start is in order in itself.
	_, err = verify(other.String())
	require.NoError(t, err)
	_, err = verify(other.String(), head)
	require.EqualError(t, err, "retention: log line 7: the entry is not the one of the known head: the log was rewritten")
}

// An entry that was changed and given its new hash breaks the next one; changed with
// all that follow, it is found out by any head from after it.
func TestChangeWithNewHashes(t *testing.T) {
	t.Parallel()
	log, head := aLog(t)
	var heads []retention.Head
	var c retention.Chain
	for _, e := range someEntries(t) {
		_, err := c.Append(io.Discard, e)
		require.NoError(t, err)
		heads = append(heads, c.Head())
	}
	require.Equal(t, head, heads[6])
	lines := slices.Collect(strings.Lines(log))
	body, _, _ := strings.Cut(strings.Replace(lines[0], `"count":40`, `"count":41`, 1), `,"hash":`)
	lines[0], _ = sealReference(body)
	got, err := verify(strings.Join(lines, ""))
	require.EqualError(t, err, "retention: log line 2: it does not follow the entry before it: one was changed, removed, inserted or moved")
	require.EqualValues(t, 1, got.Count)

	for changed := range lines {
		entries := someEntries(t)
		switch e := entries[changed].(type) {
		case retention.Certificate:
			e.Count++
			entries[changed] = e
		case retention.FollowUp:
			e.At = e.At.Add(time.Second)
			entries[changed] = e
		}
		var c retention.Chain
		var rewritten strings.Builder
		for _, e := range entries {
			_, err := c.Append(&rewritten, e)
			require.NoError(t, err)
		}
		for i, h := range heads {
			_, err := verify(rewritten.String(), h)
			require.Equal(t, i < changed, err == nil, "changed entry %d, head of entry %d", changed+1, i+1)
		}
		_, err := verify(log, heads...)
		require.NoError(t, err)
	}
}

// Whatever says the same in other bytes is refused, with its right hash.
func TestOneFormOnly(t *testing.T) {
	t.Parallel()
	for _, e := range someEntries(t) {
		line, _ := referenceLine(1, [32]byte{}, e)
		body, _, _ := strings.Cut(line, `,"hash":`)
		try := func(changed string) {
			t.Helper()
			if changed == body {
				return
			}
			line, _ := sealReference(changed)
			_, err := verify(line)
			require.Error(t, err, changed)
			require.NotContains(t, err.Error(), "mailer")
			require.NotContains(t, err.Error(), "jaar")
		}
		for i := range len(body) {
			try(body[:i] + fmt.Sprintf(`\u%04x`, body[i]) + body[i+1:])
			try(body[:i])
			// A byte less or more is refused, or another entry in its one form.
			for _, changed := range []string{body[:i] + body[i+1:], body[:i] + " " + body[i:], body[:i] + "0" + body[i:]} {
				line, _ := sealReference(changed)
				for e, err := range retention.Entries(strings.NewReader(line), retention.Head{}) {
					if err == nil {
						again, _ := referenceLine(1, [32]byte{}, e)
						require.Equal(t, line, again)
					}
				}
			}
		}
		for _, member := range []string{
			`,"x":1`, `,"rule":"a"`, `,"rule":""`, `,"term":0`, `,"law":""`, `,"fields":[]`, `,"event":""`, `,"on":""`, `,"last_day":""`, `,"subject":""`,
			`,"due_by":null`, `,"backups_until":null`, `,"recipients":null`, `,"recipients":[]`, `,"reason":""`, `,"subject":"` + strings.Repeat("0", 64) + `"`,
			`,"count":1`, `,"of":1`, `,"type":"certificate"`, `,"type":"follow_up"`, `,"v":1`, `{}`, `[]`,
		} {
			for i := range len(body) + 1 {
				// Behind a whole member: at a comma, and at the end.
				if i == len(body) || body[i] == ',' && i > 80 {
					try(body[:i] + member + body[i:])
				}
			}
		}
		for _, swap := range [][2]string{
			{`"n":1`, `"n":01`}, {`"n":1`, `"n":1.0`}, {`"n":1`, `"n":1e0`}, {`"n":1`, `"n":"1"`}, {`"n":1`, `"n":-1`}, {`"n":1`, `"n":0`},
			{`"n":1`, `"n":9007199254740992`}, {`"n":1`, `"n":99999999999999999999`}, {`"count":40`, `"count":040`},
			{`"v":1`, `"v":01`}, {`"v":1`, `"v":0`}, {`"v":1`, `"v":`}, {`"v":1`, `"v":x`},
			{`Z"`, `+00:00"`}, {`Z"`, `.0Z"`}, {`Z"`, `z"`}, {`T02`, ` 02`}, {`T02`, `T24`}, {`:30:00Z`, `:30:60Z`}, {`T02:30`, `T2:30`},
			{`2024-03-01`, `2024-3-1`}, {`2024-03-01`, `2024-02-30`}, {`"bookkeeper B.V."`, `"zz"`}, {`"address.city","name"`, `"name","address.city"`},
			{`"name"`, `"address.city"`}, {`"delete"`, `"Delete"`}, {`"delete"`, `"review"`}, {`"delete"`, `"notify_then_delete"`},
			{`"told"`, `"not told"`}, {`straße`, `stra\u00dfe`}, {`straße`, "stra\xdfe"}, {`/books`, `\/books`}, {`"prev":"0`, `"prev":"A`},
			{`"follow_up"`, `"followup"`}, {`"of":1`, `"of":2`}, {`"of":5`, `"of":05`}, {`"certificate"`, `"Certificate"`},
		} {
			try(strings.Replace(body, swap[0], swap[1], 1))
		}
	}
}

func TestUnknownVersion(t *testing.T) {
	t.Parallel()
	for _, v := range []string{"2", "10", "9007199254740991"} {
		line, _ := sealReference(`{"v":` + v + `,"n":1,"anything":true`)
		_, err := verify(line)
		require.EqualError(t, err, "retention: log line 1: the entry is of a version that this library does not know")
	}
}

func TestVerifyEmpty(t *testing.T) {
	t.Parallel()
	got, err := verify("")
	require.NoError(t, err)
	require.True(t, got.IsZero())
	_, head := aLog(t)
	_, err = verify("", head)
	require.EqualError(t, err, "retention: log line 1: the log ends after entry 0, and a known head is of entry 7: the end was removed")
}

func TestVerifyRefusesHeads(t *testing.T) {
	t.Parallel()
	log, head := aLog(t)
	for _, bad := range []retention.Head{{}, {Count: 7}, {Count: -1}, {Hash: head.Hash}} {
		_, err := verify(log, head, bad)
		require.EqualError(t, err, "retention: a known head has no entries, which proves nothing")
	}
	_, err := retention.Verify(strings.NewReader(log), retention.Head{Count: 3})
	require.EqualError(t, err, "retention: want a head as grondslag-head 1 COUNT HASH")
	_, err = retention.Resume(retention.Head{Count: 3})
	require.Error(t, err)
}

func TestResumeInAnotherFile(t *testing.T) {
	t.Parallel()
	log, head := aLog(t)
	entries := someEntries(t)
	for cut := range len(entries) + 1 {
		lines := slices.Collect(strings.Lines(log))
		from, err := verify(strings.Join(lines[:cut], ""))
		require.NoError(t, err)
		c, err := retention.Resume(from)
		require.NoError(t, err)
		var rest strings.Builder
		for _, e := range entries[cut:] {
			_, err := c.Append(&rest, e)
			require.NoError(t, err)
		}
		require.Equal(t, strings.Join(lines[cut:], ""), rest.String())
		got, err := retention.Verify(strings.NewReader(rest.String()), from, head)
		require.NoError(t, err)
		require.Equal(t, head, got)
		if cut > 0 {
			_, err = retention.Verify(strings.NewReader(rest.String()), from, retention.Head{Count: int64(cut), Hash: [32]byte{9}})
			require.EqualError(t, err, "retention: the head to go on from is not the known one")
		}
		if cut > 1 {
			_, err = retention.Verify(strings.NewReader(rest.String()), from, retention.Head{Count: 1, Hash: [32]byte{9}})
			require.EqualError(t, err, "retention: a known head lies before the log begins")
		}
		if cut > 0 && cut < len(entries) {
			_, err = verify(rest.String())
			require.Error(t, err, "the second file does not stand alone")
		}
	}
}

func TestAppendRefuses(t *testing.T) {
	t.Parallel()
	var c retention.Chain
	var out strings.Builder
	_, err := c.Append(&out, nil)
	require.EqualError(t, err, "retention: no entry")
	_, err = c.Append(&out, retention.Certificate{})
	require.Error(t, err)
	_, err = c.Append(&out, aFollowUp(1, "r", retention.Told))
	require.EqualError(t, err, "retention: the log does not hold the certificate yet that the follow-up is of")
	numbered := leastCertificate(t)
	numbered.Number = 2
	_, err = c.Append(&out, numbered)
	require.EqualError(t, err, "retention: the entry has number 2 already, the log would give it 1")
	require.Empty(t, out.String())
	require.True(t, c.Head().IsZero())
	numbered.Number = 1
	n, err := c.Append(&out, numbered)
	require.NoError(t, err)
	require.EqualValues(t, 1, n)

	full, err := retention.Resume(retention.Head{Count: 1<<53 - 1, Hash: [32]byte{1}})
	require.NoError(t, err)
	_, err = full.Append(&out, leastCertificate(t))
	require.EqualError(t, err, "retention: the log is full")
}

// brokenWriter writes some bytes of the line at which it breaks.
type brokenWriter struct {
	out       strings.Builder
	left, cut int
	err       error
}

func (w *brokenWriter) Write(b []byte) (int, error) {
	if w.left--; w.left < 0 {
		w.out.Write(b[:w.cut])
		return w.cut, w.err
	}
	return w.out.Write(b)
}

func TestRecoveryFromBrokenWrite(t *testing.T) {
	t.Parallel()
	for _, cut := range []int{0, 1, 100} {
		for _, failure := range []error{nil, errors.New("disk full")} {
			w := &brokenWriter{left: 2, cut: cut, err: failure}
			var c retention.Chain
			for range 2 {
				_, err := c.Append(w, leastCertificate(t))
				require.NoError(t, err)
			}
			_, err := c.Append(w, leastCertificate(t))
			require.ErrorContains(t, err, "retention: entry 3 was perhaps not written whole")
			if failure != nil {
				require.ErrorIs(t, err, failure)
			} else {
				require.ErrorIs(t, err, io.ErrShortWrite)
			}
			_, again := c.Append(w, leastCertificate(t))
			require.Equal(t, err, again, "no entry after one that is in doubt")

			log := w.out.String()
			head, err := verify(log)
			if broken, ok := errors.AsType[*retention.ChainError](err); ok {
				require.ErrorIs(t, err, io.ErrUnexpectedEOF)
				log = log[:broken.Offset]
			} else {
				require.NoError(t, err)
			}
			resumed, err := retention.Resume(head)
			require.NoError(t, err)
			var rest strings.Builder
			n, err := resumed.Append(&rest, leastCertificate(t))
			require.NoError(t, err)
			require.EqualValues(t, 3, n)
			_, err = verify(log+rest.String(), resumed.Head())
			require.NoError(t, err)
		}
	}
}

func TestVerifyReadError(t *testing.T) {
	t.Parallel()
	log, _ := aLog(t)
	failure := errors.New("no more")
	_, err := retention.Verify(io.MultiReader(strings.NewReader(log), iotest.ErrReader(failure)), retention.Head{})
	require.ErrorIs(t, err, failure)
	require.ErrorContains(t, err, "retention: log line 8: ")
	head, err := retention.Verify(iotest.OneByteReader(strings.NewReader(log)), retention.Head{})
	require.NoError(t, err)
	require.EqualValues(t, 7, head.Count)
}

func TestLongLines(t *testing.T) {
	t.Parallel()
	// The longest entry there can be.
	c := fullCertificate(t)
	c.Law, c.Rule, c.Class, c.Executor = strings.Repeat("x", 256), strings.Repeat("x", 128), strings.Repeat("x", 128), strings.Repeat("x", 128)
	c.Fields, c.Recipients = manyFields(200), manyRecipients(200)
	c.Start.Event = retention.Event(strings.Repeat("x", 64))
	c.Term, c.Count = 1<<31-1, 1<<53-1
	from := retention.Head{Count: 1<<53 - 3, Hash: [32]byte{1}}
	chain, err := retention.Resume(from)
	require.NoError(t, err)
	var out strings.Builder
	_, err = chain.Append(&out, c)
	require.NoError(t, err)
	require.Less(t, out.Len(), 1<<17)
	_, err = retention.Verify(strings.NewReader(out.String()), from, chain.Head())
	require.NoError(t, err)

	for _, n := range []int{1 << 17, 1<<17 + 1, 1 << 20} {
		for _, end := range []string{"\n", "x"} {
			_, err = verify(strings.Repeat("x", n) + end)
			require.EqualError(t, err, "retention: log line 1: the line is too long", n)
		}
	}
	_, err = verify(strings.Repeat("x", 1<<17-1) + "\n")
	require.ErrorContains(t, err, "not in its one form")
}

func TestVerifyHasConstantMemory(t *testing.T) {
	t.Parallel()
	line := strings.NewReader("")
	var c retention.Chain
	left := 20000
	endless := readerFunc(func(b []byte) (int, error) {
		for line.Len() == 0 {
			if left--; left < 0 {
				return 0, io.EOF
			}
			var out strings.Builder
			if _, err := c.Append(&out, leastCertificate(t)); err != nil {
				return 0, err
			}
			line.Reset(out.String())
		}
		return line.Read(b)
	})
	head, err := retention.Verify(endless, retention.Head{})
	require.NoError(t, err)
	require.EqualValues(t, 20000, head.Count)
	require.Equal(t, c.Head(), head)
}

type readerFunc func([]byte) (int, error)

func (f readerFunc) Read(b []byte) (int, error) { return f(b) }

func TestAppendInParallel(t *testing.T) {
	t.Parallel()
	var c retention.Chain
	var out strings.Builder // Append serializes the writes
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for range 50 {
				if _, err := c.Append(&out, leastCertificate(t)); err != nil {
					t.Error(err)
				}
			}
		})
	}
	wg.Wait()
	got, err := verify(out.String(), c.Head())
	require.NoError(t, err)
	require.EqualValues(t, 400, got.Count)
}
