package anonymize

import (
	"cmp"
	"math"
	"slices"
)

// MicroaggregateValues replaces each number by the mean of a group of at least k near
// ones (ISO/IEC 20889: microaggregation), so that no value is that of fewer than k
// records. The groups are those with the least sum of squared differences that there
// is (Hansen and Mukherjee, 2003). The sum over all stays but for rounding. It takes n log n
// comparisons and n k steps; k is at least 2, and there are at least k numbers, all finite.
func MicroaggregateValues(values []float64, k int) ([]float64, error) {
	n := len(values)
	if k < 2 || n < k || slices.ContainsFunc(values, notFinite) {
		return nil, OutOfRange
	}
	order := make([]int, n)
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(values[a], values[b]) })
	// Sums of distances from the smallest keep their precision where values are large and near.
	base := values[order[0]]
	sum, square := make([]float64, n+1), make([]float64, n+1)
	for i, at := range order {
		x := values[at] - base
		sum[i+1], square[i+1] = sum[i]+x, square[i]+x*x
	}
	within := func(i, j int) float64 { // of order[i:j] around its mean
		s := sum[j] - sum[i]
		return square[j] - square[i] - s*s/float64(j-i)
	}
	// least[j] is the best way to group the first j; groups have k to 2k-1 members.
	least, from := make([]float64, n+1), make([]int, n+1)
	for j := 1; j <= n; j++ {
		least[j] = math.Inf(1)
		for i := max(0, j-2*k+1); i <= j-k; i++ {
			if cost := least[i] + within(i, j); cost < least[j] {
				least[j], from[j] = cost, i
			}
		}
	}
	if notFinite(least[n]) {
		return nil, OutOfRange
	}
	out := make([]float64, n)
	for j := n; j > 0; j = from[j] {
		i := from[j]
		mean := base + (sum[j]-sum[i])/float64(j-i)
		for _, at := range order[i:j] {
			out[at] = mean
		}
	}
	return out, nil
}

func notFinite(x float64) bool { return math.IsNaN(x) || math.IsInf(x, 0) }

// MicroaggregateRecords does so for several numbers at once: each record is replaced
// by the mean of a group of k to 2k-1 near ones, by MDAV (Domingo-Ferrer and Torra,
// 2005), with each column measured in its standard deviations. It takes in the order of
// n²/k steps. All records have as many numbers.
func MicroaggregateRecords(records [][]float64, k int) ([][]float64, error) {
	n := len(records)
	if k < 2 || n < k {
		return nil, OutOfRange
	}
	for _, r := range records {
		if len(r) == 0 || len(r) != len(records[0]) || slices.ContainsFunc(r, notFinite) {
			return nil, OutOfRange
		}
	}
	scaled := standardised(records)
	for _, r := range scaled {
		if slices.ContainsFunc(r, notFinite) {
			return nil, OutOfRange
		}
	}
	left := make([]int, n)
	for i := range left {
		left[i] = i
	}
	out := make([][]float64, n)
	group := func(around []float64) {
		slices.SortStableFunc(left, func(a, b int) int {
			return cmp.Compare(distance(scaled[a], around), distance(scaled[b], around))
		})
		replaceByMean(out, records, left[:k])
		left = left[k:]
	}
	for len(left) >= 3*k {
		far := farthest(scaled, left, meanOf(scaled, left))
		opposite := scaled[farthest(scaled, left, scaled[far])]
		group(scaled[far])
		group(opposite)
	}
	if len(left) >= 2*k {
		group(scaled[farthest(scaled, left, meanOf(scaled, left))])
	}
	replaceByMean(out, records, left)
	return out, nil
}

func standardised(records [][]float64) [][]float64 {
	all := make([]int, len(records))
	for i := range all {
		all[i] = i
	}
	mean := meanOf(records, all)
	deviation := make([]float64, len(mean))
	for _, r := range records {
		for c, x := range r {
			deviation[c] += (x - mean[c]) * (x - mean[c])
		}
	}
	out := make([][]float64, len(records))
	for i, r := range records {
		out[i] = make([]float64, len(r))
		for c, x := range r {
			if deviation[c] > 0 {
				out[i][c] = (x - mean[c]) / math.Sqrt(deviation[c]/float64(len(records)))
			}
		}
	}
	return out
}

func meanOf(records [][]float64, of []int) []float64 {
	mean := make([]float64, len(records[0]))
	for _, i := range of {
		for c, x := range records[i] {
			mean[c] += x / float64(len(of))
		}
	}
	return mean
}

func farthest(records [][]float64, of []int, from []float64) int {
	best := of[0]
	for _, i := range of {
		if distance(records[i], from) > distance(records[best], from) {
			best = i
		}
	}
	return best
}

func distance(a, b []float64) (d float64) {
	for c := range a {
		d += (a[c] - b[c]) * (a[c] - b[c])
	}
	return d
}

func replaceByMean(out, records [][]float64, members []int) {
	if len(members) == 0 {
		return
	}
	mean := meanOf(records, members)
	for _, i := range members {
		out[i] = slices.Clone(mean)
	}
}
