package main

// What lives here: one node that receives. hop.OnionProcessor opens its packets; hop.ValidateFinalHtlc and
// invoices.InvoiceRegistry, on a store of its own, judge its HTLCs. LND's link, which goes from one to the next, needs a
// whole channel and is not asked: receive follows its order (processRemoteAdds and processExitHop in
// htlcswitch/link.go) and writes for each verdict the failure that the link writes.

import (
	"bytes"
	"cmp"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"maps"
	"os"
	"slices"
	"time"

	"github.com/btcsuite/btcd/chaincfg/chainhash"
	"github.com/btcsuite/btclog/v2"
	sphinx "github.com/lightningnetwork/lightning-onion"
	"github.com/lightningnetwork/lnd/chainntnfs"
	"github.com/lightningnetwork/lnd/channeldb"
	"github.com/lightningnetwork/lnd/clock"
	"github.com/lightningnetwork/lnd/feature"
	"github.com/lightningnetwork/lnd/htlcswitch/hop"
	"github.com/lightningnetwork/lnd/invoices"
	"github.com/lightningnetwork/lnd/kvdb"
	"github.com/lightningnetwork/lnd/lntypes"
	"github.com/lightningnetwork/lnd/lnwire"
)

// hop has no logger until it is given one; LND does that in a package that is not used here.
func init() { hop.UseLogger(btclog.Disabled) }

// node starts without memory. held has the HTLCs that are not decided, by number.
type node struct {
	height   uint32
	onions   *hop.OnionProcessor
	registry *invoices.InvoiceRegistry
	config   *invoices.RegistryConfig
	clock    *clock.TestClock
	released chan any
	held     map[uint64]part
	arrived  uint64
	stop     func()
}

// part is a held HTLC, and how LND's link would fail it.
type part struct {
	since time.Time
	fail  func(reason string, failure lnwire.FailureMessage) error
	msat  lnwire.MilliSatoshi
}

// quiet is a chain notifier without news. The registry has one for the expiry of hold invoices only.
type quiet struct{ chainntnfs.ChainNotifier }

func (quiet) RegisterBlockEpochNtfn(*chainntnfs.BlockEpoch) (*chainntnfs.BlockEpochEvent, error) {
	return &chainntnfs.BlockEpochEvent{Epochs: make(chan *chainntnfs.BlockEpoch), Cancel: func() {}}, nil
}

// start makes a node as LND's server does, with bbolt in a temporary folder and a clock that stands still.
func start(in input) *node {
	now := clock.NewTestClock(time.Unix(1_700_000_000, 0))
	router := sphinx.NewRouter(secretKey(in.NodeSecret), sphinx.NewMemoryReplayLog())
	n := &node{
		height: in.Height, onions: hop.NewOnionProcessor(router), clock: now,
		released: make(chan any, 1024), held: map[uint64]part{},
		config: &invoices.RegistryConfig{
			HtlcHoldDuration: invoices.DefaultHtlcHoldDuration, Clock: now,
			HtlcInterceptor: invoices.NewHtlcModificationInterceptor(),
		},
	}
	n.set(in)
	folder, err := os.MkdirTemp("", "spontan-lnd-")
	must(err)
	backend, err := kvdb.GetBoltBackend(&kvdb.BoltBackendConfig{
		DBPath: folder, DBFileName: "channel.db", NoFreelistSync: true, DBTimeout: kvdb.DefaultDBTimeout,
	})
	must(err)
	store, err := channeldb.CreateWithBackend(backend, channeldb.OptionClock(now))
	must(err)
	watcher := invoices.NewInvoiceExpiryWatcher(now, 0, in.Height, &chainhash.Hash{}, quiet{})
	n.registry = invoices.NewRegistry(store, watcher, n.config)
	must(errors.Join(n.onions.Start(), n.registry.Start()))
	n.stop = func() {
		must(errors.Join(n.registry.Stop(), n.onions.Stop(), store.Close(), os.RemoveAll(folder)))
	}
	return n
}

// set changes what the registry reads from its configuration at each HTLC.
func (n *node) set(in input) {
	n.config.AcceptKeySend = in.Settings.Keysend == "accept"
	n.config.FinalCltvRejectDelta = in.Settings.MinFinalDelta
}

// receive numbers an HTLC and judges it.
func (n *node) receive(htlc input) (output, error) {
	number := n.arrived
	n.arrived++
	if len(htlc.Packet) != lnwire.OnionPacketSize {
		return nil, unsupported("lnwire.UpdateAddHTLC holds packets of 1366 bytes")
	}
	iterator, code := open(n.onions, number, htlc)
	if code != lnwire.CodeNone {
		return nil, malformed(code.String(), code, htlc.Packet)
	}
	payload, role, wrong := iterator.HopPayload()
	encrypter, code := iterator.ExtractErrorEncrypter(
		n.onions.ExtractErrorEncrypter, role == hop.RouteRoleIntroduction,
	)
	if code != lnwire.CodeNone {
		return nil, malformed(code.String(), code, htlc.Packet)
	}
	fail := func(reason string, failure lnwire.FailureMessage) error {
		if encrypter.Type().IsBlinded() { // sendIncomingHTLCFailureMsg
			failure = &lnwire.FailInvalidBlinding{}
		}
		var message bytes.Buffer
		must(lnwire.EncodeFailureMessage(&message, failure, 0))
		data := hexBytes(message.Bytes()[2:])
		return rejection{"reason": reason, "code": fmt.Sprintf("%04x", uint16(failure.Code())), "data": data}
	}
	if wrong != nil {
		var invalid hop.ErrInvalidPayload
		errors.As(wrong, &invalid)
		return nil, fail(reason(wrong), lnwire.NewInvalidOnionPayload(uint64(invalid.Type), 0))
	}
	info := payload.ForwardingInfo()
	if !info.IsExit() {
		channel := info.NextHopChannel().UnwrapOr(hop.Exit).ToUint64()
		scid := hexBytes(binary.BigEndian.AppendUint64(nil, channel))
		return output{"outcome": "forwarded", "short_channel_id": scid}, nil
	}
	msat := lnwire.MilliSatoshi(htlc.AmountMsat)
	switch hop.ValidateFinalHtlc(msat, htlc.CltvExpiry, n.height, invoices.MaxFinalCltvDelta, info, true) {
	case hop.FinalHtlcInvalidAmount:
		return nil, fail("final_incorrect_htlc_amount", lnwire.NewFinalIncorrectHtlcAmount(msat))
	case hop.FinalHtlcInvalidCltv:
		return nil, fail("final_incorrect_cltv_expiry", lnwire.NewFinalIncorrectCltvExpiry(htlc.CltvExpiry))
	case hop.FinalHtlcExpiryTooFar:
		return nil, fail("expiry too far", lnwire.NewFailIncorrectDetails(msat, n.height))
	}
	resolution, err := n.registry.NotifyExitHopHtlc(
		lntypes.Hash(htlc.PaymentHash), msat, htlc.CltvExpiry, int32(n.height),
		invoices.CircuitKey{HtlcID: number}, n.released, nil, payload,
	)
	must(err)
	p := part{since: n.clock.Now(), fail: fail, msat: msat}
	if resolution == nil {
		n.held[number] = p
		return output{"outcome": "held"}, nil
	}
	return p.resolve(resolution)
}

// resolve does as the link does at the registry's word (processHtlcResolution).
func (p part) resolve(resolution any) (output, error) {
	if settled, ok := resolution.(*invoices.HtlcSettleResolution); ok {
		return output{"outcome": "claimed", "preimage": hexBytes(settled.Preimage[:])}, nil
	}
	failed := resolution.(*invoices.HtlcFailResolution)
	if failed.Outcome == invoices.ResultMppTimeout {
		return nil, p.fail("mpp_timeout", &lnwire.FailMPPTimeout{})
	}
	details := lnwire.NewFailIncorrectDetails(p.msat, uint32(failed.AcceptHeight))
	return nil, p.fail(failed.Outcome.FailureString(), details)
}

// invoice issues one with the features and the expiry that LND's RPC gives to its own.
func (n *node) invoice(in input) error {
	manager, err := feature.NewManager(feature.Config{})
	must(err)
	preimage := lntypes.Preimage(in.Preimage)
	_, err = n.registry.AddInvoice(context.Background(), &invoices.Invoice{
		CreationDate: n.clock.Now(),
		Terms: invoices.ContractTerm{
			PaymentPreimage: &preimage, PaymentAddr: [32]byte(in.PaymentSecret), Expiry: 24 * time.Hour,
			Value: lnwire.MilliSatoshi(in.AmountMsat), Features: manager.Get(feature.SetInvoice),
			FinalCltvDelta: n.config.FinalCltvRejectDelta,
		},
	}, preimage.Hash())
	if errors.Is(err, invoices.ErrDuplicateInvoice) || errors.Is(err, invoices.ErrDuplicatePayAddr) {
		return unsupported("LND does not issue this invoice: " + err.Error())
	}
	must(err)
	return nil
}

// receiveKeysend gives a new node one HTLC.
func receiveKeysend(in input) (output, error) {
	n := start(in)
	defer n.stop()
	return n.receive(*in.Htlc)
}

// sequence gives a new node events.
func sequence(in input) (output, error) {
	n := start(in)
	defer n.stop()
	outcomes := [][]output{}
	for _, event := range in.Events {
		decided := []output{}
		var err error
		switch event.Event {
		case "htlc":
			number := n.arrived
			out, verdict := n.receive(*event.Htlc)
			decided, err = add(decided, number, out, verdict)
		case "invoice":
			err = n.invoice(event)
		case "height":
			n.height = event.Height
		case "time":
			n.clock.SetTime(n.clock.Now().Add(time.Duration(event.Seconds) * time.Second))
		case "settings":
			n.set(event)
		}
		for err == nil {
			resolution, ok := n.next().(invoices.HtlcResolution)
			if !ok {
				break
			}
			number := resolution.CircuitKey().HtlcID
			out, verdict := n.held[number].resolve(resolution)
			delete(n.held, number)
			decided, err = add(decided, number, out, verdict)
		}
		if err != nil {
			return nil, err
		}
		slices.SortFunc(decided, func(a, b output) int { return cmp.Compare(a["htlc"].(uint64), b["htlc"].(uint64)) })
		outcomes = append(outcomes, decided)
	}
	return output{"outcomes": outcomes}, nil
}

// add lists what became of an HTLC. An error that is no rejection comes back.
func add(decided []output, number uint64, out output, err error) ([]output, error) {
	var refused rejection
	if errors.As(err, &refused) {
		out, err = output{"outcome": "failed"}, nil
		maps.Copy(out, output(refused))
	}
	if err == nil {
		out["htlc"] = number
	}
	return append(decided, out), err
}

// next is a resolution of a held HTLC, or nil. A goroutine of the registry lets go of parts whose time is over, so for
// those it has two seconds.
func (n *node) next() any {
	over := func(p part) bool { return n.clock.Now().Sub(p.since) >= n.config.HtlcHoldDuration }
	deadline := time.Now()
	if slices.ContainsFunc(slices.Collect(maps.Values(n.held)), over) {
		deadline = deadline.Add(2 * time.Second)
	}
	for len(n.released) == 0 {
		if time.Now().After(deadline) {
			return nil
		}
		time.Sleep(time.Millisecond)
	}
	return <-n.released
}
