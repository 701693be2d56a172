//! The world around the payer, as LDK's traits ask for it: no disk, fee market, network graph or log. Whatever LDK wants
//! goes well or finds nothing; what it broadcasts is kept until it is asked for.

use std::sync::{Mutex, PoisonError};

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

/// The lowest feerate that nodes take, in sat a thousand weight units: BOLT 2's 253.
const FEERATE: u32 = 253;

/// Nothing, but for what LDK wanted on the chain.
#[derive(Debug, Default)]
pub struct World {
    broadcast: Mutex<Vec<Transaction>>,
}

impl World {
    /// What LDK broadcast since it was asked last.
    pub fn take_broadcast(&self) -> Vec<Transaction> {
        std::mem::take(&mut *self.broadcast.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl BroadcasterInterface for World {
    fn broadcast_transactions(&self, transactions: &[&Transaction]) {
        let mut broadcast = self.broadcast.lock().unwrap_or_else(PoisonError::into_inner);
        broadcast.extend(transactions.iter().map(|&transaction| transaction.clone()));
    }
}

impl FeeEstimator for World {
    fn get_est_sat_per_1000_weight(&self, _: ConfirmationTarget) -> u32 {
        FEERATE
    }
}

impl Logger for World {
    fn log(&self, _: Record) {}
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
