package anonymize

import (
	"io"
	"slices"
)

// SwapValues returns the values in a random order, every order as likely as any
// other (ISO/IEC 20889: permutation; Fisher and Yates). How often each value occurs
// stays exactly as it was, and which record had it is lost; with few records or a rare value
// it can be guessed. The input stays as it is. A nil source is crypto/rand.
func SwapValues[V any](values []V, random io.Reader) ([]V, error) {
	out := slices.Clone(values)
	for i := len(out) - 1; i > 0; i-- {
		j, err := evenly(random, i+1)
		if err != nil {
			return nil, err
		}
		out[i], out[j] = out[j], out[i]
	}
	return out, nil
}

// SwapWithin swaps values among records of the same group alone, such as those of one
// region, so that what the group has in common stays true. The order of records stays.
func SwapWithin[V any, G comparable](values []V, group func(i int) G, random io.Reader) ([]V, error) {
	members := map[G][]int{}
	var order []G // of first appearance, so that one source gives one result
	for i := range values {
		g := group(i)
		if members[g] == nil {
			order = append(order, g)
		}
		members[g] = append(members[g], i)
	}
	out := slices.Clone(values)
	for _, g := range order {
		at := members[g]
		swapped, err := SwapValues(at, random)
		if err != nil {
			return nil, err
		}
		for i, from := range swapped {
			out[at[i]] = values[from]
		}
	}
	return out, nil
}

// Sample returns n of the records, each choice of n as likely as any other, in their
// order (ISO/IEC 20889: sampling). n is 0 to the number of records.
func Sample[T any](records []T, n int, random io.Reader) ([]T, error) {
	if n < 0 || n > len(records) {
		return nil, OutOfRange
	}
	out := make([]T, 0, n)
	for i, record := range records {
		pick, err := evenly(random, len(records)-i)
		if err != nil {
			return nil, err
		}
		if pick < n-len(out) {
			out = append(out, record)
		}
	}
	return out, nil
}
