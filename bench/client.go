package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"strconv"
	"strings"
	"sync"
	"time"
)

// client is one keep-alive connection. It does as little as HTTP/1.1 allows: it shares the cores with what it measures.
type client struct {
	conn net.Conn
	in   *bufio.Reader
}

func dial(ctx context.Context, address string) (*client, error) {
	conn, err := (&net.Dialer{}).DialContext(ctx, "tcp", address)
	if err != nil {
		return nil, err
	}
	return &client{conn, bufio.NewReaderSize(conn, 64<<10)}, nil
}

// question is one GET, ready to be sent.
type question []byte

func ask(path string, header ...string) question {
	return question("GET " + path + " HTTP/1.1\r\nHost: localhost\r\n" + strings.Join(header, "\r\n") + strings.Repeat("\r\n", min(1, len(header))) + "\r\n")
}

// reply is what came back.
type reply struct {
	status int
	etag   string
	body   []byte // nil unless asked for
}

// good refuses an answer other than 200.
func (r reply) good(err error, q question) error {
	if err == nil && r.status != 200 {
		return fmt.Errorf("answered %d to %q: %s", r.status, q, r.body)
	}
	return err
}

// do sends a question and reads the whole answer.
func (c *client) do(q question, keep bool) (reply, error) {
	if _, err := c.conn.Write(q); err != nil {
		return reply{}, err
	}
	var r reply
	line, err := c.in.ReadSlice('\n')
	if err != nil {
		return r, err
	}
	if r.status, err = strconv.Atoi(string(line[9:12])); err != nil {
		return r, fmt.Errorf("no HTTP: %q", line)
	}
	length := int64(0)
	for {
		if line, err = c.in.ReadSlice('\n'); err != nil {
			return r, err
		}
		text := strings.TrimRight(string(line), "\r\n")
		if text == "" {
			break
		}
		switch name, value, _ := strings.Cut(text, ": "); strings.ToLower(name) {
		case "content-length":
			if length, err = strconv.ParseInt(value, 10, 64); err != nil {
				return r, err
			}
		case "transfer-encoding":
			length = -1
		case "etag":
			r.etag = value
		}
	}
	if length >= 0 {
		return r, c.body(&r, length, keep)
	}
	for {
		if line, err = c.in.ReadSlice('\n'); err != nil {
			return r, err
		}
		n, err := strconv.ParseInt(strings.TrimSpace(string(line)), 16, 64)
		if err == nil {
			err = c.body(&r, n, keep)
		}
		if err == nil {
			_, err = c.in.Discard(2)
		}
		if err != nil || n == 0 {
			return r, err
		}
	}
}

func (c *client) body(r *reply, n int64, keep bool) error {
	if !keep {
		_, err := io.CopyN(io.Discard, c.in, n)
		return err
	}
	part := make([]byte, n)
	_, err := io.ReadFull(c.in, part)
	r.body = append(r.body, part...)
	return err
}

// get asks once and gives the answer whole.
func get(ctx context.Context, address string, q question) (reply, error) {
	c, err := dial(ctx, address)
	if err != nil {
		return reply{}, err
	}
	defer c.conn.Close()
	return c.do(q, true)
}

// load is what many requests have cost.
type load struct {
	requests int
	wall     time.Duration
	took     sample // milliseconds
}

func (l load) rate() float64 { return float64(l.requests) / l.wall.Seconds() }

// press asks from so many connections at once for so long, each going through the questions in turn. Every answer must have
// the status.
func press(ctx context.Context, address string, questions []question, clients int, lasting time.Duration, status int) (load, error) {
	var lock sync.Mutex
	var all load
	var done sync.WaitGroup
	failures := make([]error, clients)
	start := time.Now()
	for w := range clients {
		done.Add(1)
		go func() {
			defer done.Done()
			took, err := pressOne(ctx, address, questions, w*7, start.Add(lasting), status)
			failures[w] = err
			lock.Lock()
			all.took, all.requests = append(all.took, took...), all.requests+len(took)
			lock.Unlock()
		}()
	}
	done.Wait()
	all.wall = time.Since(start)
	return all, errors.Join(failures...)
}

func pressOne(ctx context.Context, address string, questions []question, from int, until time.Time, status int) (sample, error) {
	c, err := dial(ctx, address)
	if err != nil {
		return nil, err
	}
	defer c.conn.Close()
	var took sample
	for i := from; time.Now().Before(until) && ctx.Err() == nil; i++ {
		start := time.Now()
		r, err := c.do(questions[i%len(questions)], false)
		if err != nil {
			return took, err
		}
		if r.status != status {
			return took, fmt.Errorf("answered %d, not %d, to %s", r.status, status, questions[i%len(questions)])
		}
		took = append(took, milliseconds(time.Since(start)))
	}
	return took, ctx.Err()
}
