package proof

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// independent builds the verifier of testdata, which was written from the package comment with the standard library
// alone, and returns what it says of files: empty for those that hold.
func independent(t *testing.T, args ...string) func(files [][]byte) []string {
	t.Helper()
	program := filepath.Join(t.TempDir(), "verifier")
	out, err := exec.Command("go", "build", "-o", program, "./testdata/verifier").CombinedOutput()
	require.NoError(t, err, string(out))
	return func(files [][]byte) []string {
		t.Helper()
		var in bytes.Buffer
		for _, f := range files {
			fmt.Fprintf(&in, "%d\n%s", len(f), f)
		}
		cmd := exec.Command(program, args...)
		cmd.Stdin, cmd.Stderr = &in, os.Stderr
		said, err := cmd.Output()
		require.NoError(t, err)
		lines := strings.Split(strings.TrimSuffix(string(said), "\n"), "\n")
		require.Len(t, lines, len(files))
		for i, l := range lines {
			lines[i] = strings.TrimPrefix(strings.TrimPrefix(l, "ok"), "no ")
		}
		return lines
	}
}

// A program of another's hand accepts what the package accepts, and refuses what it refuses.
func TestIndependentVerifier(t *testing.T) {
	t.Parallel()
	read := func(name string) []byte {
		b, err := os.ReadFile(filepath.Join("testdata", "v1", name))
		require.NoError(t, err)
		return b
	}
	key, witness := strings.TrimSpace(string(read("log.vkey"))), strings.TrimSpace(string(read("witness.vkey")))
	transition := read("transition")
	policy, err := NewPolicy(key)
	require.NoError(t, err)
	policy.Transitions = [][]byte{transition}
	w, err := NewCosignatureVerifier(witness)
	require.NoError(t, err)
	policy.Witnesses, policy.Quorum = append(policy.Witnesses, w), 1

	check := independent(t, key, string(transition), witness)
	files := [][]byte{read("whole.tlog-proof"), read("erased.tlog-proof"), read("bundle")}
	for i, why := range check(files) {
		require.Empty(t, why, "file %d", i)
	}
	for i, why := range independent(t, key, witness)(files[2:]) {
		require.Empty(t, why, "the bundle brings its transitions: %d", i)
	}

	agree := func(changed [][]byte) (accepted int) {
		t.Helper()
		for i, why := range check(changed) {
			var err error
			if bytes.HasPrefix(changed[i], []byte("-- ")) {
				_, err = policy.VerifyBundle(changed[i])
			} else {
				_, err = policy.Verify(changed[i])
			}
			require.Equal(t, err == nil, why == "", "file %d: the package says %v, the other %q", i, err, why)
			if err == nil {
				accepted++
			}
		}
		return accepted
	}
	step := 1
	if testing.Short() {
		step = 13
	}
	var changed [][]byte
	for bit := 0; bit < 8*len(files[0]); bit += step {
		c := bytes.Clone(files[0])
		c[bit/8] ^= 1 << (bit % 8)
		changed = append(changed, c)
	}
	require.Zero(t, agree(changed), "a changed bit of a proof")

	rng := rand.New(rand.NewPCG(2026, 11))
	changed = changed[:0]
	for range 3000 / step {
		c := bytes.Clone(files[2])
		c[rng.IntN(len(c))] ^= 1 << rng.IntN(8)
		changed = append(changed, c)
	}
	require.Zero(t, agree(changed), "a changed bit of a bundle")

	// The statement rewritten with its frame intact: lines dropped, doubled, swapped, and bits changed inside.
	p, err := ParseProof(files[0])
	require.NoError(t, err)
	text, err := FormatStatement(&p.Statement)
	require.NoError(t, err)
	old := base64.StdEncoding.EncodeToString(text)
	changed = changed[:0]
	for range 3000 / step {
		lines := bytes.SplitAfter(text, []byte("\n"))
		i, j := rng.IntN(len(lines)), rng.IntN(len(lines))
		switch rng.IntN(4) {
		case 0:
			lines = append(lines[:i:i], lines[i+1:]...)
		case 1:
			lines = append(append(lines[:i:i], lines[j]), lines[i:]...)
		case 2:
			lines[i], lines[j] = lines[j], lines[i]
		default:
			if c := bytes.Clone(lines[i]); len(c) > 0 {
				c[rng.IntN(len(c))] ^= 1 << rng.IntN(8)
				lines[i] = c
			}
		}
		now := base64.StdEncoding.EncodeToString(bytes.Join(lines, nil))
		changed = append(changed, bytes.Replace(files[0], []byte(old), []byte(now), 1))
	}
	require.NotZero(t, agree(changed), "who leaves a disclosure out shows less, and what is shown holds")
}
