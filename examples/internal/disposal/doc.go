// Package disposal shows that what package retention asks of a database finds what is
// due, all of it and nothing else, and lets the database look at nothing else. It has
// only tests, over SQLite and PostgreSQL:
//
//   - records_test.go: sixteen classes under rules of every shape, and made-up records.
//   - database_test.go: the two databases, and how to see which rows they examine.
//   - due_test.go: the rows that queries return are those that rules say are due.
//   - plan_test.go: the indexes are used, and rows examined are rows due.
//   - sweep_test.go: whole sweeps, broken off and continued.
//   - bench_test.go: what the order of batches costs.
package disposal
