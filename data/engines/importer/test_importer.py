"""Tests of what does not need an engine's wheel: ``python3 -m unittest discover -s importer -t .``."""

import argparse
import io
import json
import tempfile
import unittest
import zipfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from importer import capture, emit, engine, record, stubs, variables, wheels


def _entry(*flags, **settings):
    parser = argparse.ArgumentParser(add_help=False)
    parser.add_argument(*flags, **settings)
    return record.entries(parser)[0]


class Record(unittest.TestCase):
    def test_a_plain_option_says_only_what_differs(self):
        self.assertEqual(_entry("--name"), {"flags": ["--name"], "dest": "name"})

    def test_a_boolean_option_lists_its_negation(self):
        entry = _entry("--fast", action=argparse.BooleanOptionalAction, default=True)
        self.assertEqual(entry["flags"], ["--fast", "--no-fast"])
        self.assertEqual(entry["action"], "boolean_optional")
        self.assertIs(entry["default"], True)

    def test_choices_of_a_set_are_sorted_and_json_is_named(self):
        self.assertEqual(_entry("--a", choices={"b", "a"})["choices"], ["a", "b"])
        self.assertEqual(_entry("--a", type=json.loads)["type"], "json")

    def test_positional_suppressed_and_optional_value(self):
        self.assertTrue(_entry("words", nargs="*")["positional"])
        self.assertEqual(_entry("--a", default=argparse.SUPPRESS)["default"], {"suppress": True})
        self.assertEqual(_entry("--a", nargs="?", const=3)["const"], 3)

    def test_deprecation_names_an_existing_replacement(self):
        parser = argparse.ArgumentParser(add_help=False)
        parser.add_argument("--new")
        parser.add_argument("--old", help="Deprecated. Use --new instead.")
        parser.add_argument("--older", help="Replaces the deprecated --oldest.")
        found = [entry.get("deprecated") for entry in record.entries(parser)]
        self.assertEqual(found, [None, {"replacement": "--new"}, None])

    def test_a_stub_in_a_parser_is_an_error(self):
        with self.assertRaises(record.RecordError):
            _entry("--a", choices=[stubs.make_stub("library.names")])


class Capture(unittest.TestCase):
    def test_the_parser_that_only_looks_ahead_is_passed_over(self):
        def program():
            argparse.ArgumentParser(add_help=False).parse_known_args([])
            parser = argparse.ArgumentParser()
            parser.add_argument("--real")
            parser.parse_known_args(["--real", "x"])

        captured = capture.run(program, ["program"])
        self.assertTrue(captured.ignores_unknown)
        self.assertEqual(captured.argv, ["--real", "x"])
        self.assertEqual(captured.parser._actions[1].dest, "real")

    def test_a_program_without_a_parser_is_an_error(self):
        with self.assertRaises(capture.CaptureError):
            capture.run(lambda: None, ["program"])


class Emit(unittest.TestCase):
    def test_strings_that_yaml_would_read_as_something_else_are_quoted(self):
        for text in ("", "no", "null", "1", "1e5", "0.5.10", "a: b", "- x", "{}", "1:20", " x"):
            self.assertTrue(emit.scalar(text).startswith('"'), text)
        for text in ("--flag", "a/b", "glm45", "fp8_e4m3", "-h"):
            self.assertEqual(emit.scalar(text), text)

    def test_numbers(self):
        self.assertEqual([emit.scalar(value) for value in (1, 1e-08, 0.5, float("inf"))], ["1", "1.0e-08", "0.5", ".inf"])

    def test_lists_fold_between_items(self):
        text = emit.dump({"choices": [f"choice-{number}" for number in range(40)]}, "header")
        self.assertTrue(all(len(line) <= emit.WIDTH for line in text.splitlines()))
        self.assertTrue(text.startswith("# header\nchoices: [choice-0,"))


class Factor(unittest.TestCase):
    def test_a_group_stands_for_its_run_whatever_the_order_of_choices(self):
        group = [{"flags": ["--a"], "choices": ["x", "y"]}, {"flags": ["--b"]}]
        program = [{"flags": ["-h"]}, {"flags": ["--a"], "choices": ["y", "x"]}, {"flags": ["--b"]}, {"flags": ["--c"]}]
        self.assertEqual(
            engine.factor(program, {"group": group}), [{"flags": ["-h"]}, "group", {"flags": ["--c"]}]
        )


class Variables(unittest.TestCase):
    def test_literals_fields_and_deprecations(self):
        names, deprecated = set(), {}
        variables._scan(
            "class Envs:\n    SGLANG_FIELD = EnvBool(False)\n"
            "    SGLANG_NEW = EnvBoolWithAlias(True, deprecated_name='SGLANG_OLD')\n"
            "x = os.getenv('SGLANG_READ')\nlog('set SGLANG_MENTIONED to 1')\n"
            "_warn_deprecated_env_to_cli_flag('SGLANG_GONE', \"Please use '--flag' instead.\")\n",
            names,
            deprecated,
        )
        self.assertEqual(names - deprecated.keys(), {"SGLANG_FIELD", "SGLANG_NEW", "SGLANG_READ"})
        self.assertEqual(deprecated, {"SGLANG_OLD": "SGLANG_NEW", "SGLANG_GONE": "--flag"})


class Stubs(unittest.TestCase):
    def test_what_modules_do_with_libraries_while_they_are_imported(self):
        torch = stubs.StubModule("torch")

        class Layer(torch.nn.Module):
            @torch.no_grad()
            def forward(self, x: torch.Tensor | None) -> "int":
                return 1

        self.assertEqual(Layer().forward(None), 1)
        self.assertFalse(torch.cuda.is_available())
        self.assertTrue(stubs.is_stub(torch.float16))
        self.assertFalse(stubs.is_stub("torch"))


class Wheels(unittest.TestCase):
    def test_runs_at_the_same_time_unpack_a_wheel_once(self):
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            with zipfile.ZipFile(folder / "made-1.0-py3-none-any.whl", "w") as archive:
                for number in range(200):
                    archive.writestr(f"made/{number}.py", "x = 1\n" * 50)
            obtain = lambda _: wheels.obtain("made==1.0", folder, folder / "cache").root
            with ThreadPoolExecutor(8) as pool:
                roots = set(pool.map(obtain, range(16)))
            self.assertEqual(len(roots), 1)
            self.assertEqual(len(list((roots.pop() / "made").iterdir())), 200)
            self.assertEqual(len(list((folder / "cache" / "unpacked").iterdir())), 1)

    def test_the_day_of_a_wheel_is_that_of_its_newest_file(self):
        def day(*times):
            archive = zipfile.ZipFile(io.BytesIO(), "w")
            for number, time in enumerate(times):
                archive.writestr(zipfile.ZipInfo(str(number), (*time, 0, 0, 0)), "")
            return wheels.built(archive)

        self.assertEqual(day((2026, 4, 5), (1980, 1, 1), (2026, 3, 31)), "2026-04-05")
        self.assertIsNone(day((1980, 1, 1)))
        self.assertIsNone(day())


if __name__ == "__main__":
    unittest.main()
