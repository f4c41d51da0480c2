package header_test

import (
	"fmt"

	"wsight/dissect/header"
)

func ExampleFields_Tokens() {
	f := header.Fields{{Name: "connection", Value: "keep-alive, Upgrade"}}
	for token := range f.Tokens("Connection") {
		fmt.Println(token)
	}
	// Output:
	// keep-alive
	// Upgrade
}

func ExampleParseElement() {
	e := header.ParseElement(`permessage-deflate; server_max_window_bits="10"`)
	fmt.Println(e.Name, e.Parameters[0].Name, e.Parameters[0].Value, e.Malformed)
	// Output:
	// permessage-deflate server_max_window_bits 10 false
}
