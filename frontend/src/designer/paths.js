// Members of a design by their path, such as `texts.title.text`. Documents are never changed in place.
export const get = (doc, path) => path.split(".").reduce((at, name) => (at == null ? at : at[name]), doc);

export function set(doc, path, value) {
  const [name, ...rest] = path.split(".");
  const list = Array.isArray(doc);
  const copy = list ? [...doc] : { ...doc };
  copy[name] = rest.length ? set(doc?.[name] ?? {}, rest.join("."), value) : value;
  return copy;
}

export const same = (one, other) => JSON.stringify(one) === JSON.stringify(other);
