package main

// What lives here: one node that receives. hop.OnionProcessor opens its packets; hop.ValidateFinalHtlc and
// invoices.InvoiceRegistry, on a store of its own, judge its HTLCs. LND's link, which goes from one to the next, needs a
// whole channel and is not asked: receive follows its order (processRemoteAdds, processExitHop and processHtlcResolution
// in htlcswitch/link.go) and writes for each verdict the failure that it writes (sendIncomingHTLCFailureMsg).

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"slices"
	"time"

	"github.com/btcsuite/btclog/v2"
	sphinx "github.com/lightningnetwork/lightning-onion"
	"github.com/lightningnetwork/lnd/channeldb"
	"github.com/lightningnetwork/lnd/clock"
	"github.com/lightningnetwork/lnd/feature"
	"github.com/lightningnetwork/lnd/htlcswitch/hop"
	"github.com/lightningnetwork/lnd/invoices"
	"github.com/lightningnetwork/lnd/kvdb"
	"github.com/lightningnetwork/lnd/lntest/mock"
	"github.com/lightningnetwork/lnd/lntypes"
	"github.com/lightningnetwork/lnd/lnwire"
	"spontan/adapter"
)

// hop has no logger until it is given one; LND does that in a package that is not used here.
func init() { hop.UseLogger(btclog.Disabled) }

// node starts without memory. now has the height and the settings of the moment, held the HTLCs that are not decided.
type node struct {
	now      adapter.Input
	onions   *hop.OnionProcessor
	registry *invoices.InvoiceRegistry
	config   *invoices.RegistryConfig
	clock    *clock.TestClock
	released chan any
	held     map[int]part
}

// part is an HTLC that is held, and what the registry's word means for it.
type part struct {
	since   time.Time
	resolve func(resolution any) (adapter.Output, error)
}

// start makes a node as LND's server does, with bbolt in a temporary folder, a still clock and a chain without news.
func start(in adapter.Input) (n *node, stop func()) {
	still := clock.NewTestClock(time.Unix(1_700_000_000, 0))
	config := &invoices.RegistryConfig{HtlcHoldDuration: invoices.DefaultHtlcHoldDuration, Clock: still}
	config.HtlcInterceptor = invoices.NewHtlcModificationInterceptor()
	folder := adapter.Must(os.MkdirTemp("", "spontan-lnd-"))
	bolt := &kvdb.BoltBackendConfig{DBPath: folder, DBFileName: "channel.db", DBTimeout: kvdb.DefaultDBTimeout}
	backend := adapter.Must(kvdb.GetBoltBackend(bolt))
	store := adapter.Must(channeldb.CreateWithBackend(backend, channeldb.OptionClock(still)))
	watcher := invoices.NewInvoiceExpiryWatcher(still, 0, in.Height, nil, &mock.ChainNotifier{})
	router := sphinx.NewRouter(secretKey(in.NodeSecret), sphinx.NewMemoryReplayLog())
	n = &node{
		now: in, onions: hop.NewOnionProcessor(router), registry: invoices.NewRegistry(store, watcher, config),
		config: config, clock: still, released: make(chan any, 1024), held: map[int]part{},
	}
	adapter.Check(errors.Join(n.onions.Start(), n.registry.Start()))
	return n, func() { adapter.Check(errors.Join(n.registry.Stop(), store.Close(), os.RemoveAll(folder))) }
}

func (n *node) receive(number int, htlc adapter.Input) (adapter.Output, error) {
	if len(htlc.Packet) != lnwire.OnionPacketSize {
		return nil, adapter.Unsupported("lnwire.UpdateAddHTLC holds packets of 1366 bytes")
	}
	iterator := open(n.onions, number, htlc)
	payload, role, wrong := iterator.HopPayload()
	encrypter, _ := iterator.ExtractErrorEncrypter(n.onions.ExtractErrorEncrypter, role == hop.RouteRoleIntroduction)
	fail := func(reason string, failure lnwire.FailureMessage) error {
		if encrypter.Type().IsBlinded() {
			failure = &lnwire.FailInvalidBlinding{}
		}
		var message bytes.Buffer
		adapter.Check(lnwire.EncodeFailureMessage(&message, failure, 0))
		return adapter.Reject{Reason: reason, Code: uint16(failure.Code()), Data: message.Bytes()[2:]}
	}
	if wrong != nil {
		var invalid hop.ErrInvalidPayload
		errors.As(wrong, &invalid)
		return nil, fail(wrong.Error(), lnwire.NewInvalidOnionPayload(uint64(invalid.Type), 0))
	}
	info := payload.ForwardingInfo()
	if !info.IsExit() {
		channel := info.NextHopChannel().UnwrapOr(hop.Exit).ToUint64()
		return adapter.Output{"outcome": "forwarded", "short_channel_id": fmt.Sprintf("%016x", channel)}, nil
	}
	msat := lnwire.MilliSatoshi(htlc.AmountMsat)
	switch hop.ValidateFinalHtlc(msat, htlc.CLTVExpiry, n.now.Height, invoices.MaxFinalCltvDelta, info, true) {
	case hop.FinalHtlcInvalidAmount:
		return nil, fail("final_incorrect_htlc_amount", lnwire.NewFinalIncorrectHtlcAmount(msat))
	case hop.FinalHtlcInvalidCltv:
		return nil, fail("final_incorrect_cltv_expiry", lnwire.NewFinalIncorrectCltvExpiry(htlc.CLTVExpiry))
	case hop.FinalHtlcExpiryTooFar:
		return nil, fail("expiry too far", lnwire.NewFailIncorrectDetails(msat, n.now.Height))
	}
	resolve := func(resolution any) (adapter.Output, error) {
		if settled, ok := resolution.(*invoices.HtlcSettleResolution); ok {
			return adapter.Output{"outcome": "claimed", "preimage": adapter.Bytes(settled.Preimage[:])}, nil
		}
		failed := resolution.(*invoices.HtlcFailResolution)
		if failed.Outcome == invoices.ResultMppTimeout {
			return nil, fail("mpp_timeout", &lnwire.FailMPPTimeout{})
		}
		details := lnwire.NewFailIncorrectDetails(msat, uint32(failed.AcceptHeight))
		return nil, fail(failed.Outcome.FailureString(), details)
	}
	n.config.AcceptKeySend = n.now.Settings.Keysend == "accept"
	n.config.FinalCltvRejectDelta = n.now.Settings.MinFinalDelta
	resolution := adapter.Must(n.registry.NotifyExitHopHtlc(
		lntypes.Hash(htlc.PaymentHash), msat, htlc.CLTVExpiry, int32(n.now.Height),
		invoices.CircuitKey{HtlcID: uint64(number)}, n.released, nil, payload,
	))
	if resolution == nil {
		n.held[number] = part{since: n.clock.Now(), resolve: resolve}
		return adapter.Output{"outcome": "held"}, nil
	}
	return resolve(resolution)
}

// invoice issues one with the features that LND's RPC gives to its own, and an expiry that no case reaches: the protocol's
// invoices have none.
func (n *node) invoice(event adapter.Input) {
	preimage := lntypes.Preimage(event.Preimage)
	_, err := n.registry.AddInvoice(context.Background(), &invoices.Invoice{
		CreationDate: n.clock.Now(),
		Terms: invoices.ContractTerm{
			PaymentPreimage: &preimage, PaymentAddr: [32]byte(event.PaymentSecret), Expiry: 10 * 365 * 24 * time.Hour,
			Value: lnwire.MilliSatoshi(event.AmountMsat), FinalCltvDelta: n.now.Settings.MinFinalDelta,
			Features: adapter.Must(feature.NewManager(feature.Config{})).Get(feature.SetInvoice),
		},
	}, preimage.Hash())
	if err != nil {
		panic(adapter.Unsupported("LND does not issue this invoice: " + err.Error()))
	}
}

func receiveKeysend(in adapter.Input) (adapter.Output, error) {
	n, stop := start(in)
	defer stop()
	return n.receive(0, *in.HTLC)
}

func sequence(in adapter.Input) (adapter.Output, error) {
	n, stop := start(in)
	defer stop()
	return adapter.Sequence(in.Events, n.happen)
}

// sequenceAMP is the same node, set to accept spontaneous AMP.
func sequenceAMP(in adapter.Input) (adapter.Output, error) {
	n, stop := start(in)
	defer stop()
	n.config.AcceptAMP = true
	return adapter.Sequence(in.Events, n.happen)
}

// happen lets an event happen and decides the HTLCs that the registry then lets go of. Parts whose time is over it lets
// go of in a goroutine; should it not, the runner's time limit ends the wait.
func (n *node) happen(event adapter.Input, number int, decide adapter.Decide) {
	switch event.Event {
	case "htlc":
		decide(number, func() (adapter.Output, error) { return n.receive(number, *event.HTLC) })
	case "invoice":
		n.invoice(event)
	case "height":
		n.now.Height = event.Height
	case "time":
		n.clock.SetTime(n.clock.Now().Add(time.Duration(event.Seconds) * time.Second))
	case "settings":
		n.now.Settings = event.Settings
	}
	over := func(p part) bool { return n.clock.Now().Sub(p.since) >= n.config.HtlcHoldDuration }
	for len(n.released) > 0 || slices.ContainsFunc(slices.Collect(maps.Values(n.held)), over) {
		resolution := (<-n.released).(invoices.HtlcResolution)
		number := int(resolution.CircuitKey().HtlcID)
		decide(number, func() (adapter.Output, error) { return n.held[number].resolve(resolution) })
		delete(n.held, number)
	}
}
