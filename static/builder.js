// The command builder of the start page: every state is a configuration that the build has proven. `kit` comes from site.js.
export default async function makeBuilder(box, kit) {
  const { $, el, param, setParams, addCopy, markScrollers } = kit;
  const form = $(".builder-form", box), result = $(".builder-result", box);
  const data = await fetch(box.dataset.src).then((response) => response.json()).catch(() => form.remove());
  if (!data) return;
  const { models, hardware, configurations, commands } = data;
  const byModel = models.map(() => []);
  configurations.forEach((item) => byModel[item.model].push(item));
  const find = (list, id) => Math.max(0, list.findIndex((item) => item.id === id));
  const state = { model: find(models, param("model") || box.dataset.model), hardware: find(hardware, param("hardware") || box.dataset.hardware), name: param("config") };
  // The name of a configuration says the rest.
  Object.assign(state, byModel[state.model].find((item) => item.hardware === state.hardware && item.name === state.name));
  const vendors = [...new Set(models.map((model) => model.vendor))];
  const select = el("select", { id: "builder-model", onchange: () => { state.model = Number(select.value); touched = true; draw(); } },
    ...vendors.map((vendor) => el("optgroup", { label: vendor },
      ...models.map((model, index) => model.vendor === vendor && byModel[index][0] && el("option", { value: index }, model.label)))));
  // This field stays in place, so that a name can be typed letter by letter.
  const steps = el("div", { class: "wait" });
  form.replaceChildren(el("div", { class: "field" }, el("label", { for: "builder-model" }, "Model"), select), steps);
  select.value = state.model;
  let touched = param("model") || param("hardware");

  function choices(legend, name, items, chosen, pick) {
    const why = items.filter((item) => item.reason);
    return el("fieldset", {}, el("legend", {}, legend), el("div", { class: "choices" },
      ...items.map((item) => el("label", { class: "choice", title: item.reason || item.note },
        el("input", { type: "radio", name: `builder-${name}`, value: item.value, checked: item.value === chosen, disabled: !!item.reason, onchange: () => { touched = true; pick(item.value); draw(name); } }),
        el("span", {}, item.label))),
      why.length > 0 && el("details", { class: "reason" }, el("summary", {}, `Why not ${why.length > 3 ? `the other ${why.length}` : why.map((item) => item.label).join(", ")}?`),
        el("ul", {}, ...why.map((item) => el("li", {}, `${item.label}: ${item.reason}`))))));
  }
  function draw(focus) {
    const model = models[state.model], own = byModel[state.model];
    let left = own, moved = "";
    // Each step narrows what is left; what only others lead to is disabled.
    const step = (legend, key, values, show, why) => {
      const can = new Set(left.map((item) => item[key])), wanted = state[key];
      if (!can.has(wanted)) {
        state[key] = left[0][key];
        if (touched && key === "hardware") moved = `${model.label} has no configuration on ${hardware[wanted].label}; showing ${hardware[state.hardware].label}. `;
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
    const text = commands[config.commands[version]];
    const caption = el("p", { class: "builder-caption", role: "status" }, moved,
      `${model.label} on ${config.gpus} × ${hardware[state.hardware].label}: ${config.layout}`,
      text ? el("span", { class: "badge badge-ok" }, `checked: SGLang ${version}`) : el("span", { class: "badge badge-refused" }, `SGLang ${version}: ${config.refused[version]}`));
    const figure = text && el("figure", { class: "code" }, el("pre", {}, el("code", {}, ...paint(text, el))));
    result.replaceChildren(caption, figure || "", el("p", { class: "builder-links" },
      el("a", { href: config.url }, "All its forms (YAML, config file, Docker, smoke test)"), el("a", { href: model.url }, `All configurations of ${model.label}`)));
    if (figure) addCopy(figure);
    markScrollers(result);
    if (touched) setParams({ model: model.id, hardware: hardware[state.hardware].id, config: state.name });
    if (focus) $(`[name=builder-${focus}]:checked`, form).focus();
  }
  kit.onVersion(() => draw());
  draw();
}
/** Flags stand out as they do in the highlighted blocks. */
function paint(text, el) {
  return text.split(/(?<=\s)(--?[A-Za-z][\w-]*)/).map((part, index) => (index % 2 ? el("span", { class: "hl-variable hl-parameter" }, part) : part));
}
