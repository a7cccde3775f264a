// Package basistest holds suites that a program runs in its own tests: [Witness]
// for what implements [basis.Witness], [Declared] for the models of a CRM.
package basistest

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/grondslag/grondslag/basis"
)

// Cases are questions to which the answer is known. More make a stronger test; at
// least one question of each kind is needed.
type Cases struct {
	// Granted are questions on which the witness consents, does not object or permits.
	Granted []basis.Question
	// Refused are questions on which it denies or is silent.
	Refused []basis.Question
}

// Witness checks what a [basis.Gate] relies on:
//
//   - the known questions have the known answers, without an error
//   - a grant and a denial say under which article, and a grant has not ended at
//     the instant of the question
//   - only values of the closed list [basis.Says] are said
//   - the same question has the same answer
//   - questions that lack a subject, a purpose or an instant, and the zero question,
//     are never granted
//   - with a context that is done, the answer is an error and never a grant
//   - an error comes without a grant
//   - the fields of the question are left as they were
//   - it is safe for concurrent use (run with -race)
//
// The witness must not change between the calls.
func Witness(t *testing.T, w basis.Witness, c Cases) {
	t.Helper()
	for _, r := range rules() {
		t.Run(r.name, func(t *testing.T) {
			if err := r.check(t.Context(), w, c); err != nil {
				t.Error(err)
			}
		})
	}
}

type rule struct {
	name  string
	check func(context.Context, basis.Witness, Cases) error
}

func rules() []rule {
	return []rule{
		{"cases", casesGiven},
		{"granted", granted},
		{"refused", refused},
		{"stable", stable},
		{"incomplete", incomplete},
		{"done", done},
		{"untouched", untouched},
		{"concurrent", concurrent},
	}
}

func grants(t basis.Testimony) bool { return t.Says != "" && t.Says != basis.Denies }

func (c Cases) all() []basis.Question {
	return append(append([]basis.Question{}, c.Granted...), c.Refused...)
}

func casesGiven(_ context.Context, _ basis.Witness, c Cases) error {
	if len(c.Granted) == 0 || len(c.Refused) == 0 {
		return errors.New("basistest: cases without a granted or without a refused question test nothing")
	}
	return nil
}

func granted(ctx context.Context, w basis.Witness, c Cases) error {
	var errs []error
	for i, q := range c.Granted {
		t, err := w.Testify(ctx, q)
		switch {
		case err != nil:
			errs = append(errs, fmt.Errorf("granted question %d: %w", i, err))
		case !grants(t) || !t.Says.Valid():
			errs = append(errs, fmt.Errorf("granted question %d: says %q, want a grant", i, t.Says))
		case t.Article == "":
			errs = append(errs, fmt.Errorf("granted question %d: a grant without an article", i))
		case !t.Until.IsZero() && !t.Until.After(q.At):
			errs = append(errs, fmt.Errorf("granted question %d: a grant that has ended", i))
		}
	}
	return errors.Join(errs...)
}

func refused(ctx context.Context, w basis.Witness, c Cases) error {
	var errs []error
	for i, q := range c.Refused {
		t, err := w.Testify(ctx, q)
		switch {
		case err != nil:
			errs = append(errs, fmt.Errorf("refused question %d: %w", i, err))
		case grants(t):
			errs = append(errs, fmt.Errorf("refused question %d: says %q, want a denial or silence", i, t.Says))
		case t.Says == basis.Denies && t.Article == "":
			errs = append(errs, fmt.Errorf("refused question %d: a denial without an article", i))
		}
	}
	return errors.Join(errs...)
}

func stable(ctx context.Context, w basis.Witness, c Cases) error {
	for i, q := range c.all() {
		first, err := w.Testify(ctx, q)
		if err != nil {
			return err
		}
		again, err := w.Testify(ctx, q)
		if err != nil {
			return err
		}
		if !same(first, again) {
			return fmt.Errorf("question %d: asked twice, answered differently", i)
		}
	}
	return nil
}

func same(a, b basis.Testimony) bool {
	equal := a.Until.Equal(b.Until)
	a.Until, b.Until = time.Time{}, time.Time{}
	return equal && a == b
}

func incomplete(ctx context.Context, w basis.Witness, c Cases) error {
	questions := map[string]basis.Question{"zero": {}}
	for i, q := range c.Granted {
		without := func(what string, change func(*basis.Question)) {
			q := q
			change(&q)
			questions[fmt.Sprintf("granted question %d without %s", i, what)] = q
		}
		without("subject", func(q *basis.Question) { q.Subject = "" })
		without("purpose", func(q *basis.Question) { q.Purpose = "" })
		without("instant", func(q *basis.Question) { q.At = time.Time{} })
	}
	var errs []error
	for name, q := range questions {
		if t, _ := w.Testify(ctx, q); grants(t) {
			errs = append(errs, fmt.Errorf("%s: says %q", name, t.Says))
		}
	}
	return errors.Join(errs...)
}

func done(ctx context.Context, w basis.Witness, c Cases) error {
	ctx, cancel := context.WithCancel(ctx)
	cancel()
	var errs []error
	for i, q := range c.all() {
		t, err := w.Testify(ctx, q)
		if err == nil {
			errs = append(errs, fmt.Errorf("question %d: no error although the context is done", i))
		}
		if grants(t) {
			errs = append(errs, fmt.Errorf("question %d: says %q although the context is done", i, t.Says))
		}
	}
	return errors.Join(errs...)
}

func untouched(ctx context.Context, w basis.Witness, c Cases) error {
	for i, q := range c.all() {
		fields := append([]basis.Field{}, q.Fields...)
		q.Fields = append([]basis.Field{}, q.Fields...)
		if _, err := w.Testify(ctx, q); err != nil {
			return err
		}
		for j := range fields {
			if q.Fields[j] != fields[j] {
				return fmt.Errorf("question %d: the witness changed its fields", i)
			}
		}
	}
	return nil
}

func concurrent(ctx context.Context, w basis.Witness, c Cases) error {
	questions := c.all()
	want := make([]basis.Testimony, len(questions))
	for i, q := range questions {
		t, err := w.Testify(ctx, q)
		if err != nil {
			return err
		}
		want[i] = t
	}
	errs := make([]error, 8)
	var wg sync.WaitGroup
	for n := range errs {
		wg.Go(func() {
			for i, q := range questions {
				t, err := w.Testify(ctx, q)
				if err == nil && !same(t, want[i]) {
					err = fmt.Errorf("question %d: another answer when asked concurrently", i)
				}
				if err != nil {
					errs[n] = err
					return
				}
			}
		})
	}
	wg.Wait()
	return errors.Join(errs...)
}
