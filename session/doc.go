// Package session runs the pipeline: packets to byte streams, byte streams to
// events, events to findings over time. It is the only place where the stages
// meet.
package session
