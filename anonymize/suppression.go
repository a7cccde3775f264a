package anonymize

import "slices"

// SuppressRecords leaves out the records whose key fewer than k records share
// (ISO/IEC 20889: record suppression). The key is made of the quasi-identifiers; use
// one that can't run together, such as a struct. It returns those kept, in their
// order, and how many were left out. It looks at each record twice. k below 2 is [OutOfRange].
func SuppressRecords[T any, K comparable](records []T, k int, key func(T) K) (kept []T, suppressed int, err error) {
	if k < 2 {
		return nil, 0, OutOfRange
	}
	count := map[K]int{}
	for _, r := range records {
		count[key(r)]++
	}
	for _, r := range records {
		if count[key(r)] >= k {
			kept = append(kept, r)
		}
	}
	return kept, len(records) - len(kept), nil
}

// SuppressCells empties cells until every combination of the columns given is that of
// at least k rows (ISO/IEC 20889: local suppression), and leaves out the rows for which
// emptying all of these columns is not enough. Columns are emptied from the last to the first: put
// the one to be kept longest first. An emptied cell has the text with, which must be the value of
// no cell; it counts as a value of its own. The input stays as it is. It returns the rows, how many cells were
// emptied in them, and how many rows were left out. It looks at each row once per column.
func SuppressCells(rows [][]string, columns []int, k int, with string) (out [][]string, cells, suppressed int, err error) {
	if k < 2 || len(columns) == 0 {
		return nil, 0, 0, OutOfRange
	}
	for _, r := range rows {
		for _, c := range columns {
			if c < 0 || c >= len(r) {
				return nil, 0, 0, OutOfRange
			}
			if r[c] == with {
				return nil, 0, 0, Collision
			}
		}
		out = append(out, slices.Clone(r))
	}
	key := func(r []string) string {
		var b []byte
		for _, c := range columns {
			b = appendPart(b, r[c])
		}
		return string(b)
	}
	rare := func() map[int]bool {
		count := map[string]int{}
		for _, r := range out {
			count[key(r)]++
		}
		at := map[int]bool{}
		for i, r := range out {
			if count[key(r)] < k {
				at[i] = true
			}
		}
		return at
	}
	for last := len(columns) - 1; last >= 0; last-- {
		for i := range rare() {
			out[i][columns[last]] = with
		}
	}
	drop := rare()
	kept := out[:0]
	for i, r := range out {
		if drop[i] {
			continue
		}
		for _, c := range columns {
			if r[c] == with {
				cells++
			}
		}
		kept = append(kept, r)
	}
	return kept, cells, len(drop), nil
}
