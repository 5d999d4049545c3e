//go:build ignore

// Command recording runs the program on a terminal and draws what it shows:
//
//	go run recording.go
//
// builds it, runs "reactivate invoke events/billing-recharge.json" on a
// pseudo-terminal of 100 columns, and writes docs/recording.svg, an animation
// in the time that the run really took. It knows the few control sequences that
// the program uses and fails on any other, so nothing in the picture is drawn by
// hand. Linux only.
package main

import (
	"errors"
	"fmt"
	"html"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"
	"unsafe"
)

const (
	columns = 100
	rows    = 60
	output  = "docs/recording.svg"

	// hold is how long the last picture stays before all begins anew.
	hold = 8 * time.Second
	// settle joins what comes at once, in several pieces.
	settle = 30 * time.Millisecond
)

var command = []string{"reactivate", "invoke", "events/billing-recharge.json"}

func main() {
	if err := record(); err != nil {
		fmt.Fprintln(os.Stderr, "recording:", err)
		os.Exit(1)
	}
}

func record() error {
	dir, err := os.MkdirTemp("", "recording")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	binary := filepath.Join(dir, command[0])
	build := exec.Command("go", "build", "-o", binary, ".")
	build.Stderr = os.Stderr
	if err := build.Run(); err != nil {
		return fmt.Errorf("go build: %w", err)
	}
	pieces, took, err := run(binary)
	if err != nil {
		return err
	}
	pictures, err := play(pieces)
	if err != nil {
		return err
	}
	svg := draw(pictures, took)
	if err := os.WriteFile(output, svg, 0o644); err != nil {
		return err
	}
	fmt.Printf("%s %d bytes, %d lines, %.1f s\n", output, len(svg), len(pictures[len(pictures)-1].lines), took.Seconds())
	return nil
}

// piece is what the program wrote at one time.
type piece struct {
	at   time.Duration
	text string
}

// run runs the program on a terminal of its own.
func run(binary string) ([]piece, time.Duration, error) {
	master, slave, err := terminal()
	if err != nil {
		return nil, 0, fmt.Errorf("pseudo-terminal: %w", err)
	}
	defer master.Close()
	cmd := exec.Command(binary, command[1:]...)
	cmd.Stdin, cmd.Stdout, cmd.Stderr = slave, slave, slave
	cmd.Env = []string{"TERM=xterm-256color", "LANG=C.UTF-8", "HOME=" + os.TempDir(), "PATH=" + os.Getenv("PATH")}
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true, Setctty: true}
	begin := time.Now()
	err = cmd.Start()
	slave.Close()
	if err != nil {
		return nil, 0, err
	}
	var pieces []piece
	buffer := make([]byte, 1<<16)
	for {
		n, err := master.Read(buffer)
		at := time.Since(begin)
		switch last := len(pieces) - 1; {
		case n > 0 && last >= 0 && at-pieces[last].at < settle:
			pieces[last].text += string(buffer[:n])
		case n > 0:
			pieces = append(pieces, piece{at, string(buffer[:n])})
		}
		if errors.Is(err, io.EOF) || errors.Is(err, syscall.EIO) { // Linux says EIO when the other side is gone
			break
		}
		if err != nil {
			return nil, 0, err
		}
	}
	took := time.Since(begin)
	if err := cmd.Wait(); err != nil {
		return nil, 0, fmt.Errorf("%s: %w", strings.Join(command, " "), err)
	}
	return pieces, took, nil
}

// terminal opens a pseudo-terminal: the side that reads, and that of the program.
func terminal() (master, slave *os.File, err error) {
	master, err = os.OpenFile("/dev/ptmx", os.O_RDWR, 0)
	if err != nil {
		return nil, nil, err
	}
	var number, unlock uint32
	size := [4]uint16{rows, columns, 0, 0}
	for _, request := range []struct {
		what uintptr
		with unsafe.Pointer
	}{
		{syscall.TIOCGPTN, unsafe.Pointer(&number)},
		{syscall.TIOCSPTLCK, unsafe.Pointer(&unlock)},
		{syscall.TIOCSWINSZ, unsafe.Pointer(&size)},
	} {
		if _, _, errno := syscall.Syscall(syscall.SYS_IOCTL, master.Fd(), request.what, uintptr(request.with)); errno != 0 {
			return nil, nil, errno
		}
	}
	slave, err = os.OpenFile("/dev/pts/"+strconv.Itoa(int(number)), os.O_RDWR|syscall.O_NOCTTY, 0)
	return master, slave, err
}

// cell is one character on the screen, in a style: names of classes.
type cell struct {
	char  rune
	style string
}

// picture is the screen from a time on.
type picture struct {
	at    time.Duration
	lines [][]cell
}

// screen is a terminal that knows what the program writes.
type screen struct {
	lines    [][]cell
	row, col int
	style    string
}

// styles are the graphic renditions, by their numbers.
var styles = map[string]string{
	"1": "bold", "2": "dim", "31": "red", "32": "green", "33": "yellow", "34": "blue", "35": "magenta", "36": "cyan", "90": "dim",
}

func play(pieces []piece) ([]picture, error) {
	s := &screen{lines: make([][]cell, 1)}
	if err := s.write("\x1b[32m$\x1b[0m " + strings.Join(command, " ") + "\r\n"); err != nil {
		return nil, err
	}
	pictures := []picture{{0, s.copy()}}
	for _, p := range pieces {
		if err := s.write(p.text); err != nil {
			return nil, err
		}
		pictures = append(pictures, picture{p.at, s.copy()})
	}
	return pictures, nil
}

func (s *screen) copy() [][]cell {
	var lines [][]cell
	for _, line := range s.lines {
		lines = append(lines, slices.Clone(line))
	}
	for len(lines) > 0 && len(lines[len(lines)-1]) == 0 {
		lines = lines[:len(lines)-1]
	}
	return lines
}

func (s *screen) write(text string) error {
	for text != "" {
		if rest, ok := strings.CutPrefix(text, "\x1b["); ok {
			end := strings.IndexFunc(rest, func(r rune) bool { return r >= '@' && r <= '~' })
			if end < 0 {
				return fmt.Errorf("a control sequence without an end: %q", text)
			}
			if err := s.control(rest[:end], rest[end]); err != nil {
				return err
			}
			text = rest[end+1:]
			continue
		}
		char := []rune(text)[0]
		text = text[len(string(char)):]
		if err := s.put(char); err != nil {
			return err
		}
	}
	return nil
}

func (s *screen) put(char rune) error {
	switch {
	case char == '\r':
		s.col = 0
		return nil
	case char == '\n':
		if s.row++; s.row == len(s.lines) {
			s.lines = append(s.lines, nil)
		}
		return nil
	case char < ' ':
		return fmt.Errorf("the control character %q is not known", char)
	}
	if s.col == columns { // at the edge, the next line
		s.col = 0
		if err := s.put('\n'); err != nil {
			return err
		}
	}
	line := s.lines[s.row]
	for len(line) <= s.col {
		line = append(line, cell{char: ' '})
	}
	line[s.col] = cell{char, s.style}
	s.lines[s.row] = line
	s.col++
	return nil
}

func (s *screen) control(parameters string, final byte) error {
	switch {
	case final == 'K' && (parameters == "" || parameters == "0"):
		s.lines[s.row] = s.lines[s.row][:min(s.col, len(s.lines[s.row]))]
	case final == 'K' && parameters == "2":
		s.lines[s.row] = nil
	case final == 'm':
		return s.render(parameters)
	case (final == 'h' || final == 'l') && parameters == "?25": // the cursor, which is not drawn
	default:
		return fmt.Errorf("the control sequence %s%c is not known", parameters, final)
	}
	return nil
}

func (s *screen) render(parameters string) error {
	for number := range strings.SplitSeq(parameters, ";") {
		if number == "" || number == "0" {
			s.style = ""
			continue
		}
		style, ok := styles[number]
		if !ok {
			return fmt.Errorf("the graphic rendition %s is not known", number)
		}
		s.style = strings.TrimSpace(s.style + " " + style)
	}
	return nil
}

// Sizes in pixels. A character is drawn as wide as said here in any font.
const (
	charWidth  = 7.8
	lineHeight = 18
	margin     = 16
)

const style = `
svg { color-scheme: light dark; font: 13px ui-monospace, SFMono-Regular, Menlo, Consolas, "DejaVu Sans Mono", monospace; }
text { fill: #1f2328; }
rect { fill: #f6f8fa; stroke: #d1d9e0; }
.bold { font-weight: 600; } .dim { fill: #59636e; } .red { fill: #cf222e; } .green { fill: #116329; }
.yellow { fill: #7d4e00; } .blue { fill: #0550ae; } .magenta { fill: #8250df; } .cyan { fill: #1b7c83; }
.passing { opacity: 0; }
@media (prefers-color-scheme: dark) {
text { fill: #e6edf3; } rect { fill: #0d1117; stroke: #3d444d; }
.dim { fill: #9198a1; } .red { fill: #ff7b72; } .green { fill: #7ee787; } .yellow { fill: #e3b341; }
.blue { fill: #79c0ff; } .magenta { fill: #d2a8ff; } .cyan { fill: #76e3ea; }
}
`

// stay is one line that does not change from one picture until another; until
// is 0 for one that stays.
type stay struct {
	from, until time.Duration
	row         int
	cells       []cell
}

func draw(pictures []picture, took time.Duration) []byte {
	last := pictures[len(pictures)-1]
	height := len(last.lines)
	for _, p := range pictures {
		height = max(height, len(p.lines))
	}
	total := took + hold
	width := columns*charWidth + 2*margin
	var b, timing strings.Builder
	named := map[string]string{}
	var texts strings.Builder
	for _, s := range stays(pictures, height) {
		fmt.Fprintf(&texts, "<g%s>", appearance(s, total, named, &timing))
		for _, w := range words(s.cells) {
			fmt.Fprintf(&texts, "<text x=\"%.1f\" y=\"%d\" textLength=\"%.1f\"%s>%s</text>", margin+float64(w.col)*charWidth,
				margin+lineHeight*(s.row+1)-5, float64(len(w.chars))*charWidth, w.class(), html.EscapeString(string(w.chars)))
		}
		texts.WriteString("</g>\n")
	}
	fmt.Fprintf(&b, "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %.0f %d\" width=\"%.0f\" height=\"%d\" role=\"img\">\n",
		width, height*lineHeight+2*margin, width, height*lineHeight+2*margin)
	fmt.Fprintf(&b, "<title>%s</title>\n", html.EscapeString(strings.Join(command, " ")))
	fmt.Fprintf(&b, "<style>%s@media (prefers-reduced-motion: no-preference) {\n%s}\n</style>\n", style, timing.String())
	fmt.Fprintf(&b, "<rect x=\"0.5\" y=\"0.5\" width=\"%.0f\" height=\"%d\" rx=\"6\"/>\n", width-1, height*lineHeight+2*margin-1)
	b.WriteString(texts.String())
	b.WriteString("</svg>\n")
	return []byte(b.String())
}

// stays are the lines of all pictures, each as long as it stays the same.
func stays(pictures []picture, height int) []stay {
	var all []stay
	for row := range height {
		var current *stay
		for _, p := range pictures {
			var cells []cell
			if row < len(p.lines) {
				cells = p.lines[row]
			}
			if current != nil && slices.Equal(current.cells, cells) {
				continue
			}
			if current != nil {
				current.until = p.at
				all = append(all, *current)
			}
			current = &stay{from: p.at, row: row, cells: cells}
		}
		all = append(all, *current)
	}
	return slices.DeleteFunc(all, func(s stay) bool { return len(s.cells) == 0 })
}

// appearance is the class of a line: without motion only what stays is seen.
func appearance(s stay, total time.Duration, named map[string]string, timing *strings.Builder) string {
	if s.from == 0 && s.until == 0 {
		return ""
	}
	percent := func(at time.Duration) float64 { return 100 * at.Seconds() / total.Seconds() }
	steps := fmt.Sprintf("0%% { opacity: 0; } %.2f%% { opacity: 1; }", percent(s.from))
	if s.from == 0 {
		steps = "0% { opacity: 1; }"
	}
	passing := ""
	if s.until > 0 {
		passing = " passing"
		steps += fmt.Sprintf(" %.2f%% { opacity: 0; } 100%% { opacity: 0; }", percent(s.until))
	} else {
		steps += " 100% { opacity: 1; }"
	}
	name, ok := named[steps]
	if !ok {
		name = "t" + strconv.Itoa(len(named))
		named[steps] = name
		fmt.Fprintf(timing, ".%s { animation: %s %.2fs step-end infinite; } @keyframes %s { %s }\n", name, name, total.Seconds(), name, steps)
	}
	return fmt.Sprintf(" class=%q", name+passing)
}

// word is a part of a line that has one style and no two spaces in it. Each has
// a place and a width of its own, so that columns stand in any font.
type word struct {
	col   int
	chars []rune
	style string
}

func (w word) class() string {
	if w.style == "" {
		return ""
	}
	return fmt.Sprintf(" class=%q", w.style)
}

func words(cells []cell) []word {
	blank := func(i int) bool { return i >= len(cells) || cells[i].char == ' ' }
	var all []word
	for i := 0; i < len(cells); {
		if blank(i) {
			i++
			continue
		}
		w := word{col: i, style: cells[i].style}
		for i < len(cells) && cells[i].style == w.style && !(blank(i) && blank(i+1)) {
			w.chars = append(w.chars, cells[i].char)
			i++
		}
		for w.chars[len(w.chars)-1] == ' ' { // a renderer would drop it, and stretch the rest
			w.chars = w.chars[:len(w.chars)-1]
		}
		all = append(all, w)
	}
	return all
}
