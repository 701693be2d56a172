package main

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/lightningnetwork/lnd/invoices"
	"github.com/lightningnetwork/lnd/record"
	"github.com/lightningnetwork/lnd/tlv"
)

// asked is the answer to one case, as it stands on the line.
func asked(t *testing.T, operation, input string) string {
	t.Helper()
	line, err := json.Marshal(answer(operation, json.RawMessage(input)))
	if err != nil {
		t.Fatal(err)
	}
	return string(line)
}

// The values of BOLT 1, appendix A, and of BOLT 4's onion test.
func TestPublishedValues(t *testing.T) {
	for _, c := range []struct{ operation, input, want string }{
		{"bigsize.decode", `{"bytes":"fd00fd"}`, `{"accept":{"length":3,"value":"253"}}`},
		{"bigsize.decode", `{"bytes":"fd00fc"}`, `{"reject":{"reason":"bigsize_not_minimal"}}`},
		{"bigsize.encode", `{"value":"253"}`, `{"accept":{"bytes":"fd00fd"}}`},
		{
			"tlv.decode", `{"namespace":"n1","stream":"01020100"}`,
			`{"accept":{"records":[{"type":"1","value":"0100"}]}}`,
		},
		{
			"ecdh.shared_secret",
			`{"secret_key":"4141414141414141414141414141414141414141414141414141414141414141",
			"public_key":"02eec7245d6b7d2ccb30380bfbe2a3648cd7a942653f5aa340edcea1f283686619"}`,
			`{"accept":{"shared_secret":"53eb63ea8a3fec3b3cd433b85cd62a4b145e1dda09391b348c4e1cd36a03ea66",` +
				`"x":"c601b80d55ee20311d9760583071b6cce63235a7e65dac7416ee84dc1a3614e1"}}`,
		},
	} {
		if got := asked(t, c.operation, c.input); got != c.want {
			t.Errorf("%s %s\n got %s\nwant %s", c.operation, c.input, got, c.want)
		}
	}
}

func TestHelloNamesTheReleaseThatIsPinned(t *testing.T) {
	named, _ := hello()["implementation"].(output)
	if version, _ := named["version"].(string); !strings.HasPrefix(version, "v0.") {
		t.Errorf("hello names version %q", version)
	}
}

func TestAPanicIsAnAnswerAndAnUndeclaredOperationToo(t *testing.T) {
	operations["test.panic"] = func(input) (output, error) { panic("out of range") }
	defer delete(operations, "test.panic")
	if got := asked(t, "test.panic", `{}`); got != `{"error":"out of range"}` {
		t.Errorf("a panic became %s", got)
	}
	if got := asked(t, "test.none", `{}`); got != `{"unsupported":"not declared"}` {
		t.Errorf("an undeclared operation became %s", got)
	}
}

// The registry's clock and the store's must be one: with two, parts are held for ever.
func TestPartsAreHeldForLNDsOwnTime(t *testing.T) {
	secret := strings.Repeat("42", 32)
	preimage, paymentSecret := bytes.Repeat([]byte{1}, 32), bytes.Repeat([]byte{2}, 32)
	const hash = "72cd6e8422c407fb6d098690f1130b7ded7ec2f7f5e1d30bd9d521f015363793" // SHA-256 of 32 bytes 01

	amount, expiry := uint64(1000), uint32(800_100)
	parts := record.NewMPP(2000, [32]byte(paymentSecret))
	var payload bytes.Buffer
	stream := tlv.MustNewStream(record.NewAmtToFwdRecord(&amount), record.NewLockTimeRecord(&expiry), parts.Record())
	if err := stream.Encode(&payload); err != nil {
		t.Fatal(err)
	}
	rawHash, _ := hex.DecodeString(hash)
	rawSecret, _ := hex.DecodeString(secret)
	made, err := construct(input{
		SessionKey: bytes.Repeat([]byte{3}, 32), Associated: rawHash,
		Hops: []input{{
			PublicKey: secretKey(rawSecret).PubKey().SerializeCompressed(), Payload: payload.Bytes(),
		}},
	})
	if err != nil {
		t.Fatal(err)
	}
	hold := invoices.DefaultHtlcHoldDuration
	decided, err := sequence(input{
		NodeSecret: rawSecret, Height: 800_000, Settings: &input{Keysend: "accept", MinFinalDelta: 18},
		Events: []input{
			{Event: "invoice", Preimage: preimage, PaymentSecret: paymentSecret, AmountMsat: 2000},
			{Event: "htlc", Htlc: &input{
				AmountMsat: 1000, CltvExpiry: 800_100, PaymentHash: rawHash, Packet: made["packet"].(hexBytes),
			}},
			{Event: "time", Seconds: int64((hold - time.Second).Seconds())},
			{Event: "time", Seconds: 1},
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	want := [][]output{
		{}, {{"htlc": uint64(0), "outcome": "held"}}, {},
		{{"htlc": uint64(0), "outcome": "failed", "reason": "mpp_timeout", "code": "0017", "data": hexBytes{}}},
	}
	if got := decided["outcomes"]; !reflect.DeepEqual(got, want) {
		t.Errorf("got  %v\nwant %v", got, want)
	}
}

// A keysend that LND sends is one that LND receives; changed in its amount it fails with that amount as data.
func TestLNDTakesItsOwnKeysend(t *testing.T) {
	node := bytes.Repeat([]byte{0x42}, 32)
	sent, err := sendKeysend(input{
		SessionKey: bytes.Repeat([]byte{3}, 32), Preimage: bytes.Repeat([]byte{1}, 32),
		Hops: []input{{
			PublicKey: secretKey(node).PubKey().SerializeCompressed(), AmtToForward: 1000, OutgoingCltv: 800_100,
		}},
	})
	if err != nil {
		t.Fatal(err)
	}
	htlc := input{
		AmountMsat: 1000, CltvExpiry: 800_100,
		PaymentHash: sent["payment_hash"].(hexBytes), Packet: sent["packet"].(hexBytes),
	}
	given := input{
		NodeSecret: node, Height: 800_000, Settings: &input{Keysend: "accept", MinFinalDelta: 18}, Htlc: &htlc,
	}
	claimed, err := receiveKeysend(given)
	if want := (output{"outcome": "claimed", "preimage": hexBytes(bytes.Repeat([]byte{1}, 32))}); err != nil ||
		!reflect.DeepEqual(claimed, want) {
		t.Errorf("got %v, %v; want %v", claimed, err, want)
	}
	htlc.AmountMsat = 999
	_, err = receiveKeysend(given)
	if want := (rejection{
		"reason": "final_incorrect_htlc_amount", "code": "0013", "data": hexBytes{0, 0, 0, 0, 0, 0, 0x03, 0xe7},
	}); !reflect.DeepEqual(err, want) {
		t.Errorf("got %v; want %v", err, want)
	}
}
