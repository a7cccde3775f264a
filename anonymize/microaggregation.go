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
		return max(square[j]-square[i]-s*s/float64(j-i), 0)
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
// n²/k steps: 10,000 records in groups of 5 some 0.1 s. All records have as many numbers, all finite.
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
	scaled, ok := standardised(records)
	if !ok {
		return nil, OutOfRange
	}
	left := make([]int, n)
	for i := range left {
		left[i] = i
	}
	out := make([][]float64, n)
	near := make([]neighbor, 0, k)
	taken := make([]bool, n)
	group := func(around []float64) {
		near = nearest(near[:0], scaled, left, around, k)
		members := make([]int, k)
		for i, m := range near {
			members[i], taken[m.record] = m.record, true
		}
		replaceByMean(out, records, members)
		left = slices.DeleteFunc(left, func(i int) bool { return taken[i] })
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

// neighbor is a record and its squared distance.
type neighbor struct {
	distance float64
	record   int
}

func (a neighbor) before(b neighbor) bool {
	return a.distance < b.distance || a.distance == b.distance && a.record < b.record
}

// nearest appends the k records nearest to a point, in no order: a heap with the
// farthest of them on top, so that most records cost one comparison.
func nearest(heap []neighbor, records [][]float64, of []int, around []float64, k int) []neighbor {
	for _, i := range of {
		n := neighbor{distance(records[i], around), i}
		if len(heap) == k {
			if !n.before(heap[0]) {
				continue
			}
			at := 0
			for child := 1; child < k; child = 2*at + 1 {
				if child+1 < k && heap[child].before(heap[child+1]) {
					child++
				}
				if !n.before(heap[child]) {
					break
				}
				heap[at], at = heap[child], child
			}
			heap[at] = n
			continue
		}
		heap = append(heap, n)
		for at := len(heap) - 1; at > 0 && heap[(at-1)/2].before(heap[at]); at = (at - 1) / 2 {
			heap[at], heap[(at-1)/2] = heap[(at-1)/2], heap[at]
		}
	}
	return heap
}

// standardised returns the records in standard deviations from the mean; false when a number is too large for that.
func standardised(records [][]float64) ([][]float64, bool) {
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
	if slices.ContainsFunc(deviation, notFinite) {
		return nil, false
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
	return out, true
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
