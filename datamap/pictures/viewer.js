// Shows one SVG made by datamap in a `.viewer`: zoom, pan, pick. Used by the app and by saved HTML files.
// The SVG is parsed as a document of its own, never as HTML, and stripped of anything that could run or fetch.

const SVG = "http://www.w3.org/2000/svg";
const SMALLEST = 0.02, LARGEST = 8, READABLE = 0.5, DRAG = 4;

function parsePicture(text) {
  const root = new DOMParser().parseFromString(text, "image/svg+xml").documentElement;
  if (root.nodeName !== "svg") return null;
  for (const bad of root.querySelectorAll("script, foreignObject, iframe, image, use, style, animate, set")) bad.remove();
  for (const element of [root, ...root.querySelectorAll("*")]) {
    for (const { name, value } of [...element.attributes]) {
      if (/^on|href$|^style$/i.test(name) || /url\s*\(|javascript:/i.test(value)) element.removeAttribute(name);
    }
  }
  return document.importNode(root, true);
}

// viewer: the `.viewer` element. onPick(id or null) is called when the reader picks a node or flow, or clears.
// Returns {show(text), highlight(id)}.
function makeViewer(viewer, onPick) {
  const paper = viewer.querySelector(".paper");
  let svg = null, shown = null, size = null, picked = null, drag = null, unfitted = false;

  const box = () => svg.viewBox.baseVal;
  const scale = () => { const r = paper.getBoundingClientRect(); return Math.min(r.width / box().width, r.height / box().height); };

  function fit(readable) {
    const r = paper.getBoundingClientRect();
    unfitted = !r.width || !r.height;
    if (unfitted) return;
    const whole = Math.min(r.width / size.width, r.height / size.height, 1.4);
    const k = readable ? Math.max(whole, Math.min(READABLE, r.width / size.width)) : whole;
    const width = r.width / k, height = r.height / k;
    box().width = width;
    box().height = height;
    box().x = width > size.width ? size.x - (width - size.width) / 2 : size.x;
    box().y = height > size.height ? size.y - (height - size.height) / 2 : size.y;
  }
  function zoom(factor, clientX, clientY) {
    const now = scale(), next = Math.min(LARGEST, Math.max(SMALLEST, now * factor)), k = now / next;
    const r = paper.getBoundingClientRect();
    const px = clientX === undefined ? 0.5 : (clientX - r.left) / r.width;
    const py = clientY === undefined ? 0.5 : (clientY - r.top) / r.height;
    box().x += box().width * px * (1 - k);
    box().y += box().height * py * (1 - k);
    box().width *= k;
    box().height *= k;
  }
  function pan(dx, dy) {
    const k = scale();
    box().x += dx / k;
    box().y += dy / k;
  }
  function highlight(id) {
    picked = id;
    const found = id && [...svg.querySelectorAll(".pick")].find((g) => g.id === id);
    svg.classList.toggle("some-picked", Boolean(found));
    const near = new Set(found ? [id] : []);
    if (found && found.dataset.from) near.add(found.dataset.from).add(found.dataset.to);
    else if (found) {
      for (const g of svg.querySelectorAll(".pick[data-from]")) {
        if (g.dataset.from === id || g.dataset.to === id) near.add(g.id).add(g.dataset.from).add(g.dataset.to);
      }
    }
    for (const g of svg.querySelectorAll(".pick")) {
      g.classList.toggle("near", near.has(g.id));
      g.classList.toggle("picked", g.id === id);
      g.setAttribute("aria-pressed", String(g.id === id));
    }
  }
  function pick(id) {
    if (id === picked) return;
    highlight(id);
    onPick(id);
  }
  function show(text) {
    if (text === shown) return;
    shown = text;
    svg = parsePicture(text);
    if (!svg) { paper.textContent = "The picture could not be shown."; return; }
    const { x, y, width, height } = svg.viewBox.baseVal;
    size = { x, y, width, height };
    svg.removeAttribute("width");
    svg.removeAttribute("height");
    svg.setAttribute("role", "group");
    svg.setAttribute("preserveAspectRatio", "xMidYMid meet");
    for (const g of svg.querySelectorAll(".pick")) {
      g.setAttribute("tabindex", "0");
      g.setAttribute("role", "button");
      const title = g.querySelector("title");
      if (title) g.setAttribute("aria-label", title.textContent);
      for (const path of g.querySelectorAll("path")) {
        const reach = document.createElementNS(SVG, "path");
        reach.setAttribute("d", path.getAttribute("d"));
        reach.setAttribute("class", "reach");
        if (g.classList.contains("edge")) g.append(reach);
      }
    }
    paper.replaceChildren(svg);
    fit(true);
    highlight(picked);
  }

  const tools = { in: () => zoom(1.3), out: () => zoom(1 / 1.3), fit: () => fit(false) };
  for (const button of viewer.querySelectorAll("button[data-do]")) button.onclick = () => svg && tools[button.dataset.do]();
  const keys = {
    ArrowLeft: () => pan(-60, 0), ArrowRight: () => pan(60, 0), ArrowUp: () => pan(0, -60), ArrowDown: () => pan(0, 60),
    "+": tools.in, "=": tools.in, "-": tools.out, "0": tools.fit, Escape: () => pick(null),
  };
  viewer.onkeydown = (event) => {
    if (!svg || event.ctrlKey || event.metaKey || event.altKey) return;
    const on = event.target.closest(".pick");
    if (on && (event.key === "Enter" || event.key === " ")) pick(on.id);
    else if (keys[event.key]) keys[event.key]();
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  paper.addEventListener("wheel", (event) => {
    if (!svg) return;
    event.preventDefault();
    zoom(Math.exp(-event.deltaY * (event.deltaMode ? 0.05 : 0.0015)), event.clientX, event.clientY);
  }, { passive: false });
  paper.onpointerdown = (event) => { if (event.button === 0 && svg) drag = { x: event.clientX, y: event.clientY, moved: false }; };
  paper.onpointermove = (event) => {
    if (!drag) return;
    const dx = event.clientX - drag.x, dy = event.clientY - drag.y;
    if (!drag.moved && Math.hypot(dx, dy) < DRAG) return;
    if (!drag.moved) { drag.moved = true; paper.setPointerCapture(event.pointerId); paper.classList.add("dragged"); }
    pan(-dx, -dy);
    drag.x = event.clientX;
    drag.y = event.clientY;
  };
  paper.onpointercancel = () => { drag = null; paper.classList.remove("dragged"); };
  paper.onpointerup = (event) => {
    const clicked = drag && !drag.moved;
    drag = null;
    paper.classList.remove("dragged");
    if (!clicked) return;
    const on = event.target.closest(".pick");
    pick(on ? on.id : null);
  };
  new ResizeObserver(() => { if (svg && unfitted) fit(true); }).observe(paper);
  return { show, highlight: (id) => svg && highlight(id) };
}
