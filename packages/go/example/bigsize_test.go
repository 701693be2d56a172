package example

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"testing"

	"github.com/lightningnetwork/lnd/tlv"
	"spontan/vectors"
)

func TestBigSize(t *testing.T) {
	for _, c := range vectors.Cases("bigsize.decode") {
		t.Run(c.ID, func(t *testing.T) {
			var input struct{ Bytes string }
			json.Unmarshal(c.Input, &input)
			encoded, _ := hex.DecodeString(input.Bytes)
			reader := bytes.NewReader(encoded)
			value, err := tlv.ReadVarInt(reader, new([8]byte))
			got := fmt.Sprintf(`{"value":"%d","length":%d}`, value, len(encoded)-reader.Len())
			if (err != nil) != (c.Expect[0].Reject != nil) || err == nil && got != string(c.Expect[0].Accept) {
				t.Errorf("got %s, %v", got, err)
			}
		})
	}
}
