module example

go 1.21

require (
	github.com/lightningnetwork/lnd/tlv v1.3.2
	spontan/vectors v0.0.0
)
