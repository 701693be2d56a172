//! Attribution data: each hop's hold time, and HMACs by which the payer finds the hop at which something was changed.

use super::Implementation;
use super::keys::hmac_sha256;
use super::onion::xor;
use super::returning::{at_most, behind};
use super::wire::big_endian;
use crate::quirks::list::Quirk as Q;

/// The most hops of a route, for which there is room.
pub const HOPS: usize = 20;
/// The bytes of the hold times.
const TIMES: usize = 4 * HOPS;
/// The bytes of attribution data: hold times, and HMACs for 20, 19, 18 and so on places.
const ATTRIBUTION: usize = TIMES + 4 * HOPS * (HOPS + 1) / 2;

type Word = [u8; 4];

/// Attribution data, taken apart.
struct Attribution {
    times: Vec<Word>,
    /// For each hop its HMACs, that of the largest distance to the erring node first.
    hmacs: Vec<Vec<Word>>,
}

impl Attribution {
    /// Nothing if it does not have 920 bytes.
    fn read(bytes: &[u8]) -> Option<Self> {
        let (words, []) = bytes.as_chunks() else { return None };
        let (times, mut rest) = words.split_at_checked(HOPS).filter(|_| bytes.len() == ATTRIBUTION)?;
        let mut hmacs = Vec::new();
        for places in (1..=HOPS).rev() {
            let (own, others) = rest.split_at(places);
            hmacs.push(own.to_vec());
            rest = others;
        }
        Some(Self { times: times.to_vec(), hmacs })
    }

    fn write(&self) -> Vec<u8> {
        [&self.times[..], &self.hmacs.concat()].concat().concat()
    }

    /// `hmac_x_y`.
    fn hmac(&self, x: usize, y: usize) -> Word {
        self.hmacs[x][HOPS - 1 - x - y]
    }
}

/// What the payer learns.
pub struct Attributed {
    pub hold_times: Vec<u32>,
    pub invalid_hop: Option<usize>,
}

impl Implementation {
    /// XORs attribution data with the stream of a node.
    fn obfuscate_attribution(&self, secret: &[u8], data: &mut [u8]) {
        let stream = self.stream(&self.key("ammagext", secret), data.len());
        if self.has(Q::AttributionStreamRestartsAtHmacs) {
            let (times, hmacs) = data.split_at_mut(TIMES);
            xor(times, &stream);
            return xor(hmacs, &stream);
        }
        let range = self.vary(
            0..data.len(),
            [
                (Q::AttributionNotObfuscated, 0..0),
                (Q::OnlyHoldTimesObfuscated, 0..TIMES),
                (Q::OnlyAttributionHmacsObfuscated, TIMES..data.len()),
            ],
        );
        xor(&mut data[range.clone()], &stream[range]);
    }

    /// What an HMAC of attribution data covers of the packet. Nothing of it is there when the HTLC was fulfilled.
    fn covered_packet(&self, secret: &[u8], packet: Option<&[u8]>) -> Vec<u8> {
        let Some(packet) = packet else {
            return self.vary(
                Vec::new(),
                [(Q::FulfilmentHmacCoversZeros, vec![0; 32]), (Q::FulfilmentHmacCoversALength, vec![0; 2])],
            );
        };
        if self.has(Q::AttributionHmacOfObfuscatedPacket) {
            let mut obfuscated = packet.to_vec();
            self.obfuscate_return(secret, &mut obfuscated);
            return obfuscated;
        }
        let length = (packet.len() as u16).to_be_bytes();
        self.vary(
            packet.to_vec(),
            [
                (Q::AttributionHmacCoversPacketLength, [&length, packet].concat()),
                (Q::AttributionHmacWithoutReturnHmac, behind(packet, 32).to_vec()),
                (Q::AttributionHmacOfAtMost292Bytes, at_most(packet, 292).to_vec()),
                (Q::AttributionHmacWithoutPacket, Vec::new()),
            ],
        )
    }

    /// The HMACs of nodes behind that `hmac_0_y` covers.
    fn covered_hmacs(&self, data: &Attribution, y: usize) -> Vec<u8> {
        let place = |x| {
            self.vary(
                y - x,
                [
                    (Q::DownstreamHmacsOfPositionZero, 0),
                    (Q::DownstreamHmacsOfTheSamePosition, y.min(HOPS - 1 - x)),
                    (Q::DownstreamHmacsOfTheLongestRoute, HOPS - 1 - x),
                ],
            )
        };
        let mut covered: Vec<_> = (1..=y).map(|x| data.hmac(x, place(x))).collect();
        if self.has(Q::DownstreamHmacsInARow) {
            covered = data.hmacs[1..].concat()[..y].to_vec();
        }
        if self.has(Q::DownstreamHmacsReversed) {
            covered.reverse();
        }
        covered.truncate(self.vary(
            y,
            [
                (Q::DownstreamHmacsNotCovered, 0),
                (Q::OnlyTheNextHmacCovered, 1),
                (Q::LastDownstreamHmacNotCovered, y.saturating_sub(1)),
            ],
        ));
        covered.concat()
    }

    /// What the node of this secret writes as `hmac_0_y`, with what is covered of the packet.
    fn attribution_hmac(&self, secret: &[u8], packet: &[u8], data: &Attribution, y: usize) -> Word {
        let times = self.vary(
            y + 1,
            [
                (Q::LastHoldTimeNotCovered, y),
                (Q::OneMoreHoldTimeCovered, (y + 2).min(HOPS)),
                (Q::AllHoldTimesCovered, HOPS),
                (Q::OnlyOwnHoldTimeCovered, 1),
                (Q::HoldTimesNotCovered, 0),
            ],
        );
        let (times, hmacs) = (&data.times[..times].concat()[..], &self.covered_hmacs(data, y)[..]);
        let covered = self.vary(
            [packet, times, hmacs],
            [
                (Q::HoldTimesBeforePacket, [times, packet, hmacs]),
                (Q::DownstreamHmacsBeforeHoldTimes, [packet, hmacs, times]),
            ],
        );
        let label = self
            .vary("um", [(Q::AttributionHmacKeyIsMu, "mu"), (Q::AttributionHmacKeyIsAmmagext, "ammagext")]);
        let hmac = hmac_sha256(&self.key(label, secret), &covered.concat());
        let start = self.vary(0, [(Q::AttributionHmacLastBytes, 28)]);
        [hmac[start], hmac[start + 1], hmac[start + 2], hmac[start + 3]]
    }

    /// A hold time as it is written.
    fn written_hold_time(&self, time: u32) -> Word {
        let time = self.vary(
            time,
            [
                (Q::HoldTimeInMilliseconds, time.saturating_mul(100)),
                (Q::HoldTimeInSeconds, time / 10),
                (Q::HoldTimeIn16Bits, time & 0xffff),
                (Q::HoldTimeAtMost16Bits, time.min(0xffff)),
            ],
        );
        if self.has(Q::HoldTimeLittleEndian) { time.to_le_bytes() } else { time.to_be_bytes() }
    }

    /// Attribution data with a place in front, from which on all that is known lies one hop further behind.
    fn shifted(&self, old: Attribution) -> Attribution {
        let mut times = old.times.clone();
        if !self.has(Q::HoldTimesNotShifted) && !self.has(Q::HoldTimePutAtTheEnd) {
            times.rotate_right(1);
        }
        let mut hmacs = vec![vec![[0; 4]; HOPS]];
        if self.has(Q::AttributionHmacsNotShifted) {
            hmacs.extend_from_slice(&old.hmacs[1..]);
        } else if self.has(Q::AttributionHmacsNotPruned) {
            let mut rest = old.hmacs.concat().into_iter();
            hmacs.extend((1..HOPS).rev().map(|places| rest.by_ref().take(places).collect()));
        } else {
            let last = self.has(Q::LastHmacOfEachHopPruned);
            let pruned = |own: &Vec<Word>| {
                if last { own[..own.len() - 1].to_vec() } else { own[1..].to_vec() }
            };
            hmacs.extend(old.hmacs[..HOPS - 1].iter().map(pruned));
        }
        if self.has(Q::ShiftLosesTheLastHop) {
            times[HOPS - 1] = [0; 4];
            hmacs[HOPS - 1] = vec![[0; 4]];
        }
        Attribution { times, hmacs }
    }

    /// What a node makes of the attribution data that came from downstream. Nothing if that does not have 920 bytes.
    pub(super) fn update_attribution(
        &self,
        secret: &[u8],
        hold_time: u32,
        packet: Option<&[u8]>,
        received: Option<&[u8]>,
    ) -> Option<Vec<u8>> {
        let ignored = self.has(Q::ReceivedAttributionIgnored)
            || packet.is_none() && self.has(Q::FulfilmentStartsAttributionAnew);
        let mut old = received.filter(|_| !ignored).map_or_else(|| vec![0; ATTRIBUTION], <[u8]>::to_vec);
        if received.is_none() && self.has(Q::MissingAttributionStaysZero) {
            self.obfuscate_attribution(secret, &mut old);
            return Some(old);
        }
        let own_in_clear = self.has(Q::AttributionObfuscatedBeforeTheUpdate);
        if own_in_clear && old.len() == ATTRIBUTION {
            self.obfuscate_attribution(secret, &mut old);
        }
        let mut data = self.shifted(Attribution::read(&old)?);
        let place = self.vary(0, [(Q::HoldTimePutAtTheEnd, HOPS - 1)]);
        data.times[place] = self.written_hold_time(hold_time);
        let covered = self.covered_packet(secret, packet);
        let mut own: Vec<_> =
            (0..HOPS).rev().map(|y| self.attribution_hmac(secret, &covered, &data, y)).collect();
        if self.has(Q::AttributionHmacsFromPositionZero) {
            own.reverse();
        }
        if received.is_none() && self.has(Q::RedundantHmacsLeftOut) {
            own[..HOPS - 1].fill([0; 4]);
        }
        data.hmacs[0] = own;
        let mut written = data.write();
        if !own_in_clear {
            self.obfuscate_attribution(secret, &mut written);
        }
        Some(written)
    }

    /// Attribution data as the hop behind sent it. The places that were pruned are zeros, and none of them is read.
    fn shifted_back(&self, mut data: Attribution) -> Attribution {
        if !self.has(Q::HoldTimesNotShiftedBack) {
            data.times.remove(0);
            data.times.push([0; 4]);
        }
        data.hmacs.remove(0);
        data.hmacs.push(Vec::new());
        for own in &mut data.hmacs {
            let gap = if self.has(Q::ShiftBackLeavesNoGap) { own.len() } else { 0 };
            own.insert(gap, [0; 4]);
        }
        data
    }

    /// How many hops are behind a hop, as its HMAC is chosen.
    fn position(&self, hop: usize, hops: usize, failing: Option<usize>) -> usize {
        let position = hops - 1 - hop;
        let position = self.vary(
            position,
            [
                (Q::AttributionPositionOneMore, position + 1),
                (Q::AttributionPositionOneLess, position.saturating_sub(1)),
                (Q::AttributionPositionFromThePayer, hop),
                (Q::AttributionPositionOfTheLongestRoute, HOPS - 1),
                (
                    Q::AttributionPositionFromTheFailingHop,
                    failing.map_or(position, |failing| failing.saturating_sub(hop)),
                ),
            ],
        );
        position.min(HOPS - 1)
    }

    /// The hop that made the packet, for those that must know it before they read attribution data.
    fn failing_hop(&self, secrets: &[[u8; 32]], packet: Option<&[u8]>) -> Option<usize> {
        let mut packet = packet?.to_vec();
        secrets.iter().position(|secret| {
            self.obfuscate_return(secret, &mut packet);
            self.made_by(secret, &packet)
        })
    }

    /// Takes a hop's stream off the packet; what the hop's attribution HMAC covers of it.
    fn unwrapped(&self, secret: &[u8], packet: &mut Option<Vec<u8>>) -> Vec<u8> {
        if self.has(Q::AttributedPacketNotUnwrapped) {
            return self.covered_packet(secret, packet.as_deref());
        }
        let as_it_came = packet.clone();
        if let Some(packet) = packet {
            self.obfuscate_return(secret, packet);
        }
        let late = self.has(Q::AttributedPacketUnwrappedTooLate);
        self.covered_packet(secret, if late { as_it_came.as_deref() } else { packet.as_deref() })
    }

    /// What the payer reads. Nothing if the data does not have 920 bytes.
    pub(super) fn open_attribution(
        &self,
        secrets: &[[u8; 32]],
        packet: Option<&[u8]>,
        data: &[u8],
    ) -> Option<Attributed> {
        let failing = self.failing_hop(secrets, packet);
        let mut read = Attributed { hold_times: Vec::new(), invalid_hop: None };
        let mut data = Attribution::read(data)?.write();
        let mut packet = packet.map(<[u8]>::to_vec);
        if packet.is_some() && failing.is_none() && self.has(Q::UnknownSourceHidesHoldTimes) {
            return Some(read);
        }
        for (hop, secret) in secrets.iter().enumerate() {
            let here = failing == Some(hop);
            if here && self.has(Q::FailingHopNotRead) {
                break;
            }
            let covered = self.unwrapped(secret, &mut packet);
            self.obfuscate_attribution(secret, &mut data);
            let clear = Attribution::read(&data)?;
            let y = self.position(hop, secrets.len(), failing);
            let (given, hmac) = (clear.hmac(0, y), self.attribution_hmac(secret, &covered, &clear, y));
            let valid = given == hmac
                || given[..2] == hmac[..2] && self.has(Q::AttributionHmacComparedIn2Bytes)
                || here && self.has(Q::FailingHopNotVerified)
                || self.has(Q::AttributionHmacNotChecked);
            if !valid {
                read.invalid_hop.get_or_insert(hop);
            }
            let counts = valid && (read.invalid_hop.is_none() || self.has(Q::ReadsOnAfterAWrongHmac));
            if counts || self.has(Q::InvalidHopsHoldTimeRead) {
                read.hold_times.push(self.read_hold_time(&clear.times[0]));
            }
            let last = !valid && !self.has(Q::ReadsOnAfterAWrongHmac);
            if last || here && !self.has(Q::ReadsOnBehindTheFailingHop) {
                break;
            }
            data = self.shifted_back(clear).write();
        }
        Some(self.reported(read))
    }

    fn read_hold_time(&self, word: &Word) -> u32 {
        let time = big_endian(word) as u32;
        self.vary(
            time,
            [
                (Q::HoldTimeReadLittleEndian, time.swap_bytes()),
                (Q::HoldTimeReadAsMilliseconds, time.saturating_mul(100)),
                (Q::HoldTimeReadIn16Bits, time & 0xffff),
            ],
        )
    }

    /// The answer, as a quirk may spoil it at the end.
    fn reported(&self, mut read: Attributed) -> Attributed {
        if self.has(Q::HoldTimesLastHopFirst) {
            read.hold_times.reverse();
        }
        if self.has(Q::ZeroHoldTimesLeftOut) {
            read.hold_times.retain(|time| *time != 0);
        }
        if let Some(hop) = read.invalid_hop {
            if self.has(Q::WrongHmacHidesHoldTimes) {
                read.hold_times.clear();
            }
            read.invalid_hop = self.vary(
                Some(hop),
                [
                    (Q::InvalidHopCountedFrom1, Some(hop + 1)),
                    (Q::InvalidHopIsTheOneBefore, Some(hop.saturating_sub(1))),
                    (Q::InvalidHopNotNamed, None),
                ],
            );
        }
        read
    }
}
