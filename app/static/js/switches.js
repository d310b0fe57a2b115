// What somebody has switched off in this browser; everything is on until then.
const key = (name) => `otklik.attention.${name}`;

export function isOn(name) {
  try {
    return localStorage.getItem(key(name)) !== "off";
  } catch {
    return true;
  }
}

export function flip(name) {
  try {
    localStorage.setItem(key(name), isOn(name) ? "off" : "on");
  } catch {
    // Without storage it stays on.
  }
}
