//go:build race

package disposal

const many = 8_000 // records: the race detector slows SQLite down tenfold
