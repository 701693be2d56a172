/**
 * @node-lightning behind the Spontan adapter protocol, version 1.
 *
 * What lives here: the translation between protocol messages (docs/protocol.md) and three packages of the node-lightning
 * project: bufio (BigSize, truncated integers), wire (`readTlvs`, the loop that all its messages share) and core
 * (`BitField`, which its messages have for features). Every
 * verdict, number and byte comes out of them; the table of records below is in terms of bufio's readers, as the
 * messages of wire are.
 */
import { createRequire } from 'node:module';
import { createInterface } from 'node:readline';
import bufio from '@node-lightning/bufio';
import core from '@node-lightning/core/dist/BitField.js';
// Not by way of wire's index.js, which loads libsecp256k1 and needs it compiled.
import tlvs from '@node-lightning/wire/dist/serialize/readTlvs.js';

const { BufferReader, BufferWriter } = bufio;
const { BitField } = core;
const { readTlvs } = tlvs;
const { dependencies } = createRequire(import.meta.url)('./package.json');

/** A field: the library's reader and the writer that makes its bytes again, as it hands out numbers and no bytes. */
const field = (read, write) => ({ read, write });
const bytes = length => field(reader => reader.readBytes(length), (writer, value) => writer.writeBytes(value));
const number = kind => field(reader => reader[`read${kind}`](), (writer, value) => writer[`write${kind}`](value));
const [u16, u64, tu32, tu64] = ['UInt16BE', 'UInt64BE', 'TUInt32', 'TUInt64'].map(number);
const point = bytes(33); // Its other packages read points as 33 bytes too.

const RECORDS = {
  n1: { 1: [tu64], 2: [bytes(8)], 3: [point, u64, u64], 254: [u16] },
  n2: { 0: [tu64], 11: [tu32] },
  payload: {
    2: [tu64],
    4: [tu32],
    6: [bytes(8)],
    8: [bytes(32), tu64],
    10: [bytes()],
    12: [point],
    16: [bytes()],
    18: [tu64],
    5482373484: [bytes(32)],
  },
};

/** The library's errors and the reasons that they mean; others are handed on in its own words. */
const REASONS = {
  'bigsize.decode': {
    'Index out of range': 'bigsize_truncated',
    'decoded varint is not canonical': 'bigsize_not_minimal',
  },
  // "Index out of range" is a cut type, length or value, and "decoded varint is not canonical" a type or a length.
  'tlv.decode': {
    'Invalid TLV stream': 'types_not_increasing',
    'Unknown even type': 'unknown_even_type',
    'Non-canonical length': 'value_wrong_length',
    'TUInt not minimal': 'value_not_minimal',
  },
};

const hex = buffer => buffer.toString('hex');
const reader = text => new BufferReader(Buffer.from(text, 'hex'));

const OPERATIONS = {
  'bigsize.decode': given => {
    const input = reader(given.bytes);
    const value = input.readBigSize();
    return { value: value.toString(), length: input.position };
  },

  'bigsize.encode': given => {
    const writer = new BufferWriter();
    writer.writeBigSize(BigInt(given.value));
    return { bytes: hex(writer.toBuffer()) };
  },

  'tlv.decode': ({ namespace, stream }) => {
    const records = [];
    readTlvs(reader(stream), (type, value) => {
      const fields = RECORDS[namespace][type];
      if (!fields) {
        return false; // It has no handler for this type; what follows from that is the library's to say.
      }
      const writer = new BufferWriter();
      for (const { read, write } of fields) {
        write(writer, read(value));
      }
      records.push({ type: type.toString(), value: hex(writer.toBuffer()) });
      return true;
    });
    return { records };
  },

  // As `NodeAnnouncementMessage.serialize` writes its features.
  'features.announce': ({ bits }) => {
    const features = new BitField();
    bits.forEach(bit => features.set(bit));
    return { features: hex(features.toBuffer()) };
  },
};

const HELLO = {
  type: 'hello',
  protocol: 1,
  implementation: {
    name: '@node-lightning/wire',
    version: dependencies['@node-lightning/wire'],
    language: 'javascript',
  },
  operations: Object.keys(OPERATIONS),
  window: 64,
};

/** One case in, one answer out. */
function answer({ seq, operation, input }) {
  if (!Object.hasOwn(OPERATIONS, operation)) {
    return { seq, unsupported: `node-lightning has no ${operation}` };
  }
  try {
    return { seq, accept: OPERATIONS[operation](input) };
  } catch (error) {
    // A TypeError is an accident; every other error that it throws is its refusal.
    if (error instanceof TypeError) {
      return { seq, error: String(error) };
    }
    return { seq, reject: { reason: REASONS[operation]?.[error.message] ?? error.message } };
  }
}

for await (const line of createInterface({ input: process.stdin })) {
  const message = JSON.parse(line);
  process.stdout.write(`${JSON.stringify(message.type === 'hello' ? HELLO : answer(message))}\n`);
}
