// The state of a badge: signature, dates by the reader's clock, and the issuer's status lists.
import { base64, broken, Doubt, load, open, unchecked } from "./signed.js";

const BADGE = /^(https?:\/\/[^/?#]+)\/badges\/([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\/?(?:[?#].*)?$/;
const MAXIMUM = 32 * 1024 * 1024;
const WORST = ["broken", "revoked", "suspended", "unchecked", "expired", "early", "valid"];

/** `{state, why, facts}` of the badge at an address; `facts` only where the signature of the issuer holds. */
export async function check(address) {
  let facts;
  try {
    const [, origin, key] = BADGE.exec(address) ?? [];
    if (!key) throw new Doubt("missing", "address");
    const signed = await open(await load(`${origin}/credentials/${key}.nq.json`, new Doubt("missing", "missing")), origin);
    if (signed.id !== `urn:uuid:${key}` || signed.list || !signed.name) throw broken("other");
    facts = signed;
    const states = await Promise.all(facts.statuses.map((entry) => status(entry, facts, origin).catch(doubtOf)));
    const found = [dates(facts), ...states];
    return { ...WORST.map((state) => found.find((one) => one.state === state)).find(Boolean), facts };
  } catch (error) {
    return { ...doubtOf(error), facts };
  }
}

const doubtOf = (error) => (error instanceof Doubt ? { state: error.state, why: error.why } : { state: "unchecked", why: "browser" });

function dates({ from, until }) {
  const [start, end] = [from, until].map((one) => (one === undefined ? undefined : Date.parse(one)));
  if (Number.isNaN(start) || Number.isNaN(end)) return { state: "unchecked", why: "unclear" };
  return { state: end <= Date.now() ? "expired" : start > Date.now() ? "early" : "valid" };
}

/** What a list of the issuer says of one entry (Bitstring Status List 1.0, 3.2). */
async function status({ known, url, index, purpose, size = "1", messages }, facts, origin) {
  if (!known || !/^https?:\/\/[^?#]+\.json$/.test(url) || !/^\d{1,9}$/.test(index) || !/^[1-8]$/.test(size)) throw unchecked("status");
  const list = await open(await load(url.replace(/\.json$/, ".nq.json"), unchecked("status")), origin);
  if (list.id !== url || list.issuer !== facts.issuer || !list.list) throw broken("status");
  if (!list.purposes.includes(purpose) || dates(list).state !== "valid") throw unchecked("status");
  const value = await read(list.encoded, Number(index), Number(size));
  if (!value) return { state: "valid" };
  const word = purpose === "message" ? messages.find(([one]) => Number(one) === value)?.[1] : purpose;
  if (/^(revo|suspen)/.test(word)) return { state: word[0] === "r" ? "revoked" : "suspended" };
  if (word === "valid" || word === "refresh") return { state: "valid" };
  throw unchecked("status");
}

async function read(encoded, index, size) {
  if (encoded?.[0] !== "u") throw unchecked("status");
  const stream = new Blob([base64(encoded.slice(1))]).stream().pipeThrough(new DecompressionStream("gzip"));
  const [first, last] = [index * size, (index + 1) * size - 1].map((bit) => bit >> 3);
  const bytes = [];
  let at = 0;
  for (const reader = stream.getReader(); at <= last; ) {
    const { done, value } = await reader.read().catch(() => ({ done: true }));
    if (done || at > MAXIMUM) throw unchecked("status");
    for (let place = Math.max(first, at); place <= last && place < at + value.length; place++) bytes.push(value[place - at]);
    at += value.length;
  }
  // The first bit of a byte is the highest; an entry of several bits begins with its highest.
  let found = 0;
  for (let bit = index * size; bit < (index + 1) * size; bit++) found = found * 2 + ((bytes[(bit >> 3) - first] >> (7 - (bit & 7))) & 1);
  return found;
}
