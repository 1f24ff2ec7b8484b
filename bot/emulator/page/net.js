// Speaks to the emulator: one stream of events in, actions out.

/** Follows the events; the browser connects again by itself, and then gets a new snapshot. */
export function follow(onEvent, onConnection) {
  const source = new EventSource("events");
  source.onmessage = (message) => onEvent(JSON.parse(message.data));
  source.onopen = () => onConnection(true);
  source.onerror = () => onConnection(false);
}

export class Refused extends Error {}

/** Does an action; throws Refused with the reason's name. */
export function act(action, params) {
  return post(`api/${action}`, "application/json", JSON.stringify(params));
}

/** Hands a file over; gives its id for the action that sends it. */
export function upload(name, file) {
  return post(`upload?name=${encodeURIComponent(name)}`, "application/octet-stream", file);
}

async function post(address, type, body) {
  let response;
  try {
    response = await fetch(address, { method: "POST", headers: { "Content-Type": type }, body });
  } catch {
    throw new Refused("offline");
  }
  const answer = await response.json().catch(() => ({ error: `HTTP ${response.status}` }));
  if (!response.ok) throw new Refused(answer.error);
  return answer;
}
