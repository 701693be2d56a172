module adapter

go 1.23

require (
	github.com/btcsuite/btcd/btcec/v2 v2.3.5
	spontan/adapter v0.0.0
)

require github.com/decred/dcrd/dcrec/secp256k1/v4 v4.0.1 // indirect

replace spontan/adapter => ../go
