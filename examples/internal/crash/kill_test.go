package crash

import (
	"bufio"
	"bytes"
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/grondslag/grondslag/basis"
	"github.com/grondslag/grondslag/consent"
	"github.com/grondslag/grondslag/consent/sqlstore"
)

// child is what the process that is killed is told, as JSON in the environment.
type child struct {
	identity
	Path  string
	Round int
}

const childVariable = "GRONDSLAG_CRASH_CHILD"

func TestMain(m *testing.M) {
	if text := os.Getenv(childVariable); text != "" {
		if err := beChild(text, os.Stdout); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(3)
		}
		os.Exit(0)
	}
	os.Exit(m.Run())
}

// beChild records, withdraws, erases and sequences until it is killed. It writes a line for what it was told is done: "event ID" or
// "erased SUBJECT", after the call returned and never before.
func beChild(text string, w io.Writer) error {
	var c child
	if err := json.Unmarshal([]byte(text), &c); err != nil {
		return err
	}
	db, err := sql.Open("sqlite", source(c.Path))
	if err != nil {
		return err
	}
	store, err := sqlstore.Open(db, sqlstore.Options{Dialect: sqlstore.SQLite})
	if err != nil {
		return err
	}
	cfg, err := c.config(store, time.Now)
	if err != nil {
		return err
	}
	ctx := context.Background()
	l, err := consent.Open(ctx, cfg)
	if err != nil {
		return err
	}
	notice := shown()
	hash := notice.Hash()
	var mu sync.Mutex
	said := func(format string, args ...any) {
		mu.Lock()
		defer mu.Unlock()
		fmt.Fprintf(w, format+"\n", args...)
	}
	failures := make(chan error, 1)
	fail := func(err error) {
		select {
		case failures <- err:
		default:
		}
	}
	for writer := range 4 {
		go func() {
			for i := 0; ; i++ {
				s := basis.Subject(fmt.Sprintf("r%d-w%d-%d", c.Round, writer, i))
				id, err := l.Give(ctx, given(s, hash))
				if err != nil {
					fail(err)
					return
				}
				said("event %s", id)
				switch i % 4 {
				case 1:
					id, err := l.Withdraw(ctx, consent.Event{Subject: s})
					if err != nil {
						fail(err)
						return
					}
					said("event %s", id)
				case 2:
					if _, err := l.Erase(ctx, s, consent.Erasing{Actor: consent.Person}); err != nil {
						fail(err)
						return
					}
					said("erased %s", s)
				}
			}
		}()
	}
	go func() {
		for {
			if _, err := l.Sequence(ctx); err != nil && !errors.Is(err, consent.ErrConflict) {
				fail(err)
				return
			}
		}
	}()
	return <-failures
}

// kills is how often the process is killed.
const kills = 200

// Killed at random moments of a write load, 200 times over one database: no event that was acknowledged is lost, none is
// unverifiable, no erasure is half done, and no checkpoint is over a tree that is not there.
func TestKill(t *testing.T) {
	if raceEnabled {
		t.Skip("the process that is killed has no use for the race detector: see TestWriters")
	}
	folder := t.TempDir()
	id := newIdentity(t)
	path := filepath.Join(folder, "ledger.db")
	db, store := openSQLite(t, path)
	cfg, err := id.config(store, time.Now)
	require.NoError(t, err)
	l, err := consent.Open(t.Context(), cfg)
	require.NoError(t, err)
	_, err = l.Publish(t.Context(), shown(), time.Now().Add(-time.Hour))
	require.NoError(t, err)
	require.NoError(t, db.Close())

	rng := rand.New(rand.NewPCG(uint64(time.Now().UnixNano()), 4))
	acknowledged, erased := map[consent.EventID]bool{}, map[string]bool{}
	for round := range kills {
		for _, line := range killOne(t, child{id, path, round}, time.Duration(1+rng.IntN(100))*time.Millisecond) {
			if text, ok := strings.CutPrefix(line, "event "); ok {
				event, err := consent.ParseEventID(text)
				require.NoError(t, err)
				acknowledged[event] = true
			} else if s, ok := strings.CutPrefix(line, "erased "); ok {
				erased[s] = true
			}
		}
	}
	require.Greater(t, len(acknowledged), kills)
	require.NotEmpty(t, erased)

	db, store = openSQLite(t, path)
	defer db.Close()
	cfg.Store = store
	l, err = consent.Open(t.Context(), cfg)
	require.NoError(t, err)
	sequence(t, l)
	found, err := l.Verify(t.Context())
	require.NoError(t, err)
	require.Empty(t, found)
	n := 0
	for event := range acknowledged {
		if _, err := l.Event(t.Context(), event); err != nil {
			t.Fatalf("an acknowledged event is lost: %v", err)
		}
		if n++; n <= 500 {
			file, err := l.Prove(t.Context(), event)
			require.NoError(t, err)
			_, err = cfg.Policy.Verify(file)
			require.NoError(t, err)
		}
	}
	require.NoError(t, store.Scrub(t.Context()))
	file, err := os.ReadFile(path)
	require.NoError(t, err)
	for s := range erased {
		events, err := l.History(t.Context(), basis.Subject(s))
		require.NoError(t, err)
		require.Empty(t, events)
		if bytes.Contains(file, []byte(s+"@example.com")) {
			t.Fatal("bytes of an erased person are in the file")
		}
	}
	t.Logf("%d kills: %d events and %d erasures acknowledged", kills, len(acknowledged), len(erased))
}

// killOne runs a child, kills it some time after its first line, and returns the whole lines that it wrote.
func killOne(t *testing.T, c child, after time.Duration) (lines []string) {
	t.Helper()
	text, err := json.Marshal(c)
	require.NoError(t, err)
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), childVariable+"="+string(text))
	var fault bytes.Buffer
	cmd.Stderr = &fault
	out, err := cmd.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, cmd.Start())
	r := bufio.NewReader(out)
	first := true
	for {
		line, err := r.ReadString('\n')
		if err != nil {
			break // a line that was cut off was not acknowledged
		}
		lines = append(lines, strings.TrimSuffix(line, "\n"))
		if first {
			first = false
			time.AfterFunc(after, func() { cmd.Process.Kill() })
		}
	}
	cmd.Wait()
	require.Empty(t, fault.String())
	require.NotEmpty(t, lines)
	return lines
}
