// Who was signed in on this browser last. What waits is shown without a network to nobody else, and what another app
// shared goes with its person's session, also with one that has just run out.
const KEY = "otklik.person";

export function lastPerson() {
  try {
    return localStorage.getItem(KEY) ?? "";
  } catch {
    return "";
  }
}

/** Notes whose page this is; one that the worker keeps or an owner looks at says nothing of that. */
export async function notePerson({ person = "", viewing, shell }) {
  const last = lastPerson();
  if (viewing !== undefined || shell !== undefined || person === last) return;
  try {
    if (person) return localStorage.setItem(KEY, person);
    localStorage.removeItem(KEY);
  } catch {
    return; // no storage, nobody noted
  }
  await import("./kept.js");
  await self.kept.dropShared((shared) => shared.person === last);
}
