package main

import (
	"bytes"
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/grondslag/grondslag/basis"
)

// values are what must not be found in the files after a person is erased: the addresses, and each value with its salt.
func (l *ledger) values(ctx context.Context, s basis.Subject) (out [][]byte, err error) {
	stored, err := l.store.History(ctx, s)
	if err != nil {
		return nil, err
	}
	for i := range stored {
		for _, lines := range [][]byte{stored[i].Disclosures, stored[i].Short} {
			for line := range bytes.Lines(lines) {
				out = append(out, bytes.TrimSuffix(line, []byte("\n")))
			}
		}
		e, err := l.Event(ctx, stored[i].ID)
		if err != nil {
			return nil, err
		}
		if point := e.Evidence.Point; point != "" {
			out = append(out, []byte(point))
		}
	}
	return out, nil
}

// search looks for values in the bytes of the database, deleted pages and the write-ahead log included.
func (p *program) search(values [][]byte) error {
	for _, name := range []string{"prove.db", "prove.db-wal"} {
		file, err := os.ReadFile(filepath.Join(p.folder, name))
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return err
		}
		for _, v := range values {
			if bytes.Contains(file, v) {
				return errors.New("it was erased, and " + name + " still has some of its bytes: end other programs that read it, and erase again")
			}
		}
	}
	return nil
}
