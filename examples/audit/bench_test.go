package main

import (
	"context"
	"encoding/csv"
	"io"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/grondslag/grondslag/examples/internal/fake"
)

// BenchmarkMillion audits a made-up HubSpot export of 1,000,000 contacts, beside
// encoding/csv merely reading the same file.
func BenchmarkMillion(b *testing.B) {
	path := filepath.Join(b.TempDir(), "contacts.csv")
	f, err := os.Create(path)
	require.NoError(b, err)
	require.NoError(b, fake.Write(f, fake.HubSpot, 1_000_000, 1))
	require.NoError(b, f.Close())
	info, err := os.Stat(path)
	require.NoError(b, err)

	b.Run("encoding-csv", func(b *testing.B) {
		b.SetBytes(info.Size())
		for b.Loop() {
			f, err := os.Open(path)
			require.NoError(b, err)
			r := csv.NewReader(f)
			r.ReuseRecord = true
			for err == nil {
				_, err = r.Read()
			}
			require.Equal(b, io.EOF, err)
			require.NoError(b, f.Close())
		}
	})
	for _, form := range []string{"text", "jsonl"} {
		b.Run(form, func(b *testing.B) {
			b.SetBytes(info.Size())
			b.ReportAllocs()
			for b.Loop() {
				require.Zero(b, run(context.Background(), []string{"-purpose", "newsletter", "-format", form, path}, today, io.Discard, io.Discard))
			}
		})
	}
}
