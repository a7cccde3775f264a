package anonymize

import (
	"context"
	"log/slog"
	"sync"
)

// A Redactor keeps personal data out of logs. It hides the fields of structs that
// carry the tag anonymize, wherever they are in what is logged: behind pointers and
// interfaces, in slices, arrays and maps, embedded, in what a [slog.LogValuer]
// returns, inside errors.
//
// A struct type with the tag on any of its fields, embedded ones included, is shown
// by its tags: the field keep (or "-") is shown, a field that holds such structs is
// gone into, and every other, declared or not, is "[redacted]". A malformed tag
// redacts. A field that is not exported is never shown, nor one with json:"-".
// Types without the tag are left to the handler, unless such a struct is in them: then
// they become groups, and slices and maps of what is shown; their methods Error, String,
// MarshalText and MarshalJSON are not called. So an error that holds a person gives
// its exported fields instead of its text. Keys of maps are hidden where they are, or lead to, such structs.
//
// What a text or a message already holds can't be known: never log by
// fmt.Sprintf("%+v", contact). Values are read when they are logged, as encoding/json
// would. A value that contains itself is redacted from there on, and so is one of more than 100 levels or, where
// parts must be shown one by one, 10,000 of them; one whose methods panic is redacted whole.
//
// The technique is masking, of whole values (ISO/IEC 20889). A Redactor keeps what it learned about types. It is safe
// for concurrent use.
type Redactor struct {
	reaches sync.Map // reflect.Type to logReach
	structs sync.Map // reflect.Type to *logStruct
}

// NewRedactor returns a Redactor; so does new(Redactor).
func NewRedactor() *Redactor { return &Redactor{} }

// ReplaceAttr is the function for [slog.HandlerOptions]. It does not allocate for
// values of types that can't hold a tagged struct.
func (r *Redactor) ReplaceAttr(_ []string, a slog.Attr) slog.Attr {
	a.Value, _ = r.redact(a.Value)
	return a
}

// redact returns the value as it may be shown, and whether it is another one.
func (r *Redactor) redact(v slog.Value) (shown slog.Value, changed bool) {
	switch v.Kind() {
	case slog.KindAny, slog.KindGroup, slog.KindLogValuer:
	default:
		return v, false
	}
	defer func() {
		if recover() != nil { // a method of the value's
			shown, changed = slog.StringValue(redactedText), true
		}
	}()
	w := logWalk{redactor: r, left: maxLogParts, looks: maxLogLooks}
	return w.slogValue(v)
}

// NewLogHandler returns a handler that redacts each attribute as a [Redactor] does
// and passes the record on to next. Unlike the function it sees attributes in groups whole, and works with any
// handler. The message is passed on as it is. A nil next discards all.
func NewLogHandler(next slog.Handler) slog.Handler {
	if next == nil {
		next = slog.DiscardHandler
	}
	return &logHandler{next: next, redactor: NewRedactor()}
}

type logHandler struct {
	next     slog.Handler
	redactor *Redactor
}

// Enabled implements [slog.Handler].
func (h *logHandler) Enabled(ctx context.Context, level slog.Level) bool {
	return h.next.Enabled(ctx, level)
}

// Handle implements [slog.Handler].
func (h *logHandler) Handle(ctx context.Context, record slog.Record) error {
	var attrs []slog.Attr // nil until one is another
	seen := 0
	record.Attrs(func(a slog.Attr) bool {
		shown, changed := h.redactor.redact(a.Value)
		if changed && attrs == nil {
			attrs = make([]slog.Attr, 0, record.NumAttrs())
			record.Attrs(func(before slog.Attr) bool {
				if len(attrs) < seen {
					attrs = append(attrs, before)
				}
				return len(attrs) < seen
			})
		}
		if attrs != nil {
			attrs = append(attrs, slog.Attr{Key: a.Key, Value: shown})
		}
		seen++
		return true
	})
	if attrs == nil {
		return h.next.Handle(ctx, record)
	}
	redacted := slog.NewRecord(record.Time, record.Level, record.Message, record.PC)
	redacted.AddAttrs(attrs...)
	return h.next.Handle(ctx, redacted)
}

// WithAttrs implements [slog.Handler].
func (h *logHandler) WithAttrs(attrs []slog.Attr) slog.Handler {
	shown := make([]slog.Attr, len(attrs))
	for i, a := range attrs {
		shown[i] = h.redactor.ReplaceAttr(nil, a)
	}
	return &logHandler{h.next.WithAttrs(shown), h.redactor}
}

// WithGroup implements [slog.Handler].
func (h *logHandler) WithGroup(name string) slog.Handler {
	return &logHandler{h.next.WithGroup(name), h.redactor}
}
