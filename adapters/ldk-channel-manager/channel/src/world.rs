//! The world around a node, which is not there: no chain, disk, fee market or network graph. Whatever LDK asks of it
//! goes well or finds nothing. Of the log, what a payer logs about its payments is kept.

use std::cell::RefCell;

use lightning::bitcoin::Transaction;
use lightning::bitcoin::secp256k1::{PublicKey, Secp256k1, Signing, Verification};
use lightning::blinded_path::message::{BlindedMessagePath, MessageContext, MessageForwardNode};
use lightning::blinded_path::payment::{BlindedPaymentPath, ReceiveTlvs};
use lightning::chain::ChannelMonitorUpdateStatus as Status;
use lightning::chain::chaininterface::{BroadcasterInterface, ConfirmationTarget, FeeEstimator};
use lightning::chain::chainmonitor::Persist;
use lightning::chain::channelmonitor::{ChannelMonitor, ChannelMonitorUpdate as Update};
use lightning::ln::channel_state::ChannelDetails;
use lightning::onion_message::messenger::{Destination, MessageRouter, OnionMessagePath};
use lightning::routing::router::{InFlightHtlcs, Route, RouteParameters, Router};
use lightning::sign::{InMemorySigner, ReceiveAuthKey};
use lightning::util::logger::{Logger, Record};
use lightning::util::persist::MonitorName;

/// Nothing.
pub struct World;

impl BroadcasterInterface for World {
    fn broadcast_transactions(&self, _: &[&Transaction]) {}
}

impl FeeEstimator for World {
    fn get_est_sat_per_1000_weight(&self, _: ConfirmationTarget) -> u32 {
        253
    }
}

impl Logger for World {
    fn log(&self, _: Record) {}
}

/// What a node logs when it reads a failure, or the attribution data of a payment that succeeded: LDK tells some of it nowhere else.
#[derive(Default)]
pub struct Log(RefCell<Vec<String>>);

impl Log {
    /// The lines since they were last taken.
    pub fn take(&self) -> Vec<String> {
        self.0.take()
    }
}

impl Logger for Log {
    fn log(&self, record: Record) {
        if record.module_path.starts_with("lightning::ln::onion_utils") {
            self.0.borrow_mut().push(record.args.to_string());
        }
    }
}

type Monitor = ChannelMonitor<InMemorySigner>;

impl Persist<InMemorySigner> for World {
    fn persist_new_channel(&self, _: MonitorName, _: &Monitor) -> Status {
        Status::Completed
    }
    fn update_persisted_channel(&self, _: MonitorName, _: Option<&Update>, _: &Monitor) -> Status {
        Status::Completed
    }
    fn archive_persisted_channel(&self, _: MonitorName) {}
}

impl Router for World {
    fn find_route(
        &self,
        _: &PublicKey,
        _: &RouteParameters,
        _: Option<&[&ChannelDetails]>,
        _: InFlightHtlcs,
    ) -> Result<Route, &'static str> {
        Err("the payer is told its route")
    }
    fn create_blinded_payment_paths<T: Signing + Verification>(
        &self,
        _: PublicKey,
        _: Vec<ChannelDetails>,
        _: ReceiveTlvs,
        _: Option<u64>,
        _: &Secp256k1<T>,
    ) -> Result<Vec<BlindedPaymentPath>, ()> {
        Err(())
    }
}

impl MessageRouter for World {
    fn find_path(&self, _: PublicKey, _: Vec<PublicKey>, _: Destination) -> Result<OnionMessagePath, ()> {
        Err(())
    }
    fn create_blinded_paths<T: Signing + Verification>(
        &self,
        _: PublicKey,
        _: ReceiveAuthKey,
        _: MessageContext,
        _: Vec<MessageForwardNode>,
        _: &Secp256k1<T>,
    ) -> Result<Vec<BlindedMessagePath>, ()> {
        Err(())
    }
}
