// Makes elements. Text only ever becomes text nodes: nothing that anybody wrote is read as markup.

const SVG = "http://www.w3.org/2000/svg";

/** An element with properties, `on…` listeners and children; null and false children are left out. */
export function h(tag, props = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(props)) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2).toLowerCase(), value);
    else if (name === "class") element.className = value;
    else if (name === "data") Object.assign(element.dataset, value);
    else if (name === "vars") {
      for (const [variable, given] of Object.entries(value)) element.style.setProperty(`--${variable}`, given);
    } else element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

const ICONS = {
  back: "M15 5l-7 7 7 7",
  bot: "M7 9h10a3 3 0 0 1 3 3v4a3 3 0 0 1-3 3H7a3 3 0 0 1-3-3v-4a3 3 0 0 1 3-3zM12 9V5M9 13.500v1M15 13.500v1",
  bookmark: "M7 4h10v16l-5-4-5 4z",
  check: "M5 13l4 4L19 7",
  clip: "M20 11l-8.500 8.500a5 5 0 0 1-7-7L13 4a3.500 3.500 0 0 1 5 5l-8.500 8.500a2 2 0 0 1-3-3L14 7",
  close: "M6 6l12 12M18 6L6 18",
  copy: "M9 9h10v10H9zM5 15V5h10",
  delete: "M5 7h14M10 7V5h4v2M7 7l1 12h8l1-12",
  down: "M6 9l6 6 6-6",
  edit: "M5 19l1-4L16 5l3 3L9 18z",
  file: "M7 3h7l4 4v14H7zM14 3v4h4",
  forward: "M14 6l6 6-6 6M20 12h-9a7 7 0 0 0-7 6",
  hash: "M9 4L7 20M17 4l-2 16M4 9h16M4 15h16",
  language: "M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18zM3 12h18M12 3c3 3 3 15 0 18M12 3c-3 3-3 15 0 18",
  menu: "M4 7h16M4 12h16M4 17h10",
  mic: "M12 3a3 3 0 0 0-3 3v6a3 3 0 0 0 6 0V6a3 3 0 0 0-3-3zM5.500 11a6.500 6.500 0 0 0 13 0M12 17.500V21",
  moon: "M20 14.500A8 8 0 0 1 9.500 4 8 8 0 1 0 20 14.500z",
  more: "M12 5.500v.01M12 12v.01M12 18.500v.01",
  panel: "M3 12h4l3-8 4 16 3-8h4",
  pause: "M9 6v12M15 6v12",
  picture: "M4 5h16v14H4zM4 16l5-5 4 4 3-3 4 4M15.500 9.500v.01",
  play: "M8 5.500v13l11-6.500z",
  plus: "M12 5v14M5 12h14",
  reply: "M10 6L4 12l6 6M4 12h9a7 7 0 0 1 7 6",
  send: "M4 12L3 4l18 8-18 8 1-8zM4 12h9",
  smile: "M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18zM8 14c1 2 2.500 3 4 3s3-1 4-3M9 9.500v.01M15 9.500v.01",
  sun: "M12 8a4 4 0 1 0 0 8 4 4 0 0 0 0-8zM12 2v2M12 20v2M2 12h2M20 12h2M5 5l1.500 1.500M17.500 17.500L19 19M19 5l-1.500 1.500M6.500 17.500L5 19",
  megaphone: "M4 10v4h3l9 4V6l-9 4zM7 14l1 5h3l-1-4M19 10v4",
  people: "M9 12a3.500 3.500 0 1 0 0-7 3.500 3.500 0 0 0 0 7zM3 19c0-4 3-5 6-5s6 1 6 5M16 11a3 3 0 1 0-1-5.500M17 14c2.500.300 4 1.800 4 5",
  wave: "M4 10v4M8 7v10M12 4v16M16 8v8M20 10.500v3",
  link: "M9 15l6-6M8 12l-2 2a3 3 0 0 0 4 4l2-2M16 12l2-2a3 3 0 0 0-4-4l-2 2",
};

export function icon(name) {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("aria-hidden", "true");
  svg.classList.add("icon", `icon-${name}`);
  const path = document.createElementNS(SVG, "path");
  path.setAttribute("d", ICONS[name]);
  svg.append(path);
  return svg;
}

/** A round button that shows an icon only. */
export function iconButton(name, label, onClick, props = {}) {
  return h("button", { type: "button", class: "round", "aria-label": label, title: label, onClick, ...props }, icon(name));
}

/** Makes `parent` hold exactly these nodes, moving as few as it can: focus and selection stay. */
export function arrange(parent, nodes) {
  const wanted = new Set(nodes);
  for (const child of [...parent.childNodes]) if (!wanted.has(child)) child.remove();
  nodes.forEach((node, place) => {
    if (parent.childNodes[place] !== node) parent.insertBefore(node, parent.childNodes[place] ?? null);
  });
}

/** Makes `old` show what `fresh` does and keeps every node that stays the same: what is open or selected stays so. */
export function morph(old, fresh) {
  const before = [...old.childNodes];
  const after = [...fresh.childNodes];
  after.forEach((node, place) => {
    const known = before[place];
    if (!known) old.append(node);
    else if (known.nodeType === Node.TEXT_NODE && node.nodeType === Node.TEXT_NODE) {
      if (known.data !== node.data) known.data = node.data;
    } else if (isAlike(known, node)) morph(known, node);
    else known.replaceWith(node);
  });
  for (const node of before.slice(after.length)) node.remove();
}

function isAlike(known, node) {
  if (known.nodeType !== Node.ELEMENT_NODE || node.nodeType !== Node.ELEMENT_NODE) return false;
  const looks = (element) => `${element.tagName} ${element.className.toString().replace(/ (open|revealed)\b/g, "")}`;
  return looks(known) === looks(node) && known.getAttribute("href") === node.getAttribute("href") && known.tagName !== "svg";
}
