// Package diagnose finds what takes more than one event to see: how a
// connection ended and after what silence, pings that nobody answered, what a
// proxy did to a conversation that the capture shows on both of its legs.
//
// One check is one file. Checks observe the events of package dissect in the
// order of the capture and report findings as events of the same kind. They
// keep a bounded summary of each conversation and say when they had to let
// something go.
package diagnose
