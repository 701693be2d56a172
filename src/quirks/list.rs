//! The quirks, each with a sentence on what it does, under the place in the specs that it breaks.

macro_rules! quirks {
    ($($spec:literal: $(#[doc = $about:literal] $variant:ident = $name:literal $(, equivalent $why:literal)?;)+)+) => {
        /// A seeded bug.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Quirk {
            $($(#[doc = $about] $variant),+),+
        }

        impl Quirk {
            /// All of them, in the order of the operations.
            pub const ALL: &[Self] = &[$($(Self::$variant),+),+];

            /// Its name.
            pub const fn name(self) -> &'static str {
                match self {
                    $($(Self::$variant => $name),+),+
                }
            }

            /// What an implementation with it does, in a sentence.
            pub fn about(self) -> &'static str {
                match self {
                    $($(Self::$variant => $about),+),+
                }
                .trim()
            }

            /// Where what it breaks is written, in the form of a case's `spec`.
            pub const fn spec(self) -> &'static str {
                match self {
                    $($(Self::$variant => $spec),+),+
                }
            }

            /// Why no case can find it, if none can.
            pub const fn equivalent(self) -> Option<&'static str> {
                match self {
                    $($(Self::$variant => quirks!(@why $($why)?)),+),+
                }
            }
        }
    };
    (@why) => { None };
    (@why $why:literal) => { Some($why) };
}

const WORDS: usize = Quirk::ALL.len().div_ceil(64);

/// A set of quirks.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Quirks([u64; WORDS]);

impl Quirks {
    /// The empty set.
    pub const NONE: Self = Self([0; WORDS]);

    /// Whether it is in the set.
    pub const fn contains(&self, quirk: Quirk) -> bool {
        self.0[quirk as usize / 64] >> (quirk as usize % 64) & 1 == 1
    }

    /// The set with this one too.
    pub const fn with(mut self, quirk: Quirk) -> Self {
        self.0[quirk as usize / 64] |= 1 << (quirk as usize % 64);
        self
    }
}

quirks! {
    "01-messaging.md:605-801":
        /// Reads a BigSize of 0 where there are no bytes.
        BigSizeEmptyIsZero = "bigsize-empty-is-zero";
        /// Reads `fd` as a value of one byte.
        BigSizeMarkerFdIsAValue = "bigsize-marker-fd-is-a-value";
        /// Reads missing bytes of a BigSize as zeros.
        BigSizeTruncatedReadAsZeros = "bigsize-truncated-read-as-zeros";
        /// Reads a BigSize as little-endian, like Bitcoin's CompactSize.
        BigSizeLittleEndian = "bigsize-little-endian";
        /// Keeps the low 32 bits of a BigSize of 9 bytes.
        BigSizeCutTo32Bits = "bigsize-cut-to-32-bits";
        /// Keeps a BigSize of 9 bytes in a double, which loses bits above 2^53.
        BigSizeThroughDouble = "bigsize-through-double";
        /// Rejects the smallest value of each longer form: 253, 2^16 and 2^32.
        BigSizeSmallestRejected = "bigsize-smallest-rejected";
        /// Reads 64 bits as signed and rejects negative values.
        BigSizeSigned = "bigsize-signed";
        /// Writes 253 in one byte.
        BigSizeWritesFdInOneByte = "bigsize-writes-fd-in-one-byte";
        /// Writes 65535 in 5 bytes.
        BigSizeWritesFfffInFiveBytes = "bigsize-writes-ffff-in-five-bytes";
        /// Writes 2^32 - 1 in 9 bytes.
        BigSizeWritesFfffffffInNineBytes = "bigsize-writes-ffffffff-in-nine-bytes";
        /// Writes the low 32 bits of a larger value.
        BigSizeWritesOnly32Bits = "bigsize-writes-only-32-bits";
        /// Writes a BigSize as little-endian.
        BigSizeWritesLittleEndian = "bigsize-writes-little-endian";
    "01-messaging.md:600-603":
        /// Accepts a BigSize in a longer form than it needs.
        BigSizeNotMinimalAccepted = "bigsize-not-minimal-accepted";
        /// Does not check that a BigSize of 5 bytes is minimal.
        BigSizeNotMinimalFeAccepted = "bigsize-not-minimal-fe-accepted";
        /// Does not check that a BigSize of 9 bytes is minimal.
        BigSizeNotMinimalFfAccepted = "bigsize-not-minimal-ff-accepted";
        /// Accepts any BigSize of 3 bytes as minimal unless its value is 0.
        BigSizeNotMinimalOnlyZeroChecked = "bigsize-not-minimal-only-zero-checked";
    "01-messaging.md:237-241":
        /// Accepts 8 bytes for a tu32.
        Tu32TakesEightBytes = "tu32-takes-eight-bytes";
        /// Does not limit the length of a truncated integer.
        TruncatedIntegerTooLongAccepted = "truncated-integer-too-long-accepted";
        /// Accepts leading zero bytes in a truncated integer.
        TruncatedIntegerLeadingZeroAccepted = "truncated-integer-leading-zero-accepted";
        /// Accepts a zero that is written as one byte.
        TruncatedIntegerZeroAsByteAccepted = "truncated-integer-zero-as-byte-accepted";
        /// Accepts leading zeros in a truncated integer of full width.
        TruncatedIntegerFullWidthAccepted = "truncated-integer-full-width-accepted";
        /// Rejects a zero that is written as no bytes.
        TruncatedIntegerEmptyRejected = "truncated-integer-empty-rejected";
        /// Rejects a tu64 of 8 bytes.
        TruncatedIntegerOfEightBytesRejected = "truncated-integer-of-eight-bytes-rejected";
        /// Reads truncated integers as little-endian.
        TruncatedIntegerLittleEndian = "truncated-integer-little-endian";
        /// Keeps the low 32 bits of a longer truncated integer.
        TruncatedIntegerCutTo32Bits = "truncated-integer-cut-to-32-bits";
        /// Writes truncated integers in full width.
        TruncatedIntegerWrittenInFull = "truncated-integer-written-in-full";
        /// Writes zero as one zero byte.
        TruncatedIntegerZeroWrittenAsByte = "truncated-integer-zero-written-as-byte";
        /// Drops zero bytes at the end of an integer instead of those at its start.
        TruncatedIntegerTrailingZerosDropped = "truncated-integer-trailing-zeros-dropped";
    "01-messaging.md:160-163":
        /// Keeps the low 32 bits of a type.
        TypeTruncatedToU32 = "type-truncated-to-u32";
        /// Keeps the low 16 bits of a type.
        TypeTruncatedToU16 = "type-truncated-to-u16";
        /// Ignores a single byte at the end of a stream.
        LastLoneByteIgnored = "last-lone-byte-ignored";
        /// Treats zero bytes at the end of a stream as padding.
        TrailingZerosIgnored = "trailing-zeros-ignored";
        /// Treats a truncated type as the end of the stream.
        TruncatedTypeEndsTheStream = "truncated-type-ends-the-stream";
        /// Rejects a stream without records.
        EmptyStreamRejected = "empty-stream-rejected";
        /// Stops reading after the keysend record.
        StreamEndsAtTheKeysendRecord = "stream-ends-at-the-keysend-record";
    "01-messaging.md:164-166":
        /// Does not ask for increasing types in payments of invoices.
        OrderNotAskedForInvoices = "order-not-asked-for-invoices";
        /// Does not ask for increasing types in shared-secret payments.
        OrderNotAskedForSharedSecrets = "order-not-asked-for-shared-secrets";
        /// Does not ask for increasing types in payloads of HTLCs to be forwarded.
        OrderNotAskedWhenForwarding = "order-not-asked-when-forwarding";
        /// Accepts the same type twice in a row.
        TypeTwiceAccepted = "type-twice-accepted";
        /// Accepts types in any order, as long as none occurs twice.
        TypesOutOfOrderAccepted = "types-out-of-order-accepted";
        /// Compares types as signed 64-bit integers.
        TypesComparedAsSigned = "types-compared-as-signed";
        /// Compares the low 32 bits of types.
        TypesComparedIn32Bits = "types-compared-in-32-bits";
        /// Compares types as doubles, in which some above 2^53 are equal.
        TypesComparedAsDoubles = "types-compared-as-doubles";
        /// Compares each type with the first one instead of the previous one.
        TypesComparedWithTheFirst = "types-compared-with-the-first";
        /// Ignores odd types when it checks the order.
        OddTypesForgottenInOrder = "odd-types-forgotten-in-order";
        /// Rejects a type of several bytes after a type of one byte.
        TypesMustBeNeighboursInWidth = "types-must-be-neighbours-in-width";
        /// Starts the comparison at 0, so that a first type of 0 is out of order.
        FirstTypeZeroIsNotIncreasing = "first-type-zero-is-not-increasing";
    "01-messaging.md:167-168":
        /// Reads a missing length as 0.
        LengthMissingIsZero = "length-missing-is-zero";
        /// Keeps the low 8 bits of a length.
        LengthTruncatedToU8 = "length-truncated-to-u8";
        /// Keeps the low 16 bits of a length.
        LengthTruncatedToU16 = "length-truncated-to-u16";
        /// Keeps the low 32 bits of a length.
        LengthTruncatedToU32 = "length-truncated-to-u32";
        /// Reads a length as signed and a negative one as 0.
        NegativeLengthIsZero = "negative-length-is-zero";
        /// Takes the bytes that are left when a length is larger.
        ValueCutShortAccepted = "value-cut-short-accepted";
        /// Accepts a length that is one more than the bytes that are left.
        ValueMayMissOneByte = "value-may-miss-one-byte";
        /// Treats a value as empty when all of its bytes are missing.
        ValueMissingAccepted = "value-missing-accepted";
        /// Adds offset and length in 64 bits before it compares them with the end.
        LengthSumWraps = "length-sum-wraps";
    "01-messaging.md:162-163":
        /// Does not ask for minimal types and lengths in payments of invoices.
        MinimalityNotAskedForInvoices = "minimality-not-asked-for-invoices";
        /// Does not ask for minimal types and lengths in shared-secret payments.
        MinimalityNotAskedForSharedSecrets = "minimality-not-asked-for-shared-secrets";
        /// Does not ask for minimal types and lengths in payloads of HTLCs to be forwarded.
        MinimalityNotAskedWhenForwarding = "minimality-not-asked-when-forwarding";
        /// Does not check that a length is minimal.
        LengthNotMinimalAccepted = "length-not-minimal-accepted";
        /// Writes the length of a record in one byte, whatever it is.
        RecordLengthInOneByte = "record-length-in-one-byte";
    "01-messaging.md:178-179":
        /// Refuses payloads of more than 64 records.
        ManyRecordsRefused = "many-records-refused";
        /// Returns unknown odd records as if it knew them.
        UnknownOddKept = "unknown-odd-kept";
        /// Rejects unknown odd types.
        UnknownOddRejected = "unknown-odd-rejected";
        /// Rejects unknown odd types below 65536.
        UnknownOddBelow65536Rejected = "unknown-odd-below-65536-rejected";
        /// Rejects unknown records of more than 640 bytes, as if they were an invoice's description.
        CustomRecordsOfAtMost640Bytes = "custom-records-of-at-most-640-bytes";
        /// Rejects unknown odd types of 2^63 and above.
        UnknownOddAbove63BitsRejected = "unknown-odd-above-63-bits-rejected";
    "01-messaging.md:175-177":
        /// Lets unknown even records pass in payments of invoices.
        UnknownEvenNotAskedForInvoices = "unknown-even-not-asked-for-invoices";
        /// Lets unknown even records pass in shared-secret payments.
        UnknownEvenNotAskedForSharedSecrets = "unknown-even-not-asked-for-shared-secrets";
        /// Lets unknown even records pass in payloads of HTLCs to be forwarded.
        UnknownEvenNotAskedWhenForwarding = "unknown-even-not-asked-when-forwarding";
        /// Reads the parity of a type from its first encoded byte.
        ParityOfTheFirstByte = "parity-of-the-first-byte";
        /// Keeps types in doubles, in which all above 2^53 are even.
        ParityOfADouble = "parity-of-a-double";
        /// Ignores unknown even types.
        UnknownEvenAccepted = "unknown-even-accepted";
        /// Ignores unknown even types from 256 on.
        CustomTypesFrom256 = "custom-types-from-256";
        /// Ignores the even type 65534, the last below the custom ones.
        UnknownEvenBelow65536Off = "unknown-even-below-65536-off";
        /// Does not count 65536 as a custom type where even custom records are accepted.
        CustomTypesFrom65537 = "custom-types-from-65537";
        /// Accepts even custom records in every namespace, not only in payloads.
        CustomEvenPolicyInEveryNamespace = "custom-even-policy-in-every-namespace";
        /// Does the opposite of its policy for even custom records.
        CustomEvenPolicyInverted = "custom-even-policy-inverted";
    "01-messaging.md:171-172":
        /// Lets known records have any length in payments of invoices.
        LengthsNotAskedForInvoices = "lengths-not-asked-for-invoices";
        /// Lets known records have any length in shared-secret payments.
        LengthsNotAskedForSharedSecrets = "lengths-not-asked-for-shared-secrets";
        /// Lets known records have any length in payloads of HTLCs to be forwarded.
        LengthsNotAskedWhenForwarding = "lengths-not-asked-when-forwarding";
        /// Rejects an empty value where any length is allowed.
        EmptyBytesRejected = "empty-bytes-rejected";
        /// Does not check the length of values of a fixed length.
        FixedLengthNotChecked = "fixed-length-not-checked";
        /// Cuts values that are longer than their fixed length.
        FixedLengthIsAMinimum = "fixed-length-is-a-minimum";
        /// Cuts a short channel id of more than 8 bytes.
        LongShortChannelIdAccepted = "long-short-channel-id-accepted";
        /// Ignores payment_data of less than 32 bytes.
        ShortPaymentDataIgnored = "short-payment-data-ignored";
        /// Rejects payment_data whose total is 0, written as no bytes.
        PaymentDataNeedsATotal = "payment-data-needs-a-total";
        /// Requires all 8 bytes of the total in payment_data.
        PaymentDataTotalInFull = "payment-data-total-in-full";
        /// Ignores bytes after a point.
        LongPointAccepted = "long-point-accepted";
        /// Accepts a point without the fields that follow it.
        FieldsBehindPointOptional = "fields-behind-point-optional";
    "blip-0003.md:29-31":
        /// Cuts a preimage of more than 32 bytes.
        LongPreimageCut = "long-preimage-cut";
        /// Pads a preimage of less than 32 bytes with zeros at its end.
        ShortPreimagePadded = "short-preimage-padded";
        /// Pads a preimage of less than 32 bytes with zeros at its start.
        ShortPreimagePaddedInFront = "short-preimage-padded-in-front";
        /// Ignores a keysend record of a wrong length.
        WrongPreimageLengthIgnored = "wrong-preimage-length-ignored";
        /// Hashes a preimage of any length.
        PreimageOfAnyLength = "preimage-of-any-length";
    "01-messaging.md:169-172":
        /// Does not check that a point is valid.
        PointInRecordNotChecked = "point-in-record-not-checked";
        /// Checks only the prefix of a point.
        PointInRecordPrefixOnly = "point-in-record-prefix-only";
    "01-messaging.md:244-248":
        /// Lets amounts be above 21 million bitcoin in payments of invoices.
        BoundsNotAskedForInvoices = "bounds-not-asked-for-invoices";
        /// Lets amounts be above 21 million bitcoin in shared-secret payments.
        BoundsNotAskedForSharedSecrets = "bounds-not-asked-for-shared-secrets";
        /// Lets amounts be above 21 million bitcoin in payloads of HTLCs to be forwarded.
        BoundsNotAskedWhenForwarding = "bounds-not-asked-when-forwarding";
        /// Does not check the total in payment_data: neither its form nor its limit.
        PaymentDataTotalNotChecked = "payment-data-total-not-checked";
        /// Rejects an amount of 21 million bitcoin.
        AmountLimitOneTooLow = "amount-limit-one-too-low";
        /// Accepts amounts above 21 million bitcoin.
        AmountLimitMissing = "amount-limit-missing";
        /// Accepts one msat more than 21 million bitcoin.
        AmountLimitOneTooHigh = "amount-limit-one-too-high";
        /// Accepts amounts below 2^63.
        AmountLimitIs63Bits = "amount-limit-is-63-bits";
        /// Compares an amount with the limit as signed, so that 2^63 and above pass.
        AmountComparedAsSigned = "amount-compared-as-signed";
        /// Rejects amounts of 2^32 and above.
        AmountAbove32BitsRejected = "amount-above-32-bits-rejected";
    "01-messaging.md:258":
        /// Accepts an uncompressed point of 65 bytes.
        UncompressedPublicKeyAccepted = "uncompressed-public-key-accepted";
        /// Accepts a hybrid point of 65 bytes.
        HybridPublicKeyAccepted = "hybrid-public-key-accepted";
        /// Accepts a bare x coordinate of 32 bytes.
        XOnlyPublicKeyAccepted = "x-only-public-key-accepted";
        /// Cuts a public key of more than 33 bytes.
        LongPublicKeyCut = "long-public-key-cut";
        /// Ignores a zero byte between the prefix and x.
        ZeroBeforeXIgnored = "zero-before-x-ignored";
        /// Pads an x of less than 32 bytes at its start.
        ShortXPadded = "short-x-padded";
        /// Looks only at the last bit of a point's prefix.
        PublicKeyPrefixNotChecked = "public-key-prefix-not-checked";
        /// Accepts 33 bytes with the prefix 04 to 07.
        PublicKeyPrefix04Accepted = "public-key-prefix-04-accepted";
        /// Accepts 33 bytes with the prefix 00 or 01.
        PublicKeyPrefix00Accepted = "public-key-prefix-00-accepted";
        /// Takes the point with even y, whatever the prefix says.
        PublicKeyParityLost = "public-key-parity-lost";
        /// Reduces an x coordinate of p or more modulo p.
        PublicKeyXReduced = "public-key-x-reduced";
        /// Continues with an x coordinate that is on the twist.
        PublicKeyNotOnCurveAccepted = "public-key-not-on-curve-accepted";
    "04-onion-routing.md:711-726":
        /// Pads a secret key of less than 32 bytes at its start.
        ShortSecretKeyPadded = "short-secret-key-padded";
        /// Cuts a secret key of more than 32 bytes.
        LongSecretKeyCut = "long-secret-key-cut";
        /// Ignores a zero byte before a secret key of 32 bytes.
        ZeroBeforeSecretKeyIgnored = "zero-before-secret-key-ignored";
        /// Accepts a secret key of zero.
        SecretKeyZeroAccepted = "secret-key-zero-accepted";
        /// Accepts the group order as a secret key.
        SecretKeyNAccepted = "secret-key-n-accepted";
        /// Accepts secret keys above the group order.
        SecretKeyAboveNReduced = "secret-key-above-n-reduced";
        /// Hashes the shared point with the prefix 02, whatever its y.
        SharedPointAlwaysEven = "shared-point-always-even";
        /// Hashes the shared point with the other prefix.
        SharedPointParityInverted = "shared-point-parity-inverted";
        /// Hashes x without a prefix.
        SharedSecretHashesXOnly = "shared-secret-hashes-x-only";
        /// Hashes the uncompressed shared point.
        SharedSecretHashesUncompressed = "shared-secret-hashes-uncompressed";
        /// Hashes x and y without a prefix.
        SharedSecretHashesXAndY = "shared-secret-hashes-x-and-y";
        /// Leaves out leading zero bytes of the shared x before it hashes.
        SharedSecretHashesXWithoutZeros = "shared-secret-hashes-x-without-zeros";
        /// Hashes x before the prefix.
        SharedSecretPrefixBehindX = "shared-secret-prefix-behind-x";
        /// Uses the bare x as BOLT 4's secret.
        SharedSecretNotHashed = "shared-secret-not-hashed";
        /// Hashes the shared point twice.
        SharedSecretHashedTwice = "shared-secret-hashed-twice";
        /// Returns the hash of the shared point in reverse order.
        SharedSecretReversed = "shared-secret-reversed";
    "lightning-dev 2019-06-09":
        /// Leaves out leading zero bytes of the bare x.
        BareXWithoutZeros = "bare-x-without-zeros";
        /// Returns the bare x as little-endian.
        BareXLittleEndian = "bare-x-little-endian";
        /// Returns y instead of x.
        BareXIsY = "bare-x-is-y";
        /// Derives the preimage according to the other profile.
        ProfilesSwapped = "profiles-swapped";
        /// Uses the secret itself as the preimage.
        SecretIsThePreimage = "secret-is-the-preimage";
        /// Hashes the secret twice for the preimage.
        SecretHashedTwice = "secret-hashed-twice";
        /// Hashes the secret as hex digits.
        SecretHashedAsHex = "secret-hashed-as-hex";
        /// Derives the preimage from the first hop's secret.
        SecretOfTheFirstHop = "secret-of-the-first-hop";
        /// Derives the preimage with the session key that is not blinded for the last hop.
        SecretOfTheUnblindedSessionKey = "secret-of-the-unblinded-session-key";
        /// Derives the preimage from the secret of the hop before the last.
        SecretOfTheHopBeforeTheLast = "secret-of-the-hop-before-the-last";
        /// Sends the preimage in a keysend record as well.
        SharedSecretPaymentHasARecord = "shared-secret-payment-has-a-record";
        /// Accepts shared-secret payments while they are switched off.
        SharedSecretAlwaysOn = "shared-secret-always-on";
        /// Falls back to the shared secret when the keysend record does not fit.
        SharedSecretBesideAWrongRecord = "shared-secret-beside-a-wrong-record";
        /// Never tries the shared secret.
        SharedSecretNotTried = "shared-secret-not-tried";
        /// Lets several shared-secret payments form a set.
        SharedSecretInParts = "shared-secret-in-parts";
        /// Refuses shared-secret payments while keysend is switched off.
        KeysendSettingRefusesSharedSecret = "keysend-setting-refuses-shared-secret";
    "04-onion-routing.md:102-133":
        /// Starts ChaCha20 with a nonce of 1.
        NonceIsOne = "nonce-is-one";
        /// Starts ChaCha20 at block 1.
        StreamStartsAtBlockOne = "stream-starts-at-block-one";
        /// Swaps the keys rho and mu.
        RhoAndMuSwapped = "rho-and-mu-swapped";
        /// Authenticates with the key um, which is for failures.
        MuKeyIsUm = "mu-key-is-um";
        /// Authenticates with rho, the key that deciphers.
        MuKeyIsRho = "mu-key-is-rho";
        /// Ends the key types with a zero byte.
        KeyLabelWithNul = "key-label-with-nul",
            equivalent "HMAC pads a short key with zero bytes, so that one more changes nothing";
        /// Uses the secret as the HMAC's key and the type as its message.
        KeyHmacSwapped = "key-hmac-swapped";
        /// Hashes type and secret instead of computing an HMAC.
        KeyIsPlainHash = "key-is-plain-hash";
        /// Leaves out leading zero bytes of the secret when it makes a key.
        KeyOfSecretWithoutZeros = "key-of-secret-without-zeros";
    "04-onion-routing.md:728-744":
        /// Hashes the secret before the ephemeral key.
        BlindingFactorSecretFirst = "blinding-factor-secret-first";
        /// Hashes the secret alone for the blinding factor.
        BlindingFactorWithoutKey = "blinding-factor-without-key";
        /// Hashes the ephemeral key without its prefix.
        BlindingFactorFromXOnly = "blinding-factor-from-x-only";
        /// Leaves out leading zero bytes of the ephemeral key's x when it hashes.
        BlindingFactorXWithoutZeros = "blinding-factor-x-without-zeros";
        /// Leaves out leading zero bytes of the secret when it hashes.
        BlindingFactorSecretWithoutZeros = "blinding-factor-secret-without-zeros";
        /// Moves leading zero bytes of the blinding factor to its end.
        BlindingFactorZerosAtTheEnd = "blinding-factor-zeros-at-the-end";
        /// Uses the session key for every hop.
        SessionKeyNotBlinded = "session-key-not-blinded";
        /// Adds the blinding factor instead of multiplying by it.
        SessionKeyBlindedByAddition = "session-key-blinded-by-addition";
        /// Blinds the session key by the last factor only, not by all.
        SessionKeyBlindedOnlyOnce = "session-key-blinded-only-once";
        /// Blinds the key that was tweaked with the path key for the next hop.
        NextKeyFromTweakedKey = "next-key-from-tweaked-key";
        /// Hands its own ephemeral key on to the next hop.
        NextKeyNotBlinded = "next-key-not-blinded";
    "04-onion-routing.md:746-900":
        /// Leaves the associated data out of the HMAC.
        HmacWithoutAssociatedData = "hmac-without-associated-data";
        /// Puts the associated data before the hop payloads in the HMAC.
        HmacAssociatedDataFirst = "hmac-associated-data-first";
        /// Starts from the rho key of the session key instead of pad.
        PadFromRho = "pad-from-rho";
        /// Starts from the pad key of the first hop's secret.
        PadFromTheSharedSecret = "pad-from-the-shared-secret";
        /// Starts from 1300 zero bytes, which tells the last hop how long the route is.
        PadWithZeros = "pad-with-zeros";
        /// Gives the last hop a next_hmac that is not zero.
        LastHmacNotZero = "last-hmac-not-zero";
        /// Covers the associated data with the last hop's HMAC only.
        AssociatedDataOnlyAtTheLastHop = "associated-data-only-at-the-last-hop";
        /// Shows the first hop the last hop's ephemeral key.
        PacketShowsTheLastKey = "packet-shows-the-last-key";
        /// Writes version 1.
        VersionOneWritten = "version-one-written";
    "04-onion-routing.md:965-1023":
        /// Makes filler for the last hop too.
        FillerCoversTheLastHop = "filler-covers-the-last-hop";
        /// Makes filler of 65 bytes per hop, as for the legacy format.
        FillerShiftsBy65 = "filler-shifts-by-65";
        /// Obfuscates the filler with the start of the stream.
        FillerStreamFromTheStart = "filler-stream-from-the-start";
        /// Counts one byte for the length of each payload when it makes filler.
        FillerForgetsLongPrefixes = "filler-forgets-long-prefixes";
        /// Writes no filler.
        FillerMissing = "filler-missing";
    "04-onion-routing.md:184":
        /// Writes the payload's length in 3 bytes, whatever it is.
        PayloadLengthAlwaysThreeBytes = "payload-length-always-three-bytes";
        /// Writes the payload's length in one byte, whatever it is.
        PayloadLengthInOneByte = "payload-length-in-one-byte";
        /// Counts the HMAC in the payload's length.
        PayloadLengthCountsHmac = "payload-length-counts-hmac";
        /// Builds payloads of 0 and 1 bytes.
        ReservedPayloadLengthBuilt = "reserved-payload-length-built";
        /// Builds payloads of 1 byte.
        PayloadOfOneByteBuilt = "payload-of-one-byte-built";
    "04-onion-routing.md:150-152":
        /// Refuses payloads that fill all 1300 bytes.
        PayloadsMayNotFillThePacket = "payloads-may-not-fill-the-packet";
        /// Refuses routes of more than 20 hops, as for the legacy format.
        RouteOfAtMost20Hops = "route-of-at-most-20-hops";
        /// Refuses routes of more than 26 hops.
        RouteOfAtMost26Hops = "route-of-at-most-26-hops";
        /// Builds a packet of payloads that need 1301 bytes.
        PayloadsOneByteTooLongBuilt = "payloads-one-byte-too-long-built";
        /// Forgets the HMACs when it checks whether payloads fit.
        PayloadSizeCheckForgetsHmacs = "payload-size-check-forgets-hmacs";
    "04-onion-routing.md:138-141":
        /// Cuts a packet of more than 1366 bytes.
        LongPacketCut = "long-packet-cut";
        /// Pads a packet of less than 1366 bytes.
        ShortPacketPadded = "short-packet-padded";
    "04-onion-routing.md:912-913":
        /// Does not look at the version.
        VersionNotChecked = "version-not-checked";
        /// Reads version 1 like version 0.
        VersionOneRead = "version-one-read";
    "04-onion-routing.md:922-927":
        /// Ignores the path key when it peels.
        PathKeyIgnored = "path-key-ignored";
        /// Tweaks with the key blinding instead of blinded_node_id.
        PathKeyTweakIsBlinding = "path-key-tweak-is-blinding";
    "04-onion-routing.md:928-933":
        /// Does not check the HMAC.
        HmacNotChecked = "hmac-not-checked";
        /// Accepts an HMAC that was made without the associated data as well.
        HmacWithoutAssociatedDataAccepted = "hmac-without-associated-data-accepted";
        /// Compares the first 4 bytes of the HMAC.
        HmacComparedByPrefix = "hmac-compared-by-prefix";
        /// Does not compare the first byte of the HMAC.
        HmacComparedBySuffix = "hmac-compared-by-suffix";
        /// Accepts an HMAC of zeros.
        ZeroHmacAccepted = "zero-hmac-accepted";
        /// Compares HMACs in constant time by a sum in which differences can cancel out.
        HmacDifferencesCancel = "hmac-differences-cancel";
    "04-onion-routing.md:934-936":
        /// Shifts zeros into the next packet instead of the stream.
        PaddingNotDeciphered = "padding-not-deciphered";
        /// Deciphers 1365 bytes, as for the legacy format, and shifts in zeros after them.
        StreamOf1365Bytes = "stream-of-1365-bytes";
    "04-onion-routing.md:937-938":
        /// Does not check that a payload length of 3 bytes is minimal.
        PayloadLengthNotMinimalAccepted = "payload-length-not-minimal-accepted";
    "04-onion-routing.md:939-940":
        /// Reads a payload length of 0 as the legacy format.
        LengthZeroIsLegacy = "length-zero-is-legacy";
        /// Accepts payload lengths of 0 and 1.
        ReservedPayloadLengthAccepted = "reserved-payload-length-accepted";
        /// Accepts a payload length of 1.
        PayloadLengthOneAccepted = "payload-length-one-accepted";
        /// Accepts a payload length of 0.
        PayloadLengthZeroAccepted = "payload-length-zero-accepted";
    "04-onion-routing.md:941-948":
        /// Keeps the low 32 bits of the payload length.
        PayloadLengthTruncatedToU32 = "payload-length-truncated-to-u32";
        /// Keeps the low 16 bits of the payload length.
        PayloadLengthTruncatedToU16 = "payload-length-truncated-to-u16";
        /// Accepts a payload that is one byte too long for its HMAC.
        PayloadLengthOneTooLongAccepted = "payload-length-one-too-long-accepted";
        /// Forgets the HMAC when it checks whether a payload fits.
        PayloadLengthForgetsHmac = "payload-length-forgets-hmac";
        /// Lets a payload reach into the 1300 bytes of padding after hop_payloads.
        PayloadLengthUpToThePadding = "payload-length-up-to-the-padding";
        /// Compares the payload length as signed.
        NegativePayloadLengthAccepted = "negative-payload-length-accepted";
        /// Refuses payloads of more than 255 bytes.
        PayloadAbove255Refused = "payload-above-255-refused";
    "04-onion-routing.md:949-957":
        /// Refuses to forward an HTLC with a keysend record that does not fit.
        WrongRecordNotForwarded = "wrong-record-not-forwarded";
        /// Refuses to forward an HTLC with a keysend record while keysend is switched off.
        NoRecordForwardedWhileOff = "no-record-forwarded-while-off";
        /// Asks min_final_cltv_expiry_delta of HTLCs that are to be forwarded.
        FinalDeltaAskedWhenForwarding = "final-delta-asked-when-forwarding";
        /// Refuses to forward an HTLC whose hash it has claimed.
        ClaimedHashNotForwarded = "claimed-hash-not-forwarded";
        /// Asks the payment secret of an HTLC that is to be forwarded when it has an invoice for the hash.
        InvoicedHashNotForwarded = "invoiced-hash-not-forwarded";
        /// Refuses to forward an HTLC whose payload has payment_metadata.
        MetadataNotForwarded = "metadata-not-forwarded";
        /// Refuses to forward an HTLC whose payload has total_amount_msat.
        TotalAmountNotForwarded = "total-amount-not-forwarded";
        /// Takes a short channel id of zeros for the sign of the final node.
        ZeroChannelIsFinal = "zero-channel-is-final";
        /// Forwards to at most the highest signed short channel id.
        ForwardedChannelSigned = "forwarded-channel-signed";
        /// Forwards to a short channel id that went through a double.
        ForwardedChannelThroughDouble = "forwarded-channel-through-double";
        /// Considers itself the final node if the first byte of next_hmac is zero.
        FinalByTheFirstByte = "final-by-the-first-byte";
        /// Considers itself the final node if the last byte of next_hmac is zero.
        FinalByTheLastByte = "final-by-the-last-byte";
        /// Does not look at the last byte of next_hmac.
        FinalBy31Bytes = "final-by-31-bytes";
        /// Does not look at the first byte of next_hmac.
        FinalWithoutTheFirstByte = "final-without-the-first-byte";
        /// Marks the hash of an HTLC that it forwarded as claimed.
        ForwardedHashCountsAsClaimed = "forwarded-hash-counts-as-claimed";
        /// Forwards whatever has a short channel id.
        ShortChannelIdMeansForwarding = "short-channel-id-means-forwarding";
        /// Claims a keysend record at a node that is not the final one.
        KeysendClaimedOnTheWay = "keysend-claimed-on-the-way";
    "02-peer-protocol.md:2944-2979":
        /// Answers a path key in a forwarding payload with invalid_onion_payload.
        PathKeyRecordFailsAsBadPayload = "path-key-record-fails-as-bad-payload";
        /// Answers with the ordinary code where there is a path key.
        BlindedFailureKeepsItsCode = "blinded-failure-keeps-its-code";
        /// Leaves the BADONION flag out.
        BadOnionFlagMissing = "bad-onion-flag-missing";
        /// Leaves the PERM flag out of BADONION failures.
        PermFlagMissingInBadOnion = "perm-flag-missing-in-bad-onion";
        /// Hashes hop_payloads alone for sha256_of_onion.
        OnionHashOfHopPayloadsOnly = "onion-hash-of-hop-payloads-only";
        /// Leaves the HMAC out of sha256_of_onion.
        OnionHashWithoutHmac = "onion-hash-without-hmac";
        /// Leaves the version out of sha256_of_onion.
        OnionHashWithoutVersion = "onion-hash-without-version";
        /// Sends 32 zero bytes for sha256_of_onion without a path key.
        OnionHashIsZero = "onion-hash-is-zero";
        /// Hashes the packet twice for sha256_of_onion.
        OnionHashTwice = "onion-hash-twice";
    "04-onion-routing.md:1272-1287":
        /// Answers an unknown version with invalid_onion_hmac.
        VersionFailsAsHmac = "version-fails-as-hmac";
        /// Answers a wrong HMAC with invalid_onion_key.
        HmacFailsAsKey = "hmac-fails-as-key";
        /// Answers a bad public key with invalid_onion_hmac.
        KeyFailsAsHmac = "key-fails-as-hmac";
        /// Answers a bad public key with invalid_onion_version.
        KeyFailsAsVersion = "key-fails-as-version";
    "04-onion-routing.md:1410-1418":
        /// Answers a bad payload with 22 without PERM.
        BadPayloadFailsAsTemporary = "bad-payload-fails-as-temporary";
        /// Answers a bad payload with the old invalid_realm.
        BadPayloadFailsAsRealm = "bad-payload-fails-as-realm";
        /// Answers a bad payload with invalid_onion_hmac.
        BadPayloadFailsAsHmac = "bad-payload-fails-as-hmac";
    "04-onion-routing.md:1350-1364":
        /// Keeps the low 32 bits of the amount in a failure's data.
        FailureAmountIn32Bits = "failure-amount-in-32-bits";
        /// Leaves the height out of a failure's data.
        FailureWithoutHeight = "failure-without-height";
        /// Leaves a failure's data out.
        FailureWithoutData = "failure-without-data";
        /// Writes the height before the amount.
        FailureHeightBeforeAmount = "failure-height-before-amount";
        /// Writes a failure's data as little-endian.
        FailureLittleEndian = "failure-little-endian";
        /// Writes the amount in a failure as a tu64.
        FailureAmountTruncated = "failure-amount-truncated";
        /// Names the next height in a failure.
        FailureHeightOneMore = "failure-height-one-more";
        /// Writes the height in a failure in 8 bytes.
        FailureHeightIs64Bits = "failure-height-is-64-bits";
        /// Names amt_to_forward in a failure, not the HTLC's amount.
        FailureNamesAmtToForward = "failure-names-amt-to-forward";
        /// Names the height at which it started in a failure.
        FailureNamesTheFirstHeight = "failure-names-the-first-height";
        /// Answers with 15 without PERM.
        DetailsFailWithoutPerm = "details-fail-without-perm";
        /// Answers with the old incorrect_payment_amount.
        DetailsFailAsUnknownHash16 = "details-fail-as-unknown-hash-16";
    "blip-0003.md:40-42":
        /// Answers keysend, while it is switched off, with PERM and 9.
        RefusedKeysendFailsAsFeatureMissing = "refused-keysend-fails-as-feature-missing";
        /// Claims with a preimage that does not fit the payment hash.
        HashNotChecked = "hash-not-checked";
        /// Compares the first 8 bytes of the payment hash.
        HashComparedByPrefix = "hash-compared-by-prefix";
        /// Does not compare the last byte of the payment hash.
        HashLastByteNotCompared = "hash-last-byte-not-compared";
        /// Does not compare the first byte of the payment hash.
        HashFirstByteNotCompared = "hash-first-byte-not-compared";
        /// Also accepts a payment hash in reverse order, as Bitcoin shows hashes.
        HashComparedReversed = "hash-compared-reversed";
        /// Accepts a payment hash that is the double hash of the preimage.
        DoubleHashAccepted = "double-hash-accepted";
        /// Accepts a payment hash that is the preimage itself.
        PreimageMayBeTheHash = "preimage-may-be-the-hash";
        /// Treats a preimage of zeros as missing.
        ZeroPreimageRefused = "zero-preimage-refused";
        /// Answers a wrong preimage differently when it has an invoice for the hash.
        KnownHashFailsDifferently = "known-hash-fails-differently";
        /// Stores all keysends under one empty payment secret, so that only the first is accepted.
        OnlyTheFirstKeysendAccepted = "only-the-first-keysend-accepted";
        /// Rejects a preimage that it rejected before with another payment hash.
        RejectedPreimageRemembered = "rejected-preimage-remembered";
        /// Ignores the keysend record while keysend is switched off, even if there is an invoice.
        KeysendOffIgnoresTheRecord = "keysend-off-ignores-the-record";
        /// Accepts keysend while it is switched off.
        KeysendSettingIgnored = "keysend-setting-ignored";
    "04-onion-routing.md:1526-1528":
        /// Answers an expiry that is too soon with the old final_expiry_too_soon.
        ExpiryTooSoonFailsAs17 = "expiry-too-soon-fails-as-17";
        /// Answers an expiry that is too soon with final_incorrect_cltv_expiry.
        ExpiryTooSoonFailsAs18 = "expiry-too-soon-fails-as-18";
    "blip-0003.md:29-35":
        /// Cuts a preimage of more than 32 bytes and sends it.
        LongPreimageSentCut = "long-preimage-sent-cut";
        /// Pads a preimage of less than 32 bytes and sends it.
        ShortPreimageSentPadded = "short-preimage-sent-padded";
        /// Sends a preimage of any length.
        PreimageOfAnyLengthSent = "preimage-of-any-length-sent";
        /// Sends the payment hash in the keysend record.
        RecordHasTheHash = "record-has-the-hash";
        /// Sends the preimage in reverse order.
        RecordHasThePreimageReversed = "record-has-the-preimage-reversed";
        /// Sends the preimage as 64 hex digits.
        RecordHasThePreimageInHex = "record-has-the-preimage-in-hex";
        /// Sends the keysend record with the low 32 bits of its type.
        KeysendTypeCutTo32Bits = "keysend-type-cut-to-32-bits";
        /// Sends the keysend record with type 5482373485.
        KeysendTypeOneMore = "keysend-type-one-more";
        /// Sends no keysend record.
        KeysendRecordMissing = "keysend-record-missing";
        /// Sends the keysend record to the first hop as well.
        KeysendRecordAtEveryHop = "keysend-record-at-every-hop";
        /// Sends a payment hash that is the double hash of the preimage.
        SentHashIsDouble = "sent-hash-is-double";
        /// Sends the payment hash in reverse order.
        SentHashReversed = "sent-hash-reversed";
        /// Sends payment_data with a payment secret of zeros.
        PaymentDataAlwaysSent = "payment-data-always-sent";
    "04-onion-routing.md:748-756":
        /// Binds the packet to no associated data.
        AssociatedDataEmpty = "associated-data-empty";
        /// Binds the packet to the preimage.
        AssociatedDataIsThePreimage = "associated-data-is-the-preimage";
    "04-onion-routing.md:279-290":
        /// Tells the last hop the amount of the first.
        FinalAmountOfTheFirstHop = "final-amount-of-the-first-hop";
        /// Tells the last hop the expiry of the first.
        FinalExpiryOfTheFirstHop = "final-expiry-of-the-first-hop";
        /// Tells the hops before the last the amount of the last.
        FinalAmountAtEveryHop = "final-amount-at-every-hop";
        /// Tells the hops before the last the expiry of the last.
        FinalExpiryAtEveryHop = "final-expiry-at-every-hop";
        /// Sends every hop the short channel id of the first.
        ShortChannelIdOfTheFirstHop = "short-channel-id-of-the-first-hop";
        /// Looks for a missing short channel id at the first hop only.
        ShortChannelIdOfLaterHopsMayBeMissing = "short-channel-id-of-later-hops-may-be-missing";
        /// Sends the low 16 bits of the expiry.
        ExpirySentIn16Bits = "expiry-sent-in-16-bits";
        /// Sends the low 32 bits of the amount.
        AmountSentIn32Bits = "amount-sent-in-32-bits";
        /// Leaves out type 2 when the amount is 0.
        ZeroAmountLeftOut = "zero-amount-left-out";
        /// Leaves out type 4 when the expiry is 0.
        ZeroExpiryLeftOut = "zero-expiry-left-out";
        /// Sends short channel ids as little-endian.
        ShortChannelIdLittleEndian = "short-channel-id-little-endian";
        /// Drops leading zero bytes of short channel ids.
        ShortChannelIdAsTruncated = "short-channel-id-as-truncated";
        /// Sends no short channel ids.
        ShortChannelIdLeftOut = "short-channel-id-left-out";
        /// Sends a short channel id of zeros to the last hop.
        ZeroShortChannelIdAtTheFinalNode = "zero-short-channel-id-at-the-final-node";
        /// Sends without a short channel id where one is missing.
        MissingShortChannelIdSent = "missing-short-channel-id-sent";
        /// Sends the last hop a short channel id if it is given one.
        ShortChannelIdAtTheFinalNodeSent = "short-channel-id-at-the-final-node-sent";
    "01-messaging.md:147-148":
        /// Sends type 4 before type 2.
        ExpiryBeforeAmount = "expiry-before-amount";
        /// Sends custom records in the order in which they are given.
        CustomRecordsNotSorted = "custom-records-not-sorted";
        /// Sends the keysend record after custom records of higher types.
        KeysendRecordAlwaysLast = "keysend-record-always-last";
        /// Sends the keysend record before all custom records.
        KeysendRecordBeforeCustom = "keysend-record-before-custom";
        /// Sorts records by their types as decimal text.
        RecordsSortedAsText = "records-sorted-as-text";
        /// Sorts records by descending types.
        RecordsSortedDescending = "records-sorted-descending";
        /// Sorts records by the low 32 bits of their types.
        RecordsSortedBy32Bits = "records-sorted-by-32-bits";
        /// Sorts records by their types as signed 64-bit integers.
        RecordsSortedAsSigned = "records-sorted-as-signed";
        /// Sorts records by their types as doubles.
        RecordsSortedAsDoubles = "records-sorted-as-doubles";
        /// Keeps the types of custom records in doubles.
        CustomTypeThroughDouble = "custom-type-through-double";
        /// Sends three custom records at most.
        OnlyThreeCustomRecordsSent = "only-three-custom-records-sent";
        /// Sends a custom value of digits as a number, without its leading zeros.
        DigitsSentAsNumbers = "digits-sent-as-numbers";
        /// Drops custom records without a value.
        EmptyCustomRecordsDropped = "empty-custom-records-dropped";
        /// Lets a custom record have the keysend type.
        KeysendTypeMayBeCustom = "keysend-type-may-be-custom";
        /// Sends the last of two custom records of one type.
        LastOfTwoCustomRecordsWins = "last-of-two-custom-records-wins";
        /// Sends two custom records of one type.
        CustomTypeTwiceSent = "custom-type-twice-sent";
        /// Sends two custom records of one type that are not given side by side.
        CustomTypeTwiceApartSent = "custom-type-twice-apart-sent";
    "01-messaging.md:132-134":
        /// Lets a custom record have the type 65535.
        Type65535MayBeCustom = "type-65535-may-be-custom";
        /// Lets custom records have types below 65536.
        ReservedTypesMayBeCustom = "reserved-types-may-be-custom";
        /// Refuses a custom record of type 65536.
        Type65536MayNotBeCustom = "type-65536-may-not-be-custom";
        /// Refuses custom records of even types.
        EvenTypesMayNotBeCustom = "even-types-may-not-be-custom";
    "01-messaging.md:242-248":
        /// Refuses to send 21 million bitcoin.
        SentAmountLimitOneTooLow = "sent-amount-limit-one-too-low";
        /// Sends amounts above 21 million bitcoin.
        SentAmountLimitMissing = "sent-amount-limit-missing";
        /// Keeps an amount in a double, which loses bits above 2^53.
        SentAmountThroughDouble = "sent-amount-through-double";
        /// Compares an amount with the limit as signed, so that 2^63 and above are sent.
        SentAmountComparedAsSigned = "sent-amount-compared-as-signed";
        /// Compares only the last hop's amount with the limit.
        SentAmountLimitAtTheLastHopOnly = "sent-amount-limit-at-the-last-hop-only";
        /// Refuses to send an amount of 0.
        ZeroAmountNotSent = "zero-amount-not-sent";
    "04-onion-routing.md:327-332":
        /// Uses total_amount_msat as amt_to_forward.
        TotalAmountMsatAsAmount = "total-amount-msat-as-amount";
        /// Treats a missing amt_to_forward as 0.
        AmountMayBeMissing = "amount-may-be-missing";
        /// Treats a missing outgoing_cltv_value as 0.
        ExpiryMayBeMissing = "expiry-may-be-missing";
        /// Treats an amt_to_forward of 0 as missing.
        ZeroAmountIsMissing = "zero-amount-is-missing";
        /// Forwards without a short channel id.
        NextHopMayBeMissing = "next-hop-may-be-missing";
    "04-onion-routing.md:322-328":
        /// Accepts records of blinded paths in payments of invoices.
        BlindedRecordsAllowedForInvoices = "blinded-records-allowed-for-invoices";
        /// Accepts records of blinded paths in shared-secret payments.
        BlindedRecordsAllowedForSharedSecrets = "blinded-records-allowed-for-shared-secrets";
        /// Accepts records of blinded paths in payloads of HTLCs to be forwarded.
        BlindedRecordsAllowedWhenForwarding = "blinded-records-allowed-when-forwarding";
        /// Accepts spontaneous payments with a path key.
        PathKeyAllowed = "path-key-allowed";
        /// Accepts records of blinded paths in spontaneous payments.
        BlindedRecordsAllowed = "blinded-records-allowed";
    "04-onion-routing.md:294-303,526-534":
        /// Takes a current_path_key beside the path key of the HTLC in a blinded route.
        TwoPathKeysTaken = "two-path-keys-taken";
        /// Takes a shared-secret payment at the end of a blinded route, and two path keys with it.
        BlindedFinalTakesTwoPathKeys = "blinded-final-takes-two-path-keys";
        /// Does not check the tag of a blinded route's data.
        BlindedTagNotChecked = "blinded-tag-not-checked";
        /// Opens a blinded route's data with the shared secret in place of its rho key.
        BlindedDataKeyIsTheSecret = "blinded-data-key-is-the-secret";
        /// Deciphers a blinded route's data from the stream's first block on.
        BlindedDataFromBlockZero = "blinded-data-from-block-zero";
        /// Takes a blinded route's data that end within a record.
        BlindedDataMayBeCut = "blinded-data-may-be-cut";
        /// Ignores unknown even records in a blinded route's data.
        BlindedEvenIgnored = "blinded-even-ignored";
        /// Refuses unknown odd records in a blinded route's data.
        BlindedOddRefused = "blinded-odd-refused";
        /// Takes a shared-secret payment at the end of a blinded route, and does not open the data.
        BlindedFinalDataNotOpened = "blinded-final-data-not-opened";
    "04-onion-routing.md:304-313":
        /// Does not compare the HTLC's expiry with a blinded route's max_cltv_expiry.
        MaxCltvExpiryNotChecked = "max-cltv-expiry-not-checked";
        /// Refuses an HTLC that expires just at a blinded route's max_cltv_expiry.
        MaxCltvExpiryIsTooLate = "max-cltv-expiry-is-too-late";
        /// Does not compare the HTLC's amount with a blinded route's htlc_minimum_msat.
        HtlcMinimumNotChecked = "htlc-minimum-not-checked";
        /// Refuses an HTLC of just a blinded route's htlc_minimum_msat.
        HtlcMinimumIsTooLittle = "htlc-minimum-is-too-little";
        /// Compares the HTLC's amount with a blinded route's htlc_minimum_msat as floating-point numbers.
        HtlcMinimumThroughADouble = "htlc-minimum-through-a-double";
        /// Ignores a blinded route's allowed_features.
        UnknownFeatureAllowed = "unknown-feature-allowed";
        /// Ignores unknown odd bits of a blinded route's allowed_features.
        UnknownOddFeatureAllowed = "unknown-odd-feature-allowed";
        /// Refuses a blinded route's data without allowed_features.
        AllowedFeaturesMustBeThere = "allowed-features-must-be-there";
        /// Forwards over the channel where a blinded route's data name a node as well.
        TwoNextHopsTaken = "two-next-hops-taken";
    "04-onion-routing.md:314-320":
        /// Forwards in a blinded route whatever else the payload has.
        BlindedRelayTakesOtherRecords = "blinded-relay-takes-other-records";
        /// Forwards in a blinded route with unknown odd records in the payload.
        BlindedRelayTakesOddRecords = "blinded-relay-takes-odd-records";
        /// Forwards in a blinded route without being told where to.
        BlindedNextHopMayBeMissing = "blinded-next-hop-may-be-missing";
        /// Forwards in a blinded route without payment_relay.
        PaymentRelayMayBeMissing = "payment-relay-may-be-missing";
    "09-features.md:46":
        /// Forwards in blinded routes where its policy says that it does not, and the other way round.
        BlindedRoutesInverted = "blinded-routes-inverted";
    "04-onion-routing.md:321-326":
        /// Claims a keysend record in the final payload of a blinded route.
        KeysendClaimedInABlindedRoute = "keysend-claimed-in-a-blinded-route";
        /// Takes a shared-secret payment at the end of a blinded route, whatever else the payload has.
        BlindedFinalTakesOtherRecords = "blinded-final-takes-other-records";
        /// Takes a shared-secret payment at the end of a blinded route, and misses no record.
        BlindedFinalMayLackRecords = "blinded-final-may-lack-records";
    "04-onion-routing.md:282-283":
        /// Does the opposite of its policy for a short channel id at the final node.
        FinalShortChannelIdInverted = "final-short-channel-id-inverted";
    "04-onion-routing.md:1518-1520":
        /// Claims payments that nothing explains.
        UnknownHashClaimed = "unknown-hash-claimed";
    "blip-0003.md:29-42":
        /// Does the opposite of its policy for payment_metadata in keysend.
        MetadataPolicyInverted = "metadata-policy-inverted";
        /// Treats a payment of an invoice as keysend when there is a keysend record.
        RecordBeatsTheInvoice = "record-beats-the-invoice";
        /// Ignores a wrong keysend record when there is an invoice.
        InvoiceIgnoresTheRecord = "invoice-ignores-the-record";
        /// Lets keysends form a set only where its policy says that they do not.
        KeysendMultipartInverted = "keysend-multipart-inverted";
    "04-onion-routing.md:1508-1510":
        /// Remembers only the last hash that it claimed.
        OnlyTheLastClaimRemembered = "only-the-last-claim-remembered";
        /// Remembers only the last three hashes that it claimed.
        OnlyThreeClaimsRemembered = "only-three-claims-remembered";
        /// Forgets the claimed payment hashes when time passes.
        TimeForgetsClaimed = "time-forgets-claimed";
        /// Forgets the claimed payment hashes when the settings change.
        SettingsForgetClaimed = "settings-forget-claimed";
        /// Does not remember the hashes of shared-secret payments.
        SharedSecretClaimsForgotten = "shared-secret-claims-forgotten";
        /// Does not remember the hashes of paid invoices.
        InvoiceClaimsForgotten = "invoice-claims-forgotten";
        /// Claims a payment hash twice where its policy says that it does not.
        ClaimedHashClaimedAgain = "claimed-hash-claimed-again";
        /// Forgets which payment hashes it has claimed.
        ClaimedHashForgotten = "claimed-hash-forgotten";
        /// Forgets the claimed payment hashes with the next block.
        BlocksForgetClaimed = "blocks-forget-claimed";
        /// Forgets that a hash was claimed when an invoice is made for it.
        InvoiceResetsClaimed = "invoice-resets-claimed";
        /// Drops an invoice for a hash that was claimed.
        InvoiceAfterPaymentForgotten = "invoice-after-payment-forgotten";
        /// Marks the hash of a rejected HTLC as claimed.
        RejectedHashCountsAsClaimed = "rejected-hash-counts-as-claimed";
    "04-onion-routing.md:1511-1514":
        /// Requires no payment secret when there is a keysend record.
        RecordReplacesThePaymentSecret = "record-replaces-the-payment-secret";
        /// Accepts the payment of an invoice without a payment secret.
        PaymentSecretMayBeMissing = "payment-secret-may-be-missing";
        /// Accepts any payment secret.
        PaymentSecretNotChecked = "payment-secret-not-checked";
        /// Compares the first 4 bytes of the payment secret.
        PaymentSecretComparedByPrefix = "payment-secret-compared-by-prefix";
    "04-onion-routing.md:1515-1525":
        /// Compares an invoice's amount as a double.
        InvoiceAmountAsDouble = "invoice-amount-as-double";
        /// Compares an invoice's amount in whole satoshis.
        InvoiceAmountInSatoshis = "invoice-amount-in-satoshis";
        /// Compares the low 32 bits of an invoice's amount.
        InvoiceAmountIn32Bits = "invoice-amount-in-32-bits";
        /// Accepts more than twice the invoice's amount if it comes in parts.
        PartsMayOverpay = "parts-may-overpay";
        /// Requires every part to pay the invoice's whole amount.
        InvoiceAmountOfEachPart = "invoice-amount-of-each-part";
        /// Accepts less than the invoice's amount.
        InvoiceUnderpaid = "invoice-underpaid";
        /// Requires more than the invoice's amount.
        InvoiceMustBeOverpaid = "invoice-must-be-overpaid";
        /// Refuses exactly twice the invoice's amount.
        InvoiceTwiceIsTooMuch = "invoice-twice-is-too-much";
        /// Accepts more than twice the invoice's amount.
        InvoiceOverpaidWithoutLimit = "invoice-overpaid-without-limit";
        /// Refuses more than the invoice's amount.
        InvoiceMustBePaidExactly = "invoice-must-be-paid-exactly";
    "04-onion-routing.md:390-391":
        /// Compares total_msat with the HTLC's amount.
        TotalComparedWithTheHtlc = "total-compared-with-the-htlc";
        /// Compares total_msat with amt_to_forward in whole satoshis.
        TotalComparedInSatoshis = "total-compared-in-satoshis";
        /// Compares total_msat with amt_to_forward as doubles.
        TotalComparedAsDouble = "total-compared-as-double";
        /// Refuses payment_data where its policy accepts it, and the other way round.
        PaymentDataAlwaysRefused = "payment-data-always-refused";
        /// Does not compare total_msat with amt_to_forward.
        PaymentDataTotalIgnored = "payment-data-total-ignored";
        /// Accepts a total_msat below amt_to_forward.
        PaymentDataTotalMayBeLess = "payment-data-total-may-be-less";
        /// Claims one part of a larger total.
        PaymentDataTotalMayBeMore = "payment-data-total-may-be-more";
        /// Treats a total_msat of 0 as missing.
        PaymentDataTotalZeroIsNone = "payment-data-total-zero-is-none";
    "04-onion-routing.md:341":
        /// Does not check how soon HTLCs expire in payments of invoices.
        ExpiryNotCheckedForInvoices = "expiry-not-checked-for-invoices";
        /// Does not check how soon HTLCs expire in shared-secret payments.
        ExpiryNotCheckedForSharedSecrets = "expiry-not-checked-for-shared-secrets";
        /// Holds min_final_cltv_expiry_delta in a byte.
        ExpiryDeltaInAByte = "expiry-delta-in-a-byte";
        /// Asks for at most a day of blocks.
        ExpiryDeltaAtMostADay = "expiry-delta-at-most-a-day";
        /// Does not check how soon an HTLC expires.
        ExpiryNotChecked = "expiry-not-checked";
        /// Requires only that an HTLC has not expired.
        ExpiryWithoutDelta = "expiry-without-delta";
        /// Ignores min_final_cltv_expiry_delta and uses 18.
        ExpiryDeltaFixedAt18 = "expiry-delta-fixed-at-18";
        /// Accepts an HTLC that expires one block too soon.
        ExpiryDeltaOneLess = "expiry-delta-one-less";
        /// Requires one block more than it should.
        ExpiryDeltaOneMore = "expiry-delta-one-more";
        /// Applies the delta to the payload's expiry, not to the HTLC's.
        ExpiryOfThePayloadChecked = "expiry-of-the-payload-checked";
    "04-onion-routing.md:340":
        /// Does not compare the expiry of HTLCs with the payload's in payments of invoices.
        OutgoingExpiryNotComparedForInvoices = "outgoing-expiry-not-compared-for-invoices";
        /// Does not compare the expiry of HTLCs with the payload's in shared-secret payments.
        OutgoingExpiryNotComparedForSharedSecrets = "outgoing-expiry-not-compared-for-shared-secrets";
        /// Reads outgoing_cltv_value as a signed number.
        OutgoingExpirySigned = "outgoing-expiry-signed";
        /// Reads the low 24 bits of outgoing_cltv_value.
        OutgoingExpiryIn24Bits = "outgoing-expiry-in-24-bits";
        /// Does not compare the HTLC's expiry with the payload's.
        OutgoingExpiryNotCompared = "outgoing-expiry-not-compared";
        /// Refuses an HTLC that expires later than the payload says.
        OutgoingExpiryMustBeEqual = "outgoing-expiry-must-be-equal";
        /// Refuses an HTLC that expires at the height that the payload names.
        OutgoingExpiryMustBeLess = "outgoing-expiry-must-be-less";
    "04-onion-routing.md:1384-1394":
        /// Names amounts in final_incorrect_htlc_amount that went through a double.
        AmountFailureThroughDouble = "amount-failure-through-double";
        /// Names the payload's expiry in the failure, not the HTLC's.
        ExpiryFailureNamesThePayload = "expiry-failure-names-the-payload";
        /// Names amt_to_forward in the failure, not the HTLC's amount.
        AmountFailureNamesThePayload = "amount-failure-names-the-payload";
        /// Swaps the codes 18 and 19.
        ExpiryAndAmountCodesSwapped = "expiry-and-amount-codes-swapped";
    "04-onion-routing.md:339":
        /// Accepts HTLCs of less than amt_to_forward in payments of invoices.
        HtlcAmountNotComparedForInvoices = "htlc-amount-not-compared-for-invoices";
        /// Accepts HTLCs of less than amt_to_forward in shared-secret payments.
        HtlcAmountNotComparedForSharedSecrets = "htlc-amount-not-compared-for-shared-secrets";
        /// Compares amounts as doubles.
        HtlcAmountAsDouble = "htlc-amount-as-double";
        /// Compares amounts in whole satoshis.
        HtlcAmountInSatoshis = "htlc-amount-in-satoshis";
        /// Holds amounts in 32 signed bits.
        HtlcAmountIn31Bits = "htlc-amount-in-31-bits";
        /// Accepts an HTLC of less than amt_to_forward.
        HtlcAmountNotCompared = "htlc-amount-not-compared";
        /// Refuses an HTLC of more than amt_to_forward.
        HtlcAmountMustBeEqual = "htlc-amount-must-be-equal";
        /// Refuses an HTLC of more than twice amt_to_forward.
        HtlcAmountAtMostTwice = "htlc-amount-at-most-twice";
        /// Compares the low 32 bits of amounts.
        HtlcAmountComparedIn32Bits = "htlc-amount-compared-in-32-bits";
    "04-onion-routing.md:386-409":
        /// Adds up parts in whole satoshis.
        PartsAddedInSatoshis = "parts-added-in-satoshis";
        /// Adds up parts as doubles.
        PartsAddedAsDoubles = "parts-added-as-doubles";
        /// Takes no more than ten parts.
        AtMostTenParts = "at-most-ten-parts";
        /// Takes no more than twenty parts.
        AtMostTwentyParts = "at-most-twenty-parts";
        /// Asks that the parts of a set have one expiry.
        PartsMustShareTheirExpiry = "parts-must-share-their-expiry";
        /// Asks that all parts of a set have payment_metadata or none.
        PartsMustShareMetadata = "parts-must-share-metadata";
        /// Keeps the height at which it started.
        HeightNeverUpdated = "height-never-updated";
        /// Keeps the settings with which it started.
        SettingsNeverUpdated = "settings-never-updated";
        /// Forgets the sets that are not complete with the next block.
        BlocksForgetSets = "blocks-forget-sets";
        /// Treats one part of an invoice's payment as all of it.
        InvoicesTakeNoParts = "invoices-take-no-parts";
        /// Groups HTLCs by payment secret and not by payment hash.
        SetsKeyedByPaymentSecret = "sets-keyed-by-payment-secret";
        /// Claims only the HTLC that completes a set.
        OnlyTheLastPartClaimed = "only-the-last-part-claimed";
        /// Waits for more than total_msat.
        SetNeedsMoreThanTheTotal = "set-needs-more-than-the-total";
        /// Keeps waiting when a set has more than its total.
        SetMustReachTheTotalExactly = "set-must-reach-the-total-exactly";
        /// Treats any two HTLCs of a hash as a complete set.
        SetCompleteWithTwoParts = "set-complete-with-two-parts";
    "04-onion-routing.md:396-397":
        /// Adds up the amounts of HTLCs and not amt_to_forward.
        SetsCountHtlcAmounts = "sets-count-htlc-amounts";
    "04-onion-routing.md:394-395":
        /// Lets a later part name a lower total.
        LowerTotalJoinsTheSet = "lower-total-joins-the-set";
        /// Lets a later part name a higher total.
        HigherTotalJoinsTheSet = "higher-total-joins-the-set";
        /// Compares the totals of a set in whole satoshis.
        TotalsComparedInSatoshis = "totals-compared-in-satoshis";
        /// Compares the totals of a set as doubles.
        TotalsComparedAsDoubles = "totals-compared-as-doubles";
        /// Compares the low 32 bits of the totals of a set.
        TotalsComparedIn32Bits = "totals-compared-in-32-bits";
        /// Starts the next set with the time of one that failed for its totals.
        FailedSetLeavesItsTime = "failed-set-leaves-its-time";
        /// Replaces the total of a set by that of its last HTLC.
        TotalsOfASetMayDiffer = "totals-of-a-set-may-differ";
        /// Fails only the HTLC with another total and holds the set.
        DifferingTotalFailsOnlyTheNew = "differing-total-fails-only-the-new";
        /// Names the last HTLC's amount in the failure of each.
        FailedSetNamesTheLastAmount = "failed-set-names-the-last-amount";
    "04-onion-routing.md:401-404":
        /// Starts the time of a set with an HTLC that it refuses.
        RefusedPartStartsTheTime = "refused-part-starts-the-time";
        /// Counts only the seconds of the last event.
        TimeIsNotAddedUp = "time-is-not-added-up";
        /// Fails an incomplete set after ten seconds.
        TimeoutAfterTenSeconds = "timeout-after-ten-seconds";
        /// Holds the parts of a keysend for ever.
        KeysendPartsNeverTimeOut = "keysend-parts-never-time-out";
        /// Never fails an incomplete set.
        SetsNeverTimeOut = "sets-never-time-out";
        /// Still counts what a set had received before it timed out.
        TimedOutSetKeptInMemory = "timed-out-set-kept-in-memory";
        /// Answers a timeout with PERM and 23.
        TimeoutFailsAsPermanent = "timeout-fails-as-permanent";
        /// Fails only the first HTLC of a set that timed out.
        TimeoutFailsOnlyTheFirst = "timeout-fails-only-the-first";
    "04-onion-routing.md:916-921":
        /// Remembers only the last onion.
        OnlyTheLastOnionRemembered = "only-the-last-onion-remembered";
        /// Remembers only the last three onions.
        OnlyThreeOnionsRemembered = "only-three-onions-remembered";
        /// Forgets an onion that it forwards.
        ForwardedOnionForgotten = "forwarded-onion-forgotten";
        /// Forgets an onion whose payload it cannot use.
        UnusableOnionForgotten = "unusable-onion-forgotten";
        /// Forgets an onion whose payment it refuses.
        RefusedOnionForgotten = "refused-onion-forgotten";
        /// Forgets the onions of a set that fails for its totals.
        FailedSetOnionsForgotten = "failed-set-onions-forgotten";
        /// Forgets the onions that it has seen when the settings change.
        SettingsForgetReplays = "settings-forget-replays";
        /// Forgets the onions that it has seen when time passes.
        TimeForgetsReplays = "time-forgets-replays";
        /// Takes an onion with another path key for a new one.
        ReplaysKnownByPathKey = "replays-known-by-path-key";
        /// Redeems a replay only with as much as was asked.
        RedeemsOnlyForTheAmount = "redeems-only-for-the-amount";
        /// Redeems a replay only if it does not expire too soon.
        RedeemsOnlyInTime = "redeems-only-in-time";
        /// Redeems a replay only while keysend is switched on.
        RedeemsOnlyWhileKeysendIsOn = "redeems-only-while-keysend-is-on";
        /// Forgets the packets that it has seen with the next block.
        BlocksForgetReplays = "blocks-forget-replays";
        /// Recognizes replays by the public key and not by the HMAC.
        ReplaysKnownByPublicKey = "replays-known-by-public-key";
        /// Does not notice replays.
        ReplaysNotNoticed = "replays-not-noticed";
        /// Judges a replay again when its preimage is not known.
        UnknownReplayJudgedAgain = "unknown-replay-judged-again";
        /// Remembers HMACs that it found wrong, so that anyone can block a payer's packet.
        UnauthenticatedHmacRemembered = "unauthenticated-hmac-remembered";
    "02-peer-protocol.md:2573-2574,2697":
        /// Never fails an HTLC that is held because its expiry was reached.
        HeldPartsNeverExpire = "held-parts-never-expire";
        /// Fails an HTLC that is held a block after its expiry.
        HeldPartsExpireABlockLate = "held-parts-expire-a-block-late";
        /// Goes on counting a part that has failed since its expiry was reached.
        ExpiredPartStillCounts = "expired-part-still-counts";
        /// Does with the rest of a set, one part of which expired, what its policy does not say.
        ExpiredPartInverted = "expired-part-inverted";
        /// Accepts an HTLC that expires at the current height where the delta is 0.
        ExpiryAtTheHeightAllowed = "expiry-at-the-height-allowed";
    "02-peer-protocol.md:2575-2576":
        /// Does with an expiry in the far future what its policy does not say.
        FarExpiryInverted = "far-expiry-inverted";
    "04-onion-routing.md:358-360":
        /// Refuses total_amount_msat where its policy does not, and the other way round.
        TotalAmountMsatInverted = "total-amount-msat-inverted";
    "04-onion-routing.md:279-281":
        /// Refuses payment_data before the final node where its policy does not, and the other way round.
        PaymentDataBeforeFinalInverted = "payment-data-before-final-inverted";
    "04-onion-routing.md:1368-1369":
        /// Names amounts in failures that went through a double.
        FailureAmountThroughDouble = "failure-amount-through-double";
        /// Names the height at which a held HTLC fails in place of that at which it came.
        HeldPartNamesTheHeightOfItsFailure = "held-part-names-the-height-of-its-failure";
    "04-onion-routing.md:405":
        /// Treats a payment secret of zeros as missing.
        ZeroPaymentSecretIsMissing = "zero-payment-secret-is-missing";
        /// Claims a keysend without payment_data for whose hash parts are held.
        HeldPartsNeedNoSecret = "held-parts-need-no-secret";
        /// Does not compare the payment secrets of the parts of a keysend.
        HeldPartsTakeAnySecret = "held-parts-take-any-secret";
    "01-messaging.md:173-174":
        /// Lets numbers have leading zero bytes in payments of invoices.
        ValueMinimalityNotAskedForInvoices = "value-minimality-not-asked-for-invoices";
        /// Lets numbers have leading zero bytes in shared-secret payments.
        ValueMinimalityNotAskedForSharedSecrets = "value-minimality-not-asked-for-shared-secrets";
        /// Lets numbers have leading zero bytes in payloads of HTLCs to be forwarded.
        ValueMinimalityNotAskedWhenForwarding = "value-minimality-not-asked-when-forwarding";
    "01-messaging.md:160-168":
        /// Ignores a record that is cut short in payments of invoices.
        TruncationNotAskedForInvoices = "truncation-not-asked-for-invoices";
        /// Ignores a record that is cut short in shared-secret payments.
        TruncationNotAskedForSharedSecrets = "truncation-not-asked-for-shared-secrets";
        /// Ignores a record that is cut short in payloads of HTLCs to be forwarded.
        TruncationNotAskedWhenForwarding = "truncation-not-asked-when-forwarding";
    "04-onion-routing.md:329":
        /// Treats a missing amt_to_forward as 0 in payments of invoices.
        AmountMayBeMissingForInvoices = "amount-may-be-missing-for-invoices";
        /// Treats a missing amt_to_forward as 0 in shared-secret payments.
        AmountMayBeMissingForSharedSecrets = "amount-may-be-missing-for-shared-secrets";
        /// Treats a missing amt_to_forward as 0 in payloads of HTLCs to be forwarded.
        AmountMayBeMissingWhenForwarding = "amount-may-be-missing-when-forwarding";
        /// Treats a missing outgoing_cltv_value as 0 in payments of invoices.
        ExpiryMayBeMissingForInvoices = "expiry-may-be-missing-for-invoices";
        /// Treats a missing outgoing_cltv_value as 0 in shared-secret payments.
        ExpiryMayBeMissingForSharedSecrets = "expiry-may-be-missing-for-shared-secrets";
        /// Treats a missing outgoing_cltv_value as 0 in payloads of HTLCs to be forwarded.
        ExpiryMayBeMissingWhenForwarding = "expiry-may-be-missing-when-forwarding";
    "04-onion-routing.md:288-290":
        /// Refuses payment_metadata of more than 512 bytes.
        LongMetadataRefused = "long-metadata-refused";
        /// Refuses payment_metadata in payments of invoices.
        InvoiceMetadataRefused = "invoice-metadata-refused";
    "04-onion-routing.md:1434-1435":
        /// Answers a replay that has a path key with invalid_onion_hmac.
        ReplayWithPathKeyFailsAsHmac = "replay-with-path-key-fails-as-hmac";
    "04-onion-routing.md:109-113":
        /// Authenticates return packets and attribution data with mu, the key of the way there.
        UmKeyIsMu = "um-key-is-mu";
    "04-onion-routing.md:1053-1059":
        /// Swaps the keys um and ammag.
        UmAndAmmagSwapped = "um-and-ammag-swapped";
        /// Obfuscates return packets with rho, the key of the way there.
        AmmagKeyIsRho = "ammag-key-is-rho";
        /// Obfuscates return packets with the key of attribution data.
        AmmagKeyIsAmmagext = "ammag-key-is-ammagext";
        /// Computes the HMAC of a return packet over the whole packet, with zeros in its own place.
        ReturnHmacCoversItself = "return-hmac-covers-itself";
        /// Leaves the message's length out of the HMAC of a return packet.
        ReturnHmacWithoutLength = "return-hmac-without-length";
        /// Computes the HMAC of a return packet over the message alone.
        ReturnHmacOfMessageAlone = "return-hmac-of-message-alone";
        /// Leaves the pad and its length out of the HMAC of a return packet.
        ReturnHmacWithoutPad = "return-hmac-without-pad";
        /// Leaves the bytes of the pad out of the HMAC of a return packet.
        ReturnHmacWithoutPadBytes = "return-hmac-without-pad-bytes";
        /// Leaves what is longer than the usual return packet out of its HMAC.
        ReturnHmacOfAtMost260Bytes = "return-hmac-of-at-most-260-bytes";
        /// Computes the HMAC of a return packet after the stream is applied.
        ReturnHmacOfWhatIsSent = "return-hmac-of-what-is-sent";
        /// Applies the stream to what follows the HMAC of a return packet.
        ReturnHmacNotObfuscated = "return-hmac-not-obfuscated";
        /// Sends the return packet of a failing node without its stream.
        FailingNodeDoesNotObfuscate = "failing-node-does-not-obfuscate";
    "04-onion-routing.md:1046-1051":
        /// Writes the length of a failure message as little-endian.
        FailureLengthLittleEndian = "failure-length-little-endian";
        /// Keeps the low 8 bits of the length of a failure message.
        FailureLengthInOneByte = "failure-length-in-one-byte";
        /// Counts its own 2 bytes in the length of a failure message.
        FailureLengthCountsItself = "failure-length-counts-itself";
        /// Counts the pad in the length of a failure message.
        FailureLengthCountsThePad = "failure-length-counts-the-pad";
        /// Writes the length of the pad as little-endian.
        PadLengthLittleEndian = "pad-length-little-endian";
        /// Writes the pad without its length.
        PadLengthLeftOut = "pad-length-left-out";
        /// Reads the length of a failure message as little-endian.
        FailureLengthReadLittleEndian = "failure-length-read-little-endian";
        /// Takes the bytes that are left when the length of a failure message is larger.
        FailureMessageCutShortAccepted = "failure-message-cut-short-accepted";
        /// Returns the pad with the failure message.
        FailureMessageWithPad = "failure-message-with-pad";
        /// Returns the length in front of the failure message.
        FailureMessageWithLength = "failure-message-with-length";
        /// Cuts a failure message of more than 256 bytes.
        FailureMessageCutAt256 = "failure-message-cut-at-256";
        /// Does not read a failure message of more than 256 bytes.
        LongFailureMessageMissing = "long-failure-message-missing";
        /// Drops zero bytes at the end of a failure message.
        FailureMessageZerosDropped = "failure-message-zeros-dropped";
        /// Does not tell a failure message of no bytes from a missing one.
        EmptyFailureMessageMissing = "empty-failure-message-missing";
    "04-onion-routing.md:1120-1124":
        /// Pads failure messages to 255 bytes.
        PadMakes255 = "pad-makes-255";
        /// Pads failure messages to 260 bytes.
        PadMakes260 = "pad-makes-260";
        /// Pads message, pad and their lengths to 256 bytes.
        PadCountsTheLengths = "pad-counts-the-lengths";
        /// Adds a pad of 256 bytes to every failure message.
        PadHas256Bytes = "pad-has-256-bytes";
        /// Adds a pad of one byte to a failure message of 256 bytes.
        PadIsNeverEmpty = "pad-is-never-empty";
        /// Does not pad failure messages.
        NoPad = "no-pad";
        /// Pads failure messages with bytes of ff.
        PadOfFf = "pad-of-ff";
        /// Counts a return packet of 256 bytes as long enough.
        ShortReturnPacketBelow256 = "short-return-packet-below-256";
        /// Counts a return packet of 292 bytes as too short.
        ShortReturnPacketBelow293 = "short-return-packet-below-293";
        /// Does the opposite of its policy for short return packets.
        ShortPacketPolicyInverted = "short-packet-policy-inverted";
        /// Refuses to open a return packet of more than 292 bytes.
        LongReturnPacketNotOpened = "long-return-packet-not-opened";
        /// Does the opposite of its policy for wrong pads.
        PadPolicyInverted = "pad-policy-inverted";
        /// Accepts a return packet that ends before the length of the pad where it checks the pad.
        MissingPadAccepted = "missing-pad-accepted";
        /// Accepts a pad that goes beyond the packet where it checks the pad.
        PadBeyondThePacketAccepted = "pad-beyond-the-packet-accepted";
        /// Accepts bytes behind the pad where it checks the pad.
        BytesBehindThePadAccepted = "bytes-behind-the-pad-accepted";
        /// Accepts message and pad of less than 256 bytes where it checks the pad.
        ShortPadAccepted = "short-pad-accepted";
        /// Refuses message and pad of more than 256 bytes where it checks the pad.
        LongPadNotAccepted = "long-pad-not-accepted";
        /// Refuses a pad with other bytes than zeros where it checks the pad.
        PadMustBeZero = "pad-must-be-zero";
    "04-onion-routing.md:1133-1137":
        /// Applies the stream to the first 256 bytes of a return packet.
        ReturnStreamOf256Bytes = "return-stream-of-256-bytes";
        /// Applies the stream to the first 292 bytes of a return packet.
        ReturnStreamOf292Bytes = "return-stream-of-292-bytes";
        /// Applies the stream to the first 1300 bytes of a return packet, as many as an onion has.
        ReturnStreamOf1300Bytes = "return-stream-of-1300-bytes";
        /// Starts the stream again after 292 bytes of a return packet.
        ReturnStreamRestarts = "return-stream-restarts";
        /// Passes a return packet on as it came.
        OnlyTheFailingNodeObfuscates = "only-the-failing-node-obfuscates";
    "04-onion-routing.md:1174-1176":
        /// Does not pass on a return packet of less than 292 bytes.
        ShortReturnPacketNotWrapped = "short-return-packet-not-wrapped";
        /// Does not pass on a return packet of more than 292 bytes.
        LongReturnPacketNotWrapped = "long-return-packet-not-wrapped";
        /// Adds zeros to a return packet of less than 292 bytes before it passes it on.
        ShortReturnPacketPadded = "short-return-packet-padded";
        /// Cuts a return packet of more than 292 bytes before it passes it on.
        LongReturnPacketCut = "long-return-packet-cut";
    "04-onion-routing.md:1185-1186":
        /// Takes the streams off a return packet from the last hop to the first.
        StreamsTakenOffBackwards = "streams-taken-off-backwards";
        /// Takes only one hop's stream off a return packet before it compares the HMAC.
        OneStreamTakenOff = "one-stream-taken-off";
        /// Does not try the last hop when it looks for the one that failed.
        PayerLeavesOutTheLastHop = "payer-leaves-out-the-last-hop";
        /// Tries the first hop alone when it looks for the one that failed.
        PayerTriesOneHop = "payer-tries-one-hop";
    "04-onion-routing.md:1220-1225":
        /// Tries 20 hops when it looks for the one that failed.
        PayerTries20Hops = "payer-tries-20-hops";
    "04-onion-routing.md:1210-1213":
        /// Takes the first hop to be the one that failed.
        ReturnHmacNotChecked = "return-hmac-not-checked";
        /// Compares 4 bytes of the HMAC of a return packet, as in attribution data.
        ReturnHmacComparedByPrefix = "return-hmac-compared-by-prefix";
        /// Does not compare the last byte of the HMAC of a return packet.
        ReturnHmacLastByteNotCompared = "return-hmac-last-byte-not-compared";
        /// Does not compare the first byte of the HMAC of a return packet.
        ReturnHmacFirstByteNotCompared = "return-hmac-first-byte-not-compared";
        /// Does not compare the HMAC of a return packet that has no room for a length.
        ReturnPacketWithoutLengthNotOpened = "return-packet-without-length-not-opened";
        /// Takes the last hop whose HMAC fits to be the one that failed.
        LastHopThatFitsCounts = "last-hop-that-fits-counts";
        /// Counts the hop that failed from 1.
        FailingHopCountedFrom1 = "failing-hop-counted-from-1";
        /// Counts the hop that failed from the end of the route.
        FailingHopCountedFromThePayee = "failing-hop-counted-from-the-payee";
        /// Takes the first hop to have failed when no HMAC fits.
        UnknownSourceIsFirstHop = "unknown-source-is-first-hop";
        /// Takes the last hop to have failed when no HMAC fits.
        UnknownSourceIsLastHop = "unknown-source-is-last-hop";
        /// Does not name the hop that failed when its message cannot be read.
        UnreadableMessageHidesTheHop = "unreadable-message-hides-the-hop";
        /// Does not read a failure message of one byte.
        FailureMessageNeedsACode = "failure-message-needs-a-code";
        /// Does not read a failure message whose code it does not know.
        UnknownFailureCodeMissing = "unknown-failure-code-missing";
        /// Reads the failure code as little-endian.
        FailureCodeLittleEndian = "failure-code-little-endian";
        /// Drops the flags of a failure code.
        FailureCodeWithoutFlags = "failure-code-without-flags";
    "04-onion-routing.md:1558":
        /// Does not keep what follows the fields of incorrect_or_unknown_payment_details.
        FailureMessageExtraDropped = "failure-message-extra-dropped";
    "04-onion-routing.md:1072-1076":
        /// Writes its hold time as little-endian.
        HoldTimeLittleEndian = "hold-time-little-endian";
        /// Writes its hold time in milliseconds.
        HoldTimeInMilliseconds = "hold-time-in-milliseconds";
        /// Writes its hold time in seconds.
        HoldTimeInSeconds = "hold-time-in-seconds";
        /// Writes the low 16 bits of its hold time.
        HoldTimeIn16Bits = "hold-time-in-16-bits";
        /// Writes a hold time of more than 16 bits as 65535.
        HoldTimeAtMost16Bits = "hold-time-at-most-16-bits";
    "04-onion-routing.md:1078-1079":
        /// Authenticates attribution data with the key mu.
        AttributionHmacKeyIsMu = "attribution-hmac-key-is-mu";
        /// Authenticates attribution data with the key that obfuscates it.
        AttributionHmacKeyIsAmmagext = "attribution-hmac-key-is-ammagext";
        /// Writes the last 4 bytes of an HMAC into attribution data.
        AttributionHmacLastBytes = "attribution-hmac-last-bytes";
    "04-onion-routing.md:1092-1098":
        /// Writes its HMAC of position zero first.
        AttributionHmacsFromPositionZero = "attribution-hmacs-from-position-zero";
    "04-onion-routing.md:1100-1108":
        /// Covers the return packet with the node's own stream in attribution data.
        AttributionHmacOfObfuscatedPacket = "attribution-hmac-of-obfuscated-packet";
        /// Covers the length of the return packet in attribution data.
        AttributionHmacCoversPacketLength = "attribution-hmac-covers-packet-length";
        /// Covers the return packet without its HMAC in attribution data.
        AttributionHmacWithoutReturnHmac = "attribution-hmac-without-return-hmac";
        /// Covers the first 292 bytes of the return packet in attribution data.
        AttributionHmacOfAtMost292Bytes = "attribution-hmac-of-at-most-292-bytes";
        /// Does not cover the return packet in attribution data.
        AttributionHmacWithoutPacket = "attribution-hmac-without-packet";
        /// Covers y instead of y + 1 hold times.
        LastHoldTimeNotCovered = "last-hold-time-not-covered";
        /// Covers y + 2 instead of y + 1 hold times.
        OneMoreHoldTimeCovered = "one-more-hold-time-covered";
        /// Covers all 20 hold times, whatever the position.
        AllHoldTimesCovered = "all-hold-times-covered";
        /// Covers its own hold time alone.
        OnlyOwnHoldTimeCovered = "only-own-hold-time-covered";
        /// Covers no hold times.
        HoldTimesNotCovered = "hold-times-not-covered";
        /// Covers no HMACs of the nodes behind.
        DownstreamHmacsNotCovered = "downstream-hmacs-not-covered";
        /// Covers the HMAC of the next node alone.
        OnlyTheNextHmacCovered = "only-the-next-hmac-covered";
        /// Leaves out the HMAC of the last node behind.
        LastDownstreamHmacNotCovered = "last-downstream-hmac-not-covered";
        /// Covers the HMACs of the nodes behind from the last to the first.
        DownstreamHmacsReversed = "downstream-hmacs-reversed";
        /// Covers the last HMAC of each node behind.
        DownstreamHmacsOfPositionZero = "downstream-hmacs-of-position-zero";
        /// Covers the HMACs of the nodes behind that are for the node's own position.
        DownstreamHmacsOfTheSamePosition = "downstream-hmacs-of-the-same-position";
        /// Covers the first HMAC of each node behind.
        DownstreamHmacsOfTheLongestRoute = "downstream-hmacs-of-the-longest-route";
        /// Covers the first y HMACs that follow its own.
        DownstreamHmacsInARow = "downstream-hmacs-in-a-row";
        /// Covers the hold times before the return packet.
        HoldTimesBeforePacket = "hold-times-before-packet";
        /// Covers the HMACs of the nodes behind before the hold times.
        DownstreamHmacsBeforeHoldTimes = "downstream-hmacs-before-hold-times";
    "04-onion-routing.md:1110-1113":
        /// Writes only the HMAC of position zero where there is nothing behind.
        RedundantHmacsLeftOut = "redundant-hmacs-left-out";
    "04-onion-routing.md:1115-1116":
        /// Obfuscates attribution data with the key of return packets.
        AmmagextKeyIsAmmag = "ammagext-key-is-ammag";
        /// Does not obfuscate attribution data.
        AttributionNotObfuscated = "attribution-not-obfuscated";
        /// Obfuscates the hold times alone.
        OnlyHoldTimesObfuscated = "only-hold-times-obfuscated";
        /// Obfuscates the HMACs alone.
        OnlyAttributionHmacsObfuscated = "only-attribution-hmacs-obfuscated";
        /// Obfuscates hold times and HMACs with the same part of the stream.
        AttributionStreamRestartsAtHmacs = "attribution-stream-restarts-at-hmacs";
    "04-onion-routing.md:1140-1153":
        /// Writes its hold time over that of the next node.
        HoldTimesNotShifted = "hold-times-not-shifted";
        /// Writes its HMACs over those of the next node.
        AttributionHmacsNotShifted = "attribution-hmacs-not-shifted";
        /// Shifts HMACs by 20 places and drops those at the end.
        AttributionHmacsNotPruned = "attribution-hmacs-not-pruned";
        /// Drops the last HMAC of each hop instead of the first.
        LastHmacOfEachHopPruned = "last-hmac-of-each-hop-pruned";
        /// Shifts one hop too few, so that the last of 20 is lost.
        ShiftLosesTheLastHop = "shift-loses-the-last-hop";
    "04-onion-routing.md:1157-1163":
        /// Writes its hold time into the last place.
        HoldTimePutAtTheEnd = "hold-time-put-at-the-end";
        /// Obfuscates attribution data before it adds its own.
        AttributionObfuscatedBeforeTheUpdate = "attribution-obfuscated-before-the-update";
    "04-onion-routing.md:1167-1173":
        /// Ignores attribution data from downstream.
        ReceivedAttributionIgnored = "received-attribution-ignored";
        /// Adds nothing of its own where no attribution data came from downstream.
        MissingAttributionStaysZero = "missing-attribution-stays-zero";
    "04-onion-routing.md:1190-1192":
        /// Does not check the HMACs of attribution data.
        AttributionHmacNotChecked = "attribution-hmac-not-checked";
        /// Compares 2 bytes of the HMACs of attribution data.
        AttributionHmacComparedIn2Bytes = "attribution-hmac-compared-in-2-bytes";
        /// Checks the HMAC for a position one too far from the end of the route.
        AttributionPositionOneMore = "attribution-position-one-more";
        /// Checks the HMAC for a position one too near to the end of the route.
        AttributionPositionOneLess = "attribution-position-one-less";
        /// Counts the position for the HMACs of attribution data from the payer.
        AttributionPositionFromThePayer = "attribution-position-from-the-payer";
        /// Checks the first HMAC of each hop, as if the route had 20 hops.
        AttributionPositionOfTheLongestRoute = "attribution-position-of-the-longest-route";
        /// Counts the position for the HMACs of attribution data from the hop that failed.
        AttributionPositionFromTheFailingHop = "attribution-position-from-the-failing-hop";
        /// Checks the HMACs of attribution data against the return packet as it came.
        AttributedPacketNotUnwrapped = "attributed-packet-not-unwrapped";
        /// Checks the HMACs of attribution data against the return packet with the hop's stream.
        AttributedPacketUnwrappedTooLate = "attributed-packet-unwrapped-too-late";
        /// Leaves the hold times where they are when it goes on to the next hop.
        HoldTimesNotShiftedBack = "hold-times-not-shifted-back";
        /// Leaves no gap for the HMACs that were pruned when it goes on to the next hop.
        ShiftBackLeavesNoGap = "shift-back-leaves-no-gap";
        /// Goes on to read hold times after a wrong HMAC.
        ReadsOnAfterAWrongHmac = "reads-on-after-a-wrong-hmac";
        /// Counts the hop whose HMAC is wrong from 1.
        InvalidHopCountedFrom1 = "invalid-hop-counted-from-1";
        /// Names the hop before the one whose HMAC is wrong.
        InvalidHopIsTheOneBefore = "invalid-hop-is-the-one-before";
        /// Does not name the hop whose HMAC is wrong.
        InvalidHopNotNamed = "invalid-hop-not-named";
        /// Does not check the attribution HMAC of the hop whose return packet fits.
        FailingHopNotVerified = "failing-hop-not-verified";
    "04-onion-routing.md:1202":
        /// Reads the hold time of the hop whose HMAC is wrong.
        InvalidHopsHoldTimeRead = "invalid-hops-hold-time-read";
        /// Forgets the hold times that it has read when it finds a wrong HMAC.
        WrongHmacHidesHoldTimes = "wrong-hmac-hides-hold-times";
        /// Does not read the hold time of the hop that failed.
        FailingHopNotRead = "failing-hop-not-read";
        /// Reads hold times as little-endian.
        HoldTimeReadLittleEndian = "hold-time-read-little-endian";
        /// Returns hold times in milliseconds.
        HoldTimeReadAsMilliseconds = "hold-time-read-as-milliseconds";
        /// Reads the low 16 bits of hold times.
        HoldTimeReadIn16Bits = "hold-time-read-in-16-bits";
        /// Returns the last hop's hold time first.
        HoldTimesLastHopFirst = "hold-times-last-hop-first";
        /// Leaves out hold times of zero.
        ZeroHoldTimesLeftOut = "zero-hold-times-left-out";
    "04-onion-routing.md:1208-1213":
        /// Goes on to check attribution data of the hops behind the one that failed.
        ReadsOnBehindTheFailingHop = "reads-on-behind-the-failing-hop";
    "04-onion-routing.md:1226-1227":
        /// Does not read attribution data when no hop's HMAC fits the return packet.
        UnknownSourceHidesHoldTimes = "unknown-source-hides-hold-times";
    "04-onion-routing.md:1587-1590":
        /// Covers 32 zero bytes instead of a return packet when the HTLC was fulfilled.
        FulfilmentHmacCoversZeros = "fulfilment-hmac-covers-zeros";
        /// Covers the length of an empty return packet when the HTLC was fulfilled.
        FulfilmentHmacCoversALength = "fulfilment-hmac-covers-a-length";
        /// Ignores attribution data from downstream when the HTLC was fulfilled.
        FulfilmentStartsAttributionAnew = "fulfilment-starts-attribution-anew";
    "04-onion-routing.md:494-502":
        /// Derives every secret of a blinded route from the session key.
        RouteKeyNotAdvanced = "route-key-not-advanced";
        /// Adds the factor to the path key's secret when it makes a blinded route, instead of multiplying.
        RouteKeyAdvancedByAddition = "route-key-advanced-by-addition";
        /// Blinds the session key for each hop of a blinded route, instead of the last hop's key.
        RouteKeyAdvancedOnlyOnce = "route-key-advanced-only-once";
        /// Blinds the session key once before the first hop of a blinded route.
        RouteKeyAdvancedBeforeTheFirstHop = "route-key-advanced-before-the-first-hop";
        /// Makes a blinded route from the recipient to the introduction node.
        BlindedRouteStartsAtTheRecipient = "blinded-route-starts-at-the-recipient";
        /// Makes a blinded route of no hops.
        EmptyBlindedRouteMade = "empty-blinded-route-made";
        /// Refuses to make a blinded route of one hop, the recipient itself.
        BlindedRouteOfOneHopRefused = "blinded-route-of-one-hop-refused";
        /// Refuses to make a blinded route of more than 20 hops.
        BlindedRouteOfAtMost20Hops = "blinded-route-of-at-most-20-hops";
        /// Hashes the secret before the path key in the factor of the next path key.
        PathKeyFactorSecretFirst = "path-key-factor-secret-first";
        /// Hashes the secret alone in the factor of the next path key.
        PathKeyFactorWithoutKey = "path-key-factor-without-key";
        /// Hashes the path key's x coordinate in the factor of the next path key.
        PathKeyFactorFromXOnly = "path-key-factor-from-x-only";
        /// Hashes the node's id in place of the path key in the factor of the next path key.
        PathKeyFactorOfTheNodeId = "path-key-factor-of-the-node-id";
        /// Hashes the rho key in place of the secret in the factor of the next path key.
        PathKeyFactorOfTheRhoKey = "path-key-factor-of-the-rho-key";
        /// Takes an HMAC of the secret under the path key as the factor of the next path key.
        PathKeyFactorIsHmac = "path-key-factor-is-hmac";
        /// Hashes the factor of the next path key twice.
        PathKeyFactorHashedTwice = "path-key-factor-hashed-twice";
        /// Takes the secret itself as the factor of the next path key.
        PathKeyFactorIsTheSecret = "path-key-factor-is-the-secret";
        /// Takes the factor of the node's blinded id as that of the next path key.
        PathKeyFactorIsTheNodeBlinding = "path-key-factor-is-the-node-blinding";
    "04-onion-routing.md:503":
        /// Gives the payer the second hop's path key as the first one.
        FirstPathKeyOfTheSecondHop = "first-path-key-of-the-second-hop";
        /// Gives the payer the last hop's path key as the first one.
        FirstPathKeyOfTheLastHop = "first-path-key-of-the-last-hop";
        /// Writes the first path key with the prefix 02, whatever its y coordinate.
        FirstPathKeyParityLost = "first-path-key-parity-lost";
    "04-onion-routing.md:504-506":
        /// Derives the factor of a blinded id with the label "blinded_node".
        BlindedIdLabelIsBlindedNode = "blinded-id-label-is-blinded-node";
        /// Derives the factor of a blinded id with the label "node_id".
        BlindedIdLabelIsNodeId = "blinded-id-label-is-node-id";
        /// Derives the factor of a blinded id with the label "blinding".
        BlindedIdLabelIsBlinding = "blinded-id-label-is-blinding";
        /// Derives the factor of a blinded id with the label "rho".
        BlindedIdLabelIsRho = "blinded-id-label-is-rho";
        /// Derives the factor of a blinded id with the label "blinded-node-id".
        BlindedIdLabelHasHyphens = "blinded-id-label-has-hyphens";
        /// Derives the factor of a blinded id with the backslashes that the label has in the spec's source.
        BlindedIdLabelEscaped = "blinded-id-label-escaped";
        /// Takes the secret as the HMAC key and the label as its message in the factor of a blinded id.
        BlindedIdHmacSwapped = "blinded-id-hmac-swapped";
        /// Hashes label and secret without HMAC in the factor of a blinded id.
        BlindedIdIsPlainHash = "blinded-id-is-plain-hash";
        /// Derives the factor of a blinded id from the rho key.
        BlindedIdOfTheRhoKey = "blinded-id-of-the-rho-key";
        /// Takes the secret itself as the factor of a blinded id.
        BlindedIdFactorIsTheSecret = "blinded-id-factor-is-the-secret";
        /// Adds the factor to a node's key to blind its id, instead of multiplying.
        BlindedIdByAddition = "blinded-id-by-addition";
        /// Blinds the path key in place of the node's id.
        BlindedIdOfThePathKey = "blinded-id-of-the-path-key";
        /// Writes blinded ids with the prefix 02, whatever the y coordinate.
        BlindedIdParityLost = "blinded-id-parity-lost";
        /// Lists the introduction node of a blinded route with its real id.
        IntroductionNodeNotBlinded = "introduction-node-not-blinded";
        /// Lists the recipient of a blinded route with its real id.
        RecipientNotBlinded = "recipient-not-blinded";
    "04-onion-routing.md:510-511":
        /// Adds padding of its own to the data of a blinded route that are shorter than the longest.
        RouteDataPadded = "route-data-padded";
        /// Gives the hops of a blinded route their data in reverse order.
        RouteDataOfTheLastHopFirst = "route-data-of-the-last-hop-first";
        /// Refuses to make a blinded route with data that are no records it knows.
        RouteDataMustBeRecords = "route-data-must-be-records";
        /// Leaves the data of a hop without records empty, without a tag.
        EmptyRouteDataNotSealed = "empty-route-data-not-sealed";
        /// Seals a blinded route's data with the key mu.
        BlindedDataKeyIsMu = "blinded-data-key-is-mu";
        /// Seals a blinded route's data with the factor of the node's blinded id.
        BlindedDataKeyIsTheNodeBlinding = "blinded-data-key-is-the-node-blinding";
        /// Seals a blinded route's data with a nonce that counts from 1.
        BlindedDataNonceIsOne = "blinded-data-nonce-is-one";
        /// Enciphers a blinded route's data from the stream's third block on.
        BlindedDataFromBlockTwo = "blinded-data-from-block-two";
        /// Covers the path key with the tag of a blinded route's data.
        BlindedTagCoversPathKey = "blinded-tag-covers-path-key";
        /// Computes the tag of a blinded route's data before it enciphers them.
        BlindedTagOfTheData = "blinded-tag-of-the-data";
        /// Does not pad to whole blocks under the tag of a blinded route's data.
        BlindedTagWithoutPadding = "blinded-tag-without-padding";
        /// Leaves the lengths out of the tag of a blinded route's data.
        BlindedTagWithoutLengths = "blinded-tag-without-lengths";
        /// Swaps the two lengths under the tag of a blinded route's data.
        BlindedTagLengthsSwapped = "blinded-tag-lengths-swapped";
        /// Writes the lengths under the tag of a blinded route's data as big-endian.
        BlindedTagLengthsBigEndian = "blinded-tag-lengths-big-endian";
        /// Puts the tag before the data that are enciphered.
        BlindedTagInFront = "blinded-tag-in-front";
    "04-onion-routing.md:526-534":
        /// Compares 4 bytes of the tag of a blinded route's data.
        BlindedTagComparedIn4Bytes = "blinded-tag-compared-in-4-bytes";
        /// Does not compare the last byte of the tag of a blinded route's data.
        BlindedTagLastByteNotCompared = "blinded-tag-last-byte-not-compared";
        /// Does not compare the first byte of the tag of a blinded route's data.
        BlindedTagFirstByteNotCompared = "blinded-tag-first-byte-not-compared";
        /// Does not check the tag where nothing is enciphered.
        BlindedTagOfEmptyDataNotChecked = "blinded-tag-of-empty-data-not-checked";
        /// Reads encrypted data that are shorter than a tag as no records.
        ShortBlindedDataAreEmpty = "short-blinded-data-are-empty";
        /// Crashes where encrypted data are shorter than a tag.
        ShortBlindedDataCrash = "short-blinded-data-crash";
        /// Does not read a tag without data.
        EmptyBlindedDataUnreadable = "empty-blinded-data-unreadable";
        /// Opens the data with the secret that the path key shares with the blinded id.
        BlindedDataOpenedWithTheBlindedSecret = "blinded-data-opened-with-the-blinded-secret";
        /// Gives the node's own secret as that of its blinded id.
        BlindedSecretIsTheNodes = "blinded-secret-is-the-nodes";
        /// Gives the factor as the secret of the blinded id.
        BlindedSecretIsTheFactor = "blinded-secret-is-the-factor";
        /// Negates the secret of a blinded id whose y coordinate is odd.
        BlindedSecretAlwaysEven = "blinded-secret-always-even";
        /// Derives the secret of the blinded id from next_path_key_override where there is one.
        BlindedSecretOfTheOverride = "blinded-secret-of-the-override";
        /// Does not read data that name no next hop.
        UnblindingAsksForANextHop = "unblinding-asks-for-a-next-hop";
        /// Does not read data that name both a channel and a node.
        UnblindingRefusesTwoNextHops = "unblinding-refuses-two-next-hops";
        /// Does not read data with allowed_features that it does not know.
        UnblindingReadsFeatures = "unblinding-reads-features";
        /// Returns the data without their padding.
        RecipientDataWithoutPadding = "recipient-data-without-padding";
        /// Returns the data without unknown odd records.
        RecipientDataWithoutUnknownRecords = "recipient-data-without-unknown-records";
        /// Returns the data with their tag.
        RecipientDataWithTheTag = "recipient-data-with-the-tag";
        /// Refuses unknown odd records below 65536 in a blinded route's data.
        BlindedOddBelow65536Refused = "blinded-odd-below-65536-refused";
        /// Refuses odd records of 65536 and above in a blinded route's data.
        BlindedCustomOddRefused = "blinded-custom-odd-refused";
        /// Ignores even records of 65536 and above in a blinded route's data.
        BlindedCustomEvenIgnored = "blinded-custom-even-ignored";
        /// Reads the parity of a type of 3 bytes from its marker in a blinded route's data.
        BlindedParityOfTheFirstByte = "blinded-parity-of-the-first-byte";
        /// Ignores a record of type 0 in a blinded route's data.
        BlindedTypeZeroIgnored = "blinded-type-zero-ignored";
        /// Knows the types 16 and 18 of hop payloads in a blinded route's data.
        BlindedDataReadAsPayload = "blinded-data-read-as-payload";
        /// Treats zero bytes at the end of a blinded route's data as padding.
        BlindedDataZerosIgnored = "blinded-data-zeros-ignored";
        /// Ignores a single byte at the end of a blinded route's data.
        BlindedDataLoneByteIgnored = "blinded-data-lone-byte-ignored";
        /// Accepts types and lengths that are not minimal in a blinded route's data.
        BlindedDataNotMinimalAccepted = "blinded-data-not-minimal-accepted";
        /// Accepts the same type twice in a blinded route's data.
        BlindedTypeTwiceAccepted = "blinded-type-twice-accepted";
        /// Accepts types in any order in a blinded route's data.
        BlindedTypesOutOfOrderAccepted = "blinded-types-out-of-order-accepted";
    "04-onion-routing.md:535-538":
        /// Ignores next_path_key_override.
        PathKeyOverrideIgnored = "path-key-override-ignored";
        /// Multiplies next_path_key_override with the factor of the next path key.
        PathKeyOverrideAdvanced = "path-key-override-advanced";
        /// Ignores next_path_key_override in data that name no next hop.
        PathKeyOverrideOnlyBeforeTheFinalNode = "path-key-override-only-before-the-final-node";
        /// Writes next_path_key_override with the prefix 02, whatever its y coordinate.
        PathKeyOverrideParityLost = "path-key-override-parity-lost";
        /// Passes its own path key on.
        NextPathKeyNotAdvanced = "next-path-key-not-advanced";
        /// Multiplies the path key with the factor twice before it passes it on.
        NextPathKeyAdvancedTwice = "next-path-key-advanced-twice";
        /// Adds the factor to the path key before it passes it on, instead of multiplying.
        NextPathKeyByAddition = "next-path-key-by-addition";
        /// Derives the next path key with the secret of the blinded id.
        NextPathKeyOfTheBlindedSecret = "next-path-key-of-the-blinded-secret";
        /// Writes the next path key with the prefix 02, whatever its y coordinate.
        NextPathKeyParityLost = "next-path-key-parity-lost";
        /// Does not advance the path key where data name no next hop.
        FinalNodeKeepsThePathKey = "final-node-keeps-the-path-key";
    "04-onion-routing.md:599-632":
        /// Refuses padding of other bytes than zeros.
        BlindedPaddingMustBeZero = "blinded-padding-must-be-zero";
        /// Does not check the length of a short channel id in a blinded route's data.
        BlindedChannelOfAnyLength = "blinded-channel-of-any-length";
        /// Does not check that a next_node_id is a point.
        BlindedNextNodeNotChecked = "blinded-next-node-not-checked";
        /// Refuses a path_id that has not 32 bytes.
        PathIdMustHave32Bytes = "path-id-must-have-32-bytes";
        /// Refuses a path_id of no bytes.
        EmptyPathIdRefused = "empty-path-id-refused";
        /// Does not check next_path_key_override.
        PathKeyOverrideNotChecked = "path-key-override-not-checked";
        /// Checks the length of next_path_key_override, and not that it is a point.
        PathKeyOverrideOnlyMeasured = "path-key-override-only-measured";
        /// Cuts a next_path_key_override of more than 33 bytes.
        LongPathKeyOverrideCut = "long-path-key-override-cut";
        /// Ignores a next_path_key_override that is no point.
        WrongPathKeyOverrideIgnored = "wrong-path-key-override-ignored";
        /// Does not check the form of payment_relay.
        PaymentRelayNotChecked = "payment-relay-not-checked";
        /// Asks for 10 bytes of payment_relay, as if its fee were no truncated integer.
        PaymentRelayInFull = "payment-relay-in-full";
        /// Does not check the form of payment_constraints.
        PaymentConstraintsNotChecked = "payment-constraints-not-checked";
        /// Asks for 12 bytes of payment_constraints, as if its amount were no truncated integer.
        PaymentConstraintsInFull = "payment-constraints-in-full";
        /// Accepts an htlc_minimum_msat above 21 million bitcoin.
        HtlcMinimumOfAnyAmount = "htlc-minimum-of-any-amount";
        /// Refuses allowed_features of no bytes.
        EmptyAllowedFeaturesRefused = "empty-allowed-features-refused";
        /// Refuses allowed_features that start with a zero byte.
        AllowedFeaturesMustBeMinimal = "allowed-features-must-be-minimal";
    "09-features.md:11-15":
        /// Reads the bytes of features from the last to the first.
        FeatureBytesReversed = "feature-bytes-reversed";
        /// Reads the highest bit of each byte of features as its lowest.
        FeatureBitsReversedInBytes = "feature-bits-reversed-in-bytes";
        /// Counts the bits of features from the highest of the first byte.
        FeatureBitsFromTheFront = "feature-bits-from-the-front";
        /// Counts the bits of features from 1.
        FeatureBitsCountedFrom1 = "feature-bits-counted-from-1";
        /// Reads the last 8 bytes of features.
        FeaturesReadIn8Bytes = "features-read-in-8-bytes";
        /// Reads the last 16 bytes of features.
        FeaturesReadIn16Bytes = "features-read-in-16-bytes";
        /// Reads the last 32 bytes of features.
        FeaturesReadIn32Bytes = "features-read-in-32-bytes";
        /// Reads the last 512 bytes of features.
        FeaturesReadIn512Bytes = "features-read-in-512-bytes";
        /// Reads the first 8 bytes of features.
        FeaturesFirst8BytesRead = "features-first-8-bytes-read";
        /// Refuses features of more than 8 bytes.
        FeaturesOfMoreThan8BytesRefused = "features-of-more-than-8-bytes-refused";
        /// Refuses features of more than 32 bytes.
        FeaturesOfMoreThan32BytesRefused = "features-of-more-than-32-bytes-refused";
        /// Refuses features of no bytes.
        EmptyFeaturesRefused = "empty-features-refused";
        /// Refuses features that start with a zero byte.
        FeaturesMustBeMinimal = "features-must-be-minimal";
        /// Takes odd bits as mandatory and even ones as optional.
        FeatureParitySwapped = "feature-parity-swapped";
    "07-routing-gossip.md:365-369":
        /// Does not pay a node that announces an unknown odd bit.
        UnknownOddNodeFeatureRefused = "unknown-odd-node-feature-refused";
        /// Ignores unknown even bits of node_features.
        UnknownNodeFeatureIgnored = "unknown-node-feature-ignored";
        /// Ignores unknown even bits of 256 and above.
        UnknownFeaturesFrom256Ignored = "unknown-features-from-256-ignored";
        /// Ignores unknown even bits of 1000 and above.
        UnknownFeaturesFrom1000Ignored = "unknown-features-from-1000-ignored";
        /// Ignores unknown even bits below 128.
        UnknownFeaturesBelow128Ignored = "unknown-features-below-128-ignored";
        /// Counts all bits below 256 as known, the range of the BOLTs.
        EveryFeatureOfBoltsKnown = "every-feature-of-bolts-known";
        /// Ignores an unknown even bit beside the odd one of its pair.
        UnknownFeatureWithBothBitsIgnored = "unknown-feature-with-both-bits-ignored";
        /// Does not know the features that BOLT 9 only calls assumed.
        AssumedFeaturesUnknown = "assumed-features-unknown";
        /// Does not know bit 54.
        KeysendFeatureUnknown = "keysend-feature-unknown";
        /// Does not know bit 46.
        ScidAliasFeatureUnknown = "scid-alias-feature-unknown";
        /// Does not pay an invoice of a node that announces an unknown even bit.
        InvoiceAsksForNodeFeatures = "invoice-asks-for-node-features";
        /// Ignores unknown even bits of node_features in a shared-secret payment.
        SharedSecretExcusesNodeFeatures = "shared-secret-excuses-node-features";
        /// Ignores unknown even bits of node_features in a keysend.
        KeysendExcusesNodeFeatures = "keysend-excuses-node-features";
        /// Ignores unknown even bits of a node that announces keysend.
        AnnouncedKeysendExcusesNodeFeatures = "announced-keysend-excuses-node-features";
    "11-payment-encoding.md:215-218":
        /// Does not pay an invoice with an unknown odd bit.
        UnknownOddInvoiceFeatureRefused = "unknown-odd-invoice-feature-refused";
        /// Ignores unknown even bits of an invoice.
        UnknownInvoiceFeatureIgnored = "unknown-invoice-feature-ignored";
        /// Refuses an unknown even bit of an invoice only where the node announces it too.
        InvoiceFeaturesAskedTogether = "invoice-features-asked-together";
    "09-features.md:76-78":
        /// Reads keysend as optional where both bits are set.
        KeysendWithBothBitsIsOptional = "keysend-with-both-bits-is-optional";
        /// Reads keysend as absent where both bits are set.
        KeysendWithBothBitsIsAbsent = "keysend-with-both-bits-is-absent";
        /// Does not pay a node that sets both bits of keysend.
        KeysendWithBothBitsRefused = "keysend-with-both-bits-refused";
    "blip-0003.md:36":
        /// Looks for keysend in bit 54 alone.
        KeysendOfBit54Alone = "keysend-of-bit-54-alone";
        /// Looks for keysend in bit 55 alone.
        KeysendOfBit55Alone = "keysend-of-bit-55-alone";
        /// Looks for keysend in bits 55 and 56.
        KeysendOfBits55And56 = "keysend-of-bits-55-and-56";
        /// Looks for keysend in bits 52 and 53.
        KeysendOfBits52And53 = "keysend-of-bits-52-and-53";
        /// Takes bit 54 of keysend as optional and bit 55 as mandatory.
        KeysendBitsSwapped = "keysend-bits-swapped";
        /// Reads keysend as optional, whichever bit is set.
        KeysendIsNeverMandatory = "keysend-is-never-mandatory";
        /// Reads keysend as mandatory, whichever bit is set.
        KeysendIsAlwaysMandatory = "keysend-is-always-mandatory";
        /// Looks for keysend among the invoice's features where an invoice is paid.
        KeysendReadFromTheInvoice = "keysend-read-from-the-invoice";
        /// Does the opposite of its policy for a keysend that is not announced.
        KeysendNotAnnouncedInverted = "keysend-not-announced-inverted";
        /// Sends a keysend to a node that does not announce it.
        KeysendAnnouncementNotAsked = "keysend-announcement-not-asked";
        /// Asks for keysend where the payment is a shared-secret one.
        SharedSecretAsksForKeysend = "shared-secret-asks-for-keysend";
        /// Asks for keysend where an invoice is paid.
        InvoiceAsksForKeysend = "invoice-asks-for-keysend";
        /// Does not send a keysend to a node that announces it as mandatory.
        MandatoryKeysendDoesNotCount = "mandatory-keysend-does-not-count";
        /// Does not send a keysend to a node that announces it as optional.
        OptionalKeysendDoesNotCount = "optional-keysend-does-not-count";
    "09-features.md:62-72":
        /// Does the opposite of its policy for missing dependencies of features.
        FeatureDependenciesInverted = "feature-dependencies-inverted";
        /// Does not check dependencies of node_features in a shared-secret payment.
        DependenciesNotAskedForSharedSecrets = "dependencies-not-asked-for-shared-secrets";
        /// Does not check dependencies of a node that is paid by keysend.
        DependenciesNotAskedForKeysends = "dependencies-not-asked-for-keysends";
        /// Checks dependencies of a node whose invoice is paid.
        DependenciesAskedForInvoicesToo = "dependencies-asked-for-invoices-too";
        /// Does not know that option_zeroconf depends on option_scid_alias.
        ZeroconfDependencyUnknown = "zeroconf-dependency-unknown";
        /// Does not know that option_simple_close depends on option_shutdown_anysegwit.
        SimpleCloseDependencyUnknown = "simple-close-dependency-unknown";
        /// Asks for a feature where one is set that it depends on.
        DependenciesTheOtherWayRound = "dependencies-the-other-way-round";
        /// Checks dependencies of features that are mandatory only.
        DependencyOfMandatoryFeaturesOnly = "dependency-of-mandatory-features-only";
        /// Checks dependencies of features that are optional only.
        DependencyOfOptionalFeaturesOnly = "dependency-of-optional-features-only";
        /// Asks for the even bit of a dependency.
        DependencyMustBeMandatory = "dependency-must-be-mandatory";
        /// Asks for the odd bit of a dependency.
        DependencyMustBeOptional = "dependency-must-be-optional";
        /// Asks for the even bit of a dependency where the feature is mandatory.
        MandatoryFeatureNeedsMandatory = "mandatory-feature-needs-mandatory";
        /// Announces both bits of a pair.
        BothBitsAnnounced = "both-bits-announced";
        /// Announces the even bit where both are to be set.
        BothBitsAnnouncedAsMandatory = "both-bits-announced-as-mandatory";
        /// Announces the odd bit where both are to be set.
        BothBitsAnnouncedAsOptional = "both-bits-announced-as-optional";
        /// Checks for both bits of a pair among the features that it knows.
        PairOfKnownFeaturesOnly = "pair-of-known-features-only";
        /// Pairs each odd bit with the one above.
        PairsStartWithOddBits = "pairs-start-with-odd-bits";
        /// Refuses to announce any two bits in a row.
        PairOfAnyNeighbours = "pair-of-any-neighbours";
        /// Refuses both bits of a pair only if they stand side by side in the list.
        PairOfNeighboursInTheListOnly = "pair-of-neighbours-in-the-list-only";
        /// Announces both bits of a pair where the odd one is listed first.
        PairWithTheOddBitFirstAccepted = "pair-with-the-odd-bit-first-accepted";
        /// Announces both bits of a pair where the even one is listed first.
        PairWithTheEvenBitFirstAccepted = "pair-with-the-even-bit-first-accepted";
        /// Announces a feature without one that it depends on.
        AnnouncedDependencyNotAsked = "announced-dependency-not-asked";
        /// Asks its policy whether it announces a feature without one that it depends on.
        AnnouncedDependencyByPolicy = "announced-dependency-by-policy";
        /// Announces a dependency that is missing.
        MissingDependencyAnnouncedToo = "missing-dependency-announced-too";
        /// Asks for a dependency to be listed before the feature.
        DependencyMustComeFirst = "dependency-must-come-first";
        /// Refuses to announce bits that it does not know.
        UnknownFeatureNotAnnounced = "unknown-feature-not-announced";
        /// Announces var_onion_optin whatever is to be set.
        VarOnionAlwaysAnnounced = "var-onion-always-announced";
        /// Announces the odd bit beside each even one.
        MandatoryFeatureAnnouncedTwice = "mandatory-feature-announced-twice";
        /// Refuses to announce no features.
        EmptyAnnouncementRefused = "empty-announcement-refused";
    "07-routing-gossip.md:348-350":
        /// Leaves out a byte of which only the lowest bit is set.
        AnnouncementRoundedDown = "announcement-rounded-down";
        /// Announces features with a zero byte in front.
        AnnouncementWithZeroByte = "announcement-with-zero-byte";
        /// Announces features with a zero byte in front where the highest bit of a byte is set.
        AnnouncementWithZeroByteWhenFull = "announcement-with-zero-byte-when-full";
        /// Announces features in multiples of 8 bytes.
        AnnouncementOfWholeWords = "announcement-of-whole-words";
        /// Announces features in multiples of 2 bytes.
        AnnouncementOfEvenLength = "announcement-of-even-length";
        /// Announces features of at least 8 bytes.
        AnnouncementOfAtLeast8Bytes = "announcement-of-at-least-8-bytes";
        /// Announces no features as one zero byte.
        EmptyAnnouncementHasAByte = "empty-announcement-has-a-byte";
        /// Makes room for the last bit of the list and loses those above.
        AnnouncementSizedByTheLastBit = "announcement-sized-by-the-last-bit";
        /// Makes room for the first bit of the list and loses those above.
        AnnouncementSizedByTheFirstBit = "announcement-sized-by-the-first-bit";
        /// Announces bits of 32 and above modulo 32.
        AnnouncedBitModulo32 = "announced-bit-modulo-32";
        /// Announces bits of 64 and above modulo 64.
        AnnouncedBitModulo64 = "announced-bit-modulo-64";
        /// Announces bits of 256 and above modulo 256.
        AnnouncedBitModulo256 = "announced-bit-modulo-256";
        /// Announces bits of 32768 and above as bit 0.
        AnnouncedBitSigned = "announced-bit-signed";
        /// Announces only bits below 64.
        AnnouncedBitsBelow64Only = "announced-bits-below-64-only";
        /// Announces features with the bytes from the last to the first.
        AnnouncementLittleEndian = "announcement-little-endian";
        /// Announces features with the bits of each byte reversed.
        AnnouncementBitsReversedInBytes = "announcement-bits-reversed-in-bytes";
    "lnd/amp/sharer.go:128-192":
        /// Takes the root as the last share.
        AmpLastShareIsTheRoot = "amp-last-share-is-the-root";
        /// Leaves the root out of the last share.
        AmpLastShareWithoutTheRoot = "amp-last-share-without-the-root";
        /// Takes the XOR of root and the share before as the last share.
        AmpLastShareOfTheOneBefore = "amp-last-share-of-the-one-before";
        /// Takes the XOR of root and the first share as the last share.
        AmpLastShareOfTheFirst = "amp-last-share-of-the-first";
        /// Counts equal shares once in the last share.
        AmpLastShareOfDistinctShares = "amp-last-share-of-distinct-shares";
        /// Subtracts shares from the root byte by byte for the last share.
        AmpLastShareIsASum = "amp-last-share-is-a-sum";
        /// Puts the share that it computes first.
        AmpLastShareInFront = "amp-last-share-in-front";
        /// Gives a single child a share of zeros.
        AmpOnlyShareIsZero = "amp-only-share-is-zero";
    "lnd/amp/child.go:60-93":
        /// Hashes the root before it derives preimages.
        AmpRootHashed = "amp-root-hashed";
        /// Derives preimages from a root of zeros.
        AmpRootLeftOut = "amp-root-left-out";
        /// Derives preimages with the position in the set in place of the child index.
        AmpIndexIsThePosition = "amp-index-is-the-position";
        /// Hashes the child index as little-endian.
        AmpIndexLittleEndian = "amp-index-little-endian";
        /// Hashes the child index as a truncated integer.
        AmpIndexHashedTruncated = "amp-index-hashed-truncated";
        /// Hashes the child index in 8 bytes.
        AmpIndexAsU64 = "amp-index-as-u64";
        /// Hashes the child index in 2 bytes.
        AmpIndexAsU16 = "amp-index-as-u16";
        /// Hashes the child index in one byte.
        AmpIndexAsByte = "amp-index-as-byte";
        /// Hashes the child index in decimal digits.
        AmpIndexAsDecimal = "amp-index-as-decimal";
        /// Hashes the low 16 bits of the child index in 4 bytes.
        AmpIndexCutTo16Bits = "amp-index-cut-to-16-bits";
        /// Leaves the child index out of the preimage.
        AmpIndexLeftOut = "amp-index-left-out";
        /// Hashes the share before the root.
        AmpShareBeforeRoot = "amp-share-before-root";
        /// Hashes the child index before the share.
        AmpIndexBeforeShare = "amp-index-before-share";
        /// Hashes the child index before root and share.
        AmpIndexBeforeRoot = "amp-index-before-root";
        /// Leaves the root out of the preimage.
        AmpPreimageWithoutRoot = "amp-preimage-without-root";
        /// Leaves the share out of the preimage.
        AmpPreimageWithoutShare = "amp-preimage-without-share";
        /// Hashes the set id in place of the share.
        AmpPreimageOfTheSetId = "amp-preimage-of-the-set-id";
        /// Hashes the set id behind the child index.
        AmpPreimageCoversTheSetId = "amp-preimage-covers-the-set-id";
        /// Hashes the preimage twice.
        AmpPreimageHashedTwice = "amp-preimage-hashed-twice";
        /// Derives preimages with an HMAC under the root.
        AmpPreimageIsHmac = "amp-preimage-is-hmac";
        /// Takes the hash of root, share and child index as the payment hash.
        AmpPaymentHashIsThePreimage = "amp-payment-hash-is-the-preimage";
        /// Hashes the preimage twice for the payment hash.
        AmpPaymentHashHashedTwice = "amp-payment-hash-hashed-twice";
        /// Hashes the share for the payment hash.
        AmpPaymentHashOfTheShare = "amp-payment-hash-of-the-share";
    "lnd/record/amp.go:57-72":
        /// Writes a child index of 0 in one byte.
        AmpIndexZeroWrittenAsByte = "amp-index-zero-written-as-byte";
        /// Writes the child index in 4 bytes.
        AmpIndexWrittenInFull = "amp-index-written-in-full";
        /// Writes the low 16 bits of the child index.
        AmpIndexWrittenIn16Bits = "amp-index-written-in-16-bits";
        /// Writes the child index as a BigSize.
        AmpIndexWrittenAsBigSize = "amp-index-written-as-big-size";
        /// Writes the child index as little-endian.
        AmpIndexWrittenLittleEndian = "amp-index-written-little-endian";
        /// Writes the set id before the share.
        AmpRecordSetIdFirst = "amp-record-set-id-first";
        /// Writes the child index before share and set id.
        AmpRecordIndexFirst = "amp-record-index-first";
        /// Writes no set id.
        AmpRecordWithoutSetId = "amp-record-without-set-id";
        /// Writes no child index.
        AmpRecordWithoutIndex = "amp-record-without-index";
        /// Writes the root in place of the share.
        AmpRecordHasTheRoot = "amp-record-has-the-root";
    "lnd/record/amp.go:74-100":
        /// Accepts an AMP record of 63 bytes.
        AmpRecordOf63BytesAccepted = "amp-record-of-63-bytes-accepted";
        /// Refuses an AMP record without a child index, which is 0.
        AmpRecordOf64BytesRefused = "amp-record-of-64-bytes-refused";
        /// Refuses an AMP record with a child index of more than 2 bytes.
        AmpRecordOf67BytesRefused = "amp-record-of-67-bytes-refused";
        /// Refuses an AMP record with a child index of 4 bytes.
        AmpRecordOf68BytesRefused = "amp-record-of-68-bytes-refused";
        /// Accepts an AMP record of 69 bytes.
        AmpRecordOf69BytesAccepted = "amp-record-of-69-bytes-accepted";
        /// Asks for a child index of 4 bytes.
        AmpRecordMustHave68Bytes = "amp-record-must-have-68-bytes";
        /// Reads the missing bytes of a short AMP record as zeros.
        AmpShortRecordPadded = "amp-short-record-padded";
        /// Ignores bytes behind the child index.
        AmpLongRecordCut = "amp-long-record-cut";
        /// Checks the form of the first AMP record alone.
        AmpFirstRecordAloneMeasured = "amp-first-record-alone-measured";
        /// Accepts a child index that starts with a zero byte.
        AmpIndexNotMinimalAccepted = "amp-index-not-minimal-accepted";
        /// Accepts leading zeros in a child index of 4 bytes.
        AmpIndexInFullAccepted = "amp-index-in-full-accepted";
        /// Accepts a child index of one zero byte.
        AmpIndexZeroAsByteAccepted = "amp-index-zero-as-byte-accepted";
        /// Reads the child index as little-endian.
        AmpIndexReadLittleEndian = "amp-index-read-little-endian";
        /// Reads the low 16 bits of the child index.
        AmpIndexReadIn16Bits = "amp-index-read-in-16-bits";
        /// Refuses a child index of 2^31 and above.
        AmpIndexReadAsSigned = "amp-index-read-as-signed";
        /// Reads the set id before the share.
        AmpRecordReadSetIdFirst = "amp-record-read-set-id-first";
    "lnd/invoices/update.go:377-413":
        /// Does not compare set ids.
        AmpSetIdNotCompared = "amp-set-id-not-compared";
        /// Compares the set ids of the first two parts.
        AmpSetIdOfTheSecondOnly = "amp-set-id-of-the-second-only";
        /// Compares the set ids of the first and the last part.
        AmpSetIdOfTheLastOnly = "amp-set-id-of-the-last-only";
        /// Compares 16 bytes of set ids.
        AmpSetIdComparedIn16Bytes = "amp-set-id-compared-in-16-bytes";
        /// Does not compare the last byte of set ids.
        AmpSetIdLastByteNotCompared = "amp-set-id-last-byte-not-compared";
        /// Does not compare the first byte of set ids.
        AmpSetIdFirstByteNotCompared = "amp-set-id-first-byte-not-compared";
        /// Accepts a set id of zeros.
        AmpSetIdZeroAccepted = "amp-set-id-zero-accepted";
        /// Refuses a share of zeros.
        AmpShareZeroRefused = "amp-share-zero-refused";
        /// Refuses two equal shares in a set.
        AmpShareTwiceRefused = "amp-share-twice-refused";
        /// Refuses two equal child indexes in a set.
        AmpIndexTwiceRefused = "amp-index-twice-refused";
        /// Asks for child indexes that count from 0.
        AmpIndexesMustCount = "amp-indexes-must-count";
        /// Refuses a set of one part.
        AmpSinglePartRefused = "amp-single-part-refused";
        /// Claims whatever the payment hashes are.
        AmpHashesNotCompared = "amp-hashes-not-compared";
        /// Compares the payment hash of the first part alone.
        AmpFirstHashAloneCompared = "amp-first-hash-alone-compared";
        /// Compares the payment hash of the last part alone.
        AmpLastHashAloneCompared = "amp-last-hash-alone-compared";
        /// Does not compare the payment hash of the first part.
        AmpFirstHashNotCompared = "amp-first-hash-not-compared";
        /// Does not compare the payment hash of the last part.
        AmpLastHashNotCompared = "amp-last-hash-not-compared";
        /// Claims a set of which one payment hash fits.
        AmpOneHashSuffices = "amp-one-hash-suffices";
        /// Claims the parts whose payment hashes fit.
        AmpClaimsTheFittingParts = "amp-claims-the-fitting-parts";
        /// Compares 4 bytes of payment hashes of a set.
        AmpHashComparedIn4Bytes = "amp-hash-compared-in-4-bytes";
        /// Does not compare the last byte of payment hashes of a set.
        AmpHashLastByteNotCompared = "amp-hash-last-byte-not-compared";
        /// Does not compare the first byte of payment hashes of a set.
        AmpHashFirstByteNotCompared = "amp-hash-first-byte-not-compared";
        /// Returns preimages in the order of child indexes.
        AmpPreimagesByIndex = "amp-preimages-by-index";
        /// Returns preimages in the order of shares.
        AmpPreimagesByShare = "amp-preimages-by-share";
        /// Returns the last part's preimage first.
        AmpPreimagesReversed = "amp-preimages-reversed";
        /// Returns equal preimages once.
        AmpEqualPreimagesOnce = "amp-equal-preimages-once";
        /// Returns the root in place of each preimage.
        AmpClaimsWithTheRoot = "amp-claims-with-the-root";
    "lnd/invoices/update.go:153-339":
        /// Takes an HTLC of an AMP without payment_data.
        AmpWithoutPaymentData = "amp-without-payment-data";
        /// Forwards HTLCs with an AMP record.
        AmpKnownOnTheWay = "amp-known-on-the-way";
        /// Takes no AMP while keysend is off.
        AmpRefusedWithKeysend = "amp-refused-with-keysend";
        /// Takes an HTLC with an AMP and a keysend record for a keysend.
        KeysendRecordBeforeAmp = "keysend-record-before-amp";
        /// Does not ask of HTLCs of an AMP how soon they expire.
        AmpExpiryNotChecked = "amp-expiry-not-checked";
        /// Does not compare the payloads of an AMP with their HTLCs.
        AmpNotComparedWithTheHtlc = "amp-not-compared-with-the-htlc";
        /// Takes AMP HTLCs with one payment secret for one set, whatever their set ids.
        AmpSetsKeyedByPaymentSecret = "amp-sets-keyed-by-payment-secret";
        /// Keeps AMP sets by payment hash.
        AmpSetsKeyedByPaymentHash = "amp-sets-keyed-by-payment-hash";
        /// Refuses a payment secret with which a set was claimed.
        AmpPaymentSecretOnce = "amp-payment-secret-once";
        /// Refuses HTLCs of a second set while one waits.
        AmpOneSetAtATime = "amp-one-set-at-a-time";
        /// Lets the HTLCs of an AMP set name different totals.
        AmpTotalsMayDiffer = "amp-totals-may-differ";
        /// Fails an AMP set of which an HTLC names another total.
        AmpDifferingTotalFailsTheSet = "amp-differing-total-fails-the-set";
        /// Fails the second of two equal children and goes on with the set.
        AmpChildTwiceFailsAlone = "amp-child-twice-fails-alone";
        /// Takes at most ten HTLCs in an AMP set.
        AmpAtMostTenParts = "amp-at-most-ten-parts";
        /// Takes at most twenty HTLCs in an AMP set.
        AmpAtMostTwentyParts = "amp-at-most-twenty-parts";
        /// Waits until an AMP set has more than its total.
        AmpSetNeedsMoreThanTheTotal = "amp-set-needs-more-than-the-total";
        /// Waits when an AMP set has more than its total.
        AmpSetMustReachTheTotalExactly = "amp-set-must-reach-the-total-exactly";
        /// Claims an AMP set as soon as its shares give the preimages.
        AmpClaimsBeforeTheTotal = "amp-claims-before-the-total";
        /// Claims all HTLCs of an AMP set with the first one's preimage.
        AmpOnePreimageForAll = "amp-one-preimage-for-all";
        /// Fails the last HTLC of an AMP set that does not give its preimages, and holds the others.
        AmpMismatchFailsTheLastAlone = "amp-mismatch-fails-the-last-alone";
    "lnd/amp/sharer.go:144-164":
        /// Takes the first share as the root of a set.
        AmpRootIsTheFirstShare = "amp-root-is-the-first-share";
        /// Takes the last share as the root of a set.
        AmpRootIsTheLastShare = "amp-root-is-the-last-share";
        /// Leaves the first share out of the root of a set.
        AmpRootWithoutTheFirstShare = "amp-root-without-the-first-share";
        /// Leaves the last share out of the root of a set.
        AmpRootWithoutTheLastShare = "amp-root-without-the-last-share";
        /// Takes the XOR of two shares as the root of a set.
        AmpRootOfTheFirstTwoShares = "amp-root-of-the-first-two-shares";
        /// Leaves shares behind the eighth out of the root of a set.
        AmpRootOfAtMost8Shares = "amp-root-of-at-most-8-shares";
        /// Counts equal shares once in the root of a set.
        AmpRootOfDistinctShares = "amp-root-of-distinct-shares";
        /// Takes the set id into the root of a set.
        AmpRootCoversTheSetId = "amp-root-covers-the-set-id";
        /// Adds shares byte by byte for the root of a set.
        AmpRootIsASum = "amp-root-is-a-sum";
        /// Hashes all shares for the root of a set.
        AmpRootIsTheirHash = "amp-root-is-their-hash";
        /// Refuses a set whose root is zero.
        AmpRootZeroRefused = "amp-root-zero-refused";
    "04-onion-routing.md:133,753":
        /// Sends a session key again.
        SessionKeyUsedAgain = "session-key-used-again";
        /// Sends a session key of another payment again.
        SessionKeyOfAnotherPaymentUsedAgain = "session-key-of-another-payment-used-again";
        /// Compares a session key with that of the last attempt alone.
        SessionKeyComparedWithTheLastAttemptOnly = "session-key-compared-with-the-last-attempt-only";
        /// Sends the session key of an attempt that failed again.
        SessionKeyOfAFailedAttemptUsedAgain = "session-key-of-a-failed-attempt-used-again";
        /// Sends the session key of an attempt that was fulfilled again.
        SessionKeyOfAPaidAttemptUsedAgain = "session-key-of-a-paid-attempt-used-again";
        /// Forgets the session keys of a payment that failed for good.
        FailedPaymentFreesItsSessionKeys = "failed-payment-frees-its-session-keys";
        /// Sends a session key again along another route.
        SessionKeyUsedAgainAlongANewRoute = "session-key-used-again-along-a-new-route";
        /// Sends a session key again with another preimage.
        SessionKeyUsedAgainForANewPreimage = "session-key-used-again-for-a-new-preimage";
        /// Sends a session key again with the same preimage.
        SessionKeyUsedAgainWithItsPreimage = "session-key-used-again-with-its-preimage";
        /// Takes the session key of an attempt that was not sent as used.
        RefusedAttemptUsesItsKey = "refused-attempt-uses-its-key";
        /// Makes the packet of a retry with the session key of the payment's first attempt.
        RetryWithTheFirstSessionKey = "retry-with-the-first-session-key";
        /// Makes the packet of a retry for the route of the payment's first attempt.
        RetryAlongTheFirstRoute = "retry-along-the-first-route";
    "blip-0003.md:32":
        /// Sends a preimage again.
        PreimageUsedAgain = "preimage-used-again";
        /// Sends a preimage of another payment again.
        PreimageOfAnotherPaymentUsedAgain = "preimage-of-another-payment-used-again";
        /// Compares a preimage with that of the last attempt alone.
        PreimageComparedWithTheLastAttemptOnly = "preimage-compared-with-the-last-attempt-only";
        /// Sends the preimage of an attempt that failed again.
        PreimageOfAFailedAttemptUsedAgain = "preimage-of-a-failed-attempt-used-again";
        /// Sends the preimage of an attempt that was fulfilled again.
        PreimageOfAPaidAttemptUsedAgain = "preimage-of-a-paid-attempt-used-again";
        /// Takes the preimage of an attempt that was not sent as used.
        RefusedAttemptUsesItsPreimage = "refused-attempt-uses-its-preimage";
        /// Does not compare the last byte of preimages that were used.
        UsedPreimageLastByteNotCompared = "used-preimage-last-byte-not-compared";
        /// Does the opposite of its policy for the preimage of a retry.
        RetryPreimageInverted = "retry-preimage-inverted";
        /// Sends the preimage of another payment again where a retry may repeat its own.
        RetryPreimageOfAnyPayment = "retry-preimage-of-any-payment";
        /// Lets a retry repeat the preimage of the payment's last attempt alone.
        RetryPreimageOfTheLastAttemptOnly = "retry-preimage-of-the-last-attempt-only";
        /// Sends a retry with the preimage of the payment's first attempt.
        RetryWithTheFirstPreimage = "retry-with-the-first-preimage";
    "blip-0003.md:33":
        /// Sends the preimage of an invoice that was paid.
        InvoicePreimageUsedAgain = "invoice-preimage-used-again";
        /// Remembers the preimage of the last invoice alone.
        OnlyTheLastInvoiceRemembered = "only-the-last-invoice-remembered";
        /// Sends the preimage of an invoice where a retry may repeat its own.
        InvoicePreimageUsedAgainByARetry = "invoice-preimage-used-again-by-a-retry";
        /// Takes a payment as complete when an invoice with its preimage is paid.
        PaidInvoiceCompletesThePayment = "paid-invoice-completes-the-payment";
    "blip-0003.md:34-35":
        /// Says the payment hash of the payment's first attempt with every retry.
        RetryHasTheFirstHash = "retry-has-the-first-hash";
    "lightning-dev 2019-06-09":
        /// Derives the preimage of a shared-secret retry from the session key of the payment's first attempt.
        RetryDerivesFromTheFirstKey = "retry-derives-from-the-first-key";
    "04-onion-routing.md:1553-1584":
        /// Does the opposite of its policy while an attempt is in flight.
        InFlightPolicyInverted = "in-flight-policy-inverted";
        /// Sends an attempt while another one of the payment is in flight, whatever its policy.
        InFlightNotAsked = "in-flight-not-asked";
        /// Waits for attempts of other payments.
        InFlightAcrossPayments = "in-flight-across-payments";
        /// Asks whether the payment's last attempt is in flight, also if that one was not sent.
        InFlightOfTheLastAttemptOnly = "in-flight-of-the-last-attempt-only";
        /// Waits for an attempt along the same route alone.
        InFlightAlongTheSameRouteOnly = "in-flight-along-the-same-route-only";
        /// Waits for an attempt that was not sent.
        RefusedAttemptIsInFlight = "refused-attempt-is-in-flight";
        /// Waits for an attempt whose failure has no message that can be read.
        UnreadableFailureLeavesItInFlight = "unreadable-failure-leaves-it-in-flight";
        /// Takes every attempt as failed when one fails.
        FailureEndsEveryAttempt = "failure-ends-every-attempt";
        /// Takes every attempt as ended when one is fulfilled.
        SuccessEndsEveryAttempt = "success-ends-every-attempt";
        /// Pays a payment again that was fulfilled.
        CompletePaymentPaidAgain = "complete-payment-paid-again";
        /// Pays a payment again that was fulfilled, along another route.
        CompletePaymentPaidAlongANewRoute = "complete-payment-paid-along-a-new-route";
        /// Sends no attempt of any payment once one was fulfilled.
        CompletePaymentHindersEveryOther = "complete-payment-hinders-every-other";
        /// Forgets that an attempt was fulfilled if a later one was sent.
        SuccessOfAnEarlierAttemptForgotten = "success-of-an-earlier-attempt-forgotten";
        /// Takes the payment that has the attempt's number as complete.
        AttemptCompletesItsNumber = "attempt-completes-its-number";
        /// Forgets how the payment of number 0 ended.
        PaymentZeroForgotten = "payment-zero-forgotten";
    "02-peer-protocol.md:2965-2968":
        /// Accepts any preimage.
        AnyPreimageAccepted = "any-preimage-accepted";
        /// Accepts any preimage of a shared-secret payment.
        DerivedPreimageNotChecked = "derived-preimage-not-checked";
        /// Accepts the payment hash as its preimage.
        PaymentHashAcceptedAsPreimage = "payment-hash-accepted-as-preimage";
        /// Accepts a preimage whose bytes are reversed.
        ReversedPreimageAccepted = "reversed-preimage-accepted";
        /// Hashes a preimage that comes back twice.
        ReceivedPreimageHashedTwice = "received-preimage-hashed-twice";
        /// Accepts the preimage of another attempt of the payment.
        PreimageOfAnotherAttemptAccepted = "preimage-of-another-attempt-accepted";
        /// Accepts the preimage of another payment.
        PreimageOfAnotherPaymentAccepted = "preimage-of-another-payment-accepted";
        /// Compares a preimage that comes back with the payment hash of the last attempt.
        ReceivedPreimageComparedWithTheLastAttempt = "received-preimage-compared-with-the-last-attempt";
        /// Takes a payment as complete when a wrong preimage comes.
        WrongPreimageCompletesThePayment = "wrong-preimage-completes-the-payment";
        /// Takes an attempt as failed when a wrong preimage comes.
        WrongPreimageEndsTheAttempt = "wrong-preimage-ends-the-attempt";
    "04-onion-routing.md:1170-1178":
        /// Opens a failure with session key and route of the last attempt.
        FailureOpenedWithTheLastAttempt = "failure-opened-with-the-last-attempt";
        /// Opens a failure with session key and route of the payment's first attempt.
        FailureOpenedWithTheFirstAttempt = "failure-opened-with-the-first-attempt";
        /// Opens a failure with the session key of the last attempt.
        FailureOpenedWithTheLastKey = "failure-opened-with-the-last-key";
        /// Opens a failure along the route of the last attempt.
        FailureOpenedAlongTheLastRoute = "failure-opened-along-the-last-route";
        /// Numbers the attempts that were sent alone.
        AttemptsNumberedAsTheyAreSent = "attempts-numbered-as-they-are-sent";
        /// Numbers attempts from 1.
        AttemptsNumberedFrom1 = "attempts-numbered-from-1";
        /// Does not find attempt 0 when it fails.
        AttemptZeroForgotten = "attempt-zero-forgotten";
        /// Keeps the code of a failure message alone.
        PayerKeepsTheCodeAlone = "payer-keeps-the-code-alone";
    "04-onion-routing.md:1558":
        /// Reads no flags of a failure message that is longer than its code asks for.
        FailureWithExtraBytesHasNoFlags = "failure-with-extra-bytes-has-no-flags";
    "04-onion-routing.md:1252-1256":
        /// Reads no flags of a failure message that is a code alone.
        FailureOfTwoBytesHasNoFlags = "failure-of-two-bytes-has-no-flags";
        /// Reads flags of a failure message of one byte.
        FailureOfOneByteHasFlags = "failure-of-one-byte-has-flags";
        /// Reads no flags of codes that it does not know.
        UnknownFailureHasNoFlags = "unknown-failure-has-no-flags";
        /// Reads the flags of a code as little-endian.
        FailureFlagsLittleEndian = "failure-flags-little-endian";
        /// Takes bit 0x8000 as PERM.
        PermBitIs8000 = "perm-bit-is-8000";
        /// Takes bit 0x2000 as PERM.
        PermBitIs2000 = "perm-bit-is-2000";
        /// Takes bit 0x1000 as NODE.
        NodeBitIs1000 = "node-bit-is-1000";
        /// Takes bit 0x4000 as NODE.
        NodeBitIs4000 = "node-bit-is-4000";
    "04-onion-routing.md:1559-1566":
        /// Tries again after a permanent failure of the final node.
        PermOfTheFinalNodeIgnored = "perm-of-the-final-node-ignored";
        /// Fails the payment for incorrect_or_unknown_payment_details alone.
        OnlyPaymentDetailsFailThePayment = "only-payment-details-fail-the-payment";
        /// Fails the payment after every failure of the final node, whatever its policy.
        EveryFinalFailureFailsThePayment = "every-final-failure-fails-the-payment";
        /// Does the opposite of its policy after a failure of the final node without PERM.
        FinalFailureInverted = "final-failure-inverted";
        /// Fails the payment after every failure of a hop where its policy stops after those of the final node.
        StopsAtTheFailureOfAHop = "stops-at-the-failure-of-a-hop";
        /// Tries a failed payment again along another route.
        FailedPaymentTriedAlongANewRoute = "failed-payment-tried-along-a-new-route";
        /// Refuses one attempt of a failed payment and makes the next one.
        FailedPaymentRefusedOnce = "failed-payment-refused-once";
        /// Sends no attempt of any payment once one has failed.
        FailedPaymentHindersEveryOther = "failed-payment-hinders-every-other";
        /// Counts a failure for the payment of the latest attempt.
        FailureCountsForTheLatestPayment = "failure-counts-for-the-latest-payment";
        /// Takes the hop before the last as the final node.
        FinalHopOneTooEarly = "final-hop-one-too-early";
        /// Takes no hop as the final node.
        FinalHopBehindTheRoute = "final-hop-behind-the-route";
        /// Takes the length of the last attempt's route to find the final node.
        FinalHopOfTheLastRoute = "final-hop-of-the-last-route";
        /// Takes the length of the first attempt's route to find the final node.
        FinalHopOfTheFirstRoute = "final-hop-of-the-first-route";
        /// Never takes the first hop as the final node.
        FirstHopIsNeverFinal = "first-hop-is-never-final";
        /// Removes the final node when that fails with the NODE bit.
        FinalNodeRemoved = "final-node-removed";
    "04-onion-routing.md:1567-1570":
        /// Fails the payment after a permanent failure of a hop.
        PermOfAHopFailsThePayment = "perm-of-a-hop-fails-the-payment";
        /// Removes no node.
        NodeFailureIgnored = "node-failure-ignored";
        /// Does not remove a node that fails for good.
        PermanentNodeFailureIgnored = "permanent-node-failure-ignored";
        /// Does not remove a node that fails without PERM.
        TemporaryNodeFailureIgnored = "temporary-node-failure-ignored";
        /// Removes a node that fails with the PERM bit.
        PermRemovesTheNode = "perm-removes-the-node";
        /// Removes a node that fails with the UPDATE bit.
        UpdateRemovesTheNode = "update-removes-the-node";
        /// Removes a node that fails with the BADONION bit.
        BadOnionRemovesTheNode = "bad-onion-removes-the-node";
        /// Removes a node after every failure.
        EveryFailureRemovesTheNode = "every-failure-removes-the-node";
        /// Removes the node behind the one that failed.
        NodeBehindTheFailingOneRemoved = "node-behind-the-failing-one-removed";
        /// Removes the node before the one that failed.
        NodeBeforeTheFailingOneRemoved = "node-before-the-failing-one-removed";
        /// Removes every node of the route but the final one.
        EveryNodeOfTheRouteRemoved = "every-node-of-the-route-removed";
        /// Removes the node at this place of the last attempt's route.
        NodeOfTheLastRouteRemoved = "node-of-the-last-route-removed";
        /// Remembers the last removed node of a payment alone.
        OnlyTheLastRemovedNodeRemembered = "only-the-last-removed-node-remembered";
        /// Forgets removed nodes with the next attempt.
        RemovedNodesForgottenByTheNextAttempt = "removed-nodes-forgotten-by-the-next-attempt";
        /// Takes a removed node as the first hop.
        RemovedNodeMayBeTheFirstHop = "removed-node-may-be-the-first-hop";
        /// Looks for removed nodes at the first hop alone.
        RemovedNodeAskedAtTheFirstHopOnly = "removed-node-asked-at-the-first-hop-only";
        /// Looks for a removed node at its old place in the route alone.
        RemovedNodeCountsAtItsPlaceOnly = "removed-node-counts-at-its-place-only";
        /// Does not take the route of a removed node again, but another one with this node.
        RemovedRouteAloneAvoided = "removed-route-alone-avoided";
    "04-onion-routing.md:1571-1573":
        /// Brings no node back after a channel_update.
        ChannelUpdateIgnored = "channel-update-ignored";
        /// Brings every node back after a channel_update of any.
        ChannelUpdateRestoresEveryNode = "channel-update-restores-every-node";
        /// Brings a node back for the payment of the latest attempt alone.
        ChannelUpdateForTheLatestPaymentOnly = "channel-update-for-the-latest-payment-only";
        /// Brings back the node alone that was removed last.
        ChannelUpdateForTheLastRemovedNodeOnly = "channel-update-for-the-last-removed-node-only";
        /// Tries a failed payment again after a channel_update of the final node.
        ChannelUpdateRevivesThePayment = "channel-update-revives-the-payment";
        /// Does not remove a node that had a channel_update before.
        EarlierUpdateKeepsTheNode = "earlier-update-keeps-the-node";
        /// Does not remove a node again that was brought back.
        RestoredNodeNotRemovedAgain = "restored-node-not-removed-again";
        /// Brings every node back when a payment is fulfilled.
        SuccessRestoresRemovedNodes = "success-restores-removed-nodes";
    "lightning-dev 2019-06-09":
        /// Takes the other of the two secrets for an offline invoice.
        OfflineSecretsSwapped = "offline-secrets-swapped";
        /// Derives offline invoices from x, whatever was agreed on.
        OfflineSecretIsAlwaysX = "offline-secret-is-always-x";
        /// Derives offline invoices from the shared secret, whatever was agreed on.
        OfflineSecretIsAlwaysHashed = "offline-secret-is-always-hashed";
        /// Hashes x alone for the shared secret of an offline invoice.
        OfflineSecretHashesX = "offline-secret-hashes-x";
        /// Hashes the shared secret of an offline invoice twice.
        OfflineSecretHashedTwice = "offline-secret-hashed-twice";
        /// Takes the y coordinate for the x of an offline invoice.
        OfflineXIsY = "offline-x-is-y";
        /// Takes the compressed point for the x of an offline invoice.
        OfflineXIsTheCompressedPoint = "offline-x-is-the-compressed-point";
        /// Takes both coordinates for the x of an offline invoice.
        OfflineXIsBothCoordinates = "offline-x-is-both-coordinates";
        /// Reverses the x of an offline invoice.
        OfflineXReversed = "offline-x-reversed";
        /// Swaps key and message of the HMAC of an offline invoice.
        OfflineHmacSwapped = "offline-hmac-swapped";
        /// Takes the secret as the key of the HMAC, whatever was agreed on.
        OfflineHmacKeyIsAlwaysTheSecret = "offline-hmac-key-is-always-the-secret";
        /// Takes the amount as the key of the HMAC, whatever was agreed on.
        OfflineHmacKeyIsAlwaysTheAmount = "offline-hmac-key-is-always-the-amount";
        /// Hashes key and message of an offline invoice without an HMAC.
        OfflineHmacIsPlainHash = "offline-hmac-is-plain-hash";
        /// Takes 32 bytes of HMAC-SHA512 for an offline invoice.
        OfflineHmacOfSha512 = "offline-hmac-of-sha-512";
        /// Hashes the key of the HMAC of an offline invoice.
        OfflineHmacKeyHashed = "offline-hmac-key-hashed";
        /// Hashes the message of the HMAC of an offline invoice.
        OfflineHmacMessageHashed = "offline-hmac-message-hashed";
        /// Hashes the HMAC of an offline invoice.
        OfflineHmacHashed = "offline-hmac-hashed";
        /// Reverses the preimage of an offline invoice.
        OfflinePreimageReversed = "offline-preimage-reversed";
        /// Hashes the preimage of an offline invoice twice.
        OfflineHashIsDouble = "offline-hash-is-double";
        /// Takes the preimage of an offline invoice as its payment hash.
        OfflineHashIsThePreimage = "offline-hash-is-the-preimage";
        /// Hashes the secret for the payment hash of an offline invoice.
        OfflineHashOfTheSecret = "offline-hash-of-the-secret";
        /// Hashes the low 32 bits of an offline invoice's amount.
        OfflineAmountCutTo32Bits = "offline-amount-cut-to-32-bits";
        /// Hashes an offline invoice's amount as a double holds it.
        OfflineAmountThroughDouble = "offline-amount-through-double";
        /// Hashes an offline invoice's amount divided by 1000.
        OfflineAmountDividedBy1000 = "offline-amount-divided-by-1000";
        /// Hashes an offline invoice's amount times 1000.
        OfflineAmountTimes1000 = "offline-amount-times-1000";
        /// Refuses an offline invoice of amount 0.
        OfflineAmountZeroRefused = "offline-amount-zero-refused";
        /// Refuses an offline invoice above 21 million bitcoin.
        OfflineAmountAboveTheSupplyRefused = "offline-amount-above-the-supply-refused";
        /// Hashes an amount of 8 bytes as little-endian, whatever was agreed on.
        OfflineAmountAlwaysLittleEndian = "offline-amount-always-little-endian";
        /// Hashes an amount of 8 bytes as big-endian, whatever was agreed on.
        OfflineAmountAlwaysBigEndian = "offline-amount-always-big-endian";
        /// Hashes the two halves of a little-endian amount each as big-endian.
        OfflineAmountHalvesSwapped = "offline-amount-halves-swapped";
        /// Hashes a truncated amount in 8 bytes.
        OfflineTruncatedInFull = "offline-truncated-in-full";
        /// Hashes a truncated amount of 0 as one byte.
        OfflineTruncatedZeroHasAByte = "offline-truncated-zero-has-a-byte";
        /// Hashes a truncated amount with a zero byte before a high bit.
        OfflineTruncatedIsSigned = "offline-truncated-is-signed";
        /// Hashes a truncated amount as a BigSize.
        OfflineTruncatedIsBigSize = "offline-truncated-is-big-size";
        /// Hashes a truncated amount as little-endian.
        OfflineTruncatedLittleEndian = "offline-truncated-little-endian";
        /// Hashes the digits of an amount with a NUL behind them.
        OfflineDigitsEndWithNul = "offline-digits-end-with-nul";
        /// Hashes the digits of an amount with a line break behind them.
        OfflineDigitsEndTheLine = "offline-digits-end-the-line";
        /// Hashes the digits of an amount with zeros in front.
        OfflineDigitsPadded = "offline-digits-padded";
        /// Hashes the digits of an amount above 2^63 as those of a negative number.
        OfflineDigitsSigned = "offline-digits-signed";
        /// Hashes the digits of an amount in hex.
        OfflineDigitsAreHex = "offline-digits-are-hex";
        /// Hashes the digits of an amount in binary.
        OfflineDigitsAreABinaryNumber = "offline-digits-are-a-binary-number";
        /// Hashes the digits of an amount as a double holds it.
        OfflineDigitsOfADouble = "offline-digits-of-a-double";
        /// Hashes no digit for an amount of 0.
        OfflineZeroHasNoDigit = "offline-zero-has-no-digit";
        /// Writes the amount into the short channel id in the other byte order.
        OfflineChannelSwapped = "offline-channel-swapped";
        /// Writes the amount into the short channel id as big-endian, whatever was agreed on.
        OfflineChannelAlwaysBigEndian = "offline-channel-always-big-endian";
        /// Writes the amount into the short channel id as little-endian, whatever was agreed on.
        OfflineChannelAlwaysLittleEndian = "offline-channel-always-little-endian";
        /// Writes the low 32 bits of the amount into the short channel id.
        OfflineChannelCutTo32Bits = "offline-channel-cut-to-32-bits";
        /// Writes the low 40 bits of the amount into the short channel id.
        OfflineChannelCutTo40Bits = "offline-channel-cut-to-40-bits";
        /// Writes a truncated amount at the start of the short channel id.
        OfflineChannelStartsWithTheAmount = "offline-channel-starts-with-the-amount";
        /// Leaves the short channel id empty.
        OfflineChannelLeftEmpty = "offline-channel-left-empty";
}
