// Package verdict makes causes out of findings: what broke a WebSocket, whose
// change mends it, and how.
//
// A case is one WebSocket with all of its legs that are in the capture, the
// leg of the client first. A cause is the one finding of a case that explains
// the others; those are its consequences. Which one that is follows from the
// order in which things can go wrong: the request, its refusal, the 101,
// frames, the end. The culprit is the party whose change mends it, which
// often is not the one that wrote the answer.
//
// On one leg alone no more is said than that leg can prove: the culprit is
// then called likely or a guess, and the diagnosis says what to capture next.
package verdict
