package exports

// distinct counts different keys exactly, in at most 16 MiB: an open-addressing set of
// hashes that gives up when it is three quarters full at its largest.
type distinct struct {
	slots []uint64
	n     int
	full  bool
}

const maxDistinct = 1 << 21

func (d *distinct) add(key uint64) {
	if d.full {
		return
	}
	if key == 0 {
		key = 1
	}
	if d.n*4 >= len(d.slots)*3 && !d.grow() {
		return
	}
	if d.insert(key) {
		d.n++
	}
}

func (d *distinct) insert(key uint64) bool {
	mask := uint64(len(d.slots) - 1)
	for i := key & mask; ; i = (i + 1) & mask {
		switch d.slots[i] {
		case key:
			return false
		case 0:
			d.slots[i] = key
			return true
		}
	}
}

// grow doubles the slots; false when they are as many as may be.
func (d *distinct) grow() bool {
	old := d.slots
	if len(old) >= maxDistinct {
		d.full, d.slots = true, nil
		return false
	}
	d.slots = make([]uint64, max(1024, 2*len(old)))
	for _, key := range old {
		if key != 0 {
			d.insert(key)
		}
	}
	return true
}

// count returns the number of keys, or 0 when they were too many to count.
func (d *distinct) count() int {
	if d.full {
		return 0
	}
	return d.n
}
