//! A socket in the node's folder, by which scripts make it pay and write invoices: a line of words goes in, a line comes
//! out. Whoever may enter the folder may use it.

use std::io::{self, BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use lightning::bitcoin::hex::FromHex;
use lightning::bitcoin::secp256k1::PublicKey;
use lightning::ln::channelmanager::{
    Bolt11InvoiceParameters, MIN_FINAL_CLTV_EXPIRY_DELTA, PaymentId, RecipientOnionFields, Retry,
};
use lightning::routing::router::{PaymentParameters, RouteParameters};
use lightning::types::payment::{PaymentHash, PaymentPreimage};
use lightning_persister::fs_store::FilesystemStore;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt};
use tokio::net::{UnixListener, UnixStream};

use crate::Result;
use crate::node::ChannelManager;
use crate::preimages;

/// Bytes of a line.
const MAX_LINE: u64 = 1000;

fn path(folder: &Path) -> PathBuf {
    folder.join("control")
}

/// Opens the socket, in the place of one that an earlier run left behind.
pub fn bind(folder: &Path) -> io::Result<UnixListener> {
    let path = path(folder);
    let _ = std::fs::remove_file(&path);
    UnixListener::bind(path)
}

/// Answers whoever connects.
pub async fn listen(listener: UnixListener, channels: Arc<ChannelManager>, store: Arc<FilesystemStore>) {
    while let Ok((stream, _)) = listener.accept().await {
        let (channels, store) = (channels.clone(), store.clone());
        tokio::spawn(async move { serve(stream, &channels, &store).await });
    }
}

async fn serve(stream: UnixStream, channels: &ChannelManager, store: &FilesystemStore) -> io::Result<()> {
    let (reader, mut writer) = stream.into_split();
    let mut line = String::new();
    tokio::io::BufReader::new(reader.take(MAX_LINE)).read_line(&mut line).await?;
    let words: Vec<&str> = line.split_whitespace().collect();
    let answer = act(&words, channels, store).unwrap_or_else(|error| format!("error: {error}"));
    writer.write_all(format!("{answer}\n").as_bytes()).await
}

fn act(words: &[&str], channels: &ChannelManager, store: &FilesystemStore) -> Result<String> {
    match words {
        ["pay", node, msat] => pay(node.parse()?, msat.parse()?, Vec::new(), channels),
        ["pay", node, msat, custom] => pay(node.parse()?, msat.parse()?, records(custom)?, channels),
        ["invoice", msat, preimage] => invoice(msat, preimage, channels, store),
        ["close"] => close(channels, false),
        ["force-close"] => close(channels, true),
        _ => Err("pay NODE MSAT [TYPE=HEX,…], invoice MSAT|any PREIMAGE, close, or force-close".into()),
    }
}

/// Closes the channels in use, with the peer or on the chain, and says how many.
fn close(channels: &ChannelManager, force: bool) -> Result<String> {
    let open = channels.list_usable_channels();
    for channel in &open {
        let (id, peer) = (&channel.channel_id, &channel.counterparty.node_id);
        let closed = if force {
            channels.force_close_broadcasting_latest_txn(id, peer, "told to close it".into())
        } else {
            channels.close_channel(id, peer)
        };
        closed.map_err(|error| format!("{error:?}"))?;
    }
    Ok(format!("{} closed", open.len()))
}

/// Custom records: types and values.
type Records = Vec<(u64, Vec<u8>)>;

fn records(text: &str) -> Result<Records> {
    let record = |text: &str| {
        let (kind, value) = text.split_once('=')?;
        Some((kind.parse().ok()?, Vec::from_hex(value).ok()?))
    };
    let records = text.split(',').map(record).collect::<Option<_>>();
    records.ok_or_else(|| format!("{text} is no list of TYPE=HEX").into())
}

/// A spontaneous payment as LDK makes it: the preimage is random, and so is what the recipient cannot know.
fn pay(node: PublicKey, msat: u64, custom: Records, channels: &ChannelManager) -> Result<String> {
    let mut id = [0; 32];
    getrandom::fill(&mut id).map_err(|error| error.to_string())?;
    let payee = PaymentParameters::for_keysend(node, u32::from(MIN_FINAL_CLTV_EXPIRY_DELTA), false);
    let route = RouteParameters::from_payment_params_and_value(payee, msat);
    let fields = RecipientOnionFields::spontaneous_empty()
        .with_custom_tlvs(custom)
        .map_err(|()| "a custom record has the type of another one, or one that is not custom")?;
    let sent = channels.send_spontaneous_payment(None, fields, PaymentId(id), route, Retry::Attempts(0));
    let hash = sent.map_err(|error| format!("{error:?}"))?;
    Ok(hash.to_string())
}

/// An invoice with a preimage that the caller chose, which is noted until it is paid.
fn invoice(msat: &str, preimage: &str, channels: &ChannelManager, store: &FilesystemStore) -> Result<String> {
    let amount_msats = if msat == "any" { None } else { Some(msat.parse()?) };
    let preimage = <[u8; 32]>::from_hex(preimage).map_err(|_| "the preimage is not 64 hexadecimal digits")?;
    let payment_hash = PaymentHash::from(PaymentPreimage(preimage));
    preimages::keep(store, payment_hash, PaymentPreimage(preimage))?;
    let payment_hash = Some(payment_hash);
    let parameters = Bolt11InvoiceParameters { amount_msats, payment_hash, ..Default::default() };
    let invoice = channels.create_bolt11_invoice(parameters).map_err(|error| error.to_string())?;
    Ok(invoice.to_string())
}

/// Tells the node that runs in this folder, and returns its answer.
pub fn tell(folder: &Path, words: &[String]) -> Result<String> {
    let mut stream = std::os::unix::net::UnixStream::connect(path(folder))?;
    writeln!(stream, "{}", words.join(" "))?;
    let mut answer = String::new();
    BufReader::new(stream).read_line(&mut answer)?;
    match answer.trim_end() {
        "" => Err("the node gave no answer".into()),
        answer => match answer.strip_prefix("error: ") {
            Some(error) => Err(error.into()),
            None => Ok(answer.into()),
        },
    }
}
