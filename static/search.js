// Search: a combobox over Pagefind, whose engine and index are loaded at the first use.
// `extra.page` keeps the words in the address, `extra.close` is a button beside the field.
let engine;
function loadEngine(base) {
  engine ??= import(`${base}pagefind/pagefind.js`).then(async (module) => {
    await module.options({ baseUrl: base, excerptLength: 22 });
    await module.init();
    return module;
  });
  engine.catch(() => (engine = undefined));
  return engine;
}
/** Pagefind's excerpt holds escaped text and `<mark>`: keep the marks, take the rest as text. */
function excerpt(html, el) {
  const parsed = new DOMParser().parseFromString(html, "text/html").body;
  return [...parsed.childNodes].map((node) => (node.nodeName === "MARK" ? el("mark", {}, node.textContent) : node.textContent));
}
/** A page that bears just the name comes before those that have more in theirs, and before those that mention it. */
function fits(title = "", words) {
  const [name, wanted] = [title, words].map((text) => text.toLowerCase().replace(/^-+|[\s_-]+/g, " ").trim());
  return name === wanted ? 3 : name.length > 2 && ` ${wanted} `.includes(` ${name} `) ? 2 : ` ${name}`.includes(` ${wanted}`) ? 1 + 1 / name.length : 0;
}
/** Names are written with hyphens, and asked for without: `deepseek v3.2 h200` is `deepseek-v3.2 h200`, too. */
function joins(text) {
  const words = text.split(/\s+/).slice(0, 5), last = 2 ** (words.length - 1);
  return Array.from({ length: last - 1 }, (_, at) => words.reduce((all, word, index) => all + ((at + 1) >> (index - 1) & 1 ? "-" : " ") + word));
}
const hint = "Models, flags, rules, pages";
let searches = 0;
export default function makeSearch(box, kit, extra) {
  const { el, base, setParams } = kit;
  const id = `search-${++searches}`;
  let active = -1, run = 0;
  const list = el("div", { class: "results", role: "listbox", id: `${id}-list`, "aria-label": "Results", onclick: () => box.closest("dialog")?.close() });
  const status = el("p", { class: "search-status", role: "status" }, hint);
  const input = el("input", {
    type: "search", id, role: "combobox", "aria-controls": list.id, "aria-expanded": "false", "aria-autocomplete": "list", "aria-label": "Search the site",
    placeholder: "Model, flag, rule or words", autocomplete: "off", spellcheck: "false",
    oninput: search, onfocus: () => loadEngine(base).catch(() => {}),
    onkeydown: (event) => {
      if (event.key === "ArrowDown" || event.key === "ArrowUp") { event.preventDefault(); activate(active + (event.key === "ArrowDown" ? 1 : -1)); }
      else if (event.key === "Enter" && options()[active]) { event.preventDefault(); options()[active].click(); }
    },
  });
  const options = () => [...list.children];
  function activate(index) {
    const items = options();
    active = items.length ? (index + items.length) % items.length : -1;
    items.forEach((item, at) => item.setAttribute("aria-selected", String(at === active)));
    if (active < 0) return input.removeAttribute("aria-activedescendant");
    input.setAttribute("aria-activedescendant", items[active].id);
    items[active].scrollIntoView({ block: "nearest" });
  }
  function option(page, part, index) {
    const title = page.meta.title || page.url, section = part && part.title !== title && part.title;
    return el("a", { role: "option", id: `${id}-${index}`, href: part ? part.url : page.url, tabindex: -1, "aria-selected": "false" },
      el("b", {}, title), section && ` › ${section}`, page.meta.kind && el("small", {}, page.meta.kind), el("p", {}, ...excerpt(part ? part.excerpt : page.excerpt, el)));
  }
  async function search() {
    const words = input.value.trim(), mine = ++run;
    list.ariaBusy = "true";
    if (extra?.page) setParams({ q: words });
    if (!words) { list.replaceChildren(); input.setAttribute("aria-expanded", "false"); status.textContent = hint; list.ariaBusy = "false"; return activate(0); }
    try {
      const module = await loadEngine(base);
      let answer = await module.debouncedSearch(words, {}, 90);
      for (const joined of answer && answer.results.length < 3 ? joins(words) : []) {
        const other = await module.search(joined);
        if (other.results.length > answer.results.length) answer = other;
      }
      if (!answer || mine !== run) return;
      const found = await Promise.all(answer.results.slice(0, 24).map((item) => item.data()));
      if (mine !== run) return;
      const pages = found.map((page) => [fits(page.meta.title, words), page]).sort(([a], [b]) => b - a).slice(0, 10).map(([, page]) => page);
      const items = pages.flatMap((page) => {
        const parts = (page.sub_results || []).slice(0, 2);
        return parts.length ? parts.map((part) => [page, part]) : [[page, null]];
      });
      list.replaceChildren(...items.map(([page, part], index) => option(page, part, index)));
      input.setAttribute("aria-expanded", String(items.length > 0));
      const total = answer.results.length;
      status.textContent = total ? `${total} page${total === 1 ? "" : "s"}${total > 10 ? ", the best 10 shown" : ""}` : `Nothing found for “${words}”. Fewer or shorter words find more.`;
      activate(0);
    } catch {
      list.replaceChildren();
      status.textContent = "The search index can't be loaded. Every page is listed under Search.";
    }
    list.ariaBusy = "false";
  }
  box.append(el("div", { class: "search-box" }, input, extra?.close), status, list);
  return { input, search };
}
