package main

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/grondslag/grondslag/consent"
	"github.com/grondslag/grondslag/consent/proof"
)

var update = flag.Bool("update", false, "write the golden files anew")

// call runs the program in a folder and returns its exit status and output.
func call(t testing.TB, folder string, args ...string) (status int, stdout, stderr string) {
	t.Helper()
	var out, fault bytes.Buffer
	status = run(args, folder, strings.NewReader(""), &out, &fault)
	return status, out.String(), fault.String()
}

// works is call, which must succeed.
func works(t testing.TB, folder string, args ...string) string {
	t.Helper()
	status, out, fault := call(t, folder, args...)
	require.Equal(t, done, status, "%v: %s", args, fault)
	require.Empty(t, fault)
	return out
}

var random = regexp.MustCompile(`\b[0-9a-f]{8}\b|\b[0-9a-f]{32}\b`)

func golden(t *testing.T, name, got string) {
	t.Helper()
	got = random.ReplaceAllStringFunc(got, func(s string) string { return strings.Repeat("x", len(s)) })
	path := filepath.Join("testdata", name)
	if *update {
		require.NoError(t, os.MkdirAll("testdata", 0o755))
		require.NoError(t, os.WriteFile(path, []byte(got), 0o644))
	}
	want, err := os.ReadFile(path)
	require.NoError(t, err)
	require.Equal(t, string(want), got)
}

func TestStory(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	golden(t, "show.txt", works(t, dir, "show"))
	golden(t, "show.nl.txt", works(t, dir, "show", "-lang", "nl"))
	for line := range strings.Lines(works(t, dir, "show")) {
		require.LessOrEqual(t, len([]rune(strings.TrimSuffix(line, "\n"))), 100, line)
	}
	for line := range strings.Lines(works(t, dir, "show", "-json")) {
		var s shown
		require.NoError(t, json.Unmarshal([]byte(line), &s))
		require.NotEmpty(t, s.Events)
	}
	info, err := os.Stat(filepath.Join(dir, "prove.key"))
	require.NoError(t, err)
	require.Equal(t, fs.FileMode(0o600), info.Mode().Perm())

	file := filepath.Join(dir, "proof.txt")
	require.NoError(t, os.WriteFile(file, []byte(works(t, dir, "export", "c-1")), 0o644))
	// In another folder, with the key and the file alone.
	elsewhere := t.TempDir()
	report := works(t, elsewhere, "verify", "-key", filepath.Join(dir, "prove.pub"), file)
	golden(t, "verify.txt", report)
	left, err := os.ReadDir(elsewhere)
	require.NoError(t, err)
	require.Empty(t, left, "verify makes nothing")

	table := works(t, dir, "tamper", "c-1")
	golden(t, "tamper.txt", table)
	require.Contains(t, table, "500 found")
	for _, s := range []string{"c-3", "c-5"} { // a merger; an import
		require.NotContains(t, works(t, dir, "tamper", s), "NOT FOUND", s)
	}

	// The proof that was handed out holds after erasure; nothing of the person is in the files.
	p := &program{folder: dir}
	l, err := p.open(t.Context())
	require.NoError(t, err)
	values, err := l.values(t.Context(), "c-2")
	require.NoError(t, err)
	l.close()
	require.Error(t, p.search(values), "they are there before")
	require.Contains(t, works(t, dir, "erase", "c-2"), "capsule of 2 events")
	require.NoError(t, p.search(values))
	require.Contains(t, works(t, dir, "erase", "c-2"), "nothing was recorded")
	for _, name := range []string{"prove.db", "prove.db-wal"} {
		b, err := os.ReadFile(filepath.Join(dir, name))
		if err == nil {
			require.NotContains(t, string(b), "els@example.com", name)
		}
	}
	status, out, fault := call(t, dir, "export", "c-2")
	require.Equal(t, failed, status)
	require.Empty(t, out)
	require.Contains(t, fault, "erased")
	claim := filepath.Join(dir, "claim.txt")
	require.NoError(t, os.WriteFile(claim, []byte(works(t, dir, "claim", "ELS@example.com")), 0o644))
	golden(t, "claim.txt", works(t, dir, "verify", "-key", "prove.pub", "claim.txt"))
	status, out, _ = call(t, dir, "claim", "piet@example.com")
	require.Equal(t, failed, status, "who is not erased has no capsule")
	require.Empty(t, out)
	require.Equal(t, report, works(t, elsewhere, "verify", "-key", filepath.Join(dir, "prove.pub"), file))
	works(t, dir, "tamper", "c-4")
}

// Every bit that is changed makes verify fail; a sample of them under -short.
func TestVerifyFindsEveryChange(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	file := []byte(works(t, dir, "export", "c-5"))
	step := 1
	if testing.Short() {
		step = 37
	}
	path := filepath.Join(dir, "changed.txt")
	for bit := 0; bit < 8*len(file); bit += 7 * step {
		changed := bytes.Clone(file)
		changed[bit/8] ^= 1 << (bit % 8)
		require.NoError(t, os.WriteFile(path, changed, 0o644))
		status, out, fault := call(t, dir, "verify", "-key", "prove.pub", "changed.txt")
		require.Equal(t, failed, status, "bit %d", bit)
		require.Empty(t, out)
		require.Contains(t, fault, "NOT PROVEN")
		require.NotContains(t, fault, "kim@")
	}
	for n := range len(file) {
		if n%(11*step) == 0 {
			require.NoError(t, os.WriteFile(path, file[:n], 0o644))
			status, _, _ := call(t, dir, "verify", "-key", "prove.pub", "changed.txt")
			require.Equal(t, failed, status, "cut at %d", n)
		}
	}
	// Another log's key.
	other := t.TempDir()
	works(t, other, "show")
	require.NoError(t, os.WriteFile(path, file, 0o644))
	status, _, fault := call(t, other, "verify", "-key", "prove.pub", path)
	require.Equal(t, failed, status)
	require.Contains(t, fault, "NOT PROVEN")
}

func TestRefuses(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	for _, args := range [][]string{
		{}, {"grant"}, {"export"}, {"export", "c-1", "c-2"}, {"verify", "x"}, {"verify", "-key"}, {"show", "-lang", "fr"},
		{"erase", "-keep", "-1", "c-1"}, {"erase", "-keep", "x", "c-1"}, {"show", "more"}, {"verify", "-key", "a", "b", "c"},
	} {
		status, out, fault := call(t, dir, args...)
		require.Equal(t, badUsage, status, "%v", args)
		require.Empty(t, out)
		require.Contains(t, fault, "usage:")
	}
	for _, args := range [][]string{
		{"erase", "-keep", "piet@example.com", "c-1"}, {"claim", "piet@example.com"}, {"export", "piet@example.com"}, {"tamper", "piet@example.com"},
		{"verify", "-key", "piet@example.com.pub", "piet@example.com.txt"}, {"show", "-piet@example.com"}, {"show", "piet@example.com"}, {"piet@example.com"},
	} {
		status, out, fault := call(t, dir, args...)
		require.NotEqual(t, done, status)
		require.NotContains(t, out+fault, "piet", "no personal data in an error")
	}
	status, out, _ := call(t, dir, "help")
	require.Equal(t, done, status)
	require.Contains(t, out, "usage:")
	for _, args := range [][]string{{"export", "c-99"}, {"tamper", "c-99"}, {"verify", "-key", "none.pub", "none.txt"}, {"claim", "nobody@example.com"}} {
		status, out, _ := call(t, dir, args...)
		require.Equal(t, failed, status, "%v", args)
		require.Empty(t, out)
	}
	require.NoError(t, os.Chmod(filepath.Join(dir, "prove.key"), 0o644))
	status, _, fault := call(t, dir, "show")
	require.Equal(t, failed, status)
	require.Contains(t, fault, "chmod 600")
	require.NoError(t, os.Remove(filepath.Join(dir, "prove.key")))
	status, _, fault = call(t, dir, "show")
	require.Equal(t, failed, status)
	require.Contains(t, fault, "without its keys")
}

// Programs that begin at once, in an empty folder, agree on one key and one story.
func TestBeginTogether(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "a?b%20c#d") // a path that is no URL
	require.NoError(t, os.Mkdir(dir, 0o755))
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			var out, fault bytes.Buffer
			if status := run([]string{"export", "c-1"}, dir, strings.NewReader(""), &out, &fault); status != done {
				t.Error(fault.String())
				return
			}
			var report bytes.Buffer
			if status := run([]string{"verify", "-key", "prove.pub", "-"}, dir, &out, &report, &fault); status != done {
				t.Error(fault.String())
			}
		})
	}
	wg.Wait()
	golden(t, "show.txt", works(t, dir, "show"))
	var names []string
	files, err := os.ReadDir(dir)
	require.NoError(t, err)
	for _, f := range files {
		names = append(names, f.Name())
	}
	require.Equal(t, []string{"prove.db", "prove.key", "prove.pub"}, names, "nothing is left over")

	// The public key can be made again from the private one; another one is refused.
	before, err := os.ReadFile(filepath.Join(dir, "prove.pub"))
	require.NoError(t, err)
	require.NoError(t, os.Remove(filepath.Join(dir, "prove.pub")))
	works(t, dir, "show")
	after, err := os.ReadFile(filepath.Join(dir, "prove.pub"))
	require.NoError(t, err)
	require.Equal(t, string(before), string(after))
	other := t.TempDir()
	works(t, other, "show")
	foreign, err := os.ReadFile(filepath.Join(other, "prove.pub"))
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(filepath.Join(dir, "prove.pub"), foreign, 0o644))
	status, _, fault := call(t, dir, "show")
	require.Equal(t, failed, status)
	require.Contains(t, fault, "another key")
	require.NoError(t, os.Rename(filepath.Join(other, "prove.db"), filepath.Join(other, "prove.db-wal")))
	status, _, fault = call(t, other, "show")
	require.Equal(t, failed, status)
	require.Contains(t, fault, "prove.db-wal is there")
}

// A proof on standard input, and two programs that begin at once.
func TestTogether(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	works(t, dir, "show")
	file := works(t, dir, "export", "c-3")
	var out, fault bytes.Buffer
	require.Equal(t, done, run([]string{"verify", "-key", "prove.pub", "-"}, dir, strings.NewReader(file), &out, &fault), fault.String())
	var wg sync.WaitGroup
	for i := range 4 {
		wg.Go(func() {
			var out, fault bytes.Buffer
			if status := run([]string{"erase", fmt.Sprintf("c-%d", i+1)}, dir, strings.NewReader(""), &out, &fault); status != done {
				t.Error(fault.String())
			}
		})
	}
	wg.Wait()
	require.Equal(t, 5, strings.Count(works(t, dir, "show"), "erased"), "c-6 is the same person as c-3")
}

// What a log's owner writes does not steer the reader's terminal, nor run over its width.
func TestWords(t *testing.T) {
	t.Parallel()
	require.Equal(t, "a?[2Jb?c?d", printable("a\x1b[2Jb\u202ec\u2066d"))
	require.Equal(t, []string{"a", "bbbb", "bb c"}, wrap("a bbbbbb c", 4))
	require.Equal(t, []string{""}, wrap(" ", 4))
	for _, name := range consent.Type("").Values() {
		require.NotContains(t, happened(consent.Type(name)), "does not know", name)
	}
	require.Equal(t, "everything: the person withdrew (withdrawn)", sentence(&proof.Body{Type: "withdrawn"}))
	require.Equal(t, "a person was erased (erased)", sentence(&proof.Body{Type: "erased"}))
}

func FuzzVerify(f *testing.F) {
	dir := f.TempDir()
	works(f, dir, "show")
	file := works(f, dir, "export", "c-5")
	f.Add([]byte(file))
	f.Add([]byte("c2sp.org/tlog-proof@v1\nindex 0\n\n"))
	f.Fuzz(func(t *testing.T, b []byte) {
		var out, fault bytes.Buffer
		status := run([]string{"verify", "-key", "prove.pub", "-"}, dir, bytes.NewReader(b), &out, &fault)
		if status == done && string(b) != file {
			t.Fatal("another file holds")
		}
		if status != done && out.Len() > 0 {
			t.Fatal("output beside a failure")
		}
	})
}
