package finding_test

import (
	"fmt"

	"wsight/finding"
)

func ExampleCode_Rule() {
	rule, ok := finding.Code("handshake-accept-wrong").Rule()
	fmt.Println(ok, rule.Severity, rule.Section)
	fmt.Println(rule.Title)
	// Output:
	// true error RFC 6455 §4.1, §4.2.2
	// Sec-WebSocket-Accept does not fit the key
}
