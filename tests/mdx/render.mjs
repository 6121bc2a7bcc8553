// Renders pages of MDX to static HTML: `node render.mjs FILE…` prints a JSON object of HTML, or of what went wrong, by file.
//
// A file below a folder `docusaurus` is read as Docusaurus reads it, any other as plain MDX.

import { readFileSync } from "node:fs";
import { register } from "node:module";
import { pathToFileURL } from "node:url";
import { createElement } from "react";
import { renderToStaticMarkup } from "react-dom/server";
import { known } from "./components.mjs";

register("./compile.mjs", import.meta.url);
// Docusaurus bundles pages with webpack, where `require` gives a picture's address.
globalThis.require = (path) => ({ default: path });

const pages = {};
for (const path of process.argv.slice(2)) {
  try {
    const { default: Page } = await import(pathToFileURL(path).href);
    pages[path] = { html: renderToStaticMarkup(createElement(Page, { components: used(path) })) };
  } catch (error) {
    pages[path] = { error: String(error.message ?? error) };
  }
}
process.stdout.write(JSON.stringify(pages));

// A component for each name that the page may use without an import.
function used(path) {
  const names = readFileSync(path, "utf8").matchAll(/<([A-Z]\w*)(?:\.(\w+))?/g);
  const components = {};
  for (const [, name, member] of names) {
    components[name] ??= known(name);
    if (member) components[name] = Object.assign((properties) => components[name](properties), { [member]: known(member) });
  }
  return components;
}
