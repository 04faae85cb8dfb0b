// Shows one SVG made by datamap in a `.viewer`: zoom, pan, pick. Used by the app and by saved HTML files.
// The SVG is parsed as a document of its own, never as HTML, and stripped of anything that could run or fetch.

const SVG = "http://www.w3.org/2000/svg";
const SMALLEST = 0.02, LARGEST = 8, READABLE = 1, NEARLY = 0.8, ROOMY = 1.4, DRAG = 4, MARGIN = 34, EDGE = 12;

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
// Returns {show(text, hidden, ids), highlight(ids)}. hidden lists the names that the filters keep out of the picture, if known;
// ids are the parts that are picked at first: when another picture is shown, they stay where the ones picked before stood.
function makeViewer(viewer, onPick, onOpen) {
  const paper = viewer.querySelector(".paper"), find = viewer.querySelector(".find input"), told = viewer.querySelector(".find output");
  const head = viewer.querySelector(".head"), keysOf = viewer.querySelector(".keys"), part = viewer.querySelector(".part");
  let svg = null, shown = null, size = null, picked = null, lit = [], drag = null, unfitted = false, moved = false, measured = false;
  let sought = "", found = [], at = -1, hiddenNames = null, drawnAt = 1;

  const box = () => svg.viewBox.baseVal;
  const rect = () => paper.getBoundingClientRect();
  const scale = () => Math.min(rect().width / box().width, rect().height / box().height);

  function see(x, y, width, height) {
    Object.assign(box(), { x, y, width, height });
    drawnAt = scale();
    const whole = x <= size.x + 1 && y <= size.y + 1 && x + width >= size.x + size.width - 1 && y + height >= size.y + size.height - 1;
    part.classList.toggle("whole", whole);
  }
  // The whole picture, in the middle.
  function fit() {
    const r = rect();
    unfitted = !r.width || !r.height;
    moved = false;
    if (unfitted) return;
    if (!measured) measure();
    centre();
  }
  function centre() {
    const r = rect(), k = Math.min(r.width / size.width, r.height / size.height, ROOMY);
    const width = r.width / k, height = r.height / k;
    see(size.x - (width - size.width) / 2, size.y - (height - size.height) / 2, width, height);
  }
  // How large a diagram is without its title and legend, which stand beside it: else a small one would not be in the middle.
  function measure() {
    measured = true;
    if (!svg.getElementById("datamap")) return;
    centre();
    const r = rect(), now = box(), k = scale();
    const found = [...svg.querySelectorAll(".node, .edge, .cluster:not(#page):not(#legend)")].map((g) => g.getBoundingClientRect())
      .filter((b) => b.width || b.height);
    if (!found.length) return;
    const least = (side) => Math.min(...found.map((b) => b[side])), most = (side) => Math.max(...found.map((b) => b[side]));
    const x = now.x + (least("left") - r.left) / k - EDGE, y = now.y + (least("top") - r.top) / k - EDGE;
    size = { x, y, width: (most("right") - least("left")) / k + 2 * EDGE, height: (most("bottom") - least("top")) / k + 2 * EDGE };
  }
  // The whole picture where its names can be read so, or nearly; else its beginning at a size at which they can.
  function begin() {
    fit();
    if (unfitted || scale() >= NEARLY || !boxes().length) return;
    const r = rect(), now = box(), k = scale();
    const found = boxes().map((g) => {
      const b = g.getBoundingClientRect();
      return { left: now.x + (b.left - r.left) / k, right: now.x + (b.right - r.left) / k, top: now.y + (b.top - r.top) / k,
        bottom: now.y + (b.bottom - r.top) / k };
    });
    const least = (side) => Math.min(...found.map((b) => b[side])), most = (side) => Math.max(...found.map((b) => b[side]));
    const left = least("left") - MARGIN, top = least("top") - MARGIN, across = most("right") + MARGIN - left;
    const down = most("bottom") + MARGIN - top;
    const next = Math.max(READABLE, Math.min(r.width / across, r.height / down, ROOMY));
    const width = r.width / next, height = r.height / next;
    const first = found.filter((b) => b.right < left + width).sort((a, b) => a.top - b.top)[0];
    const at = Math.min((first ? first.top : top + MARGIN) - MARGIN, Math.max(top, top + down - height));
    see(across < width ? left - (width - across) / 2 : left, down < height ? top - (height - down) / 2 : at, width, height);
  }
  function zoom(factor, clientX, clientY) {
    const now = scale(), next = Math.min(LARGEST, Math.max(SMALLEST, now * factor)), k = now / next;
    const r = rect(), { x, y, width, height } = box();
    const px = clientX === undefined ? 0.5 : (clientX - r.left) / r.width;
    const py = clientY === undefined ? 0.5 : (clientY - r.top) / r.height;
    moved = true;
    see(x + width * px * (1 - k), y + height * py * (1 - k), width * k, height * k);
  }
  function pan(dx, dy) {
    const k = scale(), { x, y, width, height } = box();
    moved = true;
    see(x + dx / k, y + dy / k, width, height);
  }
  function highlight(ids) {
    lit = ids.filter((id) => svg.getElementById(id));
    picked = lit.length > 1 ? lit.join(" ") : lit[0] || null;
    svg.classList.toggle("some-picked", lit.length > 0);
    const near = new Set(lit);
    for (const g of svg.querySelectorAll(".pick[data-from]")) {
      const { from, to } = g.dataset;
      if (lit.includes(g.id) || lit.includes(from) || lit.includes(to)) near.add(g.id).add(from).add(to);
    }
    for (const g of svg.querySelectorAll(".pick")) {
      g.classList.toggle("near", near.has(g.id));
      g.classList.toggle("picked", lit.includes(g.id));
      g.setAttribute("aria-pressed", String(lit.includes(g.id)));
    }
  }
  function pick(id) {
    if (id === picked) return;
    highlight(id ? [id] : []);
    onPick(id);
  }
  const middle = (element) => {
    const r = element.getBoundingClientRect();
    return { x: r.left + r.width / 2, y: r.top + r.height / 2 };
  };
  const boxes = () => [...svg.querySelectorAll(".pick:not([data-from])")];
  // Where parts of the picture are on the screen: the middle of all of them.
  function around(ids) {
    const all = ids.map((id) => svg.getElementById(id).getBoundingClientRect());
    const left = Math.min(...all.map((r) => r.left)), right = Math.max(...all.map((r) => r.right));
    const top = Math.min(...all.map((r) => r.top)), bottom = Math.max(...all.map((r) => r.bottom));
    return { x: (left + right) / 2, y: (top + bottom) / 2, width: right - left, height: bottom - top };
  }
  // What the reader looks at in the old picture and where it stands, so that it can stay there in the next: what is picked, else
  // the box nearest to the middle that the next has too, if the reader has moved the picture.
  function anchor(next, ids) {
    if (!svg || !rect().width) return null;
    const kept = (id) => next.getElementById(id), to = ids.filter(kept);
    if (lit.length && to.length) return { ids: to, where: around(lit), k: scale() };
    if (!moved) return null;
    const r = rect();
    const far = (g) => { const m = middle(g); return Math.hypot(m.x - r.left - r.width / 2, m.y - r.top - r.height / 2); };
    const near = boxes().filter((g) => kept(g.id)).sort((a, b) => far(a) - far(b))[0];
    return near ? { ids: [near.id], where: middle(near), k: scale() } : null;
  }
  // Moves the picture until these parts stand where others stood, or as near to it as they can be seen whole.
  function settle({ ids, where, k }) {
    zoom(k / scale());
    const r = rect(), edge = 24;
    let now = around(ids);
    if (now.width > r.width - 2 * edge || now.height > r.height - 2 * edge) {
      const far = (id) => { const m = middle(svg.getElementById(id)); return Math.hypot(m.x - now.x, m.y - now.y); };
      now = around([[...ids].sort((a, b) => far(a) - far(b))[0]]);
    }
    const within = (at, low, high, extent) => Math.min(Math.max(at, low + edge + extent / 2), high - edge - extent / 2);
    pan(now.x - within(where.x, r.left, r.right, now.width), now.y - within(where.y, r.top, r.bottom, now.height));
  }
  // The legend as words beside the picture, so that it is seen whatever part of the picture is.
  function explain() {
    keysOf.replaceChildren(...[...svg.querySelectorAll('[id^="key-"]')].map((key) => {
      const said = document.createElement("span"), mark = document.createElementNS(SVG, "svg"), line = document.createElementNS(SVG, "path");
      const drawn = key.querySelector("polygon, path");
      said.setAttribute("role", "listitem");
      mark.setAttribute("viewBox", "0 0 30 8");
      mark.setAttribute("aria-hidden", "true");
      line.setAttribute("d", "M0 4H30");
      for (const name of ["stroke", "stroke-width", "stroke-dasharray"]) {
        if (drawn && drawn.hasAttribute(name)) line.setAttribute(name, drawn.getAttribute(name));
      }
      mark.append(line);
      said.append(mark, [...key.querySelectorAll("text")].map((t) => t.textContent).join(" "));
      return said;
    }));
  }
  // The title and notes of a diagram as words above it, for the same reason. A chart has its own, and is seen whole.
  function entitle() {
    head.replaceChildren();
    if (!svg.getElementById("datamap")) return;
    const title = document.createElement("b"), said = (name) => svg.querySelector(`:scope > ${name}`)?.textContent || "";
    title.textContent = said("title");
    const drawn = [...svg.querySelectorAll("#datamap > text, #page > text")].map((t) => t.textContent).join(" ");
    head.append(title, drawn.startsWith(title.textContent) ? drawn.slice(title.textContent.length) : said("desc"));
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
    if (scale() < READABLE) zoom(READABLE / scale());
    const r = rect(), m = middle(g);
    pan(m.x - r.left - r.width / 2, m.y - r.top - r.height / 2);
  }
  function show(text, hidden, ids = []) {
    hiddenNames = hidden || null;
    if (text === shown) return;
    const next = parsePicture(text), stay = next && anchor(next, ids);
    shown = text;
    svg = next;
    sought = "";
    found = [];
    if (!svg) { paper.textContent = "The picture could not be shown."; return; }
    const { x, y, width, height } = svg.viewBox.baseVal;
    size = { x, y, width, height };
    measured = false;
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
    entitle();
    explain();
    begin();
    if (stay) settle(stay);
    highlight(ids);
    if (find.value) told.textContent = "";
  }

  const tools = { in: () => zoom(1.3), out: () => zoom(1 / 1.3), fit };
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
  new ResizeObserver(() => {
    const r = rect();
    if (!svg || !r.width || !r.height) return;
    if (unfitted) begin();
    else see(box().x, box().y, r.width / drawnAt, r.height / drawnAt);
  }).observe(paper);
  return { show, highlight: (ids) => svg && highlight(ids) };
}
