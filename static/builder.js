// The command builder of the start page: every state is a configuration that the build has proven. `kit` comes from site.js.
export default async function makeBuilder(box, kit) {
  const { $, el, param, setParams, addCopy, markScrollers } = kit;
  const form = $(".builder-form", box), result = $(".builder-result", box);
  const data = await fetch(box.dataset.src).then((response) => response.json()).catch(() => form.remove());
  if (!data) return;
  const { models, hardware } = data;
  const find = (list, key) => list.findIndex((item) => item.id === (param(key) || (!param("model") && box.dataset[key])));
  const select = el("select", { id: "builder-model", onchange: () => { touched = true; show(); } },
    ...[...new Set(models.map((model) => model.vendor))].map((vendor) => el("optgroup", { label: vendor },
      ...models.map((model, index) => model.vendor === vendor && el("option", { value: index }, model.label)))));
  select.value = Math.max(0, find(models, "model"));
  // Where there are very many models, each has a file of its own.
  const load = async (model) => model.configurations || Object.assign(model, await (await fetch(model.src)).json()).configurations;
  const state = { hardware: find(hardware, "hardware"), name: param("config") };
  // The name of a configuration says the rest.
  Object.assign(state, (await load(models[select.value])).find((item) => item.hardware === state.hardware && item.name === state.name));
  // The field of models stays in place, so that a name can be typed letter by letter.
  const steps = el("div", { class: "wait" });
  form.replaceChildren(el("div", { class: "field" }, el("label", { for: "builder-model" }, "Model"), select), steps);
  let touched = param("model") || param("hardware");

  // Flags stand out as in the highlighted blocks, and code in a note.
  const odd = (parts, tag, attributes) => parts.map((part, index) => (index % 2 ? el(tag, attributes, part) : part));
  function choices(legend, name, items, chosen, pick) {
    const why = items.filter((item) => item.reason);
    return el("fieldset", {}, el("legend", {}, legend), el("div", { class: "choices" },
      ...items.map((item) => el("label", { class: "choice", title: item.reason || item.note },
        el("input", { type: "radio", name: `builder-${name}`, value: item.value, checked: item.value === chosen, disabled: !!item.reason, onchange: () => { touched = true; pick(item.value); draw(name); } }),
        el("span", {}, item.label))),
      why.length > 0 && el("details", { class: "reason" }, el("summary", {}, `Why not ${why.length > 3 ? `the other ${why.length}` : why.map((item) => item.label).join(", ")}?`),
        el("ul", {}, ...why.map((item) => el("li", {}, `${item.label}: ${item.reason}`))))));
  }
  async function show() { await load(models[select.value]); draw(); }
  function draw(focus) {
    const model = models[select.value], own = model.configurations;
    // The file of another model came in the meantime.
    if (!own) return;
    let left = own, moved = "";
    // Each step narrows what is left; what only others lead to is disabled.
    const step = (legend, key, values, show, why) => {
      const can = new Set(left.map((item) => item[key])), wanted = state[key];
      if (!can.has(wanted)) {
        state[key] = left[0][key];
        if (touched && key === "hardware" && hardware[wanted]) moved = `${model.label} has no configuration on ${hardware[wanted].label}; showing ${hardware[state.hardware].label}. `;
      }
      left = left.filter((item) => item[key] === state[key]);
      return choices(legend, key, values.map((value) => ({ value, ...show(value), reason: can.has(value) ? "" : why(value) })), state[key], (value) => (state[key] = value));
    };
    const several = (legend, key) => step(legend, key, [...new Set(own.map((item) => item[key]))], (label) => ({ label }),
      (value) => `only proven for ${[...new Set(own.filter((item) => item[key] === value).map((item) => `${hardware[item.hardware].label} ${key === "goal" ? item.quant : ""}`))].join(", ")}`);
    const fields = [
      step("Hardware", "hardware", hardware.map((_, index) => index), (index) => hardware[index], (index) => model.unavailable?.[hardware[index].id] || `no proven configuration of ${model.label}`),
      several("Quantization", "quant"),
      several("Goal", "goal"),
    ];
    const setups = left;
    if (setups.length > 1) fields.push(step("Setup", "name", setups.map((item) => item.name), (name) => ({ label: `${name} · ${setups.find((item) => item.name === name).gpus} GPUs` })));
    const [config] = left, version = kit.version();
    state.name = config.name;
    fields.push(choices("SGLang", "version", data.versions.map((value) => ({ value, label: value, reason: config.refused[value] })), version, (value) => { if (value !== version) kit.setVersion(value); }));
    steps.replaceChildren(...fields);
    const text = (model.commands || data.commands)[config.commands[version]];
    const caption = el("p", { class: "builder-caption", role: "status" }, moved,
      `${model.label} on ${config.gpus} × ${hardware[state.hardware].label}: ${config.layout}`,
      text ? el("span", { class: "badge badge-ok" }, `checked: SGLang ${version}`) : el("span", { class: "badge badge-refused" }, `SGLang ${version}: ${config.refused[version]}`));
    const figure = text && el("figure", { class: "code" }, el("pre", {}, el("code", {}, ...odd(text.split(/(?<=\s)(--?[A-Za-z][\w-]*)/), "span", { class: "hl-variable hl-parameter" }))));
    const note = text && config.note && el("p", { class: "notes" }, ...odd(config.note.split("`"), "code"));
    result.replaceChildren(caption, figure || "", note || "", el("p", { class: "builder-links" },
      el("a", { href: config.url }, "All its forms (YAML, config file, Docker, smoke test)"), el("a", { href: model.url }, `All configurations of ${model.label}`)));
    if (figure) addCopy(figure);
    markScrollers(result);
    if (touched) setParams({ model: model.id, hardware: hardware[state.hardware].id, config: state.name });
    if (focus) $(`[name=builder-${focus}]:checked`, form).focus();
  }
  kit.onVersion(() => draw());
  draw();
}
