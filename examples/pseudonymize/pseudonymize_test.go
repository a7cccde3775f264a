package main

import (
	"bytes"
	"encoding/csv"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/grondslag/grondslag/anonymize"
)

var update = flag.Bool("update", false, "write the golden files")

// call runs the program in this process.
func call(t testing.TB, stdin string, args ...string) (stdout, stderr string, status int) {
	t.Helper()
	var out, errs bytes.Buffer
	status = run(t.Context(), args, strings.NewReader(stdin), &out, &errs)
	return out.String(), errs.String(), status
}

// place is a folder with a key file and the sample's plan for it.
type place struct{ dir, keys, plan, fingerprint string }

func newPlace(t testing.TB) place {
	t.Helper()
	dir := t.TempDir()
	p := place{dir: dir, keys: filepath.Join(dir, "keys.json"), plan: filepath.Join(dir, "plan.json")}
	_, stderr, status := call(t, "", "-new-keys", p.keys)
	require.Equal(t, done, status, stderr)
	p.fingerprint = regexp.MustCompile(`[0-9a-f]{32}`).FindString(stderr)
	require.NotEmpty(t, p.fingerprint)
	p.write(t, p.plan, strings.Replace(string(samplePlan), `"version": 1,`, `"version": 1, "domain": "mailer", "key": "`+p.fingerprint+`",`, 1))
	return p
}

func (p place) write(t testing.TB, file, text string) string {
	t.Helper()
	if !filepath.IsAbs(file) {
		file = filepath.Join(p.dir, file)
	}
	require.NoError(t, os.WriteFile(file, []byte(text), 0o600))
	return file
}

func read(t testing.TB, text string) [][]string {
	t.Helper()
	rows, err := csv.NewReader(strings.NewReader(text)).ReadAll()
	require.NoError(t, err)
	return rows
}

func TestTreatAndReverse(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	out, stderr, status := call(t, string(sampleCustomers), "-plan", p.plan, "-keys", p.keys, "-")
	require.Equal(t, done, status, stderr)
	require.Empty(t, stderr)
	before, after := read(t, string(sampleCustomers)), read(t, out)
	require.Len(t, after, len(before))
	require.Equal(t, before[0], after[0])
	direct := map[string]bool{"customer_id": true, "name": true, "email": true, "phone": true, "iban": true, "plate": true}
	shown := map[string]bool{"country": true, "amount": true, "postcode": true, "note": true}
	for i, row := range before[1:] {
		for c, value := range row {
			if !shown[before[0][c]] {
				require.NotEqual(t, value, after[i+1][c], before[0][c])
			}
			if direct[before[0][c]] {
				require.NotContains(t, out, value, before[0][c])
			}
		}
	}
	// The same again, and by name of the file.
	file := p.write(t, "in.csv", string(sampleCustomers))
	again, _, status := call(t, "", "-plan", p.plan, "-keys", p.keys, "-domain", "mailer", file)
	require.Equal(t, done, status)
	require.Equal(t, out, again)

	back, stderr, status := call(t, out, "-reverse", "-reason", "a test", "-plan", p.plan, "-keys", p.keys, "-")
	require.Equal(t, done, status, stderr)
	restored := map[string]bool{"customer_id": true, "email": true, "iban": true, "plate": true, "ordered_at": true, "country": true}
	for i, row := range read(t, back)[1:] {
		for c, value := range row {
			if restored[before[0][c]] {
				require.Equal(t, before[i+1][c], value)
			} else {
				require.Equal(t, after[i+1][c], value)
			}
		}
	}
}

// What the plan, the keys or the header forbid ends with status 2 and nothing on
// standard output.
func TestRefuses(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	other := filepath.Join(p.dir, "other.json")
	_, _, status := call(t, "", "-new-keys", other)
	require.Equal(t, done, status)
	unpinned := p.write(t, "unpinned.json", string(samplePlan))
	input := p.write(t, "in.csv", string(sampleCustomers))
	plan := func(change, to string) string {
		text, err := os.ReadFile(p.plan)
		require.NoError(t, err)
		require.Contains(t, string(text), change)
		f, err := os.CreateTemp(p.dir, "plan*.json")
		require.NoError(t, err)
		_, err = io.WriteString(f, strings.Replace(string(text), change, to, 1))
		require.NoError(t, err)
		require.NoError(t, f.Close())
		return f.Name()
	}
	for name, c := range map[string]struct {
		args []string
		says string
	}{
		"no key file":      {[]string{"-plan", p.plan, input}, "key"},
		"missing key file": {[]string{"-plan", p.plan, "-keys", p.dir + "/none.json", input}, "no keys"},
		"another key":      {[]string{"-plan", p.plan, "-keys", other, input}, "another key"},
		"no fingerprint":   {[]string{"-plan", unpinned, "-keys", p.keys, "-domain", "mailer", input}, p.fingerprint},
		"no key, unpinned": {[]string{"-plan", unpinned, input}, "-new-keys"},
		"another domain":   {[]string{"-plan", p.plan, "-keys", p.keys, "-domain", "analyst", input}, "domain"},
		"malformed domain": {[]string{"-plan", p.plan, "-keys", p.keys, "-domain", "a b", input}, "domain"},
		"no domain":        {[]string{"-plan", plan(`"domain": "mailer", `, ""), "-keys", p.keys, input}, "domain"},
		"missing plan":     {[]string{"-plan", p.dir + "/none.json", "-keys", p.keys, input}, "none.json"},
		"unknown method":   {[]string{"-plan", plan(`"keep"`, `"rot13"`), "-keys", p.keys, input}, "rot13"},
		"unknown option":   {[]string{"-plan", plan(`"keep"`, `"keep,bits=9"`), "-keys", p.keys, input}, "bits"},
		"column without rule": {[]string{"-plan", plan(`    "country": "keep",
`, ""), "-keys", p.keys, input}, "undeclared"},
		"rule without column": {[]string{"-plan", plan(`"country"`, `"age": "keep", "country"`), "-keys", p.keys, input}, "age"},
		"no vault":            {[]string{"-plan", plan(`"keep"`, `"tokenize"`), "-keys", p.keys, input}, "vault"},
		"missing file":        {[]string{"-plan", p.plan, "-keys", p.keys, p.dir + "/none.csv"}, "none.csv"},
		"no file":             {[]string{"-plan", p.plan, "-keys", p.keys}, "which file"},
		"no plan":             {[]string{"-keys", p.keys, input}, "which plan"},
		"two files":           {[]string{"-plan", p.plan, "-keys", p.keys, input, input}, "one file"},
		"two modes":           {[]string{"-init", "-reverse", input}, "exclude"},
		"init with plan":      {[]string{"-init", "-plan", p.plan, input}, "takes none"},
		"new keys with file":  {[]string{"-new-keys", p.dir + "/x.json", input}, "nothing else"},
		"existing keys":       {[]string{"-new-keys", p.keys}, "exists"},
		"unknown flag":        {[]string{"-salt", "x", input}, "usage"},
		"bad format":          {[]string{"-format", "xml", "-plan", p.plan, "-keys", p.keys, input}, "csv or jsonl"},
		"bad comma":           {[]string{"-comma", "--", "-plan", p.plan, "-keys", p.keys, input}, "comma"},
		"blank reason":        {[]string{"-reverse", "-reason", " ", "-plan", p.plan, "-keys", p.keys, input}, "reason"},
		"malformed hierarchy": {[]string{"-hierarchy", "city", "-plan", p.plan, "-keys", p.keys, input}, "NAME=FILE"},
		"missing hierarchy":   {[]string{"-hierarchy", "city=" + p.dir + "/none", "-plan", p.plan, "-keys", p.keys, input}, "none"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			stdout, stderr, status := call(t, "", c.args...)
			require.Equal(t, badUsage, status, stderr)
			require.Empty(t, stdout)
			require.Contains(t, stderr, c.says)
			require.NotContains(t, stderr, "anna.devries")
		})
	}
	if runtime.GOOS != "windows" {
		readable := newPlace(t)
		require.NoError(t, os.Chmod(readable.keys, 0o644))
		stdout, _, status := call(t, "", "-plan", readable.plan, "-keys", readable.keys, input)
		require.Equal(t, badUsage, status, "a key that others can read")
		require.Empty(t, stdout)
	}
	stdout, _, status := call(t, "", "-plan", p.plan, "-keys", p.keys, "-")
	require.Equal(t, badUsage, status, "an empty file has no header")
	require.Empty(t, stdout)
}

// A row that can't be treated ends it: the rows before are there, whole, and none after.
func TestBrokenRow(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	good := string(sampleCustomers)
	for name, row := range map[string]string{
		"short":         "c-9,x\n",
		"no address":    strings.Replace(strings.SplitAfter(good, "\n")[1], "anna.devries@example.nl", "anna.devries", 1),
		"bad check":     strings.Replace(strings.SplitAfter(good, "\n")[1], "NL", "XX", 1),
		"invalid UTF-8": strings.Replace(strings.SplitAfter(good, "\n")[1], "Anna", "A\xffna", 1),
		"bare quote":    strings.Replace(strings.SplitAfter(good, "\n")[1], "Anna", "A\"nna", 1),
	} {
		out, stderr, status := call(t, good+row+strings.SplitAfter(good, "\n")[2], "-plan", p.plan, "-keys", p.keys, "-")
		require.Equal(t, failed, status, name)
		require.Contains(t, stderr, "row 21", name)
		require.NotContains(t, stderr, "anna", name)
		require.Len(t, read(t, out), 21, name)
		require.True(t, strings.HasSuffix(out, "\n"), name)
	}
}

func TestJSONLines(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	plan := p.write(t, "lines.json", `{"version": 1, "domain": "mailer", "key": "`+p.fingerprint+`", "fields": {
		"id": "siv,subject", "contact.email": "siv,norm=email", "tags": "redact", "age": "round=10", "seen": "dateshift=9"}}`)
	input := `{"id":"c-1","contact":{"email":"Jan@example.nl"},"tags":["a","b"],"age":34,"seen":"2026-02-01"}
{"id":"c-2","contact":{"email":null},"tags":[],"age":35}
`
	file := p.write(t, "in.jsonl", input)
	out, stderr, status := call(t, "", "-plan", plan, "-keys", p.keys, file)
	require.Equal(t, done, status, stderr)
	require.NotContains(t, out, "example.nl")
	require.Contains(t, out, `"age":30`)
	require.Contains(t, out, `"age":40`)
	back, stderr, status := call(t, out, "-reverse", "-format", "jsonl", "-plan", plan, "-keys", p.keys, "-")
	require.Equal(t, done, status, stderr)
	require.Contains(t, back, `"id":"c-1","contact":{"email":"jan@example.nl"}`)
	require.Contains(t, back, `"seen":"2026-02-01"`)

	out, stderr, status = call(t, input+`{"id":"c-3","iban":"NL91"}`+"\n", "-format", "jsonl", "-plan", plan, "-keys", p.keys, "-")
	require.Equal(t, failed, status)
	require.Equal(t, 2, strings.Count(out, "\n"))
	require.Contains(t, stderr, "line 3")
	require.NotContains(t, stderr, "NL91")

	stdout, _, status := call(t, input, "-format", "jsonl", "-plan", plan, "-")
	require.Equal(t, badUsage, status)
	require.Empty(t, stdout)
}

// A proposal runs as it is, keeps nothing that is not a code of a country, language
// or currency, and redacts what it does not know.
func TestPropose(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	file := p.write(t, "in.csv", string(sampleCustomers))
	plan, stderr, status := call(t, "", "-init", "-keys", p.keys, "-domain", "mailer", file)
	require.Equal(t, done, status, stderr)
	golden(t, "proposal.json", strings.ReplaceAll(plan, p.fingerprint, "FINGERPRINT"))
	out, stderr, status := call(t, "", "-plan", p.write(t, "proposed.json", plan), "-keys", p.keys, file)
	require.Equal(t, done, status, stderr)
	require.Len(t, read(t, out), 21)

	input := "\ufeffE-mail;Telefoon;Geboortedatum;Land;Geslacht;Religie;City;Status;Mail;Notities;IP\n" +
		"jan@example.nl;06-12345678;1984-02-29;NL;man;geen;Delft;actief;x;belt;192.0.2.1\n" +
		"piet@example.nl;0201234567;29-02-1984;BE;man;;Gent;actief;piet@example.nl;;2001:db8::1\n"
	plan, stderr, status = call(t, input, "-init", "-")
	require.Equal(t, done, status, stderr)
	policy, err := anonymize.ParsePolicy([]byte(plan))
	require.NoError(t, err)
	want := map[string]string{
		"e_mail": "token,norm=email", "telefoon": "token,norm=phone", "geboortedatum": "redact", "land": "keep", "geslacht": "redact",
		"religie": "redact", "city": "redact", "status": "redact", "mail": "token,norm=text", "notities": "redact", "ip": "ip=24/48",
	}
	for path, rule := range want {
		require.Equal(t, rule, policy.Fields[path].String(), path)
	}
	require.Len(t, policy.Fields, len(want))

	plan, stderr, status = call(t, `{"email":"jan@example.nl","address":{"zip":"1234 AB","lines":["a","b"]},"n":1}`, "-init", "-format", "jsonl", "-")
	require.Equal(t, done, status, stderr)
	policy, err = anonymize.ParsePolicy([]byte(plan))
	require.NoError(t, err)
	require.Equal(t, "postcode=4", policy.Fields["address.zip"].String())
	require.Equal(t, "redact", policy.Fields["address.lines"].String())
	require.Equal(t, "redact", policy.Fields["n"].String())

	for _, bad := range []string{"", "a,a\n1,2\n", "a,\n1,2\n", ",\n", "a,A\n"} {
		stdout, _, status := call(t, bad, "-init", "-")
		require.Equal(t, badUsage, status, "%q", bad)
		require.Empty(t, stdout)
	}
}

// The demonstration and the report, but for what a fresh key makes different.
func TestDemonstration(t *testing.T) {
	t.Parallel()
	out, stderr, status := call(t, "")
	require.Equal(t, done, status, stderr)
	require.Contains(t, out, "With the key, 7 of 13 columns can be had back")
	require.Contains(t, out, "anna.devries@example.nl")
	require.Equal(t, 2, strings.Count(out, "v1.demo.")/2, "customer and address, for two recipients")

	p := newPlace(t)
	out, stderr, status = call(t, "", "-report", "-plan", p.plan, "-keys", p.keys)
	require.Equal(t, done, status, stderr)
	golden(t, "report.txt", regexp.MustCompile(`k\d{8}`).ReplaceAllString(out, "k20261124"))
	help, _, status := call(t, "", "-h")
	require.Equal(t, done, status)
	require.Equal(t, usage, help)
}

func TestHierarchyAndList(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	city := p.write(t, "city.csv", "Delft;Zuid-Holland;NL\nGent;Oost-Vlaanderen;BE\n")
	names := p.write(t, "names.txt", "Alpha\nBeta\n\nGamma\n")
	plan := p.write(t, "h.json", `{"version":1,"domain":"mailer","key":"`+p.fingerprint+`","fields":{"city":"hierarchy=city,level=1","name":"surrogate=greek"}}`)
	out, stderr, status := call(t, "city,name\nDelft,Jan\nGent,Piet\n", "-plan", plan, "-keys", p.keys, "-hierarchy", "city="+city, "-list", "greek="+names, "-")
	require.Equal(t, done, status, stderr)
	rows := read(t, out)
	require.Equal(t, "Zuid-Holland", rows[1][0])
	require.Equal(t, "Oost-Vlaanderen", rows[2][0])
	require.Contains(t, "Alpha Beta Gamma", rows[1][1])
	_, stderr, status = call(t, "city,name\nParis,Jan\n", "-plan", plan, "-keys", p.keys, "-hierarchy", "city="+city, "-list", "greek="+names, "-")
	require.Equal(t, failed, status)
	require.NotContains(t, stderr, "Paris")
}

// endless makes rows until n are read, and nothing is kept of them.
type endless struct {
	n    int
	next []byte
	at   int
}

func (e *endless) Read(p []byte) (int, error) {
	if len(e.next) == 0 {
		if e.at == e.n {
			return 0, io.EOF
		}
		for len(e.next) < 4096 && e.at < e.n {
			e.next = fmt.Appendf(e.next, "c-%d,person-%d@example.nl,192.0.2.%d\n", e.at, e.at, e.at%256)
			e.at++
		}
	}
	n := copy(p, e.next)
	e.next = e.next[n:]
	return n, nil
}

// Memory does not grow with the file.
func TestConstantMemory(t *testing.T) {
	p := newPlace(t)
	plan := p.write(t, "m.json", `{"version":1,"domain":"mailer","key":"`+p.fingerprint+`","fields":{"id":"token","email":"token,norm=email","ip":"ip"}}`)
	n := 300_000
	if testing.Short() {
		n = 100_000
	}
	peak := uint64(0)
	counted := &counter{each: func() {
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		peak = max(peak, m.HeapInuse)
	}}
	var stderr bytes.Buffer
	in := io.MultiReader(strings.NewReader("id,email,ip\n"), &endless{n: n})
	status := run(t.Context(), []string{"-progress", "-plan", plan, "-keys", p.keys, "-"}, in, counted, &stderr)
	require.Equal(t, done, status, stderr.String())
	require.Equal(t, n+1, counted.lines)
	require.Less(t, peak, uint64(64<<20))
	require.Contains(t, stderr.String(), fmt.Sprintf("%d rows", n))
}

type counter struct {
	lines, writes int
	each          func()
}

func (c *counter) Write(p []byte) (int, error) {
	c.lines += bytes.Count(p, []byte("\n"))
	if c.writes++; c.writes%64 == 0 {
		c.each()
	}
	return len(p), nil
}

// full is a destination that takes so many bytes.
type full struct{ left int }

func (f *full) Write(p []byte) (int, error) {
	if len(p) > f.left {
		return 0, errors.New("no space left")
	}
	f.left -= len(p)
	return len(p), nil
}

func TestWriteFails(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	var stderr bytes.Buffer
	status := run(t.Context(), []string{"-plan", p.plan, "-keys", p.keys, "-"}, bytes.NewReader(sampleCustomers), &full{10}, &stderr)
	require.Equal(t, failed, status)
	require.Contains(t, stderr.String(), "no space left")
}

func golden(t *testing.T, name, got string) {
	t.Helper()
	file := filepath.Join("testdata", name)
	if *update {
		require.NoError(t, os.MkdirAll("testdata", 0o755))
		require.NoError(t, os.WriteFile(file, []byte(got), 0o644))
	}
	want, err := os.ReadFile(file)
	require.NoError(t, err)
	require.Equal(t, string(want), got)
}
