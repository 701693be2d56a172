// Package adapter is the frame of an adapter in Go: version 1 of the adapter protocol (docs/protocol.md) and nothing of
// Lightning. An implementation gives a function for each operation that it has and calls Main; lines, handshake, hex,
// the shape of answers and panics are seen to here. What lives in this file: the lines and the answers.
package adapter

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"log"
	"maps"
	"os"
	"runtime/debug"
	"slices"
)

// Operation answers one case. Its error is a Reject if the implementation refused the input and an Unsupported if it
// cannot be asked. Any other error is a fault of the adapter and no verdict. A panic with an error is that error.
type Operation func(Input) (Output, error)

// Output is an object of the protocol, by its keys; 64-bit integers go in as decimal strings.
type Output map[string]any

// Unsupported says why the implementation cannot be asked this.
type Unsupported string

func (u Unsupported) Error() string { return string(u) }

// Adapter is what the handshake says of an implementation ("Handshake"), and what answers.
type Adapter struct {
	Name, Version string
	Operations    map[string]Operation // by the protocol's names
	Policies      map[string]string    // those that are not the default, or all
	Omits         []string             // output fields that the library does not give, as "operation.field"
	Profiles      []string             // of shared-secret payments; nil: it has none
	Window        int                  // how many cases may wait in the pipe, 1 to 1024; they are answered in turn
}

// Version is that of a module which the program is compiled with, or "unknown".
func Version(module string) string {
	if info, ok := debug.ReadBuildInfo(); ok {
		for _, dependency := range info.Deps {
			if dependency.Path == module {
				return dependency.Version
			}
		}
	}
	return "unknown"
}

// Ask gives the implementation's answer, or ends the operation with its refusal of the input, in its own words.
func Ask[T any](answer T, err error) T {
	if err != nil {
		panic(Reject{Reason: err.Error()})
	}
	return answer
}

// Must gives a value, or ends the operation with an error that is no verdict on the input.
func Must[T any](value T, err error) T {
	Check(err)
	return value
}

// Check is Must without a value.
func Check(err error) {
	if err != nil {
		panic(err)
	}
}

// Main answers what comes on stdin, line after line, until there is no more. A line that is no message or longer than the
// protocol's 1 MiB ends the program, as there is no case that could be answered.
func (a Adapter) Main() {
	lines, replies := bufio.NewScanner(os.Stdin), json.NewEncoder(os.Stdout) // Encode writes a line at once.
	lines.Buffer(nil, 1<<20)
	for number := 1; lines.Scan(); number++ {
		var message struct {
			Type, Operation string
			Seq             uint64
			Input           json.RawMessage
		}
		if err := json.Unmarshal(lines.Bytes(), &message); err != nil {
			log.Fatalf("line %d is not a message of the protocol: %v", number, err)
		}
		reply := a.hello()
		if message.Type != "hello" {
			reply = a.answer(message.Operation, message.Input)
			reply["seq"] = message.Seq
		}
		Check(replies.Encode(reply))
	}
	if err := lines.Err(); err != nil {
		log.Fatalf("stdin: %v", err)
	}
}

func (a Adapter) hello() Output {
	return Output{
		"type": "hello", "protocol": 1, "window": a.Window,
		"implementation": Output{"name": a.Name, "version": a.Version, "language": "go"},
		"operations":     slices.Sorted(maps.Keys(a.Operations)),
		"policies":       maps.Collect(maps.All(a.Policies)), // not null if there are none
		"profiles":       append([]string{}, a.Profiles...),
		"omits":          append([]string{}, a.Omits...),
	}
}

// answer runs one case; the caller adds its number.
func (a Adapter) answer(name string, given json.RawMessage) Output {
	output, err := try(func() (Output, error) {
		operation, ok := a.Operations[name]
		if !ok {
			return nil, Unsupported(name + " is not declared")
		}
		var input Input
		Check(json.Unmarshal(given, &input))
		return operation(input)
	})
	if err == nil {
		return Output{"accept": output}
	}
	if refused := (Reject{}); errors.As(err, &refused) {
		return Output{"reject": refused.fields()}
	}
	if impossible := Unsupported(""); errors.As(err, &impossible) {
		return Output{"unsupported": impossible}
	}
	return Output{"error": err.Error()}
}

// try makes an error of a panic, so that the other cases are still asked.
func try(ask func() (Output, error)) (output Output, err error) {
	defer func() {
		if fault := recover(); fault != nil {
			var ok bool
			if err, ok = fault.(error); !ok {
				err = fmt.Errorf("%v", fault)
			}
		}
	}()
	return ask()
}
