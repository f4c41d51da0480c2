//go:build !unix

package main

// onAsked has nobody to ask here.
func onAsked(func()) (stop func()) { return func() {} }

func (f *feed) status() {}
