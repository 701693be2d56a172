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
}
