package consent

import (
	"errors"
	"iter"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/grondslag/grondslag/basis"
	"github.com/grondslag/grondslag/basis/reconsent"
)

func rowsOf(facts ...reconsent.Facts) iter.Seq2[reconsent.Facts, error] {
	return func(yield func(reconsent.Facts, error) bool) {
		for _, f := range facts {
			if !yield(f, nil) {
				return
			}
		}
	}
}

func importing(t testing.TB, at time.Time) Importing {
	t.Helper()
	table, err := reconsent.NewTable(reconsent.Controller{Country: "NL"}, at)
	require.NoError(t, err)
	return Importing{Table: table, Zone: "Europe/Amsterdam", Who: func(f *reconsent.Facts) (basis.Subject, string) {
		return basis.Subject(f.Contact), f.Contact + "@example.com"
	}}
}

// A refusal counts, whenever it is dated: "refusals always". Consent of after the import does not.
func TestImportOfRefusals(t *testing.T) {
	t.Parallel()
	for name, when := range map[string]reconsent.When{
		"undated": reconsent.Undated(), "long ago": reconsent.Day(2001, time.January, 1), "today": reconsent.Day(epoch.Date()),
		"tomorrow": reconsent.Day(epoch.AddDate(0, 0, 1).Date()), "next year": reconsent.Instant(epoch.AddDate(1, 0, 0)),
	} {
		b := newLedger(t)
		how := importing(t, epoch)
		f := reconsent.Facts{Contact: "c-1", Purpose: "newsletter", Origin: reconsent.Origin{File: "a.csv", Row: 1}}
		f.ObjectedAt = when
		report, err := b.Import(t.Context(), rowsOf(f), how)
		require.NoError(t, err)
		require.Equal(t, 1, report.Events[Objected], name)
		require.Empty(t, report.Skips, name)
		b.clock.set(epoch.Add(time.Hour))
		d := b.ask(t, "c-1")
		require.False(t, d.Consented() || d.NotObjected(), name)
		again, err := b.Import(t.Context(), rowsOf(f), how)
		require.NoError(t, err)
		require.Equal(t, []int{0, 1}, []int{again.Events[Objected], again.Known}, name)
	}
	b := newLedger(t)
	f := reconsent.Facts{Contact: "c-1", Purpose: "newsletter", ConsentAt: reconsent.Instant(epoch.AddDate(1, 0, 0)), Origin: reconsent.Origin{File: "a.csv", Row: 1}}
	report, err := b.Import(t.Context(), rowsOf(f), importing(t, epoch))
	require.NoError(t, err)
	require.Equal(t, map[Skip]int{SkipFuture: 1}, report.Skips)
}

// Another file with the same name, whose hash is not known yet, has other rows.
func TestImportOfAnotherFileOfThatName(t *testing.T) {
	t.Parallel()
	b := newLedger(t)
	how := importing(t, epoch)
	for _, contact := range []string{"c-1", "c-2"} {
		f := reconsent.Facts{Contact: contact, Purpose: "newsletter", WithdrawnAt: reconsent.Undated(), Origin: reconsent.Origin{File: "export.csv", Row: 1}}
		report, err := b.Import(t.Context(), rowsOf(f), how)
		require.NoError(t, err)
		require.Equal(t, 1, report.Events[Withdrawn])
		require.False(t, b.ask(t, basis.Subject(contact)).NotObjected())
	}
}

// Who was erased is not brought back, whatever reference the export has.
func TestImportOfTheErased(t *testing.T) {
	t.Parallel()
	b := newLedger(t)
	b.record(t, b.yes("c-1", "c-2@example.com"))
	_, err := b.Erase(t.Context(), "c-1", Erasing{Actor: Person})
	require.NoError(t, err)
	consented := func(contact string) reconsent.Facts {
		return reconsent.Facts{
			Contact: contact, Purpose: "newsletter", ConsentAt: reconsent.Day(2020, time.May, 1), Origin: reconsent.Origin{File: contact, Row: 1},
		}
	}
	report, err := b.Import(t.Context(), rowsOf(consented("c-1"), consented("c-2"), consented("c-3")), importing(t, epoch))
	require.NoError(t, err)
	require.Equal(t, map[Skip]int{SkipErased: 1, SkipSuppressed: 1}, report.Skips)
	require.Equal(t, 1, report.Events[Imported])
	require.Equal(t, StateUnproven, b.ask(t, "c-3").State)
}

// Reading that fails ends the import with the error, and what came before stays.
func TestImportThatFails(t *testing.T) {
	t.Parallel()
	b := newLedger(t)
	broken := errors.New("the disk is gone")
	_, err := b.Import(t.Context(), func(yield func(reconsent.Facts, error) bool) { yield(reconsent.Facts{}, broken) }, importing(t, epoch))
	require.ErrorIs(t, err, broken)
}
