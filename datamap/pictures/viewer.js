// Shows one SVG made by datamap in a `.viewer`: zoom, pan, pick. Used by the app and by saved HTML files.
// The SVG is parsed as a document of its own, never as HTML, and stripped of anything that could run or fetch.

const SVG = "http://www.w3.org/2000/svg";
const SMALLEST = 0.02, LARGEST = 8, READABLE = 0.6, DRAG = 4;

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

const plain = (words) => words.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase().trim();

// viewer: the `.viewer` element. onPick(id or null) is called when the reader picks a node or flow, or clears;
// onOpen(id), where there is one, when the reader asks for what is folded into a box or line.
// Returns {show(text, hidden), highlight(id)}; hidden lists the names that the filters keep out of the picture, if known.
function makeViewer(viewer, onPick, onOpen) {
  const paper = viewer.querySelector(".paper"), find = viewer.querySelector(".find input"), told = viewer.querySelector(".find output");
  let svg = null, shown = null, size = null, picked = null, drag = null, unfitted = false, moved = false;
  let sought = "", found = [], at = -1, hiddenNames = null;

  const box = () => svg.viewBox.baseVal;
  const scale = () => { const r = paper.getBoundingClientRect(); return Math.min(r.width / box().width, r.height / box().height); };

  function fit(readable) {
    const r = paper.getBoundingClientRect();
    unfitted = !r.width || !r.height;
    moved = false;
    if (unfitted) return;
    const whole = Math.min(r.width / size.width, r.height / size.height, 1.4);
    const k = readable ? Math.max(whole, READABLE) : whole;
    const width = r.width / k, height = r.height / k;
    box().width = width;
    box().height = height;
    box().x = width > size.width ? size.x - (width - size.width) / 2 : size.x;
    box().y = size.y;
  }
  function zoom(factor, clientX, clientY) {
    moved = true;
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
    moved = true;
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
  const middle = (element) => {
    const r = element.getBoundingClientRect();
    return { x: r.left + r.width / 2, y: r.top + r.height / 2 };
  };
  const boxes = () => [...svg.querySelectorAll(".pick:not([data-from])")];
  // The part of the old picture that the reader looks at and the new one has too, so that it can stay where it is.
  function anchor(next) {
    if (!svg || !moved) return null;
    const r = paper.getBoundingClientRect(), kept = boxes().filter((g) => next.getElementById(g.id));
    const far = (g) => { const m = middle(g); return Math.hypot(m.x - r.left - r.width / 2, m.y - r.top - r.height / 2); };
    const near = kept.find((g) => g.id === picked) || kept.sort((a, b) => far(a) - far(b))[0];
    return near ? { id: near.id, where: middle(near), k: scale() } : null;
  }
  function search(step) {
    const words = plain(find.value);
    if (words !== sought) {
      sought = words;
      const has = (text) => text && plain(text).includes(words);
      found = !words ? [] : boxes().map((g) => ({ g, inside: !has(g.dataset.name) }))
        .filter(({ g, inside }) => !inside || has(g.dataset.holds)).sort((a, b) => a.inside - b.inside);
      at = -1;
    }
    for (const g of svg.querySelectorAll(".found")) g.classList.remove("found");
    if (!words) { told.textContent = ""; return; }
    if (!found.length) {
      const out = hiddenNames ? hiddenNames.filter((name) => plain(name).includes(words)) : [];
      told.textContent = out.length
        ? `Hidden by the filters: ${out.slice(0, 2).join(", ")}${out.length > 2 ? ` and ${out.length - 2} more` : ""}`
        : hiddenNames ? "No such name in the inventory" : "No such name in the picture";
      return;
    }
    at = (at + step + found.length) % found.length;
    const { g, inside } = found[at];
    g.classList.add("found");
    told.textContent = `${at + 1} of ${found.length}${inside ? `, folded into ${g.dataset.name}` : ""}`;
    if (scale() < 0.8) zoom(0.8 / scale());
    const r = paper.getBoundingClientRect(), m = middle(g);
    pan(m.x - r.left - r.width / 2, m.y - r.top - r.height / 2);
  }
  function show(text, hidden) {
    hiddenNames = hidden || null;
    if (text === shown) return;
    const next = parsePicture(text), stay = next && anchor(next);
    shown = text;
    svg = next;
    sought = "";
    found = [];
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
      const seen = g.classList.contains("edge") ? [...g.querySelectorAll("text")].map((t) => t.textContent).join(" ") : "";
      if (title) g.setAttribute("aria-label", seen ? `${title.textContent} ${seen}` : title.textContent);
      for (const path of g.querySelectorAll("path")) {
        const reach = document.createElementNS(SVG, "path");
        reach.setAttribute("d", path.getAttribute("d"));
        reach.setAttribute("class", "reach");
        if (g.classList.contains("edge")) g.append(reach);
      }
    }
    paper.replaceChildren(svg);
    fit(true);
    if (stay) {
      zoom(stay.k / scale());
      const now = middle(svg.getElementById(stay.id));
      pan(now.x - stay.where.x, now.y - stay.where.y);
    }
    highlight(picked);
    if (find.value) told.textContent = "";
  }

  const tools = { in: () => zoom(1.3), out: () => zoom(1 / 1.3), fit: () => fit(false) };
  for (const button of viewer.querySelectorAll("button[data-do]")) button.onclick = () => svg && tools[button.dataset.do]();
  const keys = {
    ArrowLeft: () => pan(-60, 0), ArrowRight: () => pan(60, 0), ArrowUp: () => pan(0, -60), ArrowDown: () => pan(0, 60),
    "+": tools.in, "=": tools.in, "-": tools.out, "0": tools.fit, Escape: () => pick(null),
  };
  find.oninput = () => svg && search(1);
  find.onkeydown = (event) => {
    if (event.key === "Enter") { if (svg) search(event.shiftKey ? -1 : 1); event.preventDefault(); }
    if (event.key === "Escape") { find.value = ""; if (svg) search(1); }
    event.stopPropagation();
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
  paper.ondblclick = (event) => {
    const on = event.target.closest(".pick[data-opens]");
    if (on && onOpen) onOpen(on.id);
  };
  new ResizeObserver(() => { if (svg && unfitted) fit(true); }).observe(paper);
  return { show, highlight: (id) => svg && highlight(id) };
}
