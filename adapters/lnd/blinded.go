package main

// What lives here: blinded routes. The recipient builds with lightning-onion; a node on the route reads with
// lightning-onion and lnd/record, as hop.Iterator does (decryptAndValidateBlindedRouteData in htlcswitch/hop).

import (
	"bytes"

	"github.com/btcsuite/btcd/btcec/v2"
	sphinx "github.com/lightningnetwork/lightning-onion"
	"github.com/lightningnetwork/lnd/record"
	"github.com/lightningnetwork/lnd/tlv"
	"spontan/adapter"
)

func createBlinded(in adapter.Input) (adapter.Output, error) {
	var nodes []*sphinx.HopInfo
	for _, given := range in.Hops {
		nodes = append(nodes, &sphinx.HopInfo{NodePub: publicKey(given.PublicKey), PlainText: given.RecipientData})
	}
	built := adapter.Ask(sphinx.BuildBlindedPath(secretKey(in.SessionKey).PrivKey, nodes)).Path
	hops := []adapter.Output{}
	for _, hop := range built.BlindedHops {
		id := adapter.Bytes(hop.BlindedNodePub.SerializeCompressed())
		hops = append(hops, adapter.Output{"blinded_node_id": id, "encrypted_recipient_data": adapter.Bytes(hop.CipherText)})
	}
	return adapter.Output{"first_path_key": adapter.Bytes(built.BlindingPoint.SerializeCompressed()), "hops": hops}, nil
}

// unblind has no blinded secret: lightning-onion blinds the node's key within its ECDH and does not show it.
func unblind(in adapter.Input) (adapter.Output, error) {
	router, key := sphinx.NewRouter(secretKey(in.NodeSecret), sphinx.NewMemoryReplayLog()), publicKey(in.PathKey)
	decrypted := adapter.Ask(router.DecryptBlindedHopData(key, in.EncryptedData))
	data := adapter.Ask(record.DecodeBlindedRouteData(bytes.NewReader(decrypted)))
	next := adapter.Must(router.NextEphemeral(key))
	data.NextBlindingOverride.WhenSome(func(override tlv.RecordT[tlv.TlvType8, *btcec.PublicKey]) { next = override.Val })
	return adapter.Output{
		"recipient_data": adapter.Bytes(decrypted), "next_path_key": adapter.Bytes(next.SerializeCompressed()),
	}, nil
}
