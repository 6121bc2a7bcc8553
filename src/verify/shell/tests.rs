//! Tables of shell text and what is read in it, word for word and byte for byte.

use proptest::prelude::{ProptestConfig, prop_assert_eq, proptest};

use crate::diagnostic::Level;
use crate::text::{Excerpt, SourceFile, processor_time};

use super::entry::{Entry, entry};
use super::unwrap::Invocation;
use super::{console, grammar, invocations, lexer, script, statements};

fn whole(text: &str) -> Excerpt {
    Excerpt::whole(&SourceFile::new("a.md", text))
}

fn read(text: &str) -> (Vec<String>, Vec<String>) {
    let checked = script::read(&whole(text));
    let commands = checked.value.commands.iter().map(|command| {
        let words: Vec<String> = command
            .words
            .iter()
            .map(|word| if word.opaque { format!("{}?", word.text) } else { word.text.clone() })
            .collect();
        words.join("|")
    });
    let findings = checked
        .findings
        .iter()
        .map(|finding| format!("{} `{}`", finding.rule.name, finding.primary.location.text()));
    (commands.collect(), findings.collect())
}

#[track_caller]
fn reads(text: &str, expected: &[&str]) {
    let (commands, findings) = read(text);
    assert_eq!(commands, expected, "{text}");
    assert_eq!(findings, Vec::<String>::new(), "{text}");
}

#[track_caller]
fn finds(text: &str, commands: &[&str], findings: &[&str]) {
    let (read_commands, found) = read(text);
    assert_eq!(found, findings, "{text}");
    assert_eq!(read_commands, commands, "{text}");
}

fn run(text: &str) -> Vec<Invocation> {
    let checked = invocations(&whole(text), false);
    assert_eq!(checked.findings, [], "{text}");
    checked.value
}

#[track_caller]
fn runs(text: &str, expected: &[&str]) {
    let shown: Vec<String> = run(text)
        .iter()
        .map(|invocation| {
            let variables = invocation
                .variables
                .iter()
                .map(|variable| format!("{}={}", variable.name.text, variable.value.text));
            let words = invocation.words.iter().map(|word| word.text.clone());
            variables.chain(words).collect::<Vec<_>>().join("|")
        })
        .collect();
    assert_eq!(shown, expected, "{text}");
}

#[test]
fn every_simple_command_is_found() {
    reads("a b && c || d; e | f & g", &["a|b", "c", "d", "e", "f", "g"]);
    reads("(a; b)\n{ c; }", &["a", "b", "c"]);
    reads("if a; then\n  b\nelif c; then d; else\n e; fi", &["a", "b", "c", "d", "e"]);
    reads("for x in 1 2; do\n  a $x\ndone", &["a|$x?"]);
    reads("for ((i=0; i<3; i++)); do a; done", &["a"]);
    reads("while a; do b; done\nuntil c; do d; done", &["a", "b", "c", "d"]);
    reads("case $x in\n  a) b ;;\n  *) c;;\nesac\nd", &["b", "c", "d"]);
    reads("f() {\n  a\n}\nf", &["a", "f"]);
    reads("f()\n{\n  a\n}", &["a"]);
    reads("x=$(a b)", &["", "a|b"]);
    reads("a \"$(b \"c d\")\" `e`", &["a|$(b \"c d\")?|`e`?", "b|c d", "e"]);
    reads("[[ -f x && $a == b* ]] && c", &["c"]);
    reads("a > out 2>&1 < in", &["a"]);
    reads("time a b\n! c", &["a|b", "c"]);
    reads("(( 1 << 2 ))\na", &["a"]);
    reads("a |\n  b", &["a", "b"]);
}

#[test]
fn quotes_are_removed() {
    reads(r#"a 'b c' "d\"e" f\ g $'h\n' "" i'j'"k""#, &["a|b c|d\"e|f g|h\n||ijk"]);
    reads(r#"curl -d '{"a": "b"}' # rest"#, &[r#"curl|-d|{"a": "b"}"#]);
    reads("a \\\n  --b c \\\n  d", &["a|--b|c|d"]);
    reads("a b\\\nc", &["a|bc"]);
    reads("a \\\r\n  --b \\\r\n  c\r\nd\r\n", &["a|--b|c", "d"]);
}

#[test]
fn placeholders_are_opaque_words() {
    reads(
        "a --p $X ${Y} <name> {z} {{z}} http://<ip>:1 *.py ~/x",
        &["a|--p|$X?|${Y}?|<name>?|{z}?|{{z}}?|http://<ip>:1?|*.py?|~/x?"],
    );
    reads("a --p '<your token>' \"{name}\"", &["a|--p|<your token>?|{name}?"]);
    reads("sort <in >out", &["sort"]);
}

#[test]
fn words_left_out_are_noted() {
    for text in ["a --b c ...", "a [options] --b c", "a [--x 1] --b c", "a \\\n  --b c \\\n  …"] {
        let script = script::read(&whole(text)).value;
        assert!(script.commands[0].elided, "{text}");
        assert_eq!(script.commands[0].words.len(), 3, "{text}");
    }
}

#[test]
fn a_name_in_brackets_behind_a_flag_is_its_value() {
    reads("a --model [model_path] --tp 8", &["a|--model|[model_path]?|--tp|8"]);
    reads("a --model m --trust [options]", &["a|--model|m|--trust"]);
}

#[test]
fn escaped_quotes_do_not_end_a_quoted_word() {
    let read = script::read(&whole("a --prompt \"says \\\"it wasn\u{2019}t\\\"\""));
    assert!(read.findings.is_empty(), "{:?}", read.findings);
}

#[test]
fn a_backslash_behind_the_last_line_is_harmless() {
    let read = script::read(&whole("a --tp 8 \\\n"));
    let rules: Vec<_> = read.findings.iter().map(|finding| finding.rule.name).collect();
    assert_eq!(rules, ["shell/trailing-backslash"]);
}

#[test]
fn variables_set_once_stand_for_their_text() {
    reads("M=a/b\nx $M \"$M\" ${M}-c", &["", "x|a/b|a/b|a/b-c"]);
    reads("ARGS=(--tp 8)\nx \"${ARGS[@]}\" y", &["", "x|--tp|8|y"]);
    reads("ARGS=(\n  --tp 8 # why\n  --dp 2\n)\nx \"${ARGS[@]}\"", &["", "x|--tp|8|--dp|2"]);
    reads("A=\"--tp 8\"\nx $A \"$A\"", &["", "x|--tp|8|--tp 8"]);
    reads("export M=a\nx $M", &["export|M=a", "x|a"]);
    reads("M=a\nM=b\nx $M", &["", "", "x|$M?"]);
    reads("if y; then M=a; fi\nx $M", &["y", "", "x|$M?"]);
    reads("x $M\nM=a", &["x|$M?", ""]);
    reads("M=a x $M", &["x|$M?"]);
    let script = script::read(&whole("M=a/b\nx ${M}/c")).value;
    assert_eq!(script.commands[1].words[1].origin.location().text(), "${M}/c");
}

#[test]
fn places_are_those_of_the_page() {
    let text = "bash -c \"python -m x --a 'b \\\"c\\\"' \\\\\n  --d e\"";
    let invocation = &run(text)[0];
    let places: Vec<(String, String)> = invocation
        .words
        .iter()
        .map(|word| (word.text.clone(), word.origin.location().text().to_owned()))
        .collect();
    let expected = [
        ("python", "python"),
        ("-m", "-m"),
        ("x", "x"),
        ("--a", "--a"),
        ("b \"c\"", "b \\\"c\\\""),
        ("--d", "--d"),
        ("e", "e"),
    ];
    assert_eq!(places, expected.map(|(text, place)| (text.to_owned(), place.to_owned())));
    for word in &invocation.words {
        assert_eq!(word.text, word.origin.text());
    }
}

#[test]
fn here_documents_are_texts_of_their_own() {
    let text = "cat > c.yaml <<'EOF'\ntp: 8 # \" (\nEOF\ntee d.yaml <<-E\n\ta: $(b)\n\tE\nx";
    let checked = script::read(&whole(text));
    assert_eq!(checked.findings, []);
    let heredocs = &checked.value.heredocs;
    let shown: Vec<(&str, &str)> = heredocs
        .iter()
        .map(|heredoc| {
            (heredoc.target.as_ref().map_or("", |target| target.text.as_str()), heredoc.excerpt.text())
        })
        .collect();
    assert_eq!(shown, [("c.yaml", "tp: 8 # \" (\n"), ("d.yaml", "a: $(b)\n")]);
    assert_eq!(checked.value.commands.len(), 3);
}

#[test]
fn what_no_shell_reads_is_found_at_its_place() {
    finds("a 'b\nc d", &["a|b", "c|d"], &["shell/syntax `'`"]);
    finds("a \"b\nc", &["a|b", "c"], &["shell/syntax `\"`"]);
    finds("a $(b\nc", &["a|$(b?", "c"], &["shell/syntax `$(`"]);
    finds("a b )\nc", &["c"], &["shell/syntax `)`"]);
    finds("if a; then\n b\nc d", &["b", "c|d"], &["shell/syntax `if`"]);
    finds("a && \n", &[], &["shell/syntax `a`"]);
    finds("cat <<EOF\nx", &["cat"], &["shell/syntax `<<EOF`"]);
    finds("fi\na", &["a"], &["shell/syntax `fi`"]);
}

#[test]
fn what_is_no_script_is_found_once() {
    let found = |text: &str| {
        let findings = script::read(&whole(text)).findings;
        findings
            .iter()
            .map(|finding| (finding.level, finding.primary.location.text().to_owned()))
            .collect::<Vec<_>>()
    };
    let output = "User (to manager):\n\nA refund\n\n***** Call (a): b *****\n>>> DONE (x) y\n";
    assert_eq!(found(output), [(Level::Warning, ":".to_owned())]);
    assert_eq!(
        found("[\n  {\n    \"a\": 1\n  },\n  {\n    \"b\": 2\n  }\n]\n"),
        [(Level::Warning, "{".to_owned())]
    );
    let object = "Completion(\n    text='He\\'s old\nand new',\n    usage={'a': None}\n)\n";
    assert_eq!(found(object), [(Level::Warning, "'".to_owned())]);
    assert_eq!(found("Version(major='1')\n"), [(Level::Warning, "(".to_owned())]);
    let help = "serve\nUsage: serve [OPTIONS]\n\nOptions:\n  --help  Show (this).\n";
    assert_eq!(found(help), [(Level::Warning, "Usage:".to_owned())]);
    finds(help, &["serve", "Usage:|serve", "Options:"], &["shell/syntax `Usage:`"]);
    // A command stays one.
    let below = "Usage: serve [-h]\nserve --tp 8\n";
    finds(below, &["Usage:|serve", "serve|--tp|8"], &["shell/syntax `Usage:`"]);
    // What somebody is meant to run is never less than an error.
    let launches = "python -m a --tp 8 (first)\npython -m a --tp 4 (second)\n";
    assert_eq!(found(launches), [(Level::Error, "(".to_owned()), (Level::Error, "(".to_owned())]);
    assert_eq!(found("{\n  \"a\": 1 },\n  x --tp (8\n"), [(Level::Error, "(".to_owned())]);
    // One statement may be a slip, and what follows a command that can be read may be one, too.
    assert_eq!(found("a b (c d)\n"), [(Level::Error, "(".to_owned())]);
    let slips = [(Level::Error, ")".to_owned()), (Level::Error, ")".to_owned())];
    assert_eq!(found("a b\nc )\nd )\n"), slips);
}

#[test]
fn continuations_that_do_not_continue_are_found() {
    finds("a --b c \\ \n  --d e", &["a|--b|c|--d|e"], &["shell/continuation `\\ `"]);
    finds("a --b c \\\n  # why\n  --d e", &["a|--b|c|--d|e"], &["shell/continuation `--d`"]);
    finds("a --b c \\\n\n  --d e", &["a|--b|c|--d|e"], &["shell/continuation `--d`"]);
    finds("a --b c # why \\\n  --d e", &["a|--b|c|--d|e"], &["shell/continuation `--d`"]);
    finds("a --b c\n  --d e", &["a|--b|c|--d|e"], &["shell/continuation `--d`"]);
    finds("a --b c \\\n", &["a|--b|c"], &["shell/trailing-backslash `\\`"]);
}

#[test]
fn a_list_of_flags_is_no_broken_command() {
    reads("--tp 8\n--dp 2", &["--tp|8|--dp|2"]);
}

#[test]
fn typographic_characters_are_found() {
    finds("a –tp 8", &["a|–tp|8"], &["shell/typographic `–`"]);
    finds("a —b=1 “c d”", &["a|—b=1|“c|d”"], &["shell/typographic `—`", "shell/typographic `“c d”`"]);
    reads("echo \"it’s – so\" '“x”'", &["echo|it’s – so|“x”"]);
    let checked = script::read(&whole("a –tp 8"));
    assert_eq!(checked.findings[0].fix.as_ref().unwrap().edits[0].replacement, "--");
}

#[test]
fn wrappers_are_peeled_off() {
    runs("A=1 nohup env -u X B=2 python -m x --c &", &["A=1|B=2|python|-m|x|--c"]);
    runs(
        "sudo -E docker run --gpus all -itd -p 80:80 -e A=1 --env=B=2 --rm img:1 python -m x",
        &["A=1|B=2|python|-m|x"],
    );
    runs("docker run --entrypoint python3 img -m x", &["python3|-m|x"]);
    runs("docker compose -f a.yml exec -T svc x y", &["x|y"]);
    runs("kubectl -n ns exec -it pod -c c -- bash -lc 'x y && z'", &["x|y", "z"]);
    runs("srun -N 2 --mpi=pmix mpirun -np 8 -x A=1 -mca a b x y", &["A=1|x|y"]);
    runs(
        "numactl --cpunodebind=0 -m 0 taskset -c 0-7 timeout -k 5 10 stdbuf -oL nsys profile -o out uv run --with y x",
        &["x"],
    );
    runs("uvx --from sglang sglang serve", &["sglang|serve"]);
    runs("conda run -n env --no-capture-output x", &["x"]);
    runs("ssh -p 22 host 'cd /x; y z'", &["cd|/x", "y|z"]);
    runs("ssh host x y", &["x|y"]);
    runs("tmux new-session -d -s n 'x y'", &["x|y"]);
    runs("tmux send-keys -t n 'x y' C-m", &["x|y"]);
    runs("screen -dmS n x y", &["x|y"]);
    runs("bash run.sh -c x", &["bash|run.sh|-c|x"]);
    runs("ncu --target-processes all --set full --launch-skip 10 -o a sglang generate", &["sglang|generate"]);
    runs("docker run img", &[""]);
    runs("export A=1 B=2\nC=3 x", &["A=1|B=2|export|A=1|B=2", "A=1|B=2|C=3|x"]);
}

#[test]
fn a_module_behind_an_unknown_program_runs() {
    runs("drun -p 80:80 --env \"T=<secret>\" img python3 -m a.b --x 1", &["python3|-m|a.b|--x|1"]);
    runs("drun <image_name> \\\n  python -m a.b", &["python|-m|a.b"]);
    runs("drun sglang_image python3 -m a.b", &["python3|-m|a.b"]);
    runs("A=1 $RUN ${PYTHON} -m a.b", &["A=1|${PYTHON}|-m|a.b"]);
    runs("py-spy record -o x -- sudo python3 -m a.b", &["python3|-m|a.b"]);
    assert_eq!(run("drun i1 python -m a.b")[0].wrappers, ["drun"]);
    for other in [
        "echo 1 python -m a.b",
        "pkill -f python -m a.b",
        "now run python -m a.b to see it",
        "step 1: run python -m a.b",
        "drun i1 python -m pip install x",
        "drun i1 python a.py -m a.b",
    ] {
        assert_eq!(run(other)[0].wrappers, [""; 0], "{other}");
    }
}

#[test]
fn the_launch_in_a_container_of_the_manual() {
    let text = "docker run --gpus all \\\n    --shm-size 32g \\\n    -p 30000:30000 \\\n    -v ~/.cache/huggingface:/root/.cache/huggingface \\\n    --env \"HF_TOKEN=<secret>\" \\\n    --ipc=host \\\n    lmsysorg/sglang:latest \\\n    python3 -m sglang.launch_server --model-path meta-llama/Llama-3.1-8B-Instruct --host 0.0.0.0 --port 30000\n";
    let invocation = &run(text)[0];
    assert_eq!(invocation.wrappers, ["docker run"]);
    assert_eq!(invocation.variables[0].name.text, "HF_TOKEN");
    assert!(invocation.variables[0].value.opaque);
    assert_eq!(entry(invocation), Entry::Module { name: "sglang.launch_server".into(), arguments: 3 });
    assert_eq!(invocation.words[3].origin.location().text(), "--model-path");
    assert_eq!(invocation.words.last().unwrap().text, "30000");
}

#[test]
fn entries_are_told_apart() {
    let module = |arguments| Entry::Module { name: "m.n".into(), arguments };
    let table = [
        ("python -m m.n --x", module(3)),
        ("python3.11 -u -X dev -m m.n", module(6)),
        ("/usr/bin/python3 -um m.n", module(3)),
        ("${PYTHON} -m m.n", module(3)),
        ("python a/launch_server.py --x", Entry::Script { path: "a/launch_server.py".into(), arguments: 2 }),
        ("./a.py x", Entry::Script { path: "./a.py".into(), arguments: 1 }),
        ("python -c 'x'", Entry::Other),
        ("sglang serve", Entry::Command),
        ("~/.venv/bin/sglang serve", Entry::Command),
        ("$VENV/bin/sglang serve", Entry::Command),
        ("$X y", Entry::Other),
        ("--flag", Entry::Other),
    ];
    for (text, expected) in table {
        assert_eq!(entry(&run(text)[0]), expected, "{text}");
    }
}

#[test]
fn only_lines_behind_a_prompt_are_commands() {
    let table = [
        ("$ a b\nout\n$ c\n", "a b\nc\n"),
        ("# apt install x\n# Then (as root) this\n# A=b c\n", "apt install x\nA=b c\n"),
        ("user@host:~$ a\nout $ x\n(venv) $ b\n[u@h dir]# c\n", "a\nb\nc\n"),
        ("$ a \\\n    --b\nout\n", "a \\\n    --b\n"),
        ("$ a \\\n>  --b\nout\n", "a \\\n --b\n"),
        ("$ a 'x\ny'\nout\n", "a 'x\ny'\n"),
        ("$ cat <<E\nx\nE\nout\n", "cat <<E\nx\nE\n"),
        ("# first\n$ a\n# then\n$ b\n", "a\nb\n"),
        (">>> import x\n100% done\n# a", "a\n"),
    ];
    for (text, expected) in table {
        assert_eq!(console::commands(&whole(text)).text(), expected, "{text}");
    }
    let checked = invocations(&whole("$ python -m x\nhello\n"), true);
    assert_eq!(checked.value[0].words[2].origin.location().text(), "x");
    assert_eq!(checked.findings, []);
}

#[test]
fn prompts_in_scripts_are_found_and_left_out_of_copies() {
    let text = whole("# install\n$ a\n$ b\n");
    let checked = invocations(&text, false);
    assert_eq!(checked.value.len(), 2);
    assert_eq!(checked.findings[0].primary.location.text(), "$ ");
    assert_eq!(console::copy_text(&text, "bash").as_deref(), Some("a\nb\n"));
    assert_eq!(console::copy_text(&text, "yaml"), None);
    assert_eq!(console::copy_text(&whole("a\n# b\n"), "bash"), None);
}

/// What the short way and the grammar make of a text of plain statements.
fn both(text: &str) {
    let lexed = lexer::lex(text);
    for statement in statements::split(text, &lexed.tokens).iter().filter(|statement| statement.plain) {
        let parsed = grammar::parse(text, statement).map(|parsed| parsed.commands);
        assert_eq!(parsed, Ok(vec![grammar::plain(text, statement)]), "{text:?}");
    }
}

#[test]
fn deep_or_broken_text_takes_no_time() {
    for text in [
        "(",
        "{ ",
        "if a; then ",
        "$(",
        "\"$(",
        "((",
        "${a:-",
        "`",
        "<<E ",
        "a && ",
        "case x in ",
        "{a",
        "! ",
        "a=(",
        "f() ",
    ] {
        let start = processor_time();
        for text in [text.repeat(12), text.repeat(3000), format!("{text}\n").repeat(3000)] {
            invocations(&whole(&text), false);
            invocations(&whole(&text), true);
        }
        let spent = processor_time() - start;
        assert!(spent.as_secs() < 5, "{text}: {spent:?}");
    }
}

const SHELL: &str = r#"([a-z]{1,3}|[ \n;&|<>(){}$`'"\\#=\[\]*~!.-]|\\\n|\$\(|\$\{|<<E|E|if |fi|then |do |done|case |esac|in |…|–|“|”|é|\r\n|\(\(|\)\)|A=|\$ |bash -c |docker run -e ){0,40}"#;

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn no_text_makes_it_fail(text in SHELL) {
        for console in [false, true] {
            let checked = invocations(&whole(&text), console);
            for word in checked.value.iter().flat_map(|invocation| &invocation.words) {
                prop_assert_eq!(&word.text, word.origin.text());
            }
            for finding in &checked.findings {
                assert!(text.get(std::ops::Range::from(finding.primary.location.span)).is_some(), "{text:?}");
            }
        }
    }

    #[test]
    fn the_short_way_agrees_with_the_grammar(text in r#"(([A-Z]=)?([a-z0-9./-]{1,4}|'[^'\n]{0,3}'|"[a-z \\$é]{0,3}"|\\[a-z ])( |  |\\\n|\n| \\\n ))*"#) {
        // Behind an assignment bash takes these for words, as the short way does; the grammar's crate does not.
        let reserved = ["if", "in", "do", "fi", "else", "elif", "then", "done", "for", "time", "case", "esac"];
        proptest::prop_assume!(!text.split_whitespace().any(|word| reserved.contains(&word)));
        both(&text);
    }
}

/// The words that run, wrappers peeled off.
fn started(text: &str) -> Vec<String> {
    let all = invocations(&whole(text), false).value;
    all.iter()
        .map(|run| run.words.iter().map(|word| word.text.as_str()).collect::<Vec<_>>().join("|"))
        .collect()
}

#[test]
fn arrays_grow() {
    assert_eq!(
        started("A=(--tp 8)\nA+=(--port 1)\nserve \"${A[@]}\"\nA+=(-x)\n")[2],
        "serve|--tp|8|--port|1"
    );
    // Whether the branch runs is not known.
    let unsure = "A=(--tp 8)\nif [ $X ]; then\nA+=(--port 1)\nfi\nserve \"${A[@]}\"\n";
    assert!(started(unsure).iter().any(|run| run == "serve|${A[@]}"), "{:?}", started(unsure));
}

#[test]
fn here_documents_that_are_scripts_are_read() {
    assert_eq!(started("cat > run.sh <<'E'\nserve --tp 8\nE\n"), ["cat", "serve|--tp|8"]);
    assert_eq!(started("ssh host <<E\nsudo serve --tp 8\nE\n")[1], "serve|--tp|8");
    assert_eq!(started("cat > a.json <<E\n{\"a\": 1}\nE\n"), ["cat"]);
}

#[test]
fn torchrun_starts_a_module() {
    let starts = |text: &str| entry(&invocations(&whole(text), false).value[0]);
    let module = Entry::Module { name: "a.b".into(), arguments: 4 };
    assert_eq!(starts("torchrun --nproc_per_node=8 -m a.b --tp 8"), module);
    assert_eq!(starts("torchrun a.py -m x"), Entry::Other);
}
