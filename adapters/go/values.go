package adapter

// What lives here: the protocol's values, inputs and rejections ("Values" and "Operations" in docs/protocol.md), and the
// order of node.sequence's outcomes.

import (
	"bytes"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"slices"
)

// Bytes are any number of bytes, on the line as lower-case hex.
type Bytes []byte

// UnmarshalText reads hex.
func (b *Bytes) UnmarshalText(text []byte) (err error) {
	*b, err = hex.DecodeString(string(text))
	return err
}

// MarshalText writes lower-case hex.
func (b Bytes) MarshalText() ([]byte, error) { return hex.AppendEncode(nil, b), nil }

// Encoded has the bytes that a library's Encode writes. An error is a fault.
func Encoded(encode func(io.Writer) error) Bytes {
	var buffer bytes.Buffer
	Check(encode(&buffer))
	return buffer.Bytes()
}

// Input has the keys of an operation's input and of the objects in it: hops, custom records, settings, HTLCs, events.
// docs/protocol.md says which object has which, with lengths and units. A key that is not there leaves zero or nil.
// Lengths are for the operation to check: inputs are sometimes wrong on purpose.
type Input struct {
	Bytes, Packet, Payload, Preimage, Stream Bytes
	Event, Keysend, Namespace                string
	Height, Seconds                          uint32
	Payment                                  string
	Record, Root                             Bytes
	Bits                                     []uint16
	Events, Hops, Parts                      []Input
	Shares                                   []Bytes
	HTLC, Settings                           *Input

	AmountMsat      uint64   `json:"amount_msat,string"`
	AmtToForward    uint64   `json:"amt_to_forward,string"`
	AssociatedData  Bytes    `json:"associated_data"`
	ChildIndexes    []uint32 `json:"child_indexes"`
	CLTVExpiry      uint32   `json:"cltv_expiry"`
	EncryptedData   Bytes    `json:"encrypted_recipient_data"`
	FailureMessage  Bytes    `json:"failure_message"`
	InvoiceFeatures Bytes    `json:"invoice_features"`
	NodeFeatures    Bytes    `json:"node_features"`
	NodeSecret      Bytes    `json:"node_secret"`
	MinFinalDelta   int32    `json:"min_final_cltv_expiry_delta"`
	OutgoingCLTV    uint32   `json:"outgoing_cltv_value"`
	PathKey         Bytes    `json:"path_key"`
	PaymentHash     Bytes    `json:"payment_hash"`
	PaymentSecret   Bytes    `json:"payment_secret"`
	PublicKey       Bytes    `json:"public_key"`
	PublicKeys      []Bytes  `json:"public_keys"`
	RecipientData   Bytes    `json:"recipient_data"`
	SecretKey       Bytes    `json:"secret_key"`
	SessionKey      Bytes    `json:"session_key"`
	SetID           Bytes    `json:"set_id"`
	ShortChannelID  Bytes    `json:"short_channel_id"`
	SharedSecret    string   `json:"shared_secret"` // bytes in hex; in settings, a word
	Value           uint64   `json:",string"`
	CustomRecords   []struct {
		Type  uint64 `json:",string"`
		Value Bytes
	} `json:"custom_records"`
}

// Reject is the implementation's refusal of an input.
type Reject struct {
	Reason string // from the protocol's list where it can be told, else in the implementation's own words
	Code   uint16 // of the failure message for an HTLC or a packet; 0 if there is none
	Data   Bytes  // of that message, without the code
}

func (r Reject) Error() string { return r.Reason }

func (r Reject) fields() Output {
	if r.Code == 0 {
		return Output{"reason": r.Reason}
	}
	return Output{"reason": r.Reason, "code": fmt.Sprintf("%04x", r.Code), "data": r.Data}
}

// Decide takes an HTLC's number and what keysend.receive would answer for it. A Reject is an outcome like others.
type Decide func(number int, ask func() (Output, error))

// Sequence lets events happen, one after the other, and gives node.sequence's output: for each event a list of what it
// has decided, by the HTLCs' numbers. happen gets the number of the next HTLC. Any error that is no Reject ends it.
func Sequence(events []Input, happen func(event Input, next int, decide Decide)) (Output, error) {
	outcomes, arrived := [][]Output{}, 0
	for _, event := range events {
		decided := []Output{}
		happen(event, arrived, func(number int, ask func() (Output, error)) {
			output, err := try(ask)
			if refused := (Reject{}); errors.As(err, &refused) {
				output, err = refused.fields(), nil
				output["outcome"] = "failed"
			}
			Check(err)
			output["htlc"] = number
			decided = append(decided, output)
		})
		if event.Event == "htlc" {
			arrived++
		}
		slices.SortStableFunc(decided, func(a, b Output) int { return a["htlc"].(int) - b["htlc"].(int) })
		outcomes = append(outcomes, decided)
	}
	return Output{"outcomes": outcomes}, nil
}
