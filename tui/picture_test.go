package tui

import (
	"fmt"
	"html"
	"path/filepath"
	"strings"
	"testing"

	"github.com/gdamore/tcell/v2"
)

// TestPictures draws the pictures of the README from the real screen:
// `UPDATE=1 go test ./tui` makes them anew.
func TestPictures(t *testing.T) {
	for _, p := range []struct {
		file, capture string
		w, h          int
		keys          []string
	}{
		{"timeline.svg", "chat-json.pcap", 110, 32, []string{"Enter", "j", "j", "j"}},
		{"diagnosis.svg", "nginx-strips-upgrade.pcap", 119, 34, []string{"Enter", "L", "j"}},
	} {
		b := newBench(t, record(t, sample(p.capture)), p.w, p.h, Options{Color: true, Title: p.capture}).press(p.keys...)
		golden(t, filepath.Join("..", "docs", p.file), b.svg())
	}
}

// The colours of the picture, by the numbers of the palette.
var inks = map[tcell.Color]string{
	tcell.PaletteColor(1): "#ff6b6b", tcell.PaletteColor(2): "#7bd88f", tcell.PaletteColor(3): "#ffd166", tcell.PaletteColor(6): "#5ad4e6",
}

const (
	cellWidth, cellHeight  = 8.4, 18
	paper, pen, palePencil = "#16181d", "#e6e6e6", "#8b8f99"
)

// svg draws the screen as a picture. Each run of cells is stretched to its
// width, so that the font does not matter.
func (b *bench) svg() string {
	var out strings.Builder
	width, height := float64(b.screen.w)*cellWidth+24, b.screen.h*cellHeight+24
	fmt.Fprintf(&out, `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %.0f %d" font-family="ui-monospace,SFMono-Regular,Menlo,Consolas,'DejaVu Sans Mono',monospace" font-size="14">`+"\n", width, height)
	fmt.Fprintf(&out, `<rect width="100%%" height="100%%" rx="8" fill="%s"/>`+"\n", paper)
	for y := range b.screen.h {
		row := b.screen.next[y*b.screen.w : (y+1)*b.screen.w]
		for x := 0; x < len(row); {
			end := x + 1
			for end < len(row) && row[end].style == row[x].style {
				end++
			}
			out.WriteString(run(row[x:end], x, y))
			x = end
		}
	}
	out.WriteString("</svg>\n")
	return out.String()
}

// run draws cells of one style.
func run(cells []cell, x, y int) string {
	fg, _, attr := cells[0].style.Decompose()
	ink, ground := pen, ""
	if c, ok := inks[fg]; ok {
		ink = c
	} else if attr&tcell.AttrDim != 0 {
		ink = palePencil
	}
	if attr&tcell.AttrReverse != 0 {
		ink, ground = paper, ink
	}
	left, top, wide := 12+float64(x)*cellWidth, 12+y*cellHeight, float64(len(cells))*cellWidth
	text := ""
	if ground != "" {
		text = fmt.Sprintf(`<rect x="%.1f" y="%d" width="%.1f" height="%d" fill="%s"/>`, left, top, wide, cellHeight, ground)
	}
	var letters strings.Builder
	for _, c := range cells {
		if c.r != wideTail {
			letters.WriteRune(c.r)
		}
	}
	if strings.TrimSpace(letters.String()) != "" {
		more := ""
		if attr&tcell.AttrBold != 0 {
			more += ` font-weight="bold"`
		}
		if attr&tcell.AttrUnderline != 0 {
			more += ` text-decoration="underline"`
		}
		text += fmt.Sprintf(`<text x="%.1f" y="%d" textLength="%.1f" lengthAdjust="spacingAndGlyphs" xml:space="preserve" fill="%s"%s>%s</text>`,
			left, top+13, wide, ink, more, html.EscapeString(letters.String()))
	}
	if text != "" {
		text += "\n"
	}
	return text
}
