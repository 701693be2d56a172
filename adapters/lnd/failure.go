package main

// What lives here: the way back. A node fails and relays with hop.SphinxErrorEncrypter, a payer reads with
// htlcswitch.SphinxErrorDecrypter; between them and lightning-onion are lnwire's typed failure messages.

import (
	"bytes"
	"encoding/hex"
	"strings"

	"github.com/btcsuite/btcd/btcec/v2"
	sphinx "github.com/lightningnetwork/lightning-onion"
	"github.com/lightningnetwork/lnd/htlcswitch"
	"github.com/lightningnetwork/lnd/htlcswitch/hop"
	"github.com/lightningnetwork/lnd/lnwire"
	"spontan/adapter"
)

// encrypter is the one of a node that has the secret already, as LND restores it.
func encrypter(in adapter.Input) *hop.SphinxErrorEncrypter {
	restored := &sphinx.OnionErrorEncrypter{}
	adapter.Check(restored.Decode(hex.NewDecoder(strings.NewReader(in.SharedSecret))))
	return &hop.SphinxErrorEncrypter{OnionErrorEncrypter: restored}
}

// createFailure fails with the message as LND types it. A message that LND would write otherwise is not one it sends.
func createFailure(in adapter.Input) (adapter.Output, error) {
	failure, err := lnwire.DecodeFailureMessage(bytes.NewReader(in.FailureMessage), 0)
	if err != nil {
		return nil, adapter.Unsupported("lnwire has no such failure: " + err.Error())
	}
	if written := message(failure); !bytes.Equal(written, in.FailureMessage) {
		return nil, adapter.Unsupported("lnwire writes this failure as " + hex.EncodeToString(written))
	}
	return adapter.Output{"packet": adapter.Bytes(adapter.Ask(encrypter(in).EncryptFirstHop(failure)))}, nil
}

func wrapFailure(in adapter.Input) (adapter.Output, error) {
	return adapter.Output{"packet": adapter.Bytes(encrypter(in).IntermediateEncrypt(lnwire.OpaqueReason(in.Packet)))}, nil
}

// openFailure gives the hop, which LND counts from 1, and of a message that LND can read what lnwire writes for it.
func openFailure(in adapter.Input) (adapter.Output, error) {
	var path []*btcec.PublicKey
	for _, key := range in.PublicKeys {
		path = append(path, publicKey(key))
	}
	circuit := &sphinx.Circuit{SessionKey: secretKey(in.SessionKey).PrivKey, PaymentPath: path}
	decrypter := htlcswitch.SphinxErrorDecrypter{OnionErrorDecrypter: sphinx.NewOnionErrorDecrypter(circuit)}
	failed := adapter.Ask(decrypter.DecryptError(lnwire.OpaqueReason(in.Packet)))
	out := adapter.Output{"hop": failed.FailureSourceIdx - 1}
	if failure := failed.WireMessage(); failure != nil {
		written := message(failure)
		out["failure_message"], out["code"] = written, written[:2]
	}
	return out, nil
}

// message is a failure message as lnwire writes it.
func message(failure lnwire.FailureMessage) adapter.Bytes {
	var written bytes.Buffer
	adapter.Check(lnwire.EncodeFailureMessage(&written, failure, 0))
	return written.Bytes()
}
