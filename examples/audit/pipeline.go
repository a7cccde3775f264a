package main

import (
	"context"

	"github.com/grondslag/grondslag/basis/reconsent"
	"github.com/grondslag/grondslag/basis/reconsent/exports"
)

// batchSize is the number of facts that are handed over at once; with the batches
// under way they take about 1 MiB.
const batchSize = 256

// batch is facts with the error of each.
type batch struct {
	facts []reconsent.Facts
	errs  []error
}

// each calls do for the facts of the set while a goroutine of its own reads on, so that
// reading and judging share two cores. It ends with the first error of do, or with the
// context's.
func each(ctx context.Context, set *exports.Set, do func(*reconsent.Facts, error) error) error {
	ctx, stop := context.WithCancel(ctx)
	full, empty := make(chan *batch, 2), make(chan *batch, 3)
	for range cap(empty) {
		empty <- &batch{make([]reconsent.Facts, 0, batchSize), make([]error, 0, batchSize)}
	}
	go func() {
		defer close(full)
		b := <-empty
		set.Each(func(f *reconsent.Facts, err error) bool {
			if f == nil {
				f = &reconsent.Facts{}
			}
			b.facts, b.errs = append(b.facts, *f), append(b.errs, err)
			if len(b.facts) < batchSize {
				return true
			}
			select {
			case full <- b:
			case <-ctx.Done():
				return false
			}
			select {
			case b = <-empty:
				return true
			case <-ctx.Done():
				b = &batch{}
				return false
			}
		})
		select {
		case full <- b:
		case <-ctx.Done():
		}
	}()
	defer stop()
	for {
		select {
		case <-ctx.Done():
			return ctx.Err() // the goroutine ends with the pass that it is in
		case b, more := <-full:
			if !more {
				return ctx.Err()
			}
			for i := range b.facts {
				if err := do(&b.facts[i], b.errs[i]); err != nil {
					return err
				}
			}
			b.facts, b.errs = b.facts[:0], b.errs[:0]
			empty <- b
		}
	}
}
