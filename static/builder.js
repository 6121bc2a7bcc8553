// The command builder of the start page: every state is a configuration that the build has proven.
// `kit` is what site.js shares: helpers, and the chosen engine version.
export default async function makeBuilder(box, kit) {
  const { $, el, param, setParams, addCopy, markScrollers } = kit;
  let data;
  try {
    const response = await fetch(box.dataset.src);
    if (!response.ok) return;
    data = await response.json();
  } catch { return; }
  const { models, hardware, configurations, commands } = data;
  const byModel = models.map(() => []);
  configurations.forEach((item) => byModel[item.model].push(item));
  const find = (list, id) => list.findIndex((item) => item.id === id);
  const state = {
    model: Math.max(0, find(models, param("model") || box.dataset.model)),
    hardware: Math.max(0, find(hardware, param("hardware") || box.dataset.hardware)),
    name: param("config"),
  };
  const form = $(".builder-form", box), result = $(".builder-result", box);
  const vendors = [...new Set(models.map((model) => model.vendor))];
  const select = el("select", { id: "builder-model", onchange: () => { state.model = Number(select.value); touched = true; draw("model"); } },
    ...vendors.map((vendor) => el("optgroup", { label: vendor },
      ...models.map((model, index) => model.vendor === vendor && byModel[index].length > 0 && el("option", { value: index }, model.label)).filter(Boolean))));
  let touched = Boolean(param("model") || param("hardware"));

  function choices(legend, name, items, chosen, pick) {
    const why = items.filter((item) => item.reason);
    return el("fieldset", {}, el("legend", {}, legend), el("div", { class: "choices" },
      ...items.map((item) => el("label", { class: "choice", title: item.reason || item.note },
        el("input", { type: "radio", name: `builder-${name}`, value: item.value, checked: item.value === chosen, disabled: Boolean(item.reason), onchange: () => { touched = true; pick(item.value); draw(name); } }),
        el("span", {}, item.label))),
      why.length > 0 && el("details", { class: "reason" }, el("summary", {}, why.length > 3 ? `Why not the other ${why.length}?` : `Why not ${why.map((item) => item.label).join(", ")}?`),
        el("ul", {}, ...why.map((item) => el("li", {}, `${item.label}: ${item.reason}`))))));
  }
  function draw(focus) {
    const model = models[state.model], own = byModel[state.model];
    const possible = new Set(own.map((item) => item.hardware));
    let moved = "";
    if (!possible.has(state.hardware)) {
      const next = hardware.findIndex((_, index) => possible.has(index));
      if (touched) moved = `${model.label} has no configuration on ${hardware[state.hardware].label}; showing ${hardware[next].label}.`;
      state.hardware = next;
    }
    const here = own.filter((item) => item.hardware === state.hardware);
    const config = here.find((item) => item.name === state.name) || here[0];
    state.name = config.name;
    select.value = state.model;
    const fields = [
      el("div", { class: "field" }, el("label", { for: "builder-model" }, "Model"), select),
      choices("Hardware", "hardware", hardware.map((item, index) => ({
        value: index, label: item.label, note: item.note,
        reason: possible.has(index) ? "" : model.unavailable?.[item.id] || `no proven configuration of ${model.label}`,
      })), state.hardware, (value) => (state.hardware = value)),
      choices("Setup", "config", here.map((item) => ({ value: item.name, label: `${item.label || item.name} · ${item.gpus} GPU${item.gpus === 1 ? "" : "s"}`, note: item.goal })), state.name, (value) => (state.name = value)),
      choices("SGLang", "version", data.versions.map((item) => ({
        value: item, label: item, reason: config.commands[item] === undefined ? config.refused?.[item] || "not checked with this version" : "",
      })), kit.version(), (value) => { if (value !== kit.version()) kit.setVersion(value); }),
    ];
    form.replaceChildren(...fields);
    const version = kit.version();
    const found = config.commands[version];
    const text = found === undefined ? "" : commands[found];
    const caption = el("p", { class: "builder-caption", role: "status" }, moved && `${moved} `,
      `${model.label} on ${config.gpus} × ${hardware[state.hardware].label}: ${config.layout}`,
      text ? el("span", { class: "badge badge-ok" }, `checked: SGLang ${version}`) : el("span", { class: "badge badge-refused" }, `SGLang ${version}: ${config.refused?.[version] || "not checked"}`));
    const figure = text && el("figure", { class: "code" }, el("pre", {}, el("code", {}, ...paint(text, el))));
    result.replaceChildren(caption, figure || "", el("p", { class: "builder-links" },
      el("a", { href: config.url }, "All forms of this configuration (YAML, config file, Docker, smoke test)"), el("a", { href: model.url }, `All configurations of ${model.label}`)));
    if (figure) addCopy(figure);
    markScrollers(result);
    if (touched) setParams({ model: model.id, hardware: hardware[state.hardware].id, config: state.name });
    if (focus) (focus === "model" ? select : $(`[name=builder-${focus}]:checked`, form))?.focus();
  }
  kit.onVersion(() => draw());
  draw();
}
/** Flags stand out as they do in the highlighted blocks. */
function paint(text, el) {
  return text.split(/(?<=\s)(--?[A-Za-z][\w-]*)/).map((part, index) => (index % 2 ? el("span", { class: "hl-variable hl-parameter" }, part) : part));
}
