package query_test

import (
	"fmt"

	"wsight/dissect"
	"wsight/flow"
	"wsight/query"
)

func ExampleParse() {
	f, err := query.Parse(`type == "text" && dir == "s2c" and not (text contains "ping")`)
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, text := range []string{"hello", "ping"} {
		m := &dissect.Message{Type: dissect.Text, Dir: flow.ServerToClient, Payload: []byte(text), Valid: true}
		m.Conv = &dissect.Conversation{Number: 1}
		fmt.Println(text, f.Match(&query.Row{Event: m}))
	}
	_, err = query.Parse(`lenght > 3`)
	fmt.Println(err)
	// Output:
	// hello true
	// ping false
	// column 1: there is no field "lenght"; did you mean length?
}
