package tui

// header names the columns and the two ends.
func (l *timeline) header(c canvas, at rungs) {
	th := l.ui.theme
	c.right(at.number, 0, th.dim, "#")
	c.right(at.time, 0, th.dim, "time")
	if at.delta > 0 {
		c.right(at.delta, 0, th.dim, "delta")
	}
	if l.over.Conv != nil {
		half := (at.left + at.right) / 2
		client, server := l.over.Conv.Client.String(), l.over.Conv.Server.String()
		if at.right-at.left > 60 {
			client, server = "client "+client, server+" server"
		}
		c.until(at.left, 0, half, th.toServer, client)
		c.until(max(at.right+1-cells(server), half+1), 0, at.right+1, th.toClient, server)
	}
	c.right(at.length, 0, th.dim, "length")
}
