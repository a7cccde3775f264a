package sqlstore

import (
	"context"
	"embed"
	"io/fs"
	"regexp"
	"strings"
)

//go:embed migrations
var migrations embed.FS

// written is the prefix in the files of migrations, and version the one that they lead to.
const (
	written = "consent_"
	version = 1
)

// SQL is the text that makes the tables of version 1: a file of migrations as the
// programs goose and atlas read it, with the prefix and the schema of the store.
func (s *Store) SQL() string {
	text, err := migrations.ReadFile("migrations/" + string(s.dialect) + "/00001_consent.sql")
	if err != nil {
		panic(err) // it is part of the program
	}
	out := strings.ReplaceAll(string(text), written, s.prefix)
	if s.schema != "" {
		path := `SET LOCAL search_path TO "` + s.schema + "\";\n"
		out = strings.Replace(out, "-- +goose Up\n", "-- +goose Up\n"+path, 1)
		out = strings.Replace(out, "-- +goose Down\n", "-- +goose Down\n"+path, 1)
	}
	return out
}

// FS has the files of migrations of the store by name, 00001_consent.sql and those that follow.
func (s *Store) FS() fs.FS {
	return folder{name: "00001_consent.sql", text: s.SQL()}
}

// Migrate makes the tables, in one transaction, unless they are there. Two programs may do so at once.
func (s *Store) Migrate(ctx context.Context) error {
	if s.tx != nil {
		return refusal("migrate outside a transaction")
	}
	have, err := s.versionOnceFree(ctx)
	if err != nil || have > 0 {
		return err
	}
	err = s.write(ctx, "migrate", func(ctx context.Context, w *work) error {
		if have, err = s.versionIn(ctx, w.q); err != nil || have > 0 {
			return err
		}
		for _, statement := range statements(s.SQL()) {
			if _, err := w.exec(ctx, "migrate", statement, nil); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		// Another program may have made them meanwhile.
		if have, again := s.versionOnceFree(ctx); again == nil && have > 0 {
			return nil
		}
	}
	return err
}

// versionOnceFree is the version of the tables, 0 when there are none. It waits while another program has a SQLite file to
// itself, as it does when it turns the journal to WAL: the driver's own timeout does not cover that.
func (s *Store) versionOnceFree(ctx context.Context) (int, error) {
	waiting, cancel := context.WithTimeout(ctx, s.patience)
	defer cancel()
	for try := 0; ; try++ {
		n, err := s.versionIn(ctx, s.db)
		if err == nil || s.dialect != SQLite || !busy(err) || pause(waiting, try) != nil {
			return n, err
		}
	}
}

func (s *Store) versionIn(ctx context.Context, q DB) (n int, err error) {
	have, err := s.columns(ctx, q)
	if err != nil {
		return 0, err
	}
	if len(have[s.prefix+"version"]) == 0 {
		return 0, nil
	}
	err = row(ctx, s, q, "read the version", "SELECT COALESCE(MAX(version), 0) FROM @version", nil, &n)
	if err == nil && n > version {
		err = refusal("the tables are of a later version than this program")
	}
	return n, err
}

var (
	comment   = regexp.MustCompile(`(?m)--.*$`)
	bracketed = regexp.MustCompile(`(?s)-- \+goose StatementBegin\n(.*?)-- \+goose StatementEnd\n`)
)

// statements are those of the part Up, without comments: each ends with a semicolon at the end of a line, or
// stands between StatementBegin and StatementEnd.
func statements(file string) []string {
	up, _, _ := strings.Cut(file, "-- +goose Down\n")
	_, up, _ = strings.Cut(up, "-- +goose Up\n")
	var out []string
	plain := func(text string) {
		for statement := range strings.SplitSeq(comment.ReplaceAllString(text, ""), ";\n") {
			if statement = strings.TrimSpace(statement); statement != "" {
				out = append(out, statement)
			}
		}
	}
	at := 0
	for _, m := range bracketed.FindAllStringSubmatchIndex(up, -1) {
		plain(up[at:m[0]])
		out = append(out, strings.TrimSpace(up[m[2]:m[3]]))
		at = m[1]
	}
	plain(up[at:])
	return out
}
