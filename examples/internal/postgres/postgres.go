// Package postgres starts PostgreSQL servers for tests: empty ones, of their own,
// gone afterwards.
//
//	db := postgres.Start(t)
//
// The programs initdb and postgres are looked for on the PATH and where Debian has
// them. Without them a test skips and says so; with "postgresql" in
// GRONDSLAG_REQUIRE it fails.
//
// A server listens on a socket in its own folder and on no port, so that any number
// of them run side by side. It writes nothing through to the disk. PostgreSQL does not run
// as root: started by root, it runs as the user postgres, or nobody.
package postgres

import (
	"bytes"
	"context"
	"database/sql"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	_ "github.com/jackc/pgx/v5/stdlib" // the driver pgx
	"github.com/stretchr/testify/require"
)

// Start starts a server and returns its empty database. It takes about two seconds;
// the server stops with the test.
func Start(t testing.TB) *sql.DB {
	t.Helper()
	programs := folder(t)
	// Not t.TempDir, which another user can't enter.
	dir, err := os.MkdirTemp("", "postgres")
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, os.RemoveAll(dir)) })
	as := account(t, dir)

	data := filepath.Join(dir, "data")
	initdb := command(as, filepath.Join(programs, "initdb"), "-D", data, "-U", "test", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync")
	out, err := initdb.CombinedOutput()
	require.NoError(t, err, "%s", out)

	var log bytes.Buffer
	server := command(as, filepath.Join(programs, "postgres"), "-D", data, "-k", dir, "-c", "listen_addresses=",
		"-c", "fsync=off", "-c", "synchronous_commit=off", "-c", "full_page_writes=off", "-c", "jit=off", "-c", "max_parallel_workers_per_gather=0")
	server.Stdout, server.Stderr = &log, &log
	require.NoError(t, server.Start())
	stopped := make(chan struct{})
	go func() {
		_ = server.Wait() // it was stopped, or its log says why
		close(stopped)
	}()
	t.Cleanup(func() {
		if err := server.Process.Signal(syscall.SIGQUIT); err != nil { // stop at once
			return
		}
		select {
		case <-stopped:
		case <-time.After(10 * time.Second):
			t.Error("the server did not stop")
			_ = server.Process.Kill()
		}
	})

	db, err := sql.Open("pgx", "host="+dir+" user=test dbname=postgres")
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, db.Close()) })
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	for err = db.PingContext(ctx); err != nil; err = db.PingContext(ctx) {
		select {
		case <-stopped:
			t.Fatalf("the server ended: %s", log.Bytes())
		case <-ctx.Done():
			t.Fatalf("no answer in 30 seconds: %v", err)
		case <-time.After(20 * time.Millisecond):
		}
	}
	return db
}

// folder is where the programs are.
func folder(t testing.TB) string {
	t.Helper()
	if path, err := exec.LookPath("initdb"); err == nil {
		if path, err = filepath.EvalSymlinks(path); err == nil {
			return filepath.Dir(path)
		}
	}
	found, err := filepath.Glob("/usr/lib/postgresql/*/bin/initdb")
	require.NoError(t, err)
	if len(found) == 0 {
		if slices.Contains(strings.Split(os.Getenv("GRONDSLAG_REQUIRE"), ","), "postgresql") {
			t.Fatal("no postgresql on the machine, and GRONDSLAG_REQUIRE names it")
		}
		t.Skip("NOT TESTED: PostgreSQL, since its programs initdb and postgres are not on the machine")
	}
	return filepath.Dir(found[len(found)-1])
}

// account gives the folder to the user that the server runs as, and returns the
// command that runs another as that user: none when we are not root.
func account(t testing.TB, dir string) []string {
	t.Helper()
	if os.Getuid() != 0 {
		return nil
	}
	u, err := user.Lookup("postgres")
	if err != nil {
		u, err = user.Lookup("nobody")
	}
	require.NoError(t, err)
	uid, err := strconv.Atoi(u.Uid)
	require.NoError(t, err)
	require.NoError(t, os.Chown(dir, uid, -1))
	return []string{"setpriv", "--reuid", u.Uid, "--regid", u.Gid, "--clear-groups"}
}

// command is a program with arguments, run as that user, in a folder that it may enter.
func command(as []string, args ...string) *exec.Cmd {
	args = append(slices.Clone(as), args...)
	cmd := exec.Command(args[0], args[1:]...)
	cmd.Dir = os.TempDir()
	return cmd
}
