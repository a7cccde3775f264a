package exports

import (
	"fmt"
	"io"
	"slices"
	"time"

	"github.com/grondslag/grondslag/basis"
	"github.com/grondslag/grondslag/basis/reconsent"
)

// Purpose is a purpose that the rows of an export are judged for.
type Purpose struct {
	ID       string
	Kind     basis.Kind
	Basis    basis.Basis // empty: what the row states
	Channels []basis.Channel
	// Subscriptions are the names that the products have for this purpose.
	Subscriptions []string
	// Fill sets facts that hold for the purpose, such as lia or law_ref; see [Config.Fill].
	Fill map[string]string

	fills []fill // Fill, and what holds for the whole file, as bound
}

// Column maps a column of an export to a fact.
type Column struct {
	Name string // the export's column
	// Values translates texts of the column; text that is not in it is read as it stands.
	Values map[string]string
}

// Config says how a file is to be read. The zero value detects the product, reads
// times without zone in UTC, and judges for no purpose.
type Config struct {
	Product Product // empty: detected from the header
	// SourceZone is the zone of times that state none; nil is UTC.
	SourceZone *time.Location
	DateOrder  DateOrder
	Purposes   []Purpose
	// Columns maps facts (see [FactColumns]) to columns of the export. A mapped column
	// counts for more than what the product's own columns say.
	Columns map[string]Column
	// Fill gives facts a value where the file has none: "everyone in this export saw
	// notice 3". What each person did (consent_at, withdrawn_at, objected_at, sale_at,
	// birth_date) can't be filled; nor can contact and purpose.
	Fill map[string]string
	// Unneeded maps columns that no purpose needs to field names; a row with a value
	// there has the field among its unneeded ones.
	Unneeded map[string]string
	// Status is the audience a Mailchimp file holds, where its name does not say so:
	// subscribed, unsubscribed or cleaned.
	Status string
}

// File is an export file. It is read afresh in each pass.
type File struct {
	Name    string // base name, for reports
	Product Product

	cfg       Config
	open      func() (io.ReadCloser, error)
	width     int
	columns   []column
	finish    func(*row)
	template  reconsent.Facts
	namespace uint64
	reading   *reading
	purposes  []Purpose
	sum       string
	rows      int
	repeats   *repeats // shared by the files of a set
	bases     basesMemo
}

// Open reads the header of a file and binds its columns. Each later pass calls open
// again. Errors name the file, a column or a setting, never a value.
func Open(name string, open func() (io.ReadCloser, error), cfg Config) (*File, error) {
	f := &File{Name: name, open: open, cfg: cfg, purposes: slices.Clone(cfg.Purposes)}
	if err := f.bind(); err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	return f, nil
}

func (f *File) bind() error {
	names, src, err := f.begin(nil)
	if err != nil {
		return err
	}
	if err := src.Close(); err != nil {
		return err
	}
	f.width = len(names)
	f.Product = f.cfg.Product
	if f.Product == "" {
		if f.Product, err = Detect(names); err != nil {
			return err
		}
	}
	if !f.Product.Valid() {
		return fmt.Errorf("unknown format %q", f.Product)
	}
	f.namespace = idSpace + uint64(slices.Index(f.Product.Values(), string(f.Product)))
	zone := f.cfg.SourceZone
	if zone == nil {
		zone = time.UTC
	}
	switch f.cfg.DateOrder {
	case "", DayFirst, MonthFirst:
	default:
		return fmt.Errorf("date order %q is neither %s nor %s", f.cfg.DateOrder, DayFirst, MonthFirst)
	}
	f.reading = &reading{strict: f.Product == FactsCSV, moments: moments{zone: zone, order: f.cfg.DateOrder}}
	b := &binder{header: newHeader(names), cfg: &f.cfg, file: f}
	f.Product.bind(b)
	if b.err == nil {
		b.err = bindMapped(b)
	}
	if b.err != nil {
		return b.err
	}
	if len(b.columns) == 0 {
		return fmt.Errorf("no column of a %s export is among the header's %d", f.Product, len(names))
	}
	f.columns, f.finish = b.columns, b.finish
	return f.fill()
}

// SHA256 returns the hash of the whole file in lower-case hex, once a pass has read it.
func (f *File) SHA256() string { return f.sum }

// Columns returns the names of the columns that are read.
func (f *File) Columns() []string { return slices.Clone(f.template.Origin.Columns) }
