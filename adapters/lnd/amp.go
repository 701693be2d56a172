package main

// What lives here: spontaneous AMP. The payer derives with lnd/amp; the payee is the registry of node.go, which claims a
// set of HTLCs when it has reconstructed their preimages (reconstructAMPPreimages in invoices/update.go).

import (
	"bytes"

	"github.com/lightningnetwork/lnd/amp"
	"github.com/lightningnetwork/lnd/htlcswitch/hop"
	"github.com/lightningnetwork/lnd/invoices"
	"github.com/lightningnetwork/lnd/lntypes"
	"github.com/lightningnetwork/lnd/lnwire"
	"github.com/lightningnetwork/lnd/record"
	"github.com/lightningnetwork/lnd/tlv"
	"spontan/adapter"
)

// splitAMP gives the shares that amp.Sharer.Split would draw. The last one is what the others leave of the root.
func splitAMP(in adapter.Input) (adapter.Output, error) {
	root := amp.Share(in.Root)
	rest := amp.Sharer(amp.SeedSharerFromRoot(&root))
	var children []*amp.Child
	for i, share := range in.Shares {
		child := amp.DeriveChild(root, amp.ChildDesc{Share: amp.Share(share), Index: in.ChildIndexes[i]})
		children, rest = append(children, child), rest.Merge(child)
	}
	children = append(children, rest.Child(in.ChildIndexes[len(in.Shares)]))
	out := []adapter.Output{}
	for _, child := range children {
		written := record.NewAMP(child.Share, [32]byte(in.SetID), child.Index).Record()
		out = append(out, adapter.Output{
			"record":   adapter.Encoded(written.Encode),
			"preimage": adapter.Bytes(child.Preimage[:]), "payment_hash": adapter.Bytes(child.Hash[:]),
		})
	}
	return adapter.Output{"children": out}, nil
}

// claimAMP gives the registry one HTLC of 1000 msat for each part, with the total of all of them and one payment secret.
func claimAMP(in adapter.Input) (adapter.Output, error) {
	const amount, expiry = 1000, 800_100
	in.NodeSecret, in.Height = bytes.Repeat([]byte{1}, 32), 800_000
	n, stop := start(in)
	defer stop()
	n.config.AcceptAMP = true
	var payloads []*hop.Payload
	for _, part := range in.Parts {
		payloads = append(payloads, ampPayload(part.Record, amount, uint64(amount*len(in.Parts)), expiry))
	}
	preimages, found := make([]adapter.Bytes, len(in.Parts)), 0
	take := func(resolution invoices.HtlcResolution) {
		if failed, ok := resolution.(*invoices.HtlcFailResolution); ok {
			panic(adapter.Reject{Reason: failed.Outcome.String()})
		}
		settled := resolution.(*invoices.HtlcSettleResolution)
		preimages[settled.CircuitKey().HtlcID] = settled.Preimage[:]
		found++
	}
	for i, part := range in.Parts {
		resolution := adapter.Must(n.registry.NotifyExitHopHtlc(
			lntypes.Hash(part.PaymentHash), amount, expiry, int32(in.Height),
			invoices.CircuitKey{HtlcID: uint64(i)}, n.released, nil, payloads[i],
		))
		if resolution != nil {
			take(resolution)
		}
	}
	// With the set's last HTLC the registry lets go of those before it.
	for len(n.released) > 0 {
		take((<-n.released).(invoices.HtlcResolution))
	}
	if found < len(in.Parts) {
		return nil, adapter.Reject{Reason: "the registry holds HTLCs whose set is not complete"}
	}
	return adapter.Output{"preimages": preimages}, nil
}

// ampPayload has LND read the payload of an HTLC with this record.
func ampPayload(value []byte, amount, total uint64, expiry uint32) *hop.Payload {
	var written bytes.Buffer
	parts := record.NewMPP(lnwire.MilliSatoshi(total), [32]byte{1})
	stream := tlv.MustNewStream(
		record.NewAmtToFwdRecord(&amount), record.NewLockTimeRecord(&expiry), parts.Record(),
		tlv.MakePrimitiveRecord(record.AMPOnionType, &value),
	)
	adapter.Check(stream.Encode(&written))
	payload, found, err := hop.ParseTLVPayload(&written)
	adapter.Ask(found, err)
	adapter.Ask(found, hop.ValidateTLVPayload(found, true, false))
	return payload
}
