// btcec behind the Spontan adapter protocol, version 1, whose frame is in ../go: ecdh.shared_secret alone, as a second
// opinion on the curve.
//
// ParsePubKey and PrivKeyFromBytes read the keys and ScalarMultNonConst gives the shared point, as LND has it. BOLT 4's
// secret is SHA-256 of the point as btcec writes it.
package main

import (
	"crypto/sha256"

	"github.com/btcsuite/btcd/btcec/v2"
	"spontan/adapter"
)

func sharedSecret(in adapter.Input) (adapter.Output, error) {
	// It has no way to refuse a secret key: PrivKeyFromBytes reduces what it gets.
	secret, _ := btcec.PrivKeyFromBytes(in.SecretKey)
	var point, shared btcec.JacobianPoint
	adapter.Ask(btcec.ParsePubKey(in.PublicKey)).AsJacobian(&point)
	btcec.ScalarMultNonConst(&secret.Key, &point, &shared)
	shared.ToAffine()
	compressed := btcec.NewPublicKey(&shared.X, &shared.Y).SerializeCompressed()
	digest := sha256.Sum256(compressed)
	return adapter.Output{"shared_secret": adapter.Bytes(digest[:]), "x": adapter.Bytes(compressed[1:])}, nil
}

func main() {
	adapter.Adapter{
		Name: "btcec", Version: adapter.Version("github.com/btcsuite/btcd/btcec/v2"), Window: 64,
		Operations: map[string]adapter.Operation{"ecdh.shared_secret": sharedSecret},
	}.Main()
}
