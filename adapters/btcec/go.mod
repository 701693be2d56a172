module adapter

go 1.22

require github.com/btcsuite/btcd/btcec/v2 v2.3.5

require github.com/decred/dcrd/dcrec/secp256k1/v4 v4.0.1 // indirect
