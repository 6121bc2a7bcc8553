use super::*;

fn names() -> Names {
    let mut names = Names::new();
    for (name, written) in [
        ("version", "'0.5.10'"),
        ("list", "['one', 'two']"),
        ("rows", "[{ name: 'a', size: 1 }, { name: 'b', size: 2.5 }]"),
        ("Badge", "({ children, color = 'red' }) => <b title={color}>{children}!</b>"),
    ] {
        let value = evaluate(written, &names).unwrap();
        names.insert(name.into(), value);
    }
    names.insert("other".into(), Value::Unknown);
    names
}

fn text(written: &str) -> Option<String> {
    let pieces = evaluate(written, &names())?.pieces()?;
    Value::Jsx(pieces).text()
}

#[test]
fn values_are_evaluated() {
    for (written, expected) in [
        ("1 + 2 * 3", "7"),
        ("`v${version} of ${list.length}`", "v0.5.10 of 2"),
        ("list.join(', ')", "one, two"),
        ("list.map((x) => <li key={x}>{x}; </li>)", "one; two;"),
        ("rows.map(({ name, size }, i) => <tr><td>{i}{name}</td> <td>{size}</td></tr>)", "0a 11b 2.5"),
        (
            "rows.filter(row => row.size > 1).map(function (row) { const n = row.name; return n + '.'; })",
            "b.",
        ),
        ("true && <p>shown</p>", "shown"),
        ("false ? 'a' : list[1]", "two"),
        ("version === '0.5.10' ? 'same' : 'other'", "same"),
        ("null ?? 'fallback'", "fallback"),
        ("(() => 'called')()", "called"),
        ("<Badge>x {1}</Badge>", "x 1!"),
        ("Object.entries({ a: 1, 'b-c': 2 }).map(([key, value]) => `${key}=${value} `)", "a=1 b-c=2"),
        ("[...list, 'three'].includes('three') && 'yes'", "yes"),
        ("// why\n'\\u00e4\\u{1F600}' /* x */", "ä😀"),
        ("rows[0]?.name.toUpperCase()", "A"),
        ("<>\n  a\n  b <i>c</i>\n</>", "a b c"),
    ] {
        assert_eq!(text(written).as_deref(), Some(expected), "{written}");
    }
}

#[test]
fn what_only_a_program_can_say_is_not_known() {
    for written in ["other", "other.x && 'a'", "fetch('x')", "list.sort()", "`${other}`", "list.map(other)"] {
        assert_eq!(evaluate(written, &names()), Some(Value::Unknown), "{written}");
    }
    for written in ["a: 1", "\"a\": 1", "a b", "const x = 1", "#id", "", "1 +", "{a", "'", "`${"] {
        assert_eq!(evaluate(written, &names()), None, "{written}");
    }
}

#[test]
fn nothing_hangs_panics_or_grows() {
    for piece in
        ["(", "[", "{", "<a>", "!", "-", "a?b:", "`${", "a=>", "a.", "a(", "({", "<a b={", "'\\", "é"]
    {
        let _ = evaluate(&piece.repeat(2000), &names());
        let _ = declared(&format!("f({}", piece.repeat(500)));
    }
    let mut names = names();
    for _ in 0..100 {
        let value = evaluate("[list, list, list]", &names).unwrap();
        names.insert("list".into(), value);
        let text = evaluate("`${version}${version}`", &names).unwrap();
        names.insert("version".into(), text);
    }
    assert!(names.values().map(Value::weight).sum::<usize>() < 100_000);
    let forever = evaluate("(f => f(f))(f => f(f))", &names);
    assert_eq!(forever, Some(Value::Unknown));
}

#[test]
fn declarations_are_functions() {
    let (name, function) = declared("Hello({ to }) {\n  return <p>Hello {to}</p>;\n}\n").unwrap();
    let Value::Function(function) = function else { panic!() };
    let shown = call(&function, vec![("to".into(), Value::Text("you".into()))], &Names::new());
    assert_eq!((name.as_str(), shown.text().as_deref()), ("Hello", Some("Hello you")));
    assert!(declared("Hello() { useState(); return 1 }").is_none());
}
