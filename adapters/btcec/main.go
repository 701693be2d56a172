// btcec behind the Spontan adapter protocol, version 1: ecdh.shared_secret alone, as a second opinion on the curve.
//
// ParsePubKey and PrivKeyFromBytes read the keys and ScalarMultNonConst gives the shared point, as LND has it. BOLT 4's
// secret is SHA-256 of the point as btcec writes it.
package main

import (
	"bufio"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"os"
	"runtime/debug"

	"github.com/btcsuite/btcd/btcec/v2"
)

type message struct {
	Type      string
	Seq       uint64
	Operation string
	Input     struct {
		SecretKey string `json:"secret_key"`
		PublicKey string `json:"public_key"`
	}
}

type object map[string]any

func hello() object {
	version := "unknown"
	if info, ok := debug.ReadBuildInfo(); ok {
		for _, module := range info.Deps {
			if module.Path == "github.com/btcsuite/btcd/btcec/v2" {
				version = module.Version
			}
		}
	}
	return object{
		"type":           "hello",
		"protocol":       1,
		"implementation": object{"name": "btcec", "version": version, "language": "go"},
		"operations":     []string{"ecdh.shared_secret"},
		"window":         64,
	}
}

func answer(m message) object {
	if m.Operation != "ecdh.shared_secret" {
		return object{"seq": m.Seq, "unsupported": "this adapter has no " + m.Operation}
	}
	secretBytes, err1 := hex.DecodeString(m.Input.SecretKey)
	publicBytes, err2 := hex.DecodeString(m.Input.PublicKey)
	if err1 != nil || err2 != nil {
		return object{"seq": m.Seq, "error": "a key is no hex"}
	}
	// It has no way to refuse a secret key: PrivKeyFromBytes reduces what it gets.
	secret, _ := btcec.PrivKeyFromBytes(secretBytes)
	public, err := btcec.ParsePubKey(publicBytes)
	if err != nil {
		return object{"seq": m.Seq, "reject": object{"reason": err.Error()}}
	}
	var point, shared btcec.JacobianPoint
	public.AsJacobian(&point)
	btcec.ScalarMultNonConst(&secret.Key, &point, &shared)
	shared.ToAffine()
	compressed := btcec.NewPublicKey(&shared.X, &shared.Y).SerializeCompressed()
	digest := sha256.Sum256(compressed)
	return object{"seq": m.Seq, "accept": object{
		"shared_secret": hex.EncodeToString(digest[:]),
		"x":             hex.EncodeToString(compressed[1:]),
	}}
}

func main() {
	lines := bufio.NewScanner(os.Stdin)
	lines.Buffer(nil, 1<<20)
	replies := json.NewEncoder(os.Stdout) // Unbuffered, and ends each message with a line feed.
	for lines.Scan() {
		var m message
		if err := json.Unmarshal(lines.Bytes(), &m); err != nil {
			fmt.Fprintln(os.Stderr, "not a message:", err)
			continue
		}
		reply := hello()
		if m.Type != "hello" {
			reply = answer(m)
		}
		if err := replies.Encode(reply); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
	}
}
