// Package session runs the pipeline: packets to byte streams, byte streams to
// events, events to findings over time. It is the only place where the stages
// meet.
//
// There are three ways to run it. [Run] reads a capture once, tells every event
// as it is complete, and keeps nothing but what is open. [RunShared] is Run
// with several workers. A [Record] keeps enough beside that for screens to look
// at while it is being read.
//
// The words of a Record: a conversation has an [Overview] and a [Row] for each
// thing that happened in it. Rows hold no payloads, only where the bytes stand;
// [Record.Replay] reads those again, from the beginning or from a point, which
// is a copy of the state that the dissectors had there. A [Glossary] tells what
// a format makes of the messages, each of which has its [Gloss].
package session
