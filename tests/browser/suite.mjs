// The built site in a real browser. `cargo test --test browser` builds it and runs this:
//   SITE=folder BASE=/project/ node --test suite.mjs
import { after, before, describe, test } from "node:test";
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { readFile, readdir } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { launch, serve } from "./site.mjs";

const folder = process.env.SITE, base = process.env.BASE ?? "/";
const from = createRequire(import.meta.url);
let server, browser;
before(async () => { server = await serve(folder, base); browser = await launch(); });
after(async () => { await browser?.close(); server?.close(); });

/** A page in a browser profile of its own. Requests to other hosts and errors of scripts fail the test. */
async function open(path, options = {}, use) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, permissions: ["clipboard-read", "clipboard-write"], ...options });
  const page = await context.newPage();
  const wrong = [];
  page.setDefaultTimeout(10_000);
  page.on("request", (request) => { if (new URL(request.url()).host !== new URL(server.url).host) wrong.push(`a request to ${request.url()}`); });
  page.on("pageerror", (error) => wrong.push(`an error: ${error.message}`));
  page.on("console", (message) => { if (message.type() === "error") wrong.push(`console: ${message.text()}`); });
  page.on("response", (response) => { if (response.status() >= 400) wrong.push(`${response.status()} for ${response.url()}`); });
  try {
    await page.goto(server.url + path);
    await use(page, context);
    assert.deepEqual(wrong, []);
  } finally { await context.close(); }
}
const clipboard = (page) => page.evaluate(() => navigator.clipboard.readText());
const query = (page) => Object.fromEntries(new URL(page.url()).searchParams);
const path = (page) => page.url().slice(server.url.length);
/** Types words into the search and gives the results once they answer these words. */
async function find(page, words) {
  await page.locator("[role=combobox]").fill(words);
  await page.locator("[role=listbox][aria-busy=false]").waitFor({ state: "attached" });
  return page.locator("[role=option]").evaluateAll((items) => items.map((item) => ({ title: item.querySelector("b").textContent, text: item.textContent, marks: [...item.querySelectorAll("mark")].map((mark) => mark.textContent), href: item.href })));
}

const model = "models/deepseek-ai/deepseek-v3.2/";

describe("search", () => {
  test("opens with / and Ctrl-K, closes with Escape, and gives the focus back", () => open("guide/parallelism/", {}, async (page) => {
    const input = page.locator("dialog.search [role=combobox]");
    await page.locator(".search-open").focus();
    for (const key of ["/", "Control+k"]) {
      await page.keyboard.press(key);
      await input.waitFor();
      await page.waitForFunction(() => document.activeElement?.getAttribute("role") === "combobox");
      assert.equal(await input.inputValue(), "");
      await page.keyboard.press("Escape");
      await input.waitFor({ state: "hidden" });
      assert.ok(await page.locator(".search-open").evaluate((node) => node === document.activeElement), `focus after ${key}`);
    }
  }));
  test("finds flags, models, short words and half-typed names", () => open("search/", {}, async (page) => {
    for (const [words, wanted] of [
      ["--enable-dp-attention", /enable-dp-attention/],
      ["DeepSeek-V3.2", /^DeepSeek-V3\.2$/],
      ["tp", /\btp\b|tensor par/i],
      ["deepse", /deepseek/i],
      ["--enable-dp", /enable-dp/],
      ["ep-divides", /ep-divides-tp/],
      ["expert parallel", /expert/i],
    ]) {
      const found = await find(page, words);
      assert.ok(found.slice(0, 3).some((item) => wanted.test(item.title) || wanted.test(item.text) || wanted.test(item.href)), `${words}: ${JSON.stringify(found.slice(0, 4), null, 1)}`);
    }
    assert.match((await find(page, "DeepSeek-V3.2"))[0].href, /deepseek-v3\.2\/$/);
    assert.ok((await find(page, "expert parallel"))[0].marks.length > 0, "the words are marked");
    assert.deepEqual(await find(page, "zzzzqqqq"), []);
    assert.equal(query(page).q, "zzzzqqqq");
  }));
  test("is used by keyboard alone, and tells screen readers what is chosen", () => open("", {}, async (page) => {
    await page.keyboard.press("/");
    await page.locator("dialog.search [role=combobox]").waitFor();
    const found = await find(page, "deepseek");
    assert.ok(found.length > 2);
    await page.keyboard.press("ArrowDown");
    const input = page.locator("[role=combobox]");
    const active = await input.getAttribute("aria-activedescendant");
    assert.equal(await page.locator("[role=option][aria-selected=true]").getAttribute("id"), active);
    assert.equal(await input.getAttribute("aria-expanded"), "true");
    await Promise.all([page.waitForURL(found[1].href), page.keyboard.press("Enter")]);
  }));
  test("has an address of its own", () => open("search/?q=radix", {}, async (page) => {
    await page.locator("[role=option]").first().waitFor();
    assert.equal(await page.locator("[role=combobox]").inputValue(), "radix");
  }));
});

describe("the ten-second task: 8 H200s, DeepSeek-V3.2, SGLang 0.5.10", () => {
  const holds = async (page, context) => {
    const command = await page.locator(".builder-result code").innerText();
    assert.match(command, /--model(-path)? deepseek-ai\/DeepSeek-V3\.2\b/);
    assert.match(command, /--tp(-size)? 8|--tensor-parallel-size 8/);
    assert.match(await page.locator(".builder-caption").innerText(), /8 × H200[\s\S]*checked: SGLang 0\.5\.10/);
    const other = await context.newPage();
    await other.goto(page.url());
    await other.locator(".builder-form fieldset").first().waitFor();
    assert.equal(await other.locator(".builder-result code").innerText(), command, "the link shows the same");
  };
  test("two choices in the builder", () => open("", {}, async (page, context) => {
    await page.locator("#builder-model").selectOption({ label: "DeepSeek-V3.2" });
    await page.locator(".choice", { hasText: /^H200/ }).click();
    assert.equal(query(page).hardware, "H200");
    await holds(page, context);
  }));
  test("the keyboard alone, to the copied command", () => open("", {}, async (page, context) => {
    await page.locator(".builder-form fieldset").first().waitFor();
    const now = () => page.evaluate(() => document.activeElement.id || document.activeElement.name || document.activeElement.className);
    /** Presses a key until `wanted` holds, a few times at most. */
    const press = async (key, wanted, most) => {
      for (let count = 0; !(await wanted()); count++) { assert.ok(count < most, `${key} leads to ${await now()}`); await page.keyboard.press(key); }
    };
    await press("Tab", async () => (await now()) === "builder-model", 24);
    await page.keyboard.type("DeepSeek-V3.2");
    assert.equal(await page.locator("#builder-model option:checked").innerText(), "DeepSeek-V3.2");
    await page.keyboard.press("Tab");
    await press("ArrowRight", () => page.getByRole("radio", { name: "H200", exact: true }).isChecked(), 8);
    await press("Tab", async () => (await now()) === "copy", 12);
    await page.keyboard.press("Enter");
    await page.locator(".toast", { hasText: "Copied" }).waitFor();
    assert.equal(await clipboard(page), await page.locator(".builder-result pre code").textContent());
    await holds(page, context);
  }));
  test("two clicks without scripts", () => open("", { javaScriptEnabled: false }, async (page) => {
    await page.locator(".sections").getByRole("link", { name: "Models", exact: true }).click();
    await page.locator(".matrix").getByRole("link", { name: "DeepSeek-V3.2", exact: true }).click();
    assert.equal(path(page), model);
    const group = page.locator(".hardware-group", { has: page.getByRole("heading", { name: "H200", exact: true }) });
    const command = await group.locator(".version-panel:visible, .code:visible").filter({ hasText: "launch_server" }).first().innerText();
    assert.match(command, /--model-path deepseek-ai\/DeepSeek-V3\.2[\s\S]*--tp-size 8/);
    assert.match(await group.locator(".config-head .badge").first().innerText(), /0\.5\.6 – 0\.5\.(10|23)/);
  }));
  test("one search", () => open("", {}, async (page) => {
    await page.keyboard.press("/");
    await page.locator("[role=combobox]").waitFor();
    for (const words of ["DeepSeek-V3.2 H200", "deepseek v3.2 h200"]) {
      const found = await find(page, words);
      assert.match(found[0]?.href ?? "", /deepseek-v3\.2\/(#.*)?$/, `${words}: ${JSON.stringify(found.slice(0, 3))}`);
    }
    await page.keyboard.press("Enter");
    await page.waitForURL(/deepseek-v3\.2\//);
    assert.match(await page.locator("main").innerText(), /H200/);
  }));
});

describe("the builder", () => {
  test("keeps its choice in the address, and leads back to it", () => open("", {}, async (page) => {
    await page.locator("#builder-model").selectOption({ label: "DeepSeek-V3.2" });
    await page.locator(".choice", { hasText: /^B200/ }).click();
    const text = await page.locator(".builder-result code").innerText();
    const { model, hardware } = query(page);
    assert.match(model, /DeepSeek-V3\.2/i);
    assert.equal(hardware, "B200");
    await page.reload();
    await page.locator(".builder-form fieldset").first().waitFor();
    assert.equal(await page.locator(".builder-result code").innerText(), text);
  }));
  test("disables what can't be, and says why", () => open("", {}, async (page) => {
    await page.locator("#builder-model").selectOption({ label: "DeepSeek-V3.2" });
    const off = page.locator(".choice:has(:disabled)");
    assert.ok(await off.count() > 0);
    for (const reason of await off.evaluateAll((items) => items.map((item) => item.title))) assert.notEqual(reason, "");
    await page.locator(".reason summary").first().click();
    assert.match(await page.locator(".reason li").first().innerText(), /: .{10}/);
  }));
  test("narrows by quantization and goal, and says what else a choice is proven for", () => open("", {}, async (page) => {
    await page.locator("#builder-model").selectOption({ label: "Llama-3.1-70B-Instruct" });
    const choice = (step, name) => page.getByRole("group", { name: step, exact: true }).locator(".choice", { hasText: name });
    await choice("Hardware", /^H200/).click();
    await choice("Quantization", "fp8").click();
    assert.ok(await choice("Goal", "low-latency").locator("input").isChecked());
    const other = choice("Goal", "high-throughput");
    assert.ok(await other.locator("input").isDisabled());
    assert.equal(await other.getAttribute("title"), "only proven for H100 bf16, H200 bf16");
    const shown = await page.evaluate(async (text) => {
      const { commands, models } = await (await fetch(document.querySelector(".builder").dataset.src)).json();
      return models.flatMap((model) => model.configurations).filter((item) => Object.values(item.commands).some((index) => commands[index] === text)).map((item) => [item.quant, item.goal]);
    }, await page.locator(".builder-result pre code").textContent());
    assert.deepEqual(shown.find(([quant]) => quant === "fp8"), ["fp8", "low-latency"]);
    await choice("Quantization", "bf16").click();
    await choice("Goal", "high-throughput").click();
    const text = await page.locator(".builder-result pre code").textContent();
    await page.reload();
    await page.locator(".builder-form fieldset").first().waitFor();
    assert.ok(await choice("Quantization", "bf16").locator("input").isChecked());
    assert.ok(await choice("Goal", "high-throughput").locator("input").isChecked());
    assert.equal(await page.locator(".builder-result pre code").textContent(), text);
  }));
  test("names why a version refuses, and shows no command for it", () => open("", {}, async (page) => {
    const [model, version, reason] = await page.evaluate(async () => {
      const data = await (await fetch(document.querySelector(".builder").dataset.src)).json();
      const fits = (item) => Object.keys(item.refused).length > 0 && Object.keys(item.commands).length > 0;
      const model = data.models.find((model) => model.configurations.some(fits)), item = model.configurations.find(fits);
      return [model.label, ...Object.entries(item.refused)[0], item.name];
    });
    await page.locator("#builder-model").selectOption({ label: model });
    const choice = page.getByRole("group", { name: "SGLang", exact: true }).locator(".choice", { hasText: version }).first();
    assert.equal(await choice.getAttribute("title"), reason);
    assert.ok(await choice.locator("input").isDisabled());
    await page.getByLabel("Engine version of the commands").selectOption(version);
    assert.match(await page.locator(".builder-caption").innerText(), new RegExp(`SGLang ${version.replaceAll(".", "\\.")}: `));
    assert.equal(await page.locator(".builder-result pre").count(), 0);
  }));
  test("shows commands that the build has proven, and no other", () => open("", {}, async (page) => {
    const proven = await page.evaluate(async () => {
      const data = await (await fetch(document.querySelector(".builder").dataset.src)).json();
      return data.commands;
    });
    for (let index = 0; index < 120; index += 17) {
      await page.locator("#builder-model").selectOption({ index });
      const shown = await page.locator(".builder-result pre code").evaluateAll((codes) => codes.map((code) => code.textContent));
      for (const text of shown) assert.ok(proven.includes(text), text);
    }
  }));
  test("begins with one node, and says what a command for several needs in the words of the model's page", () => open("", {}, async (page) => {
    const code = page.locator(".builder-result pre code"), note = page.locator(".builder-result .notes");
    await page.locator(".builder-form fieldset").first().waitFor();
    assert.doesNotMatch(await code.textContent(), /--nnodes/);
    assert.equal(await note.count(), 0);
    const [id, hardware, name, label] = await page.evaluate(async () => {
      const { commands, hardware, models } = await (await fetch(document.querySelector(".builder").dataset.src)).json();
      for (const { id, label, configurations } of models) for (const item of configurations) {
        if (Object.values(item.commands).some((index) => /--nnodes [2-9]/.test(commands[index]))) return [id, hardware[item.hardware].id, item.name, label];
      }
    });
    await page.goto(`${server.url}?model=${id}&hardware=${hardware}&config=${name}`);
    await note.waitFor();
    assert.match(await code.textContent(), /--nnodes [2-9]/);
    const words = await note.innerText();
    assert.match(words, /--node-rank.*--dist-init-addr/s);
    assert.deepEqual(await note.locator("code").allTextContents(), ["--node-rank", "--dist-init-addr"]);
    await page.getByRole("link", { name: "All its forms" }).click();
    const own = page.locator(".config", { has: page.locator(`[id="${new URL(page.url()).hash.slice(1)}"]`) }).locator(".notes li").first();
    assert.equal(await own.textContent(), words, label);
    // A model that needs several nodes on some hardware is first shown where it needs one.
    await page.goto(`${server.url}?model=${id}`);
    await page.locator(".builder-form fieldset").first().waitFor();
    assert.doesNotMatch(await code.textContent(), /--nnodes/);
    // The first setup of a quantization, of a goal or of a hardware spans nodes only where all of its setups do.
    const wrong = await page.evaluate(async () => {
      const { models, commands } = await (await fetch(document.querySelector(".builder").dataset.src)).json();
      const spans = (item) => Object.values(item.commands).some((index) => commands[index].includes("--nnodes"));
      return models.filter(({ configurations }) => spans(configurations[0]) && !configurations.every(spans)).map(({ label }) => label);
    });
    assert.deepEqual(wrong, []);
  }));
  test("is driven by the keyboard", () => open("", {}, async (page) => {
    await page.locator("#builder-model").focus();
    await page.keyboard.press("Tab");
    const chosen = () => page.evaluate(() => [document.activeElement.name, document.activeElement.value]);
    const [name, value] = await chosen();
    assert.equal(name, "builder-hardware");
    await page.keyboard.press("ArrowRight");
    const [still, next] = await chosen();
    assert.equal(still, "builder-hardware");
    assert.notEqual(next, value);
  }));
});

describe("the matrix", () => {
  test("filters with counts, sorts, and keeps both in the address", () => open("models/", {}, async (page) => {
    const rows = page.locator(".matrix tbody tr:visible");
    const all = await rows.count();
    assert.ok(all > 100);
    await page.getByLabel("Runs on").selectOption("H200");
    const h200 = await rows.count();
    assert.ok(h200 > 0 && h200 < all);
    assert.match(await page.locator(".filters output").innerText(), new RegExp(`^${h200} of ${all} models`));
    assert.match(await page.getByLabel("Runs on").locator("option:checked").innerText(), new RegExp(`\\(${h200}\\)$`));
    await page.getByLabel("Contains").fill("deepseek");
    const both = await rows.count();
    assert.ok(both > 0 && both < h200);
    await page.locator("th button", { hasText: "Parameters" }).click();
    const sizes = async () => rows.locator("td[data-value]:nth-child(2)").evaluateAll((cells) => cells.map((cell) => Number(cell.dataset.value)));
    assert.deepEqual(await sizes(), (await sizes()).toSorted((a, b) => a - b));
    await page.locator("th button", { hasText: "Parameters" }).click();
    const sorted = await sizes();
    assert.deepEqual(sorted, sorted.toSorted((a, b) => b - a));
    assert.equal(query(page).hardware, "H200");
    assert.equal(query(page).q, "deepseek");
    await page.reload();
    await page.locator(".filters").waitFor();
    assert.deepEqual(await sizes(), sorted);
    await page.getByRole("button", { name: "Clear filters" }).click();
    assert.equal(await rows.count(), all);
    assert.equal(query(page).hardware, undefined);
  }));
  test("filters by all that readers choose by, each with its count", () => open("models/", {}, async (page) => {
    const rows = page.locator(".matrix tbody tr:visible");
    for (const label of ["Vendor", "Runs on", "Size", "Architecture", "Attention", "Quantization", "Goal", "Accepted by"]) {
      const select = page.locator(".filters").getByRole("combobox", { name: label, exact: true });
      const option = select.locator("option:enabled").nth(1);
      const [words, value] = [await option.innerText(), await option.getAttribute("value")];
      await select.selectOption(value);
      assert.equal(words, `${value} (${await rows.count()})`, label);
      assert.ok(Object.values(query(page)).includes(value), label);
      await page.getByRole("button", { name: "Clear filters" }).click();
    }
    const sizes = await page.getByLabel("Size").locator("option").evaluateAll((options) => options.map((option) => option.value));
    assert.deepEqual(sizes, ["", "0 – 10B", "10 – 40B", "40 – 150B", "150 – 500B", "500B and more"]);
    await page.getByLabel("Size").selectOption("150 – 500B");
    const shown = await rows.locator("td[data-value]:nth-child(2)").evaluateAll((cells) => cells.map((cell) => Number(cell.dataset.value)));
    assert.ok(shown.length > 0 && shown.every((size) => size >= 150 && size < 500), String(shown));
  }));
  test("says of each configuration on a hardware what it is for", () => open("hardware/h200/", {}, async (page) => {
    const rows = page.locator(".matrix tbody tr:visible"), all = await rows.count();
    await page.getByLabel("Goal").selectOption("low-latency");
    await page.getByLabel("Quantization").selectOption("fp8");
    const left = await rows.evaluateAll((items) => items.map((item) => [item.dataset.fGoal, item.dataset.fQuant]));
    assert.ok(left.length > 0 && left.length < all && left.every(([goal, quant]) => goal === "low-latency" && quant === "fp8"));
  }));
  test("is complete without scripts", () => open("models/", { javaScriptEnabled: false }, async (page) => {
    assert.ok(await page.locator(".matrix tbody tr:visible").count() > 100);
    assert.equal(await page.locator(".filters:visible").count(), 0);
  }));
});

describe("tabs and versions", () => {
  test("move together, and are remembered on other pages", () => open(model, {}, async (page) => {
    const groups = page.locator(".tabs[data-sync=form]");
    const first = groups.nth(0), second = groups.nth(1);
    await first.getByRole("tab", { name: "YAML" }).first().click();
    assert.equal(await second.getByRole("tab", { selected: true }).innerText(), await first.getByRole("tab", { selected: true }).innerText());
    await page.keyboard.press("ArrowRight");
    const name = await first.getByRole("tab", { selected: true }).innerText();
    assert.ok(await first.getByRole("tab", { selected: true }).evaluate((node) => node === document.activeElement));
    await page.goto(server.url + "models/qwen/");
    const link = await page.locator(".matrix tbody th a").first().getAttribute("href");
    await page.goto(new URL(link, page.url()).href);
    assert.equal(await page.locator(".tabs[data-sync=form]").first().getByRole("tab", { selected: true }).innerText(), name);
  }));
  test("the engine version holds over the site and is in the address", () => open(model, {}, async (page) => {
    await page.getByLabel("Engine version of the commands").selectOption("0.5.6");
    assert.equal(query(page).version, "0.5.6");
    await page.goto(server.url + "models/");
    assert.equal(await page.getByLabel("Engine version of the commands").inputValue(), "0.5.6");
  }));
});

test("copy gives exactly what should be run", () => open(model, {}, async (page) => {
  const figure = page.locator(".code:visible", { hasText: "launch_server" }).first();
  await figure.hover();
  await figure.locator(".copy").click();
  const text = await clipboard(page);
  assert.equal(text, (await figure.locator("pre code").evaluate((code) => code.dataset.copy ?? code.textContent)).trimEnd());
  assert.match(text, /^python3? -m sglang\.launch_server/);
  assert.doesNotMatch(text, /^\$|\n$/);
}));

describe("a block of code", () => {
  test("marks and numbers lines, and copies them as they are", () => open("reference/markdown/", {}, async (page) => {
    const figure = page.locator(".code:has(.line.hit)").first();
    const lines = figure.locator(".line");
    const marked = await lines.evaluateAll((items) => items.map((item) => item.classList.contains("hit")));
    assert.deepEqual(marked, [true, false, true, true, false]);
    const colours = await lines.evaluateAll((items) => items.map((item) => getComputedStyle(item).backgroundColor));
    assert.equal(new Set(marked.map((hit, index) => `${hit} ${colours[index]}`)).size, 2, String(colours));
    const heights = await lines.evaluateAll((items) => items.map((item) => item.getBoundingClientRect().height));
    assert.equal(new Set(heights).size, 1, "each line of the code is one line of the page");
    await figure.locator(".copy").click();
    assert.equal(await clipboard(page), "tp: 8\ndp: 8\nep: 8\nenable_dp_attention: true\npp: 1");
  }));
  test("has a badge that leads to what it is worth", () => open(model, {}, async (page) => {
    const badge = page.locator("main a.badge[href]").first();
    assert.match(await badge.innerText(), /^(checked: sglang )?\d/i);
    const [answer] = await Promise.all([page.waitForResponse((response) => response.request().isNavigationRequest()), badge.click()]);
    assert.equal(answer.status(), 200);
    assert.equal(path(page), "reference/how-it-is-checked/");
    await page.goto(server.url + "reference/markdown/");
    assert.equal(await page.locator(".code figcaption a.badge").first().getAttribute("href"), `${base}reference/how-it-is-checked/`);
  }));
});

test("on paper there is the text, and nothing to click", () => open(model, {}, async (page) => {
  await page.emulateMedia({ media: "print", colorScheme: "dark" });
  for (const selector of [".top", ".sidebar", ".toc", ".copy", ".tablist", ".filters", ".pager", ".foot"]) {
    assert.equal(await page.locator(`${selector}:visible`).count(), 0, selector);
  }
  assert.equal(await page.locator(".tab").count(), await page.locator(".tab:visible").count());
  assert.equal(await page.evaluate(() => getComputedStyle(document.body).backgroundColor), "rgb(255, 255, 255)");
  for (const box of await page.locator(".scroll, pre").all()) {
    assert.ok(await box.evaluate((node) => getComputedStyle(node).overflowX === "visible" || node.scrollWidth <= node.clientWidth + 1), "nothing is cut off");
  }
  assert.ok((await page.pdf({ format: "A4" })).length > 20_000);
}));

test("copy leaves out prompts and output", async () => {
  const pages = (await readdir(folder, { recursive: true })).filter((name) => name.endsWith("index.html"));
  for (const name of pages) {
    const html = await readFile(join(folder, name), "utf8");
    if (!/<code[^>]*data-copy="/.test(html)) continue;
    await open(name.replace(/index\.html$/, ""), {}, async (page) => {
      const button = page.locator(".code:has(code[data-copy]) .copy").first();
      await button.evaluate((node) => node.click());
      const text = await clipboard(page);
      assert.doesNotMatch(text, /^\s*\$ /m);
      assert.ok(text.length > 0);
    });
    return;
  }
  assert.fail("no page of the site has a block with prompts");
});

describe("the theme", () => {
  const background = (page) => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
  test("follows the system, switches, and is remembered without a flash", () => open("guide/parallelism/", { colorScheme: "dark" }, async (page) => {
    const dark = await background(page);
    await page.emulateMedia({ colorScheme: "light" });
    const light = await background(page);
    assert.notEqual(dark, light);
    await page.keyboard.press("t");
    await page.emulateMedia({ colorScheme: "dark" });
    assert.equal(await background(page), light, "the choice beats the system");
    // Nothing is painted before the choice holds: it is set by a script in the head, before the style sheet.
    await page.route("**/*.js", (route) => route.abort());
    await page.addInitScript(() => new MutationObserver(() => { if (document.body && !window.first) window.first = document.documentElement.dataset.theme; }).observe(document, { childList: true, subtree: true }));
    page.removeAllListeners("console");
    await page.goto(server.url + "models/");
    assert.equal(await page.evaluate(() => window.first), "light");
    assert.equal(await background(page), light);
  }));
});

describe("nothing moves while scripts start", () => {
  for (const [at, ready] of [["", ".builder-form fieldset"], ["models/", ".filters[role=group]"], ["hardware/h200/", ".filters[role=group]"], ["search/", "[role=combobox]"], [model, ".filters[role=group]"]]) {
    for (const width of [1280, 390]) test(`${at || "home"} at ${width}`, () => open("404.html", { viewport: { width, height: 900 } }, async (page) => {
      await page.addInitScript(() => {
        window.moved = 0;
        new PerformanceObserver((list) => { for (const entry of list.getEntries()) window.moved += entry.value; }).observe({ type: "layout-shift", buffered: true });
      });
      // Scripts come late, when the page was painted.
      await page.route(/\.js$|builder\.json$/, async (route) => { await new Promise((done) => setTimeout(done, 150)); await route.continue(); });
      await page.goto(server.url + at);
      await page.locator(ready).first().waitFor();
      await page.evaluate(() => new Promise((done) => setTimeout(done, 200)));
      const moved = await page.evaluate(() => window.moved);
      assert.ok(moved < 0.1, `a layout shift of ${moved}`);
    }));
  }
});

describe("the keyboard alone", () => {
  test("the first Tab is the skip link, and it leads to the content", () => open("guide/parallelism/", {}, async (page) => {
    await page.keyboard.press("Tab");
    assert.equal(await page.evaluate(() => document.activeElement.textContent), "Skip to content");
    assert.ok((await page.locator(".skip").boundingBox()).x >= 0);
    await page.keyboard.press("Enter");
    assert.equal(await page.evaluate(() => document.activeElement.id), "main");
    await page.keyboard.press("Tab");
    assert.ok(await page.evaluate(() => document.activeElement.closest("main") !== null));
  }));
  test("[ and ] turn pages, ? shows the keys", () => open("guide/parallelism/", {}, async (page) => {
    const next = await page.locator(".pager [rel=next]").getAttribute("href");
    await Promise.all([page.waitForURL(`**${next}`), page.keyboard.press("]")]);
    await page.keyboard.press("?");
    await page.getByRole("dialog", { name: "Keys" }).waitFor();
  }));
  test("the menu of a phone opens, holds the focus and closes", () => open("guide/parallelism/", { viewport: { width: 390, height: 800 } }, async (page) => {
    await page.locator(".menu-open").focus();
    await page.keyboard.press("Enter");
    await page.locator("#sidebar").waitFor();
    assert.ok(await page.evaluate(() => document.activeElement.closest("#sidebar") !== null));
    await page.keyboard.press("Escape");
    await page.locator("#sidebar").waitFor({ state: "hidden" });
    assert.ok(await page.locator(".menu-open").evaluate((node) => node === document.activeElement));
  }));
});

test("the table of contents follows the reader", () => open("guide/parallelism/", { viewport: { width: 1440, height: 900 } }, async (page) => {
  const last = page.locator(".toc a").last();
  await page.evaluate(() => scrollTo({ top: document.body.scrollHeight, behavior: "instant" }));
  await page.waitForFunction(() => [...document.querySelectorAll(".toc a")].slice(-3).some((link) => link.getAttribute("aria-current") === "location"));
  assert.equal(await page.locator(".toc a.here").count(), 1);
  assert.ok(await last.isVisible());
}));

describe("without scripts", () => {
  const plain = { javaScriptEnabled: false };
  test("the home page shows a command and leads on", () => open("", plain, async (page) => {
    assert.match(await page.locator(".builder-result").innerText(), /sglang/);
    assert.ok(await page.locator(".builder-form").isHidden(), "nothing is offered that does not work");
    assert.ok(await page.locator(".cards a").count() >= 3);
  }));
  test("every form and version of a configuration can be read", () => open(model, plain, async (page) => {
    for (const selector of [".tab", ".version-panel", ".tab-title"]) {
      const [all, seen] = [await page.locator(selector).count(), await page.locator(`${selector}:visible`).count()];
      assert.ok(all > 0 && all === seen, `${selector}: ${seen} of ${all}`);
    }
  }));
  test("the search page lists every page, and the menu opens", () => open("search/", { ...plain, viewport: { width: 390, height: 800 } }, async (page) => {
    assert.ok(await page.locator(".search-index a:visible").count() > 300);
    await page.locator(".menu-open").click();
    assert.ok(await page.locator("#sidebar").isVisible());
  }));
});

// Pages whose state is unlike that in which they are opened below; one page of every kind is added.
const special = { "search with results": "search/?q=deepseek", "not found": "404.html", "rules": "rules/" };
describe("axe finds nothing", async () => {
  const axe = await readFile(from.resolve("axe-core/axe.min.js"), "utf8");
  const pages = { ...special };
  for (const entry of await readdir(folder, { withFileTypes: true, recursive: true })) {
    if (entry.name !== "index.html") continue;
    const at = join(entry.parentPath, entry.name);
    const kind = /<body class="kind-([\w-]+)/.exec(await readFile(at, "utf8"))?.[1];
    if (kind && !(`kind ${kind}` in pages)) pages[`kind ${kind}`] = `${dirname(at).slice(folder.length).replace(/^\//, "")}/`.replace(/^\/$/, "");
  }
  for (const [name, at] of Object.entries(pages)) test(name, async () => {
    for (const [colorScheme, width] of [["light", 1280], ["dark", 1280], ["light", 390], ["dark", 390]]) {
      await open(at, { colorScheme, viewport: { width, height: 900 }, bypassCSP: true }, async (page) => {
        if (at.includes("?q=")) await page.locator("[role=option]").first().waitFor();
        if (at === "") await page.locator(".builder-form fieldset").first().waitFor();
        await page.evaluate(axe);
        const { violations } = await page.evaluate(() => window.axe.run({ resultTypes: ["violations"] }));
        const words = violations.map((rule) => `${rule.id} (${rule.impact}): ${rule.help}\n${rule.nodes.slice(0, 4).map((node) => `    ${node.target} ${node.failureSummary.replace(/\s+/g, " ")}`).join("\n")}`);
        assert.deepEqual(words, [], `${colorScheme} at ${width}`);
        const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
        assert.ok(wide <= 0, `the page at ${width} is ${wide} pixels too wide`);
      });
    }
  });
  for (const [name, key, label] of [["the search dialog", "/", "Search"], ["the keys", "?", "Keys"]]) test(name, () => open("guide/parallelism/", {}, async (page) => {
    await page.keyboard.press(key);
    await page.getByRole("dialog", { name: label }).waitFor();
    if (key === "/") await find(page, "tensor");
    await page.evaluate(axe);
    const { violations } = await page.evaluate(() => window.axe.run("dialog"));
    assert.deepEqual(violations.map((rule) => [rule.id, rule.nodes.map((node) => node.html)]), []);
  }));
});

test("the Nu checker finds no error in any page", async (context) => {
  const jar = join(dirname(from.resolve("vnu-jar/package.json")), "build/dist/vnu.jar");
  const run = promisify(execFile);
  try { await run("java", ["-version"]); } catch { return context.skip("java is not installed"); }
  const result = await run("java", ["-Xss8m", "-jar", jar, "--errors-only", "--skip-non-html", folder], { maxBuffer: 1 << 26 }).then(({ stderr }) => stderr, (error) => error.stderr);
  assert.equal(result.split("\n").slice(0, 20).join("\n"), "");
});
