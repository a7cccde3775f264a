package sqlstore

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"reflect"
	"strconv"

	"github.com/grondslag/grondslag/consent"
)

// failure is an error of a driver without its text, which may quote values. It does not
// unwrap to it, so that what prints chains of errors prints nothing of it either; who asks
// for the driver's own type by [errors.As] gets it.
type failure struct {
	doing string
	code  string
	err   error
}

// Error implements error.
func (f *failure) Error() string { return "consent: store: " + f.doing + ": " + f.code }

// GoString implements [fmt.GoStringer].
func (f *failure) GoString() string { return f.Error() }

// Is reports whether it was one of the errors that say nothing of values.
func (f *failure) Is(target error) bool {
	switch target {
	case context.Canceled, context.DeadlineExceeded, sql.ErrConnDone, sql.ErrTxDone, driver.ErrBadConn:
		return errors.Is(f.err, target)
	}
	return false
}

// As finds the driver's error.
func (f *failure) As(target any) bool { return errors.As(f.err, target) }

// SQLState is the code of PostgreSQL, empty when there is none.
func (f *failure) SQLState() string { return sqlState(f.err) }

// fail hides the text of what a driver returned.
func fail(doing string, err error) error {
	if err == nil {
		return nil
	}
	if _, ok := errors.AsType[*failure](err); ok || isOurs(err) {
		return err
	}
	f := &failure{doing: doing, err: err, code: "it failed"}
	if state := sqlState(err); state != "" {
		f.code = "SQLSTATE " + state
	} else if code, ok := sqliteCode(err); ok {
		f.code = sqliteText(code)
	} else {
		for _, known := range []error{context.Canceled, context.DeadlineExceeded, sql.ErrConnDone, sql.ErrTxDone, driver.ErrBadConn} {
			if errors.Is(err, known) {
				f.code = known.Error()
				break
			}
		}
	}
	return f
}

func isOurs(err error) bool {
	for _, known := range []error{consent.ErrErased, consent.ErrUnknown, consent.ErrConflict, errInstant} {
		if errors.Is(err, known) {
			return true
		}
	}
	_, ok := errors.AsType[refusal](err)
	return ok
}

// refusal is an error of this package's own.
type refusal string

// Error implements error.
func (r refusal) Error() string { return "consent: store: " + string(r) }

// sqlState is the code that drivers of PostgreSQL offer by a method.
func sqlState(err error) string {
	var e interface{ SQLState() string }
	if errors.As(err, &e) {
		return e.SQLState()
	}
	return ""
}

// sqliteCode is the result code of SQLite. Drivers have it as a method Code or a
// field Code, of an integer type of their own.
func sqliteCode(err error) (int, bool) {
	for ; err != nil; err = errors.Unwrap(err) {
		v := reflect.ValueOf(err)
		for _, method := range []string{"ExtendedCode", "Code"} {
			m := v.MethodByName(method)
			if m.IsValid() && m.Type().NumIn() == 0 && m.Type().NumOut() == 1 {
				if code, ok := integer(m.Call(nil)[0]); ok {
					return code, true
				}
			}
		}
		if v.Kind() == reflect.Pointer {
			v = v.Elem()
		}
		if v.Kind() == reflect.Struct {
			for _, field := range []string{"ExtendedCode", "Code"} {
				if code, ok := integer(v.FieldByName(field)); ok && code != 0 {
					return code, true
				}
			}
		}
	}
	return 0, false
}

func integer(v reflect.Value) (int, bool) {
	switch {
	case !v.IsValid():
		return 0, false
	case v.CanInt():
		return int(v.Int()), true
	case v.CanUint():
		return int(v.Uint()), true
	}
	return 0, false
}

// The primary result codes of SQLite that we act on or name: sqlite.org/rescode.html.
const (
	sqliteBusy       = 5
	sqliteLocked     = 6
	sqliteConstraint = 19
)

// sqliteText names a result code.
func sqliteText(code int) string {
	named := map[int]string{
		1: "error", 3: "perm", 4: "abort", sqliteBusy: "busy", sqliteLocked: "locked", 7: "nomem", 8: "readonly",
		9: "interrupt", 10: "ioerr", 11: "corrupt", 13: "full", 14: "cantopen", 18: "toobig", sqliteConstraint: "constraint", 26: "notadb",
	}
	if n, ok := named[code&0xff]; ok {
		return fmt.Sprintf("SQLite code %d (%s)", code, n)
	}
	return "SQLite code " + strconv.Itoa(code)
}

// contended reports whether the same transaction may succeed when it is tried again.
func contended(err error) bool {
	f, ok := errors.AsType[*failure](err)
	if !ok {
		return false
	}
	switch sqlState(f.err) {
	case "40001", "40P01": // serialization failure, deadlock
		return true
	}
	return busy(f.err)
}

// busy reports whether another connection to a SQLite database is in the way.
func busy(err error) bool {
	if f, ok := errors.AsType[*failure](err); ok {
		err = f.err
	}
	code, ok := sqliteCode(err)
	return ok && (code&0xff == sqliteBusy || code&0xff == sqliteLocked)
}

// duplicate reports whether a row was there already.
func duplicate(err error) bool {
	f, ok := errors.AsType[*failure](err)
	if !ok {
		return false
	}
	code, lite := sqliteCode(f.err)
	return sqlState(f.err) == "23505" || lite && code&0xff == sqliteConstraint
}
