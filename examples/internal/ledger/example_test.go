package ledger

import (
	"context"
	"database/sql"
	"fmt"
	"os"
	"path/filepath"

	"github.com/grondslag/grondslag/consent"
	"github.com/grondslag/grondslag/consent/sqlstore"
)

func ExampleOpen() {
	dir, err := os.MkdirTemp("", "ledger")
	if err != nil {
		panic(err)
	}
	defer os.RemoveAll(dir)
	ctx := context.Background()
	db, err := sql.Open("sqlite", "file:"+filepath.ToSlash(filepath.Join(dir, "crm.db"))+
		"?_pragma=journal_mode(WAL)&_pragma=synchronous(FULL)&_pragma=secure_delete(ON)&_pragma=busy_timeout(5000)")
	if err != nil {
		panic(err)
	}
	defer db.Close()
	store, err := sqlstore.Open(db, sqlstore.Options{Dialect: sqlstore.SQLite})
	if err != nil {
		panic(err)
	}
	fmt.Println(store.Validate(ctx) != nil)
	fmt.Println(store.Migrate(ctx), store.Validate(ctx))
	// Output:
	// true
	// <nil> <nil>
}

// The business write and the consent event are committed together.
func ExampleStore_Tx() {
	ctx := context.Background()
	db, err := sql.Open("sqlite", "file:tx?mode=memory&cache=shared&_pragma=synchronous(FULL)&_pragma=secure_delete(ON)")
	if err != nil {
		panic(err)
	}
	defer db.Close()
	store, err := sqlstore.Open(db, sqlstore.Options{Dialect: sqlstore.SQLite, Prefix: "crm_consent_"})
	if err != nil {
		panic(err)
	}
	if err := store.Migrate(ctx); err != nil {
		panic(err)
	}
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		panic(err)
	}
	defer tx.Rollback()
	if _, err := tx.ExecContext(ctx, "CREATE TABLE customers (id TEXT)"); err != nil {
		panic(err)
	}
	if _, err := tx.ExecContext(ctx, "INSERT INTO customers VALUES ('c-42')"); err != nil {
		panic(err)
	}
	if _, err := store.Tx(tx).Append(ctx, []consent.Entry{grant("c-42")}); err != nil {
		panic(err)
	}
	if err := tx.Commit(); err != nil {
		panic(err)
	}
	events, err := store.History(ctx, "c-42")
	fmt.Println(len(events), err)
	// Output: 1 <nil>
}
