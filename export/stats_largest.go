package export

// A statsHeap has the connection with the fewest bytes at its top.
type statsHeap []*statsConn

func (h statsHeap) Len() int { return len(h) }

func (h statsHeap) Less(i, j int) bool {
	if a, b := both(h[i].wire), both(h[j].wire); a != b {
		return a < b
	}
	return h[i].conv.Number > h[j].conv.Number
}

func (h statsHeap) Swap(i, j int) { h[i], h[j] = h[j], h[i] }

// Push implements heap.Interface.
func (h *statsHeap) Push(c any) { *h = append(*h, c.(*statsConn)) }

// Pop implements heap.Interface.
func (h *statsHeap) Pop() any {
	old := *h
	c := old[len(old)-1]
	*h = old[:len(old)-1]
	return c
}
