// Reads an action, workflows, and the workflows in pages with GitHub's own parsers: those of its editor's extension,
// which know every key, the contexts that an expression may use in its place, and the inputs of actions.
//
//   node validate.mjs ACTION FILE…
//
// Writes JSON: how many documents were read, and what is wrong with them, in the lines of the files.

import { readFileSync } from "node:fs";
import { register } from "node:module";
import { parse } from "yaml";

// GitHub's packages are written for bundlers: they import JSON without saying so, which Node.js refuses.
const hook = `export const load = (url, context, next) =>
  next(url, url.endsWith(".json") ? { ...context, importAttributes: { type: "json" } } : context);`;
register(`data:text/javascript,${encodeURIComponent(hook)}`);
const { validate } = await import("@actions/languageservice");

const [action, ...files] = process.argv.slice(2);

// The inputs of other people's actions that workflows here give; look into their `action.yml` before you add one.
const INPUTS = {
  "EmbarkStudios/cargo-deny-action": ["command"],
  "actions/cache": ["key", "path"],
  "actions/checkout": ["fetch-depth"],
  "actions/deploy-pages": [],
  "actions/download-artifact": ["merge-multiple"],
  "actions/setup-python": ["python-version"],
  "actions/upload-artifact": ["if-no-files-found", "include-hidden-files", "name", "path"],
  "actions/upload-pages-artifact": ["path"],
  "github/codeql-action": ["category", "sarif_file"],
};
const known = new Map(
  Object.entries(INPUTS).map(([name, inputs]) => [name, { name, inputs: Object.fromEntries(inputs.map((input) => [input, {}])) }]),
);
known.set("shardbook/shardbook", parse(readFileSync(action, "utf8")));
const fetchActionMetadata = async ({ owner, name }) => known.get(`${owner}/${name}`);

const found = [];
let count = 0;
for (const path of files) {
  for (const { text, line } of documents(path)) {
    // The parsers remember what they read by its name.
    count += 1;
    const uri = path === action ? "file:///action.yml" : `file:///.github/workflows/${count}.yml`;
    const told = await validate({ uri, getText: () => text }, { actionsMetadataProvider: { fetchActionMetadata } });
    if (path === action) report(text, path);
    for (const { range, message } of told) found.push(`${path}:${line + range.start.line}: ${message}`);
  }
}
console.log(JSON.stringify({ count, found }));

// What the parsers do not ask: whether the action's steps use the inputs that it has, and no others.
function report(text, path) {
  const used = text.split("\n").flatMap((line, at) =>
    [...line.matchAll(/\binputs\.([\w-]+)/g)].map(([, name]) => ({ name, at: at + 1 })),
  );
  const inputs = Object.keys(parse(text).inputs);
  for (const { name, at } of used) if (!inputs.includes(name)) found.push(`${path}:${at}: there is no input '${name}'`);
  const unused = inputs.filter((name) => !used.some((one) => one.name === name));
  for (const name of unused) found.push(`${path}:1: no step uses the input '${name}'`);
}

// A file of YAML is one document; of a page, each block with jobs or with triggers is one.
function documents(path) {
  const whole = readFileSync(path, "utf8");
  if (!path.endsWith(".md")) return [{ text: whole, line: 1 }];
  const blocks = whole.matchAll(/^( *)(`{3,})ya?ml\b.*\n([^]*?)^\1\2 *$/gm);
  const texts = [...blocks].map((block) => {
    const text = block[3].replace(new RegExp(`^${block[1]}`, "gm"), "");
    return { text, line: whole.slice(0, block.index).split("\n").length + 1 };
  });
  return texts.filter(({ text }) => /^(on|jobs):/m.test(text));
}
