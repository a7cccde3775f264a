package anonymize

import (
	"reflect"
	"unsafe"
)

// place is the address of a value that belongs to the copy being made. This file is
// the one that uses unsafe: reflect alone can't write fields that are not exported.
type place struct{ p unsafe.Pointer }

func placeOf[T any](v *T) place { return place{unsafe.Pointer(v)} }

// placeOfNew is the place of what v, made by reflect.New, points to.
func placeOfNew(v reflect.Value) place { return place{v.UnsafePointer()} }

// field is the place of a field, offset bytes into the struct that is here.
func (a place) field(offset uintptr) place { return place{unsafe.Add(a.p, offset)} }

// target is where the pointer that is here points to; its p is nil for nil.
func (a place) target() place { return place{*(*unsafe.Pointer)(a.p)} }

func (a place) isNil() bool { return a.p == nil }

// text is the string, of whatever name its type has, that is here.
func (a place) text() *string { return (*string)(a.p) }

// octets is the slice of bytes, of whatever name its type has, that is here.
func (a place) octets() *[]byte { return (*[]byte)(a.p) }

// value is the variable of type t that is here; it can be set, exported or not.
func (a place) value(t reflect.Type) reflect.Value { return reflect.NewAt(t, a.p).Elem() }
