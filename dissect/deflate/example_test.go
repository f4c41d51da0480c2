package deflate_test

import (
	"errors"
	"fmt"

	"wsight/dissect/deflate"
)

func ExampleInflater() {
	// RFC 7692 §7.2.3.2: the second message is a copy of the first one.
	messages := [][]byte{{0xF2, 0x48, 0xCD, 0xC9, 0xC9, 0x07, 0x00}, {0xF2, 0x00, 0x11, 0x00, 0x00}}
	out := func(p []byte) { fmt.Printf("%s\n", p) }

	var z deflate.Inflater
	for range 2 {
		for _, m := range messages {
			z.Begin(false)
			z.Write(m, out)
			if err := z.End(out); errors.Is(err, deflate.ErrContextLost) {
				fmt.Println(err)
			}
		}
		z.Lose()
		messages = messages[1:] // as if the first one were not in the capture
	}
	// Output:
	// Hello
	// Hello
	// H
	// deflate: message refers to history that was not seen
}
