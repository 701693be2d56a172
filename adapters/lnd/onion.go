package main

// What lives here: keys and packets (BOLT 4) as lightning-onion and btcec make them, and the payer's side of keysend
// as LND's payments do.

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"time"

	"github.com/btcsuite/btcd/btcec/v2"
	sphinx "github.com/lightningnetwork/lightning-onion"
	"github.com/lightningnetwork/lnd/htlcswitch/hop"
	"github.com/lightningnetwork/lnd/lntypes"
	"github.com/lightningnetwork/lnd/lnwire"
	paymentsdb "github.com/lightningnetwork/lnd/payments/db"
	"github.com/lightningnetwork/lnd/record"
	"github.com/lightningnetwork/lnd/routing/route"
	"github.com/lightningnetwork/lnd/tlv"
)

// publicKey reads a node id as LND does: a vertex of 33 bytes, then a point.
func publicKey(raw []byte) (*btcec.PublicKey, error) {
	vertex, err := route.NewVertexFromBytes(raw)
	if err != nil {
		return nil, rejection{"reason": "public_key_invalid"}
	}
	key, err := btcec.ParsePubKey(vertex[:])
	if err != nil {
		return nil, rejection{"reason": "public_key_invalid"}
	}
	return key, nil
}

// secretKey reads a secret key as LND does wherever it has one in bytes. Nothing is refused there.
func secretKey(raw []byte) *sphinx.PrivKeyECDH {
	key, _ := btcec.PrivKeyFromBytes(raw)
	return &sphinx.PrivKeyECDH{PrivKey: key}
}

// sharedSecret asks lightning-onion, and btcec for the bare x.
func sharedSecret(in input) (output, error) {
	theirs, err := publicKey(in.PublicKey)
	if err != nil {
		return nil, err
	}
	ours := secretKey(in.SecretKey)
	secret, err := ours.ECDH(theirs)
	x := btcec.GenerateSharedSecret(ours.PrivKey, theirs)
	return output{"shared_secret": hexBytes(secret[:]), "x": hexBytes(x)}, err
}

// construct asks sphinx.NewOnionPacket, with the filler that LND's payments use.
func construct(in input) (output, error) {
	var path sphinx.PaymentPath
	if len(in.Hops) > len(path) {
		return nil, unsupported(fmt.Sprintf("sphinx.PaymentPath holds %d hops", len(path)))
	}
	for i, given := range in.Hops {
		key, err := publicKey(given.PublicKey)
		if err != nil {
			return nil, err
		}
		path[i].NodePub = *key
		if path[i].HopPayload, err = sphinx.NewTLVHopPayload(given.Payload); err != nil {
			return nil, err
		}
	}
	packet, err := sphinx.NewOnionPacket(
		&path, secretKey(in.SessionKey).PrivKey, in.Associated, sphinx.DeterministicPacketFiller,
	)
	if err != nil {
		return nil, err
	}
	return output{"packet": encoded(packet)}, nil
}

func encoded(packet *sphinx.OnionPacket) hexBytes {
	var buffer bytes.Buffer
	must(packet.Encode(&buffer))
	return buffer.Bytes()
}

// peel asks sphinx.Router for what is in a packet, and for a failure's code hop.OnionProcessor, which does not show the
// payload. The shared secret is what the router encrypts its failures with.
func peel(in input) (output, error) {
	router := sphinx.NewRouter(secretKey(in.NodeSecret), sphinx.NewMemoryReplayLog())
	must(router.Start())
	var options []sphinx.ProcessOnionOpt
	if in.PathKey != nil {
		options = append(options, sphinx.WithBlindingPoint(pathKey(in)))
	}
	var packet sphinx.OnionPacket
	var peeled *sphinx.ProcessedPacket
	err := packet.Decode(bytes.NewReader(in.Packet))
	if err == nil {
		peeled, err = router.ReconstructOnionPacket(&packet, in.Associated, options...)
	}
	if err != nil {
		in.PaymentHash = in.Associated
		_, code := open(hop.NewOnionProcessor(router), 0, in)
		return nil, malformed(reason(err), code, in.Packet)
	}
	var secret bytes.Buffer
	encrypter, err := sphinx.NewOnionErrorEncrypter(router, packet.EphemeralKey, options...)
	must(err)
	must(encrypter.Encode(&secret))
	out := output{
		"final": true, "payload": hexBytes(peeled.Payload.Payload), "shared_secret": hexBytes(secret.Bytes()),
	}
	if peeled.Action == sphinx.MoreHops {
		out["final"], out["next_packet"] = false, encoded(peeled.NextPacket)
	}
	return out, nil
}

// open gives an HTLC's packet to hop.OnionProcessor as LND's links do.
func open(onions *hop.OnionProcessor, number uint64, htlc input) (hop.Iterator, lnwire.FailCode) {
	request := hop.DecodeHopIteratorRequest{
		OnionReader: bytes.NewReader(htlc.Packet), RHash: htlc.PaymentHash,
		IncomingCltv: htlc.CltvExpiry, IncomingAmount: lnwire.MilliSatoshi(htlc.AmountMsat),
	}
	if htlc.PathKey != nil {
		record := tlv.NewPrimitiveRecord[lnwire.BlindingPointTlvType](pathKey(htlc))
		request.BlindingPoint = tlv.SomeRecordT(record)
	}
	id := binary.BigEndian.AppendUint64(nil, number)
	responses, err := onions.DecodeHopIterators(id, []hop.DecodeHopIteratorRequest{request}, false)
	must(err)
	return responses[0].Result()
}

// pathKey is the path_key of update_add_htlc, a point whenever the protocol gives one.
func pathKey(in input) *btcec.PublicKey {
	key, err := publicKey(in.PathKey)
	must(err)
	return key
}

// malformed is the failure that LND's links put into update_fail_malformed_htlc.
func malformed(reason string, code lnwire.FailCode, packet []byte) rejection {
	hash := sha256.Sum256(packet)
	return rejection{"reason": reason, "code": fmt.Sprintf("%04x", uint16(code)), "data": hexBytes(hash[:])}
}

// sendKeysend makes a payment's attempt as LND's router does. Its hops have the channel that leads to them, the
// protocol's the one that leads on.
func sendKeysend(in input) (output, error) {
	preimage, err := lntypes.MakePreimage(in.Preimage)
	if err != nil {
		return nil, rejection{"reason": "preimage_length"}
	}
	records := record.CustomSet{record.KeySendType: preimage[:]}
	for _, custom := range in.CustomRecords {
		if _, twice := records[custom.Type]; twice {
			return nil, unsupported("record.CustomSet is a map, where a type stands once")
		}
		records[custom.Type] = custom.Value
	}
	if records.Validate() != nil {
		return nil, rejection{"reason": "custom_record_type_reserved"}
	}
	var sent route.Route
	var channel uint64
	for _, given := range in.Hops {
		vertex, err := route.NewVertexFromBytes(given.PublicKey)
		if err != nil {
			return nil, rejection{"reason": "public_key_invalid"}
		}
		sent.Hops = append(sent.Hops, &route.Hop{
			PubKeyBytes: vertex, ChannelID: channel,
			AmtToForward: lnwire.MilliSatoshi(given.AmtToForward), OutgoingTimeLock: given.OutgoingCltv,
		})
		channel = 0
		if given.ShortChannel != nil {
			channel = binary.BigEndian.Uint64(given.ShortChannel)
		}
	}
	var final bytes.Buffer
	if len(sent.Hops) > 0 {
		sent.FinalHop().CustomRecords = records
		if err := sent.FinalHop().PackHopPayload(&final, channel, true); err != nil {
			return nil, err
		}
	}
	hash := preimage.Hash()
	attempt, err := paymentsdb.NewHtlcAttempt(0, secretKey(in.SessionKey).PrivKey, sent, time.Time{}, &hash)
	if err != nil {
		return nil, err
	}
	packet, err := attempt.OnionBlob()
	must(err)
	return output{
		"payment_hash": hexBytes(hash[:]), "final_payload": hexBytes(final.Bytes()), "packet": hexBytes(packet[:]),
	}, nil
}
