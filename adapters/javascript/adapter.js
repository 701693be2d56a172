/**
 * bolt01 and bolt04 behind the Spontan adapter protocol, version 1.
 *
 * What lives here: the translation between protocol messages (docs/protocol.md) and two npm packages of Alex
 * Bosworth's: bolt01 (BigSize, TLV streams) and bolt04 (ECDH, the onion, blinded routes). Every verdict, number and byte comes out of
 * them. This file maps names and formats and holds no rule of any spec: where the packages are laxer than a BOLT, so is
 * this adapter, and known-failures.toml says so.
 */
import { createRequire } from 'node:module';
import { createInterface } from 'node:readline';
import { decodeBigSize, decodeTlvStream, encodeBigSize } from 'bolt01';
// bolt04's index.js hands out blinded paths and onion messages. What those are made of, with the payment hash as
// associated data for payments, lies in its folders.
import blinding from 'bolt04/blinding/index.js';
import keys from 'bolt04/keys/index.js';
import packets from 'bolt04/packets/index.js';

const { createBlindedPath, decryptBlindedPath } = blinding;
const { sharedSecret } = keys;
const { decodeOnionPacket, deriveEphemeralKey, encodeOnionPacket } = packets;
const require = createRequire(import.meta.url);
const version = name => require(`${name}/package.json`).version;

/** The types that each namespace of `tlv.decode` knows: bolt01 splits a stream into records of any type. */
const KNOWN_TYPES = {
  n1: ['1', '2', '3', '254'],
  n2: ['0', '11'],
  payload: ['2', '4', '6', '8', '10', '12', '16', '18', '5482373484'],
};

/**
 * The packages' errors (whole messages, or how they begin) and the reasons that they mean, by operation. What is not
 * listed is handed on in the package's own words.
 */
const REASONS = {
  'bigsize.decode': {
    ExpectedHexEncodedBigSizeValueToDecode: 'bigsize_truncated', // No bytes at all.
    ExpectedMoreBytesToDecodeUint: 'bigsize_truncated',
    ExpectedLargerNumberToDecodeUint: 'bigsize_not_minimal',
  },
  // A cut or overlong type and such a length are one error each, which does not say which it is of.
  'tlv.decode': {
    ExpectedHexEncodedBigSizeValueToDecode: 'length_truncated', // No bytes left; a type has one by then.
    ExpectedAdditionalValueBytesInTlvRecord: 'value_truncated',
  },
  'ecdh.shared_secret': {
    ExpectedValidPrivateKeyToDeriveSharedSecret: 'secret_key_invalid',
    ExpectedCompressedPublicKeyToDeriveSharedSecret: 'public_key_invalid',
    ExpectedValidPublicKeyToDeriveSharedSecret: 'public_key_invalid',
  },
  'onion.construct': {
    ExpectedArrayOfHopsToEncodeOnionPacket: 'no_hops',
    ExpectedCompressedPublicKeyForHopToEncodeOnionPacket: 'public_key_invalid',
    ExpectedValidPublicKeyForHopToEncodeOnionPacket: 'public_key_invalid',
    ExpectedLongerPayloadForHopToEncodeOnionPacket: 'payload_length_reserved',
    ExpectedSessionPrivateKeyToEncodeOnionPacket: 'session_key_invalid',
    ExpectedValidSessionKeyToEncodeOnionPacket: 'session_key_invalid',
    ExpectedHopPayloadsToFitWithinMaximumOnionPacketSize: 'payloads_too_long',
  },
  'onion.peel': {
    ExpectedStandardPayloadsSizeToDeriveEphemeralKey: 'packet_length',
    UnsupportedOnionPacketVersionToDeriveEphemeralKey: 'version_unknown',
    ExpectedValidEphemeralPublicKeyToDeriveEphemeralKey: 'public_key_invalid',
    ExpectedValidPrivateKeyToDeriveSharedSecret: 'secret_key_invalid',
    FailedToAuthenticateOnionPacketToDecode: 'hmac_mismatch',
    ExpectedValidBigSizePrefixToDecodePayloadLength: 'payload_length_not_minimal',
    UnexpectedReservedPayloadLengthInOnionPacketToDecode: 'payload_length_reserved',
    UnexpectedHopPayloadLengthInOnionPacketToDecode: 'payload_length_too_long',
  },
  'blinded.create': {
    ExpectedArrayOfHopsToCreateBlindedPath: 'no_hops',
    ExpectedCompressedPublicKeyForHopToCreateBlindedPath: 'public_key_invalid',
    ExpectedValidPublicKeyForHopToCreateBlindedPath: 'public_key_invalid',
    ExpectedPathKeySecretByteLengthToCreateBlindedPath: 'session_key_invalid',
    ExpectedValidPathKeySecretToCreateBlindedPath: 'session_key_invalid',
  },
  'blinded.unblind': {
    ExpectedValidPrivateKeyToDeriveSharedSecret: 'secret_key_invalid',
    ExpectedCompressedPublicKeyToDeriveSharedSecret: 'public_key_invalid',
    ExpectedValidPublicKeyToDeriveSharedSecret: 'public_key_invalid',
    ExpectedAuthenticatedEncryptedDataToDecryptBlindedPath: 'encrypted_data_unreadable',
    FailedToAuthenticateEncryptedDataToDecryptHopData: 'encrypted_data_unreadable',
  },
};

const bytes = hex => Buffer.from(hex, 'hex');
const hex = buffer => buffer.toString('hex');

const OPERATIONS = {
  'bigsize.decode': ({ bytes: encoded }) => {
    const { decoded, length } = decodeBigSize({ encoded });
    return { value: decoded, length };
  },

  'bigsize.encode': ({ value: number }) => ({ bytes: encodeBigSize({ number }).encoded }),

  'tlv.decode': ({ namespace, stream: encoded }) => {
    const known = KNOWN_TYPES[namespace];
    const { records } = decodeTlvStream({ encoded });
    return { records: records.filter(n => known.includes(n.type)).map(({ type, value }) => ({ type, value })) };
  },

  'ecdh.shared_secret': given => {
    const { secret } = sharedSecret({ private_key: bytes(given.secret_key), public_key: bytes(given.public_key) });
    return { shared_secret: hex(secret) };
  },

  'onion.construct': given => {
    const { onion } = encodeOnionPacket({
      data: bytes(given.associated_data),
      hops: given.hops.map(hop => ({ payload: bytes(hop.payload), public_key: bytes(hop.public_key) })),
      session_key: bytes(given.session_key),
    });
    return { packet: hex(onion) };
  },

  'onion.peel': given => {
    const node = bytes(given.node_secret);
    const onion = bytes(given.packet);
    const ecdh = publicKey => sharedSecret({ private_key: node, public_key: publicKey }).secret;
    const pathSecret = given.path_key && ecdh(bytes(given.path_key));
    const secret = ecdh(deriveEphemeralKey({ onion, secret: pathSecret }).public_key);
    const peeled = decodeOnionPacket({ data: bytes(given.associated_data), onion, secret });
    const output = { final: !peeled.onion, payload: hex(peeled.payload), shared_secret: hex(secret) };
    return peeled.onion ? { ...output, next_packet: hex(peeled.onion) } : output;
  },

  'blinded.create': given => {
    const hops = given.hops.map(hop => ({ data: bytes(hop.recipient_data), public_key: bytes(hop.public_key) }));
    const path = createBlindedPath({ hops, secret: bytes(given.session_key) });
    return {
      first_path_key: hex(path.key),
      hops: path.hops.map(hop => ({
        blinded_node_id: hex(hop.blinded_public_key),
        encrypted_recipient_data: hex(hop.encrypted_data),
      })),
    };
  },

  'blinded.unblind': given => {
    const { secret } = sharedSecret({ private_key: bytes(given.node_secret), public_key: bytes(given.path_key) });
    const { encrypted_recipient_data: encrypted, path_key: key } = given;
    const opened = decryptBlindedPath({ encrypted, key, secret: hex(secret) });
    return { recipient_data: opened.data, next_path_key: opened.next_path_key };
  },
};

const HELLO = {
  type: 'hello',
  protocol: 1,
  implementation: {
    name: 'bolt01+bolt04',
    version: `${version('bolt01')}+${version('bolt04')}`,
    language: 'javascript',
  },
  operations: Object.keys(OPERATIONS),
  // bolt01 keeps records of unknown types for its caller, from 65536 on as below.
  policies: { custom_even_records: 'accept' },
  omits: ['ecdh.shared_secret.x', 'blinded.unblind.blinded_secret'],
  failure_detail: 'none',
  window: 64,
};

/** One case in, one answer out, whatever happens in between. */
function answer({ seq, operation, input }) {
  if (!Object.hasOwn(OPERATIONS, operation)) {
    return { seq, unsupported: `bolt01 and bolt04 have no ${operation}` };
  }
  try {
    return { seq, accept: OPERATIONS[operation](input) };
  } catch (error) {
    // The packages refuse with an Error whose message is one word. Anything else is an accident and no verdict.
    if (!/^(Expected|Unexpected|Unsupported|Failed)\w+$/.test(error.message)) {
      return { seq, error: String(error) };
    }
    const [, reason] = Object.entries(REASONS[operation] ?? {}).find(([said]) => error.message.startsWith(said)) ?? [];
    return { seq, reject: { reason: reason ?? error.message } };
  }
}

for await (const line of createInterface({ input: process.stdin })) {
  let reply;
  try {
    const message = JSON.parse(line);
    reply = message.type === 'hello' ? HELLO : answer(message);
  } catch (error) {
    // No seq to answer to, so only people can be told.
    console.error(`not a message: ${error}: ${line.slice(0, 200)}`);
    continue;
  }
  process.stdout.write(`${JSON.stringify(reply)}\n`);
}
