package local

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"os"

	"reactivate/internal/wording"
)

// read reads a file of at most limit bytes; the name - is standard input. It returns when ctx ends, even if it waits for a pipe
// that nobody writes to. The blocked goroutine then ends with the program.
func (p *program) read(ctx context.Context, name string, limit int64) ([]byte, error) {
	var content []byte
	var err error
	done := make(chan struct{})
	go func() {
		defer close(done)
		content, err = readAll(p.stdin, name, limit)
	}()
	select {
	case <-done:
		return content, err
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

func readAll(in io.Reader, name string, limit int64) ([]byte, error) {
	if name != "-" {
		f, err := os.Open(name)
		switch {
		case errors.Is(err, fs.ErrNotExist):
			return nil, wording.NoSuchFile.With(name)
		case err != nil:
			return nil, err
		}
		defer f.Close() //nolint:errcheck // it was only read
		in = f
	}
	content, err := io.ReadAll(io.LimitReader(in, limit+1))
	if err != nil {
		return nil, err
	}
	if int64(len(content)) > limit {
		return nil, wording.FileTooLarge.With(name, limit>>20)
	}
	return content, nil
}
