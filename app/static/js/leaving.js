// What a person leaves behind on this browser goes when they sign out: unsent messages, drafts, what was shared.
const PERSONAL = ["otklik.draft."];

export async function cleared(person) {
  navigator.clearAppBadge?.().catch(() => {});
  await self.kept.forget(person);
  for (const key of keysOf(person)) localStorage.removeItem(key);
}

function keysOf(person) {
  try {
    return Object.keys(localStorage).filter((key) => PERSONAL.some((start) => key.startsWith(start + person)));
  } catch {
    return []; // no storage, nothing stored
  }
}
