// Package safe makes captured bytes fit to show.
//
// A peer chooses what stands in a capture, so what it sent must neither steer
// a terminal, hide text from the reader, become a formula in a spreadsheet,
// markup in a ticket or a path on the disk, nor leak a password into a report.
// Nothing is dropped: whatever cannot be shown as itself is replaced by
// something that can be seen.
//
// How runes are shown, in [Text] and everything built on it:
//
//	U+0000-001F, 007F     control pictures U+2400-241F, U+2421; with ASCII \x1b
//	U+0080-009F           \u009b
//	format characters,    \u202e, \U000e0041: bidirectional controls, zero-width
//	invisible letters     characters, line separators, tags, fillers
//	private, unassigned   \ue000
//	invalid UTF-8         \xff, one per byte
//	third mark on a base  \u0301, and likewise a mark that has no base
//	half of a flag        \U0001f1e6
//
// Everything else is left as it is, spaces of all widths included. Text is
// made to be read: a backslash in it may have been captured. [Quote] is exact.
//
// Every result is valid UTF-8 without control characters, but for the
// newlines that [Form.Multiline] keeps.
package safe
