// Package export writes what was understood of a capture in the formats that
// other programs and people read. One format is one type, and a file of its
// name with what belongs to it beside it:
//
//	JSONL      one JSON object a line: the contract for programs
//	Text       one line an event, for people
//	CSV        a table, safe to open in a spreadsheet
//	HAR        an archive of HTTP, with messages as Chrome writes them
//	Ladder     Markdown for a ticket
//	Mermaid    a sequence diagram
//	PCAPNG     the packets themselves
//	Raw        nothing but payloads
//	Stats      figures: how many, how large, how fast
//	DoctorText, DoctorMarkdown, Records   what the doctor has to say
//
// A [Writer] takes the events of a session as they come. What has to wait for
// the end of a connection is bounded, and says so where it was too much.
// Captured text is made safe for where it goes; its secrets are taken out by
// [Masked], which stands before a writer.
package export
