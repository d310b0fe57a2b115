// «Push on this device» among the channels: what this browser can do and does now, and the buttons that change it.
// Permission is asked for by a click only.
import { toast } from "./toast.js";

const box = document.getElementById("push");
const [enable, disable] = ["enable", "disable"].map((name) => box.querySelector(`[data-push=${name}]`));
const supported = "serviceWorker" in navigator && "PushManager" in window && "Notification" in window;
const iPhone = /iPhone|iPad/.test(navigator.userAgent) || (navigator.platform === "MacIntel" && navigator.maxTouchPoints > 1);

function show(state) {
  for (const line of box.querySelectorAll("[data-state]")) line.hidden = line.dataset.state !== state;
  enable.hidden = state !== "off";
  disable.hidden = state !== "on";
}

async function fingerprint(endpoint) {
  const bytes = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(endpoint));
  return [...new Uint8Array(bytes)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

const manager = async () => (await navigator.serviceWorker.getRegistration("/"))?.pushManager;
const own = async () => (await manager())?.getSubscription();

// The row of this very browser in the list of devices, if the server knows it.
async function ownRow() {
  const subscription = await own();
  return subscription && box.querySelector(`[data-device="${await fingerprint(subscription.endpoint)}"]`);
}

async function look() {
  if (!supported) return show(iPhone ? "iphone" : "unsupported");
  if (Notification.permission === "denied") return show("denied");
  const row = await ownRow();
  if (row) row.querySelector("[data-here]").hidden = false;
  return show(row ? "on" : "off");
}

const send = (method, body) =>
  fetch(box.dataset.url, {
    method,
    headers: { "Content-Type": "application/json", Accept: "application/json", "X-CSRFToken": box.dataset.csrf },
    body: JSON.stringify(body),
  });

async function subscription() {
  const registration = await navigator.serviceWorker.register("/sw.js");
  await navigator.serviceWorker.ready;
  const options = { userVisibleOnly: true, applicationServerKey: box.dataset.key };
  try {
    return await registration.pushManager.subscribe(options);
  } catch (error) {
    if (error.name !== "InvalidStateError") throw error;
    await (await registration.pushManager.getSubscription())?.unsubscribe(); // made with another installation's key
    return registration.pushManager.subscribe(options);
  }
}

async function turnOn() {
  if ((await Notification.requestPermission()) !== "granted") return look();
  const answer = await send("POST", (await subscription()).toJSON());
  if (answer.ok) return location.reload();
  toast((await answer.json()).error?.text ?? box.dataset.failed, { kind: "bad" });
}

async function turnOff() {
  const subscription = await own();
  await send("DELETE", { endpoint: subscription.endpoint });
  await subscription.unsubscribe();
  location.reload();
}

function onClick(button, act) {
  button.addEventListener("click", async () => {
    button.setAttribute("aria-busy", "true");
    try {
      await act();
    } catch {
      toast(box.dataset.failed, { kind: "bad" });
    }
    button.removeAttribute("aria-busy");
  });
}

onClick(enable, turnOn);
onClick(disable, turnOff);
look();
// Whoever allows it again in the browser's settings sees it here at once.
navigator.permissions?.query({ name: "notifications" }).then((status) => status.addEventListener("change", look), () => {});
