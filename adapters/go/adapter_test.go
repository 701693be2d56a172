package adapter

import (
	"encoding/json"
	"errors"
	"os"
	"os/exec"
	"strings"
	"testing"
)

// small has an operation for each way in which one can end.
var small = Adapter{
	Name: "small", Version: "1.2", Window: 3, Omits: []string{"z.echo.value"}, Policies: map[string]string{"replayed_onion": "redeem"},
	Operations: map[string]Operation{
		"z.echo":        func(in Input) (Output, error) { return Output{"bytes": in.Bytes, "value": in.Value}, nil },
		"b.refuses":     func(Input) (Output, error) { return nil, Reject{Reason: "too odd"} },
		"b.code":        func(Input) (Output, error) { return nil, Reject{Reason: "late", Code: 0x0017} },
		"b.cannot":      func(Input) (Output, error) { return nil, Unsupported("no door") },
		"b.breaks":      func(Input) (Output, error) { return nil, errors.New("disk full") },
		"b.panics":      func(Input) (Output, error) { panic("out of range") },
		"b.asks":        func(Input) (Output, error) { return Ask(Output{}, errors.New("bad point")), nil },
		"b.must":        func(Input) (Output, error) { return Must(Output{}, errors.New("no store")), nil },
		"node.sequence": func(in Input) (Output, error) { return Sequence(in.Events, held()) },
	},
}

// held holds every HTLC but those of 1 msat, which it refuses, until time passes; then the later ones go first. Height 13
// is a fault.
func held() func(Input, int, Decide) {
	waiting := []int{}
	return func(event Input, next int, decide Decide) {
		switch event.Event {
		case "htlc":
			decide(next, func() (Output, error) {
				if event.HTLC.AmountMsat == 1 {
					panic(Reject{Reason: "amount_too_low", Code: 0x400f, Data: Bytes{1, 0xab}})
				}
				waiting = append(waiting, next)
				return Output{"outcome": "held"}, nil
			})
		case "time":
			for i := len(waiting) - 1; i >= 0; i-- {
				decide(waiting[i], func() (Output, error) { return Output{"outcome": "claimed"}, nil })
			}
		case "height":
			decide(0, func() (Output, error) { return nil, Unsupported("height 13") })
		}
	}
}

func TestEveryWayOfEndingHasItsAnswer(t *testing.T) {
	for _, c := range []struct{ operation, input, want string }{
		{"z.echo", `{"bytes":"00ff","value":"18446744073709551615"}`, `{"accept":{"bytes":"00ff","value":18446744073709551615}}`},
		{"z.echo", `{"later":"key"}`, `{"accept":{"bytes":"","value":0}}`},
		{"b.refuses", `{}`, `{"reject":{"reason":"too odd"}}`},
		{"b.code", `{}`, `{"reject":{"code":"0017","data":"","reason":"late"}}`},
		{"b.cannot", `{}`, `{"unsupported":"no door"}`},
		{"b.breaks", `{}`, `{"error":"disk full"}`},
		{"b.panics", `{}`, `{"error":"out of range"}`},
		{"b.asks", `{}`, `{"reject":{"reason":"bad point"}}`},
		{"b.must", `{}`, `{"error":"no store"}`},
		{"b.none", `{}`, `{"unsupported":"b.none is not declared"}`},
		{"z.echo", `{"bytes":"0"}`, `{"error":"encoding/hex: odd length hex string"}`},
		{"z.echo", `{"value":7}`, `{"error":"json: invalid use of ,string struct tag, trying to unmarshal unquoted value into uint64"}`},
	} {
		got, err := json.Marshal(small.answer(c.operation, json.RawMessage(c.input)))
		if err != nil || string(got) != c.want {
			t.Errorf("%s %s\n got %s, %v\nwant %s", c.operation, c.input, got, err, c.want)
		}
	}
}

func TestASequenceListsWhatEachEventDecidedByNumber(t *testing.T) {
	const events = `{"event":"htlc","htlc":{"amount_msat":"9"}},{"event":"htlc","htlc":{"amount_msat":"1"}},
		{"event":"settings","settings":{"keysend":"accept"}},{"event":"htlc","htlc":{"amount_msat":"9"}},{"event":"time"}`
	for _, c := range []struct{ events, want string }{
		{events, `{"accept":{"outcomes":[[{"htlc":0,"outcome":"held"}],` +
			`[{"code":"400f","data":"01ab","htlc":1,"outcome":"failed","reason":"amount_too_low"}],[],` +
			`[{"htlc":2,"outcome":"held"}],[{"htlc":0,"outcome":"claimed"},{"htlc":2,"outcome":"claimed"}]]}}`},
		{events + `,{"event":"height","height":13}`, `{"unsupported":"height 13"}`},
	} {
		got, err := json.Marshal(small.answer("node.sequence", json.RawMessage(`{"events":[`+c.events+`]}`)))
		if err != nil || string(got) != c.want {
			t.Errorf("got %s, %v\nwant %s", got, err, c.want)
		}
	}
}

// lines runs Main in a process of its own, which is this test again.
func lines(t *testing.T, stdin string) (stdout, stderr string, err error) {
	t.Helper()
	command := exec.Command(os.Args[0], "-test.run=TestMainInAProcess")
	command.Env = append(os.Environ(), "SMALL_ADAPTER=1")
	var out, words strings.Builder
	command.Stdin, command.Stdout, command.Stderr = strings.NewReader(stdin), &out, &words
	err = command.Run()
	return out.String(), words.String(), err
}

func TestMainInAProcess(t *testing.T) {
	if os.Getenv("SMALL_ADAPTER") != "" {
		small.Main()
		os.Exit(0)
	}
	const hello = `{"type":"hello","protocol":1,"runner":"spontan 0.1.0"}` + "\n"
	const said = `{"implementation":{"language":"go","name":"small","version":"1.2"},"omits":["z.echo.value"],"operations":["b.asks","b.breaks",` +
		`"b.cannot","b.code","b.must","b.panics","b.refuses","node.sequence","z.echo"],` +
		`"policies":{"replayed_onion":"redeem"},"profiles":[],"protocol":1,"type":"hello","window":3}` + "\n"

	// The protocol's longest line, all of it one key that is not known.
	ask := func(length int) string {
		const start, end = `{"type":"case","seq":7,"operation":"z.echo","input":{"x":"`, "\"}}\n"
		return start + strings.Repeat("a", length-len(start)-len(end)) + end
	}
	stdout, stderr, err := lines(t, hello+`{"type":"case","seq":3,"operation":"b.panics","input":{}}`+"\n"+ask(1<<20))
	want := said + `{"error":"out of range","seq":3}` + "\n" + `{"accept":{"bytes":"","value":0},"seq":7}` + "\n"
	if stdout != want || stderr != "" || err != nil {
		t.Errorf("got %s%s, %v\nwant %s", stdout, stderr, err, want)
	}
	for stdin, word := range map[string]string{
		hello + "no message\n": "line 2 is not a message of the protocol",
		hello + ask(1<<20+1):   "token too long",
		"[]\n":                 "line 1 is not a message of the protocol",
	} {
		if _, stderr, err := lines(t, stdin); err == nil || !strings.Contains(stderr, word) {
			t.Errorf("%.60q: got %q, %v; want %q", stdin, stderr, err, word)
		}
	}
}

func TestNoPolicyIsAnEmptyObject(t *testing.T) {
	if got, _ := json.Marshal(Adapter{}.hello()["policies"]); string(got) != "{}" {
		t.Errorf("got %s", got)
	}
}

func TestAModuleThatIsNotThereHasNoVersion(t *testing.T) {
	if got := Version("example.com/none"); got != "unknown" {
		t.Errorf("got %q", got)
	}
}
