/** Put text into the clipboard; whether it is there. */
export async function copy(text) {
  try {
    await navigator.clipboard.writeText(text); // only where the page is secure
    return true;
  } catch {
    return copyBySelection(text);
  }
}

function copyBySelection(text) {
  const field = document.createElement("textarea");
  field.value = text;
  field.className = "sr";
  document.body.append(field);
  field.select();
  const done = document.execCommand("copy");
  field.remove();
  return done;
}
