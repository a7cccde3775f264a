package basistest

import (
	"context"
	"errors"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/grondslag/grondslag/basis"
)

// ledger is a witness that knows who consented to what.
type ledger map[basis.Subject]basis.PurposeID

func (l ledger) Testify(ctx context.Context, q basis.Question) (basis.Testimony, error) {
	if err := ctx.Err(); err != nil {
		return basis.Testimony{}, err
	}
	if q.Subject == "" || q.Purpose == "" || q.At.IsZero() || l[q.Subject] != q.Purpose {
		return basis.Testimony{}, nil
	}
	return basis.Testimony{Says: basis.Consented, Article: "GDPR 7(1)"}, nil
}

func cases() Cases {
	at := time.Date(2026, 3, 1, 9, 0, 0, 0, time.UTC)
	fields := []basis.Field{"email"}
	return Cases{
		Granted: []basis.Question{{Subject: "c-1", Purpose: "news", Fields: fields, Channel: basis.Email, At: at}},
		Refused: []basis.Question{{Subject: "c-2", Purpose: "news", Fields: fields, Channel: basis.Email, At: at}},
	}
}

func TestWitness(t *testing.T) {
	t.Parallel()
	Witness(t, ledger{"c-1": "news"}, cases())
}

// Each rule must catch a witness that breaks it.
func TestRules(t *testing.T) {
	t.Parallel()
	good := ledger{"c-1": "news"}
	var calls atomic.Int64
	broken := map[string]basis.WitnessFunc{
		"granted": func(ctx context.Context, q basis.Question) (basis.Testimony, error) {
			a, err := good.Testify(ctx, q)
			a.Article = ""
			return a, err
		},
		"refused": func(ctx context.Context, q basis.Question) (basis.Testimony, error) {
			return basis.Testimony{Says: basis.Permits}, nil
		},
		"stable": func(ctx context.Context, q basis.Question) (basis.Testimony, error) {
			if calls.Add(1)%2 == 0 {
				return basis.Testimony{}, nil
			}
			return good.Testify(ctx, q)
		},
		"incomplete": func(ctx context.Context, q basis.Question) (basis.Testimony, error) {
			return basis.Testimony{Says: basis.NotObjected}, nil
		},
		"done": func(ctx context.Context, q basis.Question) (basis.Testimony, error) {
			return good.Testify(context.WithoutCancel(ctx), q)
		},
		"untouched": func(ctx context.Context, q basis.Question) (basis.Testimony, error) {
			q.Fields[0] = "other"
			return good.Testify(ctx, q)
		},
		"concurrent": func(ctx context.Context, q basis.Question) (basis.Testimony, error) {
			if calls.Add(1) > 5 {
				return basis.Testimony{}, errors.New("too busy")
			}
			return good.Testify(ctx, q)
		},
	}
	for _, r := range rules() {
		require.NoError(t, r.check(t.Context(), good, cases()), r.name)
		if r.name == "cases" {
			require.Error(t, r.check(t.Context(), good, Cases{}))
			continue
		}
		require.NotNil(t, broken[r.name], r.name)
		calls.Store(0)
		require.Error(t, r.check(t.Context(), broken[r.name], cases()), r.name)
	}
}

// fake collects what a suite reports.
type fake struct {
	testing.TB
	failures int
}

func (f *fake) Helper()               {}
func (f *fake) Errorf(string, ...any) { f.failures++ }

func TestDeclared(t *testing.T) {
	t.Parallel()
	type contact struct {
		ID    string `purpose:"*"`
		Email string `purpose:"news"`
		Plate string
	}
	purposes, err := basis.NewPurposes([]basis.Purpose{{
		ID: "news", Kind: basis.DirectMarketing, Ground: basis.Ground{Basis: basis.Consent, Ref: "news"},
	}}, contact{})
	require.NoError(t, err)
	f := &fake{TB: t}
	Declared(f, purposes, contact{}, map[string]any{"id": "1"}, 42)
	require.Equal(t, 2, f.failures) // the plate, and a number is no model
	Declared(t, purposes, map[string]any{"email": "x"})
}
