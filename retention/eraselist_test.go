package retention_test

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"log/slog"
	"maps"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/grondslag/grondslag/basis"
	"github.com/grondslag/grondslag/retention"
)

func anEraseList(t testing.TB) *retention.EraseList {
	t.Helper()
	l, err := retention.NewEraseList(proofKey(t), retention.Backup{Window: proofPeriod(t, "P35D")})
	require.NoError(t, err)
	for i := range 5 {
		require.NoError(t, l.Add("customer", basis.Subject(fmt.Sprint("c-", i)), proofDay(t, "2024-03-01")+retention.Date(i)))
	}
	return l
}

func eraseText(t testing.TB, l *retention.EraseList) string {
	t.Helper()
	b, err := l.MarshalText()
	require.NoError(t, err)
	return string(b)
}

// referenceEraseList is the stored format as its specification has it.
func referenceEraseList(window string, days map[string][2]string) string {
	var b strings.Builder
	fmt.Fprintf(&b, "grondslag-erase-list 1\nwindow %s\ncheck %x\n", window, referenceHMAC([]byte(proofSecret), "grondslag/retention/key-check/1"))
	for _, p := range slices.Sorted(maps.Keys(days)) {
		fmt.Fprintf(&b, "%s %s %s\n", p, days[p][0], days[p][1])
	}
	return sealEraseList(b.String(), len(days))
}

func sealEraseList(lines string, n int) string {
	label := "grondslag/retention/erase-list-file/1"
	message := fmt.Sprintf("\x00\x00\x00\x00\x00\x00\x00%c%s%s", len(label), label, lines)
	return fmt.Sprintf("%send %d %x\n", lines, n, rfc2104([]byte(proofSecret), []byte(message)))
}

func TestEraseList(t *testing.T) {
	t.Parallel()
	l := anEraseList(t)
	require.Equal(t, 5, l.Len())
	on, ok := l.Contains("customer", "c-3")
	require.True(t, ok)
	require.Equal(t, "2024-03-04", on.String())
	for _, tc := range [][2]string{{"customer", "c-5"}, {"invoice", "c-3"}, {"customerc", "-3"}, {"customer", "C-3"}} {
		_, ok := l.Contains(tc[0], basis.Subject(tc[1]))
		require.False(t, ok, tc)
	}
	// Twice: the later day stays, whichever comes first.
	require.NoError(t, l.Add("customer", "c-3", proofDay(t, "2024-02-01")))
	on, _ = l.Contains("customer", "c-3")
	require.Equal(t, "2024-03-04", on.String())
	require.NoError(t, l.Add("customer", "c-3", proofDay(t, "2024-05-01")))
	on, _ = l.Contains("customer", "c-3")
	require.Equal(t, "2024-05-01", on.String())
	require.Equal(t, 5, l.Len())
	require.Equal(t, "P5W", l.Backup().Window.String())
}

func TestEraseListImportsHashes(t *testing.T) {
	t.Parallel()
	k := proofKey(t)
	p, err := k.ForEraseList("customer", "c-42")
	require.NoError(t, err)
	l := anEraseList(t)
	require.NoError(t, l.AddPseudonym(p, proofDay(t, "2024-03-09")))
	on, ok := l.Contains("customer", "c-42")
	require.True(t, ok)
	require.Equal(t, "2024-03-09", on.String())

	p, err = k.ForCertificate("customer", "c-43")
	require.NoError(t, err)
	require.NoError(t, l.AddPseudonym(p, proofDay(t, "2024-03-09")))
	_, ok = l.Contains("customer", "c-43")
	require.False(t, ok, "a certificate's pseudonym is another one")
}

func TestEraseListRefuses(t *testing.T) {
	t.Parallel()
	k, day := proofKey(t), proofDay(t, "2024-03-01")
	_, err := retention.NewEraseList(retention.PseudonymKey{}, retention.Backup{})
	require.EqualError(t, err, "retention: no key for pseudonyms")
	_, err = retention.NewEraseList(k, retention.Backup{Window: retention.Period{Days: -1}})
	require.EqualError(t, err, "retention: the backup window is out of bounds, or ends beyond the calendar")
	l := anEraseList(t)
	for _, err := range []error{
		l.Add("", "c", day), l.Add("customer", "", day), l.Add("customer", "c", 0), l.Add("customer", "c", -5),
		l.Add("customer", "c", proofDay(t, "9999-12-31")), l.AddPseudonym(retention.Pseudonym{}, day),
	} {
		require.Error(t, err)
	}
	require.Equal(t, 5, l.Len())

	// The zero list fails closed.
	var zero retention.EraseList
	require.Error(t, zero.Add("customer", "c", day))
	require.Error(t, zero.AddPseudonym(retention.Pseudonym{1}, day))
	_, err = zero.MarshalText()
	require.Error(t, err)
	on, ok := zero.Contains("customer", "c")
	require.True(t, ok)
	require.Zero(t, on)
	require.Len(t, maps.Collect(zero.Replay(slices.Values([]retention.Restored{{Class: "customer", Subject: "c"}}))), 1)
	require.Zero(t, zero.Prune(day))
}

func TestReplay(t *testing.T) {
	t.Parallel()
	l := anEraseList(t)
	restored := []retention.Restored{
		{Class: "customer", Subject: "c-0"},
		{Class: "customer", Subject: "c-9"},                                    // never erased
		{Class: "invoice", Subject: "c-0"},                                     // another class
		{Class: "customer", Subject: "c-1", Since: proofDay(t, "2020-01-01")},  // the old record
		{Class: "customer", Subject: "c-1", Since: proofDay(t, "2024-03-02")},  // that very day
		{Class: "customer", Subject: "c-1", Since: proofDay(t, "2024-03-03")},  // came back
		{Class: "", Subject: "c-2"},                                            // can't be matched
		{Class: "customer", Subject: "", Since: proofDay(t, "2024-03-03")},     // neither
		{Class: "customer", Subject: "c-4", Since: retention.Date(-(1 << 30))}, // no day of the calendar
	}
	var got []string
	for r, on := range l.Replay(slices.Values(restored)) {
		got = append(got, fmt.Sprintf("%s/%s since %s: %s", r.Class, r.Subject, r.Since, on))
	}
	require.Equal(t, []string{
		"customer/c-0 since : 2024-03-01",
		"customer/c-1 since 2020-01-01: 2024-03-02",
		"customer/c-1 since 2024-03-02: 2024-03-02",
		"/c-2 since : ",
		"customer/ since 2024-03-03: ",
		"customer/c-4 since : 2024-03-05",
	}, got)
	for range l.Replay(slices.Values(restored)) {
		break // early stop
	}
}

// A sweep adds while a sync asks; a replay may add what it erases again.
func TestEraseListInParallel(t *testing.T) {
	t.Parallel()
	l, day := anEraseList(t), proofDay(t, "2024-03-20")
	var wg sync.WaitGroup
	for i := range 4 {
		wg.Go(func() {
			for j := range 50 {
				s := basis.Subject(fmt.Sprint(i, "-", j))
				if err := l.Add("customer", s, day); err != nil {
					t.Error(err)
				}
				for r := range l.Replay(slices.Values([]retention.Restored{{Class: "customer", Subject: s}})) {
					if err := l.Add(r.Class, r.Subject, day+1); err != nil {
						t.Error(err)
					}
				}
				l.Prune(day - 100)
				if on, ok := l.Contains("customer", s); !ok || on != day+1 {
					t.Error(s, on, ok)
				}
			}
		})
	}
	wg.Wait()
	require.Equal(t, 205, l.Len())
}

// Whatever day a backup was made and restored, everyone erased since is erased again,
// and the list is empty once no backup can hold them.
func TestPruneNeverForgets(t *testing.T) {
	t.Parallel()
	for _, window := range []string{"P0D", "P1D", "P35D", "P1M", "P3M1D"} {
		b := retention.Backup{Window: proofPeriod(t, window)}
		for erased := proofDay(t, "2024-01-28"); erased < proofDay(t, "2024-03-02"); erased++ {
			l, err := retention.NewEraseList(proofKey(t), b)
			require.NoError(t, err)
			require.NoError(t, l.Add("c", "s", erased))
			for today := erased - 1; ; today++ {
				// The last backup with the subject is that of the day of erasure.
				kept := today <= b.LastCopy(erased)
				dropped := l.Prune(today)
				_, ok := l.Contains("c", "s")
				require.Equal(t, kept, ok, "%s: erased %s, today %s", window, erased, today)
				require.Equal(t, !kept, dropped == 1)
				if !kept {
					break
				}
			}
			require.Zero(t, l.Len())
		}
	}
	l := anEraseList(t)
	require.Zero(t, l.Prune(0))
	require.Zero(t, l.Prune(-7))
	require.Equal(t, 5, l.Len())
}

func TestSetBackup(t *testing.T) {
	t.Parallel()
	l := anEraseList(t)
	long := retention.Backup{Window: proofPeriod(t, "P90D")}
	require.NoError(t, l.SetBackup(long))
	require.Zero(t, l.Prune(long.LastCopy(proofDay(t, "2024-03-01"))))
	require.Equal(t, 1, l.Prune(long.LastCopy(proofDay(t, "2024-03-01"))+1))

	// Shorter: those who are listed stay as long as they had to.
	require.NoError(t, l.SetBackup(retention.Backup{}))
	require.NoError(t, l.Add("customer", "new", proofDay(t, "2024-03-10")))
	require.NoError(t, l.Add("customer", "c-1", proofDay(t, "2024-03-10")))
	require.Equal(t, 1, l.Prune(proofDay(t, "2024-03-11")))
	require.Equal(t, 4, l.Len())
	again, err := retention.ParseEraseList([]byte(eraseText(t, l)), proofKey(t))
	require.NoError(t, err)
	require.Equal(t, eraseText(t, l), eraseText(t, again))

	before := eraseText(t, l)
	require.Error(t, l.SetBackup(retention.Backup{Window: retention.Period{Days: -1}}))
	require.Error(t, l.SetBackup(retention.Backup{Window: proofPeriod(t, "P9999Y")}))
	require.Equal(t, before, eraseText(t, l))
	empty, err := retention.NewEraseList(proofKey(t), long)
	require.NoError(t, err)
	require.Error(t, empty.SetBackup(retention.Backup{Window: retention.Period{Days: -1}}))
}

func TestEraseListText(t *testing.T) {
	t.Parallel()
	l := anEraseList(t)
	want := map[string][2]string{}
	for i := range 5 {
		p := hex.EncodeToString(referenceHMAC([]byte(proofSecret), "grondslag/retention/erase-list/1", "customer", fmt.Sprint("c-", i)))
		on := proofDay(t, "2024-03-01") + retention.Date(i)
		want[p] = [2]string{on.String(), (on + 35).String()}
	}
	text := eraseText(t, l)
	require.Equal(t, referenceEraseList("P5W", want), text)
	got, err := retention.ParseEraseList([]byte(text), proofKey(t))
	require.NoError(t, err)
	require.Equal(t, text, eraseText(t, got))
	require.Equal(t, l.Backup(), got.Backup())
	b, err := l.AppendText([]byte("before\n"))
	require.NoError(t, err)
	require.Equal(t, "before\n"+text, string(b))

	empty, err := retention.NewEraseList(proofKey(t), retention.Backup{})
	require.NoError(t, err)
	require.Equal(t, referenceEraseList("P0D", nil), eraseText(t, empty))
	got, err = retention.ParseEraseList([]byte(eraseText(t, empty)), proofKey(t))
	require.NoError(t, err)
	require.Zero(t, got.Len())
}

// What version 1 wrote is read for ever. This file never changes.
func TestStoredEraseListOfVersion1(t *testing.T) {
	t.Parallel()
	stored, err := os.ReadFile("testdata/erase-list-v1.txt")
	require.NoError(t, err)
	require.Equal(t, string(stored), eraseText(t, anEraseList(t)))
	l, err := retention.ParseEraseList(stored, proofKey(t))
	require.NoError(t, err)
	on, ok := l.Contains("customer", "c-4")
	require.True(t, ok)
	require.Equal(t, "2024-03-05", on.String())
}

func TestEraseListOfAnotherKey(t *testing.T) {
	t.Parallel()
	secret := []byte(proofSecret)
	secret[31] ^= 1
	other, err := retention.NewPseudonymKey(secret)
	require.NoError(t, err)
	text := []byte(eraseText(t, anEraseList(t)))
	l, err := retention.ParseEraseList(text, other)
	require.ErrorIs(t, err, retention.ErrWrongKey)
	require.Nil(t, l)
	_, err = retention.ParseEraseList(text, retention.PseudonymKey{})
	require.EqualError(t, err, "retention: no key for pseudonyms")
}

// Each byte of the list, changed in each of its bits, each cut and each line out of
// place makes it refused.
func TestEraseListTampering(t *testing.T) {
	t.Parallel()
	k, text := proofKey(t), eraseText(t, anEraseList(t))
	refused := func(name, changed string) {
		if _, err := retention.ParseEraseList([]byte(changed), k); err == nil {
			t.Fatalf("accepted: %s\n%s", name, changed)
		}
	}
	for i := range len(text) {
		for bit := range 8 {
			changed := []byte(text)
			changed[i] ^= 1 << bit
			refused(fmt.Sprint("bit ", bit, " of byte ", i), string(changed))
		}
		refused("cut", text[:i])
		refused("space", text[:i]+" "+text[i:])
		refused("line", text[:i]+"\n"+text[i:])
	}
	refused("more", text+"\n")
	refused("twice", text+text)
	lines := slices.Collect(strings.Lines(text))
	for i := range lines {
		refused("removed", strings.Join(slices.Delete(slices.Clone(lines), i, i+1), ""))
		for j := range lines {
			if i != j {
				swapped := slices.Clone(lines)
				swapped[i], swapped[j] = swapped[j], swapped[i]
				refused("swapped", strings.Join(swapped, ""))
			}
			refused("inserted", strings.Join(slices.Insert(slices.Clone(lines), j, lines[i]), ""))
		}
	}
}

// With its right authentication code, another form is refused all the same.
func TestEraseListHasOneForm(t *testing.T) {
	t.Parallel()
	k := proofKey(t)
	p, q := strings.Repeat("1a", 32), strings.Repeat("1b", 32)
	good := fmt.Sprintf("%s 2024-03-01 2024-04-05\n%s 2024-03-01 2024-04-06\n", p, q)
	head := strings.Join(strings.SplitAfter(referenceEraseList("P5W", nil), "\n")[:3], "")
	_, err := retention.ParseEraseList([]byte(sealEraseList(head+good, 2)), k)
	require.NoError(t, err)
	for want, text := range map[string]string{
		"line 4: want a pseudonym and two days":                             sealEraseList(head+strings.Replace(good, " ", "  ", 1), 2),
		"line 4: want a pseudonym and":                                      sealEraseList(head+strings.ToUpper(good), 2),
		"line 4: want a pseudonym":                                          sealEraseList(head+strings.Replace(good, "2024-03-01", "2024-02-30", 1), 2),
		"line 5: want a pseudonym and two days":                             sealEraseList(head+strings.Replace(good, "04-06\n", "04-0x\n", 1), 2),
		"line 4: the entry ends before the backup window does":              sealEraseList(head+strings.Replace(good, "04-05", "04-04", 1), 2),
		"line 4: the entry ends before the":                                 sealEraseList(head+strings.Replace(good, "2024-03-01 2024-04-05", "9999-12-31 9999-12-31", 1), 2),
		"line 5: the entries are not sorted, or one is there twice":         sealEraseList(head+strings.Replace(good, q, p, 1), 2),
		"line 4: the entries are not sorted":                                sealEraseList(head+strings.Replace(good, p, strings.Repeat("0", 64), 1), 2),
		"line 6: the list was changed or is cut off: number of entries":     sealEraseList(head+good, 3),
		"line 6: the list was changed or is cut off":                        strings.Replace(sealEraseList(head+good, 2), "end 2", "end 02", 1),
		"line 6: the list is cut off":                                       head + good,
		"line 4: the list is cut off":                                       head,
		"line 3: want the check of the key":                                 "grondslag-erase-list 1\nwindow P5W\nend 0\n",
		"line 2: want the window, as in window P5W":                         "grondslag-erase-list 1\nwindow P35D\n",
		"line 2: want the window":                                           "grondslag-erase-list 1\n",
		"line 1: want grondslag-erase-list 1":                               "grondslag-erase-list 2\nwindow P5W\n",
		"line 1: want grondslag-erase-list":                                 "",
		"line 6: the list was changed or is cut off: number of entries or ": sealEraseList(head+good, 2) + "x",
	} {
		_, err := retention.ParseEraseList([]byte(text), k)
		require.ErrorContains(t, err, "retention: erase list "+want)
	}
}

func FuzzParseEraseList(f *testing.F) {
	whole := eraseText(f, anEraseList(f))
	lines, _, _ := strings.Cut(whole, "end ")
	f.Add(lines, 5)
	f.Add(strings.Replace(lines, "P5W", "P35D", 1), 5)
	f.Add(strings.Join(strings.SplitAfter(lines, "\n")[:3], ""), 0)
	k := proofKey(f)
	f.Fuzz(func(t *testing.T, lines string, n int) {
		text := sealEraseList(lines, n)
		l, err := retention.ParseEraseList([]byte(text), k)
		if err != nil {
			if l != nil || len(lines) > 40 && strings.Contains(err.Error(), lines) {
				t.Fatal(err)
			}
			return
		}
		if l.Len() != n {
			t.Fatalf("%d entries, want %d", l.Len(), n)
		}
		if again, err := l.MarshalText(); err != nil || string(again) != text {
			t.Fatalf("%v: accepted\n%s\nwhich is\n%s", err, text, again)
		}
	})
}

// No reference to a person is in anything that comes out: texts, files, logs, errors.
func TestNoPersonalData(t *testing.T) {
	t.Parallel()
	const marker = "jan.de.vries@example.org"
	k, day := proofKey(t), proofDay(t, "2024-03-01")
	l, err := retention.NewEraseList(k, retention.Backup{Window: proofPeriod(t, "P35D")})
	require.NoError(t, err)
	var out bytes.Buffer
	show := func(values ...any) {
		for _, v := range values {
			for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%d"} {
				fmt.Fprintf(&out, verb+"\n", v)
			}
			if b, err := json.Marshal(v); err == nil {
				out.Write(b)
			}
			slog.New(slog.NewJSONHandler(&out, nil)).Info("x", "v", v)
			slog.New(slog.NewTextHandler(&out, nil)).Info("x", "v", v)
		}
	}
	require.NoError(t, l.Add("customer", marker, day))
	p, err := k.ForCertificate("customer", marker)
	require.NoError(t, err)
	q, err := k.ForEraseList("customer", marker)
	require.NoError(t, err)
	c := fullCertificate(t)
	c.Subject = p
	var chain retention.Chain
	_, err = chain.Append(&out, c)
	require.NoError(t, err)
	show(k, l, p, q, c, c.Text(), chain.Head(), eraseText(t, l))

	// Put in the wrong place it is refused, and the error doesn't repeat it.
	for _, spoil := range []func(*retention.Certificate){
		func(c *retention.Certificate) { c.Rule = marker }, func(c *retention.Certificate) { c.Law = marker },
		func(c *retention.Certificate) { c.Class = marker }, func(c *retention.Certificate) { c.Executor = marker },
		func(c *retention.Certificate) { c.Fields[0] = marker }, func(c *retention.Certificate) { c.Recipients[0].Recipient = marker },
		func(c *retention.Certificate) { c.Start.Event = marker }, func(c *retention.Certificate) { c.Action = marker },
		func(c *retention.Certificate) { c.Recipients[0].State = marker }, func(c *retention.Certificate) { c.Recipients[2].Reason = marker },
	} {
		bad := fullCertificate(t)
		spoil(&bad)
		_, err := chain.Append(&out, bad)
		require.Error(t, err)
		show(err)
	}
	for _, err := range []error{
		l.Add("", marker, day), l.Add(marker, "", day), l.Add("customer", marker, 0), l.Add("customer", marker, proofDay(t, "9999-12-31")),
	} {
		require.Error(t, err)
		show(err)
	}
	_, err = retention.ParseEraseList([]byte("grondslag-erase-list 1\nwindow "+marker+"\n"), k)
	show(err)
	_, err = retention.ParseHead(marker)
	show(err)
	_, err = retention.ParsePseudonym(marker)
	show(err)
	line, _ := sealReference(`{"v":1,"n":1,"prev":"` + marker + `"`)
	_, err = verify(line)
	show(err)
	line, _ = referenceLine(1, [32]byte{}, retention.Certificate{Rule: marker, Class: marker, Decided: c.Decided, Done: c.Done, Action: marker, Count: 1, Executor: marker})
	_, err = verify(line)
	require.Error(t, err)
	show(err)
	notShown(t, out.String(), marker)
	require.NotContains(t, out.String(), "jan.de")
	notShown(t, out.String(), proofSecret)
}
