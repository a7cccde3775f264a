// Package sqlstore keeps a consent ledger in a SQL database, by database/sql alone: SQLite,
// PostgreSQL, and what speaks as PostgreSQL does. It imports no driver.
//
//	db, err := sql.Open("sqlite", "file:crm.db?_pragma=journal_mode(WAL)&_pragma=synchronous(FULL)"+
//		"&_pragma=secure_delete(ON)&_pragma=busy_timeout(5000)")
//	if err != nil {
//		return err
//	}
//	store, err := sqlstore.Open(db, sqlstore.Options{Dialect: sqlstore.SQLite})
//	if err != nil {
//		return err
//	}
//	if err := store.Migrate(ctx); err != nil { // or by goose, atlas: see Migrations
//		return err
//	}
//	if err := store.Validate(ctx); err != nil {
//		return err
//	}
//
// # Tables
//
// The files in migrations describe every column. Each table has the tenant first in its key, so that
// one database holds the ledgers of many, and its name begins with a prefix, consent_ by default.
//
//	events        bodies: digests and random numbers     added only
//	personal      references and disclosures of events   added, deleted by erasure
//	short         disclosures that go earlier            added, deleted by erasure and when they end
//	subjects      a row for each reference, to lock      added, deleted by erasure (PostgreSQL alone)
//	erased        keyed hashes of erased references      added only
//	capsules      what is left for one dispute           added, deleted when they end
//	notices       what was shown                         added only
//	leaves        positions in the log                   added only
//	checkpoints   signed heads                           added, cosigned
//	tiles, log    hashes and the size of the log         grow
//	suppressions  marks on addresses                     added, moved to a later time
//	pending, lease, outbox, standings, tokens            pass
//
// Instants are Unix time in nanoseconds, UTC, of the years 1678 to 2261; others are refused. References
// and names are UTF-8 without NUL on PostgreSQL. For a selection in SQL, join standings:
//
//	SELECT c.* FROM customers c JOIN consent_standings s ON s.tenant = 'velg' AND s.subject = c.id
//	WHERE s.purpose = 'newsletter' AND s.channel = 'email' AND (s.until IS NULL OR s.until > :now)
//
// # Append-only
//
// Triggers refuse UPDATE of what is evidence, and DELETE where nothing is ever deleted; on PostgreSQL
// TRUNCATE too. They guard against mistakes: who owns the tables can drop them, and INSERT OR REPLACE of
// SQLite goes past them. That is found by the log, whose signed heads cover every body. On PostgreSQL let another role own the
// tables, and give the program no more than it needs:
//
//	REVOKE ALL ON ALL TABLES IN SCHEMA consent FROM crm;
//	GRANT SELECT, INSERT ON ALL TABLES IN SCHEMA consent TO crm;
//	GRANT UPDATE ON consent_subjects, consent_log, consent_tiles, consent_checkpoints, consent_lease,
//		consent_suppressions, consent_outbox TO crm;
//	GRANT DELETE ON consent_personal, consent_short, consent_subjects, consent_capsules, consent_pending,
//		consent_standings, consent_tokens TO crm;
//
// [Store.Scrub] needs the owner. A new key of the log or of the ring changes no table: marks are compared under every key that the
// caller gives, and checkpoints stay as they were signed.
//
// # Migrations
//
// [Store.Migrate] makes the tables in one transaction, once, also when several programs start together.
// [Store.FS] and [Store.SQL] give the same files to goose and atlas, with the prefix and the schema filled in. [Store.Validate] names every
// table, column, index and trigger that is missing. A later version of this package reads the tables of every earlier one.
//
// # Transactions
//
// [Store.Tx] writes in the caller's transaction, so that an order and its consent are committed together
// or not at all. What fails there is undone to a savepoint, and the caller may go on. On PostgreSQL it is
// READ COMMITTED, the default, or SERIALIZABLE; what deletes and counts refuses REPEATABLE READ, in which it
// would not see what others committed. The rows of the references are locked until it ends. On SQLite begin it with a write, or with
// _txlock=immediate, since a reader that becomes a writer may be refused as busy.
//
// By itself a method uses a transaction of its own, begun and ended by hand on one connection: BEGIN
// IMMEDIATE on SQLite, where one writer of the process waits for its turn and for other programs up to Options.Patience;
// READ COMMITTED on PostgreSQL. It is tried again after a serialization failure or a deadlock, up to
// 20 times. When the connection is lost during the commit, the outcome is unknown and the error says so: with an idempotency key
// the caller tries again, and gets the id of the event that is there.
//
// # SQLite
//
// Each connection needs its settings, so they belong in the data source name: journal_mode WAL, which lets
// readers read on; synchronous FULL, without which the last events are lost with the power; secure_delete
// ON, without which what is deleted stays in the file; busy_timeout. The example has the form of modernc.org/sqlite; for
// mattn/go-sqlite3 it is ?_journal_mode=WAL&_synchronous=FULL&_secure_delete=on&_busy_timeout=5000. What writes sets secure_delete itself. SQLite 3.35 is the oldest that serves.
//
// # Erasure, and what is out of reach
//
// Erasure deletes rows. On SQLite they are overwritten in the file, and the write-ahead log is cut to
// nothing at the end of [Store.Erase] and [Store.Expire]; in a transaction of the caller, [Store.Scrub] does it after
// the commit. It waits for readers that still look at the old state. The file system, a journal in another
// mode and a solid-state disk may keep blocks that were freed; encrypt the disk.
//
// On PostgreSQL a deleted row is a dead one until it is vacuumed: by autovacuum, or at once by Scrub. Its bytes
// then are free space within the page, until another row takes their place; VACUUM FULL writes the table anew. Out of reach of any statement are the write-ahead
// log and its archive, replicas that lag, and backups. Let those end within a month, and say so in the records.
//
// After a restore the erased are there again. So keep [Store.EraseList] outside of the database, after each
// erasure or daily, and give it to [Store.Reapply] before the restored ledger is used: it refuses their grants at once, and returns the
// references that are to be erased again. Capsules, suppressions and the log itself come back as old as the backup is; witnesses and
// checkpoints that were handed out show what is missing.
//
// # Scale
//
// Identifiers are random, and writers have no row, sequence or advisory lock in common but the rows of the
// person whose event they add; one sequencer alone writes the log. That suits databases which spread rows by key and speak
// as PostgreSQL does; they need its triggers, ON CONFLICT, recursive queries and RETURNING. The indexes consent_short_until and
// consent_tokens_expires have ends in time, near each other: spread them by hash where that is
// hot. We test SQLite and PostgreSQL.
//
// Adding one event costs PostgreSQL four round trips, a batch of 256 the same. Import in batches of about a thousand. An iterator
// reads pages of 500 rows and holds nothing in between.
//
// # Errors
//
// An error of a driver may quote values, so its text is left out: consent: store: insert into
// events: SQLSTATE 23505. [errors.As] gives the driver's own error to who asks for its type.
//
//	consent.ErrErased, ErrUnknown, ErrConflict   as the contract of consent.Store has them
//	the outcome is unknown                       the connection was lost during the commit
//	SQLite code 5 (busy)                         another program wrote for longer than Options.Patience
//	SQLite code 13 (full)                        the disk is full; nothing was written
//	SQLSTATE 40001, 40P01                        twenty tries, each in someone's way
package sqlstore

//go:generate go run github.com/grondslag/grondslag/internal/enumgen Dialect
