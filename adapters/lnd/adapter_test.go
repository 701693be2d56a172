package main

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"os"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/lightningnetwork/lnd/invoices"
	"github.com/lightningnetwork/lnd/record"
	"github.com/lightningnetwork/lnd/tlv"
	"spontan/adapter"
)

// given is an input as it stands on the line.
func given(t *testing.T, line string) (in adapter.Input) {
	t.Helper()
	if err := json.Unmarshal([]byte(line), &in); err != nil {
		t.Fatal(err)
	}
	return in
}

// The values of BOLT 1, appendix A, and of BOLT 4's onion test.
func TestPublishedValues(t *testing.T) {
	for _, c := range []struct{ operation, input, want string }{
		{"bigsize.decode", `{"bytes":"fd00fd"}`, `{"length":3,"value":"253"}`},
		{"bigsize.encode", `{"value":"253"}`, `{"bytes":"fd00fd"}`},
		{"tlv.decode", `{"namespace":"n1","stream":"01020100"}`, `{"records":[{"type":"1","value":"0100"}]}`},
		{
			"ecdh.shared_secret",
			`{"secret_key":"4141414141414141414141414141414141414141414141414141414141414141",
			"public_key":"02eec7245d6b7d2ccb30380bfbe2a3648cd7a942653f5aa340edcea1f283686619"}`,
			`{"shared_secret":"53eb63ea8a3fec3b3cd433b85cd62a4b145e1dda09391b348c4e1cd36a03ea66",` +
				`"x":"c601b80d55ee20311d9760583071b6cce63235a7e65dac7416ee84dc1a3614e1"}`,
		},
		{
			"features.may_pay", `{"payment":"keysend","node_features":"80000000028200"}`, `{"keysend":"optional"}`,
		},
		{"features.announce", `{"bits":[9,15,17,55]}`, `{"features":"80000000028200"}`},
		{ // SHA256(32 bytes 01, 32 bytes 01, 00000000), and its SHA256
			"amp.split",
			`{"root":"0101010101010101010101010101010101010101010101010101010101010101","set_id":"0202020202020202020202020202020202020202020202020202020202020202","shares":[],"child_indexes":[0]}`,
			`{"children":[{"payment_hash":"0637855a5577b9f3b4af9a53fb1127c0968dfe64afd0c16f7006780f0845d340",` +
				`"preimage":"a4c34b4f8b7a812d59c08a9569c8fc154205dd1f0c7d1c16ed05ed5c281c2d63",` +
				`"record":"0101010101010101010101010101010101010101010101010101010101010101` +
				`0202020202020202020202020202020202020202020202020202020202020202"}]}`,
		},
	} {
		output, err := lnd.Operations[c.operation](given(t, c.input))
		if got, _ := json.Marshal(output); err != nil || string(got) != c.want {
			t.Errorf("%s %s\n got %s, %v\nwant %s", c.operation, c.input, got, err, c.want)
		}
	}
}

// The routes and the nodes of BOLT 4's route-blinding-test.json and blinded-payment-onion-test.json.
func TestPublishedBlindedRoutes(t *testing.T) {
	raw, err := os.ReadFile("../../tests/published/bolt4-blinded.json")
	if err != nil {
		t.Fatal(err)
	}
	type hop struct {
		NodeID    adapter.Bytes `json:"node_id"`
		Data      adapter.Bytes
		Encrypted adapter.Bytes
		BlindedID adapter.Bytes `json:"blinded_node_id"`
	}
	var published struct {
		Routes []struct {
			SessionKey adapter.Bytes `json:"session_key"`
			First      adapter.Bytes `json:"first_path_key"`
			Hops       []hop
		}
		Unblind []struct {
			NodeSecret adapter.Bytes `json:"node_secret"`
			PathKey    adapter.Bytes `json:"path_key"`
			Next       adapter.Bytes `json:"next_path_key"`
			Encrypted  adapter.Bytes
			Data       adapter.Bytes
		}
	}
	if err := json.Unmarshal(raw, &published); err != nil {
		t.Fatal(err)
	}
	for _, route := range published.Routes {
		in, hops := adapter.Input{SessionKey: route.SessionKey}, []adapter.Output{}
		for _, hop := range route.Hops {
			in.Hops = append(in.Hops, adapter.Input{PublicKey: hop.NodeID, RecipientData: hop.Data})
			hops = append(hops, adapter.Output{"blinded_node_id": hop.BlindedID, "encrypted_recipient_data": hop.Encrypted})
		}
		want := adapter.Output{"first_path_key": route.First, "hops": hops}
		if got, err := createBlinded(in); err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("got %v, %v; want %v", got, err, want)
		}
	}
	for _, node := range published.Unblind {
		want := adapter.Output{"recipient_data": node.Data, "next_path_key": node.Next}
		in := adapter.Input{NodeSecret: node.NodeSecret, PathKey: node.PathKey, EncryptedData: node.Encrypted}
		if got, err := unblind(in); err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("got %v, %v; want %v", got, err, want)
		}
	}
}

// What LND derives for two children it takes as the payee, in both orders, and nothing for one of them.
func TestLNDTakesItsOwnAMP(t *testing.T) {
	split, err := splitAMP(adapter.Input{
		Root: bytes.Repeat([]byte{1}, 32), SetID: bytes.Repeat([]byte{2}, 32),
		Shares: []adapter.Bytes{bytes.Repeat([]byte{3}, 32)}, ChildIndexes: []uint32{0, 1},
	})
	if err != nil {
		t.Fatal(err)
	}
	children := split["children"].([]adapter.Output)
	part := func(i int) adapter.Input {
		return adapter.Input{
			Record: children[i]["record"].(adapter.Bytes), PaymentHash: children[i]["payment_hash"].(adapter.Bytes),
		}
	}
	for _, order := range [][]int{{0, 1}, {1, 0}} {
		got, err := claimAMP(adapter.Input{Parts: []adapter.Input{part(order[0]), part(order[1])}})
		want := []adapter.Bytes{
			children[order[0]]["preimage"].(adapter.Bytes), children[order[1]]["preimage"].(adapter.Bytes),
		}
		if err != nil || !reflect.DeepEqual(got["preimages"], want) {
			t.Errorf("got %v, %v; want %v", got, err, want)
		}
	}
	defer func() {
		if refused, ok := recover().(adapter.Reject); !ok {
			t.Errorf("one of two is claimed: %v", refused)
		}
	}()
	claimAMP(adapter.Input{Parts: []adapter.Input{part(0)}})
}

func TestARefusalHasLNDsOwnWords(t *testing.T) {
	defer func() {
		if want := (adapter.Reject{Reason: tlv.ErrVarIntNotCanonical.Error()}); !reflect.DeepEqual(recover(), want) {
			t.Errorf("not refused with %v", want)
		}
	}()
	decodeBigSize(given(t, `{"bytes":"fd00fc"}`))
}

func TestTheReleaseThatIsPinnedIsNamed(t *testing.T) {
	if !strings.HasPrefix(lnd.Version, "v0.") {
		t.Errorf("hello names version %q", lnd.Version)
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
	made, err := construct(adapter.Input{
		SessionKey: bytes.Repeat([]byte{3}, 32), AssociatedData: rawHash,
		Hops: []adapter.Input{{
			PublicKey: secretKey(rawSecret).PubKey().SerializeCompressed(), Payload: payload.Bytes(),
		}},
	})
	if err != nil {
		t.Fatal(err)
	}
	hold := invoices.DefaultHtlcHoldDuration
	decided, err := sequence(adapter.Input{
		NodeSecret: rawSecret, Height: 800_000, Settings: &adapter.Input{Keysend: "accept", MinFinalDelta: 18},
		Events: []adapter.Input{
			{Event: "invoice", Preimage: preimage, PaymentSecret: paymentSecret, AmountMsat: 2000},
			{Event: "htlc", HTLC: &adapter.Input{
				AmountMsat: 1000, CLTVExpiry: 800_100, PaymentHash: rawHash, Packet: made["packet"].(adapter.Bytes),
			}},
			{Event: "time", Seconds: uint32((hold - time.Second).Seconds())},
			{Event: "time", Seconds: 1},
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	want := [][]adapter.Output{
		{}, {{"htlc": 0, "outcome": "held"}}, {},
		{{"htlc": 0, "outcome": "failed", "reason": "mpp_timeout", "code": "0017", "data": adapter.Bytes{}}},
	}
	if got := decided["outcomes"]; !reflect.DeepEqual(got, want) {
		t.Errorf("got  %v\nwant %v", got, want)
	}
}

// A keysend that LND sends is one that LND receives; changed in its amount it fails with that amount as data.
func TestLNDTakesItsOwnKeysend(t *testing.T) {
	node := bytes.Repeat([]byte{0x42}, 32)
	sent, err := sendKeysend(adapter.Input{
		SessionKey: bytes.Repeat([]byte{3}, 32), Preimage: bytes.Repeat([]byte{1}, 32),
		Hops: []adapter.Input{{
			PublicKey: secretKey(node).PubKey().SerializeCompressed(), AmtToForward: 1000, OutgoingCLTV: 800_100,
		}},
	})
	if err != nil {
		t.Fatal(err)
	}
	htlc := adapter.Input{
		AmountMsat: 1000, CLTVExpiry: 800_100,
		PaymentHash: sent["payment_hash"].(adapter.Bytes), Packet: sent["packet"].(adapter.Bytes),
	}
	paid := adapter.Input{
		NodeSecret: node, Height: 800_000, Settings: &adapter.Input{Keysend: "accept", MinFinalDelta: 18}, HTLC: &htlc,
	}
	claimed, err := receiveKeysend(paid)
	if want := (adapter.Output{"outcome": "claimed", "preimage": adapter.Bytes(bytes.Repeat([]byte{1}, 32))}); err != nil ||
		!reflect.DeepEqual(claimed, want) {
		t.Errorf("got %v, %v; want %v", claimed, err, want)
	}
	htlc.AmountMsat = 999
	_, err = receiveKeysend(paid)
	if want := (adapter.Reject{
		Reason: "final_incorrect_htlc_amount", Code: 0x0013, Data: adapter.Bytes{0, 0, 0, 0, 0, 0, 0x03, 0xe7},
	}); !reflect.DeepEqual(err, want) {
		t.Errorf("got %v; want %v", err, want)
	}
}

// BOLT 4's error test: temporary_node_failure from the last of five nodes, at each of them and at the payer.
func TestThePublishedFailureComesBack(t *testing.T) {
	raw, err := os.ReadFile("../../tests/published/bolt4-returning.json")
	if err != nil {
		t.Fatal(err)
	}
	var published struct {
		Test struct{ Message, Packet string } `json:"onion_error_test"`
	}
	if err := json.Unmarshal(raw, &published); err != nil {
		t.Fatal(err)
	}
	packet, operation := adapter.Bytes(nil), createFailure
	for _, secret := range []string{ // of the last node first
		"b5756b9b542727dbafc6765a49488b023a725d631af688fc031217e90770c328",
		"21e13c2d7cfe7e18836df50872466117a295783ab8aab0e7ecc8c725503ad02d",
		"3a6b412548762f0dbccce5c7ae7bb8147d1caf9b5471c34120b30bc9c04891cc",
		"a6519e98832a0b179f62123b3567c106db99ee37bef036e783263602f3488fae",
		"53eb63ea8a3fec3b3cd433b85cd62a4b145e1dda09391b348c4e1cd36a03ea66",
	} {
		message, _ := hex.DecodeString(published.Test.Message)
		made, err := operation(adapter.Input{SharedSecret: secret, FailureMessage: message, Packet: packet})
		if err != nil {
			t.Fatal(err)
		}
		packet, operation = made["packet"].(adapter.Bytes), wrapFailure
	}
	if got := hex.EncodeToString(packet); got != published.Test.Packet {
		t.Errorf("got %s\nwant %s", got, published.Test.Packet)
	}
	var nodes []adapter.Bytes
	for b := byte(0x41); b <= 0x45; b++ {
		nodes = append(nodes, secretKey(bytes.Repeat([]byte{b}, 32)).PubKey().SerializeCompressed())
	}
	in := adapter.Input{SessionKey: bytes.Repeat([]byte{0x41}, 32), PublicKeys: nodes, Packet: packet}
	opened, err := openFailure(in)
	want := adapter.Output{"hop": 4, "failure_message": adapter.Bytes{0x20, 0x02}, "code": adapter.Bytes{0x20, 0x02}}
	if err != nil || !reflect.DeepEqual(opened, want) {
		t.Errorf("got %v, %v; want %v", opened, err, want)
	}
}

func TestAFailureThatLNDWouldWriteOtherwiseIsNotMade(t *testing.T) {
	_, err := createFailure(adapter.Input{SharedSecret: strings.Repeat("42", 32), FailureMessage: []byte{0x20, 0x02, 0xff}})
	if want := adapter.Unsupported("lnwire writes this failure as 2002"); err != want {
		t.Errorf("got %v; want %v", err, want)
	}
}
