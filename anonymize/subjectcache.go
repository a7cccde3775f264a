package anonymize

import (
	"container/list"
	"crypto/cipher"
	"sync"
)

// subjectCache holds the keys used last. A key that was read before a shredding is not
// put in after it: each shredding begins an epoch, and put wants that of the reading.
type subjectCache struct {
	mu    sync.Mutex
	epoch uint64
	keys  map[SubjectMark]*list.Element
	used  list.List // of cachedSubject, the last used in front
}

type cachedSubject struct {
	mark SubjectMark
	aead cipher.AEAD
}

func (c *subjectCache) now() uint64 {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.epoch
}

func (c *subjectCache) get(mark SubjectMark) cipher.AEAD {
	c.mu.Lock()
	defer c.mu.Unlock()
	e, ok := c.keys[mark]
	if !ok {
		return nil
	}
	c.used.MoveToFront(e)
	return e.Value.(cachedSubject).aead
}

func (c *subjectCache) put(mark SubjectMark, aead cipher.AEAD, epoch uint64, size int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if _, ok := c.keys[mark]; ok || c.epoch != epoch || size == 0 {
		return
	}
	for c.used.Len() >= size {
		last := c.used.Back()
		delete(c.keys, c.used.Remove(last).(cachedSubject).mark)
	}
	if c.keys == nil {
		c.keys = map[SubjectMark]*list.Element{}
	}
	c.keys[mark] = c.used.PushFront(cachedSubject{mark, aead})
}

// drop begins an epoch without the key.
func (c *subjectCache) drop(mark SubjectMark) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.epoch++
	if e, ok := c.keys[mark]; ok {
		c.used.Remove(e)
		delete(c.keys, mark)
	}
}

func (c *subjectCache) forget() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.epoch++
	clear(c.keys)
	c.used.Init()
}
