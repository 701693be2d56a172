package main

// What lives here: BigSize and TLV streams (BOLT 1) as lnd/tlv reads them, and the records of a hop's payload as
// lnd/record and lnd/htlcswitch/hop have them.

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"maps"

	"github.com/btcsuite/btcd/btcec/v2"
	"github.com/lightningnetwork/lnd/htlcswitch/hop"
	"github.com/lightningnetwork/lnd/record"
	"github.com/lightningnetwork/lnd/tlv"
)

// decodeBigSize asks tlv.ReadVarInt.
func decodeBigSize(in input) (output, error) {
	reader := bytes.NewReader(in.Bytes)
	value, err := tlv.ReadVarInt(reader, new([8]byte))
	switch {
	case errors.Is(err, tlv.ErrVarIntNotCanonical):
		return nil, rejection{"reason": "bigsize_not_minimal"}
	case err != nil: // io.EOF or io.ErrUnexpectedEOF: there are no others here.
		return nil, rejection{"reason": "bigsize_truncated"}
	}
	return output{"value": fmt.Sprint(value), "length": len(in.Bytes) - reader.Len()}, nil
}

// encodeBigSize asks tlv.WriteVarInt.
func encodeBigSize(in input) (output, error) {
	var encoded bytes.Buffer
	err := tlv.WriteVarInt(&encoded, in.Value, new([8]byte))
	return output{"bytes": hexBytes(encoded.Bytes())}, err
}

// decodeTLV asks tlv.Stream in the way that LND reads what peers send, and of a payload LND's own reader. The known
// records' values are written again by LND; of the keysend record, a custom one to it, LND has the bytes.
func decodeTLV(in input) (output, error) {
	known := map[string]func() []tlv.Record{"n1": n1, "n2": n2, "payload": payload}[in.Namespace]()
	decoder, err := tlv.NewStream(known...)
	must(err)
	found, err := decoder.DecodeWithParsedTypesP2P(bytes.NewReader(in.Stream))
	if in.Namespace == "payload" {
		err = readPayload(in.Stream)
	}
	if err != nil {
		return nil, err
	}
	records := []output{}
	for _, known := range known {
		if _, ok := found[known.Type()]; ok {
			var value bytes.Buffer
			must(known.Encode(&value))
			records = append(records, output{"type": fmt.Sprint(uint64(known.Type())), "value": hexBytes(value.Bytes())})
		}
	}
	if value, ok := found[tlv.Type(record.KeySendType)]; ok {
		records = append(records, output{"type": fmt.Sprint(record.KeySendType), "value": hexBytes(value)})
	}
	return output{"records": records}, nil
}

// readPayload asks hop.ParseTLVPayload and, for the rule on unknown even types, hop.ValidateTLVPayload. As the latter
// wants the types of a whole payload first, it is shown one with those types and, of this one, the unknown ones.
func readPayload(stream []byte) error {
	_, found, err := hop.ParseTLVPayload(bytes.NewReader(stream))
	if err != nil {
		return err
	}
	maps.DeleteFunc(found, func(_ tlv.Type, unknown []byte) bool { return unknown == nil })
	found[record.AmtOnionType], found[record.LockTimeOnionType] = nil, nil
	return hop.ValidateTLVPayload(found, true, false)
}

// payload has the records of hop.ParseTLVPayload.
func payload() []tlv.Record {
	var (
		amount, channel, total uint64
		expiry                 uint32
		recipient, metadata    []byte
		pathKey                *btcec.PublicKey
		parts                  record.MPP
		atomic                 record.AMP
	)
	return []tlv.Record{
		record.NewAmtToFwdRecord(&amount), record.NewLockTimeRecord(&expiry), record.NewNextHopIDRecord(&channel),
		parts.Record(), record.NewEncryptedDataRecord(&recipient), record.NewBlindingPointRecord(&pathKey),
		atomic.Record(), record.NewMetadataRecord(&metadata), record.NewTotalAmtMsatBlinded(&total),
	}
}

// n1 is the namespace of BOLT 1, appendix B.
func n1() []tlv.Record {
	var (
		amount, channel uint64
		triple          triple
		delta           uint16
	)
	return []tlv.Record{
		truncated64(1, &amount),
		tlv.MakePrimitiveRecord(2, &channel),
		tlv.MakeStaticRecord(3, &triple, 49, encodeTriple, decodeTriple),
		tlv.MakePrimitiveRecord(254, &delta),
	}
}

// n2 is the namespace of BOLT 1, appendix B.
func n2() []tlv.Record {
	var amount uint64
	var expiry uint32
	size := func() uint64 { return tlv.SizeTUint32(expiry) }
	return []tlv.Record{
		truncated64(0, &amount), tlv.MakeDynamicRecord(11, &expiry, size, tlv.ETUint32, tlv.DTUint32),
	}
}

func truncated64(kind tlv.Type, value *uint64) tlv.Record {
	size := func() uint64 { return tlv.SizeTUint64(*value) }
	return tlv.MakeDynamicRecord(kind, value, size, tlv.ETUint64, tlv.DTUint64)
}

// triple is n1's type 3: a point and two amounts, each of which lnd/tlv has a codec for.
type triple struct {
	point *btcec.PublicKey
	a, b  uint64
}

func encodeTriple(w io.Writer, value any, scratch *[8]byte) error {
	t := value.(*triple)
	return errors.Join(
		tlv.EPubKey(w, &t.point, scratch), tlv.EUint64T(w, t.a, scratch), tlv.EUint64T(w, t.b, scratch),
	)
}

func decodeTriple(r io.Reader, value any, scratch *[8]byte, length uint64) error {
	if length != 49 {
		return tlv.NewTypeForDecodingErr(value, "triple", length, 49)
	}
	t := value.(*triple)
	return errors.Join(
		tlv.DPubKey(r, &t.point, scratch, 33), tlv.DUint64(r, &t.a, scratch, 8), tlv.DUint64(r, &t.b, scratch, 8),
	)
}
