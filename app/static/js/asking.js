// A question to our server: answers its JSON, or throws a Refused whose words a reader can be shown. What browsers say of
// a lost connection is English and for programmers, so the page has its own words for it (admin/console.html).

export class Refused extends Error {}

export async function ask(address, options) {
  const { unreached, broken } = document.body.dataset;
  const answer = await fetch(address, options).catch(() => {
    throw new Refused(unreached);
  });
  const said = await answer.json().catch(() => null); // a proxy's page, or half an answer
  if (!answer.ok || said === null) throw new Refused(said?.error?.text ?? broken);
  return said;
}
