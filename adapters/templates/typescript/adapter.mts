// An adapter for `spontan check`: it puts an implementation on stdin and stdout, one JSON object per line.
//
// It needs no package. Node 22.18 or later runs it with `node adapter.mts`, an older one with `npx tsx adapter.mts`.
// bigsizeDecode below already works, so your first suite is green. Let it call your own code, then add one operation
// after another. Spontan's docs/protocol.md describes the protocol. Stdout belongs to the protocol: use console.error,
// never console.log.

import { createInterface } from "node:readline";

// The implementation refuses the input; the message is the reason.
class Reject extends Error {}

// Reads one BigSize (BOLT 1) from the front of some bytes; bytes that follow it stay unread.
function bigsizeDecode(input: { bytes: string }): { value: string; length: number } {
  const data = Buffer.from(input.bytes, "hex");
  if (data.length === 0) throw new Reject("bigsize_truncated");
  const width = data[0] === 0xfd ? 2 : data[0] === 0xfe ? 4 : data[0] === 0xff ? 8 : 0;
  if (data.length < 1 + width) throw new Reject("bigsize_truncated");
  // A number holds 53 bits, a BigSize has up to 64: hence BigInt, and a decimal string in the answer.
  const value = BigInt(`0x${data.toString("hex", width === 0 ? 0 : 1, 1 + width)}`);
  const least = width === 2 ? 0xfdn : width === 4 ? 1n << 16n : width === 8 ? 1n << 32n : 0n;
  if (value < least) throw new Reject("bigsize_not_minimal");
  return { value: value.toString(), length: 1 + width };
}

// What this adapter can answer. Only these operations are asked.
const operations = new Map<string, (input: any) => object>([["bigsize.decode", bigsizeDecode]]);

const hello = {
  type: "hello",
  protocol: 1,
  implementation: { name: "my-node", version: "0.1.0", language: "typescript" },
  operations: [...operations.keys()],
  // This many cases may wait in the pipe; they are still answered one after another.
  window: 64,
};

// The answer to one case: exactly one of accept, reject, unsupported and error.
function answer(name: string, input: unknown): object {
  const operation = operations.get(name);
  if (operation === undefined) return { unsupported: "not written yet" };
  try {
    return { accept: operation(input) };
  } catch (thrown) {
    if (thrown instanceof Reject) return { reject: { reason: thrown.message } };
    return { error: String(thrown) }; // The adapter's own mistakes are errors, never rejections.
  }
}

for await (const line of createInterface({ input: process.stdin })) {
  const message = JSON.parse(line);
  const reply =
    message.type === "hello" ? hello : { seq: message.seq, ...answer(message.operation, message.input) };
  process.stdout.write(`${JSON.stringify(reply)}\n`);
}
