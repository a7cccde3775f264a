//go:build !race

package disposal

const many = 24_000 // records, some 1,500 a class
