package main

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"os"
	"os/exec"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/grondslag/grondslag/examples/internal/fake"
)

// asProgram makes the test binary run as the program.
const asProgram = "FAKECRM_TEST_AS_PROGRAM"

func TestMain(m *testing.M) {
	if os.Getenv(asProgram) != "" {
		main()
	}
	os.Exit(m.Run())
}

func TestExitStatus(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		args   []string
		status int
		says   string
	}{
		{[]string{"-h"}, 0, "fakecrm -n 1000000 -format hubspot -seed 1 > contacts.csv"},
		{[]string{"-h"}, 0, "salesforce-consent"},
		{[]string{"-format", "pipedrive"}, 2, `"pipedrive"`},
		{[]string{"-n", "-1"}, 2, "-n -1"},
		{[]string{"-n", "many"}, 2, "many"},
		{[]string{"-seed", "-1"}, 2, "-seed"},
		{[]string{"-rows", "1"}, 2, "-rows"},
		{[]string{"contacts.csv"}, 2, "contacts.csv"},
	} {
		var stdout, stderr bytes.Buffer
		require.Equal(t, tt.status, run(tt.args, &stdout, &stderr), tt.args)
		require.Contains(t, stderr.String(), tt.says, tt.args)
		require.Empty(t, stdout.String(), tt.args)
	}
}

func TestWritesNothingElse(t *testing.T) {
	t.Parallel()
	for _, format := range fake.Formats() {
		var stdout, stderr, want bytes.Buffer
		require.Zero(t, run([]string{"-n", "5", "-seed", "9", "-format", string(format)}, &stdout, &stderr))
		require.NoError(t, fake.Write(&want, format, 5, 9))
		require.Equal(t, want.String(), stdout.String())
		require.Empty(t, stderr.String())
	}
}

type full struct{}

func (full) Write([]byte) (int, error) { return 0, errors.New("no space left") }

func TestWriteError(t *testing.T) {
	t.Parallel()
	var stderr bytes.Buffer
	require.Equal(t, 1, run(nil, full{}, &stderr))
	require.Equal(t, "fakecrm: no space left\n", stderr.String())
}

// As in "fakecrm -n 10000000 | head -1".
func TestClosedPipe(t *testing.T) {
	t.Parallel()
	program, err := os.Executable()
	require.NoError(t, err)
	cmd := exec.CommandContext(t.Context(), program, "-n", "10000000")
	cmd.Env = append(os.Environ(), asProgram+"=1")
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, cmd.Start())
	line, err := bufio.NewReader(io.LimitReader(out, 1<<10)).ReadString('\n')
	require.NoError(t, err)
	require.True(t, strings.HasPrefix(line, `"Record ID","First Name"`))
	require.NoError(t, out.Close())
	exit, ok := errors.AsType[*exec.ExitError](cmd.Wait())
	require.True(t, ok)
	require.Equal(t, 1, exit.ExitCode())
	require.NotContains(t, stderr.String(), "goroutine")
	require.Equal(t, 1, strings.Count(stderr.String(), "\n"))
}
