package retention

import "errors"

// Backup says how long copies outlive the data: what is erased from a system today
// is still in its backups. The zero value is a system without backups; state the
// window rather than leave it out.
type Backup struct {
	// Window is how long the backup is kept that is kept longest, counted from the day
	// on which it is made. Where the tool counts days, so must the window: P1M from 31
	// January ends on the last of February.
	Window Period `json:"window"`
}

var errBackup = errors.New("retention: the backup window is out of bounds, or ends beyond the calendar")

// LastCopy returns the last day on which a backup may hold what was erased on that
// day, which a backup of the day itself may have caught: the day of erasure plus the
// window. The day after it, the erasure is full; until then a restore brings the data
// back, see [EraseList].
//
// The result is no day when erased is none, the window is out of bounds, or the day
// lies beyond the calendar: never taken to mean that the copies are gone.
func (b Backup) LastCopy(erased Date) Date {
	if !b.Window.Valid() {
		return 0
	}
	t := Term{Period: b.Window}
	return t.LastDay(erased, FinancialYear{})
}
