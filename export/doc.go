// Package export writes what was understood of a capture in the formats that
// other programs and people read. One format is one file.
package export
