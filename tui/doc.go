// Package tui shows a capture in a terminal: its connections, the timeline of
// one, the details of a message, the problems.
//
// The words: a screen fills the terminal and is made of panes; a pane is a
// list or a page; an action is what a key does, and one table of actions
// makes keys, key bar, help, palette and docs/keys.md.
//
// What holds everywhere: captured text reaches the screen only through
// canvas.text, which makes it safe; colour repeats what signs and words say;
// a selection is kept by what it selects, not by its place; nothing waits for
// a file while it draws.
package tui
