package capture_test

import (
	"context"
	"errors"
	"fmt"
	"time"

	"wsight/capture"
	"wsight/capture/filter"
)

func ExampleListen() {
	chosen, err := filter.Parse("tcp port 1")
	if err != nil {
		fmt.Println(err)
		return
	}
	live, err := capture.Listen(capture.LiveOptions{Interfaces: []string{"lo"}, Filter: chosen})
	var permission *capture.PermissionError
	switch {
	case errors.As(err, &permission), errors.Is(err, errors.ErrUnsupported):
		// permission says what to type.
		fmt.Println("0 packets, 0 dropped")
		return
	case err != nil:
		fmt.Println(err)
		return
	}
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Millisecond)
	defer cancel()
	for packet, err := range live.Packets(ctx) {
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Println(packet.Time, packet.Interface.Name, packet.Length)
	}
	stats := live.Stats()
	fmt.Printf("%d packets, %d dropped\n", stats.Packets, stats.Dropped)
	// Output: 0 packets, 0 dropped
}
