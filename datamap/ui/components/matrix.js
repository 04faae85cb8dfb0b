const drawn = new WeakMap();

export default function ({ data, parentElement, setTriggerValue }) {
  const place = parentElement.querySelector(".dm-matrix");
  const text = JSON.stringify(data);
  place.tell = (row, column) => setTriggerValue("opened", [row, column]);
  if (drawn.get(place) === text) return;
  drawn.set(place, text);
  place.replaceChildren(table(data, (row, column) => place.tell(row, column)));
  place.scrollTo(0, 0);
  hint(place, parentElement.querySelector(".dm-matrix-more"), data.columns.length);
}

// Says how many columns are in view while not all of them are.
function hint(place, more, many) {
  const say = () => {
    const heads = [...place.querySelectorAll("thead th")], first = heads[0].getBoundingClientRect().right;
    const last = place.getBoundingClientRect().right;
    const seen = heads.slice(1, -1).filter((head) => {
      const { left, right } = head.getBoundingClientRect();
      return left >= first - 1 && right <= last + 1;
    }).length;
    const words = place.scrollWidth <= place.clientWidth + 1 ? ""
      : `${seen} of ${many} columns are in view: scroll sideways for the others. The names of the rows stay.`;
    if (more.textContent !== words) more.textContent = words;
  };
  place.onscroll = say;
  if (place.watch) place.watch.disconnect();
  place.watch = new ResizeObserver(say);
  place.watch.observe(place);
  say();
}

function table(data, open) {
  const { looks, rows, columns, cells, total } = data;
  const made = element("table");
  made.setAttribute("aria-label", `${data.corner}: number of flows and their worst outcome`);
  const says = (flows, look) => `${flows} ${flows === 1 ? "flow" : "flows"}, ${looks[look][2]}`;

  const button = (words, label, row, column) => {
    const one = element("button", words);
    one.type = "button";
    one.tabIndex = -1;
    one.title = label;
    one.setAttribute("aria-label", label);
    one.dataset.at = `${row},${column}`;
    return one;
  };
  const sum = (flows, look) => {
    const cell = element("td");
    cell.className = "all";
    const words = element("span", flows.toLocaleString("en"));
    words.className = "sum";
    words.title = says(flows, look);
    words.append(letter(looks[look][1]));
    cell.append(words);
    return cell;
  };

  const head = made.createTHead().insertRow();
  head.append(heading("col", element("span", data.corner)));
  columns.forEach(([name, flows, look], at) => {
    head.append(heading("col", button(name, `${name}: ${says(flows, look)}`, -1, at)));
  });
  head.append(heading("col", element("span", "All")));

  const body = made.createTBody();
  const found = new Map(cells.map(([row, column, flows, look]) => [`${row},${column}`, [flows, look]]));
  rows.forEach(([name, flows, look], row) => {
    const line = body.insertRow();
    line.append(heading("row", button(name, `${name}: ${says(flows, look)}`, row, -1)));
    columns.forEach(([other], column) => {
      const cell = line.insertCell();
      const what = found.get(`${row},${column}`);
      if (!what) return;
      cell.className = looks[what[1]][0];
      const label = `${name}, ${other}: ${says(...what)}`;
      const one = button(what[0].toLocaleString("en"), label, row, column);
      one.append(letter(looks[what[1]][1]));
      cell.append(one);
    });
    line.append(sum(flows, look));
  });

  const foot = made.createTFoot().insertRow();
  foot.append(heading("row", element("span", "All")));
  columns.forEach(([, flows, look]) => foot.append(sum(flows, look)));
  foot.append(sum(...total));

  made.addEventListener("click", (event) => {
    const one = event.target.closest("button");
    if (one) open(...one.dataset.at.split(",").map(Number));
  });
  made.addEventListener("keydown", (event) => {
    const step = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] }[event.key];
    const from = event.target.closest("button");
    if (!step || !from) return;
    event.preventDefault();
    let [row, column] = from.dataset.at.split(",").map(Number);
    for (;;) {
      row += step[0];
      column += step[1];
      if (row < -1 || column < -1 || row >= rows.length || column >= columns.length) return;
      const to = made.querySelector(`button[data-at="${row},${column}"]`);
      if (to) return focus(to);
    }
  });
  const focus = (to) => {
    for (const one of made.querySelectorAll('button[tabindex="0"]')) one.tabIndex = -1;
    to.tabIndex = 0;
    to.focus();
  };
  const first = made.querySelector("button");
  if (first) first.tabIndex = 0;
  return made;
}

function element(name, words = "") {
  const one = document.createElement(name);
  one.textContent = words;
  return one;
}

function letter(words) {
  const one = element("i");
  one.dataset.letter = words;
  return one;
}

function heading(scope, child) {
  const one = document.createElement("th");
  one.scope = scope;
  if (child.textContent === "All") one.className = "all";
  one.append(child);
  return one;
}
