// An adapter for `spontan check`: it puts an implementation on stdin and stdout, one JSON object per line.
//
// It needs Go 1.18 or later and nothing else. bigsizeDecode below already works, so your first suite is green. Let it
// call your own code, then add one operation after another. Spontan's docs/protocol.md describes the protocol. Stdout
// belongs to the protocol: print to stderr.
package main

import (
	"bufio"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"strconv"
)

// A reject is the implementation's refusal of an input, with its reason.
type reject string

func (reason reject) Error() string { return string(reason) }

// bigsizeDecode reads one BigSize (BOLT 1) from the front of some bytes; bytes that follow it stay unread.
func bigsizeDecode(input json.RawMessage) (any, error) {
	var given struct{ Bytes string }
	if err := json.Unmarshal(input, &given); err != nil {
		return nil, err
	}
	data, err := hex.DecodeString(given.Bytes)
	if err != nil {
		return nil, err
	}
	if len(data) == 0 {
		return nil, reject("bigsize_truncated")
	}
	width, least := 0, uint64(0)
	switch data[0] {
	case 0xfd:
		width, least = 2, 0xfd
	case 0xfe:
		width, least = 4, 1<<16
	case 0xff:
		width, least = 8, 1<<32
	}
	value := uint64(data[0])
	if width > 0 {
		if len(data) < 1+width {
			return nil, reject("bigsize_truncated")
		}
		var wide [8]byte
		copy(wide[8-width:], data[1:1+width])
		value = binary.BigEndian.Uint64(wide[:])
	}
	if value < least {
		return nil, reject("bigsize_not_minimal")
	}
	return map[string]any{"value": strconv.FormatUint(value, 10), "length": 1 + width}, nil
}

// What this adapter can answer. Only these operations are asked.
var operations = map[string]func(json.RawMessage) (any, error){
	"bigsize.decode": bigsizeDecode,
}

func hello() map[string]any {
	names := []string{}
	for name := range operations {
		names = append(names, name)
	}
	return map[string]any{
		"type":           "hello",
		"protocol":       1,
		"implementation": map[string]string{"name": "my-node", "version": "0.1.0", "language": "go"},
		"operations":     names,
		// This many cases may wait in the pipe; they are still answered one after another.
		"window": 64,
	}
}

type message struct {
	Type      string
	Seq       uint64
	Operation string
	Input     json.RawMessage
}

// answer answers one case with exactly one of accept, reject, unsupported and error.
func answer(asked message) (reply map[string]any) {
	reply = map[string]any{"seq": asked.Seq}
	operation, declared := operations[asked.Operation]
	if !declared {
		reply["unsupported"] = "not written yet"
		return reply
	}
	// The adapter's own mistakes are errors, never rejections.
	defer func() {
		if broken := recover(); broken != nil {
			reply["error"] = fmt.Sprint("panic: ", broken)
		}
	}()
	output, err := operation(asked.Input)
	var refused reject
	switch {
	case err == nil:
		reply["accept"] = output
	case errors.As(err, &refused):
		reply["reject"] = map[string]string{"reason": refused.Error()}
	default:
		reply["error"] = err.Error()
	}
	return reply
}

func run() error {
	input := bufio.NewReaderSize(os.Stdin, 1<<16)
	output := json.NewEncoder(os.Stdout) // One line a value, written at once.
	for {
		line, err := input.ReadBytes('\n')
		if err == io.EOF && len(line) == 0 {
			return nil
		}
		if err != nil && err != io.EOF {
			return err
		}
		var received message
		if err := json.Unmarshal(line, &received); err != nil {
			return err
		}
		reply := hello()
		if received.Type != "hello" {
			reply = answer(received)
		}
		if err := output.Encode(reply); err != nil {
			return err
		}
	}
}

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, "adapter:", err)
		os.Exit(1)
	}
}
