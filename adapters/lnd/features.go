package main

// What lives here: feature bits, as LND's payer asks them of a destination (routing/pathfind.go) and LND's node sets them.

import (
	"bytes"

	"github.com/lightningnetwork/lnd/feature"
	"github.com/lightningnetwork/lnd/lnwire"
	"spontan/adapter"
)

// vector reads a field `features` without its length.
func vector(field []byte) *lnwire.FeatureVector {
	raw := lnwire.NewRawFeatureVector()
	adapter.Ask(raw, raw.DecodeBase256(bytes.NewReader(field), len(field)))
	return lnwire.NewFeatureVector(raw, lnwire.Features)
}

// mayPay asks what findPath asks of a destination before it looks for a path: of the features of its invoice if there is
// one, or else of those that it announced. The payment's kind is not asked there.
func mayPay(in adapter.Input) (adapter.Output, error) {
	node := vector(in.NodeFeatures)
	destination := node
	if in.Payment == "invoice" {
		destination = vector(in.InvoiceFeatures)
	}
	adapter.Ask(destination, feature.ValidateRequired(destination))
	adapter.Ask(destination, feature.ValidateDeps(destination))
	keysend := "absent"
	if node.RequiresFeature(lnwire.KeysendOptional) {
		keysend = "mandatory"
	} else if node.HasFeature(lnwire.KeysendOptional) {
		keysend = "optional"
	}
	return adapter.Output{"keysend": keysend}, nil
}

// announce sets the bits one by one and validates them, as feature.NewManager does with LND's own.
func announce(in adapter.Input) (adapter.Output, error) {
	features := lnwire.EmptyFeatureVector()
	for _, bit := range in.Bits {
		adapter.Ask(features, features.SafeSet(lnwire.FeatureBit(bit)))
	}
	adapter.Ask(features, feature.ValidateDeps(features))
	return adapter.Output{"features": adapter.Encoded(features.EncodeBase256)}, nil
}
