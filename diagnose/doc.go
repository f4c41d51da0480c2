// Package diagnose finds what takes more than one event to see: how a
// connection ended and after what silence, pings that nobody answered, what a
// proxy did to a conversation that the capture shows on both of its legs,
// what the ends of many connections have in common.
//
// It observes the events of package dissect in the order of the capture and
// reports findings as events of the same kind, and a [Hop] for each pair of
// legs. A [Watch] runs everything, from one place for each conversation that is
// open, its story:
//
//   - the checks look at one conversation at a time, when it has ended, by its
//     story, which is of fixed size;
//   - the hops look at all conversations, each of them a leg that its story
//     leads to, but at no Frame;
//   - a [Fleet] needs one small value for each conversation that ended.
//
// What the capture misses comes first: nothing is reported that a hole, a
// missing direction or a beginning in the middle can explain.
package diagnose
