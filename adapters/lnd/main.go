// Command lnd puts LND's own Go modules on the adapter protocol (docs/protocol.md); what is the protocol and not LND is
// in ../go. What lives here: what LND can be asked; bytes (BOLT 1) as lnd/tlv, lnd/record and lnd/htlcswitch/hop have
// them, packets (BOLT 4) as lightning-onion has, and keysend's payer. node.go has the payee, failure.go the way back,
// blinded.go blinded routes, features.go feature bits, amp.go spontaneous AMP.
package main

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"maps"
	"math/big"
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
	"spontan/adapter"
)

var lnd = adapter.Adapter{
	Name: "lnd", Version: adapter.Version("github.com/lightningnetwork/lnd"), Window: 16,
	Operations: map[string]adapter.Operation{
		"bigsize.decode": decodeBigSize, "bigsize.encode": encodeBigSize, "tlv.decode": decodeTLV,
		"ecdh.shared_secret": sharedSecret, "onion.construct": construct, "onion.peel": peel,
		"keysend.send": sendKeysend, "keysend.receive": receiveKeysend, "node.sequence": sequence,
		"failure.create": createFailure, "failure.wrap": wrapFailure, "failure.open": openFailure,
		"blinded.create": createBlinded, "blinded.unblind": unblind,
		"features.may_pay": mayPay, "features.announce": announce,
		"amp.split": splitAMP, "amp.claim": claimAMP, "amp.sequence": sequenceAMP,
	},
	Omits: []string{"blinded.unblind.blinded_secret"},
	Policies: map[string]string{
		"custom_even_records": "accept", "keysend_payment_data": "reject", "keysend_payment_metadata": "ignore",
		"final_short_channel_id": "reject", "claimed_hash_again": "settle", "replayed_onion": "fail",
		"payment_data_before_final": "reject", "short_return_packet": "refuse", "return_packet_pad": "check",
		"feature_dependencies": "check", "keysend_not_announced": "pay",
	},
}

func main() { lnd.Main() }

func decodeBigSize(in adapter.Input) (adapter.Output, error) {
	reader := bytes.NewReader(in.Bytes)
	value := adapter.Ask(tlv.ReadVarInt(reader, new([8]byte)))
	return adapter.Output{"value": fmt.Sprint(value), "length": len(in.Bytes) - reader.Len()}, nil
}

func encodeBigSize(in adapter.Input) (adapter.Output, error) {
	encode := func(w io.Writer) error { return tlv.WriteVarInt(w, in.Value, new([8]byte)) }
	return adapter.Output{"bytes": adapter.Encoded(encode)}, nil
}

// decodeTLV asks tlv.Stream in the way that LND reads what peers send, and of a payload LND's own reader. The known
// records' values are written again by LND.
func decodeTLV(in adapter.Input) (adapter.Output, error) {
	known := namespace(in.Namespace)
	if in.Namespace == "payload" {
		readPayload(in.Stream)
	}
	found := adapter.Ask(tlv.MustNewStream(known...).DecodeWithParsedTypesP2P(bytes.NewReader(in.Stream)))
	records := []adapter.Output{}
	for _, known := range known {
		if _, ok := found[known.Type()]; ok {
			kind, value := fmt.Sprint(uint64(known.Type())), adapter.Encoded(known.Encode)
			records = append(records, adapter.Output{"type": kind, "value": value})
		}
	}
	return adapter.Output{"records": records}, nil
}

// readPayload asks hop.ParseTLVPayload and, for the rule on unknown even types, hop.ValidateTLVPayload. As the latter
// wants the types of a whole payload first, it is shown one with those types and, of this one, the unknown ones.
func readPayload(stream []byte) {
	_, found, err := hop.ParseTLVPayload(bytes.NewReader(stream))
	adapter.Ask(found, err)
	maps.DeleteFunc(found, func(_ tlv.Type, unknown []byte) bool { return unknown == nil })
	found[record.AmtOnionType], found[record.LockTimeOnionType] = nil, nil
	adapter.Ask(found, hop.ValidateTLVPayload(found, true, false))
}

// namespace has the records of BOLT 1, appendix B, or those of hop.ParseTLVPayload and keysend's, which to it is a
// custom one. A tu64 or tu32 without a size can be read and written alone, but not as part of a stream.
func namespace(name string) []tlv.Record {
	number := func(kind tlv.Type) tlv.Record { return tlv.MakePrimitiveRecord(kind, new(uint64)) }
	tu64 := func(kind tlv.Type) tlv.Record {
		return tlv.MakeDynamicRecord(kind, new(uint64), nil, tlv.ETUint64, tlv.DTUint64)
	}
	switch name {
	case "n1":
		point, a, b := tlv.MakePrimitiveRecord(3, new(*btcec.PublicKey)), number(3), number(3)
		encode := func(w io.Writer, _ any, _ *[8]byte) error {
			return errors.Join(point.Encode(w), a.Encode(w), b.Encode(w))
		}
		decode := func(r io.Reader, _ any, _ *[8]byte, length uint64) error {
			return errors.Join(point.Decode(r, 33), a.Decode(r, 8), b.Decode(r, length-41))
		}
		three := tlv.MakeStaticRecord(3, nil, 49, encode, decode)
		return []tlv.Record{tu64(1), number(2), three, tlv.MakePrimitiveRecord(254, new(uint16))}
	case "n2":
		return []tlv.Record{tu64(0), tlv.MakeDynamicRecord(11, new(uint32), nil, tlv.ETUint32, tlv.DTUint32)}
	}
	return []tlv.Record{
		record.NewAmtToFwdRecord(new(uint64)), record.NewLockTimeRecord(new(uint32)),
		record.NewNextHopIDRecord(new(uint64)), new(record.MPP).Record(), record.NewEncryptedDataRecord(new([]byte)),
		record.NewBlindingPointRecord(new(*btcec.PublicKey)), new(record.AMP).Record(),
		record.NewMetadataRecord(new([]byte)), record.NewTotalAmtMsatBlinded(new(uint64)),
		tlv.MakePrimitiveRecord(tlv.Type(record.KeySendType), new([]byte)),
	}
}

// publicKey reads a node id as LND does: a vertex of 33 bytes, then a point.
func publicKey(raw []byte) *btcec.PublicKey {
	vertex := adapter.Ask(route.NewVertexFromBytes(raw))
	return adapter.Ask(btcec.ParsePubKey(vertex[:]))
}

// secretKey reads a secret key as LND does wherever it has one in bytes. Nothing is refused there.
func secretKey(raw []byte) *sphinx.PrivKeyECDH {
	key, _ := btcec.PrivKeyFromBytes(raw)
	return &sphinx.PrivKeyECDH{PrivKey: key}
}

// sharedSecret asks lightning-onion, and btcec for the bare x.
func sharedSecret(in adapter.Input) (adapter.Output, error) {
	ours, theirs := secretKey(in.SecretKey), publicKey(in.PublicKey)
	secret, x := adapter.Ask(ours.ECDH(theirs)), btcec.GenerateSharedSecret(ours.PrivKey, theirs)
	return adapter.Output{"shared_secret": adapter.Bytes(secret[:]), "x": adapter.Bytes(x)}, nil
}

// construct asks sphinx.NewOnionPacket, with the filler that LND's payments use.
func construct(in adapter.Input) (adapter.Output, error) {
	var path sphinx.PaymentPath
	if len(in.Hops) > len(path) {
		return nil, adapter.Unsupported(fmt.Sprintf("sphinx.PaymentPath holds %d hops", len(path)))
	}
	for i, given := range in.Hops {
		payload := adapter.Ask(sphinx.NewTLVHopPayload(given.Payload))
		path[i] = sphinx.OnionHop{NodePub: *publicKey(given.PublicKey), HopPayload: payload}
	}
	session := secretKey(in.SessionKey).PrivKey
	packet := adapter.Ask(sphinx.NewOnionPacket(&path, session, in.AssociatedData, sphinx.DeterministicPacketFiller))
	return adapter.Output{"packet": adapter.Encoded(packet.Encode)}, nil
}

// peel asks hop.OnionProcessor for the verdict, and as that does not show the payload, sphinx.Router for what is in the
// packet. The shared secret is what the router encrypts its failures with.
func peel(in adapter.Input) (adapter.Output, error) {
	router := sphinx.NewRouter(secretKey(in.NodeSecret), sphinx.NewMemoryReplayLog())
	adapter.Check(router.Start())
	in.PaymentHash = in.AssociatedData
	open(hop.NewOnionProcessor(router), 0, in)
	var options []sphinx.ProcessOnionOpt
	if in.PathKey != nil {
		options = append(options, sphinx.WithBlindingPoint(publicKey(in.PathKey)))
	}
	var packet sphinx.OnionPacket
	adapter.Check(packet.Decode(bytes.NewReader(in.Packet)))
	peeled := adapter.Must(router.ReconstructOnionPacket(&packet, in.AssociatedData, options...))
	encrypter := adapter.Must(sphinx.NewOnionErrorEncrypter(router, packet.EphemeralKey, options...))
	final, payload := peeled.Action == sphinx.ExitNode, adapter.Bytes(peeled.Payload.Payload)
	out := adapter.Output{"final": final, "payload": payload, "shared_secret": adapter.Encoded(encrypter.Encode)}
	if !final {
		out["next_packet"] = adapter.Encoded(peeled.NextPacket.Encode)
	}
	return out, nil
}

// open gives an HTLC's packet to hop.OnionProcessor as LND's links do, and refuses with their update_fail_malformed_htlc.
func open(onions *hop.OnionProcessor, number int, htlc adapter.Input) hop.Iterator {
	requests := []hop.DecodeHopIteratorRequest{{
		OnionReader: bytes.NewReader(htlc.Packet), RHash: htlc.PaymentHash,
		IncomingCltv: htlc.CLTVExpiry, IncomingAmount: lnwire.MilliSatoshi(htlc.AmountMsat),
	}}
	if htlc.PathKey != nil {
		key := tlv.NewPrimitiveRecord[lnwire.BlindingPointTlvType](publicKey(htlc.PathKey))
		requests[0].BlindingPoint = tlv.SomeRecordT(key)
	}
	opened := adapter.Must(onions.DecodeHopIterators(fmt.Append(nil, number), requests, false))
	iterator, code := opened[0].Result()
	if code != lnwire.CodeNone {
		hash := sha256.Sum256(htlc.Packet)
		panic(adapter.Reject{Reason: code.String(), Code: uint16(code), Data: hash[:]})
	}
	return iterator
}

// sendKeysend makes a payment's attempt as LND's router does. Its hops have the channel that leads to them, the
// protocol's the one that leads on.
func sendKeysend(in adapter.Input) (adapter.Output, error) {
	preimage := adapter.Ask(lntypes.MakePreimage(in.Preimage))
	records := record.CustomSet{record.KeySendType: preimage[:]}
	for _, custom := range in.CustomRecords {
		records[custom.Type] = custom.Value
	}
	if len(records) <= len(in.CustomRecords) {
		return nil, adapter.Unsupported("record.CustomSet is a map, where a type stands once")
	}
	adapter.Ask(records, records.Validate())
	var sent route.Route
	var channel uint64
	for _, given := range in.Hops {
		sent.Hops = append(sent.Hops, &route.Hop{
			PubKeyBytes: route.NewVertex(publicKey(given.PublicKey)), ChannelID: channel,
			AmtToForward: lnwire.MilliSatoshi(given.AmtToForward), OutgoingTimeLock: given.OutgoingCLTV,
		})
		channel = new(big.Int).SetBytes(given.ShortChannelID).Uint64() // 0 if there is none
	}
	var final bytes.Buffer
	if len(sent.Hops) > 0 {
		sent.FinalHop().CustomRecords = records
		adapter.Ask(final, sent.FinalHop().PackHopPayload(&final, channel, true))
	}
	hash := preimage.Hash()
	attempt := adapter.Ask(paymentsdb.NewHtlcAttempt(0, secretKey(in.SessionKey).PrivKey, sent, time.Time{}, &hash))
	packet, payload := adapter.Must(attempt.OnionBlob()), adapter.Bytes(final.Bytes())
	sum := adapter.Bytes(hash[:])
	return adapter.Output{"payment_hash": sum, "final_payload": payload, "packet": adapter.Bytes(packet[:])}, nil
}
