// Command lnd puts LND's own Go modules on the adapter protocol (docs/protocol.md). What lives here: the lines, the
// hello and the inputs. wire.go asks for BigSize and TLV, onion.go for keys and packets, node.go for decisions.
package main

import (
	"bufio"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"log"
	"maps"
	"os"
	"runtime/debug"
	"slices"

	sphinx "github.com/lightningnetwork/lightning-onion"
	"github.com/lightningnetwork/lnd/htlcswitch/hop"
	"github.com/lightningnetwork/lnd/routing/route"
	"github.com/lightningnetwork/lnd/tlv"
)

// operations are those that LND can answer. An error of LND is its refusal of the input; what is no verdict panics.
var operations = map[string]func(input) (output, error){
	"bigsize.decode": decodeBigSize, "bigsize.encode": encodeBigSize, "tlv.decode": decodeTLV,
	"ecdh.shared_secret": sharedSecret, "onion.construct": construct, "onion.peel": peel,
	"keysend.send": sendKeysend, "keysend.receive": receiveKeysend, "node.sequence": sequence,
}

// input has the fields of all objects of the protocol's inputs.
type input struct {
	Bytes, Packet, Payload, Preimage, Stream hexBytes
	Event, Keysend, Namespace                string
	Height                                   uint32
	Seconds                                  int64
	Events, Hops                             []input
	Htlc, Settings                           *input

	AmountMsat    uint64   `json:"amount_msat,string"`
	AmtToForward  uint64   `json:"amt_to_forward,string"`
	Associated    hexBytes `json:"associated_data"`
	CltvExpiry    uint32   `json:"cltv_expiry"`
	NodeSecret    hexBytes `json:"node_secret"`
	MinFinalDelta int32    `json:"min_final_cltv_expiry_delta"`
	OutgoingCltv  uint32   `json:"outgoing_cltv_value"`
	PathKey       hexBytes `json:"path_key"`
	PaymentHash   hexBytes `json:"payment_hash"`
	PaymentSecret hexBytes `json:"payment_secret"`
	PublicKey     hexBytes `json:"public_key"`
	SecretKey     hexBytes `json:"secret_key"`
	SessionKey    hexBytes `json:"session_key"`
	ShortChannel  hexBytes `json:"short_channel_id"`
	Value         uint64   `json:",string"`
	CustomRecords []struct {
		Type  uint64 `json:",string"`
		Value hexBytes
	} `json:"custom_records"`
}

// output is an object of the protocol: what an input was accepted with, or a whole answer.
type output map[string]any

// rejection is a refusal with a reason and, for HTLCs and packets, with code and data.
type rejection output

func (r rejection) Error() string { return fmt.Sprint(r["reason"]) }

// unsupported says why LND's interface cannot be asked this.
type unsupported string

func (u unsupported) Error() string { return string(u) }

// hexBytes are bytes in the protocol's form.
type hexBytes []byte

// UnmarshalText reads hex.
func (h *hexBytes) UnmarshalText(text []byte) (err error) {
	*h, err = hex.DecodeString(string(text))
	return err
}

// MarshalText writes lower-case hex.
func (h hexBytes) MarshalText() ([]byte, error) { return hex.AppendEncode(nil, h), nil }

// must panics at a fault that is no verdict on the input; answer reports it.
func must(err error) {
	if err != nil {
		panic(err)
	}
}

// reason is the protocol's name for an error of LND that means just that, else LND's own words.
func reason(err error) string {
	for known, name := range map[error]string{
		tlv.ErrStreamNotCanonical: "types_not_increasing", tlv.ErrTUintNotMinimal: "value_not_minimal",
		sphinx.ErrInvalidOnionVersion: "version_unknown", sphinx.ErrInvalidOnionKey: "public_key_invalid",
		sphinx.ErrInvalidOnionHMAC: "hmac_mismatch", sphinx.ErrPayloadSizeExceeded: "payloads_too_long",
		sphinx.ErrZeroHops: "no_hops", route.ErrNoRouteHopsProvided: "no_hops",
	} {
		if errors.Is(err, known) {
			return name
		}
	}
	if length := (tlv.ErrTypeForDecoding{}); errors.As(err, &length) {
		return "value_wrong_length"
	}
	if payload := (hop.ErrInvalidPayload{}); errors.As(err, &payload) && payload.Violation == hop.RequiredViolation {
		return "unknown_even_type"
	}
	return err.Error()
}

// hello names the release of LND that is compiled in.
func hello() output {
	version := "unknown"
	if info, ok := debug.ReadBuildInfo(); ok {
		for _, module := range info.Deps {
			if module.Path == "github.com/lightningnetwork/lnd" {
				version = module.Version
			}
		}
	}
	return output{
		"type": "hello", "protocol": 1, "window": 16, "profiles": []string{},
		"implementation": output{"name": "lnd", "version": version, "language": "go"},
		"operations":     slices.Sorted(maps.Keys(operations)),
		"policies": output{
			"custom_even_records": "accept", "keysend_payment_data": "reject", "keysend_payment_metadata": "ignore",
			"final_short_channel_id": "reject", "claimed_hash_again": "settle", "replayed_onion": "fail",
		},
	}
}

// answer runs one case. A panic is an answer too, so that the other cases are still asked.
func answer(operation string, given json.RawMessage) (reply output) {
	defer func() {
		if fault := recover(); fault != nil {
			reply = output{"error": fmt.Sprint(fault)}
		}
	}()
	var in input
	must(json.Unmarshal(given, &in))
	run, ok := operations[operation]
	if !ok {
		return output{"unsupported": "not declared"}
	}
	accepted, err := run(in)
	var refused rejection
	var impossible unsupported
	switch {
	case err == nil:
		return output{"accept": accepted}
	case errors.As(err, &impossible):
		return output{"unsupported": impossible}
	case errors.As(err, &refused):
		return output{"reject": refused}
	}
	return output{"reject": rejection{"reason": reason(err)}}
}

func main() {
	lines, answers := bufio.NewScanner(os.Stdin), json.NewEncoder(os.Stdout)
	lines.Buffer(nil, 1<<20+1) // the protocol's longest line, and one more that Scanner wants
	for lines.Scan() {
		var message struct {
			Type, Operation string
			Seq             int64
			Input           json.RawMessage
		}
		if err := json.Unmarshal(lines.Bytes(), &message); err != nil {
			log.Fatalf("a line that is no message: %v", err)
		}
		reply := hello()
		if message.Type != "hello" {
			reply = answer(message.Operation, message.Input)
			reply["seq"] = message.Seq
		}
		if err := answers.Encode(reply); err != nil {
			log.Fatal(err)
		}
	}
	if err := lines.Err(); err != nil {
		log.Fatal(err)
	}
}
