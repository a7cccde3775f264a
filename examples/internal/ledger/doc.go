// Package ledger tests package sqlstore on the databases themselves: SQLite in a file
// with a write-ahead log, and PostgreSQL. It has only tests:
//
//   - database_test.go: the two databases.
//   - conformance_test.go: what every store passes.
//   - schema_test.go: migrations, validation, append-only, prefixes and tenants, the upgrade.
//   - transaction_test.go: the caller's transaction.
//   - erasure_test.go: what is erased is nowhere, in no column and in no byte of the file.
//   - failure_test.go: a full disk, a lost connection, a commit that fails.
//   - bench_test.go: grants and imports beside bare inserts.
package ledger
