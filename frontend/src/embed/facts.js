// What was signed, read out of the signed bytes themselves: canonical N-Quads (RDFC-1.0), or JSON.
import { broken, unchecked } from "./signed.js";

const TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type";
const VC = "https://www.w3.org/2018/credentials#";
const OB = "https://purl.imsglobal.org/spec/vc/ob/vocab.html#";
const SCHEMA = "https://schema.org/";
const STATUS = "https://www.w3.org/ns/credentials/status#";
const LINE = /^(<[^>]*>|_:\S+) <([^>]*)> (<[^>]*>|_:\S+|"(?:[^"\\]|\\.)*")(?:\^\^<[^>]*>|@\S+)? \.$/;
const ESCAPES = { t: "\t", b: "\b", n: "\n", r: "\r", f: "\f" };

/** The default graph. Statements in other graphs are about other credentials. */
export function readQuads(text) {
  const graph = new Map();
  for (const line of text.split("\n")) {
    const found = LINE.exec(line);
    if (!found) continue;
    const key = `${term(found[1])} ${found[2]}`;
    if (!graph.has(key)) graph.set(key, []);
    graph.get(key).push(term(found[3]));
  }
  const all = (node, name) => graph.get(`${node} ${name}`) ?? [];
  return {
    all,
    /** The only value. Two are refused: whoever could add a second one could make the badge say it. */
    one(node, name) {
      const values = all(node, name);
      if (values.length > 1) throw unchecked("unclear");
      return values[0];
    },
    with: (type) => [...graph].filter(([key, values]) => key.endsWith(` ${TYPE}`) && values.includes(type)).map(([key]) => key.split(" ")[0]),
  };
}

const term = (text) =>
  text[0] === "<" ? text.slice(1, -1)
  : text[0] === '"' ? text.slice(1, -1).replace(/\\(u.{4}|U.{8}|.)/g, (_, one) => (one.length > 1 ? String.fromCodePoint(parseInt(one.slice(1), 16)) : ESCAPES[one] ?? one))
  : text;

/** Facts of a credential or of a status list. */
export function fromQuads(text) {
  const graph = readQuads(text);
  const { all, one } = graph;
  const ids = graph.with(VC + "VerifiableCredential");
  if (ids.length !== 1) throw unchecked("unclear");
  const [id] = ids;
  const subject = one(id, VC + "credentialSubject");
  const achievement = one(subject, OB + "achievement");
  const issuer = one(id, VC + "issuer");
  const picture = one(achievement, OB + "image");
  const names = all(subject, OB + "identifier").filter((node) => one(node, OB + "identityType") === "name" && one(node, OB + "hashed") === "false");
  return {
    id,
    list: all(id, TYPE).includes(STATUS + "BitstringStatusListCredential"),
    issuer,
    by: one(issuer, SCHEMA + "name"),
    name: one(achievement, SCHEMA + "name"),
    picture,
    alt: one(picture, SCHEMA + "caption"),
    to: names.length === 1 ? one(names[0], OB + "identityHash") : one(subject, SCHEMA + "name"),
    awarded: one(id, OB + "awardedDate"),
    from: one(id, VC + "validFrom") ?? one(id, VC + "issuanceDate"),
    until: one(id, VC + "validUntil") ?? one(id, VC + "expirationDate"),
    encoded: one(subject, STATUS + "encodedList"),
    purposes: all(subject, STATUS + "statusPurpose"),
    statuses: all(id, VC + "credentialStatus").map((node) => ({
      known: all(node, TYPE).includes(STATUS + "BitstringStatusListEntry"),
      url: one(node, STATUS + "statusListCredential"),
      index: one(node, STATUS + "statusListIndex"),
      purpose: one(node, STATUS + "statusPurpose"),
      size: one(node, STATUS + "statusSize"),
      messages: all(node, STATUS + "statusMessage").map((message) => [one(message, STATUS + "status"), one(message, STATUS + "message")]),
    })),
  };
}

const list = (value) => (Array.isArray(value) ? value : value == null ? [] : [value]);
const text = (value) => (typeof value === "string" ? value : undefined);
const only = (value) => {
  if (Array.isArray(value) && value.length !== 1) throw unchecked("unclear");
  return list(value)[0] ?? {};
};

/** The same of JSON that was signed as it stands. */
export function fromJson(document) {
  if (!list(document.type).includes("VerifiableCredential")) throw broken("signature");
  const subject = only(document.credentialSubject);
  const achievement = only(subject.achievement);
  const issuer = typeof document.issuer === "string" ? { id: document.issuer } : only(document.issuer);
  const picture = typeof achievement.image === "string" ? { id: achievement.image } : only(achievement.image);
  const names = list(subject.identifier).filter((one) => one?.identityType === "name" && one.hashed === false);
  return {
    id: text(document.id),
    list: list(document.type).includes("BitstringStatusListCredential"),
    issuer: text(issuer.id),
    by: text(issuer.name),
    name: text(achievement.name),
    picture: text(picture.id),
    alt: text(picture.caption),
    to: names.length === 1 ? text(names[0].identityHash) : text(subject.name),
    awarded: text(document.awardedDate),
    from: text(document.validFrom ?? document.issuanceDate),
    until: text(document.validUntil ?? document.expirationDate),
    encoded: text(subject.encodedList),
    purposes: list(subject.statusPurpose),
    statuses: list(document.credentialStatus).map((one) => ({
      known: list(one?.type).includes("BitstringStatusListEntry"),
      url: one?.statusListCredential,
      index: one?.statusListIndex,
      purpose: one?.statusPurpose,
      size: one?.statusSize,
      messages: list(one?.statusMessage).map((message) => [message?.status, message?.message]),
    })),
  };
}
