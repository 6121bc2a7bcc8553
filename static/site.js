// Everything here improves pages that already work without it. No request leaves the site.
const root = document.documentElement;
const base = root.dataset.base || "/";
const $ = (selector, from = document) => from.querySelector(selector);
const $$ = (selector, from = document) => [...from.querySelectorAll(selector)];
const store = {
  get(key) { try { return localStorage.getItem(key); } catch { return null; } },
  set(key, value) { try { value === null ? localStorage.removeItem(key) : localStorage.setItem(key, value); } catch { /* private mode */ } },
};

function set(node, attributes) {
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else if (value !== false && value != null) node.setAttribute(name, value === true ? "" : value);
  }
  return node;
}
/** An element: `el("a", { href, class: "x", onclick }, child, "text")`. Text is never parsed as HTML. */
function el(tag, attributes = {}, ...children) {
  const node = set(document.createElement(tag), attributes);
  node.append(...children.filter((child) => child || child === 0));
  return node;
}

function setParams(changes) {
  const url = new URL(location.href);
  for (const [key, value] of Object.entries(changes)) value ? url.searchParams.set(key, value) : url.searchParams.delete(key);
  if (url.href !== location.href) history.replaceState(history.state, "", url);
}
const param = (key) => new URLSearchParams(location.search).get(key) || "";

let toastTimer;
function say(text) {
  let box = $(".toast");
  if (!box) document.body.append((box = el("div", { class: "toast", role: "status" })));
  box.hidden = false;
  box.textContent = text;
  clearTimeout(toastTimer);
  toastTimer = setTimeout(() => (box.hidden = true), 2200);
}

// ---- Theme: as the system, or as chosen
const themes = ["system", "light", "dark"];
const theme = () => root.dataset.theme || "system";
function nextTheme() {
  const next = themes[(themes.indexOf(theme()) + 1) % 3];
  if (next === "system") delete root.dataset.theme; else root.dataset.theme = next;
  store.set("theme", next === "system" ? null : next);
  say(`Theme: ${next}`);
  drawTheme();
}
const themeButton = el("button", { type: "button", class: "theme", onclick: nextTheme });
function drawTheme() {
  themeButton.textContent = { system: "◐", light: "☀", dark: "☾" }[theme()];
  themeButton.setAttribute("aria-label", `Theme: ${theme()}. Change`);
  themeButton.title = `Theme: ${theme()}`;
}
drawTheme();
$(".slot-theme")?.append(themeButton);

// ---- Sidebar drawer
const sidebar = $("#sidebar"), menu = $(".menu-open");
function drawer(open) {
  sidebar.classList.toggle("open", open);
  menu.setAttribute("aria-expanded", String(open));
  (open ? $("a", sidebar) : menu).focus({ preventScroll: true });
}
if (sidebar && menu) {
  set(menu, {
    role: "button", "aria-controls": "sidebar", "aria-expanded": "false",
    onclick: (event) => { event.preventDefault(); drawer(!sidebar.classList.contains("open")); },
    onkeydown: (event) => { if (event.key === " ") { event.preventDefault(); menu.click(); } },
  });
  $(".menu-close", sidebar)?.addEventListener("click", (event) => { event.preventDefault(); drawer(false); });
  addEventListener("keydown", (event) => { if (event.key === "Escape" && sidebar.classList.contains("open")) drawer(false); });
  document.addEventListener("click", (event) => {
    if (sidebar.classList.contains("open") && !sidebar.contains(event.target) && !menu.contains(event.target)) drawer(false);
  });
  // Not by scrollIntoView: the first Tab would then start there, behind the skip link.
  const here = $("[aria-current=page]", sidebar)?.getBoundingClientRect().top - sidebar.getBoundingClientRect().top;
  if (here > sidebar.clientHeight - 40) sidebar.scrollTop = here - sidebar.clientHeight / 2;
}

// ---- Where in the page: the last heading above the top third
const tocLinks = new Map($$(".toc a").map((link) => [decodeURIComponent(link.hash.slice(1)), link]));
if (tocLinks.size) {
  const headings = [...tocLinks.keys()].map((id) => document.getElementById(id)).filter(Boolean);
  let waiting = false;
  const update = () => {
    waiting = false;
    const line = innerHeight / 3;
    let here = headings[0];
    for (const heading of headings) { if (heading.getBoundingClientRect().top > line) break; here = heading; }
    for (const [id, link] of tocLinks) {
      const active = here?.id === id;
      if (active && !link.classList.contains("here")) {
        const box = link.closest(".toc"), top = link.offsetTop;
        if (top < box.scrollTop || top > box.scrollTop + box.clientHeight - 40) box.scrollTop = top - box.clientHeight / 2;
      }
      link.classList.toggle("here", active);
      active ? link.setAttribute("aria-current", "location") : link.removeAttribute("aria-current");
    }
  };
  addEventListener("scroll", () => { if (!waiting) { waiting = true; requestAnimationFrame(update); } }, { passive: true });
  update();
}

// ---- Code: copy buttons, and keyboard access to what scrolls
async function copy(text, button) {
  try { await navigator.clipboard.writeText(text); }
  catch {
    const area = el("textarea", { style: "position:fixed;opacity:0" });
    area.value = text;
    document.body.append(area);
    area.select();
    document.execCommand("copy");
    area.remove();
  }
  button.textContent = "Copied";
  say("Copied to the clipboard");
  setTimeout(() => (button.textContent = "Copy"), 1600);
}
function addCopy(figure) {
  const code = $("pre code", figure);
  if (!code || $(".copy", figure) || figure.hasAttribute("data-no-copy")) return;
  const name = $(".code-title", figure)?.textContent;
  const onclick = (event) => copy(code.dataset.copy ?? code.textContent.replace(/\n$/, ""), event.target);
  figure.append(el("button", { type: "button", class: "copy", "aria-label": name ? `Copy: ${name}` : "Copy code", onclick }, "Copy"));
}
function markScrollers(from = document) {
  for (const box of $$("pre, .scroll", from)) {
    if (box.scrollWidth <= box.clientWidth + 1) { box.removeAttribute("tabindex"); continue; }
    box.tabIndex = 0;
    if (!box.role) set(box, { role: "group", "aria-label": `${box.matches("pre") ? "Code" : "Table"}, scrolls sideways` });
  }
}

// ---- Tabs: every group with the same data-sync shows the same tab, and remembers it
const tabGroups = [];
function makeTabs(box) {
  const panels = [...box.children].filter((child) => child.matches(".tab"));
  if (panels.length < 2) return;
  const group = { sync: box.dataset.sync, panels, buttons: [] };
  panels.forEach((panel, index) => {
    const label = $(".tab-title", panel)?.textContent || panel.dataset.tab;
    panel.id ||= `tab-${tabGroups.length}-${index}`;
    const onclick = () => choose(group, panel.dataset.tab, box);
    const button = el("button", { type: "button", role: "tab", id: `${panel.id}-tab`, "aria-controls": panel.id, onclick }, label);
    set(panel, { role: "tabpanel", "aria-labelledby": button.id });
    group.buttons.push(button);
  });
  const onkeydown = (event) => {
    const last = panels.length - 1, now = group.buttons.indexOf(document.activeElement);
    const next = { ArrowRight: now < last ? now + 1 : 0, ArrowLeft: now > 0 ? now - 1 : last, Home: 0, End: last }[event.key];
    if (next === undefined) return;
    event.preventDefault();
    choose(group, panels[next].dataset.tab, box);
    group.buttons[next].focus();
  };
  box.prepend(el("div", { class: "tablist", role: "tablist", "aria-label": box.dataset.label || "Forms", onkeydown }, ...group.buttons));
  tabGroups.push(group);
  const stored = group.sync && store.get(`tab-${group.sync}`);
  show(group, panels.some((panel) => panel.dataset.tab === stored) ? stored : panels[0].dataset.tab);
  box.classList.add("ready");
}
function show(group, key) {
  if (!group.panels.some((panel) => panel.dataset.tab === key)) return;
  group.panels.forEach((panel, index) => {
    const on = panel.dataset.tab === key;
    panel.hidden = !on;
    group.buttons[index].setAttribute("aria-selected", String(on));
    group.buttons[index].tabIndex = on ? 0 : -1;
    if (on) markScrollers(panel);
  });
}
function choose(group, key, anchor) {
  const before = anchor.getBoundingClientRect().top;
  if (group.sync) {
    store.set(`tab-${group.sync}`, key);
    tabGroups.filter((other) => other.sync === group.sync).forEach((other) => show(other, key));
  } else show(group, key);
  scrollBy({ top: anchor.getBoundingClientRect().top - before, behavior: "instant" });
}

// ---- Engine version: one choice for every panel with data-version
const versions = (root.dataset.versions || "").split(" ").filter(Boolean);
const known = (version) => (versions.includes(version) ? version : "");
let version = known(param("version")) || known(store.get("version")) || root.dataset.version;
const watchers = [];
function setVersion(next) {
  version = next;
  store.set("version", next);
  setParams({ version: next === root.dataset.version ? "" : next });
  drawVersions();
  watchers.forEach((watch) => watch());
}
function drawVersions(from = document) {
  for (const box of $$(".versions", from)) {
    const panels = [...box.children];
    const shown = panels.find((panel) => panel.dataset.version.split(" ").includes(version)) || panels[0];
    for (const panel of panels) panel.hidden = panel !== shown;
    box.classList.add("ready");
    markScrollers(shown);
  }
  const picker = $(".slot-version select");
  if (picker) picker.value = version;
}
if (versions.length > 1) {
  $(".slot-version")?.append(el("label", {}, el("span", { class: "word" }, "SGLang"),
    el("select", { "aria-label": "Engine version of the commands", onchange: (event) => setVersion(event.target.value) },
      ...[...versions].reverse().map((item) => el("option", { value: item }, item)))));
}

$$(".tabs").forEach(makeTabs);
drawVersions();
$$(".code").forEach(addCopy);
markScrollers();
addEventListener("resize", () => markScrollers(), { passive: true });

/** An address may lead into a hidden tab, version or details: open what hides it. */
function reveal() {
  const target = location.hash && document.getElementById(decodeURIComponent(location.hash.slice(1)));
  if (!target) return;
  for (let node = target; node && node !== document.body; node = node.parentElement) {
    if (node.matches("details")) node.open = true;
    if (node.matches(".version-panel[hidden]")) { for (const other of node.parentElement.children) other.hidden = other !== node; }
    if (node.matches(".tab")) { const group = tabGroups.find((item) => item.panels.includes(node)); if (group) show(group, node.dataset.tab); }
  }
  target.scrollIntoView();
}
addEventListener("hashchange", reveal);
if (location.hash) reveal();

// ---- Matrices: filters with counts, sorting, state in the address
const matrices = $$(".matrix");
function makeMatrix(box) {
  const prefix = matrices.length > 1 ? `${box.dataset.matrix}-` : "";
  const rows = $$("tbody tr", box);
  $(".filters", box)?.remove();
  if (rows.length < 4) return;
  const values = (row, key) => row[`data-${key}`] ??= (row.getAttribute(`data-f-${key}`) || "").split("|").filter(Boolean);
  const fields = (box.dataset.filters || "").split("|").map((item) => item.split(":")).map(([key, label]) => {
    const options = [...new Set(rows.flatMap((row) => values(row, key)))];
    return { key, label, options: options.sort((a, b) => a.localeCompare(b, "en", { numeric: true })) };
  }).filter((field) => field.options.length > 1);
  const text = el("input", { type: "search", autocomplete: "off", size: 16, oninput: apply });
  const count = el("output");
  const clear = () => { text.value = ""; for (const field of fields) { field.chosen = ""; field.select.value = ""; } apply(); text.focus(); };
  const reset = el("button", { type: "button", class: "reset", hidden: true, onclick: clear }, "Clear filters");
  const bar = el("div", { class: "filters", role: "group", "aria-label": `Filter ${box.dataset.noun}` }, el("label", {}, "Contains", text));
  const haystack = new Map(rows.map((row) => [row, row.textContent.toLowerCase()]));
  for (const field of fields) {
    field.select = el("select", { onchange: apply });
    bar.append(el("label", {}, field.label, field.select));
    field.chosen = param(prefix + field.key);
    draw(field, new Map());
  }
  text.value = param(`${prefix}q`);
  bar.append(count, reset);
  box.prepend(bar);

  function draw(field, counts) {
    const chosen = field.select.options.length ? field.select.value : field.chosen;
    field.select.replaceChildren(el("option", { value: "" }, "any"), ...field.options.map((option) => {
      const number = counts.get(option) ?? 0;
      return el("option", { value: option, disabled: !number && option !== chosen }, `${option} (${number})`);
    }));
    field.select.value = field.options.includes(chosen) ? chosen : "";
  }
  function apply() {
    const words = text.value.toLowerCase().split(/\s+/).filter(Boolean);
    const passes = (row, except) => words.every((word) => haystack.get(row).includes(word))
      && fields.every((field) => field === except || !field.select.value || values(row, field.key).includes(field.select.value));
    let shown = 0;
    for (const row of rows) { row.hidden = !passes(row); shown += row.hidden ? 0 : 1; }
    const changes = { [`${prefix}q`]: text.value };
    for (const field of fields) {
      const counts = new Map();
      for (const row of rows) if (passes(row, field)) for (const value of values(row, field.key)) counts.set(value, (counts.get(value) ?? 0) + 1);
      draw(field, counts);
      changes[prefix + field.key] = field.select.value;
    }
    for (const group of $$(".matrix-group", box)) group.hidden = !$("tbody tr:not([hidden])", group);
    count.textContent = shown === rows.length ? `${shown} ${box.dataset.noun}` : `${shown} of ${rows.length} ${box.dataset.noun}`;
    reset.hidden = !words.length && fields.every((field) => !field.select.value);
    setParams(changes);
  }
  apply();

  $$("th[data-sort]", box).forEach((head) => {
    const onclick = () => sort(head, head.ariaSort === "ascending" ? -1 : 1);
    head.append(el("button", { type: "button", onclick }, ...head.childNodes));
  });
  function sort(head, direction) {
    const column = head.cellIndex, body = head.closest("table").tBodies[0], numeric = head.dataset.sort === "number";
    const key = (row) => { const cell = row.cells[column]; return cell.dataset.value ?? cell.textContent.trim(); };
    const sorted = [...body.rows].map((row) => [key(row), row]).sort(([a], [b]) => {
      if (!numeric) return direction * a.localeCompare(b, "en", { numeric: true });
      const left = parseFloat(a), right = parseFloat(b);
      if (Number.isNaN(left) || Number.isNaN(right)) return Number.isNaN(left) - Number.isNaN(right);
      return direction * (left - right);
    });
    body.append(...sorted.map(([, row]) => row));
    $$("th[aria-sort]", box).forEach((other) => other.removeAttribute("aria-sort"));
    head.setAttribute("aria-sort", direction > 0 ? "ascending" : "descending");
    setParams({ [`${prefix}sort`]: `${direction < 0 ? "-" : ""}${column}` });
  }
  const order = param(`${prefix}sort`), head = $$("thead th", box)[Math.abs(parseInt(order, 10))];
  if (order && head?.dataset.sort) sort(head, order.startsWith("-") ? -1 : 1);
}
matrices.forEach(makeMatrix);

// ---- What the modules loaded on demand share with this one
const kit = { $, el, base, param, setParams, addCopy, markScrollers, setVersion, version: () => version, onVersion: (watch) => watchers.push(watch) };
const builder = $(".builder[data-src]");
if (builder) import(root.dataset.builder).then((module) => module.default(builder, kit));

// ---- Search: the dialog, and the search page; the rest comes at the first use
const searchModule = () => import(root.dataset.search);
let dialog, dialogSearch;
async function openSearch() {
  const own = $("#search-page input");
  if (own) return own.focus();
  if (!dialog) {
    dialog = el("dialog", { class: "search", "aria-label": "Search", onclick: (event) => event.target === dialog && dialog.close() });
    document.body.append(dialog);
    const close = el("button", { type: "button", class: "reset", onclick: () => dialog.close() }, "Close");
    dialogSearch = searchModule().then((module) => module.default(dialog, kit, { close }));
  }
  if (!dialog.open) dialog.showModal();
  const { input } = await dialogSearch;
  input.focus();
  input.select();
}
for (const link of $$(".search-open, main [data-search]")) link.addEventListener("click", (event) => {
  if (event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  openSearch();
});
const searchPage = $("#search-page");
if (searchPage) searchModule().then((module) => {
  const { input, search } = module.default(searchPage, kit, { page: true });
  input.value = param("q");
  if (input.value) search();
  input.focus({ preventScroll: true });
});

// ---- Keys
const keys = [["/, Ctrl K", "Search"], ["t", "Change the theme"], ["m", "Menu of pages"], ["[ and ]", "Previous and next page"], ["?", "These keys"], ["Esc", "Close"]];
let help;
function openHelp() {
  if (!help) {
    help = el("dialog", { class: "keys", "aria-labelledby": "keys-title" }, el("h2", { id: "keys-title" }, "Keys"),
      el("dl", {}, ...keys.flatMap(([key, text]) => [el("dt", {}, el("kbd", {}, key)), el("dd", {}, text)])),
      el("button", { type: "button", class: "button", onclick: () => help.close() }, "Close"));
    document.body.append(help);
  }
  if (!help.open) help.showModal();
}
addEventListener("keydown", (event) => {
  if ((event.ctrlKey || event.metaKey) && !event.altKey && event.key.toLowerCase() === "k") { event.preventDefault(); return openSearch(); }
  if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest?.("input, select, textarea, dialog, [contenteditable]")) return;
  const action = {
    "/": openSearch, "?": openHelp, t: nextTheme, m: () => (menu?.offsetParent ? menu.click() : sidebar && $("a", sidebar)?.focus()),
    "[": () => $(".pager [rel=prev]")?.click(), "]": () => $(".pager [rel=next]")?.click(),
  }[event.key];
  if (action) { event.preventDefault(); action(); }
});
