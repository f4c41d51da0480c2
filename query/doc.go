// Package query is the display filter: expressions over one table of fields,
// named as in the JSON output.
//
//	type == "text" && dir == "s2c" && length > 1000
//	host matches "api\\." and rtt > 0.2
//	json("$.type") == "error"
//	is:problem host:api timeout
//
// A [Row] is one event together with what is known of its connection. A
// condition that names a field which the row does not have, or whose value is
// unknown, does not hold, and neither does its opposite: `not (rtt > 0.2)`
// selects the answers that were quick, not everything that is no answer. Only
// `rtt == nil` asks whether there is a value.
//
// The grammar is that of github.com/expr-lang/expr without what could be
// costly: no closures, loops, variables or further functions.
package query
