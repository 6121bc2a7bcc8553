// Runs the steps of a composite action as GitHub's runner does.
//
//   node run.mjs ACTION-FOLDER REQUEST
//
// REQUEST is JSON: `inputs`, `workspace` (where steps run), `temp` (the runner's), and `path` (put before PATH). Each
// expression is evaluated by GitHub's own library; each script is run by bash with the words that the runner uses for
// `shell: bash`. Writes JSON: for each step its name, whether it ran, its exit code, its output and its summary.

import { data, Evaluator, Lexer, Parser } from "@actions/expressions";
import { truthy } from "@actions/expressions/result";
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { parse } from "yaml";

const [folder, request] = process.argv.slice(2);
const { inputs: given, workspace, temp, path } = JSON.parse(request);
const action = parse(readFileSync(join(folder, "action.yml"), "utf8"));
const unknown = Object.keys(given).filter((name) => !(name in action.inputs));
if (unknown.length) throw new Error(`the action has no input ${unknown}`);
if (action.runs.using !== "composite") throw new Error("only composite actions have steps");

const github = { action_path: resolve(folder), workspace, repository: "owner/docs", event_name: "push" };
const runner = { temp, os: "Linux" };
let failed = false;
const status = {
  success: () => !failed,
  failure: () => failed,
  always: () => true,
  cancelled: () => false,
};
const functions = Object.entries(status).map(([name, told]) => {
  return { name, minArgs: 0, maxArgs: 0, call: () => new data.BooleanData(told()) };
});

// A default is a template of its own; all values are text.
const inputs = Object.fromEntries(
  Object.entries(action.inputs).map(([name, input]) => [name, String(given[name] ?? filled(input.default ?? "", {}))]),
);

mkdirSync(temp, { recursive: true });
const steps = action.runs.steps.map((step, at) => {
  const contexts = { inputs, github, runner };
  if (!truthy(evaluated(condition(step.if), contexts))) return { name: step.name, ran: false };
  if (step.shell !== "bash") throw new Error(`this runs bash, and \`${step.name}\` wants ${step.shell}`);
  const script = join(temp, `step-${at}.sh`);
  const files = Object.fromEntries(["ENV", "OUTPUT", "PATH", "STEP_SUMMARY"].map((name) => [name, join(temp, `${name}-${at}`)]));
  writeFileSync(script, filled(step.run, contexts));
  for (const file of Object.values(files)) writeFileSync(file, "");
  const own = Object.entries(step.env ?? {}).map(([name, value]) => [name, filled(String(value), contexts)]);
  const env = {
    ...process.env,
    PATH: `${path}:${process.env.PATH}`,
    CI: "true",
    GITHUB_ACTIONS: "true",
    GITHUB_ACTION_PATH: github.action_path,
    GITHUB_WORKSPACE: workspace,
    RUNNER_TEMP: temp,
    RUNNER_OS: runner.os,
    ...Object.fromEntries(Object.entries(files).map(([name, file]) => [`GITHUB_${name}`, file])),
    ...Object.fromEntries(own),
  };
  // https://docs.github.com/actions/reference/workflow-syntax-for-github-actions#jobsjob_idstepsshell
  const words = ["--noprofile", "--norc", "-e", "-o", "pipefail", script];
  const { status, stdout, stderr, error } = spawnSync("bash", words, { cwd: workspace, env, encoding: "utf8" });
  if (error) throw error;
  failed ||= status !== 0;
  const summary = existsSync(files.STEP_SUMMARY) ? readFileSync(files.STEP_SUMMARY, "utf8") : "";
  return { name: step.name, ran: true, code: status, stdout, stderr, summary };
});
console.log(JSON.stringify(steps));

// The runner asks for success where a condition does not ask how things went.
function condition(text) {
  if (text === undefined) return "success()";
  const plain = String(text).replace(/^\s*\$\{\{([^]*)\}\}\s*$/, "$1");
  return /\b(success|failure|always|cancelled)\s*\(/.test(plain) ? plain : `success() && (${plain})`;
}

function filled(template, contexts) {
  return String(template).replace(/\$\{\{([^]*?)\}\}/g, (_, expression) => evaluated(expression, contexts).coerceString());
}

function evaluated(expression, contexts) {
  const dictionary = (object) =>
    new data.Dictionary(...Object.entries(object).map(([key, value]) => ({ key, value: converted(value) })));
  const converted = (value) => (typeof value === "object" ? dictionary(value) : new data.StringData(String(value)));
  const tree = new Parser(new Lexer(expression).lex().tokens, Object.keys(contexts), functions).parse();
  const known = new Map(functions.map((known) => [known.name, known]));
  return new Evaluator(tree, dictionary(contexts), known).evaluate();
}
