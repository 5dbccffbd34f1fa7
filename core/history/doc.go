// Package history judges what clients of a system have seen: whether the
// answers they got are allowed. A History is what was asked and what was
// answered; a checker is a plain function that makes a Verdict of it. There is
// no Lua in it, and nothing of a simulation but Of, which finds a history in
// what a run has recorded.
//
// The words are Jepsen's. A process is at one operation at a time. An Op is
// invoked, and completes as ok (it happened), fail (it did not happen) or info
// (nobody knows: it may take effect at any time after, or never). A process
// whose operation is info never has another one.
//
// There are checkers for an object that has a model (Linearizable, Sequential), for
// what has to be true of any order (Set, SetFull, Counter, FinalCounter, UniqueIDs, TotalQueue,
// Bank, Log), and for transactions (ListAppend, RWRegister). Each key of a history
// is an object of its own.
//
// Verdicts are pass, fail and unknown. A checker that has to search counts the
// steps of the model and the states it keeps, never time, so that the same
// history has the same verdict everywhere; when they are used up, or when the
// history was cut, the verdict is unknown.
package history
