package sqlstore

import (
	"io"
	"io/fs"
	"strings"
	"time"
)

// folder is a file system of one file, whose text depends on the store.
type folder struct{ name, text string }

// Open implements [fs.FS].
func (f folder) Open(name string) (fs.File, error) {
	switch name {
	case ".":
		return &openFolder{folder: f}, nil
	case f.name:
		return openFile{f, strings.NewReader(f.text)}, nil
	}
	err := fs.ErrNotExist
	if !fs.ValidPath(name) {
		err = fs.ErrInvalid
	}
	return nil, &fs.PathError{Op: "open", Path: name, Err: err}
}

type openFile struct {
	folder
	*strings.Reader
}

func (f openFile) Stat() (fs.FileInfo, error) { return fileInfo{f.name, f.Size()}, nil }
func (openFile) Close() error                 { return nil }

type openFolder struct {
	folder
	read bool
}

func (f *openFolder) Stat() (fs.FileInfo, error) { return fileInfo{".", 0}, nil }
func (f *openFolder) Close() error               { return nil }

func (f *openFolder) Read([]byte) (int, error) {
	return 0, &fs.PathError{Op: "read", Path: ".", Err: fs.ErrInvalid}
}

func (f *openFolder) ReadDir(n int) ([]fs.DirEntry, error) {
	if f.read {
		if n > 0 {
			return nil, io.EOF
		}
		return nil, nil
	}
	f.read = true
	return []fs.DirEntry{fs.FileInfoToDirEntry(fileInfo{f.name, int64(len(f.text))})}, nil
}

type fileInfo struct {
	name string
	size int64
}

func (i fileInfo) Name() string { return i.name }
func (i fileInfo) Size() int64  { return i.size }
func (i fileInfo) Mode() fs.FileMode {
	if i.IsDir() {
		return fs.ModeDir | 0o555
	}
	return 0o444
}
func (i fileInfo) ModTime() time.Time { return time.Time{} }
func (i fileInfo) IsDir() bool        { return i.name == "." }
func (i fileInfo) Sys() any           { return nil }
