// Package gauntlet runs whole captures through the pipeline, from the bytes
// of a file to the lines that users read, and judges what comes out: the
// probes of known truth, captures that were damaged on purpose, mutations, and
// attacks with their bounds. It holds tests alone.
package gauntlet
